"""The steps of a migration, one function each. START READING HERE.

    source ──survey──▶ findings ──draft──▶ rules ──pack──▶ run folder ──deliver──▶ tenant ──verify──▶ report

A step reads a folder and writes a folder. Kill the process anywhere and call the step again: it looks and continues.
Commands are thin wrappers around these functions, and programs call them the same way. Each stands at the top of a
module of its own, what it is made of below it, and loads when it is first used: packing waits for no HTTP library.
"""

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from samekey.steps.delivering import deliver, look_before
    from samekey.steps.looking import draft, prove, survey, survey_page
    from samekey.steps.packing import pack
    from samekey.steps.purging import STAYS, Purged, purge
    from samekey.steps.reporting import report, runbook
    from samekey.steps.retrying import retry
    from samekey.steps.verifying import SAMPLE_USERS, Verified, verify

_HOMES = {
    "SAMPLE_USERS": "verifying",
    "STAYS": "purging",
    "Purged": "purging",
    "Verified": "verifying",
    "deliver": "delivering",
    "draft": "looking",
    "look_before": "delivering",
    "pack": "packing",
    "prove": "looking",
    "purge": "purging",
    "report": "reporting",
    "retry": "retrying",
    "runbook": "reporting",
    "survey": "looking",
    "survey_page": "looking",
    "verify": "verifying",
}

__all__ = [
    "SAMPLE_USERS", "STAYS", "Purged", "Verified", "deliver", "draft", "look_before", "pack", "prove", "purge",
    "report", "retry", "runbook", "survey", "survey_page", "verify",
]  # fmt: skip


def __getattr__(name: str) -> Any:
    """Load a step from the module that holds it."""
    if name not in _HOMES:
        raise AttributeError(f"module 'samekey.steps' has no attribute {name!r}")
    return getattr(import_module(f"samekey.steps.{_HOMES[name]}"), name)


def __dir__() -> list[str]:
    return __all__
