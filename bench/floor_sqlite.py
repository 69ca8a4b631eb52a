"""The least an import can do: the users of Auth0 import files into one SQLite table, one transaction a file.

python bench/floor_sqlite.py CHUNK_FOLDER DATABASE
"""

import sqlite3
import sys
from contextlib import closing
from pathlib import Path

import msgspec

_TABLE = """
    pragma journal_mode = wal;
    pragma synchronous = normal;
    create table users (email text not null unique, document blob not null);
"""


def load(folder: Path, database_path: Path) -> int:
    """Load every file of a folder; tells how many users came."""
    count = 0
    with closing(sqlite3.connect(database_path)) as database:
        database.executescript(_TABLE)
        for path in sorted(folder.glob("*.json")):
            users = msgspec.json.decode(path.read_bytes())
            rows = [(user["email"].lower(), msgspec.json.encode(user)) for user in users]
            with database:
                database.executemany("insert into users values (?, ?)", rows)
            count += len(rows)
    return count


if __name__ == "__main__":
    print(load(Path(sys.argv[1]), Path(sys.argv[2])))
