"""Who changed in a way that nothing of ours carries over, each with the way out: a list for a person."""

from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path

import msgspec

from samekey.journal import block_outcomes, outcome_codes
from samekey.journal.rows import BlockRow
from samekey.pack.changes import Change, Kind
from samekey.pack.files import make_private_folder, open_private
from samekey.pack.prepared import Place

WAYS_OUT = {
    Kind.IDENTIFIER: "No import changes an address, a username, a phone number or an id: change it in the tenant "
    "(PATCH /api/v2/users/{id}, or the dashboard), together with whatever else changed.",
    Kind.ENABLED: "Let the person in again in the tenant, if it was not blocked there for a reason of its own.",
    Kind.RETURNED: "The person is in the source again: let it in again in the tenant, if it is blocked.",
    Kind.REKEYED: "Another record has an identifier of this person now. If it is the same person, its key changed: "
    "look at both; nobody was blocked.",
    Kind.REJECTED: "The record can no longer be packed: mend it. The person over there is as it was.",
    Kind.HELD: "Auth0 cannot check the password that the record has now. The person over there is as it was.",
    Kind.VANISHED: "Records of the source could not be read, and this person may be one of them: mend those and pack "
    "--since again. Nobody was blocked.",
}


class _Line(msgspec.Struct, omit_defaults=True):
    key: str
    what: str
    do: str
    identifiers: Mapping[str, str] = {}
    now: Mapping[str, str] = {}


def path_of(delivery_path: Path, round_name: str) -> Path:
    """The list of a round."""
    return delivery_path / "follow-up" / f"changes-{round_name}.ndjson"


def paths(delivery_path: Path) -> list[Path]:
    """The lists that are there, oldest first."""
    return sorted((delivery_path / "follow-up").glob("changes-*.ndjson"), key=lambda path: (len(path.name), path.name))


def write(
    path: Path,
    changes: Iterable[Change],
    places: Iterable[Place],
    blocks: Mapping[str, BlockRow],
    *,
    codes: Mapping[tuple[str, int], str] | None = None,
    spares_vanished: bool,
) -> int:
    """Write the list anew, if there is anybody to list; how many stand in it.

    Args:
        path: see `path_of`.
        changes: of the round.
        places: where its changed users went.
        blocks: of the round, by key.
        codes: what became known of prepared users when their turn had come, by import file and place.
        spares_vanished: whether nobody counts as vanished.

    Raises:
        RunFolderError, OSError: the disk does not let us.

    """
    make_private_folder(path.parent)
    count = 0
    encode = msgspec.json.Encoder().encode
    with open_private(path) as file:
        for line in _lines(changes, places, blocks, codes or {}, spares_vanished=spares_vanished):
            file.write(encode(line) + b"\n")
            count += 1
    if not count:
        path.unlink()
    return count


def is_whole(change: Change, *, blocks: bool | None) -> bool:
    """Whether nothing of a change is carried over: neither by an import, nor by a block or its end.

    Args:
        change: a line of a round.
        blocks: whether the person is to be blocked, or let in; None for neither.

    """
    return change.was is not None and blocks is None and not change.packed


def is_for_a_person(change: Change, kind: Kind, block: BlockRow | None, *, spares_vanished: bool) -> bool:
    """Whether a kind of change is left to a person."""
    if kind in {Kind.ENABLED, Kind.RETURNED}:
        return block is None and not change.blocked
    if kind == Kind.VANISHED:
        return spares_vanished
    return kind in WAYS_OUT


def _lines(
    changes: Iterable[Change],
    places: Iterable[Place],
    blocks: Mapping[str, BlockRow],
    codes: Mapping[tuple[str, int], str],
    *,
    spares_vanished: bool,
) -> Iterator[_Line]:
    for change in changes:
        if change.was is None:
            continue  # never sent
        block = blocks.get(change.key)
        for kind in change.kinds:
            if is_for_a_person(change, kind, block, spares_vanished=spares_vanished):
                yield _Line(change.key, kind, WAYS_OUT[kind], change.identifiers, change.now)
        if block and block.outcome in block_outcomes.WAYS_OUT:
            yield _Line(change.key, block.outcome, block_outcomes.WAYS_OUT[block.outcome], change.identifiers)
    for place in places:
        if code := codes.get((place.to, place.place), place.code):
            _, meaning = outcome_codes.FAILURES[code]
            yield _Line(place.key, code, meaning, {"identifier": place.identifier})
