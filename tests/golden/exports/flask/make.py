"""Writes `users.csv`: a user table of a Flask application, its passwords by Werkzeug itself."""

import argparse
import csv
from pathlib import Path

from werkzeug.security import generate_password_hash

parser = argparse.ArgumentParser(description=__doc__)
parser.add_argument("output", type=Path)

with parser.parse_args().output.open("w", encoding="utf-8", newline="") as stream:
    writer = csv.writer(stream)
    writer.writerow(["id", "email", "active", "confirmed_at", "password_hash"])
    for number, (name, method) in enumerate((("ann", "scrypt"), ("ben", "pbkdf2:sha256:1000")), start=1):
        password = f"{name.title()} likes tea 1"
        confirmed = "2024-05-01 10:00:00" if number == 1 else ""
        writer.writerow(
            [number, f"{name}@example.test", int(number == 1), confirmed, generate_password_hash(password, method)]
        )
