"""`samekey survey` and `samekey draft`: data on stdout, talk on stderr, exit codes."""

import hashlib
import json
from pathlib import Path
from typing import Any

import pytest

from samekey.cli import main
from samekey.errors import ExitCode
from samekey.mapping.rules import read_rules


def sha1(text: str) -> str:
    """A stored password in the article's form."""
    return hashlib.sha1(text.encode()).hexdigest().upper()


@pytest.fixture
def users(tmp_path: Path) -> Path:
    """The article's form, with a field name that looks like a style."""
    path = tmp_path / "users.json"
    records: list[dict[str, Any]] = [
        {"username": f"person{number}@example.test", "hash": sha1(str(number)), "[bold]": "x"} for number in range(5)
    ]
    path.write_text(json.dumps(records), encoding="utf-8")
    return path


def run(*arguments: object) -> int:
    """The exit code of a command."""
    with pytest.raises(SystemExit) as left:
        main.run([str(argument) for argument in arguments])
    return int(left.value.code or 0)


class TestSurveyCommand:
    def test_prints_one_object_for_programs(self, users: Path, capsys: pytest.CaptureFixture[str]) -> None:
        """And nothing else on stdout."""
        run("survey", users, "--json")
        assert json.loads(capsys.readouterr().out)["records"] == 5

    def test_prints_tables_for_people(self, users: Path, capsys: pytest.CaptureFixture[str]) -> None:
        """Fields, identifiers, passwords; names from the source as they are."""
        run("survey", users)
        printed = capsys.readouterr().out
        assert [] == [word for word in ("5 records", "[bold]", "email", "raw_sha1", "undecided") if word not in printed]

    def test_shows_no_hash(self, users: Path, capsys: pytest.CaptureFixture[str]) -> None:
        """On neither stream."""
        run("survey", users)
        captured = capsys.readouterr()
        assert [] == [number for number in range(5) if sha1(str(number)) in captured.out + captured.err]

    def test_tells_by_its_exit_code_that_there_is_something_to_look_at(self, users: Path) -> None:
        """An undecided format is."""
        assert run("survey", users) == ExitCode.FINDINGS

    def test_is_done_where_nothing_is_amiss(self, tmp_path: Path) -> None:
        """PBKDF2 by Django is read without a doubt."""
        path = tmp_path / "users.json"
        stored = "pbkdf2_sha256$600000$saltsalt$" + "A" * 43 + "="
        path.write_text(json.dumps([{"email": "ann@example.test", "password": stored}]), encoding="utf-8")
        assert run("survey", path) == ExitCode.DONE

    def test_ends_in_one_clear_error(self, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
        """With the exit code of a source."""
        code = run("survey", tmp_path / "nowhere.json")
        assert (ExitCode.SOURCE, True) == (code, "does not exist" in capsys.readouterr().err)


class TestDraftCommand:
    def test_writes_rules_that_are_rules(self, users: Path, tmp_path: Path) -> None:
        """As they stand."""
        code = run("draft", users, "-o", tmp_path / "rules.toml")
        assert (ExitCode.DONE, True) == (code, "email" in read_rules(tmp_path / "rules.toml").user)

    def test_prints_rules_without_a_file_to_write(self, users: Path, capsys: pytest.CaptureFixture[str]) -> None:
        """Ready to be redirected."""
        run("draft", users)
        assert 'format         = "raw_sha1"' in capsys.readouterr().out

    def test_prints_one_object_for_programs(self, users: Path, capsys: pytest.CaptureFixture[str]) -> None:
        """The rules, and how many lines are doubtful."""
        run("draft", users, "--json")
        assert json.loads(capsys.readouterr().out)["doubtful"] == 1

    @pytest.mark.parametrize(("force", "expected"), [([], ExitCode.USAGE), (["--force"], ExitCode.DONE)])
    def test_does_not_write_over_a_file(
        self, users: Path, tmp_path: Path, force: list[str], expected: ExitCode
    ) -> None:
        """Rules that somebody mended by hand are not lost, unless that is asked for."""
        mended = tmp_path / "rules.toml"
        mended.write_text("# mended", encoding="utf-8")
        code = run("draft", users, "-o", mended, *force)
        assert (expected, not force) == (code, mended.read_text(encoding="utf-8") == "# mended")

    def test_says_when_it_cannot_write(self, users: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
        """One sentence, not a traceback."""
        code = run("draft", users, "-o", tmp_path / "nowhere" / "rules.toml")
        assert (ExitCode.USAGE, True) == (code, "cannot be written" in capsys.readouterr().err)
