"""`samekey pack` as a command to measure, with rules for the two exports of `make_users.py`."""

import json
import shutil
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from measuring import Cost, cost

CHUNK_BYTES = 500_000
RULES = {
    "rich": """
[user]
key = "id"
email = "username"
email_verified = "email_confirmed"
user_id = "id"
given_name = "first_name"
family_name = "last_name"
app_metadata = { tenant = "tenant", created = "created", roles = "roles" }
[password]
stored = "hash"
format = "raw_sha1"
""",
    "article": """
[user]
email = "username"
email_verified = { value = false }
[password]
stored = "hash"
format = "raw_sha1"
""",
}


def pack(export: Path, kind: str, workers: int = 0, *, watched: bool = True) -> tuple[Cost, dict[str, Any]]:
    """What packing an export costs, and the manifest; the round is gone afterwards."""
    rules, run = export.with_name(f"{kind}.toml"), export.with_name(f"{kind}.run")
    rules.write_text(RULES[kind], encoding="utf-8")
    shutil.rmtree(run, ignore_errors=True)
    command: list[str | Path] = [sys.executable, "-m", "samekey", "pack", export, "--rules", rules, "--run", run]
    spent = cost([*command, "--workers", str(workers), "--json"], watched=watched)
    manifest: dict[str, Any] = json.loads((run / "rounds/01/manifest.json").read_bytes())
    return spent, manifest


def fill(chunks: Sequence[dict[str, int]]) -> float:
    """How full chunks are on average, the last one aside."""
    whole = chunks[:-1] or chunks
    return sum(chunk["size_bytes"] for chunk in whole) / len(whole) / CHUNK_BYTES
