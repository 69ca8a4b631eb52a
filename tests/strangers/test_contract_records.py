"""Every worked record of the contract logs in after its import, and no broken variant of it ever does."""

import copy
from typing import Any

import pytest

from samekey.rehearsal.server import RunningTenant
from tests.strangers import login_form, python_sdk
from tests.strangers.python_sdk import KESTREL, login
from tests.unit.hashes import golden

WORKED = {line["name"]: line["custom_password_hash"] for line in golden.lines("worked-records.jsonl")}
REMOVED = object()
SALT = {"value": "tidal", "encoding": "utf8"}

IMPORTED, REFUSED = "imported", "refused"
BROKEN: list[tuple[str, str, dict[str, Any], str]] = [
    ("argon2", "salt-object", {"salt": SALT}, REFUSED),
    ("argon2", "hex", {"hash.encoding": "hex"}, REFUSED),
    ("argon2", "base64", {"hash.encoding": "base64"}, REFUSED),
    ("argon2", "argon2d", {"hash.value": ("$argon2id$", "$argon2d$")}, IMPORTED),
    ("argon2", "version-16", {"hash.value": ("v=19", "v=16")}, IMPORTED),
    ("argon2", "padded", {"hash.value": ("ih5mI", "ih5mI=")}, IMPORTED),
    ("bcrypt", "2x", {"hash.value": ("$2b$", "$2x$")}, REFUSED),
    ("bcrypt", "base64", {"hash.encoding": "base64"}, REFUSED),
    ("bcrypt", "one-short", {"hash.value": ("KMygC", "KMyg")}, REFUSED),
    ("bcrypt-salted", "suffix", {"salt.position": "suffix"}, IMPORTED),
    ("bcrypt-salted", "beyond-72-bytes", {"salt.value": "site7:" * 12}, IMPORTED),
    ("hmac", "no-digest", {"hash.digest": REMOVED}, REFUSED),
    ("hmac", "no-key", {"hash.key": REMOVED}, REFUSED),
    ("hmac", "key-encoding-left-out", {"hash.key.encoding": REMOVED}, IMPORTED),
    ("ldap", "crypt", {"hash.value": ("{SSHA512}", "{CRYPT}")}, REFUSED),
    ("ldap", "salt-object", {"salt": SALT}, REFUSED),
    ("md4", "utf8", {"hash.encoding": "utf8"}, REFUSED),
    ("md4-ntlm", "password-encoding-left-out", {"password": REMOVED}, IMPORTED),
    ("md5", "position-left-out", {"salt.position": REMOVED}, IMPORTED),
    ("sha1", "base64-of-hex", {"hash.value": "NDc2Mzk0ZTg4NWQyMjZhNzMzYTkxZTRkNTUzMjU0ODI4ODljNTU1Yw=="}, IMPORTED),
    ("sha256", "salt-encoding-left-out", {"salt.encoding": REMOVED}, IMPORTED),
    ("sha512", "salt-as-text", {"salt.encoding": "utf8"}, IMPORTED),
    ("pbkdf2", "django-spelling", {"hash.value": ("$pbkdf2-sha256$", "$pbkdf2_sha256$")}, IMPORTED),
    ("pbkdf2", "padded", {"hash.value": ("bcOsY", "bcOsY=")}, IMPORTED),
    ("pbkdf2", "salt-object", {"salt": SALT}, REFUSED),
    ("pbkdf2", "other-length", {"hash.value": ("l=32", "l=64")}, IMPORTED),
    ("scrypt", "no-keylen", {"keylen": REMOVED}, REFUSED),
    ("scrypt", "cost-no-power-of-two", {"cost": 8000}, REFUSED),
    ("scrypt", "numbers-inside-hash", dict.fromkeys(("keylen", "cost", "blockSize", "parallelization"), REMOVED)
     | {"hash.keylen": 64, "hash.cost": 8192, "hash.blockSize": 8, "hash.parallelization": 1}, REFUSED),
]  # fmt: skip
"""Record, what breaks it, the change, and whether the import itself says no."""


def broken(record: str, changes: dict[str, Any]) -> dict[str, Any]:
    """A worked record with values set, replaced in part (a pair) or taken out."""
    payload: dict[str, Any] = copy.deepcopy(WORKED[record])
    for dotted, value in changes.items():
        *path, last = dotted.split(".")
        part = payload
        for step in path:
            part = part[step]
        if value is REMOVED:
            del part[last]
        elif isinstance(value, tuple):
            assert value[0] in part[last]
            part[last] = part[last].replace(*value)
        else:
            part[last] = value
    return payload


def person(name: str, payload: dict[str, Any]) -> dict[str, Any]:
    """An entry of an import file."""
    return {"email": f"{name}@example.test", "custom_password_hash": payload}


class TestContractRecords:
    """What the contract worked out by hand, through Auth0's own SDK."""

    def test_all_log_in(self, tenant: RunningTenant) -> None:
        """Twice each: against the imported hash, then against the bcrypt hash it became."""
        login_form.import_people(tenant, *(person(name, payload) for name, payload in WORKED.items()))
        words = {
            name: (login(tenant, f"{name}@example.test", KESTREL), login(tenant, f"{name}@example.test", KESTREL))
            for name in WORKED
        }
        assert dict.fromkeys(WORKED, ("ok", "ok")) == words

    def test_let_nobody_in_with_another_password(self, tenant: RunningTenant) -> None:
        """One letter less is another password."""
        login_form.import_people(tenant, *(person(name, payload) for name, payload in WORKED.items()))
        words = {name: login(tenant, f"{name}@example.test", KESTREL[:-1]) for name in WORKED}
        assert dict.fromkeys(WORKED, "invalid_grant") == words


class TestBrokenVariants:
    """The same records with the mistakes that people make."""

    @pytest.fixture
    def refused(self, tenant: RunningTenant) -> set[str]:
        """Whom the import refused, of all variants in one file."""
        client = python_sdk.management(tenant)
        people = [person(f"{record}-{label}", broken(record, changes)) for record, label, changes, _ in BROKEN]
        job = python_sdk.run_import(client, tenant, people)
        assert ("completed", len(BROKEN)) == (job.status, job.summary.total)
        listed: Any = client.jobs.errors.get(job.id)
        return {str(entry.user["email"]).removesuffix("@example.test") for entry in listed}

    def test_never_log_in(self, tenant: RunningTenant, refused: set[str]) -> None:
        """Refused at import or not, the door stays shut; and who is refused is known beforehand."""
        names = [f"{record}-{label}" for record, label, _, _ in BROKEN]
        words = {name: login(tenant, f"{name}@example.test", KESTREL) for name in names}
        assert dict.fromkeys(names, "invalid_grant") == words
        assert {f"{record}-{label}" for record, label, _, fate in BROKEN if fate == REFUSED} == refused
