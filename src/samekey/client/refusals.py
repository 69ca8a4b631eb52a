"""What an answer outside 2xx means for us: one of four errors, chosen by status and words. No I/O."""

import re
from datetime import datetime

from samekey import errors
from samekey.auth0 import vocabulary
from samekey.client.answers import Answer
from samekey.client.redaction import redacted

BUSY = 429
NOT_FOUND = 404
_TIMED_OUT = 408
_SERVER_TROUBLE_FROM = 500
_CLIENT_TROUBLE = range(400, 500)

_JOB_SLOT_WORDS = re.compile(r"(?=.*\bactive\b)(?=.*\bimport\b)(?=.*\bjobs?\b)", re.IGNORECASE | re.DOTALL)

_REMEDIES = {
    "insufficient_scope": "Grant the application the scope named above: Auth0 dashboard, Applications, APIs, "
    "Auth0 Management API, Machine to Machine Applications.",
    "connection_is_disabled": "Enable the connection for at least one application in the Auth0 dashboard.",
    "invalid_client": "Check the client id and secret that were exported.",
    "unauthorized_client": "Switch on the grant for this application: Auth0 dashboard, Applications, Advanced "
    "Settings, Grant Types.",
    "access_denied": "Let the application use the Auth0 Management API, and name the tenant by its own domain "
    "(…auth0.com): a custom domain is no audience.",
}

_REMEDIES_BY_STATUS = {
    400: "Check what the tenant names above, then run the same command again.",
    401: "Check AUTH0_CLIENT_ID and AUTH0_CLIENT_SECRET, or export a fresh AUTH0_TOKEN.",
    403: "Grant the application what the tenant names above, then run the same command again.",
    404: "Check the name or id, and that the address is that of the tenant.",
    413: "Pack again with a smaller `[pack] bytes` in the rules.",
}


def problem(answer: Answer, *, now: datetime) -> errors.TenantError:
    """The error that an answer outside 2xx stands for.

    Args:
        answer: what the tenant said.
        now: our own time, for a wait the tenant states as a moment.

    """
    if answer.status == BUSY:
        return _busy(answer, now)
    if answer.status in _CLIENT_TROUBLE and answer.status != _TIMED_OUT:
        return _refused(answer)
    kind = "redirects elsewhere" if 300 <= answer.status < 400 else "is in trouble"  # noqa: PLR2004  # 3xx
    if answer.status < _SERVER_TROUBLE_FROM and kind == "is in trouble":
        kind = "gave up on the request"
    return errors.TenantUnexpected(f"The tenant {kind} (status {answer.status}).{_said(answer)}", status=answer.status)


def not_the_api(answer: Answer) -> errors.TenantRefused:
    """The error for a 404 that is not the Management API's own: something else answers at this address."""
    return errors.TenantRefused(
        "Not the Management API answers at this address.",
        status=answer.status,
        remedy="Check the address of the tenant and the proxies on the way.",
    )


def is_full_job_queue(message: str) -> bool:
    """Whether a 429 speaks of two active jobs (`vocabulary.TWO_JOBS_MESSAGE`), small changes of wording aside."""
    return message == vocabulary.TWO_JOBS_MESSAGE or _JOB_SLOT_WORDS.search(message) is not None


def error_code(answer: Answer) -> str:
    """The Management API's `errorCode` or OAuth's `error`; the latter is a plain title beside a `statusCode`."""
    body = answer.described()
    code = body.get("errorCode")
    if code is None and "statusCode" not in body:
        code = body.get("error")
    return redacted(code) if isinstance(code, str) else ""


def message(answer: Answer) -> str:
    """What the tenant said, for a person; empty when it said nothing."""
    body = answer.described()
    for key in ("message", "error_description", "error"):
        found = body.get(key)
        if isinstance(found, str) and found:
            return redacted(found)
    return ""


def _busy(answer: Answer, now: datetime) -> errors.TenantBusy:
    said = message(answer)
    job_slots = is_full_job_queue(said)
    return errors.TenantBusy(
        said or "The tenant asks to wait.",
        retry_after_seconds=answer.wait_seconds(now, reset_counts=not job_slots),
        job_slots=job_slots,
    )


def _refused(answer: Answer) -> errors.TenantRefused:
    code = error_code(answer)
    remedy = _REMEDIES.get(code) or _REMEDIES_BY_STATUS.get(answer.status) or _REMEDIES_BY_STATUS[400]
    return errors.TenantRefused(
        f"The tenant refused (status {answer.status}).{_said(answer)}",
        status=answer.status,
        error_code=code,
        remedy=remedy,
    )


def _said(answer: Answer) -> str:
    said = message(answer)
    return f" It said: {said}" if said else ""
