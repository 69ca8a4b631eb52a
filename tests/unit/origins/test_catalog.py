"""Origins are data that cannot go wrong quietly, and evidence is weighed as it says."""

import re
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from samekey import lookup
from samekey.errors import UsageError
from samekey.hashes import conversion, registry
from samekey.origins import catalog

ORIGINS = list(catalog.origins())
PARTS = {
    "email", "username", "phone_number", "user_id", "given_name", "family_name", "name", "nickname", "picture",
    "email_verified", "phone_verified", "blocked", "active", "inactive", "password", "salt",
}  # fmt: skip


class TestFiles:
    @pytest.mark.parametrize("name", ORIGINS)
    def test_name_parts_formats_and_patterns_that_exist(self, name: str) -> None:
        """A slip of the pen in a TOML file is found here."""
        origin = catalog.origin(name)
        assert set() == origin.fields.keys() - PARTS
        assert set() == set(origin.password.formats) - registry.FORMATS.keys()
        assert origin.needs.keys() == origin.user.keys()
        for evidence in origin.evidence:
            assert evidence.weight > 0
            assert evidence.why
            assert bool(evidence.fields) != bool(evidence.field)
            assert evidence.pattern == re.compile(evidence.pattern).pattern

    @pytest.mark.parametrize("name", sorted(set(ORIGINS) - {catalog.GENERIC}))
    def test_can_be_recognised_at_all(self, name: str) -> None:
        """All evidence together is enough."""
        assert sum(evidence.weight for evidence in catalog.origin(name).evidence) >= catalog.ENOUGH


class TestOrigin:
    def test_knows_no_other(self) -> None:
        """And says which was meant."""
        with pytest.raises(UsageError, match="no origin djangoo") as caught:
            catalog.origin("djangoo")
        assert "django" in caught.value.remedy


class TestRecognise:
    def test_says_why(self) -> None:
        """Every piece of evidence, in words."""
        found = catalog.recognise(
            [{"is_staff": 1, "is_superuser": 0, "date_joined": "", "password": "argon2$argon2id$"}]
        )
        assert ("django", 9, 2) == (found.name, found.weight, len(found.why))

    @pytest.mark.parametrize(
        "sample",
        [
            pytest.param([], id="no records"),
            pytest.param([{"email": "ann@example.test", "hash": "x"}], id="nothing speaks"),
            pytest.param([{"username": "ann", "password": "x", "enabled": True}], id="too little speaks"),
            pytest.param(
                [
                    {
                        "email_verified_at": "",
                        "remember_token": "",
                        "username_clean": "",
                        "user_password": "",
                        "user_email": "",
                    }
                ],
                id="two speak alike",
            ),
        ],
    )
    def test_is_generic_where_nothing_decides(self, sample: list[dict[str, Any]]) -> None:
        """A wrong origin would be worse than none."""
        assert catalog.GENERIC == catalog.recognise(sample).name

    def test_counts_values_that_match_by_half(self) -> None:
        """A few odd values do not hide what the rest says."""
        values = ["scrypt:32768:8:1$a$b", "scrypt:32768:8:1$a$b", "odd", "", None]
        assert "flask" == catalog.recognise([{"password_hash": value} for value in values]).name

    @given(
        st.lists(
            st.dictionaries(st.text(), st.none() | st.integers() | st.text() | st.dictionaries(st.text(), st.text()))
        )
    )
    def test_stands_anything(self, sample: list[dict[str, Any]]) -> None:
        """Whatever the records hold, there is an answer with a reason."""
        found = catalog.recognise(sample)
        assert found.name in ORIGINS
        assert found.why


class TestKeycloak:
    @pytest.mark.parametrize(
        "credential",
        [
            pytest.param(
                {
                    "secretData": '{"value": "QUFBQUFBQUFBQUFBQUFBQQ==", "salt": "c2FsdA=="}',
                    "credentialData": '{"hashIterations": 27500, "algorithm": "pbkdf2-sha256"}',
                },
                id="since Keycloak 8",
            ),
            pytest.param(
                {
                    "hashedSaltedValue": "QUFBQUFBQUFBQUFBQUFBQQ==",
                    "salt": "c2FsdA==",
                    "hashIterations": 27500,
                    "algorithm": "pbkdf2-sha256",
                },
                id="before",
            ),
        ],
    )
    def test_knows_both_forms_of_a_credential(self, credential: dict[str, Any]) -> None:
        """They are one password."""
        record = {"credentials": [{"type": "totp"}, {"type": "password", **credential}]}
        stored = catalog.origin("keycloak").password.stored
        converted = conversion.convert({name: lookup.finder(path)(record) for name, path in stored.items()})
        assert ["keycloak"] == list(converted.candidates)
        assert converted.custom_password_hash == {
            "algorithm": "pbkdf2",
            "hash": {
                "value": "$pbkdf2-sha256$i=27500,l=16$c2FsdA$QUFBQUFBQUFBQUFBQUFBQQ",
                "encoding": "utf8",
            },
        }
