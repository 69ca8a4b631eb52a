"""A delivery of a few chunks to a tenant in memory, that can be stopped and begun again."""

import hashlib
import json
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from samekey import events
from samekey.client.wire import Connection
from samekey.deliver.assignment import Assignment
from samekey.deliver.brake import Brake
from samekey.deliver.canary import choose
from samekey.deliver.holding import Hours
from samekey.deliver.lifecycle import State
from samekey.deliver.pace import Pace
from samekey.deliver.runner import ALWAYS, NO_BRAKE, Runner
from samekey.journal.journal import Journal
from samekey.journal.rows import ChunkRow, OutcomeRow, UnheardRow
from samekey.pack.run_folder import Round
from samekey.report import explanations, figures
from samekey.testing.manual_clock import ManualClock
from tests.unit.deliver.fake_tenant import CONNECTION, CONNECTION_ID, FakeTenant

USERS_A_CHUNK = 3
SLEEPS_MAX = 5_000


class Notes:
    """A listener that remembers, and that may stop the delivery at an event."""

    def __init__(self, stop_at: int | None = None) -> None:
        self.events: list[events.Event] = []
        self.stop_at = stop_at

    def notice(self, event: events.Event) -> None:
        """Write it down; raise when it is the one to stop at."""
        self.events.append(event)
        if self.stop_at == len(self.events):
            raise Cut

    def boundaries(self) -> list[str]:
        """Every boundary reached, in order."""
        return [event.boundary for event in self.events if isinstance(event, events.Reached)]

    def said(self) -> str:
        """Every sentence for a person."""
        return "\n".join(event.text for event in self.events if isinstance(event, events.Noticed))


class Cut(Exception):
    """The delivery ends here, as if it had been killed."""


class ImpatientClock(ManualClock):
    """Ends a test whose delivery would wait for ever."""

    def sleep(self, seconds: float) -> None:
        """Move on, up to a point."""
        assert len(self.sleeps) < SLEEPS_MAX
        super().sleep(seconds)


class Story:
    """One delivery, told by one runner after the other."""

    def __init__(
        self,
        folder: Path,
        *,
        chunks: int = 4,
        job_seconds: float = 30.0,
        upsert: bool = False,
        pace: Pace | None = None,
        brake: Brake = NO_BRAKE,
        hours: Hours = ALWAYS,
    ) -> None:
        folder.mkdir(parents=True, exist_ok=True)
        self.folder = folder
        self.clock = ImpatientClock()
        self.tenant = FakeTenant(self.clock, job_seconds)
        self.upsert = upsert
        self.pace = pace or Pace()
        self.brake = brake
        self.hours = hours
        self.emails = [[f"p{n}@{chunk:06d}.test" for n in range(USERS_A_CHUNK)] for chunk in range(1, chunks + 1)]
        (folder / "01" / "chunks").mkdir(parents=True)
        self.sent_as: dict[str, str] = {}
        self.notes = Notes()

    def run(self, notes: Notes | None = None, *, wait: bool = True, canary: int = 0) -> None:
        """A fresh runner delivers until its end, or only so many users that go first."""
        self.notes = notes or Notes()
        with self.journal() as journal:
            journal.add_chunks("01", self._written(), state=State.WAITING)
            assignment = self.assignment(journal)
            runner = Runner(assignment, brake=self.brake, hours=self.hours)
            first = choose(journal, canary, near=None, at=self.clock.now()) if canary else None
            runner.run(wait=wait, only=first)

    def assignment(self, journal: Journal) -> Assignment:
        """What a runner is told."""
        return Assignment(
            journal,
            self.tenant,
            connection=Connection(CONNECTION_ID, CONNECTION, "auth0"),
            rounds={"01": Round(self.folder / "01")},
            upsert=self.upsert,
            completion_email=False,
            pace=self.pace,
            clock=self.clock,
            listener=self.notes,
        )

    @contextmanager
    def journal(self) -> Iterator[Journal]:
        """The journal of this delivery."""
        with Journal(self.folder / "journal.sqlite") as journal:
            yield journal

    def chunks(self) -> list[ChunkRow]:
        """Every chunk as it stands."""
        with self.journal() as journal:
            return journal.chunks()

    def states(self) -> list[str]:
        """The state of every chunk."""
        return [chunk.state for chunk in self.chunks()]

    def outcomes(self) -> list[OutcomeRow]:
        """Every user whose outcome is not the rule of its chunk."""
        with self.journal() as journal:
            return journal.outcomes()

    def answers(self) -> Counter[str | None]:
        """Attempts by what is journalled of their answer."""
        with self.journal() as journal:
            return Counter(row["answer"] for row in journal._database.execute("select answer from submission"))

    def everybody(self) -> set[str]:
        """Every address that was packed and can be imported."""
        return {email for chunk in self.emails for email in chunk if "@" in email}

    def settled_once(self) -> None:
        """Every chunk is settled and everybody is there; every job beyond one a chunk had its answer lost."""
        assert {State.SETTLED} == set(self.states())
        assert self.everybody() == self.tenant.users.keys()
        assert self.tenant.most_active <= 2
        with self.journal() as journal:
            rows = journal._database.execute("select external_id, answer from submission").fetchall()
        answers = {row["external_id"]: row["answer"] for row in rows}
        taken = Counter(answers[job.external_id] for job in self.tenant.jobs.values())
        assert len(self.emails) == taken["accepted"] + taken["found"]
        assert {"accepted", "found", "lost"} >= taken.keys()
        assert answers.keys() - {each.external_id for each in self.explained()} == {
            external_id for external_id, answer in answers.items() if answer == "accepted"
        }

    def look_for_existing(self) -> None:
        """Write down who is there before the first job, as the step does with upsert."""
        with self.journal() as journal:
            journal.add_chunks("01", self._written(), state=State.WAITING)
            there = [
                (f"{number:06d}", ordinal)
                for number, emails in enumerate(self.emails, start=1)
                for ordinal, email in enumerate(emails)
                if email in self.tenant.users
            ]
            journal.add_existed("01", there, at=self.clock.now())

    def ended(self) -> tuple[int, int, int]:
        """Users created, updated and failed, by the books' own rule."""
        with self.journal() as journal:
            return figures._ended(journal.chunks(), journal.outcomes())

    def explained(self) -> list[UnheardRow]:
        """Attempts that the report explains."""
        with self.journal() as journal:
            return journal.unheard()

    def explanations(self) -> list[str]:
        """What the report says of attempts beyond one a chunk."""
        with self.journal() as journal:
            return [each.text for each in explanations.explain(journal.unheard())]

    def created(self) -> int:
        """Users created, by the books' own rule: the jobs' totals, and the rows that say otherwise."""
        with self.journal() as journal:
            return figures._ended(journal.chunks(), journal.outcomes())[0]

    def _written(self) -> list[tuple[str, int, str]]:
        found = []
        for number, emails in enumerate(self.emails, start=1):
            content = json.dumps([{self.sent_as.get(email, "email"): email} for email in emails]).encode()
            (self.folder / "01" / "chunks" / f"{number:06d}.json").write_bytes(content)
            found.append((f"{number:06d}", len(emails), hashlib.sha256(content).hexdigest()))
        return found


@pytest.fixture
def story(tmp_path: Path) -> Story:
    """A delivery of four chunks of three people."""
    return Story(tmp_path / "run")
