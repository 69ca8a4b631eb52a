"""One pass over a source that lies on disk, into a fresh run folder."""

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest

from samekey import events
from samekey.engine.local import LocalEngine
from samekey.engine.passing import Packed, pack_source
from samekey.mapping import rules
from samekey.pack.run_folder import RoundInMaking, RunFolder
from samekey.secret import Secret
from samekey.sources import opening

RULES = """
[user]
key = "id"
email = "mail"
[password]
stored = "hash"
format = ["raw_sha1", "auto"]
"""


class Notes:
    """Remembers every event."""

    def __init__(self) -> None:
        self.events: list[events.Event] = []

    def notice(self, event: events.Event) -> None:
        """Write it down."""
        self.events.append(event)


@dataclass
class Bench:
    """Everything a pass needs, and what it left behind."""

    folder: RunFolder
    source_path: Path
    notes: Notes = field(default_factory=Notes)

    def pass_over(
        self,
        source: str | list[Any],
        *,
        making: RoundInMaking | None,
        rules_text: str = "",
        known_logins: Mapping[str, Secret] | None = None,
        format: str = "json",  # noqa: A002  # the word of the sources
        workers: int = 1,
        pieces: int | None = None,
    ) -> Packed:
        """Write the source down, open it as a command would, and pass over it."""
        self.source_path.write_text(source if isinstance(source, str) else written(source, format), encoding="utf-8")
        return pack_source(
            opening.open_source(str(self.source_path), source_format=format),
            rules.parse_rules(rules_text or RULES),
            making,
            fingerprint_key=b"k" * 32,
            known_logins=known_logins or {},
            engine=LocalEngine(workers),
            pieces=pieces,
            listener=self.notes,
        )


def written(records: list[Any], format: str) -> str:  # noqa: A002  # the word of the sources
    """Records as an array, or one a line."""
    if format == "json":
        return json.dumps(records)
    return "".join(json.dumps(record) + "\n" for record in records)


@pytest.fixture
def bench(tmp_path: Path) -> Bench:
    """A bench with an empty run folder."""
    return Bench(RunFolder(tmp_path / "run"), tmp_path / "source")


Lines = Callable[[Path], list[dict[str, Any]]]


@pytest.fixture
def lines() -> Lines:
    """The objects of a file, one a line."""
    return lambda path: [json.loads(line) for line in path.read_bytes().splitlines()]
