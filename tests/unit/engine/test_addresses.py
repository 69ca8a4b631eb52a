"""The address of a source as an engine's workers find it."""

from pathlib import Path

import pytest

from samekey.engine.dask import DaskEngine
from samekey.engine.local import LocalEngine
from samekey.errors import UsageError
from samekey.sources.join_options import JoinOptions
from samekey.sources.options import SourceOptions
from samekey.steps.packing import options_for

CLUSTER = DaskEngine("tcp://127.0.0.1:1")


class TestAddress:
    """Of a source."""

    @pytest.mark.parametrize("source", ["users.json", "exports/*.csv", "-", "s3://bucket/users/"])
    def test_is_what_was_written_on_this_machine(self, source: str) -> None:
        """Whoever reads it is here."""
        assert source == LocalEngine(2).address(source)

    @pytest.mark.parametrize("source", ["users.json", "exports/*.csv"])
    def test_begins_at_the_root_on_a_cluster(self, source: str) -> None:
        """Its workers do not know this folder."""
        assert str(Path.cwd() / source) == CLUSTER.address(source)

    def test_of_an_object_is_the_same_everywhere(self) -> None:
        """It is a URL."""
        assert "s3://bucket/users/" == CLUSTER.address("s3://bucket/users/")

    def test_is_never_the_standard_input_of_a_cluster(self) -> None:
        """Which only this process has."""
        with pytest.raises(UsageError, match="cannot read standard input"):
            CLUSTER.address("-")

    def test_of_a_joined_source_is_found_likewise(self) -> None:
        """Every worker reads it, too."""
        options = SourceOptions(join=JoinOptions("passwords.csv", "", "id", "user_id"))
        found = options_for(CLUSTER, options)
        assert found is not None
        assert found.join is not None
        assert str(Path.cwd() / "passwords.csv") == found.join.source
