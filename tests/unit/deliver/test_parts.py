"""Parts of an import file."""

import hashlib
import itertools
import json
import tempfile
from pathlib import Path

from hypothesis import given
from hypothesis import strategies as st

from samekey.deliver import parts
from samekey.journal.rows import ChunkRow
from samekey.pack.run_folder import Round

USERS = 12
CONTENT = json.dumps(
    [{"email": f"p{n}@example.com", "app_metadata": {"price": 1.10, "big": 2**70}} for n in range(USERS)],
    separators=(",", ":"),
).encode()
SHA256 = hashlib.sha256(CONTENT).hexdigest()


class TestReadPart:
    @given(cuts=st.sets(st.integers(1, USERS - 1)))
    def test_of_every_part_together_is_the_file(self, cuts: set[int]) -> None:
        """However a file is cut, its parts are its bytes and nothing else."""
        with tempfile.TemporaryDirectory() as folder:
            packed = Round(Path(folder) / "01")
            (packed.path / "chunks").mkdir(parents=True)
            packed.chunk_path("000001").write_bytes(CONTENT)
            read = [
                parts.read_part(
                    {"01": packed},
                    ChunkRow(
                        "01", f"part-{first}", last - first, SHA256, "waiting",
                        file="000001", first=first, is_part=bool(cuts),
                    ),
                )
                for first, last in itertools.pairwise([0, *sorted(cuts), USERS])
            ]  # fmt: skip
        assert CONTENT == b"[" + b",".join(part[1:-1] for part in read) + b"]"


class TestNameOfRest:
    def test_tells_where_it_begins(self) -> None:
        """Cut again and again, every part is named for its file and its first user."""
        first = ChunkRow("01", "000001", 12, SHA256, "waiting")
        later = ChunkRow("01", "000001.000005", 7, SHA256, "waiting", file="000001", first=5)
        assert "000001.000005" == parts.name_of_rest(first, 5)
        assert "000001.000008" == parts.name_of_rest(later, 3)
