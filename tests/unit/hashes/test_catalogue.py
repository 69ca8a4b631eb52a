"""Every format against values made by other people's software."""

from typing import Any

import pytest

from samekey.hashes import auth0_check, conversion, legacy, legacy_system, payload_rules, registry, to_auth0
from tests.unit.hashes import golden

MADE = [
    line | {"name": f"{path.parent.name}-{line['format']}"}
    for path in sorted(golden.FOLDER.glob("*/vectors.jsonl"))
    for line in golden.lines(f"{path.parent.name}/vectors.jsonl")
]


def evaluated(line: dict[str, Any]) -> bool:
    """Whether the legacy reading evaluates the value here; some schemes are evaluated by the system's libcrypt."""
    if line["password"] is None:
        return False
    return line["format"] not in legacy_system.SCHEMES or legacy_system.has(line["format"])


class TestMadeByOthers:
    """Values by Django, Werkzeug, passlib, Roundup, Zope, slappasswd and npm packages."""

    @pytest.mark.parametrize("line", MADE, ids=golden.label)
    def test_are_recognised(self, line: dict[str, Any]) -> None:
        """The format is among the candidates without a word about it; some only a word or a proof tells from bcrypt."""
        assert line.get("by_word_only") or line["format"] in conversion.convert(line["stored"]).candidates

    @pytest.mark.parametrize(
        "line",
        [line for line in MADE if registry.FORMATS[line["format"]].certainty == "exact" and "by_word_only" not in line],
        ids=golden.label,
    )
    def test_are_called_by_their_name_where_they_describe_themselves(self, line: dict[str, Any]) -> None:
        """Before any other; what two products write alike may have the other's name and becomes the same."""
        converted = conversion.convert(line["stored"])
        named = conversion.convert(line["stored"], format=line["format"])
        alike = named.custom_password_hash is not None and named.custom_password_hash == converted.custom_password_hash
        assert alike or converted.format == line["format"]

    @pytest.mark.parametrize("line", MADE, ids=golden.label)
    def test_are_carried_or_refused_with_a_reason(self, line: dict[str, Any]) -> None:
        """A payload logs in with the password and no other; a refusal has its reason.

        Auth0 takes a password as typed, so that where a line says `normalised` only its normal form logs in.
        """
        converted = conversion.convert(line["stored"], format=line["format"])
        if converted.custom_password_hash is None:
            assert converted.reason in to_auth0.REFUSALS
            assert converted.verdict == ("reset" if line["password"] is None else "bridge")
            return
        assert payload_rules.refusals(converted.custom_password_hash) == []
        as_hashed = line.get("normalised", line["password"])
        assert auth0_check.Checked(match=True) == auth0_check.check(converted.custom_password_hash, password=as_hashed)
        as_typed = auth0_check.check(converted.custom_password_hash, password=line["password"])
        assert auth0_check.Checked(match=line["password"] == as_hashed) == as_typed
        assert as_typed.match or "normalisation" in converted.warnings
        assert not auth0_check.check(converted.custom_password_hash, password="x" + line["password"]).match

    @pytest.mark.parametrize("line", [line for line in MADE if evaluated(line)], ids=golden.label)
    def test_are_accepted_by_the_legacy_reading(self, line: dict[str, Any]) -> None:
        """The old system's evaluation says yes to the password and no to another."""
        candidate = registry.read_as(line["format"], line["stored"])
        assert candidate is not None
        assert legacy.accepts(candidate.form, password=line["password"])
        assert not legacy.accepts(candidate.form, password="x" + line["password"])


class TestCatalogue:
    """What every format has to have."""

    @pytest.mark.parametrize("described", registry.FORMATS.values(), ids=lambda described: described.name)
    def test_says_what_it_is(self, described: Any) -> None:
        """A definition, how it is recognised and where that comes from."""
        assert described.definition
        assert described.recognised
        assert described.source

    def test_has_every_name_once(self) -> None:
        """No two formats share a name."""
        names = [described.name for module in registry.MODULES for described in module.FORMATS]
        assert sorted(names) == sorted(set(names))
