"""Joining two sources: who found no partner, what is not lost, and what is left on the disk."""

import gc
import json
import sqlite3
import stat
import tempfile
import tracemalloc
from collections.abc import Sequence
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

from samekey.errors import SourceDamaged, SourceError, UsageError
from samekey.records import Position, Rejection, SourceRecord
from samekey.sources import base, join
from samekey.sources.base import Source
from samekey.sources.database_address import without_table
from samekey.sources.join import JoinedSource
from samekey.sources.join_options import JoinOptions
from samekey.sources.opening import open_source
from samekey.sources.options import SourceOptions

HASH = "5baa61e4c9b93f3f0682250b6cf8331b7ee68fd8"


@pytest.fixture(autouse=True)
def temporary_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder of the test's own for what is put aside."""
    folder = tmp_path / "aside"
    folder.mkdir()
    monkeypatch.setattr(tempfile, "tempdir", str(folder))
    return folder


def said(source: str = "", *, table: str = "", on: str = "id=id", name: str = "", rows: str = "") -> SourceOptions:
    """How to join."""
    return SourceOptions(join=JoinOptions.said(source=source, table=table, on=on, name=name, rows=rows))


def joined(
    folder: Path, left: Sequence[Any], right: Sequence[Any], on: str = "id=id", name: str = "", rows: str = ""
) -> JoinedSource:
    """Two files of NDJSON as one source; a text in place of a record is a line as it is."""
    for side, records in (("left", left), ("right", right)):
        text = "".join((each if isinstance(each, str) else json.dumps(each)) + "\n" for each in records)
        (folder / side).write_text(text, encoding="utf-8")
    source = open_source(
        str(folder / "left"), source_format="ndjson", options=said(str(folder / "right"), on=on, name=name, rows=rows)
    )
    assert isinstance(source, JoinedSource)
    return source


def read(source: Source) -> list[Any]:
    """Fields or reasons."""
    items = [item for piece in source.ranges(1) for item in source.read(piece)]
    return [item.fields if isinstance(item, SourceRecord) else item.reason for item in items]


class TestJoinedSource:
    def test_lays_the_fields_of_the_row_beside_the_records(self, tmp_path: Path) -> None:
        """A number on one side is its digits on the other."""
        source = joined(tmp_path, [{"id": 7, "email": "a@b.test"}], [{"user": "7", "hash": HASH}], "id=user")
        assert [{"id": 7, "email": "a@b.test", "user": "7", "hash": HASH}] == read(source)

    def test_loses_nothing_where_both_have_a_name(self, tmp_path: Path) -> None:
        """The record keeps its own; what differs stands apart."""
        source = joined(tmp_path, [{"id": 1, "at": "x", "to": 1}], [{"id": 1, "at": "y", "to": 1}])
        assert [{"id": 1, "at": "x", "to": 1, "joined": {"at": "y"}}] == read(source)

    def test_puts_the_row_under_a_name(self, tmp_path: Path) -> None:
        """As it is said."""
        source = joined(tmp_path, [{"id": 1}], [{"id": 1, "hash": HASH}], name="login")
        assert [{"id": 1, "login": {"id": 1, "hash": HASH}}] == read(source)

    def test_takes_expressions_for_keys(self, tmp_path: Path) -> None:
        """Another Auth0 tenant's export has a prefix that its passwords lack."""
        right = {"_id": {"$oid": "5f"}, "passwordHash": HASH}
        on = "user_id=join('|', ['auth0', \"_id\".\"$oid\"])"
        assert [{"user_id": "auth0|5f", **right}] == read(joined(tmp_path, [{"user_id": "auth0|5f"}], [right], on))

    def test_rejects_a_record_that_more_than_one_row_belongs_to(self, tmp_path: Path) -> None:
        """Nobody knows which is the password."""
        rows = [{"id": 1, "hash": "a"}, {"id": 1, "hash": "b"}]
        assert ["joined-twice", {"id": 2}] == read(joined(tmp_path, [{"id": 1}, {"id": 2}], rows))

    def test_rejects_a_record_with_more_rows_than_fit(self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        """One person's million rows do not fill the memory."""
        monkeypatch.setattr(base, "RECORD_BYTES_MAX", 100)
        rows = [{"id": 1, "k": str(number), "v": "x"} for number in range(50)]
        for how in ("list", "k=v"):
            source = joined(tmp_path, [{"id": 1}], rows, name="rows", rows=how)
            assert ["record-too-large"] == read(source)

    @pytest.mark.parametrize("rows", ["", "list", "k=v"])
    def test_lets_records_without_a_row_go_on(self, tmp_path: Path, rows: str) -> None:
        """As they are."""
        left = [{"id": 1}, {"id": None}, {"name": "x"}, {"id": [1]}]
        source = joined(tmp_path, left, [{"id": 2, "k": "a"}], name="more" if rows else "", rows=rows)
        assert left == read(source)

    def test_stops_where_the_joined_source_is_damaged(self, tmp_path: Path) -> None:
        """Rather than let people go without their passwords."""
        for side, text in (("left", '[{"id": 1}]'), ("right", '[{"id": 1}, {"id"')):
            (tmp_path / side).write_text(text, encoding="utf-8")
        with pytest.raises(SourceDamaged, match="right"):
            read(open_source(str(tmp_path / "left"), options=said(str(tmp_path / "right"))))

    def test_has_another_fingerprint_where_either_side_changes(self, tmp_path: Path) -> None:
        """Whoever packs again notices."""
        ones = [
            ([{"id": 1}], [{"id": 1}], ""),
            ([{"id": 2}], [{"id": 1}], ""),
            ([{"id": 1}], [{"id": 2}], ""),
            ([{"id": 1}], [{"id": 1}], "name"),
        ]
        prints = {joined(tmp_path, left, right, name=name).describe().fingerprint for left, right, name in ones}
        assert len(prints) == len(ones)

    def test_joins_two_tables_of_one_database(self, tmp_path: Path) -> None:
        """Without naming it twice."""
        path = tmp_path / "app.db"
        with closing(sqlite3.connect(path)) as connection:
            connection.executescript(
                "CREATE TABLE users (id INTEGER PRIMARY KEY, email); INSERT INTO users VALUES (1, 'a@b.test');"
                "CREATE TABLE meta (user_id, k, v); INSERT INTO meta VALUES (1, 'first', 'Ann'), (1, 'last', 'Lee')"
            )
        options = said(table="meta", on="id=user_id", name="meta", rows="k=v")
        expected = [{"id": 1, "email": "a@b.test", "meta": {"first": "Ann", "last": "Lee"}}]
        assert expected == read(open_source(f"sqlite:///{path}?table=users", options=options))

    def test_reads_standard_input_once(self) -> None:
        """It cannot be both."""
        with pytest.raises(SourceError):
            open_source("-", options=said("-"))


class TestJoined:
    """What is told of those without a partner."""

    def test_counts_and_names_both_sides(self, tmp_path: Path) -> None:
        """With the first positions of each."""
        left = [{"id": number} for number in range(10)]
        right = [{"id": number} for number in (*range(3), 50, 51)] + [{"no": "key"}, "not JSON"]
        found = joined(tmp_path, left, right).joined()
        assert (10, 7, 7, 3, 1) == (found.records, found.without_rows, found.rows, found.without_record, found.unread)
        assert [3, 4, 5, 6, 7] == [place.index for place in found.without_rows_examples]
        assert [3, 4, 5] == [place.index for place in found.without_record_examples]
        assert [6] == [place.index for place in found.unread_examples]
        assert len(list(join.sentences(found))) == 3

    def test_names_the_file_where_there_are_several(self, tmp_path: Path) -> None:
        """A folder of exports is one source, on either side."""
        (tmp_path / "parts").mkdir()
        for number in range(2):
            (tmp_path / "parts" / f"{number}.ndjson").write_text(f'{{"id": {number}}}\n', encoding="utf-8")
        (tmp_path / "left.ndjson").write_text('{"id": 0}\n', encoding="utf-8")
        source = open_source(str(tmp_path / "left.ndjson"), options=said(str(tmp_path / "parts")))
        assert isinstance(source, JoinedSource)
        tracemalloc.start()
        found = source.joined()
        peak_bytes = tracemalloc.get_traced_memory()[1]
        tracemalloc.stop()
        assert peak_bytes < 1_000_000
        assert ["1.ndjson"] == [Path(place.file).name for place in found.without_record_examples]

    def test_is_silent_where_everybody_has_one(self, tmp_path: Path) -> None:
        """Nothing to say."""
        assert [] == list(join.sentences(joined(tmp_path, [{"id": 1}], [{"id": 1}]).joined()))

    def test_says_when_the_keys_cannot_be_right(self, tmp_path: Path) -> None:
        """Nobody has a row: that is no detail."""
        (first, _) = join.sentences(joined(tmp_path, [{"id": 1}], [{"id": 2}]).joined())
        assert "does not find the same key" in first


class TestWhatIsPutAside:
    """The rows may hold stored passwords."""

    def test_is_for_this_user_alone(self, tmp_path: Path, temporary_folder: Path) -> None:
        """File and folder."""
        source = joined(tmp_path, [{"id": 1}], [{"id": 1, "hash": HASH}])
        read(source)
        (folder,) = temporary_folder.iterdir()
        modes = {stat.S_IMODE(path.stat().st_mode) for path in (folder, *folder.iterdir())}
        assert {0o700, 0o600} == modes

    def test_goes_with_the_source(self, tmp_path: Path, temporary_folder: Path) -> None:
        """No step has to think of it."""
        source = joined(tmp_path, [{"id": 1}], [{"id": 1, "hash": HASH}])
        read(source)
        del source
        gc.collect()
        assert [] == list(temporary_folder.iterdir())

    def test_goes_after_an_error_too(self, tmp_path: Path, temporary_folder: Path) -> None:
        """Also where it was being written."""
        (tmp_path / "right.json").write_text('[{"id": 1, "hash": "x"}, {"id"', encoding="utf-8")
        (tmp_path / "left.json").write_text('[{"id": 1}]', encoding="utf-8")
        with pytest.raises(SourceDamaged):
            read(open_source(str(tmp_path / "left.json"), options=said(str(tmp_path / "right.json"))))
        gc.collect()
        assert [] == list(temporary_folder.iterdir())

    def test_says_when_there_is_no_room(self, tmp_path: Path, temporary_folder: Path) -> None:
        """One sentence with the way out."""
        source = joined(tmp_path, [{"id": 1}], [{"id": 1}])
        temporary_folder.rmdir()
        with pytest.raises(SourceError, match="cannot be kept") as caught:
            read(source)
        assert "TMPDIR" in caught.value.remedy


class TestJoinOptions:
    @pytest.mark.parametrize(
        ("given", "says"),
        [
            pytest.param({"on": "a=b"}, "nothing to join", id="no source"),
            pytest.param({"source": "x"}, "--join-on has two sides", id="no key"),
            pytest.param({"source": "x", "on": "id"}, "--join-on has two sides", id="one side"),
            pytest.param({"source": "x", "on": "a=b[", "name": "n"}, "is not an expression", id="no expression"),
            pytest.param({"source": "x", "on": "a=b", "rows": "list"}, "needs a name", id="no name"),
            pytest.param({"source": "x", "on": "a=b", "rows": "k", "name": "n"}, "--join-rows has two", id="no value"),
        ],
    )
    def test_refuse_what_cannot_be(self, given: dict[str, str], says: str) -> None:
        """With a way out."""
        words = {"source": "", "table": "", "on": "", "name": "", "rows": "", **given}
        with pytest.raises(UsageError, match=says) as caught:
            JoinOptions.said(**words)
        assert caught.value.remedy

    def test_say_nothing_where_nothing_is_said(self) -> None:
        """Most sources stand alone."""
        assert JoinOptions.said(source="", table="", on="", name="", rows="") is None

    def test_can_be_said_again(self) -> None:
        """For the next command."""
        words = ["--join", "x", "--join-on", "id=user_id", "--join-as", "meta", "--join-rows", "k=v"]
        assert words == said("x", on="id = user_id", name="meta", rows="k=v").as_words()

    def test_divide_at_the_sign_between_expressions(self) -> None:
        """Not at a comparison inside one."""
        options = JoinOptions.said(source="x", table="", on="rows[?k == 'id'].v | [0]=user_id", name="", rows="")
        assert options is not None
        assert ("rows[?k == 'id'].v | [0]", "user_id") == (options.own, options.theirs)


class TestWithoutTable:
    @pytest.mark.parametrize(
        ("address", "expected"),
        [
            ("postgresql://me@host/app?table=users", "postgresql://me@host/app"),
            ("postgresql://me@host/app?table=users&sslmode=require", "postgresql://me@host/app?sslmode=require"),
            ("postgresql://me@host/app?sslmode=require&table=users", "postgresql://me@host/app?sslmode=require"),
            ("app.db", "app.db"),
        ],
    )
    def test_keeps_everything_else(self, address: str, expected: str) -> None:
        """Another table of the same database."""
        assert expected == without_table(address)


def test_rejections_keep_their_position(tmp_path: Path) -> None:
    """The record's own."""
    source = joined(tmp_path, ["not JSON", {"id": 1}], [{"id": 1, "hash": HASH}])
    items = [item for piece in source.ranges(1) for item in source.read(piece)]
    assert [Rejection, SourceRecord] == [type(item) for item in items]
    assert [Position(0, 1, 0), Position(1, 2, 9)] == [item.position for item in items]
