"""A real Dask cluster packs what one process packs: a scheduler and two workers, one of which is killed."""

import json
import os
import signal
import subprocess
import sys
import urllib.request
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path

import duckdb
import pytest
from distributed import Client
from moto.server import ThreadedMotoServer

from samekey.engine.dask import DaskEngine
from samekey.engine.local import LocalEngine
from samekey.errors import ExitCode, RunFolderError, UsageError
from samekey.pack.run_folder import RoundInMaking, RunFolder
from tests.contracts.engine.suite import RULES, EngineContract, Listening, MakeEngine, pack, people, written
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


class TestTrouble:
    """One clear error, or none."""

    def test_a_killed_worker_changes_nothing(self, source: Path, tmp_path: Path) -> None:
        """Another one maps its pieces again."""
        for number in range(6):
            (source / f"part-{number}.ndjson").write_text(people(range(number * 5_000, (number + 1) * 5_000)))
        alone, together = (RunFolder(tmp_path / name).make_round() for name in ("alone", "together"))
        expected = pack(source, alone, LocalEngine(1), pieces=1)
        cluster = Cluster(tmp_path)
        try:
            cluster.wait(2)
            listening = Listening(lambda: os.kill(cluster.workers[0].pid, signal.SIGKILL))
            found = pack(source, together, DaskEngine(cluster.address), listening=listening)
            assert -signal.SIGKILL == cluster.workers[0].wait(DEADLINE_SECONDS)
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


def test_the_command_packs_on_a_cluster(cluster: Cluster, source: Path, tmp_path: Path) -> None:
    """As on this machine: the same fingerprints in the manifest."""
    (tmp_path / "rules.toml").write_text(RULES)
    chunks = []
    for name, options in (("local", []), ("dask", ["--engine", "dask", "--scheduler", cluster.address])):
        done = subprocess.run(
            [BIN / "samekey", "pack", source.name, "--rules", "rules.toml", "--run", name, "--json", *options],
            cwd=tmp_path,
            capture_output=True,
            text=True,
            check=False,
            timeout=DEADLINE_SECONDS,
        )
        assert (ExitCode.FINDINGS, "") == (done.returncode, done.stderr)
        chunks.append(json.loads(done.stdout)["chunks"])
    assert chunks[0] == chunks[1]
