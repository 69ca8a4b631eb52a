"""Writes `users.json` as Django itself does: users made by its own user model, dumped by its own `dumpdata`."""

import argparse
from pathlib import Path

import django
from django.conf import settings
from django.core.management import call_command

parser = argparse.ArgumentParser(description=__doc__)
parser.add_argument("output", type=Path)
output = parser.parse_args().output

settings.configure(
    INSTALLED_APPS=["django.contrib.contenttypes", "django.contrib.auth"],
    DATABASES={"default": {"ENGINE": "django.db.backends.sqlite3", "NAME": ":memory:"}},
    PASSWORD_HASHERS=[
        "django.contrib.auth.hashers.PBKDF2PasswordHasher",
        "django.contrib.auth.hashers.Argon2PasswordHasher",
        "django.contrib.auth.hashers.ScryptPasswordHasher",
    ],
    DEFAULT_AUTO_FIELD="django.db.models.BigAutoField",
)
django.setup()
call_command("migrate", verbosity=0)

from django.contrib.auth.hashers import make_password  # noqa: E402  # only once Django is set up
from django.contrib.auth.models import User  # noqa: E402

for name, hasher in (("Ann", "pbkdf2_sha256"), ("Ben", "argon2"), ("Cem", "scrypt")):
    User.objects.create(
        username=name.lower(),
        email=f"{name.lower()}@example.test",
        first_name=name,
        last_name="Lee",
        password=make_password(f"{name} likes tea 1", hasher=hasher),
        is_active=name != "Cem",
    )
call_command("dumpdata", "auth.user", output=str(output), indent=1)
