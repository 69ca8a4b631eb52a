"""Questions that Auth0's pages leave open: the other answer can be chosen, one setting each."""

import hashlib
from typing import Any

import pytest

from samekey.errors import UsageError
from samekey.rehearsal.settings import READINGS, Settings, read_otherwise
from tests.unit.rehearsal.conftest import Arrive

EMAIL = "anna@example.test"
HEX_OF_SHA1 = hashlib.sha1(b"x").hexdigest()
TOTP = {"mfa_factors": [{"totp": {"secret": "JBSWY3DPEHPK3PXP"}}]}
PBKDF2 = "$pbkdf2-sha256$i=1000,l=32$ECAwQFBgcICQ$HTHNSfzj9FZl1EfnXkY+CAaypLC8Ow8TUzJDK2bcOsY"


def hashed(algorithm: str, value: str, *, encoding: str = "hex", **more: Any) -> dict[str, Any]:
    """A person with a custom hash."""
    stored = {"algorithm": algorithm, "hash": {"value": value, "encoding": encoding, **more.pop("hash", {})}, **more}
    return {"email": EMAIL, "custom_password_hash": stored}


IMPOSSIBLE = {
    "short digest": hashed("sha256", HEX_OF_SHA1),
    "long digest": hashed("sha1", HEX_OF_SHA1 * 2),
    "hmac": hashed("hmac", HEX_OF_SHA1, hash={"digest": "sha256", "key": {"value": "k"}}),
    "scrypt": hashed("scrypt", HEX_OF_SHA1, keylen=64, salt={"value": "s"}),
    "argon2 without version": hashed("argon2", "$argon2id$m=8,t=1,p=1$c2FsdHNhbHQ$aGFzaA", encoding="utf8"),
    "pbkdf2 of another length": hashed("pbkdf2", PBKDF2.replace("l=32", "l=64"), encoding="utf8"),
    "pbkdf2 of Django": hashed("pbkdf2", "pbkdf2_sha256$1000$salt$aGFzaA==", encoding="utf8"),
    "ldap": hashed("ldap", "{SSHA512}aGFzaA==", encoding="utf8"),
    "ldap with a salt too many": hashed("ldap", "{SHA}" + "A" * 40, encoding="utf8"),
}
POSSIBLE = {
    "sha1": hashed("sha1", HEX_OF_SHA1),
    "hmac": hashed("hmac", HEX_OF_SHA1, hash={"digest": "sha1", "key": {"value": "k"}}),
    "scrypt": hashed("scrypt", HEX_OF_SHA1, keylen=20, salt={"value": "s"}),
    "argon2": hashed("argon2", "$argon2id$v=19$m=8,t=1,p=1$c2FsdHNhbHQ$aGFzaA", encoding="utf8"),
    "pbkdf2": hashed("pbkdf2", PBKDF2, encoding="utf8"),
    "ldap": hashed("ldap", "{SSHA}" + "A" * 40, encoding="utf8"),
    "bcrypt": hashed("bcrypt", "$2b$12$" + "a" * 53, encoding="utf8"),
}


class TestImpossibleHashes:
    @pytest.mark.parametrize("user", IMPOSSIBLE.values(), ids=list(IMPOSSIBLE))
    def test_import_unless_told_otherwise(self, arrive: Arrive, user: dict[str, Any]) -> None:
        """As far as anybody knows, the worker takes what no password can match."""
        assert [] == arrive().codes(user)

    @pytest.mark.parametrize("user", IMPOSSIBLE.values(), ids=list(IMPOSSIBLE))
    def test_can_be_refused(self, arrive: Arrive, user: dict[str, Any]) -> None:
        """A worker that looks closer refuses it, and says nothing of the value."""
        visitor = arrive(impossible_hashes="refuse")
        (entry,) = visitor.errors(visitor.imported([user]))
        assert entry["errors"][0]["path"] == "customPasswordHash.hash.value"
        assert user["custom_password_hash"]["hash"]["value"] not in entry["errors"][0]["message"]

    def test_do_not_take_others_along(self, arrive: Arrive) -> None:
        """What a password could match passes."""
        users = [{**user, "email": f"u{number}@example.test"} for number, user in enumerate(POSSIBLE.values())]
        assert [] == arrive(impossible_hashes="refuse").codes(*users)


class TestErrorList:
    @pytest.mark.parametrize(
        ("names", "expected"),
        [
            ("z-schema", ["INVALID_FORMAT", "OBJECT_MISSING_REQUIRED_PROPERTY"]),
            ("documented", ["FORMAT", "OBJECT_REQUIRED"]),
        ],
    )
    def test_names_codes_as_seen_or_as_listed(self, arrive: Arrive, names: str, expected: list[str]) -> None:
        """People see the validator's newer names; the documented list has its older ones."""
        found = arrive(error_names=names).codes({"email": "x@"}, {"name": "nobody"})
        assert expected == [code for codes in found for code in codes]

    @pytest.mark.parametrize(("choice", "is_shown"), [("shown", True), ("redacted", False)])
    def test_shows_factors_or_stars(self, arrive: Arrive, choice: str, is_shown: bool) -> None:  # noqa: FBT001
        """A documented sample shows a secret of one-time passwords."""
        visitor = arrive(factor_secrets=choice)
        (entry,) = visitor.errors(visitor.imported([{"email": "x@", **TOTP}]))
        assert is_shown == ("JBSWY3DPEHPK3PXP" in str(entry))


class TestUpsert:
    @pytest.mark.parametrize(("choice", "name"), [("email", "Old"), ("any", "New")])
    def test_means_the_email_or_any_identifier(self, arrive: Arrive, choice: str, name: str) -> None:
        """The older reading finds somebody by user id, too; the email itself never changes."""
        visitor = arrive(upsert_match=choice)
        visitor.imported([{"email": EMAIL, "user_id": "7", "name": "Old"}])
        visitor.imported([{"email": "other@example.test", "user_id": "7", "name": "New"}], upsert="true")
        assert name == visitor.user(EMAIL)["name"]

    def test_never_means_two_people(self, arrive: Arrive) -> None:
        """With identifiers of two people nobody is changed."""
        visitor = arrive(upsert_match="any")
        visitor.imported([{"email": EMAIL, "user_id": "7"}, {"email": "b@example.test", "user_id": "8"}])
        assert [["CONFLICT_EMAIL"]] == visitor.codes({"email": EMAIL, "user_id": "8"}, upsert="true")

    @pytest.mark.parametrize(("choice", "status"), [("replace", 403), ("keep", 200)])
    def test_replaces_or_keeps_factors(self, arrive: Arrive, choice: str, status: int) -> None:
        """A factor that comes by upsert is asked for at the door, or was not taken."""
        visitor = arrive(upsert_factors=choice)
        visitor.imported([hashed("sha1", HEX_OF_SHA1)])
        visitor.imported([{"email": EMAIL, **TOTP}], upsert="true")
        assert status == visitor.login(EMAIL, "x").status_code


class TestFrontDoor:
    def test_has_other_words(self, arrive: Arrive) -> None:
        """Wrong password, blocked person and second factor, in the words of the other pages."""
        visitor = arrive(wrong_password="invalid_user_password", blocked_user="access_denied", mfa_required_status=401)
        blocked = {**hashed("sha1", HEX_OF_SHA1), "email": "b@example.test", "blocked": True}
        visitor.imported([{**hashed("sha1", HEX_OF_SHA1), **TOTP}, blocked])
        answers = [visitor.login(*who) for who in ((EMAIL, "no"), ("b@example.test", "x"), (EMAIL, "x"))]
        expected = [(403, "invalid_user_password"), (403, "access_denied"), (401, "mfa_required")]
        assert expected == [(answer.status_code, answer.json()["error"]) for answer in answers]


class TestChoosing:
    def test_takes_names_and_values_as_typed(self) -> None:
        """Words, numbers, and words that are numbers."""
        chosen = read_otherwise(Settings(), ["upsert_match=any", "profile_bytes_max=2000", "mfa_required_status=401"])
        assert ("any", 2000, 401) == (chosen.upsert_match, chosen.profile_bytes_max, chosen.mfa_required_status)

    @pytest.mark.parametrize("typed", ["plan=free", "upsert_match=name", "upsert_match", "profile_bytes_max=many", ""])
    def test_refuses_anything_else(self, typed: str) -> None:
        """With the names or the values that there are."""
        with pytest.raises(UsageError) as caught:
            read_otherwise(Settings(), [typed])
        assert caught.value.remedy

    def test_knows_only_settings_that_are_there(self) -> None:
        """Every name is a field."""
        assert set(READINGS) <= set(Settings.__dataclass_fields__)
