"""What user search and log search have in common: query, order, page, and the wall at a thousand results."""

from collections.abc import Mapping
from dataclasses import dataclass
from sqlite3 import Row
from typing import Any

from samekey.rehearsal import answers, lucene, paging, search
from samekey.rehearsal.endpoint import Call
from samekey.rehearsal.store import TookTooLong

RESULTS_MAX = 1000
SECONDS_MAX = 2.0
_TOO_FAR = (
    "You can only page through the first 1000 records. See "
    "https://auth0.com/docs/users/search/v3/view-search-results-by-page#limitation."
)


@dataclass(frozen=True, slots=True)
class Asked:
    """A search, ready for the store."""

    page: paging.Page
    clauses: dict[str, str]
    values: dict[str, str | int | float]


def asked(
    call: Call, fields: Mapping[str, search.Column], searched: tuple[str, ...], *, order: str, page: paging.Page
) -> Asked:
    """What a call searches for.

    Args:
        call: the request.
        fields: what its query may name.
        searched: where a value without a field is looked for.
        order: the order when none is asked for.
        page: which piece.

    Raises:
        Refusal: 400 for a query, an order or a page that cannot be; 414 for a query too long.

    """
    if page.start + page.limit > RESULTS_MAX:
        raise answers.management_refusal(400, _TOO_FAR, error_code="invalid_paging")
    text = call.query("q")
    if len(text) > lucene.QUERY_CHARS_MAX:
        raise answers.management_refusal(414, "The query is too long.")
    try:
        found = search.condition(lucene.parse(text), fields, searched) if text.strip() else search.Condition("1")
    except lucene.BadQuery as problem:
        raise answers.management_refusal(
            400, f"Query syntax error: {problem}", error_code="invalid_query_string"
        ) from problem
    clauses = {"where": found.sql, "order": _order(call.query("sort"), fields) or order}
    return Asked(page, clauses, {**found.values, "limit": page.limit, "start": page.start})


def found(call: Call, asked: Asked, *, query: str, count: str, values: Mapping[str, Any]) -> tuple[list[Row], int]:
    """The page of a search, and how many there are in all; 0 where nobody asked.

    Args:
        call: the request.
        asked: what it searches for.
        query: the statement that gives rows.
        count: the statement that counts them, as `total`.
        values: parameters beside those of the search.

    Raises:
        Refusal: 503 after two seconds. Source: list and search users; the sentence is inferred.

    """
    given, store = {**asked.values, **values}, call.tenant.store
    try:
        with store.patience(SECONDS_MAX):
            rows = store.rows(query, given, asked.clauses)
            total = store.row(count, given, asked.clauses) if asked.page.has_totals else None
    except TookTooLong as problem:
        message = "The query exceeded the timeout. Please try refining your search criteria."
        raise answers.management_refusal(503, message) from problem
    return rows, total["total"] if total else 0


def _order(sort: str, fields: Mapping[str, search.Column]) -> str:
    """`field:1` or `field:-1` as SQL; empty when nothing is asked for."""
    if not sort:
        return ""
    name, _, direction = sort.rpartition(":")
    if name not in fields or direction not in {"1", "-1"}:
        raise answers.management_refusal(
            400, f"Query validation error: 'sort' cannot be {sort}", error_code="invalid_query_string"
        )
    return f"{fields[name].sql} {'asc' if direction == '1' else 'desc'}"
