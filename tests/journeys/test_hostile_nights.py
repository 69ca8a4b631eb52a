"""A last delta on a bad night: cut anywhere, answers lost, people who changed over there meanwhile, told to stop."""

import json
import sqlite3
from collections.abc import Callable
from contextlib import closing
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from samekey import steps
from samekey.client.address import TenantAddress
from samekey.client.credentials import credentials_from
from samekey.clock import SystemClock
from samekey.deliver import holding
from samekey.errors import DeliveryPaused, TenantUnreachable
from samekey.events import Event, Noticed, Reached
from samekey.report.figures import Books
from samekey.testing.tenant_process import TenantProcess
from tests.journeys.deliver_until import PACE
from tests.journeys.migrations import RULES, person, sha1

PEOPLE = 10
CUTS_MAX = 200


class Cut(Exception):
    """The process ends here."""


class Heard:
    """A listener that remembers what was said, and acts at an event."""

    def __init__(self, act: Callable[[Event], None] = lambda _: None) -> None:
        self.act = act
        self.said: list[str] = []

    def notice(self, event: Event) -> None:
        """Remember, then act."""
        if isinstance(event, Noticed):
            self.said.append(event.text)
        self.act(event)


class MovableClock(SystemClock):
    """The machine's clock, and how much further it is; waits are short."""

    def __init__(self, during_a_pause: Callable[[], None] = lambda: None, *, waits: bool = True) -> None:
        self.ahead = timedelta()
        self.during_a_pause = during_a_pause
        self.waits = waits
        self.pauses = 0

    def now(self) -> datetime:
        """The present, as far as anybody can tell."""
        return super().now() + self.ahead

    def sleep(self, seconds: float) -> None:
        """Wait; a paused delivery does not wait long."""
        if seconds != holding.LOOK_SECONDS:
            super().sleep(min(seconds, 1.0) if self.waits else 0.0)
            return
        self.pauses += 1
        self.during_a_pause()


class Night:
    """A run folder on its way to a tenant, step by step."""

    def __init__(self, folder: Path, tenant: TenantProcess) -> None:
        self.folder = folder
        self.run = folder / "run"
        self.tenant = tenant
        self.rules(RULES)

    def rules(self, text: str) -> None:
        """Write the rules down."""
        (self.folder / "rules.toml").write_text(text)

    def pack(self, records: list[Any], since: str = "last") -> None:
        """Pack a source."""
        (self.folder / "users.json").write_text(json.dumps(records))
        rules = self.folder / "rules.toml"
        steps.pack(str(self.folder / "users.json"), rules_path=rules, run=self.run, since=since, workers=1)

    def deliver(self, heard: Heard | None = None, **options: Any) -> list[str]:
        """Deliver the run; what was said."""
        heard = heard or Heard()
        known = self.tenant.environment()
        steps.deliver(
            self.run,
            tenant=TenantAddress.parse(known["AUTH0_DOMAIN"]),
            connection=self.tenant.connection,
            credentials=credentials_from(known),
            pace=PACE,
            listener=heard,
            **options,
        )
        return heard.said

    def begin(self, records: list[Any]) -> None:
        """The bulk."""
        self.pack(records, since="")
        self.deliver()

    def books(self) -> Books:
        """The books of the run."""
        return steps.report(self.run).books

    def there(self, columns: str = "name") -> dict[str, Any]:
        """What the tenant's own store says of everybody, by address."""
        with closing(sqlite3.connect(self.tenant.store)) as store:
            return {row[0]: row[1] for row in store.execute(f"select email, {columns} from users")}

    def at_tenant(self, statement: str) -> None:
        """Somebody changes something over there."""
        with closing(sqlite3.connect(self.tenant.store)) as store:
            store.execute(statement)
            store.commit()

    def blocked(self) -> set[str]:
        """Who is blocked over there."""
        return {email for email, is_so in self.there("blocked").items() if is_so}

    def by_hand(self) -> list[tuple[str, str]]:
        """Who is left to a person, and for what."""
        return [
            (line["key"], line["what"])
            for path in sorted(self.run.glob("deliveries/*/follow-up/changes-*.ndjson"))
            for line in map(json.loads, path.read_text().splitlines())
        ]

    def pause_path(self) -> Path:
        """The file that holds the delivery."""
        (path,) = self.run.glob("deliveries/*")
        return path / holding.PAUSE_FILE


@pytest.fixture
def night(tmp_path: Path, shared_tenant: TenantProcess) -> Night:
    """Ten people who were delivered to a tenant that knew nobody."""
    shared_tenant.control("POST", "/reset")
    made = Night(tmp_path, shared_tenant)
    made.begin([person(number) for number in range(PEOPLE)])
    return made


def changed(*vanished: int, **more: Any) -> list[dict[str, Any]]:
    """Everybody has another name by now, but for those who vanished."""
    return [person(number, name="Later", **more) for number in range(PEOPLE) if number not in vanished]


def at(boundary: str, do: Callable[[], None]) -> Heard:
    """Do something the first time that a boundary is reached."""
    reached: list[str] = []

    def act(event: Event) -> None:
        if isinstance(event, Reached) and event.boundary == boundary and not reached:
            reached.append(boundary)
            do()

    return Heard(act)


class TestCuts:
    def test_anywhere_lead_to_the_same_end(self, night: Night) -> None:
        """Ended at the first event, begun again, ended at the second, and so on until it is through."""
        records = changed(9)
        records[0]["blocked"] = True
        records[7]["hash"] = sha1("new 7")
        night.pack([*records, person(20)])

        def cut_at(count: int) -> Heard:
            left = [count]

            def act(_: Event) -> None:
                left[0] -= 1
                if not left[0]:
                    raise Cut

            return Heard(act)

        for count in range(1, CUTS_MAX):
            try:
                night.deliver(cut_at(count), block_many=True)
            except Cut:
                continue
            break
        assert {"p0@example.org", "p9@example.org"} == night.blocked()
        names = night.there()
        assert ("P 9", "P 20") == (names.pop("p9@example.org"), names.pop("p20@example.org"))
        assert {"Later"} == set(names.values())
        books = night.books()
        assert (Books(read=11, packed=11, created=2, updated=9), True) == (books, books.closed)


class TestLostAnswers:
    def test_of_a_block_leave_nobody_out(self, night: Night) -> None:
        """The tenant blocked and was not heard: asked again, and blocked once more, which does no harm."""
        night.pack([person(number, blocked=number < 2) for number in range(PEOPLE)])
        lost = {"kind": "drop", "moment": "after", "method": "PATCH", "path": "/api/v2/users/*"}
        night.tenant.control("POST", "/faults", lost)
        night.deliver()
        assert {"p0@example.org", "p1@example.org"} == night.blocked()

    def test_that_never_come_stop_it_and_it_goes_on(self, night: Night) -> None:
        """Nobody is passed over by the next run."""
        night.pack([person(number, blocked=number < 2) for number in range(PEOPLE)])
        never = {"kind": "drop", "moment": "before", "method": "PATCH", "path": "/api/v2/users/*", "times": 1000}
        night.tenant.control("POST", "/faults", never)
        with pytest.raises(TenantUnreachable):
            night.deliver(clock=MovableClock(waits=False))
        assert set() == night.blocked()
        night.tenant.control("DELETE", "/faults")
        night.deliver()
        assert {"p0@example.org", "p1@example.org"} == night.blocked()

    def test_of_an_update_are_told_apart_from_creations(self, night: Night) -> None:
        """The chunk goes again; who was there before was updated, whoever heard of it."""
        night.pack([*changed(), person(20)])
        lost = {"kind": "drop", "moment": "after", "method": "POST", "path": "/api/v2/jobs/users-imports", "skip": 1}
        night.tenant.control("POST", "/faults", lost)
        night.deliver()
        assert Books(read=11, packed=11, created=1, updated=10) == night.books()


class TestPeopleOverThere:
    """What the tenant's administrators, or people themselves, do between the bulk and the delta."""

    def test_who_were_deleted_are_said(self, night: Night) -> None:
        """Somebody who vanished too is nobody's business; somebody who changed is made again, and listed."""
        night.at_tenant("delete from users where email in ('p8@example.org', 'p9@example.org')")
        night.pack(changed(9))
        night.deliver()
        assert [("9", "absent"), ("8", "MADE_AGAIN")] == night.by_hand()
        assert Books(read=10, packed=10, created=2, updated=8) == night.books()

    def test_who_are_deleted_in_the_last_moment_are_listed(self, night: Night) -> None:
        """A profile goes without its hash; where nobody is left to be updated, somebody is made without a password."""
        night.at_tenant("update users set created_ms = created_ms - 60000")  # the bulk was long ago
        night.pack([person(number, name="Later", blocked=not number) for number in range(PEOPLE)])
        said = night.deliver(
            at("block-intended", lambda: night.at_tenant("delete from users where email = 'p5@example.org'"))
        )
        assert any("1 users were deleted over there just before" in text for text in said)
        assert [("5", "MADE_BARE")] == night.by_hand()
        assert Books(read=10, packed=10, created=1, updated=9) == night.books()
        night.deliver()
        assert [("5", "MADE_BARE")] == night.by_hand()

    def test_who_have_another_address_are_known_by_their_id(self, night: Night) -> None:
        """The one is blocked all the same; the other would become two people, and is listed."""
        night.at_tenant("update users set email = 'new' || email where email in ('p8@example.org', 'p9@example.org')")
        night.pack(changed(9))
        night.deliver()
        assert {"newp9@example.org"} == night.blocked()
        assert [("8", "ANOTHER_USER")] == night.by_hand()
        assert "p8@example.org" not in night.there()
        assert Books(read=10, packed=10, created=1, updated=8, failed=1) == night.books()

    def test_who_swap_addresses_are_left_to_a_person(self, night: Night) -> None:
        """An import would give each the other's account."""
        before = night.there("email || user_id || coalesce(imported_hash, '')")
        records = [person(number) for number in range(PEOPLE)]
        records[3]["mail"], records[4]["mail"] = records[4]["mail"], records[3]["mail"]
        night.pack(records)
        night.deliver()
        assert before == night.there("email || user_id || coalesce(imported_hash, '')")
        assert [("3", "identifier"), ("4", "identifier")] == night.by_hand()
        assert night.books().closed


class TestWithoutIds:
    """Rules that carry no user id over: people are known by their address alone."""

    def test_a_new_address_over_there_is_said(self, tmp_path: Path, shared_tenant: TenantProcess) -> None:
        """Nobody can tell it from a deletion: not blocked, made again, and both listed."""
        shared_tenant.control("POST", "/reset")
        night = Night(tmp_path, shared_tenant)
        night.rules(RULES.replace('user_id = "id"\n', ""))
        night.begin([person(number) for number in range(PEOPLE)])
        night.at_tenant("update users set email = 'new' || email where email in ('p8@example.org', 'p9@example.org')")
        night.pack(changed(9))
        night.deliver()
        assert (set(), [("9", "absent"), ("8", "MADE_AGAIN")]) == (night.blocked(), night.by_hand())

    def test_people_known_by_their_address_keep_it_when_two_swap(
        self, tmp_path: Path, shared_tenant: TenantProcess
    ) -> None:
        """The address is the key: whoever has it in the source has it over there, with that password."""
        shared_tenant.control("POST", "/reset")
        night = Night(tmp_path, shared_tenant)
        night.rules(RULES.replace('key = "id"\nuser_id = "id"\n', ""))
        night.begin([person(number) for number in range(PEOPLE)])
        records = [person(number) for number in range(PEOPLE)]
        records[3]["mail"], records[4]["mail"] = records[4]["mail"], records[3]["mail"]
        night.pack(records)
        night.deliver()
        assert ("P 4", "P 3") == (night.there()["p3@example.org"], night.there()["p4@example.org"])
        assert Books(read=10, packed=10, created=8, updated=2) == night.books()


class TestNothing:
    def test_changes_nothing(self, night: Night) -> None:
        """A delta without changes is delivered at once, and again."""
        before = night.there("updated_ms")
        night.pack([person(number) for number in range(PEOPLE)])
        for _ in range(2):
            night.deliver()
            assert Books(read=10, packed=10, created=10) == night.books()
        assert before == night.there("updated_ms")


class TestSeveral:
    def test_are_carried_over_one_after_the_other(self, night: Night) -> None:
        """Two deltas that were packed before either was delivered: the last word counts."""
        night.pack([person(number, name="Later") for number in range(PEOPLE - 1)])
        night.pack([person(number, name="Latest" if number == 1 else "Later") for number in range(PEOPLE)])
        night.deliver()
        names = night.there()
        assert ("Latest", "Later", set()) == (names["p1@example.org"], names["p2@example.org"], night.blocked())
        books = night.books()
        assert (10, True) == (books.packed, books.closed)

    def test_looks_without_waiting_lead_there_too(self, night: Night) -> None:
        """Whoever comes by now and then gets through a delta, and nobody is changed before their turn."""
        night.pack([*changed(9), person(20)])
        for _ in range(50):
            night.deliver(wait=False, block_many=True)
            if night.books().closed:
                break
            SystemClock().sleep(0.1)
        assert Books(read=11, packed=11, created=2, updated=9) == night.books()
        assert {"p9@example.org"} == night.blocked()


class TestStops:
    """A person says when."""

    def test_at_a_time_of_day_block_nobody_more(self, night: Night) -> None:
        """In the middle of a delta: what was done is done, and the next night goes on."""
        clock = MovableClock()
        night.pack([person(number, blocked=number < 3) for number in range(PEOPLE)])
        heard = at("block-answered", lambda: setattr(clock, "ahead", timedelta(hours=1)))
        with pytest.raises(DeliveryPaused) as paused:
            night.deliver(heard, clock=clock, until=clock.now() + timedelta(minutes=30), keep_metadata=True)
        assert f"samekey deliver {night.run}" in paused.value.remedy
        assert "--keep-metadata" in paused.value.remedy
        assert 1 == len(night.blocked())
        night.deliver(keep_metadata=True)
        assert 3 == len(night.blocked())

    def test_of_a_pause_file_hold_a_delta(self, night: Night) -> None:
        """It waits between two people, and goes on when the file is gone."""
        clock = MovableClock(lambda: night.pause_path().unlink())
        night.pack([person(number, blocked=number < 3) for number in range(PEOPLE)])
        said = night.deliver(at("block-answered", lambda: night.pause_path().touch()), clock=clock)
        assert (1, 3) == (clock.pauses, len(night.blocked()))
        assert any("Nobody is changed meanwhile" in text for text in said)

    def test_of_a_pause_file_do_not_matter_when_all_is_done(self, night: Night) -> None:
        """Nothing waits for it."""
        night.pack([person(number, blocked=number < 3) for number in range(PEOPLE)])
        night.deliver()
        night.pause_path().touch()
        clock = MovableClock()
        night.deliver(clock=clock)
        assert 0 == clock.pauses


class TestBrake:
    def test_holds_a_delta_before_anybody_is_blocked(self, tmp_path: Path, shared_tenant: TenantProcess) -> None:
        """The bulk went to a connection that held those people: nobody of theirs is blocked until a person says so."""
        shared_tenant.control("POST", "/reset")
        (tmp_path / "other").mkdir()
        Night(tmp_path / "other", shared_tenant).begin([person(number) for number in range(30)])
        night = Night(tmp_path, shared_tenant)
        night.at_tenant("update users set created_ms = created_ms - 60000")  # long ago
        night.begin([person(number) for number in range(40)])
        assert Books(read=40, packed=40, created=10, failed=30) == night.books()
        night.pack([person(number) for number in range(39)])
        with pytest.raises(DeliveryPaused, match="30 of the last 40 users failed") as paused:
            night.deliver()
        assert paused.value.remedy.endswith("--go-on")
        assert set() == night.blocked()
        night.deliver(go_on=True)
        assert {"p39@example.org"} == night.blocked()

    def test_forgives_what_was_mended_and_packed_again(self, tmp_path: Path, shared_tenant: TenantProcess) -> None:
        """After a retry the same command goes on; nobody has to say so twice."""
        shared_tenant.control("POST", "/reset")
        (tmp_path / "other").mkdir()
        Night(tmp_path / "other", shared_tenant).begin([person(number) for number in range(30)])
        night = Night(tmp_path, shared_tenant)
        night.at_tenant("update users set created_ms = created_ms - 60000")  # long ago
        night.rules(RULES + "[pack]\nusers = 10\n")
        with pytest.raises(DeliveryPaused):
            night.begin([person(number) for number in range(100)])
        night.at_tenant("delete from users where created_ms < (select max(created_ms) from users) - 30000")
        steps.retry(night.run, workers=1)
        night.deliver()
        assert Books(read=100, packed=100, created=100) == night.books()
