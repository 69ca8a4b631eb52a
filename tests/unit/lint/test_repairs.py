"""What is found in one user, and what its repair comes to."""

import copy
import itertools
from typing import Any

import msgspec
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from samekey.auth0 import limits
from samekey.hashes import payload_rules
from samekey.lint import codes, judgement, payload_repairs, readings, repairs
from samekey.lint.findings import HIDDEN, difference
from samekey.rehearsal.import_rules import ImportRules
from tests.unit.hashes import golden
from tests.unit.lint import mistakes
from tests.unit.lint.mistakes import BCRYPT_10, MISTAKES, PASSWORD, PASSWORDS, WORKED, Mistake, person

CLEAN = [
    *(pytest.param(person(name, payload), id=name) for name, payload in WORKED.items()),
    *(
        pytest.param(person("documented", line["custom_password_hash"]), id=f"documented-{golden.label(line)}")
        for line in golden.lines("documented-examples.jsonl")
    ),
    pytest.param(person("ann", password_hash=BCRYPT_10), id="password-hash"),
    pytest.param({"username": "ann"}, id="username-alone"),
    pytest.param(
        person(
            "ann", user_id="7", email_verified=True, blocked=False, name="Ann", picture="https://example.com/a.png",
            app_metadata={"plan": "gold"}, user_metadata={"email": "x"}, mfa_factors=[{"totp": {"secret": "ABC234"}}],
        ),
        id="everything",
    ),
]  # fmt: skip

LEAVES = ["hash.value", "hash.encoding", "salt.value", "salt.encoding", "salt.position", "password.encoding", "keylen",
          "cost", "blockSize", "parallelization", "hash.digest", "hash.key.value", "hash.key.encoding", "algorithm",
          "hash"]  # fmt: skip
REQUIRED = {
    "hmac": ["hash.digest", "hash.key", "hash.key.value"],
    "scrypt": ["keylen", "salt", "salt.value"],
    **{name: ["salt.value"] for name in ("md5", "sha256", "sha512", "bcrypt-salted")},
}
FIXED_LENGTH = ["md4", "md4-ntlm", "md5", "sha1", "sha256", "sha512", "hmac", "scrypt", "bcrypt"]
LEFT_OUT_OF_TEXT = {"argon2", "bcrypt", "bcrypt-salted", "ldap", "pbkdf2"}
"""Records whose `hash.encoding` may be left out."""


PATHS = [*LEAVES, "hash.key", "salt", "password", "x", "hash.x", "salt.x"]
ODD: list[Any] = [None, 5, 0, -1, 1.5, True, "", "x", [], {}, "hex", "utf8", {"value": "x"}, 10**30]
IMPORTER = ImportRules(
    {"attributes": {name: {"identifier": {"active": True}} for name in judgement.IDENTIFIERS}},
    profile_bytes_max=limits.PROFILE_BYTES_MAX,
)
"""The rehearsal tenant's own reading of what can be imported."""
KEYS = st.sampled_from(["hash", "value", "encoding", "salt", "key", "algorithm", "digest", "secret", "totp", "phone"])
ANYTHING = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text() | st.sampled_from(["hmac", "scrypt", "ldap", "hex", "Utf-8"]),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(KEYS, inner),
)
"""JSON that somewhat looks like a user's."""


def given_at(payload: dict[str, Any], path: str) -> bool:
    """Whether something stands at a dotted path."""
    return payload_repairs.at(payload, path) is not None


@st.composite
def broken_users(draw: st.DrawFn) -> dict[str, Any]:
    """A worked record, broken in a way that its form shows."""
    name = draw(st.sampled_from(sorted(WORKED)))
    payload = copy.deepcopy(WORKED[name])
    match draw(st.sampled_from(["type", "drop", "sign", "cut", "encoding", "key", "other"])):
        case "type":
            path = draw(st.sampled_from([path for path in LEAVES if given_at(payload, path)]))
            mistakes.put(path, draw(st.sampled_from([5.5, True, [], ["x"]])))(payload)
        case "drop":
            always = ["algorithm", "hash", "hash.value", *REQUIRED.get(name, [])]
            encoding = [] if name in LEFT_OUT_OF_TEXT else ["hash.encoding"]
            mistakes.drop(draw(st.sampled_from(always + encoding)))(payload)
        case "sign":
            place = draw(st.integers(0, len(payload["hash"]["value"])))
            value = payload["hash"]["value"]
            payload["hash"]["value"] = value[:place] + draw(st.sampled_from(" !\n\0é*~")) + value[place:]
        case "cut":
            payload = copy.deepcopy(WORKED[name := draw(st.sampled_from(FIXED_LENGTH))])
            value = payload["hash"]["value"].rstrip("=")
            payload["hash"]["value"] = value[: draw(st.integers(1, len(value) - 1))]
        case "encoding":
            mine = payload["hash"].get("encoding", "utf8")
            payload["hash"]["encoding"] = draw(
                st.sampled_from(sorted({"hex", "base64", "utf8", "Hex", "b64"} - {mine}))
            )
        case "key":
            mistakes.put(draw(st.sampled_from(["iterations", "rounds", "type", "encodng"])), 1)(payload)
        case _:
            return person(name, payload, password_hash=draw(st.sampled_from([BCRYPT_10, mistakes.BCRYPT_12])))
    return person(name, payload)


def met(user: dict[str, Any]) -> list[tuple[str, str, bool]]:
    """Code, field and whether it is mended, of everything that lint says about a user alone."""
    mended = repairs.mend(user)
    doubts = judgement.doubts(mended.user)
    return [(fault.code, fault.field, fix is not None) for fault, fix in mended.faults] + [
        (doubt.code, doubt.field, False) for doubt in doubts
    ]


class TestMend:
    """One user."""

    @pytest.mark.parametrize("user", CLEAN)
    def test_finds_nothing_where_nothing_is_wrong(self, user: dict[str, Any]) -> None:
        """Every algorithm, as the contract and Auth0's own examples show it."""
        assert [] == met(user)

    @pytest.mark.parametrize("mistake", MISTAKES, ids=lambda mistake: mistake.name)
    def test_finds_a_mistake_once(self, mistake: Mistake) -> None:
        """One finding, with its field, and mendable only where the repair is certain."""
        assert [(mistake.code, mistake.field, mistake.mendable)] == met(mistake.user)

    @pytest.mark.parametrize("mistake", [each for each in PASSWORDS if each.mendable], ids=lambda mistake: mistake.name)
    def test_lets_people_in_again(self, mistake: Mistake) -> None:
        """A mended hash takes the password that it was made from."""
        assert readings.matches(repairs.mend(mistake.user).user, PASSWORD)

    @pytest.mark.parametrize("mistake", MISTAKES, ids=lambda mistake: mistake.name)
    def test_leaves_nothing_to_mend(self, mistake: Mistake) -> None:
        """A mended user is mended; what is left is left for a person."""
        assert [] == [code for code, _, mended in met(repairs.mend(mistake.user).user) if mended]

    @pytest.mark.parametrize("mistake", MISTAKES, ids=lambda mistake: mistake.name)
    def test_changes_nothing_that_was_handed_in(self, mistake: Mistake) -> None:
        """The user before the repair is still there."""
        before = copy.deepcopy(mistake.user)
        repairs.mend(mistake.user)
        assert before == mistake.user

    @pytest.mark.parametrize("mistake", [each for each in MISTAKES if not each.mendable], ids=lambda each: each.name)
    def test_leaves_as_it_is_what_is_not_certain(self, mistake: Mistake) -> None:
        """No value is changed on a guess."""
        assert mistake.user == repairs.mend(mistake.user).user

    def test_takes_a_null_beside_a_hash_for_nothing(self) -> None:
        """Which is not so for a null alone: a user imported without a hash could never be given one."""
        user = person("ann", password_hash=BCRYPT_10) | {"custom_password_hash": None}
        assert person("ann", password_hash=BCRYPT_10) == repairs.mend(user).user

    @pytest.mark.parametrize("name", ["argon2", "bcrypt", "ldap", "pbkdf2"])
    def test_takes_the_same_hash_out_of_password_hash_whatever_it_is(self, name: str) -> None:
        """A value that describes itself stands in both; the one that a later import can correct stays."""
        payload = WORKED[name]
        mended = repairs.mend(person("ann", payload, password_hash=payload["hash"]["value"]))
        assert person("ann", payload) == mended.user
        assert all(fix is not None for _, fix in mended.faults)

    @settings(max_examples=80, deadline=None, suppress_health_check=[HealthCheck.too_slow])
    @given(broken_users())
    def test_finds_what_was_broken_and_mends_it_wholly_or_not(self, user: dict[str, Any]) -> None:
        """A broken record never passes, and one that is mended to the end logs in."""
        mended = repairs.mend(user)
        assert mended.faults
        if not judgement.faults(mended.user):
            assert readings.matches(mended.user, PASSWORD)

    @pytest.mark.parametrize("name", sorted(WORKED))
    def test_lets_nothing_pass_that_an_import_refuses(self, name: str) -> None:
        """Any odd value anywhere in a payload: what comes out clean is taken by the importer's reading, not ours."""
        for path, value in itertools.product(PATHS, ODD):
            payload = copy.deepcopy(WORKED[name])
            if "." in path and not isinstance(payload.get(path.partition(".")[0]), dict):
                continue
            if path.startswith("hash.key.") and "key" not in payload["hash"]:
                continue
            mistakes.put(path, value)(payload)
            user = repairs.mend(person(name, payload)).user
            assert judgement.faults(user) or not IMPORTER.complaints_about(user), (path, value)

    @given(ANYTHING, st.sampled_from(sorted(judgement._PROPERTIES)))
    def test_bears_anything(self, value: Any, name: str) -> None:
        """Whatever JSON stands in a property, lint says something or nothing, and ends."""
        mended = repairs.mend({"email": "ann@example.test", name: value})
        assert all(fault.code in codes.CODES for fault, _ in mended.faults)


class TestFix:
    """What a finding shows of its repair."""

    @pytest.mark.parametrize("mistake", [each for each in MISTAKES if each.mendable], ids=lambda mistake: mistake.name)
    def test_shows_no_secret(self, mistake: Mistake) -> None:
        """Neither what stood in the hash nor what the repair makes of it."""
        mended = repairs.mend(mistake.user)
        shown = msgspec.json.encode([[fault, fix] for fault, fix in mended.faults]).decode()
        secrets = [text for user in (mistake.user, mended.user) for text in secret_texts(user)]
        assert [] == [number for number, text in enumerate(secrets) if text in shown]

    def test_shows_what_changed_and_nothing_more(self) -> None:
        """A new value, null for what is gone, a mask for a secret."""
        before = person("ann", {"algorithm": "md4", "hash": {"value": "aa", "encoding": "utf8"}, "salt": {}}, user_id=1)
        after = person("ann", {"algorithm": "md4", "hash": {"value": "bb", "encoding": "hex"}}, user_id="1")
        hashed = {"salt": None, "hash": {"value": HIDDEN, "encoding": "hex"}}
        assert {"user_id": "1", "custom_password_hash": hashed} == difference(before, after)


class TestCodes:
    """The closed list."""

    def test_has_a_sentence_for_every_fault_of_a_payload(self) -> None:
        """Whatever the rules of payloads say, lint can say."""
        assert set() == set(payload_rules.FAULTS) - set(codes.CODES)

    def test_is_shown_on_the_reference_page(self) -> None:
        """Every code has its row."""
        page = codes.reference_page()
        assert [] == [code for code in codes.CODES if f"| `{code}` |" not in page]


def secret_texts(value: Any, *, within: bool = False) -> list[str]:
    """Every text of a user that must not be shown."""
    if isinstance(value, str):
        return [value] if within and len(value) > 2 else []
    if isinstance(value, list):
        return [text for inner in value for text in secret_texts(inner, within=within)]
    if isinstance(value, dict):
        secret = {"value", "secret", "password_hash"}
        return [
            text
            for name, inner in value.items()
            for text in secret_texts(inner, within=name in secret or (name, type(inner)) == ("hash", str)
                                     or (name, type(inner)) == ("custom_password_hash", str))
        ]  # fmt: skip
    return []
