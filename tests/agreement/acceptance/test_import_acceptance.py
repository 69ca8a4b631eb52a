"""Two readings of the import schema judge the same users: ours, written by hand, and the rehearsal tenant's.

Ours has to be the stricter one: whoever it lets pass must be taken by the importer. Where ours refuses more, or where
the importer is known to refuse more, the difference stands in a table below with its reason, and the table is held to
what both say.
"""

import string
from typing import Any

import msgspec
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from samekey.auth0 import limits
from samekey.hashes import conversion
from samekey.mapping import acceptance, compiled, rules
from samekey.records import Position, SourceRecord, User
from samekey.rehearsal import import_file
from samekey.rehearsal.import_rules import ImportRules

WIDE = {
    "attributes": {
        "email": {"identifier": {"active": True}},
        "username": {"identifier": {"active": True}, "validation": {"min_length": 1, "max_length": 128}},
        "phone_number": {"identifier": {"active": True}},
    }
}
"""A connection with every identifier active and none required: what a tenant can be set to at its widest."""

IMPORTER = ImportRules(WIDE, profile_bytes_max=limits.PROFILE_BYTES_MAX)

SIGNS = string.ascii_letters + string.digits + "!#$%&'*+/=?^_`{|}~-.@\"(),:;<>[]\\ \t\nàß李\u200b\x00%"
ODD = st.text(st.sampled_from(SIGNS), max_size=70) | st.text(max_size=20)
LABEL = st.text(st.sampled_from(string.ascii_letters + string.digits + "-_ä"), max_size=66)
EMAIL = st.one_of(
    ODD,
    st.builds("{}@{}.{}".format, ODD, LABEL, st.text(st.sampled_from("abcXYZ1"), max_size=5)),
    st.builds(
        "{}@{}.{}.com".format, st.text(st.sampled_from("abc.+'"), min_size=1, max_size=66), LABEL, LABEL
    ),
    st.builds("a@{}com".format, st.integers(118, 130).map(lambda count: "x." * count)),
    st.sampled_from(["ann@example.com", "b@example.org", "a@[1.2.3.4]", '"a b"@example.com', "a@localhost"]),
)  # fmt: skip
SCHEME = st.sampled_from(["http", "https", "HTTP", "ftp"])
HOST = st.lists(st.sampled_from(["a", "B", "1", ".", "-", "~", ":", ":8", "%41", "%4", "@", "[", "!", "'"]), max_size=4)
TAIL = st.lists(
    st.sampled_from(["a", "/", "?", "#", ":", "@", "%41", "%", "[", "^", "|", "+", "=", " ", "é"]), max_size=5
)
PICTURE = ODD | st.builds("{}://{}/{}".format, SCHEME, HOST.map("".join), TAIL.map("".join))
PHONE = ODD | st.builds("+{}".format, st.text(st.sampled_from("0123456789 \u0661"), max_size=18))
SIZED = st.builds(lambda size: "x" * size, st.sampled_from([0, 1, 128, 129, 150, 151, 255, 256, 300, 301, 350, 351]))
TEXT = ODD | SIZED
KEY = st.sampled_from([*sorted(limits.APP_METADATA_KEYS_FORBIDDEN), "a.b", "$c", "plan", "", "x"]) | st.text(max_size=5)
ANYTHING = st.recursive(
    st.none() | st.booleans() | st.integers(-5, 5) | TEXT,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(KEY, inner, max_size=3),
    max_leaves=8,
)
FACTOR = st.one_of(
    ANYTHING,
    st.builds(lambda text: {"totp": {"secret": text}}, st.text(st.sampled_from("AZ27a1="), max_size=8)),
    st.builds(lambda text: {"phone": {"value": text}}, PHONE),
    st.builds(lambda text: {"email": {"value": text}}, EMAIL),
    st.builds(lambda text: {"email": {"value": text}, "totp": {"secret": "ABC"}}, EMAIL),
)
STORED = st.sampled_from(
    [
        "5baa61e4c9b93f3f0682250b6cf8331b7ee68fd8",
        "5f4dcc3b5aa765d61d8327deb882cf99",
        "$2b$12$MI19nS1k71EDTbSNju7pouEmEJnWDaEZSkqgVzh2nhGAk5VlKMygC",
        "$2y$10$MI19nS1k71EDTbSNju7pouEmEJnWDaEZSkqgVzh2nhGAk5VlKMygC",
        "pbkdf2_sha256$1000$abcd$" + "A" * 43 + "=",
        "$argon2id$v=19$m=65536,t=3,p=4$c29tZXNhbHQ$" + "A" * 43,
        "{SSHA}" + "QUFB" * 8,
    ]
)
PASSWORD = STORED.map(lambda stored: conversion.convert(stored).custom_password_hash).filter(bool)
USER = st.fixed_dictionaries(
    {},
    optional={
        "email": EMAIL,
        "username": TEXT,
        "phone_number": PHONE,
        "user_id": TEXT,
        "given_name": TEXT,
        "family_name": TEXT,
        "name": TEXT,
        "nickname": TEXT,
        "picture": PICTURE,
        "email_verified": st.booleans() | ANYTHING,
        "phone_verified": st.booleans(),
        "blocked": st.booleans(),
        "app_metadata": st.dictionaries(KEY, ANYTHING, max_size=3) | ANYTHING,
        "user_metadata": st.dictionaries(KEY, ANYTHING, max_size=3),
        "mfa_factors": st.lists(FACTOR, max_size=3) | st.lists(FACTOR, min_size=9, max_size=11) | ANYTHING,
        "custom_password_hash": PASSWORD,
        "password_hash": st.sampled_from(["$2b$10$" + "a" * 53, "$2b$11$" + "a" * 53, "$2y$10$" + "a" * 53]),
    },
)
NICE: dict[str, Any] = {"email": "ann@example.com"}

STRICTER = [
    pytest.param({"email": "ann@localhost"}, id="nobody signs in with a host that has no domain"),
    pytest.param({"email": '"ann lee"@example.com'}, id="nobody signs in with a quoted local part"),
    pytest.param({"email": "ann@[192.0.2.1]"}, id="nobody signs in with an address literal"),
    pytest.param({"email": "ann@example.c"}, id="no top-level domain has one letter"),
    pytest.param(NICE | {"user_id": "auth0|7"}, id="an id with the prefix would get it twice"),
    pytest.param(NICE | {"picture": "ftp://example.com/a"}, id="a browser shows pictures from http only"),
    pytest.param(NICE | {"picture": "http://ann:pw@example.com/a"}, id="a picture's address is public"),
    pytest.param(NICE | {"picture": "http://[2001:db8::1]/a"}, id="an address literal is no home of a picture"),
    pytest.param(NICE | {"username": "ann\n"}, id="a username ends with its last sign, not with a line"),
    pytest.param(
        NICE | {"custom_password_hash": {"algorithm": "sha1", "hash": {"value": "abcd", "encoding": "hex"}}},
        id="a digest of impossible length imports and never logs in",
    ),
]
"""Users of whom only ours says no."""

LOOSER = [
    pytest.param(
        {"email": "ann@xn--a.com"},
        id="a label that is not Punycode: the schema library decodes it, RFC 5321 does not ask",
    ),
]
"""Users of whom only the importer says no."""

CONNECTION = [
    pytest.param({"username": "ann"}, {}, id="a classic connection asks for an email"),
    pytest.param(NICE | {"username": "x" * 16}, {}, id="a classic connection takes 15 characters unless it is changed"),
    pytest.param(NICE | {"username": "a@b"}, {}, id="a classic connection takes no username that looks like an email"),
    pytest.param(NICE, {"requires_username": True}, id="a connection may ask for a username"),
]
"""Users whom ours lets pass and a connection refuses by its own settings, which preflight and report have to tell."""


def importer_takes(user: Any) -> bool:
    """What the rehearsal tenant's importer says about one entry."""
    return not IMPORTER.complaints_about(user)


class TestAgreement:
    """Whoever we let pass, the importer takes."""

    @settings(max_examples=400, suppress_health_check=[HealthCheck.too_slow])
    @given(USER)
    def test_our_yes_is_the_importers_yes(self, user: dict[str, Any]) -> None:
        """Any user whatever."""
        if acceptance.refusal(user) is None:
            assert [] == IMPORTER.complaints_about(user)

    @settings(max_examples=200)
    @given(
        st.sampled_from(sorted({"email", "picture", "phone_number", "username", "user_id", "mfa_factors"})), st.data()
    )
    def test_our_yes_is_the_importers_yes_for_each_property(self, name: str, data: st.DataObject) -> None:
        """One property at a time, so that no other refusal hides a difference."""
        strategy = {
            "email": EMAIL,
            "picture": PICTURE,
            "phone_number": PHONE,
            "username": TEXT,
            "user_id": TEXT,
            "mfa_factors": st.lists(FACTOR, min_size=1, max_size=2),
        }[name]
        user = NICE | {name: data.draw(strategy)}
        if acceptance.refusal(user) is None:
            assert [] == IMPORTER.complaints_about(user)

    @settings(max_examples=200, suppress_health_check=[HealthCheck.too_slow])
    @given(st.lists(USER, max_size=3))
    def test_what_is_packed_is_imported(self, found: list[dict[str, Any]]) -> None:
        """The whole way: a record with these values, mapped by rules, as an import file."""
        text = "\n".join(f'{name} = "{name}"' for name in sorted(PROPERTIES))
        map_record = compiled.compile_rules(rules.parse_rules(f"[user]\n{text}\n"))
        mapped = [map_record(SourceRecord(Position(number), user)) for number, user in enumerate(found)]
        payloads = [became.payload for became in mapped if isinstance(became, User)]
        entries = import_file.read(b"[" + b",".join(payloads) + b"]", IMPORTER)
        assert entries is not None
        codes = {complaint.code for entry in entries for complaint in entry.complaints}
        assert codes <= {"DUPLICATED_USER"}  # which `pack.duplicates` sees to

    @pytest.mark.parametrize("weight", [limits.PROFILE_BYTES_MAX, limits.PROFILE_BYTES_MAX + 1])
    def test_both_weigh_a_profile_alike(self, weight: int) -> None:
        """To the byte."""
        map_record = compiled.compile_rules(rules.parse_rules('[user]\nemail = "email"\nuser_metadata = "m"\n'))
        frame = len(msgspec.json.encode(NICE | {"user_metadata": {"a": ""}}))
        metadata = {"a": "x" * (weight - frame)}
        became = map_record(SourceRecord(Position(0), NICE | {"m": metadata}))
        assert importer_takes(NICE | {"user_metadata": metadata}) == isinstance(became, User)


PROPERTIES = frozenset({
    "email", "username", "phone_number", "user_id", "given_name", "family_name", "name", "nickname", "picture",
    "email_verified", "phone_verified", "blocked", "app_metadata", "user_metadata", "mfa_factors",
})  # fmt: skip


class TestDifferences:
    """Where the two disagree on purpose."""

    @pytest.mark.parametrize("user", STRICTER)
    def test_ours_is_stricter(self, user: dict[str, Any]) -> None:
        """A user refused here can be mended before the night of the cut-over."""
        assert acceptance.refusal(user) is not None
        assert importer_takes(user)

    @pytest.mark.parametrize("user", LOOSER)
    def test_ours_is_looser(self, user: dict[str, Any]) -> None:
        """Only where the published rules do not carry the refusal."""
        assert acceptance.refusal(user) is None
        assert not importer_takes(user)

    @pytest.mark.parametrize(("user", "options"), CONNECTION)
    def test_a_connection_decides(self, user: dict[str, Any], options: dict[str, Any]) -> None:
        """What depends on a connection cannot be known before there is one."""
        classic = ImportRules(options, profile_bytes_max=limits.PROFILE_BYTES_MAX)
        assert acceptance.refusal(user) is None
        assert classic.complaints_about(user)
