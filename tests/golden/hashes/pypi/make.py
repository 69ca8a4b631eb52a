# The packages that it calls are not installed here.
# mypy: ignore-errors
"""Values made by Flask-Security, Jupyter, web2py's validators, Galaxy and a Django project that wrapped its old hashes.

`pip install flask-security argon2-cffi bcrypt jupyter_server pydal django galaxy-util`; Galaxy's one module out of
`pip download --no-deps galaxy-data`, on PYTHONPATH; `python make.py > vectors.jsonl`.
"""

import hashlib
import importlib.metadata
import importlib.util
import json
import os
import sys
import warnings
from pathlib import Path

warnings.simplefilter("ignore")

import django  # noqa: E402
import flask  # noqa: E402
import flask_security  # noqa: E402
import jupyter_server.auth.security  # noqa: E402
from django.conf import settings  # noqa: E402
from django.contrib.auth import hashers  # noqa: E402
from flask_security.datastore import UserDatastore  # noqa: E402
from pydal.validators import CRYPT  # noqa: E402


class User(flask_security.UserMixin):
    """Nobody is stored."""

    fs_uniquifier = ""


class Role(flask_security.RoleMixin):
    """Nothing is allowed."""


PASSWORDS = ("samekey-dev-1", "Åse-2 🐟")


def tell(name: str, stored: object, password: str, package: str, **more: bool) -> None:
    """One line."""
    line = {"format": name, "stored": stored, "password": password}
    line["source"] = f"{package} {importlib.metadata.version(package)}"
    sys.stdout.write(json.dumps(line | more, ensure_ascii=False) + "\n")


def security() -> None:
    """Flask-Security's double hashing, under every slow hash that it offers."""
    for scheme in ("argon2", "bcrypt", "pbkdf2_sha512"):
        app = flask.Flask("made")
        app.config.update(
            SECRET_KEY="made", SECURITY_PASSWORD_SALT="a pepper of the site", SECURITY_PASSWORD_HASH=scheme,
            SECURITY_PASSWORD_HASH_PASSLIB_OPTIONS={"bcrypt__rounds": 5, "pbkdf2_sha512__rounds": 1000,
                                                    "argon2__memory_cost": 1024},
        )  # fmt: skip
        flask_security.Security(app, UserDatastore(User, Role), register_blueprint=False)
        with app.app_context():
            for password in PASSWORDS:
                stored = {"hash": flask_security.hash_password(password), "pepper": "a pepper of the site"}
                tell("flask_security_double", stored, password, "flask-security")


def galaxy() -> None:
    """Galaxy's module by itself, since the whole of Galaxy asks for a hundred packages."""
    path = next(Path(folder) / "galaxy/security/passwords.py" for folder in os.environ["PYTHONPATH"].split(":"))
    described = importlib.util.spec_from_file_location("passwords", path)
    module = importlib.util.module_from_spec(described)
    described.loader.exec_module(module)
    for password in PASSWORDS:
        line = {"format": "galaxy", "stored": module.hash_password_PBKDF2(password), "password": password}
        sys.stdout.write(json.dumps(line | {"source": "galaxy-data 26.1.2"}, ensure_ascii=False) + "\n")


class Wrapped(hashers.PBKDF2PasswordHasher):
    """As Django's documentation shows it: "Password upgrading without requiring a login"."""

    inner = "sha1"
    iterations = 1000

    @property
    def algorithm(self) -> str:
        """The project's own name."""
        return f"pbkdf2_wrapped_{self.inner}"

    def encode(self, password: str, salt: str) -> str:
        """PBKDF2 over the older hash."""
        old = hashlib.new(self.inner, (salt + password).encode()).hexdigest()
        return super().encode(old, salt, 1000)


class WrappedMD5(Wrapped):
    """The same over MD5."""

    inner = "md5"


settings.configure()
django.setup()
security()
galaxy()
for password in PASSWORDS:
    tell("jupyter", jupyter_server.auth.security.passwd(password, "sha1"), password, "jupyter_server")
    tell("jupyter", jupyter_server.auth.security.passwd(password), password, "jupyter_server")
    for algorithm in ("pbkdf2(1000,20,sha512)", "pbkdf2(500,32,sha256)"):
        tell("web2py", str(CRYPT(digest_alg=algorithm)(password)[0]), password, "pydal")
    for wrapped in (Wrapped(), WrappedMD5()):
        tell(f"django_wrapped_{wrapped.inner}", wrapped.encode(password, "Na23Cl"), password, "Django")
