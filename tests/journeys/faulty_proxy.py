"""A faulty network between a client and a tenant: requests and answers that are cut, late, halved or doubled.

The tenant's own faults begin where a request has arrived whole; these happen on the way. One request at a time is read
from each connection, passed on over a connection of its own, and its answer passed back, unless a mishap was queued
for it. Lengths are stated in `content-length`, as all that speak here do.
"""

import contextlib
import fnmatch
import socket
import socketserver
import threading
import time
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal, cast
from urllib.parse import urlsplit

PATIENCE_SECONDS = 60.0

Kind = Literal[
    "cut before", "cut during", "cut after", "half answer", "late request", "late answer", "two requests", "two answers"
]


@dataclass
class Mishap:
    """What happens to some of the requests to come."""

    kind: Kind
    """Where the connection is cut (during: with half of the body sent), or what comes late, halved or twice."""
    method: str = "*"
    path: str = "*"
    """`*` stands for anything."""
    seconds: float = 0.5
    """How late."""
    skip: int = 0
    """How many requests pass first."""
    times: int = 1
    """How many are struck."""


@dataclass(frozen=True)
class Message:
    """A request or an answer: its first line and headers, and its body."""

    head: bytes
    body: bytes

    @property
    def first_line(self) -> str:
        """Method and path, or status."""
        return self.head.partition(b"\r\n")[0].decode("latin-1")

    @property
    def whole(self) -> bytes:
        """As it goes over the wire."""
        return self.head + self.body


class FaultyProxy(socketserver.ThreadingTCPServer):
    """Listens on a free port and passes on to one tenant."""

    daemon_threads = True
    request_queue_size = 64

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), _Connection)
        self.tenant = ("", 0)
        self.name = f"127.0.0.1:{self.server_address[1]}"
        self._lock = threading.Lock()
        self._waiting: list[Mishap] = []
        self.struck: list[str] = []
        """First line of every request to which something happened."""

    def queue(self, *mishaps: Mishap) -> None:
        """Let these happen, the first that fits a request first."""
        with self._lock:
            self._waiting.extend(mishaps)

    def next_mishap(self, request: Message) -> Mishap | None:
        """What happens to a request; None when it passes."""
        method, _, rest = request.first_line.partition(" ")
        path = rest.partition(" ")[0].partition("?")[0]
        with self._lock:
            for mishap in self._waiting:
                if mishap.method not in {"*", method} or not fnmatch.fnmatchcase(path, mishap.path):
                    continue
                if mishap.skip:
                    mishap.skip -= 1
                    continue
                mishap.times -= 1
                if not mishap.times:
                    self._waiting.remove(mishap)
                self.struck.append(request.first_line)
                return mishap
        return None

    @property
    def url(self) -> str:
        """Its address."""
        return f"http://{self.name}"

    def lead_to(self, tenant_url: str) -> None:
        """Pass on to a tenant that goes by our name, too: a token names whom it is for."""
        parts = urlsplit(tenant_url)
        self.tenant = (parts.hostname or "", parts.port or 80)

    def calm(self) -> None:
        """Forget what was queued and what happened."""
        with self._lock:
            self._waiting.clear()
            self.struck.clear()


class _Connection(socketserver.BaseRequestHandler):
    """One client's connection."""

    server: FaultyProxy

    def handle(self) -> None:
        """Pass requests on until one side ends, or something happens to the connection."""
        client = cast("socket.socket", self.request)
        client.settimeout(PATIENCE_SECONDS)
        with contextlib.suppress(OSError):
            while (request := _read(client)) is not None:
                mishap = self.server.next_mishap(request)
                answer = self._answer(request, mishap)
                if answer is None:
                    return
                client.sendall(answer)
                if mishap is not None and mishap.kind in {"half answer", "two answers"}:
                    return

    def _answer(self, request: Message, mishap: Mishap | None) -> bytes | None:
        """What the client gets; None when its connection is cut."""
        kind = mishap.kind if mishap is not None else ""
        seconds = mishap.seconds if mishap is not None else 0.0
        if kind == "cut before":
            return None
        if kind == "cut during":
            self._send(request.head + request.body[: len(request.body) // 2])
            return None
        if kind == "late request":
            time.sleep(seconds)
        if kind == "two requests":
            self._exchange(request)
        answer = self._exchange(request)
        if kind == "late answer":
            time.sleep(seconds)
        if answer is None or kind == "cut after":
            return None
        if kind == "half answer":
            return answer.whole[: len(answer.head) + len(answer.body) // 2]
        return answer.whole * 2 if kind == "two answers" else answer.whole

    def _exchange(self, request: Message) -> Message | None:
        with socket.create_connection(self.server.tenant, timeout=PATIENCE_SECONDS) as tenant:
            tenant.sendall(request.whole)
            return _read(tenant)

    def _send(self, part: bytes) -> None:
        with socket.create_connection(self.server.tenant, timeout=PATIENCE_SECONDS) as tenant:
            tenant.sendall(part)


def _read(connection: socket.socket) -> Message | None:
    """One whole message; None when the other side ended before."""
    data = b""
    while b"\r\n\r\n" not in data:
        if not (piece := connection.recv(65536)):
            return None
        data += piece
    head, _, body = data.partition(b"\r\n\r\n")
    lengths = [line.partition(b":")[2] for line in head.split(b"\r\n") if line.lower().startswith(b"content-length:")]
    length = int(lengths[0]) if lengths else 0
    while len(body) < length:
        if not (piece := connection.recv(length - len(body))):
            return None
        body += piece
    return Message(head + b"\r\n\r\n", body)


@contextlib.contextmanager
def faulty_proxy() -> Iterator[FaultyProxy]:
    """A network while the block lasts; nothing happens on it until mishaps are queued."""
    with FaultyProxy() as proxy:
        thread = threading.Thread(target=proxy.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True)
        thread.start()
        try:
            yield proxy
        finally:
            proxy.shutdown()
            thread.join()
