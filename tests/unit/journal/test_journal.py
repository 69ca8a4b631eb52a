"""The journal: every operation is on disk when it returns, and no error but ours leaves it."""

import inspect
import signal
import sqlite3
import stat
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import closing
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from samekey import named_sql
from samekey.errors import RunFolderError
from samekey.journal.journal import Journal
from samekey.journal.rows import ChunkRow, JobCounts, LoginRow, OutcomeRow, ReadingRow

AT = datetime(2026, 11, 23, 9, 0, tzinfo=UTC)
CHUNKS = [("000001", 20, "aa"), ("000002", 7, "bb")]
FIRST = ChunkRow("01", "000001", 20, "aa", "waiting")
OUTCOME = OutcomeRow("01", "000001", -1, "failed", "CODE", "Why.", "")
HALF = ChunkRow("01", "000001.000000-000009", 10, "aa", "waiting", file="000001")

CALLS: dict[str, Callable[[Journal], object]] = {
    "delivery": lambda journal: journal.delivery(),
    "begin": lambda journal: journal.begin(
        tenant="t", connection_id="con_1", connection="c", upsert=False, completion_email=False, at=AT
    ),
    "confirm": lambda journal: journal.confirm(at=AT),
    "add_chunks": lambda journal: journal.add_chunks("01", CHUNKS, state="waiting"),
    "chunks": lambda journal: journal.chunks(),
    "intend": lambda journal: journal.intend(FIRST, "id-9", state="sending", at=AT, tenant_at=None),
    "accept": lambda journal: journal.accept(FIRST, "id-1", state="working", job_id="j", status="pending", at=AT),
    "lose": lambda journal: journal.lose(FIRST, "id-1", state="unclear", reason="cut", at=AT),
    "withdraw": lambda journal: journal.withdraw(FIRST, "id-1", state="waiting"),
    "poll": lambda journal: journal.poll("id-1", status="pending", at=AT),
    "finish": lambda journal: journal.finish(FIRST, state="finished", status="completed", summary=None, at=AT),
    "settle": lambda journal: journal.settle(FIRST, [], state="settled"),
    "outcomes": lambda journal: journal.outcomes(),
    "add_settled": lambda journal: journal.add_settled("01", "aside", [], state="settled"),
    "leave_hashes_out": lambda journal: journal.leave_hashes_out(FIRST, [0]),
    "without_hash": lambda journal: journal.without_hash("01"),
    "intend_block": lambda journal: journal.intend_block("02", "k", blocked=True, user_id="auth0|1", at=AT),
    "end_block": lambda journal: journal.end_block("02", "k", "blocked"),
    "blocks": lambda journal: journal.blocks(),
    "with_unplaced": lambda journal: journal.with_unplaced(),
    "place": lambda journal: journal.place(FIRST, [OUTCOME], [OUTCOME]),
    "first_intent": lambda journal: journal.first_intent(FIRST),
    "see": lambda journal: journal.see("id-1", "in-log"),
    "find": lambda journal: journal.find(FIRST, "id-1", state="working", job_id="j"),
    "halve": lambda journal: journal.halve(FIRST, [HALF], state="halved"),
    "is_looked_for": lambda journal: journal.is_looked_for("01"),
    "add_existed": lambda journal: journal.add_existed("09", [("000001", 3)], at=AT),
    "existed": lambda journal: journal.existed(FIRST),
    "was_tried": lambda journal: journal.was_tried(FIRST),
    "doubled": lambda journal: journal.doubled(),
    "unheard": lambda journal: journal.unheard(),
    "job_counts": lambda journal: journal.job_counts(),
    "recent_job_seconds": lambda journal: journal.recent_job_seconds(),
    "recent_jobs": lambda journal: journal.recent_jobs(),
    "cut": lambda journal: journal.cut(ChunkRow("01", "000002", 7, "bb", "waiting"), 3, rest="000002.000003"),
    "failures": lambda journal: journal.failures(),
    "add_milestone": lambda journal: journal.add_milestone("braked", at=AT),
    "last_milestone": lambda journal: journal.last_milestone("braked"),
    "last_note": lambda journal: journal.last_note("canary-chosen"),
    "put_login": lambda journal: journal.put_login("ada", outcome="ok", cluster="", at=AT),
    "logins": lambda journal: journal.logins(),
    "add_reading": lambda journal: journal.add_reading(compared=1, equal=1, different=0, missing=0, at=AT),
    "last_reading": lambda journal: journal.last_reading(),
}
"""One call of every operation."""


@pytest.fixture
def path(tmp_path: Path) -> Path:
    """Where the journal will be."""
    return tmp_path / "journal.sqlite"


@pytest.fixture
def journal(path: Path) -> Iterator[Journal]:
    """A journal with a delivery of two chunks."""
    with Journal(path) as opened:
        opened.begin(tenant="t", connection_id="con_1", connection="c", upsert=True, completion_email=False, at=AT)
        opened.add_chunks("01", CHUNKS, state="waiting")
        yield opened


def finished(journal: Journal, external_id: str, *, seconds: float, after: float, status: str = "completed") -> None:
    """A job that began `after` seconds and was seen to end `seconds` later."""
    began = AT + timedelta(seconds=after)
    journal.intend(FIRST, external_id, state="sending", at=began, tenant_at=None)
    journal.accept(FIRST, external_id, state="working", job_id=f"job {external_id}", status="pending", at=began)
    chunk = next(chunk for chunk in journal.chunks() if chunk.external_id == external_id)
    journal.finish(chunk, state="finished", status=status, summary=None, at=began + timedelta(seconds=seconds))


class TestCut:
    def test_makes_two_chunks_of_one_file(self, journal: Journal) -> None:
        """The first users keep the name, the others come right after them, and both know their file."""
        journal.cut(FIRST, 5, rest="000001.000005")
        journal.cut(journal.chunks()[1], 5, rest="000001.000010")
        rows = [(row.name, row.file_name, row.first, row.users, row.sha256, row.is_part) for row in journal.chunks()]
        assert [
            ("000001", "000001", 0, 5, "aa", True),
            ("000001.000005", "000001", 5, 5, "aa", True),
            ("000001.000010", "000001", 10, 10, "aa", True),
            ("000002", "000002", 0, 7, "bb", False),
        ] == rows

    def test_stays_when_the_chunks_are_taken_in_again(self, journal: Journal) -> None:
        """A resumed delivery does not put a cut chunk together."""
        journal.cut(FIRST, 5, rest="000001.000005")
        journal.add_chunks("01", CHUNKS, state="waiting")
        assert [5, 15, 7] == [row.users for row in journal.chunks()]


class TestDelivery:
    def test_is_nothing_before_it_begins(self, path: Path) -> None:
        """A fresh journal knows of no delivery."""
        with Journal(path) as journal:
            assert journal.delivery() is None

    def test_is_kept_as_it_began(self, journal: Journal) -> None:
        """Where it goes is read back as it was written."""
        row = journal.delivery()
        assert row is not None
        assert ("t", "con_1", "c", True, False, AT, None) == (
            row.tenant, row.connection_id, row.connection, row.upsert, row.completion_email, row.started_at,
            row.confirmed_at,
        )  # fmt: skip

    def test_begins_once(self, journal: Journal) -> None:
        """A second beginning is refused; what stands, stands."""
        with pytest.raises(RunFolderError):
            CALLS["begin"](journal)

    def test_is_confirmed_once(self, journal: Journal) -> None:
        """The first yes counts."""
        journal.confirm(at=AT)
        journal.confirm(at=AT + timedelta(hours=1))
        row = journal.delivery()
        assert row is not None
        assert AT == row.confirmed_at


class TestChunks:
    def test_stay_as_they_are_when_added_again(self, journal: Journal) -> None:
        """Taking a round in a second time changes nothing that was reached."""
        journal.intend(FIRST, "id-1", state="sending", at=AT, tenant_at=None)
        journal.add_chunks("01", CHUNKS, state="waiting")
        assert ["sending", "waiting"] == [chunk.state for chunk in journal.chunks()]

    def test_come_in_the_order_of_delivery(self, journal: Journal) -> None:
        """Rounds count as numbers, also past 99."""
        journal.add_chunks("100", CHUNKS[:1], state="waiting")
        journal.add_chunks("99", CHUNKS[:1], state="waiting")
        assert ["01", "01", "99", "100"] == [chunk.round for chunk in journal.chunks()]

    def test_show_their_latest_submission(self, journal: Journal) -> None:
        """Of several attempts the last one is shown, with its number."""
        journal.intend(FIRST, "id-1", state="sending", at=AT, tenant_at=AT)
        journal.lose(FIRST, "id-1", state="unclear", reason="cut", at=AT)
        journal.intend(FIRST, "id-2", state="resending", at=AT, tenant_at=None)
        chunk = journal.chunks()[0]
        assert ("id-2", 2, "resending", None) == (chunk.external_id, chunk.attempt, chunk.state, chunk.answer)

    def test_forget_an_attempt_that_was_withdrawn(self, journal: Journal) -> None:
        """A withdrawn attempt leaves no trace, and the attempt before it is the latest again."""
        journal.intend(FIRST, "id-1", state="sending", at=AT, tenant_at=AT)
        journal.lose(FIRST, "id-1", state="unclear", reason="cut", at=AT)
        before = journal.chunks()[0]
        journal.intend(FIRST, "id-2", state="resending", at=AT, tenant_at=None)
        journal.withdraw(FIRST, "id-2", state="unclear")
        assert before == journal.chunks()[0]

    def test_count_looks(self, journal: Journal) -> None:
        """Every look at a job is counted, the last one included."""
        journal.intend(FIRST, "id-1", state="sending", at=AT, tenant_at=None)
        journal.accept(FIRST, "id-1", state="working", job_id="job_1", status="pending", at=AT)
        journal.poll("id-1", status="pending", at=AT)
        chunk = journal.chunks()[0]
        journal.finish(chunk, state="finished", status="completed", summary=(20, 18, 1, 1), at=AT)
        chunk = journal.chunks()[0]
        assert ("finished", "job_1", 2) == (chunk.state, chunk.job_id, chunk.polls)
        assert (20, 18, 1, 1) == (chunk.total, chunk.inserted, chunk.updated, chunk.failed)


class TestSubmissions:
    def test_are_counted_by_their_end(self, journal: Journal) -> None:
        """Accepted, completed, failed or gone, and lost attempts are told apart."""
        finished(journal, "id-1", seconds=1, after=0)
        finished(journal, "id-2", seconds=1, after=10, status="failed")
        finished(journal, "id-3", seconds=1, after=20, status="gone")
        journal.intend(FIRST, "id-4", state="sending", at=AT, tenant_at=None)
        journal.lose(FIRST, "id-4", state="unclear", reason="cut", at=AT)
        assert JobCounts(submitted=3, completed=1, failed=2, lost=1) == journal.job_counts()
        assert journal.was_tried(FIRST)

    def test_know_when_the_chunk_was_first_meant_to_leave(self, journal: Journal) -> None:
        """The first intent counts, and a later one does not lend it the tenant's time."""
        journal.intend(FIRST, "id-1", state="sending", at=AT, tenant_at=None)
        journal.lose(FIRST, "id-1", state="unclear", reason="cut", at=AT)
        later = AT + timedelta(minutes=5)
        journal.intend(FIRST, "id-2", state="resending", at=later, tenant_at=later)
        assert (AT, None) == journal.first_intent(FIRST)

    def test_know_no_intent_of_a_chunk_that_never_left(self, journal: Journal) -> None:
        """A chunk that waits has no first intent."""
        assert (None, None) == journal.first_intent(FIRST)


class TestRecentJobSeconds:
    def test_is_nothing_while_no_job_completed(self, journal: Journal) -> None:
        """A job that failed or vanished says nothing about how long one takes."""
        finished(journal, "id-1", seconds=7200, after=0, status="failed")
        finished(journal, "id-2", seconds=86_400, after=10, status="gone")
        assert journal.recent_job_seconds() is None

    def test_does_not_take_a_night_for_a_job(self, journal: Journal) -> None:
        """A job that was looked at the next morning does not count beside one that was watched."""
        finished(journal, "id-1", seconds=30, after=0)
        finished(journal, "id-2", seconds=36_000, after=40)
        assert 30.0 == pytest.approx(journal.recent_job_seconds(), abs=0.1)

    def test_forgets_the_small_jobs_of_the_beginning(self, journal: Journal) -> None:
        """Only the last few jobs count, so that a tiny first one does not hurry everything after it."""
        finished(journal, "id-0", seconds=1, after=0)
        for number in range(1, 6):
            finished(journal, f"id-{number}", seconds=60, after=100.0 * number)
        assert 60.0 == pytest.approx(journal.recent_job_seconds(), abs=0.1)


class TestOutcomes:
    def test_are_kept_with_the_chunk_settled(self, journal: Journal) -> None:
        """Settling writes who is an exception, and the chunk's state, together."""
        rows = [OutcomeRow("01", "000001", place, "failed", "CODE", "Why.", "x@example.org") for place in (-1, 3)]
        journal.settle(FIRST, rows, state="settled")
        assert rows == journal.outcomes()
        assert "settled" == journal.chunks()[0].state

    def test_are_all_there_or_none(self, journal: Journal) -> None:
        """When one row cannot be written, none is, and the chunk is not settled."""
        good = OutcomeRow("01", "000001", 0, "failed", "CODE", "Why.", "x@example.org")
        bad = OutcomeRow("01", "000001", 1, "failed", "CODE", None, "x@example.org")  # type: ignore[arg-type]  # on purpose
        with pytest.raises(RunFolderError):
            journal.settle(FIRST, [good, bad], state="settled")
        assert [] == journal.outcomes()
        assert "waiting" == journal.chunks()[0].state


class TestVerification:
    def test_counts_the_latest_login_of_a_person(self, journal: Journal) -> None:
        """Whoever got in at the second try is in."""
        journal.put_login("ada", outcome="blocked", cluster="sha1", at=AT)
        journal.put_login("ada", outcome="ok", cluster="sha1", at=AT)
        assert [LoginRow("ada", "ok", "sha1", AT)] == journal.logins()

    def test_shows_the_latest_reading(self, journal: Journal) -> None:
        """Of several readings the last one counts."""
        assert journal.last_reading() is None
        journal.add_reading(compared=1, equal=0, different=0, missing=1, at=AT)
        later = AT + timedelta(seconds=1)
        journal.add_reading(compared=1, equal=1, different=0, missing=0, at=later)
        assert ReadingRow(later, 1, 1, 0, 0) == journal.last_reading()


class TestKill:
    def test_loses_nothing_that_returned(self, path: Path) -> None:
        """A process that is killed right after an operation leaves it on disk."""
        script = f"""
import os, signal
from datetime import UTC, datetime
from pathlib import Path
from samekey.journal.journal import Journal
from samekey.journal.rows import ChunkRow
journal = Journal(Path({str(path)!r}))
journal.add_chunks("01", {CHUNKS!r}, state="waiting")
journal.intend(ChunkRow("01", "000001", 20, "aa", "waiting"), "id-1", state="sending",
               at=datetime(2026, 11, 23, 9, tzinfo=UTC), tenant_at=None)
os.kill(os.getpid(), signal.SIGKILL)
"""
        killed = subprocess.run([sys.executable, "-c", script], check=False, timeout=60)
        assert -signal.SIGKILL == killed.returncode
        with Journal(path) as journal:
            assert [("sending", "id-1"), ("waiting", None)] == [
                (row.state, row.external_id) for row in journal.chunks()
            ]

    def test_in_the_middle_of_an_operation_undoes_it(self, path: Path) -> None:
        """A process that is killed between the statements of one operation leaves the journal as it was before."""
        script = f"""
import os, signal
from datetime import UTC, datetime
from pathlib import Path
from samekey.journal.journal import Journal
from samekey.journal.rows import ChunkRow

class Dying(Journal):
    def _move(self, chunk, state):
        os.kill(os.getpid(), signal.SIGKILL)

journal = Dying(Path({str(path)!r}))
journal.add_chunks("01", {CHUNKS!r}, state="waiting")
journal.intend(ChunkRow("01", "000001", 20, "aa", "waiting"), "id-1", state="sending",
               at=datetime(2026, 11, 23, 9, tzinfo=UTC), tenant_at=None)
"""
        killed = subprocess.run([sys.executable, "-c", script], check=False, timeout=60)
        assert -signal.SIGKILL == killed.returncode
        with Journal(path) as journal:
            assert [("waiting", None)] * 2 == [(row.state, row.external_id) for row in journal.chunks()]


class TestOpening:
    def test_makes_a_private_file(self, path: Path, journal: Journal) -> None:
        """The journal and the files SQLite keeps beside it are their owner's alone."""
        CALLS["put_login"](journal)
        modes = {file.name: stat.S_IMODE(file.stat().st_mode) for file in path.parent.iterdir()}
        assert dict.fromkeys(modes, 0o600) == modes
        assert path.name in modes

    def test_brings_the_schema_up_to_date(self, path: Path) -> None:
        """Every numbered change is applied, and the journal says so."""
        Journal(path).close()
        with closing(sqlite3.connect(path)) as database:
            (version,) = database.execute("pragma user_version").fetchone()
        assert named_sql.load_migrations("samekey.journal")[-1][0] == version

    def test_finds_what_was_written(self, path: Path, journal: Journal) -> None:
        """Opening again changes nothing."""
        before = journal.chunks()
        journal.close()
        with Journal(path) as again:
            assert before == again.chunks()

    @pytest.mark.parametrize("read_only", [False, True], ids=["to write", "to read"])
    def test_refuses_a_newer_schema(self, path: Path, *, read_only: bool) -> None:
        """What a newer samekey wrote is not touched, nor read by guessing."""
        Journal(path).close()
        with closing(sqlite3.connect(path)) as database:
            database.execute("pragma user_version = 999")
        with pytest.raises(RunFolderError, match="newer samekey"):
            Journal(path, read_only=read_only)

    def test_says_when_there_is_nothing_to_read_yet(self, path: Path) -> None:
        """A file that was made and not filled, as by a kill at the first instant, is told with the way on."""
        path.touch()
        with pytest.raises(RunFolderError, match="not brought up to date"):
            Journal(path, read_only=True)
        with Journal(path) as journal:
            assert [] == journal.chunks()

    def test_does_not_make_a_journal_to_read_it(self, path: Path) -> None:
        """Looking leaves nothing behind."""
        with pytest.raises(RunFolderError):
            Journal(path, read_only=True)
        assert not path.exists()

    def test_lets_others_look_while_it_is_written(self, path: Path, journal: Journal) -> None:
        """A report sees what is done so far, and cannot write."""
        with Journal(path, read_only=True) as reader:
            assert 2 == len(reader.chunks())
            journal.confirm(at=AT)
            row = reader.delivery()
            assert row is not None
            assert AT == row.confirmed_at
            with pytest.raises(RunFolderError):
                reader.confirm(at=AT)


class TestErrors:
    def test_are_tried_for_every_operation(self) -> None:
        """The list of calls above names every public method but those that open and close."""
        public = {name for name, _ in inspect.getmembers(Journal, inspect.isfunction) if not name.startswith("_")}
        assert public - {"close"} == CALLS.keys()

    @pytest.mark.parametrize("call", CALLS.values(), ids=CALLS.keys())
    def test_of_a_lost_database_are_ours(self, path: Path, call: Callable[[Journal], object]) -> None:
        """No operation lets an error of SQLite out: here the tables are gone."""
        with Journal(path) as journal:
            with closing(sqlite3.connect(path)) as database:
                tables = [row[0] for row in database.execute("select name from sqlite_master where type = 'table'")]
                for table in tables:
                    database.execute(f"drop table {table}")
            with pytest.raises(RunFolderError, match="cannot be used"):
                call(journal)

    @pytest.mark.parametrize("call", CALLS.values(), ids=CALLS.keys())
    def test_of_a_closed_journal_are_ours(self, path: Path, call: Callable[[Journal], object]) -> None:
        """Nor after it was closed."""
        journal = Journal(path)
        journal.close()
        with pytest.raises(RunFolderError):
            call(journal)

    @pytest.mark.parametrize("read_only", [False, True], ids=["to write", "to read"])
    def test_of_a_damaged_file_are_ours(self, path: Path, *, read_only: bool) -> None:
        """A file that is no database is told as such, with the path."""
        path.write_bytes(b"not a database, and long enough to look like something " * 40)
        with pytest.raises(RunFolderError, match=r"journal\.sqlite cannot be used: file is not a database"):
            Journal(path, read_only=read_only)

    def test_of_a_folder_that_is_not_there_are_ours(self, path: Path) -> None:
        """The disk's own reason is named."""
        with pytest.raises(RunFolderError, match="No such file or directory"):
            Journal(path.parent / "missing" / "journal.sqlite")

    def test_of_a_full_disk_are_ours_and_undo_nothing_done(self, journal: Journal) -> None:
        """A disk that fills up ends the operation with its reason; what was journalled stands, and room mends it."""
        pages = journal._database.execute("pragma page_count").fetchone()[0]
        journal._database.execute(f"pragma max_page_count = {pages}")
        rows = [OutcomeRow("01", "000001", place, "failed", "CODE", "x" * 500, "x") for place in range(100)]
        with pytest.raises(RunFolderError, match="full"):
            journal.settle(FIRST, rows, state="settled")
        assert [] == journal.outcomes()
        journal._database.execute("pragma max_page_count = 100000")
        journal.settle(FIRST, rows, state="settled")
        assert 100 == len(journal.outcomes())

    def test_of_an_edited_time_are_ours(self, path: Path, journal: Journal) -> None:
        """A time that somebody wrote by hand and wrongly is not a traceback."""
        with closing(sqlite3.connect(path)) as database:
            database.execute("update delivery set started_at = 'yesterday'")
            database.commit()
        with pytest.raises(RunFolderError, match="time"):
            journal.delivery()

    def test_of_a_folder_in_its_place_are_ours(self, path: Path) -> None:
        """A folder that bears the journal's name is told as such."""
        path.mkdir()
        with pytest.raises(RunFolderError, match="directory"):
            Journal(path)
