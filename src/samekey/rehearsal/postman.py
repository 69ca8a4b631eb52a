"""Carries the outbox to one address, when somebody asked for it: `--mail-to ADDRESS --smtp URL`.

Whoever a mail was meant for, it goes to that one address and to nobody else. A mail that the server did not take is
tried again; what was there before the tenant started stays in the outbox alone.
"""

import ipaddress
import logging
import re
import smtplib
import sqlite3
import ssl
import threading
from collections.abc import Callable
from dataclasses import dataclass
from email.message import EmailMessage
from urllib.parse import urlsplit

from samekey import errors, secret
from samekey.rehearsal.store import Store

_log = logging.getLogger(__name__)
_ADDRESS = re.compile(r"[^\s@,;:<>\"()\[\]\\]{1,64}@[^\s@,;:<>\"()\[\]\\]{1,189}")
_PORTS = {"smtp": 25, "smtps": 465}
_TIMEOUT_SECONDS = 10
_LOOK_SECONDS = 0.5
_LOOK_SECONDS_MAX = 60


@dataclass(frozen=True, slots=True)
class Route:
    """Where every mail goes."""

    address: str
    """The one address."""
    host: str
    port: int
    has_tls: bool
    """Speak TLS from the first byte (smtps); otherwise as soon as the server offers it."""
    user: str = ""
    password: secret.Secret | None = None


def route(address: str, url: str, *, user: str = "", password: str = "") -> Route:
    """Read where mails shall go.

    Args:
        address: the one address that gets everything.
        url: `smtp://HOST:PORT` or `smtps://HOST:PORT`.
        user: for the server, when it asks.
        password: for the server.

    Raises:
        UsageError: for an address or a URL that is none, and for a URL with a password inside.

    """
    if not _ADDRESS.fullmatch(address):
        raise errors.UsageError("--mail-to takes one plain email address.")
    parts = urlsplit(url)
    if parts.username is not None or parts.password is not None:
        raise errors.UsageError(
            "The mail server's URL holds credentials.",
            remedy="Put them into SAMEKEY_SMTP_USER and SAMEKEY_SMTP_PASSWORD.",
        )
    if parts.scheme not in _PORTS or not parts.hostname:
        raise errors.UsageError("--smtp takes smtp://HOST:PORT or smtps://HOST:PORT.")
    try:
        port = parts.port or _PORTS[parts.scheme]
    except ValueError as problem:
        raise errors.UsageError("--smtp names a port that is none.") from problem
    hidden = secret.Secret(password, "password") if password else None
    return Route(address, parts.hostname, port, parts.scheme == "smtps", user, hidden)


def letter(row: sqlite3.Row, address: str) -> EmailMessage:
    """A mail of the outbox, addressed to the one who reads along.

    Args:
        row: the mail.
        address: who gets it instead of whoever it was meant for.

    """
    message = EmailMessage()
    message["From"] = address
    message["To"] = address
    message["Subject"] = f"[rehearsal] {row['subject']}"
    message.set_content(f"Meant for: {row['recipient']}\n\n{row['body']}\n")
    return message


def send(where: Route, message: EmailMessage) -> None:
    """Hand a mail to the server.

    Raises:
        OSError: when it cannot be reached or does not take the mail (smtplib's errors are OSErrors).

    """
    context = ssl.create_default_context()
    connection = (
        smtplib.SMTP_SSL(where.host, where.port, timeout=_TIMEOUT_SECONDS, context=context)
        if where.has_tls
        else smtplib.SMTP(where.host, where.port, timeout=_TIMEOUT_SECONDS)
    )
    with connection as server:
        server.ehlo()
        is_hidden = where.has_tls
        if not is_hidden and server.has_extn("starttls"):
            server.starttls(context=context)
            is_hidden = True
        if where.password is not None:
            if not (is_hidden or _is_loopback(where.host)):
                raise smtplib.SMTPNotSupportedError("no TLS for the password")
            server.login(where.user, where.password.reveal())
        server.send_message(message, from_addr=where.address, to_addrs=[where.address])


class Postman:
    """Sends what comes into the outbox, on a thread of its own."""

    def __init__(self, store: Store, where: Route, post: Callable[[Route, EmailMessage], None] = send) -> None:
        """Args:
        store: whose outbox.
        where: where everything goes.
        post: what hands a mail over.

        """
        self._store = store
        self._where = where
        self._post = post
        self._last = self._newest()
        self._stopping = threading.Event()
        self._thread: threading.Thread | None = None

    def start(self) -> None:
        """Begin to look."""
        if self._thread is None:
            self._stopping.clear()
            self._thread = threading.Thread(target=self._work, name="samekey-rehearsal-postman", daemon=True)
            self._thread.start()

    def stop(self) -> None:
        """Send what is at hand, and end."""
        self._stopping.set()
        if self._thread is not None:
            self._thread.join()
            self._thread = None

    def deliver_new(self) -> bool:
        """Send everything that came since the last look, oldest first.

        Returns:
            False when the server did not take one; it and later ones are tried at the next look.

        """
        self._last = min(self._last, self._newest())  # a reset or a restored snapshot begins to count anew
        for row in self._store.rows("read_mails_after", {"number": self._last}):
            try:
                self._post(self._where, letter(row, self._where.address))
            except OSError as problem:
                _log.error("a mail could not be sent: %s", type(problem).__name__)
                return False
            self._last = row["number"]
        return True

    def _newest(self) -> int:
        row = self._store.row("read_newest_mail")
        return int(row["number"] or 0) if row is not None else 0

    def _work(self) -> None:
        wait_seconds = _LOOK_SECONDS
        while not self._stopping.wait(wait_seconds):
            try:
                is_done = self.deliver_new()
            except sqlite3.Error as problem:
                _log.error("the outbox could not be read: %s", type(problem).__name__)
                is_done = False
            wait_seconds = _LOOK_SECONDS if is_done else min(wait_seconds * 2, _LOOK_SECONDS_MAX)


def _is_loopback(host: str) -> bool:
    try:
        return host == "localhost" or ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False
