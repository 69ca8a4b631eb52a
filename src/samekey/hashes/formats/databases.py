"""Databases used as user stores: MySQL, PostgreSQL, MongoDB, Oracle.

Source:
    MySQL's PASSWORD(), PostgreSQL's pg_authid, MongoDB's MONGODB-CR, Oracle's SYS.USER$; vectors in
    `tests/golden/hashes/vectors.jsonl`.
"""

import re
from typing import Any

from samekey.hashes import alphabets, catalogue, forms, fragments, scram, stored

_MYSQL41 = re.compile(r"\*?([0-9A-F]{40}|[0-9a-f]{40})")
_POSTGRES = re.compile(r"md5([0-9a-f]{32})")
_ORACLE11 = re.compile(r"(?:[HT]:[0-9A-Fa-f]+;)*S:([0-9A-Fa-f]{40})([0-9A-Fa-f]{20})(?:;[HT]:[0-9A-Fa-f]+)*;?")
_ORACLE12 = re.compile(r"(?:[HS]:[0-9A-Fa-f]+;)*T:([0-9A-Fa-f]{128})([0-9A-Fa-f]{32})(?:;[HS]:[0-9A-Fa-f]+)*;?")
_CACHING_SHA2 = re.compile(rb"\$A\$([0-9A-Fa-f]{3})\$(.{20})([./0-9A-Za-z]{43})", re.DOTALL)
_HALF = re.compile(r"[0-9A-Fa-f]{16}")
_RACF_HEAD = "$racf$"
_RACF = re.compile(r"\$racf\$\*([^*]{1,8})\*([0-9A-Fa-f]{16})")
_LOTUS5 = re.compile(r"\([0-9A-Fa-f]{32}\)|[0-9A-Fa-f]{32}")
_DOMINO6_CHARS = 22
_DOMINO6_COMPARED = 20
"""Brackets, `G`, and 18 of 19 characters: hashcat, too, takes the nineteenth as it stands."""
_DOMINO8_CHARS = 51


def _mysql41(value: stored.Stored) -> forms.Form | None:
    """The star may be lost on the way."""
    read = _MYSQL41.fullmatch(value.text)
    return fragments.nested("sha1_raw_sha1", bytes.fromhex(read[1])) if read else None


def _mysql323(value: stored.Stored) -> forms.Form | None:
    if _HALF.fullmatch(value.text):
        return forms.Opaque(function="mysql323", reason="proprietary", parameters={"digest": bytes.fromhex(value.text)})
    return None


def _half_md5(value: stored.Stored) -> forms.Form | None:
    if _HALF.fullmatch(value.text):
        return forms.Opaque(function="half_md5", reason="truncated", parameters={"digest": bytes.fromhex(value.text)})
    return None


def _oracle10(value: stored.Stored) -> forms.Form | None:
    name = value.column("username")
    if not _HALF.fullmatch(value.text) or name is None:
        return None
    parameters = {"digest": bytes.fromhex(value.text), "username": name}
    return forms.Opaque(function="oracle10", reason="folded-password", parameters=parameters)


def _racf(value: stored.Stored) -> forms.Form | None:
    """As John and hashcat write it, with the user in it; or the digest beside its user."""
    read = _RACF.fullmatch(value.text)
    if read is None and value.text.startswith(_RACF_HEAD):
        return fragments.DAMAGED
    name, digest = (read[1], read[2]) if read else (value.column("username"), value.text)
    if name is None or not _HALF.fullmatch(digest):
        return None
    parameters = {"digest": bytes.fromhex(digest), "username": name}
    return forms.Opaque(function="racf", reason="folded-password", parameters=parameters)


def _caching_sha2(value: stored.Stored) -> forms.Form | None:
    """`$A$`, thousands of rounds in hex, 20 characters of salt, the digest; as text or, since the salt may hold control
    characters, in hex.
    """
    raw = alphabets.hex_bytes(value.text.removeprefix("0x").removeprefix("0X"))
    read = _CACHING_SHA2.fullmatch(value.text.encode("latin-1", "replace") if raw is None else raw)
    if read is None:
        return fragments.DAMAGED if value.text.startswith("$A$") else None
    parameters = {"rounds": 1000 * int(read[1], 16), "salt": read[2], "digest": read[3].decode()}
    return forms.Opaque(function="mysql_caching_sha2", reason="crypt3", parameters=parameters)


def _postgres_md5(value: stored.Stored) -> forms.Form | None:
    """The role's name stands behind the password; without it nothing can be checked."""
    read, role = _POSTGRES.fullmatch(value.text), value.column("username")
    if read is None:
        return None
    if role is None:
        return forms.Opaque(function="postgres_md5", reason="needs-column")
    return forms.Digest(algorithm="md5", digest=bytes.fromhex(read[1]), suffix=role.encode(*alphabets.UTF8))


def _scram(value: stored.Stored) -> forms.Form | None:
    return scram.of_postgres(value.text)


def _scram_columns(value: stored.Stored) -> forms.Form | None:
    return scram.of_columns(value)


def _mongodb_cr(value: stored.Stored) -> forms.Form | None:
    raw, user = fragments.digest_bytes(value.text, 16), value.column("username")
    if raw is None or user is None:
        return None
    return forms.Digest(algorithm="md5", digest=raw, prefix=f"{user}:mongo:".encode(*alphabets.UTF8))


def _oracle11(value: stored.Stored) -> forms.Form | None:
    read = _ORACLE11.fullmatch(value.text)
    if read is None:
        return None
    return forms.Digest(algorithm="sha1", digest=bytes.fromhex(read[1]), suffix=bytes.fromhex(read[2]))


def _oracle12(value: stored.Stored) -> forms.Form | None:
    read = _ORACLE12.fullmatch(value.text)
    if read is None:
        return None
    parameters = {"digest": bytes.fromhex(read[1]), "salt": bytes.fromhex(read[2])}
    return forms.Opaque(function="oracle12", reason="nested-digest", parameters=parameters)


def _sybase(value: stored.Stored) -> forms.Form | None:
    raw = alphabets.hex_bytes(value.text.removeprefix("0x").removeprefix("0X"))
    if raw is None or len(raw) != 2 + 8 + 32 or raw[:2] != b"\xc0\x07":
        return None
    parameters = {"salt": raw[2:10], "digest": raw[10:]}
    return forms.Opaque(function="sybase_ase", reason="proprietary", parameters=parameters)


def _lotus(value: stored.Stored) -> forms.Form | None:
    """By what stands in the brackets; a digest without them is told by a word or a proof alone."""
    text = value.text
    if _LOTUS5.fullmatch(text):
        parameters: dict[str, Any] = {"digest": bytes.fromhex(text.strip("()"))}
        return forms.Opaque(function="lotus5", reason="proprietary", parameters=parameters)
    raw = alphabets.domino_bytes(text[2:-1]) if text.startswith(("(G", "(H")) and text.endswith(")") else None
    if raw is None:
        return fragments.DAMAGED if text.startswith(("(G", "(H")) else None
    if text[1] == "G" and len(text) == _DOMINO6_CHARS:
        parameters = {"salt": raw[:5], "digest": text[:_DOMINO6_COMPARED].encode("ascii")}
        return forms.Opaque(function="domino6", reason="proprietary", parameters=parameters)
    if text[1] == "G" or len(text) != _DOMINO8_CHARS or not raw[16:26].isdigit():
        return fragments.DAMAGED
    parameters = {"salt": raw[:16], "rounds": int(raw[16:26]), "key": raw[28:]}
    return forms.Opaque(function="domino8", reason="proprietary", parameters=parameters)


FORMATS = (
    catalogue.Format(
        name="mysql41",
        definition="SHA1(raw SHA1(P))",
        recognised="`*` and 40 hex digits; the star may be lost",
        source="MySQL 4.1 to 5.7, MariaDB",
        keys=("*", "hex:40"),
        read=_mysql41,
        certainty="shape",
        rank=55,
    ),
    catalogue.Format(
        name="mysql323",
        definition="a checksum of 62 bits",
        recognised="16 hex digits",
        source="MySQL before 4.1",
        keys=("hex:16",),
        read=_mysql323,
        certainty="shape",
    ),
    catalogue.Format(
        name="half_md5",
        definition="the first 16 hex digits of MD5(P)",
        recognised="16 hex digits",
        source="home-made",
        keys=("hex:16",),
        read=_half_md5,
        certainty="shape",
        rank=60,
    ),
    catalogue.Format(
        name="mysql_caching_sha2",
        definition="SHA-crypt with SHA-256 and a salt of 20 bytes",
        recognised="`$A$005$…`, or its hex",
        source="MySQL 8",
        keys=("$A$", "0x", "0X", "hex:140"),
        read=_caching_sha2,
    ),
    catalogue.Format(
        name="postgres_md5",
        definition="MD5(P ‖ role name)",
        recognised="`md5` and 32 hex digits, beside `username`",
        source="PostgreSQL",
        keys=("md5",),
        read=_postgres_md5,
    ),
    catalogue.Format(
        name="postgres_scram",
        definition="H(HMAC(PBKDF2(P, S, i), `Client Key`)) and a server key",
        recognised="`SCRAM-SHA-256$i:salt$key:key`",
        source="PostgreSQL",
        keys=("SCRAM-SHA-256$", "SCRAM-SHA-1$", "SCRAM-SHA-512$"),
        read=_scram,
    ),
    catalogue.Format(
        name="scram",
        definition="H(HMAC(PBKDF2(P, S, i), `Client Key`)) and a server key",
        recognised="columns `storedKey` and `serverKey`",
        source="MongoDB, ejabberd, Prosody",
        keys=("column:storedKey", "column:stored_key", "column:storedkey", "column:serverkey"),
        read=_scram_columns,
    ),
    catalogue.Format(
        name="mongodb_cr",
        definition="MD5(`user:mongo:` ‖ P)",
        recognised="32 hex digits beside `username`",
        source="MongoDB before 4.0",
        keys=("hex:32",),
        needs=("username",),
        read=_mongodb_cr,
        certainty="shape",
        rank=60,
    ),
    catalogue.Format(
        name="oracle11",
        definition="SHA1(P ‖ 10 bytes of salt)",
        recognised="`S:60 hex`, alone or among other verifiers",
        source="Oracle 11g",
        keys=("S:", "H:", "T:"),
        read=_oracle11,
        warnings=("encoding-unproven",),
    ),
    catalogue.Format(
        name="oracle12",
        definition="SHA512(PBKDF2-SHA512(P, S ‖ `AUTH_PBKDF2_SPEEDY_KEY`, 4096, 64) ‖ S)",
        recognised="`T:160 hex`, alone or among other verifiers",
        source="Oracle 12c",
        keys=("T:", "S:", "H:"),
        read=_oracle12,
    ),
    catalogue.Format(
        name="oracle10",
        definition="DES over the upper-cased user name and password",
        recognised="16 hex digits beside `username`",
        source="Oracle 10g",
        keys=("hex:16",),
        needs=("username",),
        read=_oracle10,
        certainty="shape",
        rank=40,
    ),
    catalogue.Format(
        name="racf",
        definition="DES of the user name, keyed by eight letters of the password, mostly in capitals; EBCDIC",
        recognised="`$racf$*user*16 hex`, or 16 hex digits beside `username`",
        source="IBM RACF",
        keys=("hex:16",),
        joined=("$racf$",),
        needs=("username",),
        read=_racf,
        certainty="shape",
        rank=60,
    ),
    catalogue.Format(
        name="sybase_ase",
        definition="SHA256(P as UTF-16BE, filled up with zeroes to 510 bytes, ‖ S)",
        recognised="`0xc007` and 80 hex digits",
        source="Sybase ASE",
        keys=("0x", "0X", "hex:84"),
        read=_sybase,
    ),
    catalogue.Format(
        name="lotus_notes",
        definition="a relative of MD2; since 6 the same over a salt and the hex of that; since 8 PBKDF2-SHA1 over it",
        recognised="`(32 hex)`, `(G…)` of 22 characters, `(H…)` of 51",
        source="Lotus Notes and Domino 5, 6 and 8",
        keys=("(",),
        read=_lotus,
    ),
)
"""Every format of this file."""
