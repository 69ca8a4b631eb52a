"""Microsoft: ASP.NET Identity and membership, SQL Server, Windows, and products on them.

Source:
    Microsoft.AspNetCore.Identity's PasswordHasher, System.Web's SqlMembershipProvider, nopCommerce, Umbraco,
    PeopleSoft, SQL Server's pwdencrypt; vectors in `tests/golden/hashes/vectors.jsonl`.
"""

import re

from samekey.hashes import alphabets, catalogue, forms, fragments, stored

UTF16LE = "utf16le"
_V2_BYTES = 49
_V3_PRF = ("sha1", "sha256", "sha512")
_HMACS = {"hmacmd5": ("md5", 64), "hmacsha1": ("sha1", 64), "hmacsha256": ("sha256", 64), "hmacsha384": ("sha384", 128),
          "hmacsha512": ("sha512", 128)}  # fmt: skip
_DIGESTS = {"sha1": ("sha1", 20), "sha": ("sha1", 20), "md5": ("md5", 16), "sha256": ("sha256", 32),
            "sha512": ("sha512", 64)}  # fmt: skip
_MSSQL = re.compile(r"(?:0[xX])?0([12])00([0-9A-Fa-f]{8})([0-9A-Fa-f]+)")
_PWDUMP = re.compile(r"[^:]*:[0-9]*:[0-9A-Fa-f*]{32}:([0-9A-Fa-f]{32}):.*")
_LM_EMPTY_HALF = "aad3b435b51404ee"
_ENTRA = re.compile(r"v1;PPH1_MD4,((?:[0-9A-Fa-f]{2})+),([0-9]{1,10}),([0-9A-Fa-f]{64});?")


def _identity_v2(value: stored.Stored) -> forms.Form | None:
    """00, 16 bytes of salt, 32 of key; always 1000 rounds."""
    raw = alphabets.b64_whole_bytes(value.text)
    if raw is None or len(raw) != _V2_BYTES or raw[0] != 0:
        return None
    return forms.Pbkdf2(digest_name="sha1", rounds=1000, salt=raw[1:17], key=raw[17:])


def _identity_v3(value: stored.Stored) -> forms.Form | None:
    """01, then PRF, rounds and salt length in four bytes each, then salt and key."""
    raw = alphabets.b64_whole_bytes(value.text)
    if raw is None or len(raw) < 13 + 8 + 16 or raw[0] != 1:
        return fragments.DAMAGED if value.text.startswith("AQAAAA") else None
    prf, rounds, salt_bytes = (int.from_bytes(raw[at : at + 4], "big") for at in (1, 5, 9))
    salt, key = raw[13 : 13 + salt_bytes], raw[13 + salt_bytes :]
    if prf >= len(_V3_PRF) or rounds < 1 or len(salt) != salt_bytes or len(key) < 16:  # noqa: PLR2004  # Identity's own bound
        return fragments.DAMAGED
    return forms.Pbkdf2(digest_name=_V3_PRF[prf], rounds=rounds, salt=salt, key=key)


def _membership(value: stored.Stored) -> forms.Form | None:
    """The password in UTF-16LE behind the salt; keyed hashes repeat the salt to fill the key."""
    match value.column("passwordformat", "PasswordFormat"):
        case "0":
            return fragments.plain(value.raw)
        case "2":
            return forms.Opaque(function="aspnet_encrypted", reason="needs-secret", parameters={"value": value.text})
        case _:
            return _membership_hashed(value)


def _membership_hashed(value: stored.Stored) -> forms.Form | None:
    """PasswordFormat 1."""
    salt = alphabets.b64_bytes(value.column("salt", "PasswordSalt") or "")
    raw = alphabets.b64_bytes(value.text)
    if not salt or not raw:
        return None
    named = (value.column("algorithm") or "").lower().replace("-", "")
    named = named or {20: "sha1", 32: "hmacsha256", 64: "hmacsha512"}.get(len(raw), "")
    if named in _HMACS:
        digest_name, key_bytes = _HMACS[named]
        key = (salt * (key_bytes // len(salt) + 1))[:key_bytes]
        return forms.Hmac(digest_name=digest_name, mac=raw, key=key, password_encoding=UTF16LE)
    if named in _DIGESTS and len(raw) == _DIGESTS[named][1]:
        return forms.Digest(algorithm=_DIGESTS[named][0], digest=raw, prefix=salt, password_encoding=UTF16LE)
    return None


def _nopcommerce(value: stored.Stored) -> forms.Form | None:
    salt = value.octets("salt")
    raw = alphabets.hex_bytes(value.text)
    algorithm = {16: "md5", 20: "sha1", 32: "sha256", 48: "sha384", 64: "sha512"}.get(len(raw or b""))
    if raw is None or salt is None or algorithm is None:
        return None
    return forms.Digest(algorithm=algorithm, digest=raw, suffix=salt)


def _umbraco(value: stored.Stored) -> forms.Form | None:
    raw = fragments.digest_bytes(value.text, 20)
    if raw is None:
        return None
    return forms.Opaque(function="umbraco_hmac", reason="keyed-by-password", parameters={"digest": raw})


def _peoplesoft(value: stored.Stored) -> forms.Form | None:
    raw = fragments.digest_bytes(value.text, 20)
    return None if raw is None else forms.Digest(algorithm="sha1", digest=raw, password_encoding=UTF16LE)


def _nt(value: stored.Stored) -> forms.Form | None:
    """MD4 over UTF-16LE; also inside a line of pwdump, and behind `{NT}`."""
    text = value.text
    if (dumped := _PWDUMP.fullmatch(text)) is not None:
        text = dumped[1]
    elif text[:4].upper() == "{NT}":
        text = text[4:]
    raw = alphabets.hex_bytes(text)
    if raw is None or len(raw) != 16:  # noqa: PLR2004  # MD4
        return None
    return forms.Digest(algorithm="md4", digest=raw, password_encoding=UTF16LE)


def _lm(value: stored.Stored) -> forms.Form | None:
    raw = alphabets.hex_bytes(value.text)
    if raw is None or len(raw) != 16:  # noqa: PLR2004  # two halves of 8
        return None
    return forms.Opaque(function="lm_hash", reason="folded-password", parameters={"digest": raw})


def _mssql(value: stored.Stored, *, version: str, sizes: tuple[int, ...]) -> forms.Form | None:
    """Four bytes of salt, then the digest; SQL Server 2000 adds the digest of the upper-cased password."""
    read = _MSSQL.fullmatch(value.text)
    raw = alphabets.hex_bytes(read[3]) if read else None
    if read is None or raw is None or read[1] != version or len(raw) not in sizes:
        return None
    size = 64 if version == "2" else 20
    salt = bytes.fromhex(read[2])
    if not any(raw[:size]):
        parameters = {"digest": raw[size:], "salt": salt}
        return forms.Opaque(function="mssql2000_upper", reason="folded-password", parameters=parameters)
    algorithm = "sha512" if version == "2" else "sha1"
    return forms.Digest(algorithm=algorithm, digest=raw[:size], suffix=salt, password_encoding=UTF16LE)


def _mssql2000(value: stored.Stored) -> forms.Form | None:
    return _mssql(value, version="1", sizes=(40,))


def _mssql2005(value: stored.Stored) -> forms.Form | None:
    return _mssql(value, version="1", sizes=(20,))


def _mssql2012(value: stored.Stored) -> forms.Form | None:
    return _mssql(value, version="2", sizes=(64,))


def _entra(value: stored.Stored) -> forms.Form | None:
    read = _ENTRA.fullmatch(value.text)
    if read is None:
        return None
    parameters = {"salt": bytes.fromhex(read[1]), "rounds": int(read[2]), "key": bytes.fromhex(read[3])}
    return forms.Opaque(function="entra_connect", reason="nested-digest", parameters=parameters)


FORMATS = (
    catalogue.Format(
        name="aspnet_identity_v2",
        definition="PBKDF2-SHA1(P, 16 bytes of salt, 1000, 32)",
        recognised="base64 of 49 bytes, the first 00",
        source="Microsoft.AspNet.Identity 2",
        keys=("b64:49",),
        read=_identity_v2,
        certainty="exact",
    ),
    catalogue.Format(
        name="aspnet_identity_v3",
        definition="PBKDF2 with PRF, rounds and salt length in the value",
        recognised="base64 whose first byte is 01, `AQAAAA…`",
        source="Microsoft.AspNetCore.Identity",
        keys=("AQAAAA",),
        read=_identity_v3,
        certainty="exact",
    ),
    catalogue.Format(
        name="aspnet_membership",
        definition="SHA1 or SHA256(S ‖ P as UTF-16LE), or an HMAC keyed by the repeated salt",
        recognised="base64 beside a base64 salt and `passwordformat`",
        source="System.Web.Security.SqlMembershipProvider",
        keys=("column:passwordformat", "column:PasswordFormat"),
        read=_membership,
        certainty="exact",
    ),
    catalogue.Format(
        name="nopcommerce",
        definition="D(P ‖ salt as text)",
        recognised="upper-case hex beside a base64 salt",
        source="nopCommerce's EncryptionService",
        keys=("hex:40", "hex:128"),
        needs=("salt",),
        read=_nopcommerce,
        certainty="shape",
        rank=54,
    ),
    catalogue.Format(
        name="umbraco_hmac",
        definition="HMAC-SHA1(key = P as UTF-16LE, P as UTF-16LE)",
        recognised="28 characters of base64",
        source="Umbraco 7",
        keys=("b64:20",),
        read=_umbraco,
        certainty="shape",
        rank=85,
    ),
    catalogue.Format(
        name="peoplesoft",
        definition="SHA1(P as UTF-16LE)",
        recognised="28 characters of base64",
        source="PeopleSoft PeopleTools",
        keys=("b64:20",),
        read=_peoplesoft,
        certainty="shape",
        rank=75,
    ),
    catalogue.Format(
        name="nt_hash",
        definition="MD4(P as UTF-16LE)",
        recognised="32 hex digits, alone, behind `{NT}`, or in a line of pwdump",
        source="Windows, Samba",
        keys=("hex:32", "{nt}", ":hex:32", "pwdump"),
        read=_nt,
        certainty="shape",
        rank=40,
    ),
    catalogue.Format(
        name="lm_hash",
        definition="DES over two upper-cased halves of the password",
        recognised=f"32 hex digits, often ending {_LM_EMPTY_HALF}",
        source="LAN Manager",
        keys=("hex:32",),
        read=_lm,
        certainty="shape",
        rank=90,
    ),
    *(
        catalogue.Format(
            name=name,
            definition=definition,
            recognised=recognised,
            source="SQL Server's pwdencrypt",
            keys=("0x", "0X", f"hex:{digits}"),
            read=read,
            certainty="exact",
        )
        for name, definition, recognised, read, digits in (
            ("mssql2000", "SHA1(P as UTF-16LE ‖ S), and the same of the upper-cased P", "`0x0100`, 88 hex digits",
             _mssql2000, 92),
            ("mssql2005", "SHA1(P as UTF-16LE ‖ S)", "`0x0100`, 48 hex digits", _mssql2005, 52),
            ("mssql2012", "SHA512(P as UTF-16LE ‖ S)", "`0x0200`, 136 hex digits", _mssql2012, 140),
        )
    ),
    catalogue.Format(
        name="entra_connect",
        definition="PBKDF2-SHA256 over the upper-case hex of the NT hash",
        recognised="`v1;PPH1_MD4,salt,100,64 hex`",
        source="Microsoft Entra Connect",
        keys=("v1;",),
        read=_entra,
        certainty="exact",
    ),
)  # fmt: skip
"""Every format of this file."""
