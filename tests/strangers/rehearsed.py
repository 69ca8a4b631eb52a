"""`samekey rehearse` as a process of its own."""

import contextlib
import json
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import httpx

_PATIENCE_SECONDS = 10


@dataclass(frozen=True, slots=True)
class Rehearsed:
    """What the command says with `--json`, as far as it matters here."""

    url: str
    client_id: str
    client_secret: str
    audience: str
    connection: str
    connection_id: str
    login_client_id: str
    login_client_secret: str
    control: str
    control_token: str
    app_client_id: str

    def controlled(self, path: str, **query: str) -> Any:
        """What the control address says."""
        proof = {"authorization": f"Bearer {self.control_token}"}
        return httpx.get(f"{self.control}{path}", params=query, headers=proof).raise_for_status().json()


@contextlib.contextmanager
def rehearse(*arguments: str) -> Iterator[Rehearsed]:
    """Run the command while the block lasts; it has to end politely."""
    command = [sys.executable, "-m", "samekey", "rehearse", "--json", *arguments]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
        try:
            assert process.stdout is not None
            said = json.loads(process.stdout.readline())
            yield Rehearsed(**{name: said.get(name, "") for name in Rehearsed.__slots__})
        finally:
            process.terminate()
            process.wait(_PATIENCE_SECONDS)
    assert 0 == process.returncode
