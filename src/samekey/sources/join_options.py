"""What a user says about a second source that is joined to the first."""

import re
from dataclasses import dataclass
from typing import Self

from samekey.errors import UsageError
from samekey.lookup import ExpressionInvalid, finder

LIST = "list"
"""All rows of a person, one after the other."""

_EQUALS = re.compile(r"(?<![=!<>])=(?!=)")
"""Between two expressions; not one of the comparisons inside them."""


@dataclass(frozen=True, slots=True)
class JoinOptions:
    """Which second source, by which key, and what becomes of its rows."""

    source: str
    """Its address; empty where it is another table of the first."""
    table: str
    """Its table or sheet; empty for the only one."""
    own: str
    """The expression that finds the key in a record of the first source."""
    theirs: str
    """The expression that finds the key in a row of the second."""
    name: str = ""
    """The field under which the rows go; empty to lay their fields beside the record's own."""
    rows: str = ""
    """Empty: a record has one row. `list`: any number. `KEY=VALUE`: any number, each saying one thing."""

    @classmethod
    def said(cls, *, source: str, table: str, on: str, name: str, rows: str) -> Self | None:
        """What the words of a command line say; None where they say nothing.

        Args:
            source: of `--join`.
            table: of `--join-table`.
            on: of `--join-on`, `own=theirs`.
            name: of `--join-as`.
            rows: of `--join-rows`.

        Raises:
            UsageError: they do not fit together, or are not what they should be.

        """
        if not (source or table):
            if on or name or rows:
                raise UsageError("There is nothing to join.", remedy="Name it: --join FILE, or --join-table NAME.")
            return None
        own, theirs = _sides(on, "--join-on", "id=user_id")
        for each in (own, theirs):
            _check(each)
        if rows and rows != LIST:
            _sides(rows, "--join-rows", "meta_key=meta_value")
        if rows and not name:
            raise UsageError("--join-rows needs a name for what it gathers.", remedy="Add --join-as meta")
        return cls(source, table, own, theirs, name, rows)

    @property
    def says(self) -> tuple[str, str] | None:
        """The columns that hold name and value, where every row says one thing."""
        return _sides(self.rows, "--join-rows", "") if self.rows and self.rows != LIST else None

    @property
    def on(self) -> str:
        """The two expressions, as the user wrote them."""
        return f"{self.own}={self.theirs}"

    def as_words(self) -> list[str]:
        """The words that say the same on a command line."""
        said = {
            "--join": self.source,
            "--join-table": self.table,
            "--join-on": self.on,
            "--join-as": self.name,
            "--join-rows": self.rows,
        }
        return [word for flag, value in said.items() if value for word in (flag, value)]


def _sides(text: str, flag: str, example: str) -> tuple[str, str]:
    sides = [side.strip() for side in _EQUALS.split(text, maxsplit=1)]
    if len(sides) != 2 or not all(sides):  # noqa: PLR2004  # left and right
        raise UsageError(f"{flag} has two sides with = between them.", remedy=f"Write {flag} {example}")
    return sides[0], sides[1]


def _check(expression: str) -> None:
    try:
        finder(expression)
    except ExpressionInvalid as cause:
        raise UsageError(
            f"`{expression}` of --join-on is not an expression: {cause}.",
            remedy='A field whose name is not a plain word stands in double quotes inside: \'"_id"."$oid"\'.',
        ) from cause
