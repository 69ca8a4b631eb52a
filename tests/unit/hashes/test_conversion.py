"""The verdict on a stored password, held against values made by other software."""

import json
from base64 import b64encode
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from samekey import errors
from samekey.hashes import auth0_check, conversion, forms, legacy, payload_rules, registry, stored, to_auth0
from tests.unit.hashes import golden

VECTORS = golden.lines("vectors.jsonl")
IMPORTABLE = [line for line in VECTORS if line["importable"]]
OTHERS = [line for line in VECTORS if not line["importable"]]

SHA1 = "5baa61e4c9b93f3f0682250b6cf8331b7ee68fd8"  # of "password"


class TestConvert:
    """A stored value, with or without the operator's word."""

    @pytest.mark.parametrize("line", IMPORTABLE, ids=golden.label)
    def test_carries_what_auth0_can_check(self, line: dict[str, Any]) -> None:
        """The payload logs in with the right password, is refused with another, and breaks no rule."""
        converted = conversion.convert(line["stored"], format=line["format"])
        assert converted.verdict in {"as-is", "re-encoded"}
        payload = converted.custom_password_hash
        assert payload_rules.refusals(payload) == []
        assert auth0_check.Checked(match=True) == auth0_check.check(payload, password=line["password"])
        assert auth0_check.Checked(match=False) == auth0_check.check(payload, password="x" + line["password"])

    @pytest.mark.parametrize("line", OTHERS, ids=golden.label)
    def test_refuses_what_auth0_cannot_check(self, line: dict[str, Any]) -> None:
        """There is no payload, and a reason in words."""
        converted = conversion.convert(line["stored"], format=line["format"])
        assert converted.custom_password_hash is None
        assert converted.verdict == ("reset" if line["password"] is None else "bridge")
        assert converted.reason in to_auth0.REFUSALS

    @pytest.mark.parametrize("line", VECTORS, ids=golden.label)
    def test_recognises_without_a_word(self, line: dict[str, Any]) -> None:
        """The format of every vector is among the candidates of its value."""
        assert line["format"] in conversion.convert(line["stored"]).candidates

    def test_hashes_what_was_stored_in_the_clear(self) -> None:
        """A clear password becomes bcrypt, a long one PBKDF2, and both log in, blanks included."""
        for password in (" Tr0ub4dor ", "x" * 73, "nul\0inside"):
            payload = conversion.convert(password, format="plain").custom_password_hash
            assert payload_rules.refusals(payload) == []
            assert auth0_check.check(payload, password=password).match

    def test_salts_a_clear_password_by_its_seed(self) -> None:
        """The same row gives the same payload; another seed another."""
        rows = [{"hash": "secret", "seed": seed} for seed in ("user-1", "user-1", "user-2")]
        first, same, other = (conversion.convert(row, format="plain").custom_password_hash for row in rows)
        assert first == same
        assert first != other

    @pytest.mark.parametrize("line", IMPORTABLE, ids=golden.label)
    def test_is_ready_for_json(self, line: dict[str, Any]) -> None:
        """A payload survives JSON unchanged."""
        payload = conversion.convert(line["stored"], format=line["format"]).custom_password_hash
        assert payload == json.loads(json.dumps(payload))

    def test_says_what_is_ambiguous(self) -> None:
        """40 hex digits may be several things; the likeliest is shown, and certainty is shape."""
        converted = conversion.convert(SHA1)
        assert (converted.format, converted.certainty, converted.verdict) == ("raw_sha1", "shape", "as-is")
        assert len(converted.candidates) > 1

    def test_doubts_a_reading_that_leaves_out_the_pepper(self) -> None:
        """Bcrypt beside a pepper may be bcrypt over both: nothing is exact until somebody decides."""
        value = "$2b$12$MI19nS1k71EDTbSNju7pouEmEJnWDaEZSkqgVzh2nhGAk5VlKMygC"
        converted = conversion.convert({"hash": value, "pepper": "site"})
        assert ("shape", "devise_bcrypt_pepper") == (converted.certainty, converted.format)
        assert {"bcrypt", "flask_security_double"} < set(converted.candidates)

    def test_takes_the_operators_word(self) -> None:
        """A named format makes a shape exact."""
        converted = conversion.convert(SHA1.upper(), format="raw_sha1")
        assert (converted.certainty, converted.candidates, converted.cluster) == ("exact", ("raw_sha1",), "raw_sha1")
        assert converted.custom_password_hash == {"algorithm": "sha1", "hash": {"value": SHA1, "encoding": "hex"}}

    def test_says_when_a_value_is_of_another_format(self) -> None:
        """A value that does not parse as named is neither guessed at nor carried."""
        converted = conversion.convert("not a digest", format="raw_sha1")
        assert (converted.format, converted.reason, converted.verdict) == (None, "not-this-format", "bridge")

    @pytest.mark.parametrize("value", ["", None, "NULL", "!", "*", "*LK*"])
    def test_sees_marks_in_a_column_of_hashes(self, value: str | None) -> None:
        """An account without a password is a reset whatever format the column is said to have."""
        assert conversion.convert(value, format="raw_sha1").verdict == "reset"

    def test_holds_what_nobody_knows(self) -> None:
        """An unknown value waits for the bridge."""
        converted = conversion.convert("%%%%%%")
        assert (
            converted.format,
            converted.reason,
            converted.verdict,
            converted.candidates,
        ) == (None, "unknown", "bridge", ())

    def test_refuses_a_format_that_is_none(self) -> None:
        """A misspelt format is a usage error."""
        with pytest.raises(errors.UsageError, match="raw_sha0"):
            conversion.convert(SHA1, format="raw_sha0")

    def test_shows_nothing_when_printed(self) -> None:
        """Neither a candidate nor a conversion prints the hash."""
        shown = repr(registry.identify(SHA1)) + repr(conversion.convert(SHA1)) + repr(to_auth0.carry(_digest()))
        assert SHA1 not in shown
        assert "pepper-and-salt" not in repr(registry.identify({"hash": SHA1, "salt": "pepper-and-salt"}))


def _digest() -> forms.Digest:
    """A form to carry."""
    return forms.Digest(algorithm="sha1", digest=bytes.fromhex(SHA1))


class TestIdentify:
    """Every reading that a value allows."""

    @given(st.text() | st.binary() | st.none() | st.integers() | st.dictionaries(st.text(), st.text() | st.binary()))
    def test_never_raises(self, value: object) -> None:
        """Any value has an answer, and so has its conversion."""
        registry.identify(value)
        assert conversion.convert(value).verdict in {"as-is", "re-encoded", "bridge", "reset"}

    @given(
        st.sampled_from(VECTORS).map(lambda line: line["stored"]).filter(lambda stored: isinstance(stored, str)),
        st.data(),
    )
    def test_never_raises_on_damage(self, value: str, data: st.DataObject) -> None:
        """A character changed or lost anywhere is no reason to stop."""
        place = data.draw(st.integers(0, len(value)))
        registry.identify(value[:place] + data.draw(st.text(max_size=2)) + value[place + 1 :])

    def test_does_not_look_at_what_is_far_too_long(self) -> None:
        """A text of megabytes is unknown at once."""
        assert registry.identify("$" + "a:" * 500_000) == ()

    @pytest.mark.parametrize(
        ("stored", "cluster"),
        [
            ("pbkdf2_sha256$24000$D9eRQo4O79VI$mkCZlSX/OIW2goTKPtOUc4Os6utmGfIkPkOGtCvVu/I=",
             "django_pbkdf2_sha256 i=24000 l=32"),
            ("$2b$12$MI19nS1k71EDTbSNju7pouEmEJnWDaEZSkqgVzh2nhGAk5VlKMygC", "bcrypt cost=12"),
            (SHA1, "raw_sha1"),
            ({"hash": SHA1, "password_encoding": "latin1"}, "raw_sha1 latin1"),
        ],
        ids=["pbkdf2", "bcrypt", "raw", "latin1"],
    )  # fmt: skip
    def test_names_the_cluster(self, stored: object, cluster: str) -> None:
        """Format and parameters, without salt and hash."""
        assert cluster == registry.identify(stored)[0].cluster

    @pytest.mark.parametrize(
        ("stored", "repairs"),
        [(SHA1 + "   ", ("trimmed",)), (f"b'{SHA1}'", ("python-bytes",)), (f'"{SHA1}"', ("quotes",)),
         (SHA1.encode(), ()), (bytes.fromhex(SHA1), ("binary-as-hex",)), (f"0x{SHA1.upper()}", ("escaped-bytes",)),
         (f"\\x{SHA1}", ("escaped-bytes",)), (f"\\x{SHA1.encode().hex()}", ("escaped-bytes",)),
         (f" b'{SHA1}'", ("trimmed", "python-bytes"))],
        ids=["blanks", "python", "csv", "bytes", "binary", "varbinary", "bytea", "bytea-text", "two"],
    )  # fmt: skip
    def test_takes_off_wrappings(self, stored: object, repairs: tuple[str, ...]) -> None:
        """What an export put around a value is taken off and named."""
        first = registry.identify(stored)[0]
        assert ("raw_sha1", repairs) == (first.format, first.repairs)

    @pytest.mark.parametrize(
        "written",
        [
            {"type": "Buffer", "data": list(bytes.fromhex(SHA1))},
            {"$binary": {"base64": b64encode(bytes.fromhex(SHA1)).decode(), "subType": "00"}},
            {"$binary": b64encode(bytes.fromhex(SHA1)).decode(), "$type": "00"},
            {str(place): byte for place, byte in enumerate(bytes.fromhex(SHA1))},
            [byte - 256 if byte > 127 else byte for byte in bytes.fromhex(SHA1)],
        ],
        ids=["node", "mongodb", "mongodb-old", "uint8array", "gson"],
    )
    def test_reads_bytes_that_json_has_no_place_for(self, written: object) -> None:
        """A Buffer, BinData or an array of bytes is the hash it holds, by itself and in a column, and so is a salt."""
        alone, row = registry.identify(written)[0], registry.identify({"hash": written, "salt": written})[0]
        assert ("raw_sha1", ("bytes-in-json", "binary-as-hex")) == (alone.format, alone.repairs)
        assert forms.Digest(algorithm="sha1", digest=bytes.fromhex(SHA1), prefix=bytes.fromhex(SHA1)) == row.form

    @pytest.mark.parametrize("written", [3000, 3000.0, "3000", "3000.0", " 3000\n"], ids=repr)
    def test_reads_a_count_as_tables_write_it(self, written: object) -> None:
        """A default in its place would import and never log in."""
        row = {"hash": "ab" * 512, "salt": "cd" * 32, "iterations": written}
        converted = conversion.convert(row, format="passport_local_mongoose")
        assert converted.custom_password_hash is not None
        assert "$i=3000,l=512$" in converted.custom_password_hash["hash"]["value"]

    @pytest.mark.parametrize("written", ["3000.5", "3,000", "3e3", -3000, "9" * 30])
    def test_takes_for_no_count_what_is_none(self, written: object) -> None:
        """And neither guesses at it nor takes the product's default in its place."""
        row = {"hash": "ab" * 512, "salt": "cd" * 32, "iterations": written}
        assert conversion.convert(row, format="passport_local_mongoose").custom_password_hash is None

    @pytest.mark.parametrize("empty", [None, "", " ", 0, "0"], ids=repr)
    def test_takes_the_default_of_the_product_where_no_count_stands(self, empty: object) -> None:
        """An empty cell says nothing else."""
        row = {"hash": "ab" * 512, "salt": "cd" * 32, "iterations": empty}
        converted = conversion.convert(row, format="passport_local_mongoose")
        assert converted.custom_password_hash is not None
        assert "$i=25000," in converted.custom_password_hash["hash"]["value"]

    @pytest.mark.parametrize(
        ("row", "reason"),
        [({"hash": ["x"]}, "unknown"), ({"hash": {"data": "x"}}, "unknown"), ({"Hash": SHA1}, "unknown"),
         ({"hash": 123}, "unknown"), ({"hash": {"type": "Buffer", "data": [256]}}, "unknown"),
         ({"hash": {}}, "missing"), ({"hash": " ", "salt": "x"}, "missing"), ({"hash": None}, "missing"),
         ({"Hash": None}, "missing"), ({}, "missing")],
        ids=repr,
    )  # fmt: skip
    def test_does_not_take_what_it_cannot_read_for_nothing(self, row: object, reason: str) -> None:
        """A user whose hash nobody reads waits for the bridge: without a hash he might be imported for good."""
        assert reason == conversion.convert(row).reason

    def test_takes_ldap_out_of_base64(self) -> None:
        """LDIF writes a whole `{SSHA}…` in base64."""
        wrapped = b64encode(b"{SSHA}q0E0WY2yI/vRQZ+v2GU6f08rP99rQzZX").decode()
        first = registry.identify(wrapped)[0]
        assert ("ldap", ("base64-text",)) == (first.format, first.repairs)

    @pytest.mark.parametrize("value", ["0x0100abcd", "\\xzz", "eyJhIjoxfQ==", "0x" + "00" * 7])
    def test_leaves_what_may_be_something_else(self, value: str) -> None:
        """A wrapping that might be none stays."""
        assert stored.of(value).text == value


HELD = [line for line in OTHERS if line["password"] is not None and line["format"] != "firebase_scrypt"]


class TestLegacy:
    """Would the old system accept this password?"""

    @pytest.mark.parametrize("line", HELD, ids=golden.label)
    def test_accepts_what_goes_over_the_bridge(self, line: dict[str, Any]) -> None:
        """What Auth0 cannot check is checked here, Firebase's encryption apart."""
        candidate = registry.read_as(line["format"], line["stored"])
        assert candidate is not None
        assert legacy.accepts(candidate.form, password=line["password"])
        assert not legacy.accepts(candidate.form, password="x" + line["password"])

    @pytest.mark.parametrize("line", IMPORTABLE, ids=golden.label)
    def test_accepts_what_the_old_system_accepted(self, line: dict[str, Any]) -> None:
        """Every vector's form says yes to its password and no to another."""
        candidate = registry.read_as(line["format"], line["stored"])
        assert candidate is not None
        assert legacy.accepts(candidate.form, password=line["password"])
        assert not legacy.accepts(candidate.form, password="x" + line["password"])
