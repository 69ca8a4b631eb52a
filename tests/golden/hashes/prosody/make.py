"""Accounts of Prosody, with and without hashes. Debian: `apt-get install prosody`; `python make.py > vectors.jsonl`.

No server runs: prosodyctl writes into a folder of its own.
"""

import json
import re
import subprocess
import sys
import tempfile
from pathlib import Path

PASSWORDS = ("samekey-dev-1", "Åse-2 🐟")
told = subprocess.run(
    ["dpkg-query", "-W", "-f", "${Package} ${Version}", "prosody"], capture_output=True, text=True, check=True
)


def account(kind: str, password: str) -> dict[str, str | int]:
    """The fields of one account, under one of Prosody's ways of storing."""
    with tempfile.TemporaryDirectory() as folder:
        config = Path(folder) / "prosody.cfg.lua"
        config.write_text(
            f'data_path = "{folder}"; pidfile = "{folder}/pid"; authentication = "{kind}"; run_as_root = true\n'
            'log = { error = "*console" }; VirtualHost "example.test"\n'
        )
        command = ["prosodyctl", "--root", "--config", str(config), "register", "jo", "example.test", password]
        subprocess.run(command, capture_output=True, check=True)
        text = (Path(folder) / "example%2etest/accounts/jo.dat").read_text(encoding="utf-8")
    fields = re.findall(r'\["(\w+)"\] = (?:"(.*)"|(\d+));', text)
    return {name: int(number) if number else unescaped(word) for name, word, number in fields}


def unescaped(word: str) -> str:
    """A text as Lua means it: bytes outside ASCII are written as three decimal digits."""
    return re.sub(rb"\\(\d{3})", lambda found: bytes([int(found[1])]), word.encode()).decode()


def tell(name: str, stored: object, password: str, **more: bool) -> None:
    """One line."""
    line = {"format": name, "stored": stored, "password": password, "source": told.stdout} | more
    sys.stdout.write(json.dumps(line, ensure_ascii=False) + "\n")


for made in PASSWORDS:
    tell("scram", account("internal_hashed", made), made)
    tell("plain", account("internal_plain", made)["password"], made, by_word_only=True)
