"""`page`, `per_page` and `include_totals`, as most lists of the Management API take them."""

from dataclasses import dataclass
from typing import Any

from starlette.responses import Response

from samekey.rehearsal import answers
from samekey.rehearsal.endpoint import Call

PER_PAGE_DEFAULT = 50
PER_PAGE_MAX = 100
_NUMBER_DIGITS_MAX = 9


@dataclass(frozen=True, slots=True)
class Page:
    """Which piece of a list is asked for."""

    start: int
    limit: int
    has_totals: bool

    def of(self, name: str, rows: list[Any], *, total: int) -> Any:
        """The piece as it is sent: bare, or in an object with totals."""
        if not self.has_totals:
            return rows
        return {"start": self.start, "limit": self.limit, "length": len(rows), "total": total, name: rows}


def page(call: Call) -> Page:
    """The page that a call asks for.

    Raises:
        Refusal: 400 for numbers that are none.

    """
    limit = number(call, "per_page", default=PER_PAGE_DEFAULT, maximum=PER_PAGE_MAX)
    return Page(number(call, "page", default=0) * limit, limit, call.query("include_totals") == "true")


def sliced(call: Call, name: str, rows: list[Any]) -> Response:
    """The asked page of a list that is there as a whole."""
    asked = page(call)
    return answers.as_json(asked.of(name, rows[asked.start : asked.start + asked.limit], total=len(rows)))


def listed(call: Call, name: str, rows: list[Any]) -> Response:
    """The asked part of a list that is also served by checkpoint: `take` at most, behind `from`."""
    if not {"take", "from"} & set(call.request.query_params):
        return sliced(call, name, rows)
    take = number(call, "take", default=PER_PAGE_DEFAULT, maximum=PER_PAGE_MAX)
    start = number(call, "from", default=0)
    shown: dict[str, Any] = {name: rows[start : start + take]}
    if take and start + take < len(rows):
        shown["next"] = str(start + take)
    return answers.as_json(shown)


def number(call: Call, name: str, *, default: int, maximum: int | None = None) -> int:
    """A query parameter that is a number from 0.

    Raises:
        Refusal: 400 when it is none, or too large.

    """
    text = call.query(name)
    if not text:
        return default
    if not (text.isascii() and text.isdigit()) or len(text) > _NUMBER_DIGITS_MAX:
        message = f"Query validation error: 'Expected type integer but found type string' on property {name}"
        raise answers.management_refusal(400, message, error_code="invalid_query_string")
    if maximum is not None and int(text) > maximum:
        message = f"Query validation error: 'Value {text} is greater than maximum {maximum}' on property {name}"
        raise answers.management_refusal(400, message, error_code="invalid_query_string")
    return int(text)
