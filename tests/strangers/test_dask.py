"""A real Dask cluster packs what one process packs: a scheduler and two workers, one of which is killed."""

import json
import os
import re
import shutil
import signal
import subprocess
import sys
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import duckdb
import pytest
from distributed import Client
from moto.server import ThreadedMotoServer

from samekey.engine.dask import DaskEngine
from samekey.engine.local import LocalEngine
from samekey.errors import ExitCode, RunFolderError, UsageError
from samekey.events import Event, Noticed, Progressed
from samekey.pack.run_folder import RoundInMaking, RunFolder
from samekey.testing.tenant_process import tenant_process
from tests.contracts.engine.suite import (
    FILES,
    RULES,
    EngineContract,
    Listening,
    MakeEngine,
    pack,
    people,
    sha1,
    written,
)
from tests.contracts.engine.suite import making as making  # noqa: PLC0414  # a fixture
from tests.contracts.engine.suite import source as source  # noqa: PLC0414  # a fixture
from tests.strangers.sources import programs

BIN = Path(sys.executable).parent
DEADLINE_SECONDS = 60


class Cluster:
    """A scheduler and workers, each a process as an operator starts them."""

    def __init__(self, folder: Path, **environment: str) -> None:
        self._folder = folder
        self._environment = os.environ | environment
        self._programs = ExitStack()
        self.address = f"tcp://127.0.0.1:{programs.free_port()}"
        port = self.address.rpartition(":")[2]
        self._start("scheduler", "--host", "127.0.0.1", "--port", port, "--no-dashboard", "--no-show")
        self.workers = [self.start_worker() for _ in range(2)]

    def start_worker(self) -> "subprocess.Popen[bytes]":
        """One more, without a nanny that would replace it."""
        return self._start("worker", self.address, "--nthreads", "1", "--no-nanny", "--no-dashboard")

    def wait(self, workers: int) -> None:
        """Until so many are there."""
        with Client(self.address, timeout=DEADLINE_SECONDS, set_as_default=False) as client:
            client.wait_for_workers(workers, timeout=DEADLINE_SECONDS)

    def end(self) -> None:
        """Leave no process behind."""
        self._programs.close()

    def _start(self, *words: str) -> "subprocess.Popen[bytes]":
        log = self._programs.enter_context((self._folder / f"{words[0]}.log").open("ab"))
        command = [str(BIN / "dask"), words[0], *words[1:]]
        process = subprocess.Popen(command, cwd=self._folder, env=self._environment, stdout=log, stderr=log)
        self._programs.callback(process.communicate)
        self._programs.callback(process.kill)
        return process


@pytest.fixture(scope="module")
def store() -> Iterator[dict[str, str]]:
    """S3 on loopback, as the environment names it."""
    port = programs.free_port()
    server = ThreadedMotoServer(ip_address="127.0.0.1", port=port, verbose=False)
    server.start()
    yield {
        "AWS_ENDPOINT_URL": f"http://127.0.0.1:{port}",
        "AWS_ALLOW_HTTP": "true",
        "AWS_ACCESS_KEY_ID": "key",
        "AWS_SECRET_ACCESS_KEY": "not-a-real-secret-key",
        "AWS_REGION": "us-east-1",
    }
    server.stop()


@pytest.fixture(scope="module")
def cluster(tmp_path_factory: pytest.TempPathFactory, store: dict[str, str]) -> Iterator[Cluster]:
    """For all the tests that do not kill anybody."""
    cluster = Cluster(tmp_path_factory.mktemp("dask"), **store)
    cluster.wait(2)
    yield cluster
    cluster.end()


class TestCluster(EngineContract):
    """What every engine promises."""

    @pytest.fixture
    def engine(self, cluster: Cluster, tmp_path: Path) -> MakeEngine:
        """Spools in a folder that all share."""
        (tmp_path / "shared").mkdir()
        return lambda: DaskEngine(cluster.address, shared=tmp_path / "shared")

    def test_leaves_nothing_where_it_shared(
        self, engine: MakeEngine, source: Path, making: RoundInMaking, tmp_path: Path
    ) -> None:
        """No hash stays there."""
        pack(source, making, engine())
        assert [] == list((tmp_path / "shared").iterdir())


class TestSources:
    """What warehouses write is read by the workers where it lies."""

    @pytest.mark.parametrize("kind", ["csv", "parquet", "s3"])
    def test_give_the_same_round(
        self,
        cluster: Cluster,
        store: dict[str, str],
        source: Path,
        tmp_path: Path,
        monkeypatch: pytest.MonkeyPatch,
        kind: str,
    ) -> None:
        """As one process that reads it."""
        for name, value in store.items():
            monkeypatch.setenv(name, value)
        address = put(source, store["AWS_ENDPOINT_URL"]) if kind == "s3" else converted(source, kind)
        alone, together = (RunFolder(tmp_path / name).make_round() for name in ("alone", "together"))
        expected = pack(address, alone, LocalEngine(1), pieces=1)
        assert expected == pack(address, together, DaskEngine(cluster.address))
        assert (written(alone), True) == (written(together), expected.packed > 2_000)


def converted(source: Path, kind: str) -> str:
    """The same people as tables."""
    folder = source.with_name(kind)
    folder.mkdir()
    for path in source.iterdir():
        duckdb.sql(f"COPY (SELECT * FROM read_json('{path}')) TO '{folder / path.stem}.{kind}'")
    return str(folder)


def put(source: Path, endpoint: str) -> str:
    """The same files in a bucket."""
    send(f"{endpoint}/warehouse", b"")
    for path in source.iterdir():
        send(f"{endpoint}/warehouse/users/{path.name}", path.read_bytes())
    return "s3://warehouse/users/"


def send(address: str, body: bytes) -> None:
    """One object, or a bucket."""
    request = urllib.request.Request(address, data=body, method="PUT")
    request.add_header("Authorization", "AWS4-HMAC-SHA256 Credential=key/20261123/us-east-1/s3/aws4_request")
    request.add_header("Content-Type", "application/octet-stream")
    urllib.request.urlopen(request).close()


class Killing(Listening):
    """Kills a worker whenever something was done, until none is left; starts one more when it hears of that."""

    def __init__(self, cluster: Cluster) -> None:
        super().__init__()
        self.cluster = cluster
        self.alive = list(cluster.workers)
        self.warned_of: list[str] = []

    def notice(self, event: Event) -> None:
        """Act, and remember."""
        if isinstance(event, Progressed) and self.alive:
            os.kill(self.alive.pop(0).pid, signal.SIGKILL)
        if isinstance(event, Noticed):
            self.warned_of += re.findall("has no workers any more", event.text)
            self.cluster.start_worker()


class TestTrouble:
    """One clear error, or none."""

    def test_killed_workers_change_nothing(self, source: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        """Another one maps their pieces again; when the last one is gone, that is said, and one more is enough."""
        monkeypatch.setattr("samekey.engine.dask.LOOK_SECONDS", 0)
        monkeypatch.setattr("samekey.engine.dask.FETCH_SECONDS", 1)
        for number in range(6):
            (source / f"part-{number}.ndjson").write_text(people(range(number * 5_000, (number + 1) * 5_000)))
        alone, together = (RunFolder(tmp_path / name).make_round() for name in ("alone", "together"))
        expected = pack(source, alone, LocalEngine(1), pieces=1)
        cluster = Cluster(tmp_path)
        try:
            cluster.wait(2)
            killing = Killing(cluster)
            found = pack(source, together, DaskEngine(cluster.address), listening=killing)
            assert [-signal.SIGKILL] * 2 == [worker.wait(DEADLINE_SECONDS) for worker in cluster.workers]
            assert ["has no workers any more"] == killing.warned_of
        finally:
            cluster.end()
        assert (expected, written(alone)) == (found, written(together))

    def test_nobody_at_the_address_is_told(
        self, source: Path, making: RoundInMaking, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        """With how to start somebody."""
        monkeypatch.setattr("samekey.engine.dask.CONNECT_SECONDS", 1)
        engine = DaskEngine(f"tcp://127.0.0.1:{programs.free_port()}")
        with pytest.raises(UsageError, match="No Dask scheduler answers") as caught:
            pack(source, making, engine)
        assert "dask scheduler" in caught.value.remedy

    def test_a_folder_that_workers_do_not_see_is_told(
        self, cluster: Cluster, source: Path, making: RoundInMaking, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        """Before anything is mapped, and with the option that helps."""
        monkeypatch.setattr("samekey.engine.dask._PROBE", "another-name")
        with pytest.raises(UsageError, match="does not see") as caught:
            pack(source, making, DaskEngine(cluster.address))
        assert "--shared DIR" in caught.value.remedy

    def test_a_scheduler_that_goes_away_is_told(self, source: Path, making: RoundInMaking, tmp_path: Path) -> None:
        """The same command begins anew."""
        cluster = Cluster(tmp_path)
        try:
            cluster.wait(2)
            with pytest.raises(RunFolderError, match="were lost"):
                pack(source, making, DaskEngine(cluster.address), listening=Listening(cluster.end))
        finally:
            cluster.end()


Samekey = Callable[..., dict[str, Any]]


@pytest.fixture
def samekey(tmp_path: Path) -> Samekey:
    """A command as a person types it in a folder with rules; what it says to programs."""
    (tmp_path / "rules.toml").write_text(RULES)

    def run(command: str, *words: str, **environment: str) -> dict[str, Any]:
        rules = () if command == "retry" else ("--rules", "rules.toml")
        done = subprocess.run(
            [BIN / "samekey", command, *words, *rules, "--json"],
            cwd=tmp_path,
            env=os.environ | environment,
            capture_output=True,
            text=True,
            check=False,
            timeout=DEADLINE_SECONDS,
        )
        assert done.returncode in {ExitCode.DONE, ExitCode.FINDINGS}, done.stderr
        said: dict[str, Any] = json.loads(done.stdout)
        return said

    return run


def places(cluster: Cluster) -> list[tuple[str, tuple[str, ...]]]:
    """Two run folders, and the options with which the one is made on this machine and the other on a cluster."""
    return [("local", ()), ("dask", ("--engine", "dask", "--scheduler", cluster.address))]


class TestCommands:
    """As they are typed, with addresses that only their own folder knows."""

    def test_pack(self, cluster: Cluster, source: Path, samekey: Samekey) -> None:
        """The same fingerprints in the manifest as on this machine."""
        local, dask = (samekey("pack", source.name, "--run", name, *on) for name, on in places(cluster))
        assert local["chunks"] == dask["chunks"]

    def test_pack_two_sources_as_one(self, cluster: Cluster, samekey: Samekey, tmp_path: Path) -> None:
        """Every worker finds the second one."""
        (tmp_path / "profiles").mkdir()
        for number in range(4):
            rows = [f"{each},p{each}@example.com" for each in range(number * 100, (number + 1) * 100)]
            (tmp_path / "profiles" / f"{number}.csv").write_text("\n".join(["id,mail", *rows, ""]))
        rows = [f"{each},{sha1(each)}" for each in range(400)]
        (tmp_path / "passwords.csv").write_text("\n".join(["user,hash", *rows, ""]))
        join = ("profiles", "--join", "passwords.csv", "--join-on", "id=user")
        local, dask = (samekey("pack", *join, "--run", name, *on) for name, on in places(cluster))
        assert (400, local["chunks"]) == (dask["packed"], dask["chunks"])

    def test_retry(self, cluster: Cluster, source: Path, samekey: Samekey, tmp_path: Path) -> None:
        """Whoever was rejected, when the rules are mended."""
        samekey("pack", source.name, "--run", "local")
        shutil.copytree(tmp_path / "local", tmp_path / "dask")
        for path in source.iterdir():
            path.write_text(path.read_text().replace('"nobody"', f'"somebody@{path.stem}.example.com"'))
        local, dask = (samekey("retry", name, *on) for name, on in places(cluster))
        assert (FILES, local["chunks"]) == (dask["packed"], dask["chunks"])

    def test_migrate(self, cluster: Cluster, source: Path, samekey: Samekey, tmp_path: Path) -> None:
        """All the way to a tenant, from where a machine with the run folder delivers."""
        (tmp_path / "rules.toml").write_text(RULES.partition("[partition]")[0])
        on = ("--engine", "dask", "--scheduler", cluster.address)
        with tenant_process(tmp_path / "tenant.sqlite") as tenant:
            figures = samekey(
                "migrate", source.name, "--connection", tenant.connection, "--yes", *on, **tenant.environment()
            )
        books = figures["books"]
        assert (books["packed"], True) == (books["created"], books["closed"])
