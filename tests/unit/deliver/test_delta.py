"""What of a change is imported: the rules of an upsert, row by row."""

from typing import Any

import pytest

from samekey.deliver import delta
from samekey.deliver.delta import Plan
from samekey.journal.outcome_codes import ANOTHER_USER, PASSWORD_FIXED, PASSWORD_IN_USE
from samekey.pack.changes import Change, Kind

HASH = {"algorithm": "sha1", "hash": {"value": "aa", "encoding": "hex"}}
SENT = {"email": "Ann@example.com", "user_id": "7", "name": "Ann", "custom_password_hash": HASH}
WITHOUT_HASH = {name: value for name, value in SENT.items() if name != "custom_password_hash"}
PROFILE, PASSWORD = (Kind.PROFILE,), (Kind.PASSWORD,)
BOTH = (Kind.PROFILE, Kind.PASSWORD)


def there(**more: Any) -> dict[str, Any]:
    """The user as the tenant shows it."""
    shown = {"email": "ann@example.com", "user_id": "auth0|7", "identities": [{"connection": "Users"}]}
    return {**shown, **more}


def planned(
    kinds: tuple[Kind, ...],
    *found: dict[str, Any],
    sent: dict[str, Any] | None = None,
    had_password: bool = True,
    keep_metadata: bool = False,
) -> Plan:
    """The plan for one user."""
    change = Change("7", kinds, {"email": "ann@example.com"}, had_password=had_password)
    return delta.plan(change, sent or SENT, found, connection="Users", keep_metadata=keep_metadata)


ROWS = [
    pytest.param(PROFILE, [], Plan(SENT, is_there=False), id="nobody-there"),
    pytest.param(PASSWORD, [there()], Plan(SENT, is_there=True), id="password-unused"),
    pytest.param(BOTH, [there()], Plan(SENT, is_there=True), id="both-unused"),
    pytest.param(PROFILE, [there()], Plan(WITHOUT_HASH, is_there=True), id="profile-alone-goes-without-hash"),
    pytest.param(
        PASSWORD, [there(logins_count=1)], Plan(None, is_there=True, code=PASSWORD_IN_USE), id="password-in-use"
    ),
    pytest.param(
        BOTH,
        [there(last_login="2026-11-23")],
        Plan(WITHOUT_HASH, is_there=True, code=PASSWORD_IN_USE),
        id="both-in-use",
    ),
    pytest.param(PROFILE, [there(logins_count=1)], Plan(WITHOUT_HASH, is_there=True), id="profile-of-somebody-inside"),
    pytest.param(PROFILE, [there(user_id="auth0|8")], Plan(None, is_there=True, code=ANOTHER_USER), id="another-id"),
    pytest.param(
        PROFILE, [there(email="b@example.com")], Plan(None, is_there=True, code=ANOTHER_USER), id="another-address"
    ),
    pytest.param(
        PROFILE,
        [there(), there(user_id="auth0|9")],
        Plan(None, is_there=True, code=ANOTHER_USER),
        id="two-of-this-address",
    ),
    pytest.param(
        PROFILE, [there(identities=[{"connection": "Google"}])], Plan(SENT, is_there=False), id="of-another-connection"
    ),
]


class TestPlan:
    """One changed user held against the tenant."""

    @pytest.mark.parametrize(("kinds", "found", "expected"), ROWS)
    def test_sends_what_an_import_can_change(
        self, kinds: tuple[Kind, ...], found: list[dict[str, Any]], expected: Plan
    ) -> None:
        """And nothing that the tenant would refuse."""
        assert expected == planned(kinds, *found)

    def test_gives_nobody_a_hash_who_came_without(self) -> None:
        """Auth0 made a random password, which no import replaces."""
        assert Plan(None, is_there=True, code=PASSWORD_FIXED) == planned(PASSWORD, there(), had_password=False)

    @pytest.mark.parametrize(
        ("known", "loses"),
        [
            pytest.param(None, False, id="nothing-there"),
            pytest.param({"plan": "free"}, False, id="the-same-keys"),
            pytest.param({"seen": 1}, True, id="more-there"),
        ],
    )
    def test_says_who_loses_metadata(self, known: dict[str, Any] | None, loses: bool) -> None:  # noqa: FBT001  # a table
        """What is replaced whole loses the keys that the record does not hold."""
        sent = {**SENT, "app_metadata": {"plan": "gold"}}
        assert loses == planned(PROFILE, there(app_metadata=known), sent=sent).loses_metadata

    def test_merges_metadata_when_told(self) -> None:
        """What the record says wins; metadata of which it says nothing is not sent at all."""
        sent = {**SENT, "app_metadata": {"plan": "gold"}}
        found = there(app_metadata={"plan": "free", "seen": 1}, user_metadata={"theme": "dark"})
        plan = planned(PROFILE, found, sent=sent, keep_metadata=True)
        assert plan.entry is not None
        assert {"plan": "gold", "seen": 1} == plan.entry["app_metadata"]
        assert ("user_metadata" in plan.entry, plan.loses_metadata) == (False, False)
