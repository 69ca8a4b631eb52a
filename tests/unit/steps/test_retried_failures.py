"""Users who failed and whom the tenant did not name: retry says so, and packs them once they are found."""

from pathlib import Path

from samekey import steps
from samekey.events import Event, Noticed
from samekey.journal.journal import Journal
from samekey.journal.rows import OutcomeRow
from tests.unit.steps.rounds import Rounds, person


class Said:
    """What a person reads."""

    def __init__(self) -> None:
        self.texts: list[str] = []

    def notice(self, event: Event) -> None:
        """Keep it."""
        if isinstance(event, Noticed):
            self.texts.append(event.text)


class TestUnplacedFailures:
    def test_are_said_and_packed_when_found(self, tmp_path: Path) -> None:
        """Before reading back nobody knows whom to pack; afterwards the place is known."""
        run = Rounds(tmp_path)
        run.pack([person(number) for number in range(3)])
        run.deliver()
        before = OutcomeRow("01", "000001", -1, "failed", "CONFLICT", "", "")
        with Journal(run.delivery / "journal.sqlite") as journal:
            (chunk,) = journal.chunks()
            journal.place(chunk, [], [before])
        said = Said()
        assert 0 == steps.retry(run.folder.path, listener=said).packed
        assert "1 users failed and the tenant did not say who" in said.texts[0]

        with Journal(run.delivery / "journal.sqlite") as journal:
            after = OutcomeRow("01", "000001", 2, "failed", "CONFLICT", "", "p2@example.com")
            journal.place(chunk, [before], [after])
        said = Said()
        assert 1 == steps.retry(run.folder.path, listener=said).packed
        assert (["2"], []) == (run.packed(), said.texts)
