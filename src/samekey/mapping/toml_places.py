"""Where in a TOML text a key stands. `tomllib` gives the values and forgets their places; complaints need them."""

import re

_TABLE = re.compile(r"^\s*\[\[?\s*(?P<name>[^\]]+?)\s*\]\]?")
_KEY = r"""(?:[A-Za-z0-9_-]+|"[^"]*"|'[^']*')"""
_ASSIGNMENT = re.compile(rf"(?P<name>{_KEY}(?:\s*\.\s*{_KEY})*)\s*=")
_PIECE = re.compile(_KEY)
_QUOTES = frozenset("\"'")

Place = tuple[int, int]
"""Line and column, both from 1."""


def places(text: str) -> dict[tuple[str, ...], Place]:
    """Find every key of a TOML text.

    Good enough for rules files, not a TOML parser: a `name =` inside a multi-line string is taken for a key, which can
    only point a complaint at a wrong line, never change what the rules mean.

    Args:
        text: a text that `tomllib` has already accepted.

    Returns:
        The path of each table and key, as names from the outside in, with the place where its name begins.

    """
    found: dict[tuple[str, ...], Place] = {}
    table: tuple[str, ...] = ()
    for number, line in enumerate(text.split("\n"), start=1):
        header = _TABLE.match(line)
        if header:
            table = _pieces(header["name"])
            found.setdefault(table, (number, header.start("name") + 1))
            continue
        _read_line(line, number, table, found)
    return found


def place_of(path: tuple[str, ...], found: dict[tuple[str, ...], Place]) -> Place:
    """The place of a key, or of the nearest thing around it that has one."""
    for length in range(len(path), 0, -1):
        if path[:length] in found:
            return found[path[:length]]
    return (1, 1)


def _read_line(line: str, number: int, table: tuple[str, ...], found: dict[tuple[str, ...], Place]) -> None:
    """Keys of one line; an inline table's keys belong to the key before its brace."""
    around = [table]
    position = 0
    while position < len(line) and line[position] != "#":
        character = line[position]
        assignment = _ASSIGNMENT.match(line, position)
        if assignment:
            key = around[-1] + _pieces(assignment["name"])
            found.setdefault(key, (number, position + 1))
            position = _after_blanks(line, assignment.end())
            begins_with = line[position : position + 1]
            if begins_with == "{":
                around.append(key)
                position += 1
            elif begins_with in _QUOTES:  # a key may not be looked for in a text such as "a \" = b"
                position = _end_of_string(line, position)
        elif character in _QUOTES:
            position = _end_of_string(line, position)
        else:
            if character == "{":
                around.append(around[-1])
            elif character == "}" and len(around) > 1:
                around.pop()
            position += 1


def _after_blanks(line: str, start: int) -> int:
    return len(line) - len(line[start:].lstrip())


def _end_of_string(line: str, start: int) -> int:
    quote = line[start]
    position = start + 1
    while position < len(line) and line[position] != quote:
        position += 2 if quote == '"' and line[position] == "\\" else 1
    return position + 1


def _pieces(name: str) -> tuple[str, ...]:
    return tuple(piece.strip("\"'") for piece in _PIECE.findall(name))
