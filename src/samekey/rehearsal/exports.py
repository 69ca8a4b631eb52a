"""Export jobs: people as NDJSON or CSV, in one gzip file behind a short-lived address.

Source: bulk user exports (`manage-users/user-migration/bulk-user-exports`, read on 2026-11-23): `json` is really one
object a line; CSV takes at most 30 fields and puts a quote mark before text that a spreadsheet would compute.
"""

import csv
import gzip
import hmac
import io
from collections.abc import Iterator, Mapping, Sequence
from hashlib import sha256
from typing import Any, Literal

import msgspec

from samekey.rehearsal import identifiers, profiles
from samekey.rehearsal.store import Store

LINK_SECONDS = 60
CSV_FIELDS_MAX = 30
_PAGE_USERS = 1000
_FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r")
_FIELDS_DEFAULT = (
    "user_id", "email", "email_verified", "name", "nickname", "given_name", "family_name", "username", "picture",
    "created_at", "updated_at", "identities",
)  # fmt: skip


class ExportField(msgspec.Struct, forbid_unknown_fields=True):
    """A column of an export."""

    name: str
    """A property, or a dotted path into one."""
    export_as: str | None = None
    """What the column is called; its name when nothing is said."""


class ExportRequest(msgspec.Struct, forbid_unknown_fields=True, omit_defaults=True):
    """The body of `POST /api/v2/jobs/users-exports`."""

    connection_id: str | None = None
    format: Literal["json", "csv"] = "csv"
    limit: int | None = None
    fields: list[ExportField] | None = None

    def complaint(self) -> str:
        """What is wrong with it; empty when nothing is."""
        if self.limit is not None and self.limit < 1:
            return f"Payload validation error: 'Value {self.limit} is less than minimum 1' on property limit."
        names = [text for field in self.fields or () for text in (field.name, field.export_as or "")]
        if any(len(name) > 100 for name in names):  # noqa: PLR2004  # as documented
            return "Payload validation error: 'String is too long' on property fields."
        if self.format == "csv" and len(self.fields or ()) > CSV_FIELDS_MAX:
            return f"A csv export has at most {CSV_FIELDS_MAX} fields."
        return ""


def do_next(store: Store, *, now_ms: int) -> bool:
    """Do the oldest export that waits.

    Returns:
        False when none did.

    """
    job = store.row("next_export")
    if job is None:
        return False
    asked = msgspec.json.decode(job["asked"], type=ExportRequest)
    rows = list(_limited(_people(store, job["connection_id"]), asked.limit))
    content = gzip.compress(_written(rows, asked))
    with store.transaction():
        outcome = {"inserted": 0, "updated": 0, "failed": 0, "total": len(rows)}
        finished = {"number": job["number"], "applied_ms": now_ms, "readable": True, **outcome}
        if store.run("finish_job", finished):
            token = identifiers.letters(43)
            store.run("write_export", {"job_number": job["number"], "content": content, "location_token": token})
    return True


def signature(key: bytes, token: str, expires_s: int) -> str:
    """What makes an address good until a moment; the key never leaves the tenant."""
    return hmac.new(key, f"{token} {expires_s}".encode("utf-8", "replace"), sha256).hexdigest()


def _people(store: Store, connection_id: str | None) -> Iterator[dict[str, Any]]:
    after = 0
    while True:
        values = {"after": after, "connection_id": connection_id, "limit": _PAGE_USERS}
        rows = store.rows("read_users_to_export", values)
        for row in rows:
            yield profiles.as_json(row)
        if len(rows) < _PAGE_USERS:
            return
        after = rows[-1]["number"]


def _limited(people: Iterator[dict[str, Any]], limit: int | None) -> Iterator[dict[str, Any]]:
    for count, person in enumerate(people):
        if limit is not None and count >= limit:
            return
        yield person


def _written(people: Sequence[dict[str, Any]], asked: ExportRequest) -> bytes:
    fields = asked.fields or [ExportField(name) for name in _FIELDS_DEFAULT]
    columns = [(field.export_as or field.name, field.name) for field in fields]
    rows = [{title: _at(person, path) for title, path in columns} for person in people]
    return _as_csv(rows, [title for title, _ in columns]) if asked.format == "csv" else _as_lines(rows)


def _at(person: Mapping[str, Any], path: str) -> Any:
    found: Any = person
    for step in path.split("."):
        if isinstance(found, list) and step.isdigit() and int(step) < len(found):
            found = found[int(step)]
        else:
            found = found.get(step) if isinstance(found, dict) else None
    return found


def _as_lines(rows: Sequence[dict[str, Any]]) -> bytes:
    kept = ({name: value for name, value in row.items() if value is not None} for row in rows)
    return b"".join(msgspec.json.encode(row) + b"\n" for row in kept)


def _as_csv(rows: Sequence[dict[str, Any]], titles: Sequence[str]) -> bytes:
    text = io.StringIO()
    writer = csv.writer(text)
    writer.writerow(titles)
    writer.writerows([_cell(row[title]) for title in titles] for row in rows)
    return text.getvalue().encode()


def _cell(value: Any) -> str:
    """A cell; whole objects are not exported to CSV."""
    match value:
        case None | dict() | list():
            return ""
        case bool():
            return str(value).lower()
        case str() if value.startswith(_FORMULA_STARTS):
            return f"'{value}"
        case _:
            return str(value)
