"""The outbox as a page, for whoever has the control token: it holds addresses and links that change passwords."""

import hmac

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import Response

from samekey.rehearsal import access, answers, bodies, outbox, pages
from samekey.rehearsal.endpoint import Call
from samekey.rehearsal.tenant import Tenant, tenant_of

_SHOWN_MAX = 100


def show(_call: Call) -> Response:
    """`GET /u/outbox`: asks for the control token."""
    return pages.page("outbox_key.html", {"complaint": ""})


async def submit(request: Request) -> Response:
    """`POST /u/outbox`: the newest mails. The token comes with every look; nothing is kept in the browser."""
    tenant = tenant_of(request)
    try:
        access.require_host(tenant, request)
        body = await bodies.read(request, bytes_max=bodies.JSON_BYTES_MAX)
        fields = bodies.as_fields(body, request.headers.get("content-type", ""))
    except answers.Refusal as refusal:
        return pages.message("The outbox stays closed", "The request does not fit.", status=refusal.status)
    given = fields.get("token", "").strip().encode("utf-8", "replace")
    if not hmac.compare_digest(given, tenant.control_token.encode()):
        return pages.page("outbox_key.html", {"complaint": "This is not the control token."}, status=403)
    return await run_in_threadpool(_mails, tenant)


def _mails(tenant: Tenant) -> Response:
    rows = tenant.store.rows("read_mails", {"limit": _SHOWN_MAX, "start": 0})
    shown = []
    for row in rows:
        mail = outbox.as_json(row)
        words = str(mail["body"]).split()
        link = next((word for word in words if word.startswith(f"{tenant.settings.url}/")), "")
        shown.append({**mail, "link": link})
    return pages.page(
        "outbox.html", {"mails": shown, "sent_to": tenant.settings.mail.address if tenant.settings.mail else ""}
    )
