"""The verdict on a stored password, and what Auth0 gets."""

import re
from collections.abc import Callable, Mapping, Sequence
from typing import Any, Literal

import msgspec

from samekey import errors
from samekey.hashes import catalogue, forms, patterns, registry, stored, to_auth0

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
    if type(value) is str and (swift := _patterned(value, _RECOGNISED, _convert)) is not None:
        return swift
    return _convert(value)


def _convert(value: object) -> Conversion:
    """The verdict without the operator's word."""
    unwrapped = stored.of(value)
    likeliest: tuple[catalogue.Format, forms.Form] | None = None
    names: list[str] = []
    by_itself = not unwrapped.columns
    together: tuple[str, ...] | None = None
    for described in registry.proposed(unwrapped):
        if by_itself and described.joined:
            # Formats of one size take the same text apart alike: what the first of them reads, the others read.
            if described.joined is together:
                names.append(described.name)
                continue
            form = described.read(unwrapped)
            together = described.joined if form is not None else None
        else:
            form = described.read(unwrapped) if by_itself else registry.read_form(described, unwrapped)
        if form is not None:
            names.append(described.name)
            likeliest = likeliest or (described, form)
    if likeliest is None:
        return _not_read("unknown")
    described, form = likeliest
    return concluded(described, form, None, unwrapped, tuple(names))


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

    names = (format,)
    plans: _Plans = {}

    def convert_whole(value: object) -> Conversion:
        unwrapped = stored.of(value)
        form = registry.read_form(described, unwrapped)
        if form is None:
            return _without_hash(unwrapped) or _not_read("not-this-format")
        return concluded(described, form, "exact", unwrapped, names)

    def convert_one(value: object) -> Conversion:
        if type(value) is str and (swift := _patterned(value, plans, convert_whole)) is not None:
            return swift
        return convert_whole(value)

    return convert_one


_Plans = dict[tuple[object, ...], Conversion | None]
"""By what decides how a value is read: the conversion of one such value, as a pattern for the others."""
_RECOGNISED: _Plans = {}


def kind(text: str) -> tuple[object, ...] | None:
    """What decides how a text is read, where a glance shows it; None where it does not.

    Texts of one kind have the same conversion but for the value in it, so that whoever only counts converts the first
    of them. What decides is the same as in `patterns`.
    """
    if patterns.is_hex(text):
        case = "lower" if text.islower() else "upper" if text.isupper() else "none" if text.isdigit() else "mixed"
        return len(text), case
    return (text[:7],) if patterns.is_bcrypt(text) and not text.islower() else None


def salted_kind(text: str, salt: str) -> tuple[object, ...] | None:
    """The same for a digest in hex with a salt in a column beside it, of letters and digits alone.

    Such a salt is read as text by nearly every format. A few take it for base64, which letters and digits are unless
    their number leaves bits over.
    """
    if not patterns.is_hex(text) or not _PLAIN_SALT(salt) or len(salt) % 4 in _BITS_LEFT_OVER:
        return None
    return kind(text), len(salt), salt.isdigit(), _HEX_DIGITS(salt) is not None


_PLAIN_SALT = re.compile(r"[0-9A-Za-z]{1,128}").fullmatch
_HEX_DIGITS = re.compile(r"[0-9A-Fa-f]+").fullmatch
_BITS_LEFT_OVER = {2, 3}


def common_kind(texts: Sequence[str]) -> tuple[object, ...] | None:
    """The kind of every one of some texts; None where they differ, or have none."""
    first = kind(texts[0])
    if first is None or set(map(len, texts)) != {len(texts[0])}:
        return None
    if texts[0][0] == "$":
        whole = all(map(patterns.is_bcrypt, texts)) and not any(map(str.islower, texts))
        return first if whole and {text[:7] for text in texts} == {texts[0][:7]} else None
    joined = "".join(texts)
    if not (first[1] == "lower" and joined.islower()) and not (first[1] == "upper" and joined.isupper()):
        return None
    return first if all(map(patterns.is_hex, texts)) and not any(map(str.isdigit, texts)) else None


def _patterned(text: str, plans: _Plans, convert_whole: Converter) -> Conversion | None:
    """A text of a common shape by the pattern of the first like it; None where there is no such pattern."""
    taken = patterns.taken(text)
    if taken is None:
        return None
    key, value, encoding, salt, _ = taken
    plan = plans.get(key, _UNSEEN)
    if plan is _UNSEEN:
        first = convert_whole(text)
        if len(plans) >= _PLANS_MAX:
            return first
        plan = plans[key] = first if patterns.is_pattern(first.custom_password_hash, taken) else None
    if plan is None:
        return None
    pattern: dict[str, Any] = plan.custom_password_hash  # type: ignore[assignment]  # a plan has a payload
    payload = {**pattern, "hash": {"value": value, "encoding": encoding}}
    if salt is not None:
        payload["salt"] = {**pattern["salt"], "value": salt}
    return Conversion(
        plan.format, plan.certainty, plan.candidates, plan.warnings, plan.verdict, None, plan.explanation,
        payload, plan.cluster,
    )  # fmt: skip


def is_digits_alone(conversion: Conversion, text: str) -> bool:
    """Whether what Auth0 gets holds nothing of a stored text of hex digits but the digits themselves."""
    return patterns.is_pattern(conversion.custom_password_hash, ((), text.lower(), "hex", None, ""))


_PLANS_MAX = 4000
"""Beyond, parameters differ from one value to the next, and remembering them helps nobody."""
_UNSEEN = Conversion(None, "shape", (), (), "bridge", None, "", None, "")
"""Stands for a kind that was not met before."""


def _without_hash(value: stored.Stored) -> Conversion | None:
    """Marks of accounts without a password stand in every column, whatever its format."""
    for described in registry.proposed(value):
        form = registry.read_form(described, value)
        if isinstance(form, forms.NoPassword):
            return concluded(described, form, "exact", value, (described.name,))
    return None


def _not_read(reason: str) -> Conversion:
    """Nobody reads this value."""
    refused = to_auth0.refusal(reason)
    return Conversion(None, "shape", (), (), "bridge", refused.reason, refused.explanation, None, "")


def concluded(
    described: catalogue.Format,
    form: forms.Form,
    certainty: forms.Certainty | None,
    value: stored.Stored,
    names: tuple[str, ...],
) -> Conversion:
    """The verdict on one reading, whoever found it."""
    cluster, warned = registry.judged(described, form)
    if type(form) is forms.Digest and not form.prefix and not form.suffix and form.digest.hex() in patterns.OF_EMPTY:
        warned = (*warned, "empty-password")
    if certainty is None:
        plainly = not warned and not value.columns
        certainty = described.certainty if plainly else registry.certainty(described, warned, value)
    carried = to_auth0.carry(form)
    if isinstance(carried, to_auth0.NotCarried):
        verdict: Verdict = "reset" if carried.reason in _RESET_REASONS else "bridge"
        explanation = f"{described.definition}. {carried.explanation}"
        return Conversion(described.name, certainty, names, warned, verdict, carried.reason, explanation, None, cluster)
    as_stored = isinstance(form, forms.Ready) or _is_as_stored(carried.payload, value.text)
    verdict = "as-is" if as_stored else "re-encoded"
    explanation = described.definition + _SENTENCES[verdict]
    return Conversion(described.name, certainty, names, warned, verdict, None, explanation, carried.payload, cluster)


_SENTENCES = {
    "as-is": ". Auth0 takes the stored value as it is.",
    "re-encoded": ". Auth0 can check it; the same hash is written in Auth0's form.",
}


def _is_as_stored(written: Mapping[str, Any], text: str) -> bool:
    """Whether the payload's value is the stored text itself; hex may change its case."""
    value: str = written["hash"]["value"]
    return value == text or (written["hash"]["encoding"] == "hex" and value == text.lower())
