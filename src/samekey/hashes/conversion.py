"""The verdict on a stored password, and what Auth0 gets."""

from collections.abc import Callable, Mapping
from typing import Any, Literal

import msgspec

from samekey import errors
from samekey.hashes import forms, registry, stored, to_auth0

Verdict = Literal["as-is", "re-encoded", "bridge", "reset"]
"""as-is: Auth0 takes the stored text. re-encoded: the same hash, rewritten losslessly. bridge: Auth0 cannot check it,
the old system has to, once. reset: there is no usable password."""

_RESET_REASONS = frozenset({"no-password", "locked", "damaged", "missing"})


class Conversion(msgspec.Struct, frozen=True):
    """What becomes of one stored password."""

    format: str | None
    """The likeliest format; None when nobody knows the value, or it is not of the format that was named."""
    certainty: forms.Certainty
    """exact: the value says what it is, or the operator did. shape: `candidates` have to be decided between."""
    candidates: tuple[str, ...]
    """Names of every format it may be, likeliest first."""
    warnings: tuple[str, ...]
    """Words of `warnings.WARNINGS`."""
    verdict: Verdict
    reason: str | None
    """Why it is not carried, a word of `to_auth0.REFUSALS`; None when it is."""
    explanation: str
    """One sentence that a developer understands."""
    custom_password_hash: dict[str, Any] | None
    """For Auth0, ready for JSON; for information only while certainty is shape."""
    cluster: str
    """What is decided once for all values like this; empty when the format is not known."""

    def __repr__(self) -> str:
        return f"Conversion(verdict={self.verdict!r}, reason={self.reason!r}, cluster={self.cluster!r})"


Converter = Callable[[object], Conversion]
"""A stored value (text, bytes, None or a mapping of columns) becomes its conversion."""


def convert(value: object, *, format: str | None = None) -> Conversion:  # noqa: A002  # the word of the glossary
    """The verdict on a stored password, with the payload where Auth0 can check it.

    Args:
        value: text, bytes, None, or a mapping of columns.
        format: a name of the catalogue, the operator's word; None to recognise it.

    Returns:
        The conversion. A value that is not of the named format has reason `not-this-format` and format None.

    Raises:
        UsageError: there is no format of this name.

    """
    if format is not None:
        return converter(format)(value)
    unwrapped = stored.of(value)
    candidates = registry.readings(unwrapped)
    if not candidates:
        return _not_read("unknown")
    first = candidates[0]
    return _concluded(first, unwrapped, tuple(dict.fromkeys(candidate.format for candidate in candidates)))


def converter(format: str) -> Converter:  # noqa: A002  # the word of the glossary
    """A function that converts values of one format, for millions of them.

    Args:
        format: a name of the catalogue.

    Raises:
        UsageError: there is no format of this name.

    """
    if format not in registry.FORMATS:
        raise errors.UsageError(
            f"There is no password format named {format!r}.",
            remedy="`samekey hash identify` names the format of a stored value.",
        )
    described = registry.FORMATS[format]

    def convert_one(value: object) -> Conversion:
        unwrapped = stored.of(value)
        candidate = registry.read(described, unwrapped, "exact")
        if candidate is None:
            return _without_hash(unwrapped) or _not_read("not-this-format")
        return _concluded(candidate, unwrapped, (format,))

    return convert_one


def _without_hash(value: stored.Stored) -> Conversion | None:
    """Marks of accounts without a password stand in every column, whatever its format."""
    for candidate in registry.readings(value):
        if isinstance(candidate.form, forms.NoPassword):
            return _concluded(candidate, value, (candidate.format,))
    return None


def _not_read(reason: str) -> Conversion:
    """Nobody reads this value."""
    refused = to_auth0.refusal(reason)
    return Conversion(None, "shape", (), (), "bridge", refused.reason, refused.explanation, None, "")


def _concluded(candidate: forms.Candidate, value: stored.Stored, names: tuple[str, ...]) -> Conversion:
    """The verdict on one reading."""
    carried = to_auth0.carry(candidate.form)
    definition = registry.FORMATS[candidate.format].definition
    if isinstance(carried, to_auth0.NotCarried):
        verdict: Verdict = "reset" if carried.reason in _RESET_REASONS else "bridge"
        explanation = f"{definition}. {carried.explanation}"
        reason, written = carried.reason, None
    else:
        verdict = "as-is" if _is_as_stored(carried.payload, value.text) else "re-encoded"
        explanation = f"{definition}. {_SENTENCES[verdict]}"
        reason, written = None, carried.payload
    return Conversion(
        candidate.format,
        candidate.certainty,
        names,
        candidate.warnings,
        verdict,
        reason,
        explanation,
        written,
        candidate.cluster,
    )


_SENTENCES = {
    "as-is": "Auth0 takes the stored value as it is.",
    "re-encoded": "Auth0 can check it; the same hash is written in Auth0's form.",
}


def _is_as_stored(written: Mapping[str, Any], text: str) -> bool:
    """Whether the payload's value is the stored text itself; hex may change its case."""
    value: str = written["hash"]["value"]
    return value == text or (written["hash"]["encoding"] == "hex" and value == text.lower())
