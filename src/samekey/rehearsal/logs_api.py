"""The tenant log over the Management API: by search, or from one line onward.

Source: retrieve log events (`deploy-monitor/logs/retrieve-log-events-using-mgmt-api`), read on
2026-11-23.
"""

import dataclasses

from starlette.responses import Response

from samekey.rehearsal import answers, listing, paging, search, tenant_log, users_api
from samekey.rehearsal.endpoint import Call

_NUMBER_MAX = 2**63 - 1


def show_all(call: Call) -> Response:
    """`GET /api/v2/logs`: with `from`, everything else but `take` is ignored."""
    if call.query("from") or call.query("take"):
        return _after(call)
    return _search(call)


def show(call: Call) -> Response:
    """`GET /api/v2/logs/{id}`."""
    row = call.tenant.store.row("read_log", {"number": _number(call.path("log_id")), **_now(call)})
    if row is None:
        raise answers.management_refusal(404, "The log event does not exist.", error_code="inexistent_log")
    return answers.as_json(tenant_log.as_json(row))


def show_of_user(call: Call) -> Response:
    """`GET /api/v2/users/{id}/logs`."""
    page = paging.page(call)
    column = search.LOG_FIELDS["user_id"].sql
    found = listing.asked(call, search.LOG_FIELDS, search.LOG_FIELDS_SEARCHED, order="logs.number desc", page=page)
    clauses = {**found.clauses, "where": f"{found.clauses['where']} and {column} = :owner"}
    return _answer(
        call, dataclasses.replace(found, clauses=clauses, values={**found.values, "owner": call.path("user_id")})
    )


def _search(call: Call) -> Response:
    page = paging.page(call)
    return _answer(
        call, listing.asked(call, search.LOG_FIELDS, search.LOG_FIELDS_SEARCHED, order="logs.number desc", page=page)
    )


def _answer(call: Call, asked: listing.Asked) -> Response:
    rows, total = listing.found(call, asked, query="search_logs", count="count_logs", values=_now(call))
    shown = [users_api.chosen_fields(call, tenant_log.as_json(row)) for row in rows]
    return answers.as_json(asked.page.of("logs", shown, total=total))


def _after(call: Call) -> Response:
    take = paging.number(call, "take", default=paging.PER_PAGE_DEFAULT, maximum=paging.PER_PAGE_MAX)
    values = {"after": _number(call.query("from")), "limit": take, **_now(call)}
    rows = call.tenant.store.rows("read_logs_after", values)
    headers = {}
    if rows:
        url = f"{call.tenant.settings.url}/api/v2/logs?from={tenant_log.log_id(rows[-1]['number'])}&take={take}"
        headers["link"] = f'<{url}>; rel="next"'
    return answers.as_json([tenant_log.as_json(row) for row in rows], headers=headers)


def _number(log_id: str) -> int:
    """The number in a line's id; 0, which no line has, for anything else."""
    is_id = log_id.isascii() and log_id.isdigit() and len(log_id) <= len(tenant_log.log_id(0))
    number = int(log_id) if is_id else 0
    return number if number <= _NUMBER_MAX else 0


def _now(call: Call) -> dict[str, int]:
    return {"now_ms": call.tenant.clock.now_ms()}
