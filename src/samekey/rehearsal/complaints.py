"""What is wrong with a user, in the words of a job's error list.

Codes are those of Auth0's import guide (`manage-users/user-migration/bulk-user-imports`, read on 2026-11-23); message
forms are those reported and recorded, and where none is known those of the z-schema validator in version 3, whose
names the guide's codes have (inferred).
"""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import Any

import jsonschema_rs

Steps = Sequence[str | int]
"""The way from a user to a value inside: names and positions."""

_PROFILE_DATA = "identities[0].profileData."
_PROFILE_PROPERTIES = frozenset({
    "email", "email_verified", "username", "phone_number", "phone_verified", "given_name", "family_name", "name",
    "nickname", "picture", "blocked", "user_id",
})  # fmt: skip
_INTERNAL_NAMES = {"password_hash": "passwordHash", "custom_password_hash": "customPasswordHash"}
_SHOWN = frozenset({"email", "username", "phone_number", "picture", "user_id"})
"""Properties whose value may stand in a message: everything else could be a secret."""


DOCUMENTED_NAMES = {"INVALID_FORMAT": "FORMAT", "OBJECT_MISSING_REQUIRED_PROPERTY": "OBJECT_REQUIRED"}
"""Codes of the guide's list by the names that people see."""


@dataclass(frozen=True, slots=True)
class Complaint:
    """One entry of `errors` beside a user."""

    code: str
    message: str
    path: str = ""
    """Where in the user, in internal names; empty where Auth0 gives none."""

    def as_json(self) -> dict[str, str]:
        """As it stands in the error list."""
        entry = {"code": self.code, "message": self.message}
        return {**entry, "path": self.path} if self.path else entry


def internal_path(steps: Steps) -> str:
    """A place in a user as Auth0 writes it: `identities[0].profileData.email`, `passwordHash`."""
    if not steps:
        return ""
    first = str(steps[0])
    text = _PROFILE_DATA + first if first in _PROFILE_PROPERTIES else _INTERNAL_NAMES.get(first, first)
    for step in steps[1:]:
        text += f"[{step}]" if isinstance(step, int) else f".{step}"
    return text


def complaint(code: str, sentence: str, steps: Steps) -> Complaint:
    """A complaint about one place: `Error in <path> property - <sentence>`, or the bare sentence about the whole."""
    path = internal_path(steps)
    return Complaint(code, f"Error in {path} property - {sentence}" if path else sentence, path)


def missing(name: str, steps: Steps) -> Complaint:
    """A property that is needed is not there."""
    return complaint("OBJECT_MISSING_REQUIRED_PROPERTY", f"Missing required property: {name}", steps)


def unexpected(names: Iterable[str], steps: Steps) -> Complaint:
    """Properties that may not be there."""
    return complaint("OBJECT_ADDITIONAL_PROPERTIES", f"Additional properties not allowed: {','.join(names)}", steps)


def too_long(length: int, maximum: int, steps: Steps) -> Complaint:
    """A text above its limit."""
    return complaint("MAX_LENGTH", f"String is too long ({length} chars), maximum {maximum}", steps)


def too_short(length: int, minimum: int, steps: Steps) -> Complaint:
    """A text below its limit."""
    return complaint("MIN_LENGTH", f"String is too short ({length} chars), minimum {minimum}", steps)


def not_among(steps: Steps) -> Complaint:
    """A value outside its list. Which value it was is left out: a misplaced one may be a secret."""
    return complaint("ENUM_MISMATCH", "No enum match", steps)


def no_pattern(pattern: str, steps: Steps) -> Complaint:
    """A text that its pattern does not match."""
    return complaint("PATTERN", f"String does not match pattern {pattern}", steps)


def from_schema(error: jsonschema_rs.ValidationError) -> Complaint:
    """What the schema library found, in Auth0's words."""
    write = _WRITERS.get(error.kind.name, _not_passed)
    return write(error.kind, error.instance, error.instance_path)


def _required(kind: Any, _value: Any, steps: Steps) -> Complaint:
    return missing(kind.property, steps)


def _additional(kind: Any, _value: Any, steps: Steps) -> Complaint:
    return unexpected(kind.unexpected, steps)


def _type(kind: Any, value: Any, steps: Steps) -> Complaint:
    sentence = f"Expected type {' or '.join(kind.types)} but found type {json_type(value)}"
    return complaint("INVALID_TYPE", sentence, steps)


def _enum(_kind: Any, _value: Any, steps: Steps) -> Complaint:
    return not_among(steps)


def _pattern(kind: Any, _value: Any, steps: Steps) -> Complaint:
    return no_pattern(kind.pattern, steps)


def _format(kind: Any, value: Any, steps: Steps) -> Complaint:
    shown = f": {value}" if steps and steps[0] in _SHOWN else ""
    return complaint("INVALID_FORMAT", f"Object didn't pass validation for format {kind.format}{shown}", steps)


def _min_length(kind: Any, value: Any, steps: Steps) -> Complaint:
    return too_short(len(value), kind.limit, steps)


def _max_length(kind: Any, value: Any, steps: Steps) -> Complaint:
    return too_long(len(value), kind.limit, steps)


def _min_items(kind: Any, value: Any, steps: Steps) -> Complaint:
    return complaint("ARRAY_LENGTH_SHORT", f"Array is too short ({len(value)}), minimum {kind.limit}", steps)


def _max_items(kind: Any, value: Any, steps: Steps) -> Complaint:
    return complaint("ARRAY_LENGTH_LONG", f"Array is too long ({len(value)}), maximum {kind.limit}", steps)


def _minimum(kind: Any, value: Any, steps: Steps) -> Complaint:
    return complaint("MINIMUM", f"Value {value} is less than minimum {kind.limit}", steps)


def _max_properties(kind: Any, value: Any, steps: Steps) -> Complaint:
    sentence = f"Too many properties defined ({len(value)}), maximum {kind.limit}"
    return complaint("OBJECT_PROPERTIES_MAXIMUM", sentence, steps)


def _not_passed(_kind: Any, _value: Any, steps: Steps) -> Complaint:
    return complaint("NOT_PASSED", "Data matches schema from 'not'", steps)


_WRITERS: dict[str, Callable[[Any, Any, Steps], Complaint]] = {
    "required": _required,
    "additionalProperties": _additional,
    "type": _type,
    "enum": _enum,
    "pattern": _pattern,
    "format": _format,
    "minLength": _min_length,
    "maxLength": _max_length,
    "minItems": _min_items,
    "maxItems": _max_items,
    "minimum": _minimum,
    "maxProperties": _max_properties,
}
"""By the schema library's name for a keyword; its values have no common type."""


def json_type(value: object) -> str:
    """The JSON name of a value's type."""
    match value:
        case None:
            return "null"
        case bool():
            return "boolean"
        case int():
            return "integer"
        case float():
            return "number"
        case str():
            return "string"
        case list():
            return "array"
        case _:
            return "object"
