"""A source that somebody writes to while it is packed would be packed as it never was, under another fingerprint."""

import json
from collections.abc import Callable, Sequence
from pathlib import Path

import pytest

from samekey import steps
from samekey.engine.local import LocalEngine
from samekey.engine.piece import PieceDone, PieceTask
from samekey.errors import SourceError
from samekey.events import Listener
from samekey.pack.run_folder import RunFolder
from samekey.sources.join_options import JoinOptions
from samekey.sources.options import SourceOptions
from tests.unit.steps.rounds import RULES, person


class Meanwhile(LocalEngine):
    """Something happens when every record was read."""

    def __init__(self, happens: Callable[[], object]) -> None:
        super().__init__(1)
        self.happens = happens

    def map_pieces(self, tasks: Sequence[PieceTask], listener: Listener) -> list[PieceDone]:
        """As ever, and then that."""
        done = super().map_pieces(tasks, listener)
        self.happens()
        return done


def lines(*numbers: int) -> str:
    """Some people."""
    return "".join(json.dumps(person(number)) + "\n" for number in numbers)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Two files of people, and rules."""
    (tmp_path / "rules.toml").write_text(RULES, encoding="utf-8")
    (tmp_path / "users").mkdir()
    for number in range(2):
        (tmp_path / "users" / f"{number}.ndjson").write_text(lines(number), encoding="utf-8")
    return tmp_path


def grow(folder: Path) -> None:
    """Somebody still writes the export."""
    path = folder / "users" / "1.ndjson"
    path.write_text(lines(1, 2), encoding="utf-8")


def replace(folder: Path) -> None:
    """Another export takes its place, of the same size."""
    (folder / "other").write_text(lines(3), encoding="utf-8")
    (folder / "other").rename(folder / "users" / "1.ndjson")


JOIN = SourceOptions(join=JoinOptions("users/1.ndjson", "", "id", "id"))


@pytest.mark.parametrize("happens", [grow, replace])
@pytest.mark.parametrize(
    ("source", "options"), [("users/1.ndjson", None), ("users", None), ("users/0.ndjson", JOIN)], ids=repr
)
def test_is_refused_and_leaves_no_round(
    folder: Path,
    monkeypatch: pytest.MonkeyPatch,
    happens: Callable[[Path], None],
    source: str,
    options: SourceOptions | None,
) -> None:
    """The file itself, a file of the folder, or what was joined."""
    monkeypatch.chdir(folder)
    with pytest.raises(SourceError, match=f"{source}.* was changed while it was read"):
        steps.pack(
            source,
            rules_path=Path("rules.toml"),
            run=Path("run"),
            source_options=options,
            engine=Meanwhile(lambda: happens(folder)),
        )
    assert [] == RunFolder(Path("run")).rounds()
