"""What a connection asks of its users."""

from typing import Any

import pytest

from samekey.deliver.connection_rules import ConnectionRules

BOTH = ("email", "username")
RULES: dict[str, tuple[dict[str, Any], ConnectionRules]] = {
    "no settings": ({}, ConnectionRules(("email",), BOTH, 1, 15)),
    "classic": ({"validation": {"username": {"min": 3, "max": 40}}}, ConnectionRules(("email",), BOTH, 3, 40)),
    "classic with username": ({"requires_username": True}, ConnectionRules(BOTH, BOTH, 1, 15)),
    "validation switched off": ({"validation": None}, ConnectionRules(("email",), BOTH, 1, 15)),
    "flexible": (
        {
            "requires_username": True,
            "attributes": {
                "email": {"identifier": {"active": True}, "profile_required": True},
                "phone_number": {"identifier": {"active": True}},
                "username": {"validation": {"min_length": 2, "max_length": 64}},
            },
        },
        ConnectionRules(("email",), ("email", "phone_number"), 2, 64),
    ),
}


class TestConnectionRules:
    @pytest.mark.parametrize(("options", "expected"), RULES.values(), ids=RULES.keys())
    def test_are_read_from_the_options(self, options: dict[str, Any], expected: ConnectionRules) -> None:
        """Classic options and attributes are both understood; what is not there is as Auth0 sets it up."""
        assert expected == ConnectionRules.of(options)
