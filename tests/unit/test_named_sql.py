"""Statements by name, in the files of both stores."""

import re
from importlib import resources

import pytest

from samekey import named_sql


@pytest.fixture(params=["samekey.journal", "samekey.rehearsal"])
def package(request: pytest.FixtureRequest) -> str:
    """A package with statements."""
    return str(request.param)


class TestLoadQueries:
    def test_names_every_statement_of_the_file(self, package: str) -> None:
        """No statement is lost between the file and the code."""
        text = resources.files(package).joinpath("queries.sql").read_text()
        assert re.findall(r"^-- name: (\w+)$", text, re.MULTILINE) == list(named_sql.load_queries(package))

    def test_leaves_descriptions_out(self, package: str) -> None:
        """What is executed is the statement alone."""
        queries = named_sql.load_queries(package)
        assert not [name for name, statement in queries.items() if "--" in statement]

    def test_is_used_to_the_last_statement(self, package: str) -> None:
        """Every statement is called by name somewhere in its package."""
        modules = [file for file in resources.files(package).iterdir() if file.name.endswith(".py")]
        code = "".join(file.read_text() for file in modules)
        assert [] == [name for name in named_sql.load_queries(package) if f'"{name}"' not in code]


class TestLoadMigrations:
    def test_are_numbered_without_a_gap(self, package: str) -> None:
        """Changes come in order, from 1."""
        numbers = [number for number, _ in named_sql.load_migrations(package)]
        assert list(range(1, len(numbers) + 1)) == numbers
