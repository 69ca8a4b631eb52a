"""The runbook for the night, typed from the page as it stands."""

import json
import re
import shlex
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import pytest
from typer.testing import CliRunner

from samekey import steps
from samekey.cli.main import app
from samekey.errors import ExitCode
from samekey.pack.run_folder import RunFolder
from samekey.report.figures import Books
from samekey.testing.tenant_process import TenantProcess
from tests.journeys.migrations import RULES, person, sha1

PAGE = Path(__file__).parents[2] / "docs" / "operate" / "cut-over.md"
PEOPLE = 30
ON_THE_PAGE = "my-tenant.eu.auth0.com_Users"
IN_A_BLOCK = re.compile(r"^ *((?:samekey|touch|rm) .+)$")
IN_A_TABLE = re.compile(r"`(samekey [^`]+)`")


def commands() -> Iterator[list[str]]:
    """What blocks and tables of the page say to type, in its order; each repetition once."""
    told = {"samekey rehearse"}  # goes on by itself
    for line in PAGE.read_text(encoding="utf-8").splitlines():
        found = IN_A_TABLE.findall(line) if line.startswith("|") else IN_A_BLOCK.findall(line)
        for text in found:
            if text not in told:
                told.add(text)
                yield shlex.split(text)


class Typed:
    """A person with the page in one hand."""

    def __init__(self, folder: Path, tenant: TenantProcess) -> None:
        self.folder = folder
        self.tenant = tenant
        self.delivery = RunFolder(folder / "run").delivery_path(tenant.url.partition("//")[2], tenant.connection)
        records = [person(number) for number in range(PEOPLE)]
        (folder / "users.json").write_text(json.dumps(records))
        records[1]["name"], records[2]["hash"] = "Later", sha1("new 2")
        (folder / "fresh.json").write_text(json.dumps([*records[:-1], person(PEOPLE)]))
        (folder / "rules.toml").write_text(RULES)
        (folder / "mended.toml").write_text(RULES)
        (folder / "known-logins.csv").write_text("username,password\np7@example.org,password 7\n")
        (folder / "known-logins.csv").chmod(0o600)

    def type(self, words: list[str]) -> int:
        """One command, with the names of this tenant; its exit code."""
        if words[0] != "samekey":
            (path,) = [self.folder / word.replace(ON_THE_PAGE, self.delivery.name) for word in words[1:]]
            path.touch() if words[0] == "touch" else path.unlink()
            return 0
        if words[1:2] == ["pack"] and "--since" not in words:
            self.tenant.control("POST", "/reset")  # the rehearsal's tenant is another one
        goal = ["--tenant", self.tenant.url, "--connection", self.tenant.connection]
        typed = [word for each in words[1:] for word in (goal if each == "T" else [each])]
        if words[1] == "deliver" and "--preflight" not in words:
            typed.append("--yes")
        done = CliRunner().invoke(app, typed, env=self.tenant.environment(), catch_exceptions=False)
        return done.exit_code


@pytest.fixture
def typed(tmp_path: Path, shared_tenant: TenantProcess, monkeypatch: pytest.MonkeyPatch) -> Typed:
    """A folder with an export, its rules and the known logins."""
    monkeypatch.chdir(tmp_path)
    return Typed(tmp_path, shared_tenant)


class TestPage:
    def test_can_be_typed_as_it_stands(self, typed: Typed) -> None:
        """Every command exists, ends well, and at the end everybody is where the page says."""
        said = [*commands(), ["samekey", "report", "run", "--runbook"]]
        ended = {" ".join(words): typed.type(words) for words in said}
        assert {ExitCode.DONE} == set(ended.values()), ended
        kinds = Counter(words[1] for words in said if words[0] == "samekey")
        assert {"pack": 3, "deliver": 4, "verify": 2, "retry": 1, "report": 1} == kinds
        assert Books(read=31, packed=31, created=29, updated=2) == steps.report(typed.folder / "run").books
        assert ["rehearsed", "run"] == sorted(path.name for path in typed.folder.iterdir() if path.is_dir())
