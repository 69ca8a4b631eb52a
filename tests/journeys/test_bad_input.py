"""What goes in wrong ends in a rejection or in one clear error, and never in a traceback."""

import json
import resource
import signal
import socket
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

HASH = "7C4A8D09CA3762AF61E59520943DC26494F8941B"
GOOD = {"username": "ann@example.org", "hash": HASH}
RULES = """
[user]
email = "username"
email_verified = { value = false }

[password]
stored = "hash"
format = "raw_sha1"
"""
HOLD_THE_RUN_FOLDER = """
import pathlib, sys
from samekey.pack.run_folder import RunFolder

with RunFolder(pathlib.Path("run")).held():
    print("held", flush=True)
    sys.stdin.read()
"""


def limit_file_size() -> None:
    """From here on this process cannot write a file beyond 4 KB: the kernel's own refusal, as of a full disk."""
    signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
    resource.setrlimit(resource.RLIMIT_FSIZE, (4096, 4096))


def samekey(folder: Path, *words: str, full_disk: bool = False, **environment: str) -> subprocess.CompletedProcess[str]:
    """Run the command in a folder."""
    return subprocess.run(
        [sys.executable, "-m", "samekey", *words],
        cwd=folder,
        env={"PATH": "/usr/bin:/bin", "PYTHONDONTWRITEBYTECODE": "1", **environment},
        capture_output=True,
        text=True,
        check=False,
        timeout=60,
        preexec_fn=limit_file_size if full_disk else None,
    )


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A working folder with rules."""
    (tmp_path / "rules.toml").write_text(RULES)
    return tmp_path


def pack(folder: Path, content: bytes | list[Any], **more: Any) -> subprocess.CompletedProcess[str]:
    """Pack a source of this content."""
    source = content if isinstance(content, bytes) else json.dumps(content).encode()
    (folder / "users.json").write_bytes(source)
    return samekey(folder, "pack", "users.json", "--rules", "rules.toml", **more)


def rejections(folder: Path) -> list[tuple[int, str, str]]:
    """Position, reason and field of everyone rejected."""
    lines = (folder / "run/rounds/01/rejections.ndjson").read_text().splitlines()
    found = [json.loads(line) for line in lines]
    return [(line["position"]["index"], line["reason"], line["field"]) for line in found]


class TestSource:
    """A source that is wrong as a whole: exit code 3, one sentence and a remedy."""

    @pytest.mark.parametrize(
        ("content", "sentence"),
        [
            pytest.param(b"hello", "is not JSON", id="not-json"),
            pytest.param(
                b'[{"username":"a@b.org","hash":"' + HASH.encode() + b'"},{"user', "breaks off", id="truncated"
            ),
            pytest.param(json.dumps(GOOD).encode(), "one JSON object without an array of objects", id="object"),
            pytest.param(b"", "is empty", id="empty"),
        ],
    )
    def test_ends_in_one_error(self, folder: Path, content: bytes, sentence: str) -> None:
        """Two lines on stderr, nothing on stdout, no round left behind."""
        done = pack(folder, content)
        assert (3, "") == (done.returncode, done.stdout)
        assert sentence in done.stderr
        assert 2 == len(done.stderr.strip().splitlines())
        assert [] == list(folder.glob("run/rounds/*"))

    def test_that_is_missing_ends_in_one_error(self, folder: Path) -> None:
        """A path that leads nowhere is said to."""
        done = samekey(folder, "pack", "nowhere.json", "--rules", "rules.toml")
        assert (3, True) == (done.returncode, "does not exist" in done.stderr)

    def test_error_can_be_read_by_programs(self, folder: Path) -> None:
        """With --json the error is one line of JSON on stderr, with a stable code."""
        done = samekey(folder, "pack", "nowhere.json", "--rules", "rules.toml", "--json")
        assert "source" == json.loads(done.stderr)["error"]["code"]


class TestRecord:
    """A record that is wrong by itself: a rejection with position, reason and field; the others are packed."""

    @pytest.mark.parametrize(
        ("record", "reason", "field"),
        [
            pytest.param({"hash": HASH}, "missing", "email", id="missing-field"),
            pytest.param({"username": 5, "hash": HASH}, "wrong-type", "email", id="number-where-text-belongs"),
            pytest.param(
                {"username": "bob@example.org", "hash": HASH[:-1]}, "password-not-this-format", "hash", id="short"
            ),
            pytest.param(
                {"username": "bob@example.org", "hash": 7}, "password-not-this-format", "hash", id="number-as-hash"
            ),
            pytest.param(
                {"username": "ANN@example.org", "hash": HASH}, "duplicate", "email", id="duplicate-but-for-case"
            ),
            pytest.param({"username": "bob.example.org", "hash": HASH}, "bad-email", "email", id="no-at"),
            pytest.param(7, "not-an-object", "", id="not-an-object"),
        ],
    )
    def test_is_rejected(self, folder: Path, record: object, reason: str, field: str) -> None:
        """Exit code 1, one line in rejections.ndjson, the good neighbour packed, and no hash shown."""
        done = pack(folder, [GOOD, record])
        assert 1 == done.returncode
        assert [(1, reason, field)] == rejections(folder)
        assert "2 read, 1 packed, 1 rejected, 0 held" in done.stdout
        assert HASH[:-1] not in (done.stdout + done.stderr + (folder / "run/rounds/01/rejections.ndjson").read_text())

    def test_with_a_key_twice_is_rejected_by_survey_and_pack(self, folder: Path) -> None:
        """Nobody guesses which of two passwords counts; the key is named, and neither value."""
        twice = b'{"username": "bob@example.org", "hash": "%b", "hash": "%b"}' % (HASH.encode(), HASH[::-1].encode())
        done = pack(folder, b"[%b,\n%b]" % (json.dumps(GOOD).encode(), twice))
        assert 1 == done.returncode
        assert [(1, "duplicate-key", "")] == rejections(folder)
        text = (folder / "run/rounds/01/rejections.ndjson").read_text()
        assert "Leave one 'hash' in the object" in text
        assert not [value for value in (HASH, HASH[::-1]) if value in done.stdout + done.stderr + text]
        found = json.loads(samekey(folder, "survey", "users.json", "--json").stdout)
        assert (1, {"duplicate-key": 1}) == (found["records"], found["rejected"])

    def test_behind_a_byte_order_mark_is_read(self, folder: Path) -> None:
        """A BOM is no part of the data."""
        assert 0 == pack(folder, b"\xef\xbb\xbf" + json.dumps([GOOD]).encode()).returncode


class TestDisk:
    """A disk that does not take what is written: exit code 4, and the way on."""

    def test_that_is_read_only(self, folder: Path) -> None:
        """A folder that cannot be made is named."""
        (folder / "users.json").write_text(json.dumps([GOOD]))
        done = samekey(folder, "pack", "users.json", "--rules", "rules.toml", "--run", "/sys/samekey")
        assert (4, True) == (done.returncode, "cannot be written" in done.stderr)

    def test_that_is_full(self, folder: Path) -> None:
        """Nothing half-written is left, and the same command succeeds when there is room."""
        people = [{"username": f"u{number}@example.org", "hash": HASH} for number in range(200)]
        done = pack(folder, people, full_disk=True)
        assert 4 == done.returncode
        assert "cannot be written" in done.stderr
        assert [] == list(folder.glob("run/rounds/[0-9]*"))
        assert 0 == pack(folder, people).returncode


class TestTenant:
    """A tenant that is not there or not itself: exit code 5 or 2, at once."""

    def test_that_is_down(self, folder: Path) -> None:
        """A port where nobody answers ends in one error."""
        pack(folder, [GOOD])
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            port = free.getsockname()[1]
        done = samekey(
            folder, "deliver", "run", "--tenant", f"http://127.0.0.1:{port}", "--connection", "people",
            AUTH0_CLIENT_ID="someone", AUTH0_CLIENT_SECRET="hunter2",
        )  # fmt: skip
        assert (5, True) == (done.returncode, "No connection" in done.stderr)
        assert "hunter2" not in done.stderr

    def test_that_would_be_spoken_to_in_the_clear(self, folder: Path) -> None:
        """Plain http is refused but to this machine."""
        done = samekey(folder, "deliver", "run", "--tenant", "http://tenant.example.org", "--connection", "people")
        assert (2, True) == (done.returncode, "Plain http" in done.stderr)

    def test_without_credentials(self, folder: Path) -> None:
        """What to export is said."""
        done = samekey(folder, "deliver", "run", "--tenant", "tenant.example.org", "--connection", "people")
        assert (2, True) == (done.returncode, "AUTH0_CLIENT_ID" in done.stderr)


class TestRules:
    """A rules file that asks for something that cannot be: exit code 2, with its line, before a record is read."""

    def test_with_an_unknown_key(self, folder: Path) -> None:
        """The line and what was probably meant."""
        (folder / "rules.toml").write_text('[user]\nemial = "username"\n')
        done = pack(folder, [GOOD])
        assert (2, True, True) == (done.returncode, "line 2" in done.stderr, "email" in done.stderr)


class TestRunFolder:
    """A run folder that holds something else is not written over."""

    def test_with_another_source(self, folder: Path) -> None:
        """A second pack of another source is refused; of the same source it says so and changes nothing."""
        assert 0 == pack(folder, [GOOD]).returncode
        before = (folder / "run/rounds/01/manifest.json").read_bytes()
        assert 0 == pack(folder, [GOOD]).returncode
        assert before == (folder / "run/rounds/01/manifest.json").read_bytes()
        assert 4 == pack(folder, [{**GOOD, "username": "bob@example.org"}]).returncode

    def test_in_use_by_another_process(self, folder: Path) -> None:
        """The other process is named."""
        holder = subprocess.Popen(
            [
                sys.executable, "-c",
                HOLD_THE_RUN_FOLDER,
            ],
            cwd=folder, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True,
        )  # fmt: skip
        with holder:
            assert holder.stdout is not None
            assert "held\n" == holder.stdout.readline()
            done = pack(folder, [GOOD])
            assert (4, True) == (done.returncode, f"pid {holder.pid}" in done.stderr)
            holder.communicate("")
