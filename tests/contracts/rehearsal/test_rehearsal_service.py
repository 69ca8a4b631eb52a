"""The tenant as a process: one line on stdout, killed at any moment, begun again over the same store."""

import hashlib
import json
import signal
import socket
import sqlite3
import ssl
import stat
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import httpx2
import pytest

from samekey.errors import UsageError
from samekey.rehearsal import server

ANNOUNCED = {
    "url", "client_id", "client_secret", "audience", "connection", "connection_id", "login_client_id",
    "login_client_secret", "control", "control_token",
}  # fmt: skip
COMMAND = [sys.executable, "-m", "samekey", "rehearse", "--json"]


@contextmanager
def service(*options: str) -> Iterator[tuple[subprocess.Popen[str], dict[str, str]]]:
    """The command in a process of its own, with what it announced."""
    with subprocess.Popen([*COMMAND, *options], stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        try:
            yield process, json.loads(process.stdout.readline())
        finally:
            process.kill()


def machine_headers(http: httpx2.Client, line: dict[str, str]) -> dict[str, str]:
    """A Management API token in its header."""
    asked = {"grant_type": "client_credentials", "audience": line["audience"]}
    asked |= {name: line[name] for name in ("client_id", "client_secret")}
    return {"authorization": f"Bearer {http.post('/oauth/token', json=asked).json()['access_token']}"}


def submit(http: httpx2.Client, line: dict[str, str], users: list[dict[str, Any]]) -> str:
    """Hand in users; the job's id."""
    answer = http.post(
        "/api/v2/jobs/users-imports",
        data={"connection_id": line["connection_id"]},
        files={"users": json.dumps(users).encode()},
        headers=machine_headers(http, line),
    )
    return str(answer.json()["id"])


def finished(http: httpx2.Client, line: dict[str, str], job_id: str) -> dict[str, Any]:
    """A job looked at until it has ended."""
    headers = machine_headers(http, line)
    for _ in range(10_000):
        job: dict[str, Any] = http.get(f"/api/v2/jobs/{job_id}", headers=headers).json()
        if job["status"] != "pending":
            return job
    raise AssertionError(job)


class TestCommand:
    def test_announces_itself_on_one_line(self) -> None:
        """What programs read has exactly the documented keys, and the tenant already answers."""
        with service() as (_, line), httpx2.Client(base_url=line["url"]) as http:
            assert set(line) == ANNOUNCED
            assert http.get("/.well-known/jwks.json").status_code == 200

    @pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
    def test_leaves_nothing_behind(
        self, number: signal.Signals, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        """Ctrl-C or a polite kill ends it with 0; the temporary store is gone."""
        monkeypatch.setenv("TMPDIR", str(tmp_path))
        with service() as (process, _):
            (folder,) = tmp_path.iterdir()
            modes = {stat.S_IMODE(file.stat().st_mode) for file in folder.iterdir()}
            process.send_signal(number)
            assert (process.wait(20), list(tmp_path.iterdir()), modes) == (0, [], {0o600})

    def test_registers_applications_and_speaks_tls(self) -> None:
        """With an authority of its own, which a client has to be told to trust."""
        with service("--tls", "--app", "https://shop.example.test") as (_, line):
            context = ssl.create_default_context(cafile=line["authority"])
            with httpx2.Client(base_url=line["url"], verify=context) as http:
                asked = {"client_id": line["app_client_id"], "redirect_uri": "https://shop.example.test"}
                answer = http.get("/authorize", params={**asked, "response_type": "code", "code_challenge": "x"})
            assert (line["url"].startswith("https://"), answer.status_code) == (True, 303)
            with pytest.raises(httpx2.ConnectError):
                httpx2.get(line["url"])

    def test_begins_with_people_and_other_readings(self, tmp_path: Path) -> None:
        """A seed is there before anybody calls; APIs and open questions are chosen by name."""
        seed = tmp_path / "people.json"
        digest = hashlib.sha1(b"Kestrel-41").hexdigest()
        stored = {"algorithm": "sha1", "hash": {"value": digest, "encoding": "hex"}}
        seed.write_text(json.dumps([{"email": "a@example.test", "custom_password_hash": stored}]))
        options = (
            "--seed",
            str(seed),
            "--audience",
            "https://api.test/",
            "--set",
            "wrong_password=invalid_user_password",
        )
        with service(*options) as (_, line), httpx2.Client(base_url=line["url"]) as http:
            asked = {"grant_type": "password", "username": "a@example.test", "audience": "https://api.test/"}
            asked |= {"client_id": line["login_client_id"], "client_secret": line["login_client_secret"]}
            answers = [http.post("/oauth/token", data={**asked, "password": word}) for word in ("Kestrel-41", "no")]
        assert [200, 403] == [answer.status_code for answer in answers]
        assert "invalid_user_password" == answers[1].json()["error"]

    @pytest.mark.parametrize(("content", "sentence"), [("{}", "no JSON array"), (None, "cannot be read")])
    def test_refuses_a_seed_it_cannot_read(self, tmp_path: Path, content: str | None, sentence: str) -> None:
        """Before anybody is told that the tenant answers."""
        seed = tmp_path / "people.json"
        if content is not None:
            seed.write_text(content)
        ended = subprocess.run([*COMMAND, "--seed", str(seed)], capture_output=True, text=True, check=False)
        assert (3, "", True) == (ended.returncode, ended.stdout, sentence in ended.stderr)

    def test_speaks_to_people(self) -> None:
        """Without --json there are variables to copy, the secrets among them."""
        with subprocess.Popen(COMMAND[:-1], stdout=subprocess.PIPE, text=True) as process:
            assert process.stdout is not None
            lines = [process.stdout.readline() for _ in range(5)]
            process.kill()
        assert lines[0].startswith("A rehearsal tenant answers at http://127.0.0.1:")
        assert lines[2].startswith("  export AUTH0_DOMAIN=")

    def test_refuses_the_network_without_a_confirmation(self) -> None:
        """Only this machine reaches it unless somebody says otherwise twice."""
        from samekey.cli.commands.rehearse import rehearse

        with pytest.raises(UsageError, match="Other machines"):
            rehearse(host="0.0.0.0")

    def test_refuses_words_it_does_not_know(self) -> None:
        """A mistyped plan or policy is named."""
        from samekey.cli.commands.rehearse import rehearse

        with pytest.raises(UsageError, match="No plan is called gratis"):
            rehearse(plan="gratis")
        with pytest.raises(UsageError, match="second factor sometimes"):
            rehearse(mfa="sometimes")


class TestKilled:
    def test_goes_on_over_the_same_store(self, tmp_path: Path) -> None:
        """What was acknowledged before a SIGKILL is done after it, once, and secrets are the same."""
        store = str(tmp_path / "rehearsal.sqlite")
        users = [{"email": f"u{number}@example.test"} for number in range(2000)]
        with service("--store", store) as (process, before), httpx2.Client(base_url=before["url"]) as http:
            job_id = submit(http, before, users)
            process.kill()
        with service("--store", store) as (_, after), httpx2.Client(base_url=after["url"]) as http:
            job = finished(http, after, job_id)
        kept = {"client_id", "client_secret", "connection_id", "login_client_id", "login_client_secret"}
        assert {name: after[name] for name in kept} == {name: before[name] for name in kept}
        assert job["summary"] == {"failed": 0, "updated": 0, "inserted": 2000, "total": 2000}
        with sqlite3.connect(store) as connection:
            assert connection.execute("select count(*), count(distinct email) from users").fetchone() == (2000, 2000)
        connection.close()


class TestServe:
    def test_answers_while_the_block_lasts(self) -> None:
        """Afterwards nothing listens and the store is gone."""
        with server.serve() as tenant, httpx2.Client(base_url=tenant.url) as http:
            line = tenant.as_json()
            assert finished(http, line, submit(http, line, [{"email": "a@example.test"}]))["status"] == "completed"
        assert not tenant.store_path.exists()
        with pytest.raises(httpx2.ConnectError):
            httpx2.get(tenant.url)

    def test_says_when_the_port_is_taken(self) -> None:
        """A taken port is one clear error."""
        with socket.socket() as taken:
            taken.bind(("127.0.0.1", 0))
            taken.listen()
            with pytest.raises(UsageError, match="Nothing can listen"), server.serve(port=taken.getsockname()[1]):
                pass

    def test_keeps_secrets_out_of_its_repr(self) -> None:
        """What a test prints when it fails opens nothing."""
        with server.serve() as tenant:
            shown = repr(tenant)
            secrets = (tenant.client_secret, tenant.login_client_secret, tenant.control_token)
        assert [secret in shown for secret in secrets] == [False, False, False]


class TestDroppedConnection:
    @pytest.mark.parametrize(("moment", "users"), [("before", 0), ("after", 1)])
    def test_leaves_the_caller_without_an_answer(self, moment: str, users: int) -> None:
        """The connection is cut; whether the work was done is for the caller to find out."""
        with server.serve() as tenant, httpx2.Client(base_url=tenant.url) as http:
            control = {"authorization": f"Bearer {tenant.control_token}"}
            fault = {"kind": "drop", "moment": moment, "path": "/api/v2/jobs/users-imports"}
            http.post("/control/faults", json=fault, headers=control)
            with pytest.raises(httpx2.TransportError):
                submit(http, tenant.as_json(), [{"email": "a@example.test"}])
            assert tenant.tenant.importer.wait_until_idle(seconds=20)
            assert http.get("/control", headers=control).json()["users"] == users
