"""Write a deterministic user export. Usage: make_users.py COUNT article|rich OUT"""

import hashlib
import random
import sys
from collections.abc import Iterator
from pathlib import Path

import orjson

FIRST = ["james", "mary", "john", "linda", "robert", "susan", "wei", "fatima", "olga", "ngozi", "priya", "sven"]


def users(count: int, *, rich: bool) -> Iterator[bytes]:
    """Records as JSON: two fields as in the article, or nine."""
    pick = random.Random(7).choice
    for number in range(count):
        first = pick(FIRST)
        user: dict[str, object] = {
            "username": f"{first}.{number}@example{number % 50}.com",
            "hash": hashlib.sha1(b"%d" % number).hexdigest().upper(),
        }
        if rich:
            user |= {
                "id": number,
                "first_name": first.title(),
                "last_name": f"Doe{number % 1000}",
                "email_confirmed": bool(number & 1),
                "tenant": f"t{number % 40}",
                "created": "2020-01-01T00:00:00Z",
                "roles": ["a", "b"],
            }
        yield orjson.dumps(user)


def main() -> None:
    """An array in the article's form, or one rich record a line."""
    count, kind, out = int(sys.argv[1]), sys.argv[2], Path(sys.argv[3])
    with out.open("wb") as file:
        if kind == "article":
            file.write(b"[")
            file.writelines((b",\n" if number else b"") + line for number, line in enumerate(users(count, rich=False)))
            file.write(b"]\n")
        else:
            file.writelines(line + b"\n" for line in users(count, rich=True))


if __name__ == "__main__":
    main()
