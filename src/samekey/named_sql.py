"""SQL by name: every statement stands in a `.sql` file, named and described, and code calls names."""

import re
from importlib import resources

_NAME = re.compile(r"^-- name: (\w+)\s*$", re.MULTILINE)
_MIGRATION = re.compile(r"(\d+)(?:_\w+)?\.sql")


def load_queries(package: str, file: str = "queries.sql") -> dict[str, str]:
    """Read the statements of a package.

    Returns:
        Statement by name, without its description.

    """
    text = resources.files(package).joinpath(file).read_text(encoding="utf-8")
    pieces = _NAME.split(text)[1:]
    return {name: _statement(body) for name, body in zip(pieces[::2], pieces[1::2], strict=True)}


def load_migrations(package: str) -> list[tuple[int, str]]:
    """Read the numbered schema changes of a package, lowest first.

    Returns:
        Number and script of each `schema/NNN.sql`; words may follow the number.

    """
    folder = resources.files(package).joinpath("schema")
    found = [(_MIGRATION.fullmatch(entry.name), entry) for entry in folder.iterdir()]
    return sorted((int(name[1]), entry.read_text(encoding="utf-8")) for name, entry in found if name)


def _statement(body: str) -> str:
    lines = [line for line in body.strip().splitlines() if not line.startswith("--")]
    return "\n".join(lines)
