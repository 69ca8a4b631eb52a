"""What every engine promises. A new engine begins by subclassing `EngineContract`, red."""

import hashlib
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from samekey import events
from samekey.engine.base import Engine
from samekey.engine.local import LocalEngine
from samekey.engine.passing import Packed, pack_source
from samekey.errors import ExitCode, SourceDamaged, UsageError
from samekey.mapping.rules import parse_rules
from samekey.pack.run_folder import RoundInMaking, RunFolder
from samekey.secret import Secret
from samekey.sources.opening import open_source

RULES = """
[user]
email = "mail"
[password]
stored = "hash"
format = "raw_sha1"
[duplicates]
keep = "newest"
by = "seen"
[partition]
by = "org"
combine_below = 100
[order]
by = "seen"
[pack]
bytes = 20000
"""
PEOPLE = 3_000
FILES = 6

MakeEngine = Callable[[], Engine]
Act = Callable[[], None]


class Listening:
    """Does something when the pass tells for the first time how far it came."""

    def __init__(self, act: Act = lambda: None) -> None:
        self.act = act
        self.acted = False
        self.told: list[events.Event] = []

    def notice(self, event: events.Event) -> None:
        """Act once, and remember."""
        self.told.append(event)
        if not self.acted:
            self.acted = True
            self.act()


def sha1(number: int) -> str:
    """A stored password."""
    return hashlib.sha1(f"pw{number}".encode()).hexdigest()


def people(numbers: range) -> str:
    """People, of whom some come twice and some cannot be packed."""
    lines = []
    for number in numbers:
        person: dict[str, Any] = {"mail": f"p{number % 2_500}@example.com", "hash": sha1(number)}
        person |= {"seen": number * 7_919 % 1_000, "org": f"o{number % 37 % 5}"}
        if number % 100 == 0:
            person["mail"] = "nobody"
        lines.append(json.dumps(person) + "\n")
    return "".join(lines)


@pytest.fixture
def source(tmp_path: Path) -> Path:
    """An export in several files."""
    folder = tmp_path / "export"
    folder.mkdir()
    each = PEOPLE // FILES
    for number in range(FILES):
        (folder / f"part-{number}.ndjson").write_text(people(range(number * each, (number + 1) * each)))
    return folder


@pytest.fixture
def making(tmp_path: Path) -> RoundInMaking:
    """A round of an empty run folder."""
    return RunFolder(tmp_path / "run").make_round()


def pack(
    source: Path | str,
    making: RoundInMaking | None,
    engine: Engine,
    *,
    pieces: int | None = FILES,
    listening: Listening | None = None,
    known_logins: dict[str, Secret] | None = None,
) -> Packed:
    """Divide a small source as if it were a large one."""
    return pack_source(
        open_source(str(source)),
        parse_rules(RULES),
        making,
        fingerprint_key=b"k" * 32,
        known_logins=known_logins or {},
        engine=engine,
        pieces=pieces,
        listener=listening or Listening(),
    )


def written(making: RoundInMaking) -> dict[str, str]:
    """What stands in a round, by name."""
    return {
        str(path.relative_to(making.path)): hashlib.sha256(path.read_bytes()).hexdigest()
        for path in making.path.rglob("*")
        if path.is_file()
    }


class EngineContract:
    """Subclass it with a fixture `engine` that makes engines."""

    def test_makes_the_same_round_as_one_process(self, engine: MakeEngine, source: Path, tmp_path: Path) -> None:
        """Every file, byte for byte, and every count; in pieces of any number."""
        alone, together = (RunFolder(tmp_path / name).make_round() for name in ("alone", "together"))
        expected = pack(source, alone, LocalEngine(1), pieces=1)
        assert expected == pack(source, together, engine())
        assert written(alone) == written(together)
        assert expected.packed > 2_000
        assert len(expected.chunks) > 5

    def test_divides_the_source_as_it_likes(self, engine: MakeEngine, source: Path, making: RoundInMaking) -> None:
        """Nobody has to say into how many pieces."""
        assert PEOPLE == pack(source, making, engine(), pieces=None).read

    def test_works_more_than_once(self, engine: MakeEngine, source: Path) -> None:
        """In many pieces, and then in one."""
        working = engine()
        assert pack(source, None, working) == pack(source, None, working, pieces=1)

    def test_tells_how_far_it_came(self, engine: MakeEngine, source: Path, making: RoundInMaking) -> None:
        """Never backwards, and at the end it is everybody."""
        listening = Listening()
        pack(source, making, engine(), listening=listening)
        told = [event.done for event in listening.told if isinstance(event, events.Progressed)]
        assert (sorted(told), PEOPLE) == (told, told[-1])

    def test_leaves_nothing_but_the_round(self, engine: MakeEngine, source: Path, making: RoundInMaking) -> None:
        """No spool."""
        pack(source, making, engine())
        assert {"chunks", "rejections.ndjson", "held.ndjson", "users.ndjson"} == {
            path.name for path in making.path.iterdir()
        }

    def test_writes_nothing_in_a_dry_run(self, engine: MakeEngine, source: Path, making: RoundInMaking) -> None:
        """And counts the same."""
        dry = pack(source, None, engine())
        assert pack(source, making, engine()) == dry

    def test_tells_of_trouble_in_a_worker_as_it_is(
        self, engine: MakeEngine, source: Path, making: RoundInMaking
    ) -> None:
        """Message, remedy and exit code cross the border between processes; nothing of the pass is left."""
        with pytest.raises(UsageError, match="known login of record 2") as caught:
            pack(source, making, engine(), known_logins={"p1@example.com": Secret("another")})
        assert caught.value.remedy.endswith("Nothing was packed.")
        assert ExitCode.USAGE == caught.value.exit_code
        assert [making.path / "chunks"] == list(making.path.rglob("*"))

    def test_tells_of_damage_with_its_place(self, engine: MakeEngine, source: Path, making: RoundInMaking) -> None:
        """The file that breaks off."""
        content = b"\x1f\x8b\x08\x00\x00\x00\x00\x00\x00\x03broken"
        (source / "part-4.ndjson").unlink()
        (source / "part-4.ndjson.gz").write_bytes(content)
        with pytest.raises(SourceDamaged, match=r"part-4\.ndjson\.gz"):
            pack(source, making, engine())
