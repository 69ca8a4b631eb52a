"""Different texts and repeated ones are counted in bounded memory."""

from collections.abc import Sequence
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from hypothesis import given
from hypothesis import strategies as st

from samekey.errors import RunFolderError
from samekey.survey import distinct
from samekey.survey.distinct import Distinct, Repeats, digests


def different(texts: Sequence[str]) -> Distinct:
    """What counted these."""
    counted = Distinct()
    counted.add(texts)
    return counted


def repeats(file: Path, *texts: str) -> Repeats:
    """What counted these."""
    counted = Repeats(file)
    counted.add(digests(texts))
    return counted


class TestDistinct:
    def test_counts_each_text_once(self) -> None:
        """Repeats do not count."""
        counted = different(["a", "b"])
        counted.add(["a"])
        assert (2, True) == (counted.count, counted.is_exact)

    @pytest.mark.parametrize("texts", [5_000, 40_000])
    def test_estimates_beyond_its_memory(self, texts: int) -> None:
        """Within a twentieth, and says that it is an estimate."""
        counted = Distinct()
        for start in range(0, texts * 2, 1000):
            counted.add([str(number % texts) for number in range(start, start + 1000)])
        assert not counted.is_exact
        assert counted.count == pytest.approx(texts, rel=0.05)

    @given(st.lists(st.text(max_size=70), max_size=200), st.integers(0, 200))
    def test_adds_up(self, texts: list[str], cut: int) -> None:
        """Two that counted a part each say what one says that counted all."""
        added = different(texts[:cut])
        added.merge(different(texts[cut:]))
        whole = different(texts)
        assert (whole.count, whole.is_exact) == (added.count, added.is_exact)

    @pytest.mark.parametrize("cut", [0, 10, 4_000, 9_000, 12_000])
    def test_adds_up_beyond_its_memory(self, cut: int) -> None:
        """Estimates do not depend on how the texts were divided, or which part was small."""
        texts = [f"text {number}" for number in range(12_000)]
        added = different(texts[:cut])
        added.merge(different(texts[cut:]))
        assert (different(texts).count, False) == (added.count, added.is_exact)


class TestRepeats:
    @given(texts=st.lists(st.sampled_from("abcdefg"), max_size=12), cut=st.integers(0, 12), room=st.integers(1, 9))
    def test_counts_what_stood_before(self, texts: list[str], cut: int, room: int) -> None:
        """In memory or on disk, in one piece or two."""
        with pytest.MonkeyPatch.context() as patch, TemporaryDirectory() as folder:
            patch.setattr(distinct, "MARKS_IN_MEMORY", room)
            added = repeats(Path(folder) / "made" / "a", *texts[:cut])
            added.merge(repeats(Path(folder) / "made" / "b", *texts[cut:]))
            assert len(texts) - len(set(texts)) == added.repeated()

    def test_writes_what_only_its_owner_reads(self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        """Folder and file."""
        monkeypatch.setattr(distinct, "MARKS_IN_MEMORY", 1)
        repeats(tmp_path / "made" / "a", "x")
        (file,) = (tmp_path / "made").iterdir()
        assert (0o700, 0o600) == (file.parent.stat().st_mode & 0o777, file.stat().st_mode & 0o777)

    def test_says_when_there_is_no_room(self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        """One error, with the way out."""
        monkeypatch.setattr(distinct, "MARKS_IN_MEMORY", 1)
        (tmp_path / "made").write_text("a file where the folder would be")
        with pytest.raises(RunFolderError, match="looks for duplicates") as caught:
            repeats(tmp_path / "made" / "a", "x")
        assert "TMPDIR" in caught.value.remedy
