"""The nouns that travel say where they stood."""

import re
from pathlib import Path

import pytest

import samekey
from samekey.pack.packed_users import PackedUser
from samekey.records import REASONS, Position, SourceRecord, User

HASH = "5baa61e4c9b93f3f0682250b6cf8331b7ee68fd8"


class TestPosition:
    """Where a record stands, for a person and for a program."""

    @pytest.mark.parametrize(
        ("position", "shown", "written"),
        [
            pytest.param(Position(0), "record 1", {"index": 0}, id="index"),
            pytest.param(Position(4, line=7), "record 5 (line 7)", {"index": 4, "line": 7}, id="line"),
            pytest.param(Position(4, byte=0), "record 5 (byte 0)", {"index": 4, "byte": 0}, id="byte"),
            pytest.param(Position(4, 7, 90), "record 5 (line 7)", {"index": 4, "line": 7, "byte": 90}, id="everything"),
        ],
    )
    def test_is_told_as_far_as_it_is_known(self, position: Position, shown: str, written: dict[str, int]) -> None:
        """People count from one, programs from zero."""
        assert shown == str(position)
        assert written == position.as_json()


class TestPayload:
    """What may hold a hash is not shown, for a failed test or a traceback prints what it is shown."""

    @pytest.mark.parametrize(
        "holder",
        [
            pytest.param(SourceRecord(Position(0), {"hash": HASH}), id="record"),
            pytest.param(User(Position(0), "7", {}, f'{{"hash":"{HASH}"}}'.encode()), id="user"),
            pytest.param(PackedUser("01", "000001", 0, {"hash": HASH}, "7", "raw_sha1"), id="packed-user"),
        ],
    )
    def test_is_not_shown(self, holder: object) -> None:
        """Position and key tell which one it is."""
        assert HASH not in repr(holder)


class TestReasons:
    """The closed list of why somebody was not packed."""

    def test_is_in_words(self) -> None:
        """Each reason has a sentence."""
        assert [] == [reason for reason, sentence in REASONS.items() if not sentence.endswith(".")]

    def test_holds_every_reason_that_is_given(self) -> None:
        """Whoever makes a refusal takes its word from the list."""
        folder = Path(samekey.__file__).parent
        made = re.compile(r'(?:Refusal|_Unusable|NotRecord)\(\s*"([a-z0-9-]+)"|Rejection\([\w.\[\]]+, "([a-z0-9-]+)"')
        found = {
            first or second
            for path in folder.rglob("*.py")
            for first, second in made.findall(path.read_text(encoding="utf-8"))
        }
        assert found - REASONS.keys() == set()
        assert {"bad-email", "duplicate", "user-too-large", "password-undecided", "not-an-object"} <= found
