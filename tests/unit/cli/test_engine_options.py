"""Where a pack runs, as it is said on the command line."""

from pathlib import Path

import pytest

from samekey.cli import options
from samekey.engine.dask import DaskEngine
from samekey.engine.local import LocalEngine
from samekey.errors import UsageError


class TestEngine:
    """The one that was asked for, or a sentence."""

    def test_is_this_machine_unless_told_otherwise(self) -> None:
        """With as many workers as cores."""
        assert isinstance(options.engine("local", workers=0, scheduler="", shared=None), LocalEngine)

    def test_may_be_a_cluster(self) -> None:
        """Nothing is asked of it yet."""
        asked = options.engine("dask", workers=0, scheduler="tcp://127.0.0.1:1", shared=Path("shared"))
        assert isinstance(asked, DaskEngine)

    @pytest.mark.parametrize(
        ("name", "workers", "scheduler", "shared", "says"),
        [
            ("spark", 0, "", None, "'spark' is no engine"),
            ("dask", 0, "", None, "Which cluster"),
            ("dask", 2, "tcp://127.0.0.1:1", None, "has the workers it has"),
            ("local", 0, "tcp://127.0.0.1:1", None, "for a cluster"),
            ("local", 0, "", Path("shared"), "for a cluster"),
        ],
    )
    def test_is_refused_with_the_way_out(
        self, name: str, workers: int, scheduler: str, shared: Path | None, says: str
    ) -> None:
        """No option is ignored in silence."""
        with pytest.raises(UsageError, match=says) as caught:
            options.engine(name, workers=workers, scheduler=scheduler, shared=shared)
        assert caught.value.remedy
