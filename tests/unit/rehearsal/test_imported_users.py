"""What an import makes of people: new, changed, clashing, and the passwords they keep."""

import hashlib
import re
from typing import Any

import pytest

from samekey.rehearsal import arrivals
from tests.unit.rehearsal.visitor import Visitor

EMAIL = "anna@example.test"
HAS_PASSWORD = "A custom_password_hash was provided, but the user already has password hash defined."


def sha1(password: str) -> dict[str, Any]:
    """A custom hash of a password."""
    value = hashlib.sha1(password.encode()).hexdigest()
    return {"custom_password_hash": {"algorithm": "sha1", "hash": {"value": value, "encoding": "hex"}}}


class TestNewUser:
    def test_gets_the_recorded_profile(self, visitor: Visitor) -> None:
        """An email alone becomes the profile that a real tenant was recorded to make."""
        visitor.imported([{"email": "Anna@Example.test", "email_verified": True}])
        user = visitor.user(EMAIL)
        user_id = user["user_id"].removeprefix("auth0|")
        assert len(user_id) == 24
        assert user == {
            "created_at": "2026-11-23T12:00:00.000Z",
            "email": EMAIL,
            "email_verified": True,
            "identities": [
                {
                    "connection": "Username-Password-Authentication",
                    "user_id": user_id,
                    "provider": "auth0",
                    "isSocial": False,
                }
            ],
            "name": EMAIL,
            "nickname": "anna",
            "picture": arrivals.default_picture(EMAIL),
            "updated_at": "2026-11-23T12:00:00.000Z",
            "user_id": f"auth0|{user_id}",
        }

    def test_gets_an_id_of_its_own(self, visitor: Visitor) -> None:
        """Ids are made for a whole file at once; no two are alike, in one file or the next, and they rise."""
        for letter in "ab":
            visitor.imported([{"email": f"{letter}{number}@example.test"} for number in range(20)])
        users = visitor.get("users", sort="created_at:1", per_page="100").json()
        ids = [user["user_id"] for user in users]
        assert 40 == len(set(ids))
        assert sorted(ids[:20]) == ids[:20]
        assert all(re.fullmatch(r"auth0\|[0-9a-f]{24}", user_id) for user_id in ids)

    def test_gets_the_measured_picture(self) -> None:
        """The picture is gravatar's, by MD5 of the address, with Auth0's initials behind it."""
        expected = (
            "https://secure.gravatar.com/avatar/61b8cb1d39aa1b95bc2b5ecb8bfd7b79?s=480&r=pg&d="
            "https%3A%2F%2Fcdn.auth0.com%2Favatars%2Fan.png"
        )
        digest = hashlib.md5(EMAIL.encode()).hexdigest()
        assert arrivals.default_picture(EMAIL) == expected.replace("61b8cb1d39aa1b95bc2b5ecb8bfd7b79", digest)

    def test_keeps_what_was_given(self, visitor: Visitor) -> None:
        """Profile, metadata, identifiers and the block come out as they went in."""
        given = {
            "username": "Anna", "given_name": "Anna", "family_name": "Berg", "name": "Anna B", "nickname": "an",
            "picture": "https://example.test/a.png", "blocked": True, "app_metadata": {"tenant": "t1"},
            "user_metadata": {"colour": "red"}, "phone_number": "+4915112345", "phone_verified": True,
        }  # fmt: skip
        visitor.imported([{"email": EMAIL, "user_id": "42", **given}])
        user = visitor.get("users/auth0%7C42").json()
        assert {**given, "username": "anna"} == {name: user[name] for name in given}

    def test_gets_the_prefix_twice_when_it_has_it(self, visitor: Visitor) -> None:
        """An id that already has the prefix gets another, as documented."""
        visitor.imported([{"email": EMAIL, "user_id": "auth0|42"}])
        assert visitor.user(EMAIL)["user_id"] == "auth0|auth0|42"

    @pytest.mark.parametrize(
        ("password", "kind"),
        [({}, "random"), (sha1("x"), "sha1"), ({"password_hash": "$2a$10$" + "a" * 53}, "bcrypt")],
        ids=["none", "custom", "bcrypt"],
    )
    def test_has_one_kind_of_password(self, visitor: Visitor, password: dict[str, Any], kind: str) -> None:
        """Without a hash a person gets a random password that nobody knows."""
        visitor.imported([{"email": EMAIL, **password}])
        assert visitor.password_kind(EMAIL) == kind


class TestExistingUser:
    @pytest.mark.parametrize(
        "again",
        [
            {"email": "ANNA@example.test"},
            {"email": "b@example.test", "username": "anna"},
            {"email": "b@example.test", "user_id": "7"},
            {"email": "b@example.test", "phone_number": "+49151"},
        ],
        ids=["email", "username", "user_id", "phone"],
    )
    def test_is_not_touched_without_upsert(self, visitor: Visitor, again: dict[str, Any]) -> None:
        """Any shared identifier fails, with the recorded code and sentence."""
        visitor.imported([{"email": EMAIL, "username": "anna", "user_id": "7", "phone_number": "+49151"}])
        (entry,) = visitor.errors(visitor.imported([{**again, "name": "Other"}]))
        message = "The user already exist and upsert parameter is false"
        assert entry["errors"] == [{"code": "DUPLICATED_USER", "message": message}]
        assert visitor.user(EMAIL)["name"] == EMAIL

    def test_is_changed_by_upsert(self, visitor: Visitor) -> None:
        """Metadata is replaced whole, what is absent stays, and the summary counts an update."""
        before = {"app_metadata": {"a": 1, "b": 2}, "user_metadata": {"c": 3}, "given_name": "Anna"}
        visitor.imported([{"email": EMAIL, **before}])
        visitor.clock.sleep(60)
        job = visitor.imported([{"email": EMAIL, "app_metadata": {"a": 9}, "email_verified": True}], upsert="true")
        user = visitor.user(EMAIL)
        expected = {"app_metadata": {"a": 9}, "user_metadata": {"c": 3}, "given_name": "Anna", "email_verified": True}
        assert job["summary"] == {"failed": 0, "updated": 1, "inserted": 0, "total": 1}
        assert {name: user[name] for name in expected} == expected
        assert (user["created_at"], user["updated_at"]) == ("2026-11-23T12:00:00.000Z", "2026-11-23T12:01:00.000Z")

    def test_keeps_what_upsert_cannot_change(self, visitor: Visitor) -> None:
        """Username, user id, phone and block are not upsertable; the record passes and they stay."""
        kept = {"username": "anna", "phone_number": "+49151"}
        visitor.imported([{"email": EMAIL, "user_id": "7", **kept}])
        change = {"user_id": "8", "username": "berta", "phone_number": "+49152", "blocked": True}
        job = visitor.imported([{"email": EMAIL, **change}], upsert="true")
        user = visitor.user(EMAIL)
        assert job["summary"]["updated"] == 1
        assert {"user_id": "auth0|7", **kept} == {name: user[name] for name in ("user_id", *kept)}
        assert "blocked" not in user

    @pytest.mark.parametrize(
        ("clash", "code"),
        [
            ({"username": "anna"}, "CONFLICT_USERNAME"),
            ({"user_id": "7"}, "CONFLICT_EMAIL"),
            ({"phone_number": "+49151"}, "CONFLICT"),
        ],
        ids=["username", "user_id", "phone"],
    )
    def test_is_matched_by_email_only(self, visitor: Visitor, clash: dict[str, Any], code: str) -> None:
        """A hit on another identifier is somebody else's, for a new address as for a known one."""
        visitor.imported(
            [
                {"email": EMAIL, "username": "anna", "user_id": "7", "phone_number": "+49151"},
                {"email": "c@example.test"},
            ]
        )
        users = [{"email": email, **clash} for email in ("b@example.test", "c@example.test")]
        assert [visitor.codes(user, upsert="true") for user in users] == [[[code]], [[code]]]


class TestLostFactors:
    def test_fail_a_record_that_is_applied_otherwise(self, visitor: Visitor) -> None:
        """Documented: the user is there, the error says that the factors are not, a retry is safe."""
        visitor.control("PATCH", "/levers", {"mfa_factors_fail": True})
        factors = {"mfa_factors": [{"totp": {"secret": "JBSWY3DPEHPK3PXP"}}]}
        job = visitor.imported([{"email": EMAIL, **factors}, {"email": "x@", **factors}])
        lost, wrong = sorted(visitor.errors(job), key=lambda entry: entry["errors"][0]["code"], reverse=True)
        assert lost["errors"] == [{"code": "MFA_FACTORS_FAILED", "message": "Unable to import factors"}]
        assert (wrong["errors"][0]["code"], job["summary"]["failed"], job["summary"]["inserted"]) == (
            "INVALID_FORMAT",
            2,
            0,
        )
        visitor.control("PATCH", "/levers", {"mfa_factors_fail": False})
        again = visitor.imported([{"email": EMAIL, **factors}], upsert="true")
        assert again["summary"] == {"failed": 0, "updated": 1, "inserted": 0, "total": 1}


class TestVanishedConnection:
    def test_fails_every_user(self, visitor: Visitor) -> None:
        """A connection deleted while its job waits: each user fails with a code of its own."""
        made = visitor.send("POST", "connections", {"name": "Second"}).json()["id"]
        visitor.tenant.importer.stop()
        job = visitor.submit([{"email": EMAIL}], connection_id=made).json()
        visitor.send("DELETE", f"connections/{made}")
        while visitor.tenant.importer.do_next():
            pass
        visitor.tenant.importer.start()
        assert [entry["errors"][0]["code"] for entry in visitor.errors(job)] == ["CONNECTION_NOT_FOUND"]


class TestPasswordByUpsert:
    """What the import schema says about passwords of people who are there, case by case."""

    def test_replaces_a_hash_that_was_never_used(self, visitor: Visitor) -> None:
        """A custom hash without a login may be corrected."""
        visitor.imported([{"email": EMAIL, **sha1("old")}])
        visitor.imported([{"email": EMAIL, **sha1("new")}], upsert="true")
        assert [visitor.login(EMAIL, word).status_code for word in ("old", "new")] == [403, 200]

    def test_leaves_a_hash_alone_that_is_not_mentioned(self, visitor: Visitor) -> None:
        """A record without a hash changes the profile only."""
        visitor.imported([{"email": EMAIL, **sha1("old")}])
        visitor.imported([{"email": EMAIL, "name": "A"}], upsert="true")
        assert visitor.login(EMAIL, "old").status_code == 200

    def test_refuses_after_a_login(self, visitor: Visitor) -> None:
        """Once converted, the password is fixed; nothing else of the record is applied."""
        visitor.imported([{"email": EMAIL, **sha1("old")}])
        visitor.login(EMAIL, "old")
        (entry,) = visitor.errors(visitor.imported([{"email": EMAIL, "name": "B", **sha1("new")}], upsert="true"))
        assert [error["message"] for error in entry["errors"]] == [HAS_PASSWORD]
        assert (visitor.user(EMAIL)["name"], visitor.login(EMAIL, "old").status_code) == (EMAIL, 200)

    @pytest.mark.parametrize("first", [{}, {"password_hash": "$2a$10$" + "a" * 53}], ids=["no hash", "bcrypt"])
    def test_refuses_whoever_came_with_something_else(self, visitor: Visitor, first: dict[str, str]) -> None:
        """A random password and an imported bcrypt are for good."""
        visitor.imported([{"email": EMAIL, **first}])
        (entry,) = visitor.errors(visitor.imported([{"email": EMAIL, **sha1("new")}], upsert="true"))
        assert [error["message"] for error in entry["errors"]] == [HAS_PASSWORD]

    def test_never_takes_password_hash(self, visitor: Visitor) -> None:
        """`password_hash` is for the first import only."""
        visitor.imported([{"email": EMAIL, **sha1("old")}])
        users = [{"email": EMAIL, "password_hash": "$2a$10$" + "a" * 53}]
        assert visitor.codes(*users, upsert="true") == [["CONFLICT"]]
