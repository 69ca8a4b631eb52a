"""What must be true before the first job."""

from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from samekey.client.address import TenantAddress
from samekey.client.tokens import TokenSeen
from samekey.client.wire import Connection
from samekey.deliver import preflight
from samekey.deliver.packed_identifiers import PackedIdentifiers
from samekey.deliver.preflight import Finding, Preflight, Standing
from samekey.errors import TenantRefused, TenantUnreachable

NOW = datetime(2026, 11, 23, 9, 0, tzinfo=UTC)
REAL = TenantAddress.parse("acme.eu.auth0.com")
CUSTOM = TenantAddress.parse("login.acme.example")
REHEARSAL = TenantAddress.parse("http://127.0.0.1:4455")
DATABASE = Connection("con_1", "Users", "auth0", enabled_clients=["app"])
NEEDED = frozenset(preflight.NEEDED_SCOPES)


def a_token(**changes: Any) -> TokenSeen:
    """A token that is as it should be, but for some changes."""
    return TokenSeen(**{"scopes": NEEDED, "audiences": frozenset({REAL.audience}), **changes})


@dataclass
class FakeAdministration:
    """A tenant with one connection."""

    found: Connection = DATABASE
    token: TokenSeen = field(default_factory=a_token)
    token_refusal: TenantRefused | None = None
    time: datetime | None = NOW
    holds_users: bool = False
    is_silent: bool = False
    """It answers for the connection and for nothing more."""

    def token_seen(self) -> TokenSeen:
        """What the token says."""
        if self.token_refusal:
            raise self.token_refusal
        return self.token

    def tenant_now(self) -> datetime | None:
        """The time over there."""
        return self.time

    def connection(self, name_or_id: str) -> Connection:
        """The one connection, by either of its names."""
        if name_or_id not in {self.found.id, self.found.name}:
            raise TenantRefused("The tenant has no such connection.", remedy=f"Name {self.found.name}.")
        return self.found

    def applications_of(self, connection: Connection) -> list[str]:
        """Who may use it."""
        if self.is_silent:
            raise TenantUnreachable
        return connection.enabled_clients or []

    def has_users(self, connection: str) -> bool:
        """Whether anybody is in it."""
        assert self.found.name == connection
        if self.is_silent:
            raise TenantUnreachable
        return self.holds_users


def look(
    administration: FakeAdministration,
    name: str = "Users",
    *,
    tenant: TenantAddress = REAL,
    upsert: bool = False,
    changes: Sequence[str] = (),
) -> Preflight:
    """Ask at NOW."""
    return preflight.look(administration, name, tenant=tenant, now=NOW, upsert=upsert, changes=changes)


def packed(users: int = 10, *, lengths: dict[int, int] | None = None, **having: int) -> PackedIdentifiers:
    """A run of so many users, of whom so many have each identifier."""
    return PackedIdentifiers(users, Counter({"email": users} | having), Counter(lengths or {}))


WARNINGS: dict[str, tuple[Callable[[], Preflight], str]] = {
    "opaque token": (lambda: look(FakeAdministration(token=TokenSeen())), "does not say which scopes"),
    "needless scopes": (
        lambda: look(FakeAdministration(token=a_token(scopes=NEEDED | {"delete:clients"}))), "delete:clients",
    ),
    "custom domain": (
        lambda: look(FakeAdministration(token=a_token(audiences={CUSTOM.audience})), tenant=CUSTOM),
        "custom domain",
    ),
    "token ends": (
        lambda: look(FakeAdministration(token=a_token(can_renew=False, expires_at=NOW + timedelta(hours=1)))),
        "it ends at 2026-11-23 10:00 UTC",
    ),
    "token without end": (
        lambda: look(FakeAdministration(token=a_token(can_renew=False))), "does not say when it ends",
    ),
    "clock behind": (lambda: look(FakeAdministration(time=NOW + timedelta(minutes=5))), "300 s behind"),
    "clock ahead": (lambda: look(FakeAdministration(time=NOW - timedelta(minutes=5))), "300 s ahead of"),
    "no clock": (lambda: look(FakeAdministration(time=None)), "does not tell its time"),
    "users there": (lambda: look(FakeAdministration(holds_users=True)), "fail as duplicates"),
    "users there, upsert": (lambda: look(FakeAdministration(holds_users=True), upsert=True), "metadata replaced"),
}  # fmt: skip


REFUSALS: dict[str, tuple[FakeAdministration, str]] = {
    "token of another tenant": (FakeAdministration(token=a_token(audiences={"https://else/api/v2/"})), "for https://else"),
    "token over": (FakeAdministration(token=a_token(can_renew=False, expires_at=NOW)), "ended at"),
    "no database": (FakeAdministration(Connection("con_2", "Users", "google-oauth2")), "google-oauth2"),
    "custom database without import mode": (
        FakeAdministration(
            Connection("con_3", "Users", "auth0", {"enabledDatabaseCustomization": True}, enabled_clients=["app"])
        ),
        "import mode",
    ),
    "enabled for nobody": (
        FakeAdministration(Connection("con_4", "Users", "auth0", enabled_clients=[])), "no application",
    ),
}  # fmt: skip


class TestLook:
    def test_finds_all_well(self) -> None:
        """With all that is needed there is nothing to warn of, and every topic was asked for."""
        asked = look(FakeAdministration())
        assert DATABASE == asked.usable_connection()
        assert {Standing.OK} == {finding.standing for finding in asked.findings}
        topics = [finding.topic for finding in asked.findings]
        assert ["address", "token", "scopes", "log", "clock", "connection", "applications", "users"] == topics

    @pytest.mark.parametrize("kind", sorted(preflight.BLOCKING_CHANGES))
    def test_includes_the_change_of_users_where_somebody_is_blocked(self, kind: str) -> None:
        """A delta that blocks people is refused at once without the scope for it, and not at the first of them."""
        refusal = look(FakeAdministration(), changes=["profile", kind]).of(Standing.REFUSAL)[0]
        assert "The client lacks the scopes update:users." == refusal.sentence

    def test_does_not_include_it_for_changes_that_an_import_carries(self) -> None:
        """New profiles go by import jobs like everything else."""
        assert look(FakeAdministration(), changes=["profile", "password"]).is_ready

    @pytest.mark.parametrize("missing", preflight.NEEDED_SCOPES)
    def test_names_a_missing_scope(self, missing: str) -> None:
        """A scope that will be needed later is asked for now."""
        asked = look(FakeAdministration(token=a_token(scopes=NEEDED - {missing})))
        with pytest.raises(TenantRefused, match=missing):
            asked.usable_connection()

    def test_names_everything_at_once(self) -> None:
        """A missing scope does not hide a wrong connection."""
        asked = look(FakeAdministration(token=a_token(scopes=frozenset({"read:users"}))), "Typo")
        assert ["scopes", "connection"] == [finding.topic for finding in asked.of(Standing.REFUSAL)]
        assert asked.connection is None
        assert not asked.is_ready

    def test_names_the_connections_that_exist(self) -> None:
        """A wrong name is answered with the right ones."""
        with pytest.raises(TenantRefused) as caught:
            look(FakeAdministration(), "Typo").usable_connection()
        assert "Name Users." == caught.value.remedy

    @pytest.mark.parametrize(("asked", "words"), WARNINGS.values(), ids=WARNINGS.keys())
    def test_warns(self, asked: Callable[[], Preflight], words: str) -> None:
        """What a person should know does not keep a delivery from going."""
        found = asked()
        (warning,) = found.of(Standing.WARNING)
        assert words in warning.sentence
        assert found.is_ready

    def test_warns_of_what_the_tenant_does_not_say(self) -> None:
        """A question that the tenant does not answer is no reason to stop."""
        warnings = look(FakeAdministration(is_silent=True)).of(Standing.WARNING)
        assert ["applications", "users"] == [warning.topic for warning in warnings]

    def test_leaves_a_rehearsal_its_scopes(self) -> None:
        """A stand-in on this machine may grant what it likes."""
        token = a_token(scopes=NEEDED | {"delete:clients"}, audiences={REHEARSAL.audience})
        assert [] == look(FakeAdministration(token=token), tenant=REHEARSAL).of(Standing.WARNING)

    @pytest.mark.parametrize(("administration", "words"), REFUSALS.values(), ids=REFUSALS.keys())
    def test_refuses(self, administration: FakeAdministration, words: str) -> None:
        """What no delivery survives is told before the first job, with what to do."""
        with pytest.raises(TenantRefused, match=words) as caught:
            look(administration).usable_connection()
        assert caught.value.remedy

    def test_takes_a_custom_database_in_import_mode(self) -> None:
        """In import mode it is as good as any."""
        options = {"enabledDatabaseCustomization": True, "import_mode": True}
        found = Connection("con_3", "Legacy", "auth0", options, enabled_clients=["app"])
        assert found == look(FakeAdministration(found), "con_3").usable_connection()

    def test_explains_a_refused_token_by_a_custom_domain(self) -> None:
        """A token for a custom domain is refused by Auth0; the remedy names the canonical domain."""
        refusal = TenantRefused("Service not found", status=403)
        with pytest.raises(TenantRefused, match="Service not found") as caught:
            look(FakeAdministration(token_refusal=refusal), tenant=CUSTOM)
        assert "canonical domain" in caught.value.remedy

    def test_leaves_a_refused_token_of_the_own_domain_as_it_is(self) -> None:
        """Wrong credentials keep the remedy they have."""
        refusal = TenantRefused("no", remedy="Mend the secret.")
        with pytest.raises(TenantRefused) as caught:
            look(FakeAdministration(token_refusal=refusal))
        assert refusal is caught.value


REQUIRES_USERNAME = Connection("con_1", "Users", "auth0", {"requires_username": True})
CLASSIC = Connection("con_1", "Users", "auth0", {"validation": {"username": {"min": 1, "max": 15}}})
BY_PHONE = Connection("con_1", "Users", "auth0", {"attributes": {"phone_number": {"identifier": {"active": True}}}})
FINDINGS: dict[str, tuple[Connection, PackedIdentifiers, Standing, str]] = {
    "all as asked": (DATABASE, packed(), Standing.OK, "what the connection asks for"),
    "nobody packed": (BY_PHONE, packed(0), Standing.OK, "what the connection asks for"),
    "no username at all": (REQUIRES_USERNAME, packed(), Standing.REFUSAL, "requires username, and 10 of 10"),
    "some without username": (REQUIRES_USERNAME, packed(username=7), Standing.WARNING, "username, and 3 of 10"),
    "some without email": (DATABASE, packed(email=9), Standing.WARNING, "requires email, and 1 of 10"),
    "some usernames too long": (CLASSIC, packed(lengths={8: 5, 16: 2}), Standing.WARNING, "2 usernames"),
    "all usernames too long": (CLASSIC, packed(lengths={16: 9, 20: 1}), Standing.REFUSAL, "the longest has 20"),
    "nothing to log in with": (BY_PHONE, packed(), Standing.REFUSAL, "log in to this connection by phone_number"),
}  # fmt: skip


class TestCompare:
    @pytest.mark.parametrize(("connection", "found", "standing", "words"), FINDINGS.values(), ids=FINDINGS.keys())
    def test_names_the_difference(
        self, connection: Connection, found: PackedIdentifiers, standing: Standing, words: str
    ) -> None:
        """What nobody has refuses, what some lack warns, and both say how many."""
        (finding,) = preflight.compare(connection, found)
        assert standing is finding.standing
        assert words in finding.sentence


class TestPreflight:
    def test_warns_again_only_of_what_changes(self) -> None:
        """On resuming, the users in the connection are ours; a token that ends is still worth saying."""
        findings = (
            Finding("users", Standing.WARNING, "The connection holds users."),
            Finding("token", Standing.WARNING, "It ends."),
            Finding("clock", Standing.OK, "They agree."),
        )
        asked = Preflight(DATABASE, findings)
        assert ["users", "token"] == [finding.topic for finding in asked.worth_saying(again=False)]
        assert ["token"] == [finding.topic for finding in asked.worth_saying(again=True)]
