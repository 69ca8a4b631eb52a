"""Values made by Werkzeug itself. `pip install "werkzeug==2.3.*"` and `python make.py > vectors.jsonl`.

Werkzeug 2.3 is the last that still writes HMACs and plain text.
"""

import importlib.metadata
import json
import sys
import warnings

from werkzeug.security import generate_password_hash

warnings.simplefilter("ignore")
METHODS = {
    "werkzeug_pbkdf2": ("pbkdf2:sha256:2000", "pbkdf2:sha1:2000", "pbkdf2:sha512:2000"),
    "werkzeug_scrypt": ("scrypt:1024:8:1",),
    "werkzeug_hmac": ("md5", "sha1", "sha256", "sha512"),
    "werkzeug_plain": ("plain",),
}
for name, methods in METHODS.items():
    for method in methods:
        for password in ("samekey-dev-1", "sådan 🐟 går det"):
            value = generate_password_hash(password, method)
            line = {"format": name, "stored": value, "password": password}
            line["source"] = f"Werkzeug {importlib.metadata.version('werkzeug')}"
            sys.stdout.write(json.dumps(line) + "\n")
