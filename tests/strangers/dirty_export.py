"""A large export as real ones are: nulls, fields that are not there, repeated and impossible addresses, old hashes."""

import hashlib
import json
import random
from pathlib import Path
from typing import Any

import bcrypt

FIRST = ("Ann", "Björn", "chloé", "DMITRI", "Eve", "", None)
NOT_ADDRESSES = (
    "nobody",
    "a@",
    "@b.test",
    "a b@c.test",
    "ann@localhost",
    "jürgen@b.test",
    "x" * 65 + "@b.test",
    "a..b@c.test",
)


def write(path: Path, count: int) -> None:
    """Write an export, a record a line, always the same.

    Args:
        path: the file.
        count: how many records.

    """
    chance = random.Random(11)
    passwords = _passwords()
    with path.open("w", encoding="utf-8") as file:
        for number in range(count):
            file.write(json.dumps(_record(number, chance, passwords), ensure_ascii=False) + "\n")


def _record(number: int, chance: random.Random, passwords: list[str]) -> dict[str, Any]:
    record: dict[str, Any] = {"id": number if chance.random() > 0.01 else chance.randrange(number + 1)}
    draw = chance.random()
    if draw < 0.9:
        record["email"] = f"Person.{number}@Example{number % 50}.test"
    elif draw < 0.94:
        other = chance.randrange(number + 1)
        record["email"] = f"PERSON.{other}@example{other % 50}.TEST"
    elif draw < 0.97:
        record["email"] = chance.choice(NOT_ADDRESSES)
    elif draw < 0.99:
        record["email"] = chance.choice((None, ""))
    if chance.random() < 0.95:
        record["password"] = _password(number, chance, passwords)
    if chance.random() < 0.7:
        record["first_name"] = chance.choice(FIRST)
    record["profile"] = {"plan": chance.choice(("free", "pro")), "logins": chance.randrange(7)}
    if chance.random() < 0.8:
        day = f"{chance.randrange(2015, 2026)}-{chance.randrange(1, 13):02d}-{chance.randrange(1, 29):02d}"
        record["last_login"] = chance.choice((f"{day}T08:00:00Z", f"{day} 08:00:00", None))
    record["active"] = chance.choice((True, False, None))
    return record


def _password(number: int, chance: random.Random, passwords: list[str]) -> str | None:
    draw = chance.random()
    if draw < 0.5:
        return hashlib.sha1(b"%d" % number).hexdigest()
    if draw < 0.6:
        return hashlib.md5(b"%d" % number).hexdigest().upper()
    return chance.choice([*passwords, None, ""])


def _passwords() -> list[str]:
    """Of several systems; whose they are is no matter."""
    return [
        *(bcrypt.hashpw(b"correct horse", bcrypt.gensalt(cost)).decode() for cost in (4, 5)),
        "pbkdf2_sha256$260000$" + "a" * 22 + "$" + "B" * 43 + "=",
        "$6$saltsalt$" + "a" * 86,
        "$P$B" + "a" * 30,
        "!",
        "what is this",
    ]
