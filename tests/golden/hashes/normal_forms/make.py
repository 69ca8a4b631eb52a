# The package that it calls is not installed here.
# mypy: ignore-errors
"""Values by Synapse of passwords that its Unicode form NFKC changes; `normalised` is what it hashed.

`pip install matrix-synapse`; `python make.py > vectors.jsonl`, and `node make.mjs >> vectors.jsonl` beside it.
"""

import importlib.metadata
import json
import subprocess
import sys
import tempfile
import unicodedata
from pathlib import Path

PEPPER = "a pepper of the site"
PASSWORDS = (
    "A\u030ase-2",
    "\ufb01sh \u2460 \u212b",
)  # a letter in two parts; a ligature, a circled digit, a unit's letter


def synapse(password: str) -> str:
    """What Synapse's own command prints for a server with a pepper."""
    with tempfile.TemporaryDirectory() as folder:
        config = Path(folder) / "homeserver.yaml"
        config.write_text(json.dumps({"bcrypt_rounds": 5, "password_config": {"pepper": PEPPER}}))
        command = [str(Path(sys.executable).with_name("hash_password")), "-c", str(config)]
        done = subprocess.run(command, input=password + "\n", capture_output=True, text=True, check=True)
    return done.stdout.strip()


for made in PASSWORDS:
    line = {"format": "synapse_bcrypt_pepper", "stored": {"hash": synapse(made), "pepper": PEPPER}, "password": made,
            "normalised": unicodedata.normalize("NFKC", made),
            "source": f"matrix-synapse {importlib.metadata.version('matrix-synapse')}"}  # fmt: skip
    sys.stdout.write(json.dumps(line) + "\n")
