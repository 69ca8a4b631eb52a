"""Copies of the whole store, to go back to."""

import re
from pathlib import Path

from samekey.rehearsal.store import Store

_NAME = re.compile(r"[A-Za-z0-9_-]{1,64}")


def is_name(text: str) -> bool:
    """Whether a snapshot may be called so."""
    return _NAME.fullmatch(text) is not None


def path_of(store: Store, name: str) -> Path:
    """Where a snapshot lies: beside the store."""
    return store.path.with_name(f"{store.path.name}.snapshot-{name}")


def take(store: Store, name: str) -> None:
    """Copy everything as it is now; a snapshot of the same name is replaced."""
    path = path_of(store, name)
    path.unlink(missing_ok=True)
    store.copy_to(path)


def restore(store: Store, name: str) -> bool:
    """Make everything as it was.

    Returns:
        False when there is no such snapshot.

    """
    path = path_of(store, name)
    if not path.exists():
        return False
    store.copy_from(path)
    return True
