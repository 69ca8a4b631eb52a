"""Where in a record a value stands: the text of a path becomes a function from fields to the value.

A plain dotted path (`profile.mail`) is walked directly, since nearly every one is; anything else is JMESPath.
"""

import re
from collections.abc import Callable, Mapping
from typing import Any

import jmespath
from jmespath.exceptions import JMESPathError
from jmespath.functions import Functions

Fields = Mapping[str, Any]
Evaluate = Callable[[Fields], Any]

PLAIN_PATH = re.compile(r"[A-Za-z_][A-Za-z0-9_]*(\.[A-Za-z_][A-Za-z0-9_]*)*")
"""A path that is nothing but names joined by dots."""


class ExpressionInvalid(ValueError):
    """The text is not an expression."""


class ExpressionFailed(ValueError):
    """The expression could not be worked out for this record."""


def finder(text: str) -> Evaluate:
    """Make the function that finds what a path names.

    Args:
        text: a dotted path or JMESPath.

    Returns:
        A function from fields to the value; null where the path finds nothing. It raises `ExpressionFailed`, and
        nothing else, for a record that the path does not fit.

    Raises:
        ExpressionInvalid: the text is no path; the message says where.

    """
    return _path(text) if PLAIN_PATH.fullmatch(text) else _jmespath(text)


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
