"""Every refusal of the import schema, by our own reading: reason, field, and a remedy."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from samekey.auth0 import limits
from samekey.mapping import acceptance
from samekey.records import REASONS

BCRYPT_10 = "$2b$10$" + "a" * 53
SHA1 = {"algorithm": "sha1", "hash": {"value": "5baa61e4c9b93f3f0682250b6cf8331b7ee68fd8", "encoding": "hex"}}
WEBSITE = "http://example.com"


def user(**more: Any) -> dict[str, Any]:
    """Somebody Auth0 takes, with other values."""
    return {"email": "ann@example.com", **more}


def nested(levels: int) -> dict[str, Any]:
    """Metadata of so many levels."""
    inner: dict[str, Any] = {}
    for _ in range(levels - 1):
        inner = {"a": inner}
    return inner


REFUSED = [
    pytest.param({}, "missing", "email", id="no-identifier"),
    pytest.param({"name": "Ann", "user_id": "7"}, "missing", "email", id="id-is-no-identifier"),
    pytest.param(user(email="ann.example.com"), "bad-email", "email", id="email-without-at"),
    pytest.param(user(email="ann@home@example.com"), "bad-email", "email", id="email-two-at"),
    pytest.param(user(email="@example.com"), "bad-email", "email", id="email-no-local"),
    pytest.param(user(email="ann@"), "bad-email", "email", id="email-no-domain"),
    pytest.param(user(email="ann@localhost"), "bad-email", "email", id="email-no-dot"),
    pytest.param(user(email="ann@example.c"), "bad-email", "email", id="email-short-top"),
    pytest.param(user(email="ann@example.com "), "bad-email", "email", id="email-blank"),
    pytest.param(user(email="ann@example.com\n"), "bad-email", "email", id="email-line-end"),
    pytest.param(user(email=".ann@example.com"), "bad-email", "email", id="email-dot-first"),
    pytest.param(user(email="a..b@example.com"), "bad-email", "email", id="email-two-dots"),
    pytest.param(user(email="ann@-example.com"), "bad-email", "email", id="email-hyphen-first"),
    pytest.param(user(email="ann@" + "x" * 64 + ".com"), "bad-email", "email", id="email-label"),
    pytest.param(user(email="jürgen@example.com"), "bad-email", "email", id="email-not-ascii"),
    pytest.param(user(email="ann@exämple.com"), "bad-email", "email", id="email-domain-not-ascii"),
    pytest.param(user(email="a" * 65 + "@example.com"), "too-long", "email", id="email-local-65"),
    pytest.param(user(email="a@" + "x." * 126 + "com"), "too-long", "email", id="email-257"),
    pytest.param(user(email=5), "wrong-type", "email", id="email-number"),
    pytest.param(user(username=""), "too-long", "username", id="username-empty"),
    pytest.param(user(username="x" * 129), "too-long", "username", id="username-129"),
    pytest.param(user(username="zoë"), "bad-username", "username", id="username-accent"),
    pytest.param(user(username="two words"), "bad-username", "username", id="username-blank"),
    pytest.param(user(username="ann\n"), "bad-username", "username", id="username-line-end"),
    pytest.param(user(phone_number="0151 123"), "bad-phone", "phone_number", id="phone-national"),
    pytest.param(user(phone_number="+"), "bad-phone", "phone_number", id="phone-plus"),
    pytest.param(user(phone_number="+1234567890123456"), "bad-phone", "phone_number", id="phone-16"),
    pytest.param(user(phone_number="+١٢٣"), "bad-phone", "phone_number", id="phone-other-digits"),
    pytest.param(user(user_id="auth0|7"), "bad-user-id", "user_id", id="id-prefix"),
    pytest.param(user(user_id=""), "bad-user-id", "user_id", id="id-empty"),
    pytest.param(user(user_id="a b"), "bad-user-id", "user_id", id="id-blank"),
    pytest.param(user(user_id="x" * 256), "bad-user-id", "user_id", id="id-256"),
    pytest.param(user(user_id=7), "wrong-type", "user_id", id="id-number"),
    pytest.param(user(given_name="x" * 151), "too-long", "given_name", id="given-151"),
    pytest.param(user(given_name=""), "too-short", "given_name", id="given-empty"),
    pytest.param(user(family_name="x" * 151), "too-long", "family_name", id="family-151"),
    pytest.param(user(name="x" * 151), "too-long", "name", id="name-151"),
    pytest.param(user(nickname="x" * 301), "too-long", "nickname", id="nickname-301"),
    pytest.param(user(name=None), "wrong-type", "name", id="name-null"),
    pytest.param(user(email_verified="true"), "wrong-type", "email_verified", id="verified-text"),
    pytest.param(user(blocked=1), "wrong-type", "blocked", id="blocked-number"),
    pytest.param(user(picture="ann.png"), "bad-url", "picture", id="picture-relative"),
    pytest.param(user(picture="javascript:alert(1)"), "bad-url", "picture", id="picture-script"),
    pytest.param(user(picture=WEBSITE + "/a b"), "bad-url", "picture", id="picture-blank"),
    pytest.param(user(picture=WEBSITE + "/ä"), "bad-url", "picture", id="picture-not-ascii"),
    pytest.param(user(picture=WEBSITE + "/%4"), "bad-url", "picture", id="picture-half-escape"),
    pytest.param(user(picture="http://ann:secret@example.com/"), "bad-url", "picture", id="picture-credentials"),
    pytest.param(user(app_metadata=[]), "wrong-type", "app_metadata", id="app-list"),
    pytest.param(user(user_metadata="x"), "wrong-type", "user_metadata", id="user-text"),
    pytest.param(user(user_metadata={"a": [{"b.c": 1}]}), "reserved-metadata-key", "user_metadata.a.b.c", id="dot"),
    pytest.param(user(app_metadata={"$a": 1}), "reserved-metadata-key", "app_metadata.$a", id="dollar"),
    pytest.param(user(user_metadata=nested(66)), "wrong-type", "user_metadata", id="too-deep"),
    *(
        pytest.param(user(app_metadata={key: 1}), "reserved-metadata-key", f"app_metadata.{key}", id=f"reserved-{key}")
        for key in sorted(limits.APP_METADATA_KEYS_FORBIDDEN)
    ),
    *(
        pytest.param(user(mfa_factors=factors), "bad-mfa-factors", field, id=f"factors-{name}")
        for name, field, factors in (
            ("none", "mfa_factors", []),
            ("eleven", "mfa_factors", [{"totp": {"secret": "ABC"}}] * 11),
            ("object", "mfa_factors", {"totp": {"secret": "ABC"}}),
            ("two-kinds", "mfa_factors[0]", [{"totp": {"secret": "ABC"}, "phone": {"value": "+1"}}]),
            ("no-kind", "mfa_factors[1]", [{"totp": {"secret": "ABC"}}, {}]),
            ("unknown-kind", "mfa_factors[0]", [{"push": {"value": "x"}}]),
            ("secret-padded", "mfa_factors[0]", [{"totp": {"secret": "ABC="}}]),
            ("secret-lower-case", "mfa_factors[0]", [{"totp": {"secret": "abc"}}]),
            ("secret-number", "mfa_factors[0]", [{"totp": {"secret": 222}}]),
            ("phone", "mfa_factors[0]", [{"phone": {"value": "0151"}}]),
            ("email", "mfa_factors[0]", [{"email": {"value": "ann"}}]),
            ("email-local-65", "mfa_factors[0]", [{"email": {"value": "a" * 65 + "@example.com"}}]),
            ("more-keys", "mfa_factors[0]", [{"email": {"value": "a@example.com", "verified": True}}]),
            ("text", "mfa_factors[0]", ["totp"]),
            ("list", "mfa_factors[0]", [{"totp": ["secret"]}]),
        )
    ),
    pytest.param(
        user(password_hash=BCRYPT_10, custom_password_hash=SHA1),
        "bad-password-payload",
        "password_hash",
        id="two-hashes",
    ),
    pytest.param(user(password_hash="$2y$" + BCRYPT_10[4:]), "bad-password-payload", "password_hash", id="2y"),
    pytest.param(
        user(custom_password_hash={**SHA1, "algorithm": "sha3"}),
        "bad-password-payload",
        "custom_password_hash.algorithm",
        id="algorithm",
    ),
    pytest.param(user(custom_password_hash=None), "bad-password-payload", "custom_password_hash.", id="hash-null"),
]

TAKEN = [
    pytest.param(user(), id="email"),
    pytest.param({"username": "ann"}, id="username-alone"),
    pytest.param({"phone_number": "+491511234567"}, id="phone-alone"),
    pytest.param(user(email="a" * 64 + "@example.com"), id="email-local-64"),
    pytest.param(user(email="a@" + "x." * 124 + "comm"), id="email-254"),
    pytest.param(user(email="!#$%&'*+/=?^_`{|}~-.x@a-b.example.com"), id="email-odd-atom"),
    pytest.param(user(username="x" * 128), id="username-128"),
    pytest.param(user(username="aZ09@^$.!`-#+'~_"), id="username-signs"),
    pytest.param(user(user_id="x" * 255), id="id-255"),
    pytest.param(user(given_name="x" * 150, family_name="李", name="x" * 150, nickname="x" * 300), id="names"),
    pytest.param(user(picture="https://example.com:8080/a%20b;c?d=e&f=/?#g"), id="picture"),
    pytest.param(user(picture="HTTP://EXAMPLE.COM"), id="picture-upper-case"),
    pytest.param(user(app_metadata={"plan": {"email": "x"}}), id="reserved-below-the-top"),
    pytest.param(user(user_metadata={"email": "x", "identities": []}), id="reserved-in-user-metadata"),
    pytest.param(user(user_metadata=nested(64)), id="deep"),
    pytest.param(user(app_metadata={}, user_metadata={}), id="empty-metadata"),
    pytest.param(
        user(mfa_factors=[{"totp": {"secret": "ABC234"}}, {"phone": {"value": "+1"}}, {"email": {"value": "a@b.co"}}]),
        id="factors",
    ),
    pytest.param(user(mfa_factors=[{"totp": {"secret": "ABC"}}] * 10), id="ten-factors"),
    pytest.param(user(email_verified=True, phone_verified=False, blocked=False), id="truth"),
    pytest.param(user(custom_password_hash=SHA1), id="hash"),
    pytest.param(user(password_hash=BCRYPT_10), id="bcrypt"),
]


class TestRefusal:
    """Somebody whom Auth0 would refuse is told apart before anything is sent."""

    @pytest.mark.parametrize(("candidate", "reason", "field"), REFUSED)
    def test_names_what_to_mend(self, candidate: dict[str, Any], reason: str, field: str) -> None:
        """A word of the closed list, the field, and a sentence."""
        refusal = acceptance.refusal(candidate)
        assert refusal is not None
        assert (reason, field) == (refusal.reason, refusal.field)
        assert refusal.reason in REASONS
        assert refusal.remedy

    @pytest.mark.parametrize("candidate", TAKEN)
    def test_lets_pass_what_auth0_takes(self, candidate: dict[str, Any]) -> None:
        """Up to the last character that is allowed."""
        assert acceptance.refusal(candidate) is None

    def test_names_the_type_before_anything_else(self) -> None:
        """What is no text is not read as one."""
        assert acceptance.refusal({"email": "nobody", "name": 5}) == ("wrong-type", "name", "Text belongs here.")


NAMES = st.text("aB0.@_+-\n", max_size=4)


class TestPlainEmails:
    """Told for many at once."""

    @given(st.lists(st.tuples(NAMES, st.just("@") | NAMES, NAMES, st.just(".org") | NAMES).map("".join), max_size=4))
    def test_are_emails(self, emails: list[str]) -> None:
        """What looks plain is an address by the rules that everything is held against."""
        assert all(map(acceptance.is_email, emails)) or not acceptance.are_plain_emails(emails)

    def test_are_most(self) -> None:
        """And are told so."""
        assert acceptance.are_plain_emails(["ann@example.com", "B.o-b+7@mail.example.org"])
