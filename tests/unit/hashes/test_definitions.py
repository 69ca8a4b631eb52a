"""Formats against their published definitions, worked out with hashlib.

Weaker than the golden values by the programs themselves: whoever read a definition wrongly here has read it wrongly
there. It still catches slips of fields, alphabets and lengths, in layouts of which the golden files have but one.
"""

import hashlib
import hmac
import json
from base64 import b64encode, urlsafe_b64encode
from typing import Any

import bcrypt
import pytest

from samekey.hashes import auth0_check, conversion, legacy, payload_rules, registry

PASSWORD = "Kestrel-41"
P = PASSWORD.encode()
P16 = PASSWORD.encode("utf-16-le")
S = b"saltsaltsaltsalt"
BCRYPT = bcrypt.hashpw(P, b"$2a$04$abcdefghijklmnopqrstuu").decode()


def b64(raw: bytes) -> str:
    return b64encode(raw).decode()


def pbkdf2(name: str, salt: bytes, rounds: int, size: int) -> bytes:
    return hashlib.pbkdf2_hmac(name, P, salt, rounds, size)


def scrypt(salt: bytes, cost: int, block_size: int, lanes: int, size: int) -> bytes:
    return hashlib.scrypt(P, salt=salt, n=cost, r=block_size, p=lanes, dklen=size, maxmem=2**28)


def sha(name: str, data: bytes) -> bytes:
    return hashlib.new(name, data).digest()


def hexed(name: str, data: bytes) -> bytes:
    return sha(name, data).hex().encode()


def bits(number: int) -> bytes:
    return number.to_bytes(4, "big")


CARRIED: list[tuple[str, Any]] = [
    ("mattermost_pbkdf2", f"$pbkdf2$f=SHA256,w=9,l=32${b64(S)}${b64(pbkdf2('sha256', S, 9, 32))}"),
    ("ory_scrypt", f"$scrypt$ln=128,r=8,p=1${b64(S)}${b64(scrypt(S, 128, 8, 1, 32))}"),
    ("adonis_scrypt", f"$scrypt$n=128,r=8,p=1${b64(S).rstrip('=')}${b64(scrypt(S, 128, 8, 1, 64)).rstrip('=')}"),
    ("lambdaworks_scrypt", f"$s0$70801${b64(S)}${b64(scrypt(S, 128, 8, 1, 32))}"),
    ("web2py", f"pbkdf2(9,20,sha512)$abc${pbkdf2('sha512', b'abc', 9, 20).hex()}"),
    ("galaxy", f"PBKDF2$sha256$9${b64(S)}${b64(pbkdf2('sha256', b64(S).encode(), 9, 24))}"),
    ("jupyter", f"sha1:0123456789ab:{sha('sha1', P + b'0123456789ab').hex()}"),
    ("seafile_pbkdf2", f"PBKDF2SHA256$9${(S * 2).hex()}${pbkdf2('sha256', S * 2, 9, 32).hex()}"),
    ("home_assistant", b64(BCRYPT.encode())),
    ("ruby_scrypt", f"80$8$1${S.hex()}${scrypt(S, 128, 8, 1, 32).hex()}"),
    ("magento2", f"{sha('md5', b'abc' + P).hex()}:abc:0"),
    ("nextcloud", f"1|{BCRYPT}"),
    ("mediawiki", f":A:{sha('md5', P).hex()}"),
    ("mediawiki", f":pbkdf2:sha512:9:64:{b64(S)}:{b64(pbkdf2('sha512', S, 9, 64))}"),
    ("mediawiki", f":bcrypt:4${BCRYPT[7:29]}${BCRYPT[29:]}"),
    ("smf_sha1", {"hash": sha("sha1", b"bob" + P).hex(), "username": "Bob"}),
    ("ezpublish", {"hash": sha("md5", b"bob\n" + P).hex(), "username": "bob"}),
    ("prestashop", {"hash": sha("md5", b"key" + P).hex(), "pepper": "key"}),
    ("moodle_md5", {"hash": sha("md5", P + b"key").hex(), "pepper": "key"}),
    ("xenforo_bcrypt_serialized", f'a:1:{{s:4:"hash";s:60:"{BCRYPT}";}}'),
    ("woltlab", f"Bcrypt:{BCRYPT}"),
    ("symfony_messagedigest", {"hash": b64(sha("sha512", P + b"{abc}")), "salt": "abc", "iterations": 1}),
    ("symfony_pbkdf2", {"hash": b64(pbkdf2("sha512", b"abc", 1000, 40)), "salt": "abc"}),
    ("aspnet_identity_v3",
     b64(b"\x01" + bits(1) + bits(9) + bits(16) + S + pbkdf2("sha256", S, 9, 32))),
    ("aspnet_membership",
     {"hash": b64(sha("sha1", S + P16)), "salt": b64(S), "passwordformat": 1}),
    ("nopcommerce", {"hash": sha("sha1", P + b"abc=").hex().upper(), "salt": "abc="}),
    ("peoplesoft", b64(sha("sha1", P16))),
    ("mssql2005", "0x0100" + S[:4].hex() + sha("sha1", P16 + S[:4]).hex()),
    ("spring", "{bcrypt}" + BCRYPT),
    ("spring", "{SHA-256}{abc}" + sha("sha256", P + b"{abc}").hex()),
    ("spring", f"{{scrypt}}$70801${b64(S)}${b64(scrypt(S, 128, 8, 1, 32))}"),
    ("acegi", {"hash": sha("sha1", P + b"{abc}").hex(), "salt": "abc"}),
    ("liferay_pbkdf2", b64(bits(160) + bits(9) + S[:8] + pbkdf2("sha1", S[:8], 9, 20))),
    ("liferay", "{SHA-384}" + b64(sha("sha384", P))),
    ("liferay", "{SHA-512}" + sha("sha512", P).hex()),
    ("elasticsearch_pbkdf2", f"{{PBKDF2}}9${b64(S)}${b64(pbkdf2('sha512', S, 9, 32))}"),
    ("tomcat_digest", f"{S.hex()}$1${sha('sha256', S + P).hex()}"),
    ("tomcat_pbkdf2", {"hash": f"{S.hex()}$9${pbkdf2('sha512', S, 9, 20).hex()}", "algorithm": "PBKDF2WithHmacSHA512"}),
    ("digest_ha1", f"bob:here:{sha('md5', b'bob:here:' + P).hex()}"),
    ("jenkins_jbcrypt", f"#jbcrypt:{BCRYPT}"),
    ("jenkins_pbkdf2", f"$PBKDF2$HMACSHA512:9:{S.hex()}${pbkdf2('sha512', S, 9, 64).hex()}"),
    ("jenkins_legacy_sha256", f"abc:{sha('sha256', P + b'{abc}').hex()}"),
    ("zookeeper_digest", f"bob:{b64(sha('sha1', b'bob:' + P))}"),
    ("jetty", f"MD5:{sha('md5', P).hex()}"),
    ("wso2", {"hash": b64(sha("sha256", P + b"abc")), "salt": "abc"}),
    ("neo4j", f"SHA-256,{sha('sha256', S + P).hex()},{S.hex()}"),
    ("ibm_xor", "{xor}" + b64(bytes(byte ^ 0x5F for byte in P))),
    ("ibm_hash", "{hash}" + b64(b"\x01\x20" + bits(9) + b"\x30" + bits(16) + S + b"\x40" + bits(32)
                                + pbkdf2("sha1", S, 9, 32))),
    ("ory_sha_pf", f"$sha256$pf={b64(b'x{SALT}-{PASSWORD}')}${b64(S)}${b64(sha('sha256', b'x' + S + b'-' + P))}"),
    ("ory_hmac", f"$hmac-sha256${b64(hmac.digest(b'key', P, 'sha256').hex().encode())}${b64(b'key')}"),
    ("fusionauth", {"encryptionScheme": "salted-pbkdf2-hmac-sha256", "factor": 9, "salt": b64(S),
                    "password": b64(pbkdf2("sha256", S, 9, 32))}),
    ("fusionauth", {"encryptionScheme": "salted-sha256", "factor": 1, "salt": b64(S),
                    "password": b64(sha("sha256", P + S))}),
    ("fusionauth", {"encryptionScheme": "bcrypt", "factor": 4, "salt": BCRYPT[7:29], "password": BCRYPT[29:]}),
    ("gitea", {"passwd": scrypt(S, 128, 8, 1, 50).hex(), "salt": S.hex(), "passwd_hash_algo": "scrypt$128$8$1$50"}),
    ("grafana", {"hash": pbkdf2("sha256", b"0123456789", 10_000, 50).hex(), "salt": "0123456789"}),
    ("couchdb_pbkdf2", {"derived_key": pbkdf2("sha1", b"abc", 10, 20).hex(), "salt": "abc", "iterations": 10,
                        "password_scheme": "pbkdf2"}),
    ("couchdb_admin", f"-hashed-{sha('sha1', P + b'abc').hex()},abc"),
    ("couchdb_admin", f"-pbkdf2-{pbkdf2('sha1', b'abc', 9, 20).hex()},abc,9"),
    ("couchdb_sha1", {"password_sha": sha("sha1", P + b"abc").hex(), "salt": "abc"}),
    ("rabbitmq", b64(S[:4] + sha("sha256", S[:4] + P))),
    ("redis_acl_sha256", "#" + sha("sha256", P).hex()),
    ("mosquitto", f"$6${b64(S[:12])}${b64(sha('sha512', P + S[:12]))}"),
    ("mosquitto", f"$7$9${b64(S[:12])}${b64(pbkdf2('sha512', S[:12], 9, 64))}"),
    ("znc", f"sha256#{sha('sha256', P + b'abc').hex()}#abc#"),
    ("hmailserver", "a1b2c3" + sha("sha256", b"a1b2c3" + P).hex()),
    ("filezilla", {"hash": sha("sha512", P + b"abc").hex(), "salt": "abc"}),
    ("macos", (S[:4] + sha("sha1", S[:4] + P)).hex()),
    ("macos_pbkdf2", f"$ml$9${S.hex()}${pbkdf2('sha512', S, 9, 128).hex()}"),
    ("ldap", "{PBKDF2_SHA256}" + b64(bits(9) + S * 4 + pbkdf2("sha256", S * 4, 9, 256))),
    ("ldap", "{SSHA384}" + b64(sha("sha384", P + S[:8]) + S[:8])),
    ("ldap", "{PLAIN-MD5}" + sha("md5", P).hex()),
    ("ldap", "{SSHA512.hex}" + (sha("sha512", P + S[:8]) + S[:8]).hex()),
    ("ldap", "{BLF-CRYPT}" + BCRYPT),
    ("dovecot_pbkdf2", f"{{PBKDF2}}$1$abc$9${pbkdf2('sha1', b'abc', 9, 20).hex()}"),
    ("mongodb_cr", {"hash": sha("md5", b"bob:mongo:" + P).hex(), "username": "bob"}),
    ("discourse", {"password_hash": pbkdf2("sha256", b"ab12", 9, 32).hex(), "salt": "ab12",
                   "password_algorithm": "$pbkdf2-sha256$i=9,l=32$"}),
    ("keycloak", {"secretData": json.dumps({"value": b64(pbkdf2("sha256", S, 9, 64)), "salt": b64(S)}),
                  "credentialData": {"hashIterations": 9, "algorithm": "pbkdf2-sha256"}}),
    ("zope", "{SSHA}" + urlsafe_b64encode(sha("sha1", P + S[:4]) + S[:4]).decode()),
]  # fmt: skip

HELD: list[tuple[str, Any, str]] = [
    ("django_wrapped_sha1",
     "pbkdf2_wrapped_sha1$9$abc$" + b64(hashlib.pbkdf2_hmac("sha256", hexed("sha1", b"abc" + P), b"abc", 9)),
     "nested-digest"),
    ("vbulletin", {"hash": sha("md5", sha("md5", P).hex().encode() + b"abc").hex(), "salt": "abc"}, "nested-digest"),
    ("mybb", {"hash": sha("md5", (sha("md5", b"abc").hex() + sha("md5", P).hex()).encode()).hex(), "salt": "abc"},
     "nested-digest"),
    ("rails_restful_auth", {"hash": sha("sha1", b"--abc--" + P + b"--").hex(), "salt": "abc"}, "both-sides"),
    ("authme", f"$SHA$abc${sha('sha256', sha('sha256', P).hex().encode() + b'abc').hex()}", "nested-digest"),
    ("mediawiki", f":B:abc:{sha('md5', b'abc-' + sha('md5', P).hex().encode()).hex()}", "nested-digest"),
    ("solr", f"{b64(sha('sha256', sha('sha256', S + P)))} {b64(S)}", "nested-digest"),
    ("half_md5", sha("md5", P).hex()[:16], "truncated"),
    ("umbraco_hmac", b64(hmac.digest(P16, P16, "sha1")), "keyed-by-password"),
    ("tomcat_digest", f"{S.hex()}$3${sha('md5', sha('md5', sha('md5', S + P))).hex()}", "iterated-digest"),
    ("symfony_messagedigest",
     {"hash": b64(sha("sha512", sha("sha512", P + b"{abc}") + P + b"{abc}")), "salt": "abc", "iterations": 2},
     "iterated-digest"),
    ("xenforo1", f's:4:"hash";s:64:"{sha("sha256", hexed("sha256", P) + b"abc").hex()}";s:4:"salt";s:3:"abc"',
     "nested-digest"),
    ("authlogic_sha512",
     {"hash": sha("sha512", sha("sha512", P + b"abc").hex().encode()).hex(), "password_salt": "abc", "stretches": 2},
     "iterated-digest"),
]  # fmt: skip


class TestCarried:
    """Formats that Auth0 can check."""

    @pytest.mark.parametrize(("name", "stored"), CARRIED, ids=[name for name, _ in CARRIED])
    def test_logs_in(self, name: str, stored: Any) -> None:
        """The payload is in order and lets in this password alone; the old system's evaluation agrees."""
        payload = conversion.convert(stored, format=name).custom_password_hash
        candidate = registry.read_as(name, stored)
        assert candidate is not None
        assert payload_rules.refusals(payload) == []
        assert auth0_check.Checked(match=True) == auth0_check.check(payload, password=PASSWORD)
        assert auth0_check.Checked(match=False) == auth0_check.check(payload, password=PASSWORD + "x")
        assert legacy.accepts(candidate.form, password=PASSWORD)

    @pytest.mark.parametrize(("name", "stored"), CARRIED, ids=[name for name, _ in CARRIED])
    def test_is_recognised(self, name: str, stored: Any) -> None:
        """Without a word the format is among the candidates."""
        assert name in conversion.convert(stored).candidates


class TestHeld:
    """Formats that Auth0 cannot check."""

    @pytest.mark.parametrize(("name", "stored", "reason"), HELD, ids=[held[0] for held in HELD])
    def test_says_why_and_keeps_the_way_over_the_bridge(self, name: str, stored: Any, reason: str) -> None:
        """The reason is named, and the old system's evaluation accepts this password alone."""
        converted = conversion.convert(stored, format=name)
        candidate = registry.read_as(name, stored)
        assert candidate is not None
        assert (reason, "bridge") == (converted.reason, converted.verdict)
        assert legacy.accepts(candidate.form, password=PASSWORD)
        assert not legacy.accepts(candidate.form, password=PASSWORD + "x")
