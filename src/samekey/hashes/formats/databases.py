"""Databases used as user stores: MySQL, PostgreSQL, MongoDB, Oracle.

Source:
    MySQL's PASSWORD(), PostgreSQL's pg_authid, MongoDB's MONGODB-CR, Oracle's SYS.USER$; vectors in
    `tests/golden/hashes/vectors.jsonl`.
"""

import re

from samekey.hashes import alphabets, catalogue, forms, fragments, stored

_MYSQL41 = re.compile(r"\*?([0-9A-F]{40}|[0-9a-f]{40})")
_POSTGRES = re.compile(r"md5([0-9a-f]{32})")
_SCRAM = re.compile(r"SCRAM-SHA-(?:1|256|512)\$[0-9]+:.+")
_ORACLE11 = re.compile(r"S:([0-9A-Fa-f]{40})([0-9A-Fa-f]{20})(?:;.*)?")
_ORACLE12 = re.compile(r"T:[0-9A-Fa-f]{160}(?:;.*)?")
_HALF = re.compile(r"[0-9A-Fa-f]{16}")


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
    if _HALF.fullmatch(value.text) and value.column("username") is not None:
        return forms.Opaque(function="oracle10", reason="folded-password", parameters={"value": value.text})
    return None


def _caching_sha2(value: stored.Stored) -> forms.Form | None:
    if value.text.startswith("$A$"):
        return forms.Opaque(function="mysql_caching_sha2", reason="crypt3", parameters={"value": value.text})
    return None


def _postgres_md5(value: stored.Stored) -> forms.Form | None:
    """The role's name stands behind the password; without it nothing can be checked."""
    read, role = _POSTGRES.fullmatch(value.text), value.column("username")
    if read is None:
        return None
    if role is None:
        return forms.Opaque(function="postgres_md5", reason="needs-secret", parameters={"value": value.text})
    return forms.Digest(algorithm="md5", digest=bytes.fromhex(read[1]), suffix=role.encode())


def _scram(value: stored.Stored) -> forms.Form | None:
    if _SCRAM.fullmatch(value.text):
        return forms.Opaque(function="scram", reason="scram", parameters={"value": value.text})
    return None


def _scram_columns(value: stored.Stored) -> forms.Form | None:
    if not ({"storedKey", "serverKey"} <= value.columns.keys() or {"stored_key", "server_key"} <= value.columns.keys()):
        return None
    return forms.Opaque(function="scram", reason="scram", parameters={})


def _mongodb_cr(value: stored.Stored) -> forms.Form | None:
    raw, user = fragments.digest_bytes(value.text, 16), value.column("username")
    if raw is None or user is None:
        return None
    return forms.Digest(algorithm="md5", digest=raw, prefix=f"{user}:mongo:".encode())


def _oracle11(value: stored.Stored) -> forms.Form | None:
    read = _ORACLE11.fullmatch(value.text)
    if read is None:
        return None
    return forms.Digest(algorithm="sha1", digest=bytes.fromhex(read[1]), suffix=bytes.fromhex(read[2]))


def _oracle12(value: stored.Stored) -> forms.Form | None:
    if _ORACLE12.fullmatch(value.text):
        return forms.Opaque(function="oracle12", reason="nested-digest", parameters={"value": value.text})
    return None


def _sybase(value: stored.Stored) -> forms.Form | None:
    if value.text[:6].lower() == "0xc007" and alphabets.hex_bytes(value.text[2:]) is not None:
        return forms.Opaque(function="sybase_ase", reason="proprietary", parameters={"value": value.text})
    return None


def _lotus(value: stored.Stored) -> forms.Form | None:
    if re.fullmatch(r"\([GH][A-Za-z0-9+/.]{19,49}\)", value.text):
        return forms.Opaque(function="lotus_notes", reason="proprietary", parameters={"value": value.text})
    return None


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
        definition="SHA-256-crypt",
        recognised="`$A$005$…`",
        source="MySQL 8",
        keys=("$A$",),
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
        definition="SCRAM keys",
        recognised="`SCRAM-SHA-256$i:…`",
        source="PostgreSQL",
        keys=("SCRAM-SHA-256$", "SCRAM-SHA-1$"),
        read=_scram,
    ),
    catalogue.Format(
        name="scram",
        definition="SCRAM keys",
        recognised="columns `storedKey` and `serverKey`",
        source="MongoDB, ejabberd, Prosody",
        keys=("column:storedKey", "column:stored_key"),
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
        recognised="`S:60 hex`",
        source="Oracle 11g",
        keys=("S:",),
        read=_oracle11,
    ),
    catalogue.Format(
        name="oracle12",
        definition="SHA512 over a PBKDF2 key",
        recognised="`T:160 hex`",
        source="Oracle 12c",
        keys=("T:",),
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
        name="sybase_ase",
        definition="the product's own",
        recognised="`0xc007` and 80 hex digits",
        source="Sybase ASE",
        keys=("0x", "0X"),
        read=_sybase,
    ),
    catalogue.Format(
        name="lotus_notes",
        definition="the product's own",
        recognised="`(G…)`, `(H…)`",
        source="Lotus Notes and Domino",
        keys=("(",),
        read=_lotus,
    ),
)
"""Every format of this file."""
