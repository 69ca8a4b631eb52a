"""Values made by Django itself. `pip install "django==4.2.*" argon2-cffi bcrypt` and `python make.py > vectors.jsonl`.

Django 4.2 is the last that still has the unsalted digests.
"""

import json
import sys

from django.conf import settings

settings.configure(
    PASSWORD_HASHERS=[
        "django.contrib.auth.hashers.PBKDF2PasswordHasher",
        "django.contrib.auth.hashers.PBKDF2SHA1PasswordHasher",
        "django.contrib.auth.hashers.Argon2PasswordHasher",
        "django.contrib.auth.hashers.BCryptPasswordHasher",
        "django.contrib.auth.hashers.BCryptSHA256PasswordHasher",
        "django.contrib.auth.hashers.ScryptPasswordHasher",
        "django.contrib.auth.hashers.MD5PasswordHasher",
        "django.contrib.auth.hashers.SHA1PasswordHasher",
        "django.contrib.auth.hashers.UnsaltedMD5PasswordHasher",
        "django.contrib.auth.hashers.UnsaltedSHA1PasswordHasher",
    ]
)

import django  # noqa: E402
from django.contrib.auth import hashers  # noqa: E402

NAMES = {
    "pbkdf2_sha256": "django_pbkdf2_sha256", "pbkdf2_sha1": "django_pbkdf2_sha1", "argon2": "django_argon2",
    "bcrypt": "django_bcrypt", "bcrypt_sha256": "django_bcrypt_sha256", "scrypt": "django_scrypt", "md5": "django_md5",
    "sha1": "django_sha1", "unsalted_md5": "raw_md5", "unsalted_sha1": "django_unsalted_sha1",
}  # fmt: skip
PASSWORDS = ("samekey-dev-1", "sådan 🐟 går det", "p" * 72)

for hasher in hashers.get_hashers():
    if hasattr(hasher, "iterations"):
        hasher.iterations = 2000
    if hasattr(hasher, "rounds"):
        hasher.rounds = 5
    for password in PASSWORDS:
        unsalted = hasher.algorithm.startswith("unsalted")
        value = hasher.encode(password, "" if unsalted else hasher.salt())
        line = {"format": NAMES[hasher.algorithm], "stored": value, "password": password}
        line["source"] = f"Django {django.__version__}"
        sys.stdout.write(json.dumps(line) + "\n")
line = {"format": "django_unusable", "stored": hashers.make_password(None), "password": None}
sys.stdout.write(json.dumps({**line, "source": f"Django {django.__version__}"}) + "\n")
