"""Make the example: 100 invented people with common passwords, in the form of a plain SHA-1 user table.

Usage: python examples/article/make.py

Writes `users.json` (what a team would export) and `known-logins.csv` (what only the people themselves know) beside this
script. The passwords are the 100 likeliest of zxcvbn's published frequency list that are at least six characters long;
names are from its census lists; addresses end in example.org, which is nobody's. The same every time.
"""

import csv
import hashlib
import json
import os
from pathlib import Path

from zxcvbn.frequency_lists import FREQUENCY_LISTS

HERE = Path(__file__).parent
PEOPLE = 100
PASSWORD_CHARS_MIN = 6


def people() -> list[tuple[str, str]]:
    """Login name and password of each person."""
    passwords = [word for word in FREQUENCY_LISTS["passwords"] if len(word) >= PASSWORD_CHARS_MIN][:PEOPLE]
    first_names = FREQUENCY_LISTS["female_names"][: PEOPLE // 2] + FREQUENCY_LISTS["male_names"][: PEOPLE // 2]
    surnames = FREQUENCY_LISTS["surnames"][:PEOPLE]
    names = [f"{first}.{last}@example.org" for first, last in zip(first_names, reversed(surnames), strict=True)]
    return list(zip(names, passwords, strict=True))


def main() -> None:
    """Write both files."""
    everybody = people()
    users = [
        {"username": name, "hash": hashlib.sha1(password.encode()).hexdigest().upper()} for name, password in everybody
    ]
    (HERE / "users.json").write_text(json.dumps(users, indent=2) + "\n", encoding="utf-8")
    descriptor = os.open(HERE / "known-logins.csv", os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with os.fdopen(descriptor, "w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(("username", "password"))
        writer.writerows(everybody)


if __name__ == "__main__":
    main()
