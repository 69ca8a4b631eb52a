"""What user search and log search have in common: query, order, page, and the wall at a thousand results."""

from collections.abc import Mapping
from dataclasses import dataclass

from samekey.rehearsal import answers, lucene, paging, search
from samekey.rehearsal.endpoint import Call

RESULTS_MAX = 1000
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
