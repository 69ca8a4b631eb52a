"""What has to hold for any password and any damage."""

import hashlib
import hmac
from base64 import b64encode
from collections.abc import Callable
from typing import Any

import bcrypt
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from samekey.hashes import auth0_check, conversion, registry, to_auth0
from tests.unit.hashes import golden

MADE = [
    line
    for path in sorted(golden.FOLDER.rglob("vectors.jsonl"))
    for line in golden.lines(str(path.relative_to(golden.FOLDER)))
]
SELF_DESCRIBING = {
    line["format"]: line
    for line in MADE
    if isinstance(line["stored"], str)
    and conversion.convert(line["stored"]).certainty == "exact"
    and line["format"]
    not in {"werkzeug_plain", "jetty", "ibm_xor", "mssql2000"}  # any text is a password; 2000 begins like 2005
}

TEXT = st.text(st.characters(exclude_categories=["Cs"]), max_size=80)
CORNERS = ["", " ", "x" * 72, "x" * 73, "nul\0inside", "sådan 🐟 går det", "\ufeff", "é", "e\u0301"]


def utf8(password: str) -> bytes:
    """As nearly every system does."""
    return password.encode()


MAKERS: dict[str, Callable[[bytes], object]] = {
    "raw_sha1": lambda p: hashlib.sha1(p).hexdigest(),
    "raw_sha256": lambda p: hashlib.sha256(p).hexdigest().upper(),
    "raw_sha512": lambda p: b64encode(hashlib.sha512(p).digest()).decode(),
    "base64_of_hex_sha1": lambda p: b64encode(hashlib.sha1(p).hexdigest().encode()).decode(),
    "md5_salt_pass": lambda p: {"hash": hashlib.md5(b"ab" + p).hexdigest(), "salt": "ab"},
    "sha256_pass_salt": lambda p: {
        "hash": hashlib.sha256(p + b"\xff\x00").hexdigest(), "salt": "ff00", "salt_encoding": "hex"
    },
    "hmac_sha256_key_salt": lambda p: {"hash": hmac.digest(b"key", p, "sha256").hex(), "salt": "key"},
    "sha384_pass_salt": lambda p: {"hash": hashlib.sha384(p + b"ab").hexdigest(), "salt": "ab"},
    "django_pbkdf2_sha256": lambda p: "pbkdf2_sha256$9$na$"
    + b64encode(hashlib.pbkdf2_hmac("sha256", p, b"na", 9)).decode(),
    "ldap": lambda p: "{SSHA512}" + b64encode(hashlib.sha512(p + b"12345678").digest() + b"12345678").decode(),
    "ruby_scrypt": lambda p: "10$8$1$" + b"saltsalt".hex() + "$"
    + hashlib.scrypt(p, salt=b"saltsalt", n=16, r=8, p=1, dklen=32).hex(),
    "bcrypt": lambda p: bcrypt.hashpw(p[:72], b"$2b$04$abcdefghijklmnopqrstuu").decode(),
}  # fmt: skip
"""Values by hashlib and bcrypt, by the format they are of."""


class TestAnyPassword:
    """Convert, then check."""

    @pytest.mark.parametrize("name", MAKERS)
    @settings(max_examples=25, deadline=None)
    @given(password=TEXT | st.sampled_from(CORNERS))
    def test_logs_in_after_conversion(self, name: str, password: str) -> None:
        """The payload accepts the password it was made from."""
        payload = conversion.convert(MAKERS[name](utf8(password)), format=name).custom_password_hash
        assert auth0_check.Checked(match=True) == auth0_check.check(payload, password=password)

    @pytest.mark.parametrize("name", MAKERS)
    @settings(max_examples=15, deadline=None)
    @given(password=TEXT, place=st.integers(0, 70))
    def test_refuses_a_changed_password(self, name: str, password: str, place: int) -> None:
        """One letter put in anywhere that counts is refused."""
        payload = conversion.convert(MAKERS[name](utf8(password)), format=name).custom_password_hash
        changed = password[:place] + "~" + password[place:]
        same = name == "bcrypt" and utf8(changed)[:72] == utf8(password)[:72]
        assert same == auth0_check.check(payload, password=changed).match

    @given(st.binary(min_size=20, max_size=20))
    def test_reads_either_case_alike(self, digest: bytes) -> None:
        """Upper- and lower-case hex give the same payload."""
        lower, upper = (conversion.convert(text) for text in (digest.hex(), digest.hex().upper()))
        assert lower.custom_password_hash == upper.custom_password_hash

    @given(st.sampled_from([16, 20, 28, 32, 48, 64]), st.data())
    def test_takes_digests_by_pattern_as_the_long_way_does(self, size: int, data: st.DataObject) -> None:
        """The short way for hex and the reading by the catalogue agree on everything."""
        text = data.draw(st.binary(min_size=size, max_size=size)).hex()
        behind = data.draw(st.integers(0, 2 * size))  # where capitals begin: nowhere, everywhere, or on the way
        text = data.draw(st.sampled_from([text, text.upper(), text[:behind] + text[behind:].upper()]))
        text = data.draw(st.sampled_from([text, text.swapcase()]))
        short = conversion.convert(text)
        candidates = registry.identify(text)
        carried = to_auth0.carry(candidates[0].form)
        assert isinstance(carried, to_auth0.Carried)
        assert (candidates[0].format, carried.payload, candidates[0].cluster, candidates[0].warnings) == (
            short.format,
            short.custom_password_hash,
            short.cluster,
            short.warnings,
        )
        assert tuple(candidate.format for candidate in candidates) == short.candidates


class TestAnyDamage:
    """A value that lost its end."""

    @pytest.mark.parametrize("line", SELF_DESCRIBING.values(), ids=golden.label)
    def test_is_never_silently_exact(self, line: dict[str, Any]) -> None:
        """Wherever a self-describing value is cut, it is refused, reset, or said to be a shape."""
        value = line["stored"]
        cut = [conversion.convert(value[:length]) for length in range(1, len(value))]
        silent = [c.format for c in cut if c.certainty == "exact" and c.custom_password_hash is not None]
        assert [] == silent


class TestWorkFactors:
    """Values that ask for too much."""

    @pytest.mark.parametrize(
        "value",
        [
            "$2b$31$" + "aB" * 26 + "a",
            "pbkdf2_sha256$1000000000$salt$" + b64encode(bytes(32)).decode(),
            "$scrypt$ln=30,r=8,p=1$" + b64encode(bytes(18)).decode() + "$" + b64encode(bytes(33)).decode()[:-1] + "A",
            "$argon2id$v=19$m=4194304,t=3,p=1$" + b64encode(bytes(18)).decode() + "$" + "A" * 43,
        ],
        ids=["bcrypt-31", "pbkdf2-billion", "scrypt-2^30", "argon2-4gib"],
    )
    def test_are_named_and_refused(self, value: str) -> None:
        """The format is named, nothing is run, and the reason is the work."""
        converted = conversion.convert(value)
        assert converted.format is not None
        assert ("work-factor", "bridge", None) == (
            converted.reason, converted.verdict, converted.custom_password_hash
        )  # fmt: skip
