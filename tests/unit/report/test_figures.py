"""The books close when everybody ended in one place, and only then."""

from typing import TYPE_CHECKING

import pytest

from samekey.errors import RunFolderChanged, RunFolderError
from samekey.journal.rows import OutcomeRow
from samekey.pack.manifest import ClusterPacked
from samekey.report import figures
from samekey.report.figures import Books, ClusterFigures, FailureGroup, Figures, JobFigures

if TYPE_CHECKING:
    from tests.unit.report.conftest import Run


def outcome(ordinal: int, ended: str, code: str = "", message: str = "") -> OutcomeRow:
    """How one user of the first chunk ended."""
    return OutcomeRow("01", "000001", ordinal, ended, code, message, f"u{ordinal}@example.com")


def delivered(run: "Run") -> Figures:
    """The figures with the delivery."""
    return figures.gather(run.folder, run.delivery_path)


class TestBooks:
    """Two sums, and nobody on the way."""

    @pytest.mark.parametrize(
        ("books", "closed"),
        [
            pytest.param(Books(), True, id="nobody"),
            pytest.param(Books(read=3, packed=3, created=3), True, id="created"),
            pytest.param(Books(9, 4, 1, 2, 2, 1, 2, 1, 0), True, id="everywhere"),
            pytest.param(Books(read=3, packed=3, created=2, pending=1), False, id="on-the-way"),
            pytest.param(Books(read=3, packed=3, created=3, pending=1), False, id="on-the-way-and-counted"),
            pytest.param(Books(read=3, packed=3, created=2), False, id="one-missing-at-the-tenant"),
            pytest.param(Books(read=3, packed=3, created=3, failed=1), False, id="one-too-many-at-the-tenant"),
            pytest.param(Books(read=4, packed=3, created=3), False, id="one-missing-in-pack"),
            pytest.param(Books(read=3, packed=3, rejected=1, created=3), False, id="one-too-many-in-pack"),
        ],
    )
    def test_close_when_the_sums_come_out(self, books: Books, closed: bool) -> None:  # noqa: FBT001  # a table
        """A lost user shows, and so does one who is counted twice."""
        assert closed == books.closed

    def test_have_the_names_that_programs_rely_on(self) -> None:
        """All counts of users, and one verdict."""
        names = ["read", "packed", "rejected", "held", "left_out", "created", "updated", "failed", "pending", "closed"]
        assert names == list(Books().as_json())


class TestGather:
    """Each term from evidence of its own."""

    def test_needs_a_round(self, run: "Run") -> None:
        """Before a pack there is nothing to count."""
        with pytest.raises(RunFolderError, match="no packed round"):
            figures.gather(run.folder, None)

    def test_counts_a_pack_alone(self, run: "Run") -> None:
        """Everybody packed is still on the way."""
        run.pack(2, 1, rejected=3, held=1, left_out=2)
        assert Books(9, 3, 3, 1, 2, 0, 0, 0, 3) == figures.gather(run.folder, None).books

    def test_adds_rounds_up(self, run: "Run") -> None:
        """And names the last source."""
        run.pack(2, rejected=1)
        run.pack(1, held=1, source="delta.json")
        found = figures.gather(run.folder, None)
        assert Books(read=5, packed=3, rejected=1, held=1, pending=3) == found.books
        assert {"as-is": 3, "re-encoded": 0, "bridge": 1, "reset": 0, "none": 0} == found.passwords
        assert ("delta.json", 2, {"bad-email": 1}) == (found.source, found.chunks, found.rejections)

    def test_counts_users_not_promises(self, run: "Run") -> None:
        """A manifest that says more than the chunks hold leaves the books open."""
        packed = run.pack(2)
        text = packed.manifest_path.read_bytes()
        packed.manifest_path.write_bytes(
            text.replace(b'"read": 2', b'"read": 3').replace(b'"packed": 2', b'"packed": 3')
        )
        books = figures.gather(run.folder, None).books
        assert (3, 2) == (books.read, books.packed)

    @pytest.mark.parametrize("name", ["rejections_path", "held_path"])
    def test_notices_a_missing_file(self, run: "Run", name: str) -> None:
        """Nobody is counted as nobody because a file is gone."""
        packed = run.pack(1)
        getattr(packed, name).unlink()
        with pytest.raises(RunFolderChanged, match="cannot be read"):
            figures.gather(run.folder, None)

    def test_notices_a_changed_chunk(self, run: "Run") -> None:
        """Users are counted in the files that were promised."""
        run.pack(1).chunk_path("000001").write_bytes(b"[]")
        with pytest.raises(RunFolderChanged):
            figures.gather(run.folder, None)


class TestDelivery:
    """What the jobs said, and what was read back."""

    def test_closes(self, run: "Run") -> None:
        """Created and updated by the jobs' totals, failed by their lists."""
        run.begin(run.pack(3, 2, rejected=1))
        run.settle("000001", summary=(3, 2, 0, 1), outcomes=[outcome(1, "failed", "INVALID_FORMAT")])
        run.settle("000002", summary=(2, 0, 2, 0))
        found = delivered(run)
        assert Books(read=6, packed=5, rejected=1, created=2, updated=2, failed=1) == found.books
        assert found.books.closed
        assert JobFigures(submitted=2, completed=2) == found.jobs

    def test_is_open_while_somebody_is_on_the_way(self, run: "Run") -> None:
        """Chunks that wait, and chunks the delivery has not heard of."""
        run.begin(run.pack(3, 2))
        run.pack(4)
        run.settle("000001", summary=(3, 3, 0, 0))
        books = delivered(run).books
        assert (3, 2 + 4, False) == (books.created, books.pending, books.closed)

    def test_knows_rounds_by_their_names(self, run: "Run") -> None:
        """Also when an earlier one was taken away."""
        gone, kept = run.pack(1), run.pack(2)
        run.begin(kept)
        gone.path.rename(run.folder.path / "elsewhere")
        assert Books(read=2, packed=2, pending=2) == delivered(run).books

    @pytest.mark.parametrize(
        "summary",
        [
            pytest.param((3, 2, 0, 0), id="too-few"),
            pytest.param((3, 3, 1, 0), id="too-many"),
            pytest.param((3, 0, 0, 3), id="failures-that-no-list-names"),
            pytest.param(None, id="no-totals"),
        ],
    )
    def test_does_not_close_on_false_totals(self, run: "Run", summary: tuple[int, int, int, int] | None) -> None:
        """What a job says about itself is held against what was sent."""
        run.begin(run.pack(3))
        run.settle("000001", summary=summary)
        found = delivered(run)
        assert not found.books.closed
        assert 0 == found.books.pending
        assert found.needs_attention

    @pytest.mark.parametrize(
        ("summary", "status"),
        [((3, 2, 0, 1), "failed"), (None, "gone")],
        ids=["a-job-that-failed-as-a-whole", "a-job-that-is-gone"],
    )
    def test_believes_reading_back_over_totals(
        self, run: "Run", summary: tuple[int, int, int, int] | None, status: str
    ) -> None:
        """When every user was looked up, the job's totals are not added on top."""
        run.begin(run.pack(3))
        rows = [
            outcome(0, "created", "READ_BACK"),
            outcome(1, "created", "READ_BACK"),
            outcome(2, "failed", "NOT_THERE"),
        ]
        run.settle("000001", summary=summary, status=status, outcomes=rows)
        found = delivered(run)
        assert Books(read=3, packed=3, created=2, failed=1) == found.books
        assert JobFigures(submitted=1, failed=1) == found.jobs

    def test_adds_those_a_lost_job_had_made(self, run: "Run") -> None:
        """A duplicate that is ours was created, beside those the second job made."""
        run.begin(run.pack(3))
        run.settle("000001", summary=(3, 2, 0, 1), outcomes=[outcome(2, "created", "READ_BACK")])
        assert Books(read=3, packed=3, created=3) == delivered(run).books

    def test_says_where_it_went(self, run: "Run") -> None:
        """Tenant and connection by name."""
        run.begin(run.pack(1))
        found = delivered(run).delivery
        assert found is not None
        assert ("tenant.example", "People", False) == (found.tenant, found.connection, found.upsert)

    def test_needs_its_journal(self, run: "Run") -> None:
        """A delivery that never began is one clear error."""
        run.pack(1)
        with pytest.raises(RunFolderError):
            figures.gather(run.folder, run.folder.path)


class TestFailures:
    """Users that failed, by reason."""

    def test_are_grouped(self, run: "Run") -> None:
        """Most frequent first, with who can mend it and one of them as an example."""
        run.begin(run.pack(4))
        rows = [
            outcome(0, "failed", "DUPLICATED_USER"),
            outcome(1, "failed", "INVALID_FORMAT", "in the tenant's words"),
            outcome(2, "failed", "INVALID_FORMAT"),
            outcome(3, "created", "READ_BACK"),
        ]
        run.settle("000001", summary=(4, 1, 0, 3), outcomes=rows)
        groups = delivered(run).failures
        assert [
            ("INVALID_FORMAT", 2, "data", "u1@example.com"),
            ("DUPLICATED_USER", 1, "already-there", "u0@example.com"),
        ] == [(group.code, group.users, group.mend, group.example) for group in groups]
        assert "in the tenant's words" != groups[0].meaning

    def test_show_an_unknown_code_as_it_came(self, run: "Run") -> None:
        """With the tenant's own sentence."""
        run.begin(run.pack(1))
        run.settle("000001", summary=(1, 0, 0, 1), outcomes=[outcome(0, "failed", "NEW_CODE", "Something else.")])
        assert (FailureGroup("NEW_CODE", 1, "unknown", "Something else.", "u0@example.com"),) == delivered(run).failures


class TestClusters:
    """All passwords of one kind, and whether one of them was proved."""

    SHA1 = ClusterPacked("raw_sha1", "raw_sha1", 2, "as-is")
    BCRYPT = ClusterPacked("bcrypt cost=12", "bcrypt", 1, "as-is", proved=True)
    NAMELESS = ClusterPacked("", "", 1, "bridge")

    def test_add_up_over_rounds(self, run: "Run") -> None:
        """Proved once is proved."""
        run.pack(3, clusters=[self.SHA1, self.BCRYPT])
        run.pack(2, clusters=[self.SHA1])
        assert (
            ClusterFigures("raw_sha1", "raw_sha1", 4, "as-is", proved=False),
            ClusterFigures("bcrypt cost=12", "bcrypt", 1, "as-is", proved=True),
        ) == figures.gather(run.folder, None).clusters

    @pytest.mark.parametrize(("ended", "proved"), [("ok", True), ("wrong-password", False)])
    def test_are_proved_at_the_door(self, run: "Run", ended: str, proved: bool) -> None:  # noqa: FBT001  # a table
        """By a known person who came in."""
        run.begin(run.pack(2, clusters=[self.SHA1]))
        with run.journal() as journal:
            begun = journal.delivery()
            assert begun is not None
            journal.put_login("ann@example.com", outcome=ended, cluster="raw_sha1", at=begun.started_at)
        found = delivered(run)
        assert [proved] == [cluster.proved for cluster in found.clusters]
        assert {ended: 1} == found.logins
        assert found.needs_attention

    def test_without_a_name_are_proved_by_nobody(self, run: "Run") -> None:
        """A login of somebody whose cluster is not known says nothing about the held."""
        run.begin(run.pack(1, held=1, clusters=[self.NAMELESS]))
        with run.journal() as journal:
            begun = journal.delivery()
            assert begun is not None
            journal.put_login("ann@example.com", outcome="ok", cluster="", at=begun.started_at)
        assert [False] == [cluster.proved for cluster in delivered(run).clusters]


class TestAttention:
    """Whether somebody should look."""

    def test_is_not_needed_when_all_went_well(self, run: "Run") -> None:
        """Closed books, everybody in, everybody found equal."""
        run.begin(run.pack(2))
        run.settle("000001", summary=(2, 2, 0, 0))
        with run.journal() as journal:
            begun = journal.delivery()
            assert begun is not None
            journal.add_reading(compared=2, equal=2, different=0, missing=0, at=begun.started_at)
        found = delivered(run)
        assert not found.needs_attention
        assert 2 == found.as_json()["reading"]["equal"]

    @pytest.mark.parametrize(("different", "missing"), [(1, 0), (0, 1)], ids=["different", "missing"])
    def test_is_needed_when_reading_back_was_not_equal(self, run: "Run", different: int, missing: int) -> None:
        """Sent is not present."""
        run.begin(run.pack(2))
        run.settle("000001", summary=(2, 2, 0, 0))
        with run.journal() as journal:
            begun = journal.delivery()
            assert begun is not None
            journal.add_reading(compared=2, equal=1, different=different, missing=missing, at=begun.started_at)
        assert delivered(run).needs_attention

    @pytest.mark.parametrize("kind", ["rejected", "held"])
    def test_is_needed_for_who_was_not_packed(self, run: "Run", kind: str) -> None:
        """Somebody is left behind."""
        run.begin(run.pack(1, **{kind: 1}))  # type: ignore[arg-type]  # one of two counts
        run.settle("000001", summary=(1, 1, 0, 0))
        assert delivered(run).books.closed
        assert delivered(run).needs_attention
