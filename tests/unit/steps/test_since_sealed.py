"""A round is held against one that is encrypted: with the key, and never without."""

import json
from pathlib import Path
from typing import Any

import pyrage
import pytest

from samekey import steps
from samekey.engine import local
from samekey.errors import UsageError
from samekey.pack.manifest import Manifest
from samekey.pack.run_folder import RunFolder
from samekey.pack.seal import Identities, Recipients
from samekey.secret import Secret
from tests.unit.steps.rounds import RULES, person


class Sealed:
    """A run folder whose rounds are encrypted."""

    def __init__(self, path: Path) -> None:
        key = pyrage.x25519.Identity.generate()
        self.key = Identities((Secret(str(key)),))
        self.folder = RunFolder(path / "run", self.key)
        self.source = path / "users.json"
        self.rules = path / "rules.toml"
        self.rules.write_text(RULES, encoding="utf-8")
        self.pack([person(number) for number in range(5)], recipients=Recipients.parse([str(key.to_public())]))

    def pack(self, records: list[dict[str, Any]], **how: Any) -> Manifest:
        """Write the source down and pack it."""
        self.source.write_text(json.dumps(records), encoding="utf-8")
        return steps.pack(str(self.source), rules_path=self.rules, run=self.folder.path, workers=1, **how)


@pytest.fixture
def sealed(tmp_path: Path) -> Sealed:
    """With a first round of five people."""
    return Sealed(tmp_path)


class TestSealed:
    """What later rounds need of earlier ones is as hard to read as these."""

    def test_is_compared_with_the_key(self, sealed: Sealed) -> None:
        """The second time by what the first one left, which is sealed to the same people."""
        for name in ("A", "B"):
            manifest = sealed.pack(
                [person(0, name=name), *(person(number) for number in range(1, 5))], since="last", identities=sealed.key
            )
            assert {"profile": 1, "unchanged": 4} == manifest.changes
        path = sealed.folder.rounds()[0].fingerprints_path
        assert (".age", b"age-encryption.org") == (path.suffix, path.read_bytes()[:18])

    @pytest.mark.parametrize("identities", [None, Identities((Secret(str(pyrage.x25519.Identity.generate())),))])
    def test_is_refused_without_it_before_anything_is_mapped(
        self, sealed: Sealed, monkeypatch: pytest.MonkeyPatch, identities: Identities | None
    ) -> None:
        """A large source would take its time, and then it would still be the wrong key."""
        monkeypatch.setattr(local.LocalEngine, "map_pieces", None)
        with pytest.raises(UsageError, match=r"encrypted|identity"):
            sealed.pack([person(0)], since="last", identities=identities)
