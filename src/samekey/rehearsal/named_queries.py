"""SQL statements by name, read from `queries.sql`."""

from importlib import resources

_MARK = "-- name: "


def load() -> dict[str, str]:
    """Every statement of `queries.sql`: a `-- name:` line, lines that describe it, and the statement itself."""
    text = resources.files("samekey.rehearsal").joinpath("queries.sql").read_text(encoding="utf-8")
    statements: dict[str, str] = {}
    for block in text.split(_MARK)[1:]:
        name, _, statement = block.partition("\n")
        statements[name.strip()] = statement.strip().rstrip(";")
    return statements


def migrations() -> list[str]:
    """The scripts of `schema/` in the order of their numbers: the first takes a store from version 0 to 1."""
    folder = resources.files("samekey.rehearsal").joinpath("schema")
    files = sorted((entry for entry in folder.iterdir() if entry.name.endswith(".sql")), key=lambda entry: entry.name)
    return [entry.read_text(encoding="utf-8") for entry in files]
