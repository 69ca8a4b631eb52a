"""Pieces of a rules file as text: values of TOML, comments, and the mark of a line that wants a person's eye."""

from typing import Any

import msgspec

DOUBTFUL = "# DOUBTFUL:"


def quoted(text: str) -> str:
    """A TOML string: in single quotes where double quotes stand inside, as JMESPath has them around odd names."""
    if '"' in text and "'" not in text and text.isprintable():
        return f"'{text}'"
    return escaped(text)


def escaped(text: str) -> str:
    """A basic TOML string. JSON's is one, but for DEL, which TOML wants escaped."""
    return msgspec.json.encode(text).decode().replace("\x7f", "\\u007f")


def counted(count: int, noun: str) -> str:
    """A number with its noun."""
    return f"{count:,} {noun}" if count == 1 else f"{count:,} {noun}s"


def comment(text: str) -> str:
    """Text from outside, fit for a comment: no line ends, no control characters."""
    return "".join(character if character.isprintable() else "?" for character in text)


def inline(value: Any) -> str:
    """A value in TOML, on one line."""
    if isinstance(value, dict):
        return "{ " + ", ".join(f"{name} = {inline(inner)}" for name, inner in value.items()) + " }"
    return quoted(value) if isinstance(value, str) else msgspec.json.encode(value).decode()
