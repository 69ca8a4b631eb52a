"""A mail server that really takes what is sent: aiosmtpd."""

import socket
import threading
from collections.abc import Iterator

import pytest
from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, Envelope, Session

from samekey.rehearsal import outbox, postman, server
from samekey.rehearsal.settings import Settings

_SECONDS = 20


class Inbox:
    """Keeps every envelope."""

    def __init__(self) -> None:
        self.envelopes: list[Envelope] = []
        self.has_mail = threading.Event()

    async def handle_DATA(self, _server: SMTP, _session: Session, envelope: Envelope) -> str:  # noqa: N802  # its name
        """Take a mail."""
        self.envelopes.append(envelope)
        self.has_mail.set()
        return "250 taken"


@pytest.fixture
def inbox() -> Inbox:
    """Where mails arrive."""
    return Inbox()


@pytest.fixture
def route(inbox: Inbox) -> Iterator[postman.Route]:
    """A server on a free port."""
    with socket.socket() as free:  # its controller wants to be told a port
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    controller = Controller(inbox, hostname="127.0.0.1", port=port)
    controller.start()
    yield postman.route("me@example.test", f"smtp://127.0.0.1:{port}")
    controller.stop()


class TestMail:
    def test_arrives_at_one_address_only(self, inbox: Inbox, route: postman.Route) -> None:
        """Sender and recipient of the envelope are that address; who it was meant for stands in the text."""
        with server.serve(settings=Settings(mail=route)) as tenant:
            outbox.put(
                tenant.tenant.store,
                now_ms=0,
                recipient="anna@example.test",
                kind="password-reset",
                subject="Change your password",
                body="A link.",
            )
            assert inbox.has_mail.wait(_SECONDS)
        (envelope,) = inbox.envelopes
        assert ("me@example.test", ["me@example.test"]) == (envelope.mail_from, envelope.rcpt_tos)
        assert b"anna@example.test" in (envelope.original_content or b"")
