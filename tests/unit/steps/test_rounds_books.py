"""Over all rounds everybody is counted once, in the state of the last round that had one for them."""

import tempfile
from collections import Counter
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from samekey.pack.packed_users import PackedUser
from samekey.report.figures import Books
from tests.unit.steps.rounds import LOCKED, Rounds, person, sha1


@pytest.fixture
def run(tmp_path: Path) -> Rounds:
    """A run folder that nobody has written to."""
    return Rounds(tmp_path)


def failing(*keys: str) -> Callable[[PackedUser], str]:
    """These fail, all others are created."""
    return lambda user: "failed" if user.key in keys else "created"


class TestBooks:
    """Small stories."""

    def test_count_who_failed_and_was_created_later_once(self, run: Rounds) -> None:
        """As packed and created."""
        run.pack([person(number) for number in range(5)])
        run.deliver(failing("1", "3"))
        assert Books(read=5, packed=5, created=3, failed=2) == run.books()
        run.retry()
        assert ["1", "3"] == run.packed()
        assert Books(read=5, packed=5, created=3, pending=2) == run.books()
        run.deliver()
        assert Books(read=5, packed=5, created=5) == run.books()

    def test_count_who_was_rejected_and_mended_once(self, run: Rounds) -> None:
        """Whether rules or source were mended; the others keep their state."""
        run.pack([person(0), person(1, mail="nobody"), person(2, hash=LOCKED), "torn", person(4)])
        run.deliver()
        assert Books(read=5, packed=2, rejected=2, held=1, created=2) == run.books()
        run.retry([person(0), person(1), person(2, hash=LOCKED), person(3), person(4, name="Later")])
        assert ["1", "3"] == run.packed()
        run.deliver()
        assert Books(read=5, packed=4, held=1, created=4) == run.books()
        assert {} == run.figures().rejections
        assert {"as-is": 4, "re-encoded": 0, "bridge": 0, "reset": 1, "none": 0} == run.figures().passwords

    def test_leave_newcomers_to_a_delta(self, run: Rounds) -> None:
        """A retry packs nobody who was not there before, as long as it can tell."""
        run.pack([person(0), person(1, mail="nobody")])
        run.retry([person(0), person(1), person(2)])
        assert ["1"] == run.packed()
        assert Books(read=3, packed=2, left_out=1, pending=2) == run.books()
        run.pack([person(0), person(1), person(2)], since="last")
        assert ["2"] == run.packed()
        assert Books(read=3, packed=3, pending=3) == run.books()

    def test_have_no_round_for_nobody(self, run: Rounds) -> None:
        """Who is rejected again is rejected already."""
        run.pack([person(0), person(1, mail="nobody")])
        run.deliver()
        assert 0 == run.retry().packed
        assert ["01"] == [each.name for each in run.folder.rounds()]

    def test_move_who_can_no_longer_be_packed(self, run: Rounds) -> None:
        """Rejected now, although created once: that is where the record stands."""
        run.pack([person(0), person(1), person(2)])
        run.deliver()
        run.pack([person(0), person(1, mail="nobody"), person(2, hash=LOCKED)], since="last")
        assert Books(read=3, packed=1, rejected=1, held=1, created=1) == run.books()

    def test_keep_the_state_of_who_vanished_or_stayed_as_they_were(self, run: Rounds) -> None:
        """They were read, packed and created."""
        run.pack([person(0), person(1), person(2)])
        run.deliver()
        run.pack([person(0), person(1, mail="other@example.com")], since="last")
        assert Books(read=3, packed=3, created=3) == run.books()

    def test_show_a_user_that_is_missing_in_a_list(self, run: Rounds) -> None:
        """The terms have evidence of their own."""
        run.pack([person(0), person(1, mail="nobody")])
        run.deliver()
        run.pack([person(0), person(1, mail="nobody"), person(2, mail="nobody")], since="last")
        last = run.folder.last_round()
        last.rejections_path.write_bytes(last.rejections_path.read_bytes().splitlines(keepends=True)[0])
        assert not run.books().closed


SMALL = st.integers(0, 5)
OPERATIONS = st.lists(
    st.tuples(
        SMALL,
        st.sampled_from(
            ["add", "remove", "name", "mail", "take-mail", "hash", "lock", "break", "block", "leave", "junk"]
        ),
        SMALL,
    ),
    max_size=6,
)
ROUNDS = st.lists(
    st.tuples(
        OPERATIONS, st.sampled_from(["since", "since", "retry"]), st.lists(st.booleans(), min_size=4, max_size=4)
    ),
    max_size=4,
)


class Model:
    """What should be, by plain words: a dictionary of people and their last state."""

    def __init__(self) -> None:
        self.records: dict[int, dict[str, Any]] = {number: person(number) for number in range(4)}
        self.junk = 0
        self.states: dict[int, str] = {}
        self.ends: dict[int, str] = {}
        """Of packed ones: created, failed, or nothing yet."""
        self.packed_as: dict[int, dict[str, Any]] = {}
        self.junk_before = 0
        self.unstated = 0

    def change(self, number: int, what: str, other: int) -> None:
        """One thing happens in the old system."""
        record = self.records.get(number)
        if what == "add":
            self.records.setdefault(number, person(number))
        elif what == "junk":
            self.junk = other % 3
        elif record and what == "remove":
            del self.records[number]
        elif record:
            changes: dict[str, dict[str, Any]] = {
                "name": {"name": f"Name {other}"},
                "mail": {"mail": f"m{number}-{other}@example.com"},
                "take-mail": {"mail": f"P{other}@example.com"},
                "hash": {"hash": sha1(str(other))},
                "lock": {"hash": LOCKED},
                "break": {"mail": "nobody"},
                "block": {"blocked": other % 2 == 0},
                "leave": {"active": other % 2 == 0},
            }
            record.update(changes[what])

    def source(self) -> list[Any]:
        """The source as it is now."""
        return [*(dict(self.records[number]) for number in sorted(self.records)), *["torn"] * self.junk]

    def pack(self, how: str) -> list[int]:
        """A round; who is packed."""
        taken: set[str] = set()
        packed, unstated = [], 0
        states: dict[int, str] = {}
        for number in sorted(self.records):
            record = self.records[number]
            became = self._became(record, taken)
            before = self.states.get(number)
            if how == "retry" and became != "left-out" and not self._is_wanted(number):
                became = "left"
            if became == "packed" and how == "since" and before == "packed" and not self._is_sent_again(number):
                became = "left"
            if became in {"left", "left-out"}:
                unstated += before is None
            else:
                states[number] = became
                if became == "packed":
                    packed.append(number)
        if how == "retry" and not packed:
            return []
        self.states.update(states)
        for number in states:
            self.ends.pop(number, None)
        for number in packed:
            self.packed_as[number] = dict(self.records[number])
        self.junk_before, self.unstated = self.junk, unstated
        return packed

    def books(self) -> Books:
        """How everybody should be counted."""
        states = Counter(self.states.values())
        ends = Counter(self.ends.get(number, "pending") for number, state in self.states.items() if state == "packed")
        return Books(
            read=len(self.states) + self.junk_before + self.unstated,
            packed=states["packed"],
            rejected=states["rejected"] + self.junk_before,
            held=states["held"],
            left_out=self.unstated,
            created=ends["created"],
            failed=ends["failed"],
            pending=ends["pending"],
        )

    def _became(self, record: dict[str, Any], taken: set[str]) -> str:
        if not record["active"]:
            return "left-out"
        if record["mail"] == "nobody":
            return "rejected"
        if record["hash"] == LOCKED:
            return "held"
        if record["mail"].lower() in taken:
            return "rejected"
        taken.add(record["mail"].lower())
        return "packed"

    def _is_wanted(self, number: int) -> bool:
        before = self.states.get(number)
        if before is None:
            return self.junk_before > 0
        return before != "packed" or self.ends.get(number) == "failed"

    def _is_sent_again(self, number: int) -> bool:
        before, now = self.packed_as[number], self.records[number]
        if before["mail"].lower() != now["mail"].lower():
            return False
        return any(before[name] != now[name] for name in ("name", "hash", "mail"))


def _fate(ends: dict[int, str], user: PackedUser) -> str:
    return ends[int(user.key)]


class TestAnySequence:
    """Rounds and outcomes as they come."""

    @settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
    @example(
        [
            ([(0, "name", 0), (4, "add", 0)], "since", [False] * 4),
            ([], "retry", [False] * 4),
            ([(4, "name", 0)], "since", [False] * 4),
        ]
    )
    @given(ROUNDS)
    def test_counts_everybody_once(self, tmp_path: Path, rounds: list[Any]) -> None:
        """As the model says, after every round and every delivery; and the books close at the end."""
        run, model = Rounds(Path(tempfile.mkdtemp(dir=tmp_path))), Model()
        model.pack("first")
        run.pack(model.source())
        packed_last: tuple[str, list[Any]] | None = None
        for number, (operations, how, fates) in enumerate([([], "", [True] * 4), *rounds]):
            for operation in operations:
                model.change(*operation)
            if number and (how, model.source()) != packed_last:
                expected = model.pack(how)
                if how == "since" or expected:  # a retry of nobody leaves no round
                    packed_last = (how, model.source()) if how == "since" else None
                done = run.retry(model.source()) if how == "retry" else run.pack(model.source(), since="last")
                assert len(expected) == done.packed
                if expected:
                    assert {str(each) for each in expected} == set(run.packed())
            assert model.books() == run.books()
            ends = {key: "created" if fates[key % 4] else "failed" for key in range(6)}
            run.deliver(partial(_fate, ends), chunks=None if fates[0] else 1)
            self._note(run, model, ends, everybody=fates[0])
            assert model.books() == run.books()
        run.deliver()
        self._note(run, model, dict.fromkeys(range(6), "created"), everybody=True)
        assert model.books() == run.books()
        assert run.books().closed

    @staticmethod
    def _note(run: Rounds, model: Model, ends: dict[int, str], *, everybody: bool) -> None:
        """Let the model know who was settled: everybody, or the users of the first chunk that waited."""
        waiting = [
            number
            for number, state in model.states.items()
            if state == "packed" and number not in model.ends and (everybody or number in run.settled_last)
        ]
        model.ends.update({number: ends[number] for number in waiting})
