"""What Auth0's schema refuses in a payload, whatever the algorithm."""

from typing import Any

import pytest

from samekey.hashes import auth0_check, auth0_shape, payload_rules

GOOD: dict[str, Any] = {"algorithm": "sha1", "hash": {"value": "R2OU6IXSJqczqR5NVTJUgoicVVw=", "encoding": "base64"}}
"""The worked record of SHA-1: none of the parts below matters to it."""

REFUSED: list[tuple[dict[str, Any], str]] = [
    ({"iterations": 1}, "unknown-key"),
    ({"keylen": None}, "bad-number"),
    ({"keylen": 0}, "bad-number"),
    ({"blockSize": True}, "bad-number"),
    ({"parallelization": "1"}, "bad-number"),
    ({"cost": 1}, "bad-number"),
    ({"cost": 8000}, "bad-number"),
    ({"password": None}, "wrong-type"),
    ({"password": {"encoding": "utf-8"}}, "unknown-password-encoding"),
    ({"salt": None}, "wrong-type"),
    ({"salt": {}}, "missing-value"),
    ({"salt": {"value": 5}}, "wrong-type"),
    ({"salt": {"value": "", "encoding": None}}, "unknown-encoding"),
    ({"salt": {"value": "", "position": "middle"}}, "unknown-position"),
    ({"hash": GOOD["hash"] | {"digest": "sha3"}}, "unknown-digest"),
    ({"hash": GOOD["hash"] | {"key": "key"}}, "wrong-type"),
    ({"hash": GOOD["hash"] | {"key": {}}}, "missing-value"),
    ({"hash": GOOD["hash"] | {"key": {"value": "", "encoding": "utf16"}}}, "unknown-encoding"),
]


class TestShape:
    """Keys, types and choices."""

    def test_has_nothing_against_a_worked_record(self) -> None:
        """A documented record passes."""
        assert auth0_shape.refusal(GOOD) is None

    @pytest.mark.parametrize(("change", "word"), REFUSED, ids=[f"{next(iter(c))}-{w}" for c, w in REFUSED])
    def test_names_what_the_schema_refuses(self, change: dict[str, Any], word: str) -> None:
        """A part that the algorithm does not look at is refused all the same, and the password no longer opens it."""
        assert word == auth0_shape.refusal(GOOD | change)
        assert auth0_check.Checked(match=False, error=word) == auth0_check.check(
            GOOD | change, password="Kestrel-41:river"
        )
        assert word in payload_rules.FAULTS
