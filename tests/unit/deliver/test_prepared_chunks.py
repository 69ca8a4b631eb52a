"""Changed users of a delta go with upsert, also in a delivery that began without, and are read back as such."""

import dataclasses
import hashlib
import json
from pathlib import Path

from samekey.client.wire import Connection
from samekey.deliver.assignment import Assignment
from samekey.deliver.lifecycle import State
from samekey.deliver.pace import Pace
from samekey.deliver.runner import Runner
from samekey.events import Nobody
from samekey.journal.journal import Journal
from samekey.journal.rows import ChunkRow
from samekey.pack import prepared
from samekey.pack.packed_users import PackedUser
from samekey.pack.prepared import PreparedRound, ToPrepare
from samekey.testing.manual_clock import ManualClock
from tests.unit.deliver.fake_tenant import CONNECTION, CONNECTION_ID, FakeTenant, gone


def changed(number: int, *, is_sent: bool = True) -> ToPrepare:
    """Somebody who is there and changed."""
    user = {"email": f"p{number}@b.test"}
    packed = PackedUser("02", "000001", number, user, f"k{number}", "raw_sha1")
    return ToPrepare(
        packed, user if is_sent else None, is_there=True, code="" if is_sent else "X", loses_metadata=False
    )


class TestPreparedChunks:
    """The whole way through jobs."""

    def test_say_where_everybody_went(self, tmp_path: Path) -> None:
        """Sent in order in chunks of so many, or left aside with the reason."""
        people = [changed(0), changed(1, is_sent=False), changed(2), changed(3)]
        found = prepared.prepare(
            tmp_path, "02", people, users_max=2, bytes_max=1_000, keeps_metadata=False, recipients=None
        )
        made = PreparedRound.of(tmp_path, "02")
        places = [(each.ordinal, each.to, each.place) for each in made.places()]
        assert [(0, "000001", 0), (1, "aside", 0), (2, "000001", 1), (3, "000002", 0)] == places
        assert (3, 1, {"X": 1}) == (found.updated, found.aside, found.codes)
        assert ["k0", "k2", "k3"] == [place.key for place, _ in made.sent()]
        content = made.chunk_path("000001").read_bytes()
        assert [{"email": "p0@b.test"}, {"email": "p2@b.test"}] == json.loads(content)
        assert hashlib.sha256(content).hexdigest() == found.chunks[0].sha256

    def test_are_updated_although_the_delivery_began_without_upsert(self, tmp_path: Path) -> None:
        """Also when a job is gone and its users are read back."""
        found = prepared.prepare(
            tmp_path, "02", map(changed, range(3)), users_max=0, bytes_max=1_000, keeps_metadata=False, recipients=None
        )
        made, clock = PreparedRound.of(tmp_path, "02"), ManualClock()
        tenant = FakeTenant(clock, shape=gone)
        for number in range(3):
            tenant.users[f"p{number}@b.test"] = tenant._profile({"email": f"p{number}@b.test"})
        clock.sleep(3_600)
        with Journal(tmp_path / "journal.sqlite") as journal:
            journal.add_existed("02+", prepared.existed(made.places()), at=clock.now())
            journal.add_chunks(
                "02+", [(each.name, each.users, each.sha256) for each in found.chunks], state=State.WAITING
            )
            assignment = Assignment(
                journal,
                tenant,
                connection=Connection(CONNECTION_ID, CONNECTION, "auth0"),
                rounds={"02+": made},
                upsert=False,
                completion_email=False,
                pace=Pace(),
                clock=clock,
                listener=Nobody(),
            )
            Runner(assignment).run()
            assert ["updated"] * 3 == [row.outcome for row in journal.outcomes()]
        assert not assignment.upserts(dataclasses.replace(journal_row(), round="02"))


def journal_row() -> ChunkRow:
    """A chunk that waits."""
    return ChunkRow("02+", "000001", 3, "", State.WAITING)
