"""`samekey init`: a person at a terminal is asked what is in doubt, and the rules are right afterwards."""

import hashlib
import json
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from tests.journeys.terminal import at_a_terminal

EXPORTS = Path(__file__).parents[1] / "golden" / "exports"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A table of somebody's own: salted digests, and nothing says how."""
    rows = "".join(
        f"{n},p{n}@example.org,{hashlib.sha256(f'salt{n}'.encode() + f'password {n}'.encode()).hexdigest()},salt{n}\n"
        for n in range(20)
    )
    (tmp_path / "users.csv").write_text(f"id,email,pw,pw_salt\n{rows}", encoding="utf-8")
    return tmp_path


def command(folder: Path, *words: str) -> "subprocess.CompletedProcess[str]":
    """A command without a terminal."""
    return subprocess.run(
        [sys.executable, "-m", "samekey", *words],
        cwd=folder,
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )


class TestConversation:
    def test_lets_a_known_login_decide(self, folder: Path) -> None:
        """The password is not shown; the next command packs everybody."""
        with at_a_terminal("init", "users.csv", folder=folder) as terminal:
            terminal.expect("users.csv: csv, 20 records.")
            terminal.expect("20 passwords could be")
            terminal.answer("by login name?", "nobody@example.org")
            terminal.answer("Password of nobody@example.org", "x")
            terminal.expect("Nobody in the source is called nobody@example.org.")
            terminal.answer("by login name?", "P7@example.org")
            terminal.answer("Password of P7@example.org", "another password")
            terminal.expect("No reading fits that password")
            terminal.answer("by login name?", "P7@example.org")
            terminal.answer("Password of P7@example.org", "password 7")
            terminal.expect("Proved:")
            terminal.expect("nothing in it is in doubt")
            assert 0 == terminal.end()
        assert "password 7" not in terminal.shown
        (following,) = (line for line in terminal.shown.splitlines() if line.startswith("Next: samekey "))
        packed = json.loads(command(folder, *following.split()[2:], "--json").stdout)
        assert (20, ["as-is"]) == (packed["packed"], [each["verdict"] for each in packed["clusters"]])

    def test_takes_a_persons_word(self, folder: Path) -> None:
        """Where nobody's password is known; and asks before it writes over a file."""
        (folder / "rules.toml").write_text("# mine", encoding="utf-8")
        with at_a_terminal("init", "users.csv", folder=folder) as terminal:
            terminal.answer("by login name?", "")
            terminal.answer("Which are they?", "sha256_salt_pass")
            terminal.answer("Write over it?", "n")
            terminal.answer("Which file then?", "other.toml")
            terminal.expect("other.toml is written")
            assert 0 == terminal.end()
        assert "# mine" == (folder / "rules.toml").read_text(encoding="utf-8")
        assert 'format         = "sha256_salt_pass"' in (folder / "other.toml").read_text(encoding="utf-8")

    def test_asks_for_what_stands_elsewhere(self, tmp_path: Path) -> None:
        """First and last names of WordPress; the next command joins them, too."""
        shutil.copytree(EXPORTS / "wordpress" / "joined", tmp_path / "wp")
        with at_a_terminal("init", "users.csv", folder=tmp_path / "wp") as terminal:
            terminal.expect("It comes from WordPress")
            terminal.answer("Its file?", "nowhere.csv")
            terminal.expect("nowhere.csv does not exist")
            terminal.answer("Its file?", "usermeta.csv")
            terminal.expect("Joined with usermeta.csv")
            terminal.answer("by login name?", "ann")
            terminal.answer("Password of ann", "Ann likes tea 1")
            terminal.expect("nothing in it is in doubt")
            terminal.expect("--join usermeta.csv --join-on ID=user_id --join-as meta --join-rows meta_key=meta_value")
            assert 0 == terminal.end()
        assert 'given_name     = "meta.first_name"' in (tmp_path / "wp" / "rules.toml").read_text(encoding="utf-8")

    def test_asks_who_is_who_and_what_is_the_password(self, tmp_path: Path) -> None:
        """Where no name of a field says it."""
        digest = hashlib.sha1(b"tea").hexdigest()
        (tmp_path / "users.csv").write_text(f"no,who,memo\n1,ann,{digest}\n2,ben,{digest}\n", encoding="utf-8")
        with at_a_terminal("init", "users.csv", folder=tmp_path) as terminal:
            terminal.answer("Which field holds them?", "memo")
            terminal.answer("Which field identifies a person?", "who")
            terminal.answer("What is it?", "username")
            terminal.answer("by login name?", "ann")
            terminal.answer("Password of ann", "tea")
            terminal.expect("Proved: SHA1(P) (raw_sha1).")
            assert 0 == terminal.end()
        rules = (tmp_path / "rules.toml").read_text(encoding="utf-8")
        assert [True] * 3 == [line in rules for line in ('= "who"', '= "memo"', 'format         = "raw_sha1"')]

    def test_can_be_left(self, folder: Path) -> None:
        """Ctrl-C: nothing is written, and the command that goes on is named."""
        with at_a_terminal("init", "users.csv", folder=folder) as terminal:
            terminal.expect("by login name?")
            assert 130 == terminal.interrupt()
        assert ("samekey init users.csv" in terminal.shown, (folder / "rules.toml").exists()) == (True, False)


class TestWithoutAPerson:
    def test_takes_what_is_likeliest_and_marks_it(self, folder: Path) -> None:
        """As draft does, with the few lines of what was found."""
        done = command(folder, "init", "users.csv")
        assert (0, "") == (done.returncode, done.stdout)
        assert "20 records" in done.stderr
        assert "DOUBTFUL" in (folder / "rules.toml").read_text(encoding="utf-8")
        again = command(folder, "init", "users.csv")
        assert (2, True) == (again.returncode, "is already there" in again.stderr)

    def test_prints_one_object_for_programs(self, folder: Path) -> None:
        """The rules, where they are, and how many lines are doubtful."""
        document = json.loads(command(folder, "init", "users.csv", "--json").stdout)
        assert ("rules.toml", 1) == (document["path"], document["doubtful"])

    def test_asks_nothing_with_yes(self, folder: Path) -> None:
        """At a terminal, too."""
        with at_a_terminal("init", "users.csv", "--yes", folder=folder) as terminal:
            assert 0 == terminal.end()
        assert "Next: samekey pack users.csv" in terminal.shown
