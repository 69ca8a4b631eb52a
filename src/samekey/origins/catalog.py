"""Loads the folder of origins and weighs what a sample says about where it comes from.

An origin is a convention (Django, WordPress, Keycloak), whatever format its export has. Each is a TOML file in this
folder and adds nothing to the code: its evidence, the names of its fields, and what its rules look like.
"""

import difflib
import re
import tomllib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from importlib import resources
from typing import Any

import msgspec

from samekey.errors import UsageError

GENERIC = "generic"
"""The origin of everything that nothing speaks for."""

ENOUGH = 5
"""An origin is taken for the one when so much weight speaks for it, and less for any other."""

_MATCHING_SHARE = 0.5
"""Of its values, so many must match a pattern."""

_DEPTH_MAX = 6


class Evidence(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Something that speaks for an origin."""

    why: str
    """The same for a person."""
    weight: int
    fields: tuple[str, ...] = ()
    """Dotted paths that must all be there, letter case aside."""
    field: str = ""
    """The path whose values must match `pattern`."""
    pattern: str = ""


class PasswordConvention(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Where an origin keeps passwords, and how."""

    stored: Mapping[str, str] = msgspec.field(default_factory=dict)
    """An expression of the rules for each column; empty where one field holds everything."""
    formats: tuple[str, ...] = ()
    """Formats that this origin writes, where the value alone leaves more than one open."""


class JoinConvention(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Where else an origin keeps what belongs to a person."""

    why: str
    """What stands there, in words."""
    lacking: str
    """The path that records do not have until they are joined."""
    file: str
    """How an export of it may be called."""
    table: str
    """The name of its table."""
    on: str
    """The key on both sides."""
    name: str = msgspec.field(name="as", default="")
    """The field under which it goes."""
    rows: str = ""
    """What many rows mean; empty where a person has one."""

    def words(self, *, is_database: bool) -> tuple[str, ...]:
        """The options that join it."""
        where = ("--join-table", self.table) if is_database else ("--join", self.file)
        name = ("--join-as", self.name) if self.name else ()
        rows = ("--join-rows", self.rows) if self.rows else ()
        return (*where, "--join-on", self.on, *name, *rows)


class Origin(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """One convention."""

    title: str
    notes: tuple[str, ...] = ()
    """What a person should know, as comments of the drafted rules."""
    evidence: tuple[Evidence, ...] = ()
    fields: Mapping[str, tuple[str, ...]] = msgspec.field(default_factory=dict)
    """Which fields play a part, likeliest first; parts are those of the survey: email, password, salt, active …"""
    user: Mapping[str, Any] = msgspec.field(default_factory=dict)
    """Rules for what no single field says as it stands, by Auth0 property; each needs the fields of `needs`."""
    needs: Mapping[str, tuple[str, ...]] = msgspec.field(default_factory=dict)
    """Paths that must be there for a rule of `user`."""
    password: PasswordConvention = PasswordConvention()
    joins: tuple[JoinConvention, ...] = ()
    """Other tables or files that belong to this one."""


@dataclass(frozen=True, slots=True)
class Recognised:
    """Where a source seems to come from."""

    name: str
    title: str
    why: tuple[str, ...]
    """The evidence, in words."""
    weight: int
    near: tuple[str, ...] = ()
    """Names of origins that something speaks for, though not enough, or for several alike."""


@cache
def origins() -> Mapping[str, Origin]:
    """Every origin by its name, as the files of this folder say."""
    found = {}
    for file in sorted(resources.files("samekey.origins").iterdir(), key=lambda each: each.name):
        name, dot, ending = file.name.rpartition(".")
        if dot and ending == "toml":
            document = tomllib.loads(file.read_text(encoding="utf-8"))
            found[name] = msgspec.convert(document, Origin)
    return found


def origin(name: str) -> Origin:
    """The origin of this name.

    Raises:
        UsageError: there is none.

    """
    known = origins()
    if name not in known:
        close = difflib.get_close_matches(name, known, n=3)
        hint = f"Did you mean {' or '.join(close)}?" if close else f"Known: {', '.join(known)}."
        raise UsageError(f"samekey knows no origin {name}.", remedy=hint)
    return known[name]


def named(name: str) -> Recognised:
    """An origin on somebody's word.

    Raises:
        UsageError: there is none of this name.

    """
    return Recognised(name, origin(name).title, ("you said so",), 0)


def recognise(sample: Sequence[Mapping[str, Any]]) -> Recognised:
    """Weigh what the first records say.

    Args:
        sample: their fields.

    Returns:
        The origin that more speaks for than for any other; `generic` where nothing says enough, or two say the same.

    """
    values: dict[str, list[Any]] = {}
    for fields in sample:
        for path, value in _leaves("", fields, 0):
            values.setdefault(path.lower(), []).append(value)
    weighed = sorted((_weigh(name, each, values) for name, each in origins().items()), key=lambda one: -one.weight)
    first, second = weighed[0], weighed[1]
    near = tuple(each.name for each in weighed if each.weight)
    if first.weight < ENOUGH:
        return Recognised(GENERIC, origin(GENERIC).title, ("nothing says enough of any other",), 0, near)
    if first.weight == second.weight:
        return Recognised(GENERIC, origin(GENERIC).title, (f"it may be {first.title} or {second.title}",), 0, near)
    return first


def _weigh(name: str, candidate: Origin, values: Mapping[str, Sequence[Any]]) -> Recognised:
    speaking = [each for each in candidate.evidence if _speaks(each, values)]
    return Recognised(
        name, candidate.title, tuple(each.why for each in speaking), sum(each.weight for each in speaking)
    )


def _speaks(evidence: Evidence, values: Mapping[str, Sequence[Any]]) -> bool:
    if not all(path.lower() in values for path in evidence.fields):
        return False
    if not evidence.field:
        return True
    texts = [value for value in values.get(evidence.field.lower(), ()) if isinstance(value, str) and value]
    matching = sum(re.match(evidence.pattern, text) is not None for text in texts)
    return bool(texts) and matching / len(texts) >= _MATCHING_SHARE


def _leaves(above: str, fields: Mapping[str, Any], depth: int) -> Iterator[tuple[str, Any]]:
    """Every value with its dotted path; objects count themselves too."""
    for name, value in fields.items():
        path = f"{above}{name}"
        yield path, value
        if isinstance(value, Mapping) and depth < _DEPTH_MAX:
            yield from _leaves(f"{path}.", value, depth + 1)
