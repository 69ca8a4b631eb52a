"""Values that look like something else than they are: each of these once had a wrong answer, or none."""

import hashlib
from typing import Any

import bcrypt
import pytest

from samekey.hashes import auth0_check, conversion, forms, legacy, registry, to_auth0

PASSWORD = "Kestrel-41"
P = PASSWORD.encode()
BCRYPT = bcrypt.hashpw(P, b"$2b$04$abcdefghijklmnopqrstuu").decode()
SHA1 = hashlib.sha1(P).hexdigest()


def told(value: object) -> tuple[str | None, str, str, str | None]:
    """Format, certainty, verdict and reason."""
    converted = conversion.convert(value)
    return converted.format, converted.certainty, converted.verdict, converted.reason


class TestColumns:
    """Column names that several products use."""

    @pytest.mark.parametrize("value", [BCRYPT, SHA1], ids=["bcrypt", "sha1"])
    def test_password_hash_is_not_firebase_by_its_name(self, value: str) -> None:
        """What stands in `passwordHash` is read for itself; 64 bytes beside a salt are a shape of Firebase's."""
        assert told({"passwordHash": value}) == told(value)

    def test_a_row_of_firebase_is_a_shape_until_the_project_is_known(self) -> None:
        """64 bytes of base64 beside a salt may be a salted SHA-512 as well."""
        row = {"passwordHash": "A" * 86 + "==", "salt": "KPZgluG80kg1/Q=="}
        assert ("firebase_scrypt", "shape", "bridge", "proprietary") == told(row)

    def test_scheme_tells_vbulletin_from_bcrypt(self) -> None:
        """`blowfish:10` means bcrypt over an MD5; another scheme means nothing."""
        assert ("vbulletin5_bcrypt", "exact", "bridge", "prehash") == told({"hash": BCRYPT, "scheme": "blowfish:10"})
        assert told(BCRYPT) == told({"hash": BCRYPT, "scheme": "https"})

    def test_somebody_of_another_service_has_no_meteor_password(self) -> None:
        """`services` without a password in it says nothing about the hash beside it."""
        assert told(BCRYPT) == told({"hash": BCRYPT, "services": {"google": {"id": "1"}}})

    def test_whoever_signs_in_to_meteor_by_other_services_alone_has_no_password(self) -> None:
        """Nothing is lost, and nobody waits for a bridge that has nothing to check."""
        row = {"services": {"google": {"id": "1"}}}
        assert ("meteor_bcrypt", "exact", "reset", "no-password") == told(row)

    @pytest.mark.parametrize(
        "value", ["a9" * 50, "a9" * 512, "md5" + "a9" * 16, "{DIGEST-MD5}" + "a9" * 16],
        ids=["gitea", "passport", "postgres", "dovecot"],
    )  # fmt: skip
    def test_says_that_a_column_is_missing(self, value: str) -> None:
        """A hash that takes in a salt or a user name of another column is named, and so is what it lacks."""
        name, _, verdict, reason = told(value)
        assert name is not None
        assert ("bridge", "needs-column") == (verdict, reason)

    def test_text_that_no_encoding_can_hold_is_no_json(self) -> None:
        """Half a surrogate in a column of JSON is damage, and stops nothing."""
        row = {"secretData": '{"value":"\udcb4"}', "credentialData": '{"algorithm":"pbkdf2-sha256"}'}
        assert conversion.convert(row).custom_password_hash is None


@pytest.mark.parametrize("name", ["\x00", "shake_128", "no-such-digest", ""])
def test_a_digest_that_nobody_has_lets_nobody_in(name: str) -> None:
    """A column of algorithms may hold anything; the old system's own reading ends in no, not in an error."""
    made: list[forms.Form] = [
        forms.Digest(algorithm=name, digest=bytes(16)),
        forms.Hmac(digest_name=name, mac=bytes(16), key=b"k"),
        forms.Pbkdf2(digest_name=name, rounds=2, salt=b"s", key=bytes(16)),
    ]
    assert [False] * 3 == [legacy.accepts(form, password="x") for form in made]


def test_a_derived_key_of_hex_digits_is_not_carried() -> None:
    """Base64 of hex, cut in the middle, has the length of Spring's PBKDF2; no key looks like that."""
    value = "NTljNTAzOTI1MmFiYmRiZmFmNjk0MjJlMWEzY2Y1NzhkMjE0MDQxY2JiYjdlZTFj"
    assert ("bridge", None) == (conversion.convert(value).verdict, conversion.convert(value).custom_password_hash)


class TestHmac:
    """A key and a salt."""

    def test_a_salt_beside_the_key_is_carried_with_a_warning(self) -> None:
        """The schema allows what no example shows, and whoever packs it hears so."""
        row = {"hash": bytes(range(32)).hex(), "salt": "xy9", "pepper": "site"}
        converted = conversion.convert(row, format="hmac_sha256_pepper_salt_pass")
        assert converted.custom_password_hash is not None
        assert {"value": "xy9", "encoding": "utf8", "position": "prefix"} == converted.custom_password_hash["salt"]
        assert ("hmac-salt",) == converted.warnings

    def test_text_on_both_sides_of_the_password_is_held(self) -> None:
        """Auth0 has one salt."""
        form = forms.Hmac(digest_name="sha1", mac=bytes(20), key=b"k", prefix=b"x", suffix=b"y")
        assert "both-sides" == to_auth0.carry(form).reason  # type: ignore[union-attr]


class TestDamage:
    """Bcrypt that was hurt on the way."""

    @pytest.mark.parametrize(
        "value", [BCRYPT.lower(), BCRYPT[7:], BCRYPT[:-1], "b0/" + BCRYPT[12:]], ids=["folded", "bare", "cut", "eaten"]
    )
    def test_is_called_damaged(self, value: str) -> None:
        """Folded to lower case, without its head, cut, or eaten by a shell: nobody logs in with it."""
        assert ("reset", "damaged") == told(value)[2:]

    def test_a_whole_value_comes_first(self) -> None:
        """One folded value does not speak for the others of its column."""
        assert told(BCRYPT.lower()) != told(BCRYPT)
        assert conversion.kind(BCRYPT.lower()) is None
        assert conversion.common_kind([BCRYPT, BCRYPT.lower()]) is None

    @pytest.mark.parametrize("digest", ["md5", "sha1", "sha256", "sha512"])
    def test_an_empty_password_is_warned_of(self, digest: str) -> None:
        """Its digest is known, and nobody can type it at Auth0's door."""
        assert "empty-password" in conversion.convert(hashlib.new(digest).hexdigest()).warnings
        assert "empty-password" not in conversion.convert(hashlib.new(digest, P).hexdigest()).warnings


class TestSpellings:
    """The same value written in other ways."""

    @pytest.mark.parametrize(
        ("value", "name"),
        [
            (f"bcrypt:{BCRYPT}", "bcrypt"),
            (f"sha1:{SHA1}", "raw_sha1"),
            (f"SHA-1:{SHA1.upper()}", "raw_sha1"),
            ("{SHA}" + SHA1, "ldap"),
            ("{SSHA}" + hashlib.sha1(P + b"12345678").hexdigest() + b"12345678".hex(), "ldap"),
            ("{CRYPT}" + BCRYPT, "ldap"),
            (bytes.fromhex("0100" + "11223344" + "ab" * 20), "mssql2005"),
            ("H:" + "AB" * 16 + ";S:" + hashlib.sha1(P + b"1234567890").hexdigest() + b"1234567890".hex(), "oracle11"),
        ],
        ids=["bcrypt-prefix", "sha1-prefix", "upper-prefix", "hex-sha", "hex-ssha", "crypt", "varbinary", "oracle"],
    )
    def test_are_read(self, value: object, name: str) -> None:
        """A prefix, hex for base64, bytes for text, another order: the format is the same."""
        assert name == conversion.convert(value).format

    @pytest.mark.parametrize(
        ("inside", "verdict", "reason"),
        [("!", "reset", "locked"), ("*", "reset", "no-password"), ("!$6$abc$x", "reset", "locked"),
         ("$1$abcdefgh$" + "a" * 22, "bridge", "crypt3"), ("$1$abcdefgh$" + "a" * 21, "reset", "damaged"),
         ("$2x$05$" + "aB" * 26 + "a", "bridge", "bcrypt-variant")],
    )  # fmt: skip
    def test_what_crypt_wraps_is_looked_at(self, inside: str, verdict: str, reason: str) -> None:
        """`{CRYPT}` says nothing by itself: what stands behind it has a verdict of its own."""
        assert (verdict, reason) == told("{CRYPT}" + inside)[2:]

    @pytest.mark.parametrize("text", ["{digest}:{salt}", "{salt}:{digest}", "{digest}${salt}", "{salt}${digest}"])
    @pytest.mark.parametrize("name", ["md5", "sha1", "sha256", "sha512"])
    def test_a_salt_in_the_same_text_is_found(self, name: str, text: str) -> None:
        """Either order, a colon or a dollar; both sides of the password are candidates, and nothing is exact."""
        value = text.format(digest=hashlib.new(name, b"na7cl" + P).hexdigest(), salt="na7cl")
        converted = conversion.convert(value)
        assert {f"{name}_salt_pass", f"{name}_pass_salt"} < set(converted.candidates)
        assert "shape" == converted.certainty
        payload = conversion.convert(value, format=f"{name}_salt_pass").custom_password_hash
        assert auth0_check.check(payload, password=PASSWORD).match


class TestProducts:
    """What a product does before it hashes."""

    def test_rubys_scrypt_drops_zero_bytes_in_front_of_its_salt(self) -> None:
        """One salt in 256 begins with a zero byte, which the gem leaves out; those people would be locked out."""
        key = hashlib.scrypt(P, salt=b"\x07saltsa", n=16, r=8, p=1, dklen=32).hex()
        value = f"10$8$1$000773616c747361${key}"
        payload = conversion.convert(value).custom_password_hash
        assert auth0_check.check(payload, password=PASSWORD).match

    def test_old_ruby_scrypt_is_held_and_evaluated(self) -> None:
        """A salt of 40 characters marks SHA-1 over scrypt over everything in front."""
        front = "10$8$1$" + "ab" * 20
        raw = hashlib.scrypt(P, salt=front.encode(), n=16, r=8, p=1, dklen=256)
        value = f"{front}${hashlib.sha1(raw).hexdigest()}"
        candidate = registry.identify(value)[0]
        assert ("ruby_scrypt", "exact", "bridge", "nested-digest") == told(value)
        assert legacy.accepts(candidate.form, password=PASSWORD)

    @pytest.mark.parametrize("name", ["sha224", "sha384"])
    def test_sha3_may_stand_under_the_name_of_sha2_where_ory_wrote_it(self, name: str) -> None:
        """Kratos runs SHA3-384 as `pbkdf2-sha384`, so that the name alone is no promise; one known login decides."""
        value = f"$pbkdf2-{name}$i=9,l=32$c2FsdHNhbHQ$" + "A" * 43
        assert "shape" == conversion.convert(value).certainty
        assert ("phc_pbkdf2", "ory_pbkdf2_sha3") == conversion.convert(value).candidates

    def test_a_pattern_of_ory_without_the_password_is_none(self) -> None:
        """Kratos would let anybody in."""
        assert conversion.convert("$sha256$pf=e1NBTFR9$YWI=$" + "A" * 43 + "=").candidates == ()

    @pytest.mark.parametrize("row", [{"storedkey": "00" * 20, "serverkey": "x"}, {"storedKey": "?", "serverKey": "?"}])
    def test_scram_without_its_salt_is_held_and_not_evaluated(self, row: dict[str, Any]) -> None:
        """Nothing is claimed of a verifier that lacks a part."""
        for candidate in registry.identify(row):
            assert not legacy.accepts(candidate.form, password=PASSWORD)


@pytest.mark.parametrize("version", ["3", "4", "1:3", "3_64_2_67108864", "3_32_2_4096", "3_32_0_67108864", "1:4"])
def test_a_version_that_magento_does_not_make_is_not_magentos(version: str) -> None:
    """Its Encryptor takes none of them for a password's hash; libsodium runs on 8 KiB at the least."""
    assert told(f"{'0a' * 32}:CuA8kUZ2Wv9sYd3xHq7LmNp4RtBe6JfG:{version}")[0] != "magento2"


def test_an_upgraded_magento_hash_that_asks_for_too_much_memory_is_not_run() -> None:
    """A terabyte; the value is one all the same."""
    read = registry.read_as("magento2", f"{'0a' * 32}:CuA8kUZ2Wv9sYd3x:1:3_32_2_1099511627776")
    assert read is not None
    assert not legacy.accepts(read.form, password=PASSWORD)


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("sap_issha", "{x-issha, 1000000000}AAECAwQFBgcICQoLDA0ODxAREhMUFRYX"),
        ("entra_connect", "v1;PPH1_MD4,0123456789abcdef0123,1000000000," + "0f" * 32),
    ],
)
def test_a_value_of_a_thousand_million_rounds_is_named_and_not_run(name: str, value: str) -> None:
    """It is its own format still; a login against it ends at once."""
    found = registry.identify(value)
    assert [name] == [candidate.format for candidate in found]
    assert not legacy.accepts(found[0].form, password="Kestrel-41:river")
