# The packages that it calls are not installed here.
# mypy: ignore-errors
"""Values made by Synapse, Home Assistant, Django's oldest hashes, MongoDB's driver and a port of defuse's PBKDF2.

`pip install matrix-synapse "django==4.2.*" pymongo password-hashing-python`; `pip install --no-deps homeassistant` and
what its import asks for; `python make.py > vectors.jsonl`.
"""

import importlib.metadata
import json
import subprocess
import sys
import tempfile
import warnings
from pathlib import Path

warnings.simplefilter("ignore")

import bcrypt  # noqa: E402
from django.conf import settings  # noqa: E402
from django.contrib.auth import hashers  # noqa: E402
from homeassistant.auth.providers import homeassistant  # noqa: E402
from password_hashing import passwordhash  # noqa: E402
from pymongo import auth_shared  # noqa: E402

settings.configure(
    PASSWORD_HASHERS=[
        f"django.contrib.auth.hashers.{name}PasswordHasher" for name in ("PBKDF2", "UnsaltedMD5", "Crypt")
    ]
)
PASSWORDS = ("samekey-dev-1", "Åse-2 🐟")
PEPPER = "a pepper of the site"
GENSALT = bcrypt.gensalt


def tell(name: str, stored: object, password: str, package: str) -> None:
    """One line."""
    line = {"format": name, "stored": stored, "password": password}
    line["source"] = f"{package} {importlib.metadata.version(package)}"
    sys.stdout.write(json.dumps(line, ensure_ascii=False) + "\n")


def synapse(password: str) -> str:
    """What Synapse's own command prints for a server with a pepper."""
    with tempfile.TemporaryDirectory() as folder:
        config = Path(folder) / "homeserver.yaml"
        config.write_text(json.dumps({"bcrypt_rounds": 5, "password_config": {"pepper": PEPPER}}))
        command = [str(Path(sys.executable).with_name("hash_password")), "-c", str(config)]
        done = subprocess.run(command, input=password + "\n", capture_output=True, text=True, check=True)
    return done.stdout.strip()


bcrypt.gensalt = lambda **_: GENSALT(5)  # Home Assistant asks for 12, which a test would wait for
for made in PASSWORDS:
    tell("synapse_bcrypt_pepper", {"hash": synapse(made), "pepper": PEPPER}, made, "matrix-synapse")
    stored = homeassistant.Data.hash_password(None, made, for_storage=True).decode()
    tell("home_assistant", stored, made, "homeassistant")
    unsalted = "md5$$" + hashers.UnsaltedMD5PasswordHasher().encode(made, "")  # as Django wrote it before 1.4
    if not hashers.check_password(made, unsalted):
        raise ValueError(unsalted)
    tell("django_unsalted_md5", unsalted, made, "django")
    tell("mongodb_cr", {"hash": auth_shared._password_digest("jo", made), "username": "jo"}, made, "pymongo")
    for digest in ("sha1", "sha256"):
        stored = passwordhash.create_hash(made, algorithm=digest).decode()
        tell("pbkdf2_fields_text", stored, made, "password-hashing-python")
crypt = hashers.CryptPasswordHasher()
tell("django_crypt", crypt.encode("samekey-", crypt.salt()), "samekey-", "django")
