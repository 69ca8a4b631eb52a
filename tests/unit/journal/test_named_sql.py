"""Statements by name."""

import re
from importlib import resources

from samekey.journal import named_sql


class TestLoadQueries:
    def test_names_every_statement_of_the_file(self) -> None:
        """No statement is lost between the file and the code."""
        text = resources.files("samekey.journal").joinpath("queries.sql").read_text()
        assert re.findall(r"^-- name: (\w+)$", text, re.MULTILINE) == list(named_sql.load_queries("samekey.journal"))

    def test_leaves_descriptions_out(self) -> None:
        """What is executed is the statement alone."""
        queries = named_sql.load_queries("samekey.journal")
        assert not [name for name, statement in queries.items() if "--" in statement]

    def test_is_used_to_the_last_statement(self) -> None:
        """Every statement is called by name somewhere in the journal."""
        code = resources.files("samekey.journal").joinpath("journal.py").read_text()
        assert [] == [name for name in named_sql.load_queries("samekey.journal") if f'"{name}"' not in code]


class TestLoadMigrations:
    def test_are_numbered_without_a_gap(self) -> None:
        """Changes come in order, from 1."""
        numbers = [number for number, _ in named_sql.load_migrations("samekey.journal")]
        assert list(range(1, len(numbers) + 1)) == numbers
