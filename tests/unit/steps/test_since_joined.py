"""Whatever happens between rounds, a delta says what a plain join in memory says."""

import tempfile
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from samekey.pack import division
from tests.unit.steps.rounds import LOCKED, Rounds, person, sha1

EXPORTS = st.lists(
    st.dictionaries(
        st.integers(1, 7),
        st.fixed_dictionaries(
            {},
            optional={
                "name": st.sampled_from(["A", "B"]),
                "hash": st.sampled_from([sha1("a"), LOCKED]),
                "mail": st.sampled_from(["new", "nobody"]),
                "blocked": st.booleans(),
            },
        ),
    ),
    min_size=2,
    max_size=4,
)


class PlainJoin:
    """Everybody's last state in one dict, a person at a time."""

    def __init__(self) -> None:
        self.known: dict[int, dict[str, Any]] = {}
        self.packed: set[str] = set()
        self.kinds: dict[str, list[str]] = {}

    def take(self, records: Sequence[dict[str, Any]]) -> None:
        """A round of these."""
        self.packed, self.kinds = set(), {}
        for record in records:
            kinds, is_packed = self._look(record)
            if kinds:
                self.kinds[str(record["id"])] = kinds
            if is_packed:
                self.packed.add(str(record["id"]))
        for number in self.known.keys() - {record["id"] for record in records}:
            former = self.known[number]
            if former["state"] != "rejected" and not former["gone"]:
                former["gone"] = True
                self.kinds[str(number)] = ["vanished"]

    def _look(self, record: dict[str, Any]) -> tuple[list[str], bool]:
        former = self.known.get(record["id"])
        state = "rejected" if record["mail"] == "nobody" else "held" if record["hash"] == LOCKED else "packed"
        stated = {"state": state, "was": record, "blocked": record["blocked"], "gone": False}
        if former is None or former["state"] != "packed" or state != "packed":
            self.known[record["id"]] = stated
            return [state] if former and former["state"] == "packed" else [], state == "packed"
        kinds = [
            kind
            for kind, name in (("profile", "name"), ("password", "hash"), ("identifier", "mail"))
            if record[name] != former["was"][name]
        ]
        is_packed = bool(kinds) and "identifier" not in kinds
        if former["gone"]:
            kinds.append("returned")
        if record["blocked"] != former["blocked"]:
            kinds.append("disabled" if record["blocked"] else "enabled")
        former.update(blocked=record["blocked"], gone=False)
        if is_packed:
            self.known[record["id"]] = stated
        return kinds, is_packed


def records_of(export: dict[int, dict[str, Any]], number: int) -> list[dict[str, Any]]:
    """The people of an export, and one more who never changes; no two exports are the same file."""
    people = [person(n, **{**more, "mail": _mail(n, more.get("mail"))}) for n, more in export.items()]
    return [*people, person(0, export=number)]


def _mail(number: int, variant: str | None) -> str:
    if variant == "nobody":
        return variant
    return f"{variant or 'p'}{number}@example.com"


@pytest.mark.parametrize("bucket_records", [3, 50_000])
@given(exports=EXPORTS)
@settings(max_examples=25, deadline=None)
def test_a_delta_says_what_a_plain_join_says(bucket_records: int, exports: list[dict[int, dict[str, Any]]]) -> None:
    """Round after round, in many parts or in one."""
    plain = PlainJoin()
    with tempfile.TemporaryDirectory() as folder, pytest.MonkeyPatch.context() as patch:
        patch.setattr(division, "BUCKET_RECORDS", bucket_records)
        run = Rounds(Path(folder))
        for number, export in enumerate(exports):
            records = records_of(export, number)
            plain.take(records)
            manifest = run.pack(records, since="last" if number else "")
            if number:
                assert (plain.packed, plain.kinds) == (set(run.packed()), run.kinds())
                assert len(records) == sum((manifest.packed, manifest.rejected, manifest.held, manifest.left_out))
