"""What a database connection asks of the users that are imported into it, read from its options.

Source: "Require a username" for classic connections; "Flexible identifiers and attributes" for those with `attributes`
(Auth0 documentation tree of 20 August 2026, read on 2026-11-23). The switch "required on profile" is enforced at bulk
import; that a user needs at least one active identifier is inferred.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from samekey.auth0 import limits
from samekey.deliver.packed_identifiers import NAMES


@dataclass(frozen=True)
class ConnectionRules:
    """What every user must have."""

    required: tuple[str, ...]
    """Of email, username and phone_number."""
    identifying: tuple[str, ...]
    """What people log in with; a user needs one of them."""
    username_chars_min: int
    username_chars_max: int

    @classmethod
    def of(cls, options: Mapping[str, Any]) -> "ConnectionRules":
        """Read the options of a connection; what is not there is as Auth0 sets it up."""
        attributes = _object(options, "attributes")
        shortest, longest = _username_chars(options, _object(attributes, "username"))
        if not attributes:
            always: tuple[str, ...] = ("email", "username") if options.get("requires_username") else ("email",)
            return cls(always, ("email", "username"), shortest, longest)
        required = tuple(name for name in NAMES if _object(attributes, name).get("profile_required"))
        identifying = tuple(name for name in NAMES if _object(_object(attributes, name), "identifier").get("active"))
        return cls(required, identifying, shortest, longest)


def _username_chars(options: Mapping[str, Any], attribute: Mapping[str, Any]) -> tuple[int, int]:
    classic, flexible = _object(_object(options, "validation"), "username"), _object(attribute, "validation")
    shortest = flexible.get("min_length", classic.get("min"))
    longest = flexible.get("max_length", classic.get("max"))
    return (
        shortest if isinstance(shortest, int) else 1,
        longest if isinstance(longest, int) else limits.USERNAME_CHARS_DEFAULT_MAX,
    )


def _object(options: Mapping[str, Any], name: str) -> Mapping[str, Any]:
    """A setting that is an object; empty where it is not there."""
    value = options.get(name)
    return value if isinstance(value, dict) else {}
