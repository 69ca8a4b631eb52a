"""An expression of the rules file says where a value comes from, and becomes a function from a record's fields to it.

What is found may be treated before it is used: trimmed, negated, read as a phone number.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from samekey.lookup import Evaluate, ExpressionFailed, Fields, finder
from samekey.mapping import code, treatments
from samekey.mapping.code import Function

_ABSENT = object()


@dataclass(frozen=True)
class Expression:
    """Where a value comes from: a path or JMESPath text, or a constant."""

    text: str = ""
    """The path; empty for a constant."""
    constant: Any = _ABSENT
    """The value itself, where the rules give one."""
    default: Any = None
    """What to take when the path finds nothing."""
    treatments: tuple[tuple[str, str], ...] = ()
    """What is done to what was found, in order: names of `TREATMENTS`, each with its argument or an empty text."""
    factors: Mapping[str, "Expression"] = field(default_factory=dict)
    """For `mfa_factors` alone: where each kind of factor comes from, in place of a path."""
    function: Function | None = None
    """A Python function that finds the value, in place of a path."""

    @property
    def is_constant(self) -> bool:
        """Whether every record gets the same value."""
        return self.constant is not _ABSENT

    def first_field(self) -> str:
        """The source field to name in a complaint."""
        return self.text


def _not(value: Any) -> bool | None:
    if value is None or value == "":
        return None
    said = treatments.truth(value)
    if said is None:
        raise ExpressionFailed("not true or false")
    return not said


TREATMENTS: Mapping[str, Callable[[str], treatments.Treat]] = {
    "json": treatments.inside_json,
    "trim": lambda _: treatments.trim,
    "lower": lambda _: treatments.lower,
    "without": treatments.without,
    "part": treatments.part,
    "region": treatments.e164,
    "not": lambda _: _not,
    "totp": treatments.totp_secret,
}
"""What can be done to a value, by the name in the rules."""

_FACTOR_KEYS = {"totp": "secret", "phone": "value", "email": "value"}


def compile_expression(expression: Expression) -> Evaluate:
    """Make the function that works an expression out.

    Returns:
        A function from fields to the value; null where the path finds nothing. It raises `ExpressionFailed`, and
        nothing else, for a record that the expression does not fit.

    Raises:
        ExpressionInvalid: the text is no expression; the message says where.

    """
    if expression.is_constant:
        constant = expression.constant
        return lambda _fields: constant
    if expression.factors:
        return _factors(expression.factors)
    found = code.caller(expression.function) if expression.function else finder(expression.text)
    for name, argument in expression.treatments:
        found = _treated(found, TREATMENTS[name](argument))
    default = expression.default
    if default is None:
        return found

    def with_default(fields: Fields) -> Any:
        value = found(fields)
        return default if value is None or value == "" else value

    return with_default


def _treated(find: Evaluate, treat: treatments.Treat) -> Evaluate:
    return lambda fields: treat(find(fields))


def _factors(factors: Mapping[str, Expression]) -> Evaluate:
    """A list in Auth0's form with the factors that a person has; null without any."""
    readers = [(kind, compile_expression(factor)) for kind, factor in factors.items()]

    def read(fields: Fields) -> list[dict[str, Any]] | None:
        found = ((kind, find(fields)) for kind, find in readers)
        return [
            {kind: {_FACTOR_KEYS[kind]: value}} for kind, value in found if value is not None and value != ""
        ] or None

    return read
