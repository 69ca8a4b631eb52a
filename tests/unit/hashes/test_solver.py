"""The reading that a known password proves."""

import base64
import hashlib
import hmac
import time
from typing import Any

import pytest

from samekey.hashes import auth0_check, conversion, registry, solver, solver_layouts, stored
from tests.unit.hashes import golden

PASSWORD = "sådan-1"
P = PASSWORD.encode()

CHEAP_SOURCES = [
    line
    for line in golden.lines("vectors.jsonl")
    if line["password"] is not None
    and line["format"].startswith(
        ("raw_", "md5", "sha", "hmac", "base64", "nt_", "postgres", "mysql", "mssql", "joomla")
    )
]


def repeated(name: str, data: bytes, count: int) -> bytes:
    """A raw digest over itself."""
    for _ in range(count):
        data = hashlib.new(name, data).digest()
    return data


FOUND: list[tuple[str, object, str, str]] = [
    (
        "user name in lower case and a colon",
        {"hash": hashlib.sha1(b"bob:" + P).hexdigest(), "username": "Bob"},
        "SHA1(lower-case username ‖ ':' ‖ P)",
        "as-is",
    ),
    (
        "salt in hex, decoded",
        {"hash": hashlib.md5(P + bytes.fromhex("aabbccdd")).hexdigest(), "salt": "aabbccdd"},
        "MD5(P ‖ S)",
        "as-is",
    ),
    (
        "digest of a digest",
        {"hash": hashlib.md5(hashlib.md5(P).hexdigest().encode() + b"xy9").hexdigest(), "salt": "xy9"},
        "MD5(hex(MD5(P)) ‖ salt)",
        "bridge",
    ),
    ("latin1", hashlib.sha256(PASSWORD.encode("latin-1")).hexdigest(), "SHA256(P), P in latin1", "as-is"),
    ("utf-16", hashlib.sha256(PASSWORD.encode("utf-16-le")).hexdigest(), "SHA256(P), P in utf16le", "as-is"),
    (
        "count nobody wrote down",
        repeated("md5", P, 500).hex(),
        "MD5(P), repeated up to 5000 times",
        "bridge",
    ),
    (
        "count in a column",
        {"hash": hashlib.pbkdf2_hmac("sha256", P, b"salty", 777, 32).hex(), "salt": "salty", "iterations": 777},
        "PBKDF2-SHA256(P, salt, 777, 32)",
        "re-encoded",
    ),
    (
        "salt inside the text",
        "abcDEF|" + hashlib.sha512(b"abcDEF" + P).hexdigest(),
        "SHA512(field 1 ‖ P)",
        "re-encoded",
    ),
    (
        "a separator between password and salt",
        {"hash": hashlib.sha256(P + b":xy9").hexdigest(), "salt": "xy9"},
        "SHA256(P ‖ ':' ‖ salt)",
        "as-is",
    ),
    (
        "password and salt joined, then all in UTF-16LE",
        {"hash": hashlib.sha1((PASSWORD + "xy9").encode("utf-16-le")).hexdigest(), "salt": "xy9"},
        "SHA1(P ‖ salt, all in UTF-16LE)",
        "as-is",
    ),
    (
        "pepper in front and salt behind",
        {"hash": hashlib.sha256(b"site" + P + b"xy9").hexdigest(), "salt": "xy9", "pepper": "site"},
        "SHA256(pepper ‖ P ‖ salt)",
        "bridge",
    ),
    (
        "digests of salt and password side by side",
        {
            "hash": hashlib.sha256(
                hashlib.sha1(b"xy9").hexdigest().encode() + hashlib.sha1(P).hexdigest().encode()
            ).hexdigest(),
            "salt": "xy9",
        },
        "SHA256(hex(SHA1(salt)) ‖ hex(SHA1(P)))",
        "bridge",
    ),
    (
        "site key, and password and salt side by side",
        {"hash": hmac.digest(b"site", P + b"xy9", "sha512").hex(), "salt": "xy9", "site_key": "site"},
        "HMAC-SHA512(key = site_key, P ‖ salt)",
        "as-is",
    ),
    (
        "site key, and a separator between salt and password in one text",
        {"hash": hmac.digest(b"site", b"xy9:" + P, "sha1").hex() + "$xy9", "site_key": "site"},
        "HMAC-SHA1(key = site_key, field 1 ‖ ':' ‖ P)",
        "re-encoded",
    ),
    (
        "keyed by the salt and the site key side by side",
        {"hash": hmac.digest(b"xy9site", P, "sha256").hex(), "salt": "xy9", "site_key": "site"},
        "HMAC-SHA256(key = salt ‖ site_key, P)",
        "as-is",
    ),
    (
        "keyed by the pepper",
        {"hash": hmac.digest(b"site", P, "sha256").hex(), "pepper": "site"},
        "HMAC-SHA256(key = pepper, P)",
        "as-is",
    ),
]


DIGESTS = [
    line | {"name": f"{path.parent.name}-{line['format']}"}
    for path in sorted(golden.FOLDER.glob("*/vectors.jsonl"))
    for line in golden.lines(f"{path.parent.name}/vectors.jsonl")
    if line["password"] is not None
    and line["format"].startswith(("raw_", "md4_", "md5_", "sha1_", "sha2", "sha3", "sha5", "hmac_", "base64_", "nt_"))
    and not line["format"].endswith("_crypt")
]
"""Bare, salted, keyed and nested digests that other software made."""
NESTED: list[tuple[object, str]] = [
    (hashlib.sha256(hashlib.sha1(P).hexdigest().upper().encode()).hexdigest(), "SHA256(capital hex(SHA1(P)))"),
    (
        {"hash": hashlib.sha512(b"xy9" + hashlib.sha256(P).digest()).hexdigest(), "salt": "xy9"},
        "SHA512(salt ‖ SHA256(P))",
    ),
    (
        hashlib.sha1(hashlib.md5(P + b"xy9").hexdigest().encode() + b"xy9").hexdigest() + ":xy9",
        "SHA1(hex(MD5(P ‖ field 1)) ‖ field 1)",
    ),
    (
        hashlib.md5(hashlib.sha1(hashlib.md5(P).hexdigest().encode()).hexdigest().encode()).hexdigest(),
        "MD5(hex(SHA1(hex(MD5(P)))))",
    ),
]


SLOW: list[tuple[str, dict[str, object]]] = [
    (
        "scrypt(P, salt, 16384, 8, 1)",
        {"hash": hashlib.scrypt(P, salt=b"a0b1c2d3e4f5", n=16384, r=8, p=1, dklen=64).hex(), "salt": "a0b1c2d3e4f5"},
    ),
    (
        "PBKDF2-SHA512(P, salt, 100000, 64)",
        {"hash": hashlib.pbkdf2_hmac("sha512", P, b"NaCl-16", 100_000).hex(), "salt": "NaCl-16", "username": "bob"},
    ),
    (
        "PBKDF2-SHA256(P, salt decoded from hex, 100000, 32)",
        {"hash": hashlib.pbkdf2_hmac("sha256", P, b"\xa0\xb1\xc2\xd3", 100_000).hex(), "salt": "a0b1c2d3"},
    ),
]
"""By Python's own OpenSSL; nothing but length and salt speaks for any of them."""


class TestSolve:
    """A stored value and its password."""

    @pytest.mark.parametrize("line", DIGESTS, ids=golden.label)
    def test_finds_the_digests_of_others_at_once(self, line: dict[str, Any]) -> None:
        """Every reading is found in much less than a second, and carried exactly when its own format is."""
        meant = conversion.convert(line["stored"], format=line["format"])
        began = time.process_time()
        solved = solver.solve(line["stored"], password=line["password"])
        assert time.process_time() - began < 1
        assert solved.conversion is not None
        assert (meant.custom_password_hash is None) == (solved.conversion.custom_password_hash is None)

    @pytest.mark.parametrize(("value", "reading"), NESTED, ids=[reading for _, reading in NESTED])
    def test_names_digests_of_digests(self, value: object, reading: str) -> None:
        """What no format names is found step by step, told in words and held for the old system."""
        solved = solver.solve(value, password=PASSWORD)
        assert (True, reading) == (solved.proved, solved.reading)
        assert solved.conversion is not None
        assert ("bridge", "nested-digest") == (solved.conversion.verdict, solved.conversion.reason)

    def test_tells_how_the_rules_reach_what_was_searched(self) -> None:
        """A layout of several columns is a format of the catalogue with another salt; both are told."""
        row = {"hash": hashlib.sha1(b"bob:" + P).hexdigest(), "username": "Bob"}
        solved = solver.solve(row, password=PASSWORD)
        assert solved.conversion is not None
        assert ("sha1_salt_pass", "lower-case username ‖ ':'") == (solved.conversion.format, solved.salt)
        again = conversion.convert({**row, "salt": "bob:"}, format="sha1_salt_pass")
        assert solved.conversion.custom_password_hash == again.custom_password_hash

    @pytest.mark.parametrize(("name", "row"), SLOW, ids=[name for name, _ in SLOW])
    def test_finds_the_usual_slow_hashes_soon(self, name: str, row: dict[str, object]) -> None:
        """What Node runs unasked, and the counts that guides recommend, wait for nothing that is only cheap."""
        began = time.process_time()
        solved = solver.solve(row, password=PASSWORD)
        assert (True, name) == (solved.proved, solved.reading)
        assert time.process_time() - began < 4

    def test_runs_no_more_slow_hashes_than_it_says(self) -> None:
        """The bound is on what is run, and counts in the row itself come first."""
        row = {"hash": bytes(64).hex(), "salt": "NaCl", "username": "bob", "id": 7, "iterations": 777}
        layouts = list(solver_layouts.slow(stored.of(row)))
        assert len(layouts) <= solver_layouts.SLOW_TRIED_MAX
        assert "PBKDF2-SHA512(P, salt, 777, 64)" in [layout.definition for layout in layouts[:5]]

    def test_tells_which_column_is_the_key_and_which_stands_beside_the_password(self) -> None:
        """An HMAC over password and salt is a format of the catalogue, with the two columns named as told."""
        row = {"hash": hmac.digest(b"site", P + b"xy9", "sha1").hex(), "nonce": "xy9", "site_key": "site"}
        solved = solver.solve(row, password=PASSWORD)
        assert solved.conversion is not None
        told = (solved.conversion.format, solved.salt, solved.pepper)
        assert told == ("hmac_sha1_pepper_pass_salt", "nonce", "site_key")
        again = conversion.convert({**row, "salt": "xy9", "pepper": "site"}, format="hmac_sha1_pepper_pass_salt")
        assert solved.conversion.custom_password_hash == again.custom_password_hash

    def test_reads_salt_and_key_of_an_hmac_in_hex(self) -> None:
        """Bytes that Node's programs keep in hex are decoded, and the columns that say so come back."""
        made = next(line for line in golden.lines("hmac/vectors.jsonl") if line["source"].startswith("node"))
        row = {name: value for name, value in made["stored"].items() if not name.endswith("_encoding")}
        solved = solver.solve(row, password=made["password"])
        assert {"salt_encoding": "hex", "pepper_encoding": "hex"} == solved.columns

    def test_narrows_to_one_reading(self) -> None:
        """A digest without letters that differ may be read in two ways; a second known login leaves one."""
        latin = {"hash": hashlib.sha1(b"abcd" + b"secret").hexdigest(), "salt": "abcd", "username": "abcd"}
        first = solver.solve(latin, password="secret")
        other = ({"hash": hashlib.sha1(b"salt2" + b"two").hexdigest(), "salt": "salt2", "username": "x"}, "two")
        narrowed = solver.solve(latin, password="secret", others=[other])
        assert first.proved
        assert (True, "SHA1(S ‖ P)", ()) == (narrowed.proved, narrowed.reading, narrowed.also)

    @pytest.mark.parametrize(("value", "reading", "verdict"), [f[1:] for f in FOUND], ids=[f[0] for f in FOUND])
    def test_finds_home_made_layouts(self, value: object, reading: str, verdict: str) -> None:
        """Each layout is found, named, and carried where Auth0 can check it."""
        solved = solver.solve(value, password=PASSWORD)
        assert (True, reading) == (solved.proved, solved.reading)
        assert solved.conversion is not None
        assert verdict == solved.conversion.verdict

    @pytest.mark.parametrize("line", CHEAP_SOURCES, ids=golden.label)
    def test_finds_every_digest_of_the_vectors(self, line: dict[str, Any]) -> None:
        """Digests made by other software are found without a word about their format."""
        solved = solver.solve(line["stored"], password=line["password"])
        assert solved.conversion is not None
        assert line["importable"] == (solved.conversion.custom_password_hash is not None)

    def test_gives_a_payload_that_logs_in(self) -> None:
        """What is proved is proved at Auth0's end, too."""
        solved = solver.solve(FOUND[0][1], password=PASSWORD)
        assert solved.conversion is not None
        assert auth0_check.check(solved.conversion.custom_password_hash, password=PASSWORD).match

    def test_gives_the_columns_that_reproduce_it(self) -> None:
        """The catalogue reads the next row alike, with the columns that the proof names."""
        row = {"hash": hashlib.md5(P + bytes.fromhex("aabbccdd")).hexdigest(), "salt": "aabbccdd"}
        solved = solver.solve(row, password=PASSWORD)
        assert solved.conversion is not None
        again = conversion.convert({**row, **solved.columns}, format=solved.conversion.format)
        assert solved.conversion.custom_password_hash == again.custom_password_hash

    def test_says_what_was_tried(self) -> None:
        """No reading is not a guess: the names of everything tried come back."""
        solved = solver.solve(hashlib.sha512(b"other").hexdigest(), password=PASSWORD)
        assert not solved.proved
        assert solved.conversion is None
        assert "raw_sha512" in solved.tried

    def test_takes_bcrypt_over_a_digest_for_what_it_is(self) -> None:
        """The password decides between plain bcrypt and Meteor's."""
        meteor = next(line for line in golden.lines("vectors.jsonl") if line["format"] == "meteor_bcrypt")
        value = meteor["stored"]["services"]["password"]["bcrypt"]
        solved = solver.solve(value, password=meteor["password"])
        assert solved.conversion is not None
        assert ("meteor_bcrypt", "bridge") == (solved.conversion.format, solved.conversion.verdict)

    def test_narrows_by_other_logins(self) -> None:
        """A reading has to fit every known login."""
        first = {"hash": hashlib.sha1(b"x" + P).hexdigest(), "salt": "x", "username": "x"}
        second = {"hash": hashlib.sha1(b"y" + b"two").hexdigest(), "salt": "z", "username": "y"}
        solved = solver.solve(first, password=PASSWORD, others=[(second, "two")])
        assert not solved.proved or "salt" not in solved.reading

    def test_stops_at_its_bound(self) -> None:
        """A search that has no time left says so by what it tried."""
        solved = solver.solve(hashlib.sha512(b"other").hexdigest(), password=PASSWORD, seconds_max=0)
        assert (False, True) == (solved.proved, solved.out_of_time)
        assert solved.tried == ()

    def test_shows_nothing_when_printed(self) -> None:
        """Neither the password nor the hash."""
        shown = repr(solver.solve(hashlib.sha1(P).hexdigest(), password=PASSWORD))
        assert PASSWORD not in shown
        assert hashlib.sha1(P).hexdigest() not in shown


class TestNormalForms:
    """Systems that change a typed password before they hash it."""

    @pytest.mark.parametrize("line", golden.lines("normal_forms/vectors.jsonl"), ids=golden.label)
    def test_are_found_and_said_to_differ_at_auth0(self, line: dict[str, Any]) -> None:
        """The reading is proved by what was hashed; that Auth0 refuses these very letters stands beside it."""
        solved = solver.solve(line["stored"], password=line["password"])
        definition = registry.FORMATS[line["format"]].definition
        assert solved.conversion is not None
        assert "normalisation" in solved.conversion.warnings
        assert solved.reading.startswith(f"{definition}, which Auth0 takes as typed and so refuses")
        assert auth0_check.check(solved.conversion.custom_password_hash, password=line["normalised"]).match
        assert not auth0_check.check(solved.conversion.custom_password_hash, password=line["password"]).match


@pytest.mark.parametrize(
    "value",
    [
        f"scrypt${2**30}$salt1234$8$1${base64.b64encode(bytes(64)).decode()}",
        "$argon2id$v=19$m=4194304,t=3,p=1$MDEyMzQ1Njc4OWFiY2RlZg$AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8",
        f"pbkdf2_sha256$1000000000$salt${base64.b64encode(bytes(32)).decode()}",
        f"scrypt:{2**30}:8:1$salt1234${bytes(64).hex()}",
        "$2b$31$" + "A" * 21 + "e" + "A" * 30 + "e",
    ],
)
def test_work_that_nobody_runs_is_not_searched_for_other_readings(value: str) -> None:
    began = time.monotonic()
    solved = solver.solve(value, password=PASSWORD)
    assert not solved.proved
    assert conversion.convert(value).reason == "work-factor"
    assert time.monotonic() - began < 2
