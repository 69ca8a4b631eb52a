"""Findings become a first rules file: commented, and every doubtful line marked DOUBTFUL with what would decide it.

The draft is meant to pack the surveyed file as it is. Where that would mean to guess in silence, it guesses aloud.
"""

import shlex
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from samekey.auth0 import limits
from samekey.mapping.rules import IDENTIFIERS
from samekey.origins import catalog
from samekey.origins.catalog import Origin
from samekey.survey import roles
from samekey.survey.draft_password import Decision, password_section
from samekey.survey.findings import FieldFound, Findings, IdentifierFound, Path, expression
from samekey.survey.rules_text import DOUBTFUL, comment, counted, escaped, inline, quoted

_BOOLEANS = ("email_verified", "phone_verified", "blocked")
_IN_DOUBT_SHARE = 0.99
"""An identifier of which fewer values are good is one to look at."""


_NOTHING_DECIDED: Mapping[str, Decision] = {}


def draft(found: Findings, *, decided: Mapping[str, Decision] = _NOTHING_DECIDED) -> str:
    """The text of a rules file.

    Args:
        found: what a survey found.
        decided: by the name of a cluster, what somebody knows of it.

    Returns:
        TOML, ready for `samekey pack`; without an identifier in the source it waits for a person to name one.

    """
    origin = catalog.origin(found.origin.name)
    conventions = _conventions(origin, found.fields)
    others = [field for field in found.fields if field.path not in _used(found, origin)]
    has_email = "email" in conventions or found.identifier("email") is not None
    states, others = _states(others, origin, said=conventions, has_email=has_email)
    lines = [
        *_head(found, origin),
        "",
        "[user]",
        *_identifiers(found, conventions),
        *_phone(found),
        *(_line(named.property, named.path) for named in found.profile),
        *(f"{name:<14} = {inline(value)}" for name, value in conventions.items()),
        *states,
        *_left_over(others),
        *password_section(found.password, origin, decided),
        *_partition(found.fields),
    ]
    return "\n".join(lines) + "\n"


def _line(name: str, path: Path) -> str:
    return f"{name:<14} = {quoted(expression(path))}"


def _conventions(origin: Origin, fields: Sequence[FieldFound]) -> dict[str, Any]:
    """The origin's own rules for which the source has the fields."""
    there = {prefix for field in fields for prefix in _prefixes(field.path)}
    return {
        name: value
        for name, value in origin.user.items()
        if all(path.lower() in there for path in origin.needs.get(name, ()))
    }


def _used(found: Findings, origin: Origin) -> set[Path]:
    """Fields that some line carries, or that hold what nobody should carry elsewhere."""
    used = {one.path for one in found.identifiers} | {one.path for one in found.profile}
    named = {path.lower() for paths in origin.needs.values() for path in paths}
    if found.password:
        used |= {found.password.path} | ({found.password.salt_path} if found.password.salt_path else set())
        named |= {text.lower() for text in found.password.columns.values()}
    named |= {text.lower() for value in _conventions(origin, found.fields).values() for text in _texts(value)}
    return used | {field.path for field in found.fields if not named.isdisjoint(_prefixes(field.path))}


def _prefixes(path: Path) -> set[str]:
    """The path, and every object that it stands in, as they are compared."""
    return {".".join(path[:depth]).lower() for depth in range(1, len(path) + 1)}


def _texts(value: Any) -> Iterator[str]:
    """Every text in a rule; those that are paths name what it carries."""
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict):
        for inner in value.values():
            yield from _texts(inner)


def _head(found: Findings, origin: Origin) -> Iterator[str]:
    yield f"# Rules for {comment(found.source.address)}:"
    yield "# which field of a record becomes which property of an Auth0 user."
    yield f"# Drafted by samekey from {found.records:,} records. Lines marked DOUBTFUL want a person's eye."
    if found.origin.name != catalog.GENERIC:
        yield f"# Origin: {origin.title} ({'; '.join(found.origin.why)})."
        yield from (f"# {note}" for note in origin.notes)
    if found.joined:
        yield f"# Joined with {comment(found.joined.address)} by {comment(found.joined.on)}: join it in every command."
    for proposed in found.proposed_joins:
        yield f"# Not in this source: {proposed.why}. To carry it too, add to every command:"
        yield f"#   {shlex.join(proposed.words)}"


def _identifiers(found: Findings, conventions: Mapping[str, Any]) -> Iterator[str]:
    known_by = {*conventions, *(identifier.property for identifier in found.identifiers)}
    if known_by.isdisjoint(IDENTIFIERS):
        yield f"{DOUBTFUL} no field looks like an email, a username or a phone number; a user needs one of them."
        yield '# email = "the field that identifies a person"'
    for identifier in found.identifiers:
        if identifier.property in conventions:
            continue
        doubts = list(_doubts(identifier))
        for doubt in doubts:
            yield f"{DOUBTFUL} {doubt}"
        yield _line(identifier.property, identifier.path)


def _phone(found: Findings) -> Iterator[str]:
    if found.unfit_phone:
        path = quoted(expression(found.unfit_phone.path))
        yield f'# phone_number = {{ path = {path}, region = "DE" }}  # numbers as people dial them; name their country'


def _doubts(identifier: IdentifierFound) -> Iterator[str]:
    filled = identifier.valid + sum(identifier.invalid.values())
    if filled and identifier.valid / filled < _IN_DOUBT_SHARE:
        refused = f"{filled - identifier.valid:,} of {counted(filled, 'value')}"
        yield f"Auth0 would refuse {refused}; such records are rejected. Mend them, or take another field."
    if identifier.duplicates:
        repeated = f"{counted(identifier.duplicates, 'record')} with a repeated identifier, letter case aside"
        yield f"{repeated}; only the first of each is packed. Decide in the source who is who."


def _states(
    others: Sequence[FieldFound], origin: Origin, *, said: Mapping[str, Any], has_email: bool
) -> tuple[list[str], list[FieldFound]]:
    """Lines for the properties that are true or false, and the fields that none of them took.

    Whether an address is verified is said even where no field does: Auth0 advises to leave it to no default.

    Source:
        OpenAPI of the Management API, `POST /users`: a verification mail may go out when the flag is missing.

    """
    lines: list[str] = []
    left = list(others)
    written = set(said)
    for name in (*_BOOLEANS, "inactive", "active"):
        if name in written or (name in {"inactive", "active"} and "blocked" in written):
            continue
        fitting = [field for field in left if field.truths]
        paths = [field.path for field in fitting]
        path = roles.by_origin(origin, name, paths)
        if path is None and name != "inactive":
            path = roles.best(paths, name)
        if path is None:
            if name == "email_verified" and has_email:
                lines.append("email_verified = { value = false }  # or true, if the old system verified every address")
            continue
        field = next(field for field in fitting if field.path == path)
        left.remove(field)
        written.add("blocked" if name == "inactive" else name)
        lines.extend(_state_lines(name, field))
    return lines, left


def _state_lines(name: str, field: FieldFound) -> Iterator[str]:
    if name == "inactive":
        yield f"blocked        = {{ not = {quoted(expression(field.path))} }}"
        return
    if name != "active":
        yield _line(name, field.path)
        return
    yield f"{DOUBTFUL} taken to mean the opposite of blocked; somebody who knows the old system can tell."
    yield f"# blocked      = {{ not = {quoted(expression(field.path))} }}"


def _left_over(others: Sequence[FieldFound]) -> Iterator[str]:
    if not others:
        return
    yield ""
    yield "# Fields that are not carried. What the application needs to know of a user goes into app_metadata, what the"
    yield "# user may change into user_metadata:"
    entries = ", ".join(f"{_key(field.path)} = {quoted(expression(field.path))}" for field in others)
    yield f"# app_metadata = {{ {entries} }}"


def _key(path: Sequence[str]) -> str:
    """A metadata key that Auth0 takes, for a field."""
    name = "_".join(roles.unwrapped(tuple(path)))
    for character in limits.METADATA_KEY_CHARS_FORBIDDEN:
        name = name.replace(character, "_")
    if name in limits.APP_METADATA_KEYS_FORBIDDEN:
        name = f"old_{name}"
    return name if name.replace("_", "").isalnum() and name.isascii() else escaped(name)


def _partition(fields: Sequence[FieldFound]) -> Iterator[str]:
    path = roles.best([field.path for field in fields if field.filled], "partition")
    if path is None:
        return
    yield ""
    yield "# One sequence of chunks per customer, each for a connection or organisation of its own:"
    yield "# [partition]"
    yield f"# by = {quoted(expression(path))}"
