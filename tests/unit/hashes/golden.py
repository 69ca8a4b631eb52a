"""The golden files, as lists of lines."""

from pathlib import Path
from typing import Any

import msgspec

FOLDER = Path(__file__).parents[2] / "golden" / "hashes"


def lines(name: str) -> list[dict[str, Any]]:
    """Every line of a golden file."""
    return [msgspec.json.decode(line) for line in (FOLDER / name).read_bytes().splitlines()]


def label(line: dict[str, Any]) -> str:
    """A name for a test's parameter, free of what is stored."""
    return str(line.get("name") or line.get("format"))
