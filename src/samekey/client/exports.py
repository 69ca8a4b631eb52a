"""Everybody of a connection, by an export job: streamed, since a connection may hold millions.

Source: bulk user exports (`manage-users/user-migration/bulk-user-exports`), Management API `POST /jobs/users-exports`:
scope read:users. The `json` format is one object a line in a gzip file, whose address is good for 60 seconds; another
look at the job gives a fresh one.
"""

import zlib
from collections.abc import Iterable, Iterator, Sequence

import msgspec

from samekey import errors
from samekey.auth0 import vocabulary
from samekey.client import wire
from samekey.client.answers import Request
from samekey.client.transport import Transport
from samekey.clock import Clock

EXPORT_SECONDS_MAX = 2 * 3600.0
"""How long an export may take before nobody waits for it any longer."""

_POLL_SECONDS_MIN = 1.0
_POLL_SECONDS_MAX = 30.0
_POLL_GROWTH = 0.3
_LINE_BYTES_MAX = 4 * 1024 * 1024
_GZIP = 16 + zlib.MAX_WBITS
_JOBS = "/api/v2/jobs"
_decode = msgspec.json.Decoder(wire.Profile).decode


def users(transport: Transport, connection_id: str, fields: Sequence[str], *, clock: Clock) -> Iterator[wire.Profile]:
    """Everybody of a connection.

    Args:
        transport: the way to the tenant.
        connection_id: `con_…`.
        fields: properties that are asked for; those a user does not have are left out.
        clock: waits for the job.

    Raises:
        TenantError: the export failed, took too long, or broke off. What was yielded before is then not everybody.

    """
    asked = {"connection_id": connection_id, "format": "json", "fields": [{"name": name} for name in fields]}
    answer = transport.send(Request("POST", f"{_JOBS}/users-exports", json=asked, safe=True))
    job = _finished(transport, wire.read(answer, wire.JobState), clock)
    yield from _lines(transport.download(job.location))


def _finished(transport: Transport, job: wire.JobState, clock: Clock) -> wire.JobState:
    """The job when it is done."""
    began = clock.now()
    while True:
        taken = (clock.now() - began).total_seconds()
        clock.sleep(min(max(_POLL_GROWTH * taken, _POLL_SECONDS_MIN), _POLL_SECONDS_MAX))
        job = wire.read(transport.send(Request("GET", f"{_JOBS}/{job.id}")), wire.JobState)
        if job.status == vocabulary.JOB_COMPLETED and job.location:
            return job
        if job.is_final or taken > EXPORT_SECONDS_MAX:
            raise errors.TenantUnexpected("The tenant could not export the users of the connection.")


def _lines(pieces: Iterable[bytes]) -> Iterator[wire.Profile]:
    """The users in a gzip file of JSON lines."""
    unpacking = zlib.decompressobj(_GZIP)
    rest = b""
    try:
        for piece in pieces:
            *whole, rest = (rest + unpacking.decompress(piece)).split(b"\n")
            if len(rest) > _LINE_BYTES_MAX:
                raise errors.TenantUnexpected("A line of the tenant's export does not end.")
            yield from map(_decode, filter(None, whole))
        if rest:
            yield _decode(rest)
    except (zlib.error, msgspec.DecodeError) as error:
        raise errors.TenantUnexpected("The tenant's export of users cannot be read.") from error
    if not unpacking.eof:
        raise errors.TenantUnreachable("The tenant's export of users broke off.")
