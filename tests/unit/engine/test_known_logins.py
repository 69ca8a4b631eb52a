"""A known login that would not get in stops the pass and says how its password was hashed."""

import hashlib
import hmac
from typing import TYPE_CHECKING, Any

import pytest

from samekey.errors import UsageError
from samekey.mapping.rules import parse_rules
from samekey.secret import Secret

if TYPE_CHECKING:
    from tests.unit.engine.conftest import Bench

LOGINS = {"ann@example.com": Secret("Kestrel-41")}
P = b"Kestrel-41"
USER = '[user]\nemail = "mail"\n[password]\n'


def hexed(name: str, data: bytes) -> str:
    """A digest in hex."""
    return hashlib.new(name, data).hexdigest()


def told(bench: "Bench", record: dict[str, Any], password: str) -> str:
    """What the person who packs is told to write."""
    with pytest.raises(UsageError, match=r"known login of record 1 .* does not match") as caught:
        bench.pass_over(
            [{"mail": "Ann@Example.com", **record}], making=None, known_logins=LOGINS, rules_text=USER + password
        )
    assert "Kestrel-41" not in caught.value.message + caught.value.remedy
    return caught.value.remedy


class TestKnownLogins:
    @pytest.mark.parametrize(
        ("record", "password", "says"),
        [
            pytest.param(
                {"hash": hexed("sha1", P)}, 'stored = "hash"\nformat = "raw_sha1_utf16le"', 'format = "raw_sha1"',
                id="another reading of the same length",
            ),
            pytest.param(
                {"hash": hexed("sha256", P)}, 'stored = "hash"', 'format = "raw_sha256"',
                id="nobody decided",
            ),
            pytest.param(
                {"hash": hexed("md5", P)}, 'stored = "hash"\nformat = "raw_sha1"', 'format = "raw_md5"',
                id="not of this format",
            ),
            pytest.param(
                {"hash": hexed("sha1", b"x7" + P), "pw_salt": "x7"}, 'stored = "hash"\nformat = "raw_sha1"',
                'stored = { hash = "hash", salt = "pw_salt" }',
                id="its salt stands beside it",
            ),
            pytest.param(
                {"hash": hexed("sha1", b"\x00\xff" + P), "salt": "00ff"},
                'stored = { hash = "hash", salt = "salt" }\nformat = "sha1_salt_pass"',
                'salt_encoding = { value = "hex" }',
                id="the salt is hex",
            ),
            pytest.param(
                {"hash": hexed("md5", hexed("md5", P).encode())}, 'stored = "hash"\nformat = "raw_md5"',
                "Auth0 cannot check it",
                id="a digest of a digest",
            ),
            pytest.param(
                {"hash": hexed("sha1", b"another")}, 'stored = "hash"\nformat = "raw_sha1"', "No reading that samekey",
                id="another password",
            ),
        ],
    )  # fmt: skip
    def test_say_what_the_password_proves(
        self, bench: "Bench", record: dict[str, Any], password: str, says: str
    ) -> None:
        """As something to write into the rules."""
        assert says in told(bench, record, password)

    @pytest.mark.parametrize(
        ("beside", "password"),
        [
            pytest.param(
                {"hash": hexed("sha1", b"\x00\xff" + P), "salt": "00ff"}, 'stored = "hash"\nformat = "raw_sha1"',
                id="a salt in hex",
            ),
            pytest.param(
                {"hash": hexed("sha1", b"x7" + P), "pw salt": "x7"}, 'stored = "hash"\nformat = "raw_sha1"',
                id="a salt whose name is no word",
            ),
            pytest.param(
                {"hash": hexed("md5", b"ann:" + P), "username": "Ann"}, 'stored = "hash"\nformat = "raw_md5"',
                id="a user name in small letters and a colon",
            ),
            pytest.param(
                {"hash": hexed("sha256", b"7-ann-" + P), "n": 7, "m": "ann"},
                'stored = { hash = "hash", one = "n", two = "m" }\nformat = "raw_sha256"',
                id="two columns and what stands between them",
            ),
            pytest.param(
                {"hash": hmac.digest(b"site", b"x7" + P, "sha1").hex(), "s": "x7", "k": "site"},
                'stored = { hash = "hash", salt = "s", pepper = "k" }\nformat = "sha1_salt_pass"',
                id="an HMAC, its columns in place",
            ),
            pytest.param(
                {"hash": hmac.digest(b"site", b"x7" + P, "sha1").hex(), "s": "x7", "k": "site"},
                'stored = { hash = "hash", nonce = "s", site_key = "k" }\nformat = "sha1_salt_pass"',
                id="an HMAC, its columns by other names",
            ),
        ],
    )  # fmt: skip
    def test_name_rules_that_work(self, bench: "Bench", beside: dict[str, Any], password: str) -> None:
        """Written as told, the same source is packed and the cluster proved."""
        record = {"mail": "ann@example.com", **beside}
        remedy = told(bench, record, password)
        written = remedy.partition("write ")[2].partition(" in [password]")[0].replace(" and ", "\n")
        if "stored" not in written:  # as it was
            written += "\n" + password.partition("\n")[0]
        assert parse_rules(USER + written).password
        done = bench.pass_over([record], making=None, known_logins=LOGINS, rules_text=USER + written)
        assert (1, 1) == (done.packed, len(done.proved))

    def test_say_in_words_what_no_expression_reaches(self, bench: "Bench") -> None:
        """A salt inside the text of the hash is told as it is, and not as rules that would not work."""
        record = {"hash": "ab|" + hexed("sha1", b"ab" + P)}
        assert "a `salt` that is field 1" in told(bench, record, 'stored = "hash"\nformat = "raw_sha1"')

    def test_are_met_or_not(self, bench: "Bench") -> None:
        """Whoever is held or rejected for something else was met all the same."""
        records = [
            {"mail": "ann@example.com", "hash": "$P$BabcdefghPO1uL8dsC1i5Ot.ZQ3Ik51"},
            {"mail": "ben@example.com", "hash": ""},
        ]
        logins = {name: Secret("x") for name in ("ann@example.com", "ben@example.com", "cem@example.com")}
        rules = USER + 'stored = "hash"'
        done = bench.pass_over(records, making=None, known_logins=logins, rules_text=rules)
        assert {"ann@example.com", "ben@example.com"} == done.met
