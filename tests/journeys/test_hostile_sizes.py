"""Records, fields and partitions beyond all measure: a rejection or one clear error, in bounded memory."""

import json
from collections.abc import Callable
from pathlib import Path

import pytest

from samekey.errors import ExitCode
from tests.journeys.pack_process import MEGABYTE, pack

RULES = '[user]\nemail = "mail"\n[password]\nstored = "hash"\nformat = "raw_sha1"\n'
HUGE = "x" * 40_000_000
SHA1 = "7C4A8D09CA3762AF61E59520943DC26494F8941B"
MEMORY_BYTES_MAX = 300 * MEGABYTE


def line(number: int, **more: str) -> str:
    """A good record, whatever else it holds."""
    return json.dumps({"mail": f"p{number}@example.com", "hash": SHA1, **more})


def as_ndjson(huge: str) -> str:
    """Three records, the second with that field."""
    return f"{line(1)}\n{line(2, note=huge)}\n{line(3)}\n"


def as_json(huge: str) -> str:
    """The same as an array."""
    return f"[{line(1)},\n{line(2, note=huge)},\n{line(3)}]"


def as_csv(huge: str) -> str:
    """The same as a table."""
    rows = [f"p{number}@example.com,{SHA1},{huge if number == 2 else ''}" for number in (1, 2, 3)]
    return "\n".join(["mail,hash,note", *rows, ""])


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A working folder with rules."""
    (tmp_path / "rules.toml").write_text(RULES)
    return tmp_path


class TestField:
    """Of forty megabytes."""

    @pytest.mark.parametrize("written", [as_ndjson, as_json, as_csv], ids=["ndjson", "json", "csv"])
    def test_costs_its_record_and_no_other(self, folder: Path, written: Callable[[str], str]) -> None:
        """One rejection with its position, and nothing of the field in it."""
        (folder / "users").write_text(written(HUGE))
        done = pack(folder, "users")
        assert ExitCode.FINDINGS == done.returncode, done.stderr
        lines = (folder / "run/rounds/01/rejections.ndjson").read_text().splitlines()
        assert [(1, "record-too-large")] == [
            (each["position"]["index"], each["reason"]) for each in map(json.loads, lines)
        ]
        assert "2 packed" in done.stdout
        assert len(lines[0]) < 1_000
        assert done.memory_bytes < MEMORY_BYTES_MAX

    def test_that_is_just_small_enough_is_weighed(self, folder: Path) -> None:
        """Fifteen megabytes are read, and are more than a chunk or a profile holds."""
        (folder / "rules.toml").write_text(RULES.replace("[password]", 'user_metadata = { note = "note" }\n[password]'))
        (folder / "users").write_text(as_ndjson(HUGE[:15_000_000]))
        done = pack(folder, "users")
        rejection = json.loads((folder / "run/rounds/01/rejections.ndjson").read_text())
        assert (ExitCode.FINDINGS, "profile-too-large") == (done.returncode, rejection["reason"])
        assert done.memory_bytes < MEMORY_BYTES_MAX


class TestPartitions:
    """Many of them."""

    def test_of_one_user_each_may_be_thousands(self, folder: Path) -> None:
        """With a hundred open files at most; the chunks are in the order of the source."""
        (folder / "rules.toml").write_text(RULES + '[partition]\nby = "org"\n')
        (folder / "users").write_text("".join(f"{line(number, org=f'o{number}')}\n" for number in range(3_000)))
        done = pack(folder, "users", "--json", open_files=100)
        chunks = json.loads(done.stdout)["chunks"]
        assert [f"o{number}" for number in range(3_000)] == [chunk["partition"] for chunk in chunks]
        assert done.memory_bytes < MEMORY_BYTES_MAX

    def test_beyond_all_measure_are_one_error(self, folder: Path) -> None:
        """And no round."""
        (folder / "rules.toml").write_text(RULES + '[partition]\nby = "mail"\n')
        (folder / "users").write_text("".join(f"{line(number)}\n" for number in range(100_500)))
        done = pack(folder, "users")
        assert (ExitCode.USAGE, True) == (done.returncode, "more than 100,000 partitions" in done.stderr)
        assert [] == list((folder / "run" / "rounds").iterdir())
        assert done.memory_bytes < MEMORY_BYTES_MAX

    def test_may_share_chunks_however_many(self, folder: Path) -> None:
        """As that error says; every one of them is named, in order."""
        (folder / "rules.toml").write_text(RULES + '[partition]\nby = "mail"\ncombine_below = 1000\n')
        (folder / "users").write_text("".join(f"{line(number)}\n" for number in range(100_500)))
        done = pack(folder, "users", "--json")
        chunks = json.loads(done.stdout)["chunks"]
        assert [f"p{number}@example.com" for number in range(100_500)] == [
            name for chunk in chunks for name in chunk["partitions"]
        ]
        assert len(chunks) < 100
        assert done.memory_bytes < MEMORY_BYTES_MAX


class TestDryRun:
    """Says everything and writes nothing."""

    def test_leaves_no_trace(self, folder: Path) -> None:
        """Neither beside the source nor where temporary files go; the counts are those of the pack."""
        (folder / "users").write_text("".join(f"{line(number % 900)}\n" for number in range(1_000)))
        (folder / "tmp").mkdir()
        before = sorted(folder.rglob("*"))
        dry = pack(folder, "users", "--dry-run", "--json", TMPDIR=str(folder / "tmp"))
        assert before == sorted(folder.rglob("*"))
        wet = pack(folder, "users", "--json")
        told, found = json.loads(dry.stdout), json.loads(wet.stdout)
        assert told["packed_at"]
        assert {**told, "packed_at": ""} == {**found, "packed_at": ""}

    def test_names_who_is_not_packed(self, folder: Path) -> None:
        """The first twenty, with place and remedy, since there will be no list to look into."""
        people = [f"{line(number)}\n" for number in range(3)] + ['{"mail": "nobody"}\n'] * 25
        (folder / "users").write_text("".join(people))
        said = pack(folder, "users", "--dry-run").stderr.splitlines()
        named = [each for each in said if each.startswith("pack: Rejected: record ")]
        first = "pack: Rejected: record 4 (line 4), nobody: bad-email of email. Correct the address in the source."
        assert (20, first) == (len(named), named[0])
        assert "pack: 5 more are not packed; a pack lists them all." in said
