"""`samekey hash`: lines in, lines out."""

import json
import subprocess
import sys
from pathlib import Path

import pytest

SHA1 = "5baa61e4c9b93f3f0682250b6cf8331b7ee68fd8"  # of "password"


def asked(*words: str, lines: str) -> subprocess.CompletedProcess[str]:
    """The command as a program calls it."""
    command = [sys.executable, "-c", "from samekey.cli.main import run; run()", "hash", *words]
    return subprocess.run(command, input=lines, capture_output=True, text=True, check=False)


class TestHash:
    """The four questions by the stream."""

    def test_answers_line_by_line(self) -> None:
        """One answer a line, in order, the last line without its end included."""
        done = asked("convert", "--json", "-", lines=f'"{SHA1}"\nnot json\n"$2x$10$abc"')
        formats = [json.loads(line)["format"] for line in done.stdout.splitlines()]
        assert (["raw_sha1", None, "bcrypt_2x"], "", 0) == (formats, done.stderr, done.returncode)

    @pytest.mark.parametrize(
        ("question", "line", "name", "expected"),
        [
            ("identify", '"!"', "candidates", ["locked"]),
            ("check", json.dumps({"password_hash": "x", "password": "y"}), "error", "password-hash-form"),
            ("solve", json.dumps({"stored": SHA1, "password": "password"}), "format", "raw_sha1"),
        ],
    )
    def test_knows_every_question(self, question: str, line: str, name: str, expected: object) -> None:
        """Each command gives its own answer."""
        answer = json.loads(asked(question, "--json", "-", lines=line).stdout)[name]
        assert expected == ([each["format"] for each in answer] if isinstance(answer, list) else answer)

    def test_takes_bare_values_from_people(self) -> None:
        """Without --json a line may be the stored value itself, and the answer is indented."""
        done = asked("convert", lines=SHA1)
        assert json.loads(done.stdout)["format"] == "raw_sha1"
        assert done.stdout.startswith("{\n")

    def test_reads_a_file(self, tmp_path: Path) -> None:
        """Lines may come from a file."""
        path = tmp_path / "values.ndjson"
        path.write_text(f'"{SHA1}"\n')
        assert json.loads(asked("convert", "--json", str(path), lines="").stdout)["format"] == "raw_sha1"

    @pytest.mark.parametrize("words", [("--json",), ()])
    def test_skips_a_byte_order_mark(self, tmp_path: Path, words: tuple[str, ...]) -> None:
        """What an editor on Windows puts in front does not spoil the first line; nor do its line ends."""
        path = tmp_path / "values.ndjson"
        path.write_bytes(b'\xef\xbb\xbf"' + SHA1.encode() + b'"\r\n')
        assert json.loads(asked("convert", *words, str(path), lines="").stdout)["format"] == "raw_sha1"

    def test_says_that_lines_are_in_utf_16(self, tmp_path: Path) -> None:
        """PowerShell writes UTF-16 unasked: one error instead of an answer of nonsense for every line."""
        path = tmp_path / "values.ndjson"
        path.write_text(f'"{SHA1}"\n', encoding="utf-16")
        done = asked("convert", str(path), lines="")
        assert (3, "") == (done.returncode, done.stdout)
        assert "UTF-16" in done.stderr

    def test_names_a_file_that_is_not_there(self, tmp_path: Path) -> None:
        """A missing file is a source error, with its exit code."""
        done = asked("convert", str(tmp_path / "none"), lines="")
        assert done.returncode == 3
        assert "cannot be read" in done.stderr
