"""samekey moves your users to Auth0 with the passwords they already have, and lets you rehearse first.

What programs may rely on: `identify`, `convert`, `check` and `solve` here, and the steps of a migration in
`samekey.steps`. They load when they are first used, so that the command line answers at once.
"""

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from samekey.hashes.auth0_check import check
    from samekey.hashes.conversion import convert
    from samekey.hashes.registry import identify
    from samekey.hashes.solver import solve

__version__ = "0.1.0"

__all__ = ["__version__", "check", "convert", "identify", "solve"]

_HOMES = {
    "check": "samekey.hashes.auth0_check",
    "convert": "samekey.hashes.conversion",
    "identify": "samekey.hashes.registry",
    "solve": "samekey.hashes.solver",
}


def __getattr__(name: str) -> Any:
    """Load a public name from the module that holds it."""
    if name not in _HOMES:
        raise AttributeError(f"module 'samekey' has no attribute {name!r}")
    return getattr(import_module(_HOMES[name]), name)


def __dir__() -> list[str]:
    return __all__
