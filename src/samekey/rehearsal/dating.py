"""Every answer is dated by the tenant's own clock, as moved as it is: a client holds it against `created_at`."""

from email.utils import format_datetime

from starlette.datastructures import MutableHeaders
from starlette.requests import Request
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from samekey.rehearsal.tenant import tenant_of


class Dating:
    """ASGI middleware that writes the `Date` header; the server writes none of its own."""

    def __init__(self, app: ASGIApp) -> None:
        """Args:
        app: the application behind.

        """
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass a request on, and date its answer."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return

        async def dated(message: Message) -> None:
            if message["type"] == "http.response.start":
                now = tenant_of(Request(scope)).clock.now()
                MutableHeaders(scope=message)["date"] = format_datetime(now, usegmt=True)
            await send(message)

        await self._app(scope, receive, dated)
