"""The control address: levers that no real tenant has, behind the token printed at start."""

import dataclasses
import sqlite3
from typing import Any, get_args

import msgspec
from starlette.responses import Response

from samekey.rehearsal import answers, import_file, json_bodies, levers, outbox, paging, snapshots
from samekey.rehearsal.endpoint import Call
from samekey.rehearsal.faults import Fault

_PAGE_USERS = 1000
_JOB_FATES = get_args(levers.JobFate)
_SECONDS_MAX = 10 * 365 * 86_400


class LeverChange(msgspec.Struct, forbid_unknown_fields=True):
    """What `PATCH /control/levers` takes; what is left out stays."""

    job_seconds: float | None = None
    job_fate: str | None = None
    mfa_factors_fail: bool | None = None
    log_delay_seconds: float | None = None
    log_lost_every: int | None = None
    search_delay_seconds: float | None = None


class ClockMove(msgspec.Struct, forbid_unknown_fields=True):
    """What `POST /control/clock` takes."""

    advance_seconds: float


def show(call: Call) -> Response:
    """`GET /control`: the tenant's time, its levers and how much it holds."""
    return answers.as_json(_state(call))


def passwords(call: Call) -> Response:
    """`GET /control/passwords`: which kind of hash stands behind everybody, never its value.

    `email` asks for one address; otherwise `page` goes through all people, a thousand at a time.
    """
    email = call.query("email").lower()
    if email:
        rows = call.tenant.store.rows("read_passwords_by_email", {"email": email})
    else:
        page = paging.number(call, "page", default=0)
        values = {"start": page * _PAGE_USERS, "limit": _PAGE_USERS}
        rows = call.tenant.store.rows("read_passwords", values)
    return answers.as_json([_hash_kind(row) for row in rows])


def change_levers(call: Call) -> Response:
    """`PATCH /control/levers`: how the next jobs go."""
    change = json_bodies.decoded(call, LeverChange)
    positions = call.tenant.levers
    for name in ("job_seconds", "log_delay_seconds", "search_delay_seconds"):
        seconds: float | None = getattr(change, name)
        if seconds is not None:
            setattr(positions, name, _seconds(seconds))
    if change.mfa_factors_fail is not None:
        positions.mfa_factors_fail = change.mfa_factors_fail
    if change.log_lost_every is not None:
        positions.log_lost_every = max(0, change.log_lost_every)
    if change.job_fate is not None:
        if change.job_fate not in _JOB_FATES:
            raise answers.management_refusal(400, f"job_fate is one of {', '.join(_JOB_FATES)}")
        positions.job_fate = next(fate for fate in _JOB_FATES if fate == change.job_fate)
    return answers.as_json(_state(call))


def move_clock(call: Call) -> Response:
    """`POST /control/clock`: move the tenant's time forward; it stays moved after a restart."""
    tenant = call.tenant
    tenant.clock.advance(_seconds(json_bodies.decoded(call, ClockMove).advance_seconds))
    _keep_clock(call)
    tenant.importer.wake()
    return answers.as_json(_state(call))


_EVERYTHING_THAT_HAPPENED = (
    "delete_all_jobs",
    "delete_all_users",
    "delete_all_logs",
    "delete_all_mails",
    "delete_all_organizations",
    "delete_all_roles",
    "delete_all_login_failures",
)


def reset(call: Call) -> Response:
    """`POST /control/reset`: nobody there, no jobs, levers as at start.

    Connections, applications, keys and secrets stay, and so does the time.
    """
    tenant = call.tenant
    with tenant.store.transaction():
        for statement in _EVERYTHING_THAT_HAPPENED:
            tenant.store.run(statement)
    for name, position in dataclasses.asdict(levers.Levers(job_seconds=tenant.settings.job_seconds)).items():
        setattr(tenant.levers, name, position)
    tenant.faults.clear()
    return answers.as_json(_state(call))


def seed(call: Call) -> Response:
    """`POST /control/seed`: people who are there from the beginning, as an import file has them, without a job.

    `connection` names where; the default directory when it is left out. Nobody is changed who is there already.
    """
    store, name = call.tenant.store, call.query("connection")
    query = "read_connection_by_name" if name else "read_connections"
    connection = store.row(query, {"name": name} if name else {})
    if connection is None:
        raise answers.management_refusal(404, "No such connection.")
    seeded = call.tenant.importer.take_in(connection["id"], call.body)
    if seeded is None:
        raise answers.management_refusal(400, "The body is a JSON array of users, as in an import file.")
    return answers.as_json(
        {
            "inserted": len(seeded.inserts),
            "failed": [import_file.listed(entry, call.tenant.settings) for entry in seeded.failures],
        }
    )


def show_outbox(call: Call) -> Response:
    """`GET /control/outbox`: mails that would have been sent, the newest first."""
    page = paging.page(call)
    rows = call.tenant.store.rows("read_mails", {"limit": page.limit, "start": page.start})
    return answers.as_json([outbox.as_json(row) for row in rows])


def show_faults(call: Call) -> Response:
    """`GET /control/faults`: what is still to go wrong."""
    return answers.as_json(call.tenant.faults.waiting())


def add_fault(call: Call) -> Response:
    """`POST /control/faults`: queue a failure, in the words of `faults.Fault`."""
    fault = json_bodies.decoded(call, Fault)
    complaint = fault.complaint()
    if complaint:
        raise answers.management_refusal(400, complaint)
    if not call.tenant.faults.add(fault):
        raise answers.management_refusal(400, "Too many faults are waiting.")
    return answers.as_json(call.tenant.faults.waiting(), status=201)


def clear_faults(call: Call) -> Response:
    """`DELETE /control/faults`: everything goes well again."""
    call.tenant.faults.clear()
    return Response(status_code=204)


def take_snapshot(call: Call) -> Response:
    """`PUT /control/snapshots/{name}`: remember everything as it is."""
    snapshots.take(call.tenant.store, _snapshot_name(call))
    return Response(status_code=204)


def restore_snapshot(call: Call) -> Response:
    """`POST /control/snapshots/{name}/restore`: as it was then; only time does not go back."""
    if not snapshots.restore(call.tenant.store, _snapshot_name(call)):
        raise answers.management_refusal(404, "No such snapshot.")
    _keep_clock(call)
    call.tenant.importer.wake()
    return answers.as_json(_state(call))


def _snapshot_name(call: Call) -> str:
    name = call.path("name")
    if not snapshots.is_name(name):
        raise answers.management_refusal(400, "A snapshot's name is 1 to 64 letters, digits, - or _.")
    return name


def _keep_clock(call: Call) -> None:
    clock = call.tenant.clock
    call.tenant.store.run("write_fact", {"name": "clock_offset_seconds", "value": str(clock.offset_seconds)})


def _state(call: Call) -> dict[str, Any]:
    tenant = call.tenant
    count = tenant.store.row("count_users")
    return {
        "now": tenant.clock.now().isoformat(),
        "clock_offset_seconds": tenant.clock.offset_seconds,
        "levers": dataclasses.asdict(tenant.levers),
        "users": count["users"] if count else 0,
    }


def _hash_kind(row: sqlite3.Row) -> dict[str, Any]:
    kind = row["algorithm"] if row["hash_kind"] == "imported" else row["hash_kind"]
    return {
        "user_id": row["user_id"],
        "email": row["email"],
        "kind": kind,
        "imported": row["hash_kind"] == "imported",
    }


def _seconds(value: float) -> float:
    if not 0 <= value <= _SECONDS_MAX:
        raise answers.management_refusal(400, "Seconds are 0 or more, and no more than ten years.")
    return value
