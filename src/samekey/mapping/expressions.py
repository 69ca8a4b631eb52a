"""An expression of the rules file says where a value comes from, and becomes a function from a record's fields to it.

A plain dotted path (`profile.mail`) is walked directly, since nearly every rule is one; anything else is JMESPath.
"""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

import jmespath
from jmespath.exceptions import JMESPathError
from jmespath.functions import Functions

Fields = Mapping[str, Any]
Evaluate = Callable[[Fields], Any]

_PLAIN_PATH = re.compile(r"[A-Za-z_][A-Za-z0-9_]*(\.[A-Za-z_][A-Za-z0-9_]*)*")
_ABSENT = object()


class ExpressionInvalid(ValueError):
    """The text is not an expression."""


class ExpressionFailed(ValueError):
    """The expression could not be worked out for this record."""


@dataclass(frozen=True)
class Expression:
    """Where a value comes from: a path or JMESPath text, or a constant."""

    text: str = ""
    """The path; empty for a constant."""
    constant: Any = _ABSENT
    """The value itself, where the rules give one."""
    default: Any = None
    """What to take when the path finds nothing."""

    @property
    def is_constant(self) -> bool:
        """Whether every record gets the same value."""
        return self.constant is not _ABSENT

    def first_field(self) -> str:
        """The source field to name in a complaint."""
        return self.text


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
    found = _path(expression.text) if _PLAIN_PATH.fullmatch(expression.text) else _jmespath(expression.text)
    default = expression.default
    if default is None:
        return found

    def with_default(fields: Fields) -> Any:
        value = found(fields)
        return default if value is None or value == "" else value

    return with_default


def _path(text: str) -> Evaluate:
    first, *rest = text.split(".")
    if not rest:
        return lambda fields: fields.get(first)

    def walk(fields: Fields) -> Any:
        value = fields.get(first)
        for name in rest:
            if not isinstance(value, Mapping):
                return None
            value = value.get(name)
        return value

    return walk


def _jmespath(text: str) -> Evaluate:
    try:
        compiled = jmespath.compile(text)
    except (JMESPathError, ValueError, RecursionError) as error:
        reason = str(error).splitlines()[0] if str(error) else "not an expression"
        raise ExpressionInvalid(reason) from error
    _functions_are_known(compiled.parsed)

    def search(fields: Fields) -> Any:
        try:
            return compiled.search(fields)
        except (JMESPathError, TypeError, ValueError, LookupError, ArithmeticError, RecursionError) as error:
            # The library's message quotes the value at fault, which may be somebody's password.
            raise ExpressionFailed(type(error).__name__) from None

    return search


def _functions_are_known(node: Mapping[str, Any]) -> None:
    """The library itself finds out about a function when a record calls it: too late, and once per record."""
    name = node.get("value")
    if node["type"] == "function_expression":
        described = Functions.FUNCTION_TABLE.get(name)
        if described is None:
            raise ExpressionInvalid(f"there is no function {name}()")
        parameters = described["signature"]
        variadic = bool(parameters) and bool(parameters[-1].get("variadic"))
        given = len(node["children"])
        if given < len(parameters) or (given > len(parameters) and not variadic):
            raise ExpressionInvalid(f"{name}() takes {len(parameters)} values, not {given}")
    for child in node["children"]:
        if isinstance(child, Mapping):
            _functions_are_known(child)
