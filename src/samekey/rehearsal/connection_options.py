"""Options of a database connection."""

from typing import Any


def classic() -> dict[str, Any]:
    """Options of a new tenant's own connection, as recorded."""
    return {
        "mfa": {"active": True, "return_enroll_settings": True},
        "import_mode": False,
        "passwordPolicy": "good",
        "brute_force_protection": True,
        "enabledDatabaseCustomization": False,
        "requires_username": False,
        "validation": {"username": {"min": 1, "max": 15}},
    }
