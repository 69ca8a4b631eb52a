"""`samekey lint`: findings on stdout, talk on stderr, exit codes."""

import json
from pathlib import Path
from typing import Any

import pytest

from samekey.cli import main
from samekey.errors import ExitCode
from samekey.lint import codes
from tests.unit.lint.mistakes import MISTAKES, PASSWORD, WORKED, drop, person, worked
from tests.unit.lint.test_repairs import secret_texts


def run(*arguments: object) -> int:
    """The exit code of a command."""
    with pytest.raises(SystemExit) as left:
        main.run(["lint", *(str(argument) for argument in arguments)])
    return int(left.value.code or 0)


def write(path: Path, users: Any) -> Path:
    """An import file."""
    path.write_text(json.dumps(users), encoding="utf-8")
    return path


@pytest.fixture
def clean(tmp_path: Path) -> Path:
    """Nothing is wrong with it."""
    return write(tmp_path / "clean.json", [person(name, payload) for name, payload in WORKED.items()])


@pytest.fixture
def broken(tmp_path: Path) -> Path:
    """Every mistake once."""
    return write(tmp_path / "broken.json", [mistake.user for mistake in MISTAKES])


@pytest.fixture
def logins(tmp_path: Path) -> Path:
    """One known person."""
    path = tmp_path / "known.csv"
    path.write_text(f"username,password\nmd5@example.test,{PASSWORD}\n", encoding="utf-8")
    path.chmod(0o600)
    return path


class TestLintCommand:
    """What a person and a program see."""

    def test_is_done_where_nothing_is_wrong(self, clean: Path, capsys: pytest.CaptureFixture[str]) -> None:
        """Exit code 0 and an empty stdout."""
        assert ExitCode.DONE == run(clean)
        assert "" == capsys.readouterr().out

    def test_tells_by_its_exit_code_that_something_was_found(self, broken: Path) -> None:
        """Mended or not."""
        assert ExitCode.FINDINGS == run(broken, "--fix", broken.with_name("mended.json"))

    def test_counts_a_known_person_once(self, tmp_path: Path, logins: Path, capsys: pytest.CaptureFixture[str]) -> None:
        """Who stands in the file twice is still one login."""
        users = [person("md5", WORKED["md5"]), person("md5", WORKED["md5"], name="Ann")]
        run(write(tmp_path / "twice.json", users), "--logins", logins)
        assert "1 of 1 known logins match." in capsys.readouterr().err

    def test_prints_a_line_a_finding_for_programs(self, broken: Path, capsys: pytest.CaptureFixture[str]) -> None:
        """With the keys that scripts rely on, and codes of the closed list."""
        run(broken, "--json")
        lines = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
        assert len(MISTAKES) == len([line for line in lines if line["index"] is not None])
        assert [["code", "field", "file", "fix", "index", "message"]] * len(lines) == [sorted(line) for line in lines]
        assert {line["code"] for line in lines} <= set(codes.CODES)
        assert {str(broken)} == {line["file"] for line in lines}

    def test_prints_places_and_a_summary_for_people(self, broken: Path, capsys: pytest.CaptureFixture[str]) -> None:
        """File and index, code and field; how many of each."""
        run(broken)
        captured = capsys.readouterr()
        assert f"{broken}:0 base64-of-hex custom_password_hash.hash.value" in captured.out
        assert "4 base64-of-hex" in captured.err
        assert f"{len(MISTAKES):,} users looked at" in captured.err

    def test_says_of_a_mended_file_what_is_left_in_it(self, broken: Path, capsys: pytest.CaptureFixture[str]) -> None:
        """Nobody uploads it for the word alone; where everything was mended there is no more to say."""
        mended, twice = broken.with_name("mended.json"), broken.with_name("twice.json")
        run(broken, "--fix", mended)
        assert f"Mended: {mended}; findings left to you: " in capsys.readouterr().err
        run(
            write(broken.with_name("one.json"), [person("a", user_id="auth0|7", email_verified="true")]), "--fix", twice
        )
        assert f"Mended: {twice}\n" in capsys.readouterr().err

    def test_shows_so_many_of_a_kind(self, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
        """A mistake of a script is in every user; people are shown some and told how many."""
        users = [person(f"person{number}", user_id=f"auth0|{number}") for number in range(50)]
        run(write(tmp_path / "users.json", users))
        captured = capsys.readouterr()
        assert 20 == len(captured.out.splitlines())
        assert "50 user-id-prefix, 20 of them shown" in captured.err

    @pytest.mark.parametrize("options", [[], ["--json"]], ids=["people", "programs"])
    def test_shows_no_secret(
        self, broken: Path, logins: Path, capsys: pytest.CaptureFixture[str], options: list[str]
    ) -> None:
        """On neither stream."""
        run(broken, "--logins", logins, "--fix", broken.with_name("mended.json"), *options)
        captured = capsys.readouterr()
        shown = captured.out + captured.err
        secrets = [PASSWORD, *(text for mistake in MISTAKES for text in secret_texts(mistake.user) if len(text) > 7)]
        assert [] == [number for number, secret in enumerate(secrets) if secret in shown]

    def test_shows_no_control_character_of_a_file(self, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
        """A name in a file cannot write to the terminal."""
        run(write(tmp_path / "users.json", [person("ann", user_metadata={"\x1b[2J.": 1})]))
        assert "\x1b" not in capsys.readouterr().out

    def test_says_which_logins_match(self, clean: Path, logins: Path, capsys: pytest.CaptureFixture[str]) -> None:
        """By their names."""
        assert ExitCode.DONE == run(clean, "--logins", logins)
        assert "md5@example.test matches" in capsys.readouterr().err

    def test_reports_a_login_that_is_refused(self, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
        """As a finding, with the user's place."""
        known = tmp_path / "known.csv"
        known.write_text("username,password\nmd5@example.test,other\n", encoding="utf-8")
        users = write(tmp_path / "users.json", [person("md5", WORKED["md5"])])
        assert ExitCode.FINDINGS == run(users, "--logins", known, "--json")
        (line,) = capsys.readouterr().out.splitlines()
        assert (0, "login-refused") == (json.loads(line)["index"], json.loads(line)["code"])

    def test_mends_by_a_login(self, tmp_path: Path, logins: Path) -> None:
        """A salt on the wrong side, which form does not show."""
        users = write(tmp_path / "users.json", [person("md5", worked("md5", drop("salt.position")))])
        out = tmp_path / "mended.json"
        assert ExitCode.FINDINGS == run(users, "--logins", logins, "--fix", out)
        assert ExitCode.DONE == run(out, "--logins", logins)

    @pytest.mark.parametrize(
        ("arguments", "code"),
        [
            ([], ExitCode.USAGE),
            (["nowhere.json"], ExitCode.SOURCE),
            (["--force", "{clean}"], ExitCode.USAGE),
            (["{clean}", "--fix", "{clean}"], ExitCode.USAGE),
            (["{clean}", "--fix", "/nowhere/at/all.json"], ExitCode.USAGE),
            (["{clean}", "--logins", "nowhere.csv"], ExitCode.SOURCE),
        ],
        ids=["nothing", "not-there", "force-alone", "over-input", "no-folder", "no-logins"],
    )
    def test_leaves_with_the_code_of_what_went_wrong(self, clean: Path, arguments: list[str], code: ExitCode) -> None:
        """2 for the command line, 3 for a file."""
        assert code == run(*(argument.format(clean=clean) for argument in arguments))
