"""Programs of others: installed where they are missing, started, waited for and ended."""

import os
import shutil
import socket
import subprocess
import time
from collections.abc import Callable

_PATIENCE_SECONDS = 30
_QUIET = {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
_WHERE = os.pathsep.join([os.environ.get("PATH", os.defpath), "/usr/local/sbin", "/usr/sbin", "/sbin"])
"""Debian keeps servers where not everybody's PATH leads."""


def install(program: str, package: str, *, preseed: str = "") -> str:
    """The path of a program, installed from Debian where it is missing."""
    if shutil.which(program, path=_WHERE) is None:
        subprocess.run(["debconf-set-selections"], input=preseed, text=True, check=True)
        for words in (["update"], ["install", "-y", "--no-install-recommends", package]):
            subprocess.run(["apt-get", "-qq", *words], env=_QUIET, check=True, stdout=subprocess.DEVNULL)
    found = shutil.which(program, path=_WHERE)
    assert found, f"{program} is not there after installing {package}"
    return found


def free_port() -> int:
    """A port on loopback that nobody uses."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        port: int = server.getsockname()[1]
        return port


def wait_for(port: int, process: subprocess.Popen[bytes]) -> None:
    """Until somebody answers at the port."""
    deadline = time.monotonic() + _PATIENCE_SECONDS
    while True:
        assert process.poll() is None, f"{process.args!r} ended with {process.returncode}"
        try:
            socket.create_connection(("127.0.0.1", port), timeout=1).close()
        except OSError:
            assert time.monotonic() < deadline, f"{process.args!r} does not answer"
            time.sleep(0.05)
        else:
            return


def insist(attempt: Callable[[], object]) -> None:
    """Until it succeeds: a server may answer at its port before it takes anybody in."""
    deadline = time.monotonic() + _PATIENCE_SECONDS
    while True:
        try:
            attempt()
        except AssertionError:
            if time.monotonic() > deadline:
                raise
            time.sleep(0.1)
        else:
            return


def stop(process: subprocess.Popen[bytes]) -> None:
    """End a server that this test started."""
    process.terminate()
    process.wait(_PATIENCE_SECONDS)
