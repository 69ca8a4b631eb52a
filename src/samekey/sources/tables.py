"""Which of several tables holds the people, by its name: for the sentence that asks for one."""

import re
from collections.abc import Iterable

_PEOPLE = (
    "user", "member", "account", "customer", "people", "person", "login", "benutzer", "mitglied", "kunde", "usuario",
)  # fmt: skip
_BESIDE = ("meta", "role", "group", "permission", "session", "token", "log", "history", "address", "order", "setting")
"""What stands in the names of tables about people that do not hold them."""


def likeliest(names: Iterable[str]) -> str:
    """The name of the table that most likely holds the people; the first where none of them speaks.

    Args:
        names: at least one, with or without a schema.

    """
    return min(names, key=_unlikeliness)


def _unlikeliness(name: str) -> tuple[bool, bool, int]:
    words = re.split(r"[^a-z]+", name.lower().rpartition(".")[2])
    people = any(people in word for word in words for people in _PEOPLE)
    beside = any(beside in word for word in words for beside in _BESIDE)
    return not people, beside, len(name) if people else 0
