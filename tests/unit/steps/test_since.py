"""A round since another packs who is new or changed, and says of everybody else what became of them."""

import shutil
from pathlib import Path
from typing import Any

import pytest

from samekey import steps
from samekey.engine import local
from samekey.errors import RunFolderChanged, RunFolderError, UsageError
from samekey.pack import division
from tests.unit.steps.rounds import LOCKED, RULES, Rounds, person, sha1


@pytest.fixture
def run(tmp_path: Path) -> Rounds:
    """A run folder with a first round of five people."""
    made = Rounds(tmp_path)
    made.pack([person(number) for number in range(5)])
    return made


CHANGES = [
    pytest.param({}, [], False, id="nothing"),
    pytest.param({"name": "Another"}, ["profile"], True, id="profile"),
    pytest.param({"hash": sha1("other")}, ["password"], True, id="password"),
    pytest.param({"name": "Another", "hash": sha1("other")}, ["profile", "password"], True, id="both"),
    pytest.param({"mail": "new@example.com"}, ["identifier"], False, id="identifier"),
    pytest.param({"mail": "new@example.com", "name": "A"}, ["profile", "identifier"], False, id="identifier-and-more"),
    pytest.param({"blocked": True}, ["disabled"], False, id="disabled"),
    pytest.param({"blocked": True, "name": "A"}, ["profile", "disabled"], True, id="disabled-and-more"),
    pytest.param({"mail": "P1@EXAMPLE.COM"}, ["profile"], True, id="case-of-an-address"),
    pytest.param({"mail": "nobody"}, ["rejected"], False, id="rejected"),
    pytest.param({"hash": LOCKED}, ["held"], False, id="held"),
    pytest.param({"active": False}, ["vanished"], False, id="not-wanted-any-more"),
]


class TestSince:
    """One record more, one changed, one gone."""

    @pytest.mark.parametrize(("change", "kinds", "is_packed"), CHANGES)
    def test_sorts_changes_by_kind(
        self,
        run: Rounds,
        change: dict[str, Any],
        kinds: list[str],
        is_packed: bool,  # noqa: FBT001  # a table
    ) -> None:
        """Whoever an import cannot change is listed and not packed."""
        run.pack([person(number, **(change if number == 1 else {})) for number in range(5)], since="last")
        assert ({"1": kinds} if kinds else {}) == run.kinds()
        assert (["1"] if is_packed else []) == run.packed()

    def test_packs_the_new_ones_as_ever(self, run: Rounds) -> None:
        """In chunks of their own, apart from those that changed."""
        manifest = run.pack([person(0, name="A"), *(person(n) for n in range(1, 5)), person(7)], since="01")
        assert [False, True] == [chunk.changed for chunk in manifest.chunks]
        assert ["7", "0"] == run.packed()
        assert ("01", 6, 2, 4) == (manifest.since, manifest.read, manifest.packed, manifest.left_out)
        assert {"new": 1, "profile": 1, "unchanged": 4} == manifest.changes

    def test_lists_who_vanished_by_what_they_are_known_by(self, run: Rounds) -> None:
        """With the place where they were packed."""
        run.pack([person(number) for number in range(4)], since="last")
        (change,) = run.changes()
        assert ("4", {"email": "p4@example.com"}) == (change.key, change.identifiers)
        assert change.was is not None
        assert ("01", "000002", 1) == (change.was.round, change.was.chunk, change.was.ordinal)

    def test_says_once_that_somebody_vanished(self, run: Rounds) -> None:
        """And again that somebody is back."""
        some = [person(number) for number in range(4)]
        run.pack(some, since="last")
        run.pack([*some, person(8)], since="last")
        assert {} == run.kinds()
        run.pack([*some, person(4)], since="last")
        assert {"4": ["returned"], "8": ["vanished"]} == run.kinds()

    def test_says_once_that_somebody_was_disabled(self, run: Rounds) -> None:
        """What a round has said counts, although it packed nobody."""
        everybody = [person(number, blocked=number == 2) for number in range(5)]
        run.pack(everybody, since="last")
        run.pack([*everybody, person(9)], since="last")
        assert {} == run.kinds()
        run.pack([person(number) for number in range(5)], since="last")
        assert ["enabled"] == run.kinds()["2"]

    def test_shuts_nobody_out_whose_address_is_there_under_another_key(self, run: Rounds) -> None:
        """The same person, it seems, made anew in the old system."""
        run.pack([*(person(number) for number in range(4)), person(40, mail="P4@example.com")], since="last")
        assert {"4": ["rekeyed"]} == run.kinds()

    def test_shuts_nobody_out_whose_address_is_held_under_another_key(self, run: Rounds) -> None:
        """The same where the new record is not packed."""
        records = [*(person(number) for number in range(4)), person(40, mail="P4@example.com", hash=LOCKED)]
        run.pack(records, since="last")
        assert {"4": ["rekeyed"]} == run.kinds()

    def test_rejects_who_is_as_before_and_whose_address_somebody_else_has_now(self, run: Rounds) -> None:
        """Not a letter of the record changed; what is true of it did."""
        manifest = run.pack([person(9, mail="p1@example.com"), *(person(n) for n in range(5))], since="last")
        assert ({"1": ["rejected"]}, ["9"]) == (run.kinds(), run.packed())
        assert {"duplicate": 1} == manifest.rejections

    def test_counts_what_could_not_be_read(self, run: Rounds) -> None:
        """For who seems to have vanished may be one of them."""
        manifest = run.pack([*(person(number) for number in range(4)), "torn"], since="last")
        assert {"unchanged": 4, "unreadable": 1, "vanished": 1} == manifest.changes

    def test_leaves_fingerprints_for_the_next_one(self, run: Rounds) -> None:
        """A second delta reads what the first one made, and no chunk."""
        everybody = [person(number) for number in range(5)]
        first = run.folder.rounds()[0]
        run.pack([person(0, name="A"), *everybody[1:]], since="last")
        assert 5 == first.fingerprints_path.read_text().count("\n")
        shutil.rmtree(first.path / "chunks")
        run.pack([person(0, name="A"), person(1, name="B"), *everybody[2:]], since="last")
        assert {"1": ["profile"]} == run.kinds()

    def test_leaves_nothing_when_it_is_dry(self, run: Rounds) -> None:
        """Nor does it need what a wet one leaves."""
        before = sorted(run.folder.path.rglob("*"))
        manifest = run.pack([person(number, name="A") for number in range(5)], since="last", dry_run=True)
        assert ({"profile": 5}, before) == (manifest.changes, sorted(run.folder.path.rglob("*")))

    @pytest.mark.parametrize("lines", [4, 6])
    def test_refuses_a_round_whose_users_are_not_those_of_its_chunks(self, run: Rounds, lines: int) -> None:
        """One too few or too many would put everybody's fingerprints to somebody else."""
        path = run.folder.rounds()[0].users_path
        path.write_bytes(b"".join((path.read_bytes().splitlines(keepends=True) * 2)[:lines]))
        with pytest.raises(RunFolderChanged, match="users"):
            run.pack([person(number) for number in range(5)], since="last")

    def test_compares_with_the_named_round_and_those_before_it(self, run: Rounds) -> None:
        """Whatever came after it is packed once more; who was new then is changed now, and no newcomer any more."""
        first = [person(0, name="A"), *(person(number) for number in range(1, 6))]
        run.pack(first, since="last")
        manifest = run.pack([*first, person(6)], since="1")
        assert ["6", "0", "5"] == run.packed()
        assert [(1, False), (2, True)] == [(chunk.users, chunk.changed) for chunk in manifest.chunks]
        assert {"0": ["profile"], "5": ["profile", "password"]} == run.kinds()
        assert run.pack([*first, person(6)], since="01") == manifest

    def test_of_the_same_source_is_not_packed_twice(self, run: Rounds) -> None:
        """The same command again changes nothing."""
        records = [person(number) for number in range(6)]
        assert run.pack(records, since="last") == run.pack(records, since="last")
        assert ["01", "02"] == [each.name for each in run.folder.rounds()]

    @pytest.mark.parametrize("since", ["2", "0", "x", "-1"])
    def test_of_a_round_that_is_not_there_is_refused(self, run: Rounds, since: str) -> None:
        """With the ones that are."""
        for records in ([person(1)], [person(number) for number in range(5)]):  # changed, or as it was
            with pytest.raises(RunFolderError, match="has no round") as refused:
                run.pack(records, since=since)
            assert "Rounds: 01." == refused.value.remedy

    def test_needs_keys_that_are_one_record_each(self, tmp_path: Path) -> None:
        """Otherwise nobody could say who changed."""
        run = Rounds(tmp_path)
        run.pack([person(1)])
        with pytest.raises(UsageError, match=r"key of record 1 .* and record 2 .* is the same"):
            run.pack([person(1), person(1, mail="other@example.com")], since="last")

    def test_is_refused_after_a_purge(self, run: Rounds) -> None:
        """The fingerprints are gone, and nobody could say who changed."""
        steps.purge(run.folder.path, force=True)
        with pytest.raises(RunFolderError, match="was purged"):
            run.pack([person(1)], since="last")
        with pytest.raises(RunFolderError, match="was purged"):  # and not there already
            run.pack([person(number) for number in range(5)])

    def test_keeps_passwords_and_profiles_out_of_its_lists(self, run: Rounds) -> None:
        """Kinds and identifiers, nothing else."""
        run.pack([person(0, hash=sha1("secret"), name="Private")], since="last")
        last = run.folder.last_round()
        said = last.changes_path.read_text() + last.ended_path.read_text()
        assert (False, False) == (sha1("secret") in said, "Private" in said)
        assert 0o600 == last.changes_path.stat().st_mode & 0o777

    def test_is_the_same_for_any_number_of_pieces_and_buckets(
        self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        """Byte for byte."""
        before = [person(number) for number in range(200)]
        after = [person(n, name=f"N{n % 7}", mail=f"p{n + n % 5 // 4}@example.com") for n in range(20, 260)]
        found = []
        for bucket in (50_000, 7):
            monkeypatch.setattr(division, "BUCKET_RECORDS", bucket)
            run = Rounds(tmp_path / str(bucket), RULES.replace("users = 3", "bytes = 4000"))
            run.pack(before)
            manifest = run.pack(after, since="last")
            last = run.folder.last_round()
            lists = [path.read_bytes() for path in (last.changes_path, last.ended_path, last.rejections_path)]
            found.append(([chunk.sha256 for chunk in manifest.chunks], manifest.changes, lists))
        assert found[0] == found[1]

    def test_is_the_same_for_any_number_of_workers(self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        """One process, or three with a piece of the source each."""
        monkeypatch.setattr(local, "ALONE_BYTES_MAX", 0)
        before = [person(number) for number in range(60)]
        after = [person(n, name=f"N{n % 7}", mail="torn" if n % 9 == 4 else f"p{n}@example.com") for n in range(9, 80)]
        found = []
        first = Rounds(tmp_path / "first")
        first.pack_lines(before)
        for workers in (1, 3):
            run = Rounds(tmp_path / str(workers))
            shutil.copytree(first.folder.path, run.folder.path)
            manifest = run.pack_lines(after, since="last", workers=workers)
            last = run.folder.last_round()
            lists = [path.read_bytes() for path in (last.changes_path, last.ended_path, last.users_path)]
            found.append(([chunk.sha256 for chunk in manifest.chunks], manifest.changes, lists))
        assert found[0] == found[1]
