"""What somebody's own script wrote for Auth0 goes as it stands, or not at all."""

import hashlib
from typing import Any

import pytest

from samekey.hashes import auth0_check, conversion

DIGEST = hashlib.sha256(b"Kestrel-41abc").hexdigest()
SALTED = {
    "algorithm": "sha256",
    "hash": {"value": DIGEST, "encoding": "hex"},
    "salt": {"value": "abc", "position": "suffix"},
}
BCRYPT = "$2b$10$" + "a" * 53


def converted(**columns: Any) -> conversion.Conversion:
    """Under both names of an import file."""
    return conversion.convert({"password_hash": None, "custom_password_hash": None, **columns})


class TestAuth0Import:
    def test_is_the_same_payload(self) -> None:
        """To the letter, and it logs in."""
        found = converted(custom_password_hash=SALTED)
        assert ("auth0_import", "exact", "as-is", SALTED) == (
            found.format,
            found.certainty,
            found.verdict,
            found.custom_password_hash,
        )
        assert auth0_check.check(found.custom_password_hash, password="Kestrel-41").match

    def test_takes_bcrypt_where_a_later_import_can_mend_it(self) -> None:
        """`password_hash` is for good."""
        expected = {"algorithm": "bcrypt", "hash": {"value": BCRYPT, "encoding": "utf8"}}
        assert expected == converted(password_hash=BCRYPT).custom_password_hash

    @pytest.mark.parametrize(
        ("columns", "reason"),
        [
            pytest.param({}, "missing", id="neither"),
            pytest.param({"custom_password_hash": {}, "password_hash": ""}, "missing", id="both empty"),
            pytest.param({"custom_password_hash": SALTED, "password_hash": BCRYPT}, "damaged", id="both"),
            pytest.param({"password_hash": BCRYPT.replace("$10$", "$12$")}, "damaged", id="cost Auth0 refuses here"),
            pytest.param({"custom_password_hash": "sha256"}, "damaged", id="no object"),
            pytest.param({"custom_password_hash": {**SALTED, "salt": []}}, "damaged", id="odd salt"),
            pytest.param(
                {"custom_password_hash": {"algorithm": "md5", "hash": {"value": "ab", "encoding": "hex"}}},
                "damaged",
                id="a length that never matches",
            ),
        ],
    )
    def test_carries_nothing_that_would_never_log_in(self, columns: dict[str, Any], reason: str) -> None:
        """It would import, and nobody would get in."""
        found = converted(**columns)
        assert ("reset", reason, None) == (found.verdict, found.reason, found.custom_password_hash)

    @pytest.mark.parametrize(
        ("payload", "cluster"),
        [
            (SALTED, "auth0_import sha256 salt.position=suffix"),
            (
                {
                    "algorithm": "pbkdf2",
                    "hash": {"value": "$pbkdf2-sha256$i=1000,l=3$YWJj$YWJj", "encoding": "utf8"},
                    "password": {"encoding": "utf16le"},
                },
                "auth0_import pbkdf2 pbkdf2-sha256$i=1000,l=3 password.encoding=utf16le",
            ),
            ({"algorithm": "bcrypt", "hash": {"value": BCRYPT, "encoding": "utf8"}}, "auth0_import bcrypt 2b$10"),
        ],
    )
    def test_is_counted_by_its_parameters(self, payload: dict[str, Any], cluster: str) -> None:
        """Without salt and hash."""
        assert cluster == converted(custom_password_hash=payload).cluster


def test_refuses_work_that_nobody_runs() -> None:
    """A payload of the right form whose numbers are beyond the ceilings is named, and goes nowhere."""
    value = "$argon2id$v=19$m=4194304,t=2,p=1$cmVoZWFyc2FsLXNhbHQtMQ$/8/2AGD4TuzAo03JzzSiL6kVRyneqFj7X2bCj6ih5mI"
    scrypt = {"value": "00" * 32, "encoding": "hex"}
    for payload in (
        {"algorithm": "argon2", "hash": {"value": value}},
        {"algorithm": "bcrypt", "hash": {"value": "$2b$31$" + "A" * 21 + "e" + "A" * 30 + "e"}},
        {"algorithm": "pbkdf2", "hash": {"value": f"$pbkdf2-sha256$i=1000000000,l=32$ECAwQFBgcICQ${'A' * 43}"}},
        {"algorithm": "scrypt", "hash": scrypt, "salt": {"value": "tidal"}, "keylen": 32, "cost": 2**30},
    ):
        found = conversion.convert({"custom_password_hash": payload})
        assert ("bridge", "work-factor", None) == (found.verdict, found.reason, found.custom_password_hash)
