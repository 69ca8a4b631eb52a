"""Drivers that are installed only where they are wanted."""

import contextlib
from collections.abc import Iterator

from samekey.errors import UsageError


@contextlib.contextmanager
def needed(extra: str, *, for_what: str) -> Iterator[None]:
    """Import a driver inside; a missing one becomes a sentence that says how to get it.

    Args:
        extra: the name of the extra in samekey's own metadata.
        for_what: what cannot be read without it, as the beginning of a sentence.

    Raises:
        UsageError: it is not installed.

    """
    try:
        yield
    except ImportError as cause:
        raise UsageError(
            f"{for_what} need a driver that is not installed.", remedy=f"Install it: pip install 'samekey[{extra}]'"
        ) from cause
