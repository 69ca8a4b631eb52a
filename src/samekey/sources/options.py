"""What a user says about a source that the source does not say itself."""

import codecs
from dataclasses import dataclass, fields

from samekey.errors import UsageError
from samekey.sources.join_options import JoinOptions

_FLAGS = {
    "encoding": "--encoding",
    "delimiter": "--delimiter",
    "header": "--no-header",
    "key": "--key",
    "table": "--table",
    "query": "--query",
}

_NOT_FOR_FILES = {"idna", "punycode", "raw-unicode-escape", "undefined", "unicode-escape", "utf-7"}
"""Codecs of Python that turn bytes into text and yet are no encoding of a file."""


@dataclass(frozen=True, slots=True)
class SourceOptions:
    """How a source is to be read, where recognition cannot know or is wrong. Empty: recognise it."""

    encoding: str = ""
    """The encoding of the text, by the name Python knows: latin-1, windows-1252, utf-16-le."""
    delimiter: str = ""
    """What stands between the cells of a CSV file: one character, or `tab`."""
    header: bool = True
    """Whether the first row of a table holds the names of the columns."""
    key: str = ""
    """Where in a JSON object the array of records stands; dotted to reach deeper: `data.users`."""
    table: str = ""
    """The table of a database or dump, or the sheet of a workbook."""
    query: str = ""
    """A SELECT that yields the records of a database."""
    join: JoinOptions | None = None
    """A second source whose records belong to those of this one."""

    def __post_init__(self) -> None:
        """Refuse what no source can be read with.

        Raises:
            UsageError: an encoding nobody knows, or a delimiter that is not one character.

        """
        if self.encoding and not _is_text_encoding(self.encoding):
            raise UsageError(
                f"{self.encoding!r} is not an encoding.", remedy="Write --encoding latin-1, windows-1252 or utf-16-le."
            )
        if self.delimiter and (len(self.separator) != 1 or self.separator in '"\r\n'):
            raise UsageError(
                f"{self.delimiter!r} cannot stand between cells.", remedy="Write one character, or --delimiter tab."
            )

    @property
    def separator(self) -> str:
        """The delimiter as it stands in the file."""
        return "\t" if self.delimiter in ("tab", "\\t") else self.delimiter

    def as_words(self) -> list[str]:
        """The words that say the same on a command line."""
        words: list[str] = []
        for each in fields(self):
            value = getattr(self, each.name)
            if isinstance(value, JoinOptions):
                words += value.as_words()
            elif value != each.default:
                words += [_FLAGS[each.name], *([value] if isinstance(value, str) else [])]
        return words

    def refuse_all_but(self, *allowed: str, source_format: str) -> None:
        """Refuse options that this format has no use for, so that none is ignored in silence.

        Args:
            allowed: names of fields that mean something.
            source_format: the format, for the message.

        Raises:
            UsageError: another one was given.

        """
        for each in fields(self):
            if each.name not in allowed and getattr(self, each.name) != each.default:
                flags = " and ".join(_FLAGS[name] for name in allowed)
                raise UsageError(
                    f"{_FLAGS[each.name]} means nothing for a source of the format {source_format}.",
                    remedy=f"Leave it out; {source_format} takes {flags}." if flags else "Leave it out.",
                )


def _is_text_encoding(name: str) -> bool:
    try:
        "a".encode(name)
    except (LookupError, UnicodeError, ValueError):
        return False
    return codecs.lookup(name).name.replace("_", "-") not in _NOT_FOR_FILES
