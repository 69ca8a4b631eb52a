"""One pass over a source that lies on disk, into a fresh run folder."""

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest

from samekey import events
from samekey.engine.local import Packed, Pass
from samekey.mapping import compiled, rules
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
        chunk_bytes: int = 500_000,
        chunk_users: int = 0,
        format: str = "json",  # noqa: A002  # the word of the sources
    ) -> Packed:
        """Write the source down, open it as a command would, and pass over it."""
        text = source if isinstance(source, str) else json.dumps(source)
        self.source_path.write_text(text, encoding="utf-8")
        the_pass = Pass(
            making,
            compiled.compile_rules(rules.parse_rules(rules_text or RULES)),
            fingerprint_key=b"k" * 32,
            known_logins=known_logins,
            listener=self.notes,
        )
        opened = opening.open_source(str(self.source_path), source_format=format)
        return the_pass.run(opened, chunk_bytes=chunk_bytes, chunk_users=chunk_users)


@pytest.fixture
def bench(tmp_path: Path) -> Bench:
    """A bench with an empty run folder."""
    return Bench(RunFolder(tmp_path / "run"), tmp_path / "source")


Lines = Callable[[Path], list[dict[str, Any]]]


@pytest.fixture
def lines() -> Lines:
    """The objects of a file, one a line."""
    return lambda path: [json.loads(line) for line in path.read_bytes().splitlines()]
