r"""Whether an object of a record has a key twice, found by counting colons.

Decoders let the last one count and say nothing. But outside of texts a colon stands behind a key and nowhere else, and
texts keep theirs when they are decoded. So a record in which no object has a key twice has as many colons as its value
has when it is written anew; with a key that stands twice there is at least one more. Only a colon that is itself
escaped (`\u003a`) spoils the count; such a record is read once more, key by key.
"""

import json
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import msgspec

MAYBE_ESCAPED = b"\\u003"
"""Where a text does not hold this, it holds no escaped colon."""

_encode = msgspec.json.Encoder().encode


def repeated_key(text: bytes, value: Any) -> str | None:
    """A key that stands twice in one object of a record; None where none does.

    Args:
        text: the record, which is JSON.
        value: what it was decoded to.

    Raises:
        RecursionError: it is nested too deeply to tell.

    """
    if MAYBE_ESCAPED not in text and text.count(b":") == colons(value):
        return None
    return _look_closely(text)


def colons(value: Any) -> int:
    """How many colons a value has when it is written as JSON; -1 when it is nested too deeply to tell."""
    try:
        return _encode(value).count(b":")
    except RecursionError:
        return -1


class ColonCount:
    """Tells sheets in which nothing stands twice from others, by one look at all their texts.

    What is expected is counted short: only columns in which there were colons before are looked into. A surprise shows
    as more colons than expected, as a repeated key does, and never hides one.
    """

    def __init__(self, names: Iterable[str]) -> None:
        """Args:
        names: the fields that a record can have.

        """
        self._of_name = {name: 1 + name.count(":") for name in names}
        self._with_colons: list[str] = []

    def is_expected(self, texts: Sequence[bytes], columns: Mapping[str, Sequence[Any]]) -> bool:
        """Whether nothing in these records stands twice, for sure.

        Args:
            texts: the records.
            columns: for each name, the values of those that have the field.

        """
        together = b"".join(texts)
        if b"\\" in together and MAYBE_ESCAPED in together:
            return False
        expected = sum(of_name * len(columns[name]) for name, of_name in self._of_name.items())
        return together.count(b":") == expected + colons([columns[name] for name in self._with_colons])

    def learn(self, columns: Mapping[str, Sequence[Any]]) -> None:
        """Look into the columns that have colons from now on."""
        self._with_colons = [name for name, values in columns.items() if name in self._with_colons or colons(values)]


def _look_closely(text: bytes) -> str | None:
    """A key that stands twice, by a reader that is slow and sees every one."""
    found: list[str] = []

    def look(pairs: list[tuple[str, Any]]) -> None:
        seen: set[str] = set()
        for name, _ in pairs:
            if name in seen:
                found.append(name)
            seen.add(name)

    json.loads(text, object_pairs_hook=look, parse_int=len, parse_float=len)
    return found[0] if found else None
