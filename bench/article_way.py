"""The conversion as one writes it first: everything in memory, indented JSON, one file. Usage: article_way.py IN OUT"""

import base64
import json
import sys
from pathlib import Path
from typing import Any


def to_auth0(user: dict[str, str]) -> dict[str, Any]:
    """One user in Auth0's shape."""
    return {
        "email": user["username"],
        "email_verified": False,
        "custom_password_hash": {
            "algorithm": "sha1",
            "hash": {"value": base64.b64encode(bytes.fromhex(user["hash"])).decode(), "encoding": "base64"},
        },
    }


with Path(sys.argv[1]).open(encoding="utf-8") as source:
    users = [to_auth0(user) for user in json.load(source)]
with Path(sys.argv[2]).open("w", encoding="utf-8") as target:
    target.write(json.dumps(users, indent=2))
