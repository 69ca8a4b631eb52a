"""`samekey pack` beside jq, DuckDB and Polars doing the bare mapping of the same rows.

    python bench/compare.py [--count 1000000] [--repeat 3] [--folder DIR]

Each reads the rich export of `make_users.py` and writes one Auth0 user a line, as samekey's rules have it. That is all
that the others do: they recognise no hash and check nothing, no address, no length and no duplicate; they write no
chunks under a size limit, no manifest, no rejections and no fingerprints. Their first users are held against those that
samekey packs. jq has to be installed; DuckDB and Polars are installed into an environment of this run's own.
"""

import argparse
import json
import shutil
import subprocess
import sys
import tempfile
import venv
from collections.abc import Mapping, Sequence
from itertools import islice
from pathlib import Path
from typing import Any

from measuring import HERE, Cost, cost, machine, make_users, quietest
from packing import pack

SAME_USERS = 1_000
JQ = """{email: .username, email_verified: .email_confirmed, user_id: (.id | tostring), given_name: .first_name,
family_name: .last_name, app_metadata: {tenant, created, roles},
custom_password_hash: {algorithm: "sha1", hash: {value: (.hash | ascii_downcase), encoding: "hex"}}}"""
DUCKDB = """
import sys
import duckdb
duckdb.sql(f'''
copy (
    select username as email, email_confirmed as email_verified, id::varchar as user_id, first_name as given_name,
        last_name as family_name, {{'tenant': tenant, 'created': created, 'roles': roles}} as app_metadata,
        {{'algorithm': 'sha1', 'hash': {{'value': lower(hash), 'encoding': 'hex'}}}} as custom_password_hash
    from read_json('{sys.argv[1]}', format = 'newline_delimited', columns = {{username: 'varchar', hash: 'varchar',
        id: 'bigint', first_name: 'varchar', last_name: 'varchar', email_confirmed: 'boolean', tenant: 'varchar',
        created: 'varchar', roles: 'varchar[]'}})
) to '{sys.argv[2]}' (format json)
''')
"""
POLARS = """
import sys
import polars as pl
hashed = pl.struct(value=pl.col("hash").str.to_lowercase(), encoding=pl.lit("hex"))
pl.scan_ndjson(sys.argv[1]).select(
    email="username",
    email_verified="email_confirmed",
    user_id=pl.col("id").cast(pl.String),
    given_name="first_name",
    family_name="last_name",
    app_metadata=pl.struct("tenant", "created", "roles"),
    custom_password_hash=pl.struct(algorithm=pl.lit("sha1"), hash=hashed),
).sink_ndjson(sys.argv[2])
"""


def main() -> None:
    """Run everybody in turn, check that they did the same, print what it cost."""
    asked = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    asked.add_argument("--count", type=int, default=1_000_000, help="records")
    asked.add_argument("--repeat", type=int, default=3, help="how often each is run")
    asked.add_argument("--folder", type=Path, help="where to write some gigabytes; a temporary folder unless named")
    told = asked.parse_args()
    with tempfile.TemporaryDirectory(dir=told.folder) as name:
        folder = Path(name)
        export, out = folder / "rich", folder / "out"
        make_users(told.count, "rich", export)
        commands = commands_for(folder, export, out)
        costs: dict[str, list[Cost]] = {}
        for number in range(told.repeat + 1):
            watched = number == 0
            spent, _ = pack(export, "rich", watched=watched)
            costs.setdefault("samekey pack", []).append(spent)
            expected = json.loads((folder / "rich.run/rounds/01/chunks/000001.json").read_bytes())[:SAME_USERS]
            for tool, command in commands.items():
                costs.setdefault(tool, []).append(cost(command, watched=watched))
                if tool != "floor_loop.py" and first_users(out, len(expected)) != expected:
                    raise SystemExit(f"{tool} made something else of the users")
        print(machine())
        print_costs({tool: quietest(each) for tool, each in costs.items()}, told.count, told.repeat)


def commands_for(folder: Path, export: Path, out: Path) -> Mapping[str, Sequence[str | Path]]:
    """What the others are told to do."""
    jq = shutil.which("jq")
    if jq is None:
        raise SystemExit("jq is not installed: apt-get install jq")
    environment = folder / "environment"
    venv.create(environment, with_pip=True)
    python = environment / "bin/python"
    subprocess.run([python, "-m", "pip", "install", "--quiet", "duckdb", "polars"], check=True)
    scripts = {}
    for tool, text in (("DuckDB", DUCKDB), ("Polars", POLARS)):
        scripts[tool] = folder / f"with_{tool.lower()}.py"
        scripts[tool].write_text(text, encoding="utf-8")
    return {
        "floor_loop.py": [sys.executable, HERE / "floor_loop.py", export, out],
        "jq": ["sh", "-c", '"$0" -c "$1" "$2" > "$3"', jq, JQ, export, out],
        **{tool: [python, script, export, out] for tool, script in scripts.items()},
    }


def first_users(out: Path, count: int) -> list[Any]:
    """The first users that a tool wrote."""
    with out.open(encoding="utf-8") as lines:
        return [json.loads(line) for line in islice(lines, count)]


def print_costs(costs: Mapping[str, Cost], count: int, repeat: int) -> None:
    """A line each."""
    print(f"\n{count:,} rich records; the quietest of {repeat}")
    for tool, spent in costs.items():
        print(f"  {tool:15} {spent.shown()}")


if __name__ == "__main__":
    main()
