"""A rules file as TOML: what stands where, and complaints that say the line and column.

It knows tables, numbers and words; what they mean is known by those who read on from here.
"""

import difflib
import tomllib
from collections.abc import Mapping
from typing import Any

from samekey.errors import RulesError
from samekey.mapping.toml_places import place_of, places


class RulesDocument:
    """The document, and where everything in it stands. A path names a place by the keys that lead to it."""

    def __init__(self, text: str) -> None:
        """Read the text.

        Raises:
            RulesError: it is not TOML.

        """
        try:
            self.document = tomllib.loads(text)
        except tomllib.TOMLDecodeError as error:
            raise _syntax_complaint(error, text) from error
        except (RecursionError, ValueError) as error:  # nested without end, or a number of thousands of digits
            raise RulesError(
                "The rules file holds a value that cannot be read.", remedy="Nothing like it is needed."
            ) from error
        self.found = places(text)

    def complain(self, path: tuple[str, ...], message: str, remedy: str = "") -> RulesError:
        """A complaint about what stands there."""
        line, column = place_of(path, self.found)
        return RulesError(message, line=line, column=column, remedy=remedy)

    def known(self, path: tuple[str, ...], table: Mapping[str, Any], names: tuple[str, ...]) -> None:
        """Complain about a key that nobody knows."""
        for name in table:
            if name not in names:
                close = difflib.get_close_matches(name, names, n=1)
                where = f"[{'.'.join(path)}]" if path else "the rules file"
                hint = f"Did you mean `{close[0]}`?" if close else f"Known there: {', '.join(names)}."
                raise self.complain((*path, name), f"`{name}` is not known in {where}.", hint)

    def table(self, path: tuple[str, ...]) -> dict[str, Any]:
        """A section of the file; empty when it is not there."""
        value = self.document.get(path[0], {})
        if not isinstance(value, dict):
            raise self.complain(path, f"`{path[0]}` must be a table.", f"Write [{path[0]}] on a line of its own.")
        return value

    def number(self, path: tuple[str, ...], value: Any, *, least: int, most: int) -> int:
        """A whole number within bounds."""
        if isinstance(value, bool) or not isinstance(value, int) or not least <= value <= most:
            raise self.complain(path, f"`{path[-1]}` must be a whole number from {least} to {most}.")
        return value

    def choice(self, path: tuple[str, ...], value: Any, choices: tuple[str, ...]) -> str:
        """One of some words."""
        if value not in choices:
            raise self.complain(path, f"`{path[-1]}` must be one of: {', '.join(choices)}.")
        return str(value)

    def flag(self, path: tuple[str, ...], value: Any) -> bool:
        """True or false."""
        if not isinstance(value, bool):
            raise self.complain(path, f"`{path[-1]}` must be true or false.")
        return value

    def text(self, path: tuple[str, ...], value: Any) -> str:
        """A text that is not empty, without blanks around it."""
        if not isinstance(value, str) or not value.strip():
            raise self.complain(path, f"`{path[-1]}` must be text.")
        return value.strip()


def _syntax_complaint(error: tomllib.TOMLDecodeError, text: str) -> RulesError:
    """`tomllib` writes the place into its message; ours stands in front."""
    message, _, place = str(error).rpartition(" (at ")
    numbers = [int(word) for word in place.replace(",", " ").replace(")", " ").split() if word.isdigit()]
    at_end = (text.count("\n") + 1, len(text) - text.rfind("\n"))
    line, column = numbers if len(numbers) == 2 else at_end  # noqa: PLR2004  # a line and a column
    return RulesError(f"{message or error}.", line=line, column=column, remedy="The rules file is TOML.")
