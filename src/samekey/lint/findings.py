"""What lint reports. Of a repair it shows what changed, and of a secret only that it did."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, NamedTuple

from samekey.lint import codes

HIDDEN = "***"
"""Stands for a value that is not shown."""

REWRITTEN = {"rewritten": True}
"""The fix of a file that is mended by writing it anew."""

REMOVED = {"removed": True}
"""The fix of a user that is there twice in the same bytes."""

_FIELD_CHARS_MAX = 120
_HIDDEN_PROPERTIES = frozenset({"password_hash", "mfa_factors", "app_metadata", "user_metadata"})
_SHOWN_IN_PAYLOAD = frozenset({
    "algorithm", "encoding", "position", "digest", "keylen", "cost", "blockSize", "parallelization",
})  # fmt: skip
_WORD_CHARS_MAX = 16


class Fault(NamedTuple):
    """Something wrong with one user."""

    code: str
    """A word of `codes.CODES`."""
    field: str
    """Where, dotted; empty for the user as a whole."""
    advice: str = ""
    """What to do, where the code does not say it. Never holds a value of the user."""


@dataclass(frozen=True, slots=True)
class Finding:
    """One line of the report."""

    file: str
    """As it was named; empty when no single file is meant."""
    index: int | None
    """Number of the user in the file, from 0; None for the file as a whole."""
    code: str
    """A word of `codes.CODES`."""
    field: str
    """Where in the user, dotted; empty for the whole."""
    message: str
    """For a person. Holds no hash, salt, key, password or TOTP secret."""
    fix: dict[str, Any] | None
    """What the repair changes, secrets hidden; None where no repair is certain."""

    def as_json(self) -> dict[str, Any]:
        """As it stands in a line of `--json`."""
        return {
            "file": self.file, "index": self.index, "code": self.code, "field": self.field, "message": self.message,
            "fix": self.fix,
        }  # fmt: skip


def found(file: str, index: int | None, fault: Fault, fix: dict[str, Any] | None) -> Finding:
    """A finding from a fault."""
    message = f"{codes.CODES[fault.code]} {fault.advice}".rstrip()
    return Finding(file, index, fault.code, shown(fault.field), message, fix)


def shown(name: str) -> str:
    """A name from the file, fit for a terminal and of bounded length."""
    clean = "".join(character if character.isprintable() else "�" for character in name)
    return clean if len(clean) <= _FIELD_CHARS_MAX else clean[: _FIELD_CHARS_MAX - 1] + "…"


def difference(before: Mapping[str, Any], after: Mapping[str, Any]) -> dict[str, Any]:
    """What a repair changed in a user: new values, secrets hidden; null for what is gone."""
    changed: dict[str, Any] = {}
    for name in dict.fromkeys((*after, *before)):
        if name in before and name in after and before[name] == after[name] and type(before[name]) is type(after[name]):
            continue
        if name not in after:
            changed[name] = None
        elif name in _HIDDEN_PROPERTIES:
            changed[name] = HIDDEN
        elif name == "custom_password_hash":
            changed[name] = _payload_difference(before.get(name), after[name])
        else:
            changed[name] = after[name]
    return changed


def _payload_difference(before: Any, after: Any) -> Any:
    """The same inside a password payload, where only names of functions and their numbers are no secrets."""
    if not isinstance(after, Mapping):
        return HIDDEN
    old = before if isinstance(before, Mapping) else {}
    changed: dict[str, Any] = {name: None for name in old if name not in after}
    for name, value in after.items():
        if name in old and old[name] == value and type(old[name]) is type(value):
            continue
        changed[name] = value if _is_plain(name, value) else _payload_difference(old.get(name), value)
    return changed


def _is_plain(name: str, value: Any) -> bool:
    return name in _SHOWN_IN_PAYLOAD and (
        isinstance(value, int) or (isinstance(value, str) and len(value) <= _WORD_CHARS_MAX)
    )
