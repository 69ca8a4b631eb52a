"""A rehearsal tenant in a process of its own, that can be killed and started again at the same address."""

import contextlib
import os
import selectors
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import msgspec

START_SECONDS_MAX = 30.0
"""How long a tenant may take until it answers."""


class TenantProcess:
    """`samekey rehearse` as a child; it and its store outlive each other as a test wishes."""

    def __init__(self, store: Path, *, job_seconds: float = 0.0, name: str = "") -> None:
        """Args:
        store: the tenant's SQLite file; it is kept when the process ends.
        job_seconds: how long an import job takes.
        name: another name it goes by, as HOST:PORT; empty for none.

        """
        self._name = name
        self.store = store
        self.job_seconds = job_seconds
        self._port = 0
        self._process: subprocess.Popen[bytes] | None = None
        self._described: dict[str, str] = {}

    @property
    def url(self) -> str:
        """Its address."""
        return self._described["url"]

    @property
    def connection(self) -> str:
        """Name of its database connection."""
        return self._described["connection"]

    @property
    def connection_id(self) -> str:
        """Id of its database connection."""
        return self._described["connection_id"]

    def environment(self) -> dict[str, str]:
        """The environment of the calling process, with what a samekey command needs to speak to the tenant."""
        return {
            **os.environ,
            "AUTH0_DOMAIN": self.url,
            "AUTH0_CLIENT_ID": self._described["client_id"],
            "AUTH0_CLIENT_SECRET": self._described["client_secret"],
            "AUTH0_LOGIN_CLIENT_ID": self._described["login_client_id"],
            "AUTH0_LOGIN_CLIENT_SECRET": self._described["login_client_secret"],
        }

    def start(self) -> None:
        """Start it, at the address of its last life if it had one, and wait until it answers.

        Raises:
            TimeoutError: it did not say where it answers.

        """
        command = [sys.executable, "-m", "samekey", "rehearse", "--json", "--store", str(self.store)]
        command += ["--port", str(self._port), "--job-seconds", str(self.job_seconds)]
        command += ["--name", self._name] if self._name else []
        self._process = subprocess.Popen(command, stdout=subprocess.PIPE)  # noqa: S603  # our own program
        try:
            self._described = msgspec.json.decode(_first_line(self._process), type=dict[str, str])
        except BaseException:
            self.kill()
            raise
        self._port = int(self.url.rpartition(":")[2])

    def kill(self) -> None:
        """End it as a power cut would."""
        if self._process is not None:
            self._process.kill()
            self._process.communicate()
            self._process = None

    def control(self, method: str, path: str = "", body: object = None) -> Any:
        """Pull a lever.

        Args:
            method: GET, PATCH, POST or DELETE.
            path: below the control address: `/levers`, `/clock`, `/reset`.
            body: what is sent, as JSON.

        """
        import httpx2  # noqa: PLC0415  # loads when a lever is pulled

        headers = {"authorization": f"Bearer {self._described['control_token']}"}
        with httpx2.Client(trust_env=False) as http:
            answer = http.request(method, self._described["control"] + path, json=body, headers=headers)
            answer.raise_for_status()
            return answer.json() if answer.content else None


@contextlib.contextmanager
def tenant_process(store: Path, *, job_seconds: float = 0.0, name: str = "") -> Iterator[TenantProcess]:
    """A tenant process that ends with the block."""
    tenant = TenantProcess(store, job_seconds=job_seconds, name=name)
    tenant.start()
    try:
        yield tenant
    finally:
        tenant.kill()


def _first_line(process: subprocess.Popen[bytes]) -> bytes:
    if process.stdout is None:
        raise ValueError("the process has no output to read")
    deadline = time.monotonic() + START_SECONDS_MAX
    with selectors.DefaultSelector() as selector:
        selector.register(process.stdout, selectors.EVENT_READ)
        if not selector.select(deadline - time.monotonic()):
            raise TimeoutError("The rehearsal tenant does not answer.")
    return process.stdout.readline()
