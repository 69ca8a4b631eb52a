"""The tiny exports of `tests/golden/exports`: recognised, drafted, and packed by the draft as it stands."""

import json
import shlex
from pathlib import Path
from typing import Any

import pytest

from samekey.hashes import auth0_check
from samekey.mapping.compiled import Mapped, compile_rules
from samekey.mapping.rules import parse_rules
from samekey.origins import catalog
from samekey.records import Held, LeftOut, Rejection, SourceRecord
from samekey.sources.base import Source
from samekey.sources.join_options import JoinOptions
from samekey.sources.opening import open_source
from samekey.sources.options import SourceOptions
from samekey.survey import tally
from samekey.survey.draft import draft

EXPORTS = Path(__file__).parents[2] / "golden" / "exports"
ORIGINS = sorted(path.name for path in EXPORTS.iterdir() if path.is_dir())
JOINED = sorted(path.parent.name for path in EXPORTS.glob("*/joined"))


def export_of(origin: str) -> Path:
    """Its one export, whatever the format."""
    (path,) = (EXPORTS / origin).glob("users.*")
    return path


def alone(origin: str) -> Source:
    """The export as a source."""
    return open_source(str(export_of(origin)))


def joined(origin: str) -> Source:
    """The export in two files, joined as the origin says."""
    (convention,) = catalog.origin(origin).joins
    join = JoinOptions.said(
        source=str(EXPORTS / origin / "joined" / convention.file),
        table="",
        on=convention.on,
        name=convention.name,
        rows=convention.rows,
    )
    return open_source(str(export_of(f"{origin}/joined")), options=SourceOptions(join=join))


def packed(source: Source) -> list[dict[str, Any]]:
    """What the drafted rules make of every record, as `expected.json` says it; passwords tried and taken out."""
    map_record = compile_rules(parse_rules(draft(tally.survey(source))))
    records = [record for piece in source.ranges(1) for record in source.read(piece)]
    return [_shown(map_record(record)) for record in records if isinstance(record, SourceRecord)]


def _shown(mapped: Mapped) -> dict[str, Any]:
    if isinstance(mapped, Held):
        return {"held": mapped.reason, "key": mapped.key}
    if isinstance(mapped, Rejection):
        return {"rejected": mapped.reason, "key": mapped.key}
    if isinstance(mapped, LeftOut):
        return {"left_out": True}
    user = json.loads(mapped.payload)
    payload = user.pop("custom_password_hash", None)
    assert mapped.verdict in {"none", "as-is", "re-encoded"}
    if payload is None:
        return {"user": user, "password": "none"}
    first_name = (user.get("email") or user["username"]).partition("@")[0].title()
    matches = auth0_check.check(payload, password=f"{first_name} likes tea 1").match
    return {"user": user, "password": "carried" if matches else "wrong"}


class TestExports:
    def test_cover_every_origin(self) -> None:
        """Whoever adds an origin adds an export."""
        assert sorted(catalog.origins().keys() - {catalog.GENERIC}) == ORIGINS

    @pytest.mark.parametrize("origin", ORIGINS)
    def test_are_recognised(self, origin: str) -> None:
        """By what they hold alone, with a reason."""
        found = tally.survey(open_source(str(export_of(origin)))).origin
        assert (origin, True) == (found.name, bool(found.why))

    @pytest.mark.parametrize("origin", ORIGINS)
    def test_are_packed_by_the_drafted_rules_and_people_get_in(self, origin: str) -> None:
        """Without an edit; whose hash is carried gets in with the password they had."""
        expected = json.loads((EXPORTS / origin / "expected.json").read_text(encoding="utf-8"))
        assert expected == packed(alone(origin))

    def test_come_in_two_files_where_the_origin_has_two(self) -> None:
        """Whoever adds a join adds an export."""
        assert sorted(name for name, origin in catalog.origins().items() if origin.joins) == JOINED

    @pytest.mark.parametrize("origin", JOINED)
    def test_are_packed_with_what_stands_elsewhere(self, origin: str) -> None:
        """By the join that survey proposes, and without an edit of the drafted rules."""
        expected = json.loads((EXPORTS / origin / "joined" / "expected.json").read_text(encoding="utf-8"))
        assert expected == packed(joined(origin))

    @pytest.mark.parametrize("origin", JOINED)
    def test_say_what_is_not_in_them(self, origin: str) -> None:
        """Survey and draft propose the join until it was made."""
        first = tally.survey(open_source(str(export_of(f"{origin}/joined"))))
        (proposed,) = first.proposed_joins
        assert (origin, True) == (first.origin.name, shlex.join(proposed.words) in draft(first))
        assert () == tally.survey(joined(origin)).proposed_joins

    def test_of_discourse_are_packed_as_its_salt_is_called_since_2024(self, tmp_path: Path) -> None:
        """The table user_passwords has `password_salt`, and the rest by its old names."""
        newer = tmp_path / "users.csv"
        newer.write_text(export_of("discourse").read_text(encoding="utf-8").replace(",salt,", ",password_salt,"))
        source = open_source(str(newer))
        expected = json.loads((EXPORTS / "discourse" / "expected.json").read_text(encoding="utf-8"))
        assert ("discourse", expected) == (tally.survey(source).origin.name, packed(source))

    def test_give_way_to_a_persons_word(self) -> None:
        """`--origin` overrides recognition."""
        found = tally.survey(open_source(str(export_of("joomla"))), origin="generic")
        assert ("generic", ("you said so",)) == (found.origin.name, found.origin.why)
