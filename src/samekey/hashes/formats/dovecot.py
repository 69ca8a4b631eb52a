"""Dovecot: schemes in braces that no directory has; those that directories share are read as theirs.

Source:
    Dovecot's password schemes; values made by `doveadm pw` in `tests/golden/hashes/dovecot`.
"""

import re

from samekey.hashes import alphabets, catalogue, crypt_strings, forms, fragments, scram, stored

_SCHEME = re.compile(r"\{([A-Za-z0-9-]+)\}(.*)", re.DOTALL)
_CRYPT = ("sha512-crypt", "sha256-crypt", "md5-crypt", "des-crypt")
_SCRAM = ("scram-sha-1", "scram-sha-256")
_UTF16LE = "utf16le"
_OTHERS = ("cram-md5", "hmac-md5", "otp", "skey", "rpa", "plain-trunc")
_ONE_TIME = re.compile(r"(md4|md5|sha1) ([0-9]{1,6}) ([0-9A-Za-z]{1,16}) ([0-9A-Fa-f]{16})")
_TRUNCATED = re.compile(r"([0-9]{1,9})-(.+)", re.DOTALL)
_DOVECOT_PBKDF2 = re.compile(r"\{PBKDF2\}\$1\$([^$]+)\$([1-9][0-9]{0,9})\$([0-9a-f]{40})")


def _dovecot(value: stored.Stored) -> forms.Form | None:
    """What the scheme in braces says."""
    read = _SCHEME.fullmatch(value.text)
    if read is None:
        return None
    scheme, rest = read[1].lower(), read[2]
    if scheme in _CRYPT:
        return crypt_strings.wrapped(rest)
    if scheme in _SCRAM:
        return scram.of_dovecot(rest, digest_name=scheme.removeprefix("scram-").replace("-", ""))
    match scheme:
        case "digest-md5":
            return _digest_md5(rest, value)
        case "ntlm":
            return _ntlm(rest)
        case "lanman" | "lm":
            return _lan_manager(rest)
        case _:
            return None


def _ntlm(rest: str) -> forms.Form | None:
    raw = fragments.digest_bytes(rest, 16)
    return None if raw is None else forms.Digest(algorithm="md4", digest=raw, password_encoding=_UTF16LE)


def _lan_manager(rest: str) -> forms.Form | None:
    raw = fragments.digest_bytes(rest, 16)
    if raw is None:
        return None
    return forms.Opaque(function="lm_hash", reason="folded-password", parameters={"digest": raw})


def _digest_md5(rest: str, value: stored.Stored) -> forms.Form | None:
    """MD5(user:realm:P), of a user who may be written with the realm behind an `@`."""
    raw, name = fragments.digest_bytes(rest, 16), value.column("username")
    if raw is None:
        return None
    if name is None:
        return forms.Opaque(function="digest_md5", reason="needs-column")
    user, at, realm = name.rpartition("@")
    named = value.column("realm")
    if named is not None or not at:
        user, realm = name, named or ""
    return forms.Digest(algorithm="md5", digest=raw, prefix=f"{user}:{realm}:".encode(*alphabets.UTF8))


def _dovecot_pbkdf2(value: stored.Stored) -> forms.Form | None:
    read = _DOVECOT_PBKDF2.fullmatch(value.text)
    if read is None:
        return None
    return forms.Pbkdf2(
        digest_name="sha1", rounds=int(read[2]), salt=read[1].encode(*alphabets.UTF8), key=bytes.fromhex(read[3])
    )


def _other(value: stored.Stored) -> forms.Form | None:
    """A scheme that Auth0 does not have."""
    read = _SCHEME.fullmatch(value.text)
    if read is None:
        return None
    rest = read[2]
    match read[1].lower():
        case "cram-md5" | "hmac-md5":
            return _keyed(rest)
        case "otp" | "skey":
            return _one_time(rest)
        case "rpa":
            raw = fragments.digest_bytes(rest, 16)
            return _damaged_unless(raw, function="rpa", reason="proprietary")
        case "plain-trunc":
            return _plain_truncated(rest)
        case _:
            return None


def _keyed(rest: str) -> forms.Form:
    """Both states of an HMAC after its key: what CRAM-MD5 goes on from, and the password cannot be told from."""
    return _damaged_unless(fragments.digest_bytes(rest, 32), function="cram_md5", reason="keyed-by-password")


def _damaged_unless(raw: bytes | None, *, function: str, reason: str) -> forms.Form:
    if raw is None:
        return fragments.DAMAGED
    return forms.Opaque(function=function, reason=reason, parameters={"digest": raw})


def _one_time(rest: str) -> forms.Form:
    """Algorithm, sequence, seed and the last one-time password; a seed counts in lower case."""
    read = _ONE_TIME.fullmatch(rest)
    if read is None:
        return fragments.DAMAGED
    parameters = {"algorithm": read[1], "rounds": int(read[2]), "seed": read[3].lower().encode(*alphabets.UTF8),
                  "digest": bytes.fromhex(read[4])}  # fmt: skip
    return forms.Opaque(function="one_time_password", reason="iterated-digest", parameters=parameters)


def _plain_truncated(rest: str) -> forms.Form:
    """The number says where a password was cut; a shorter one is there as a whole."""
    read = _TRUNCATED.fullmatch(rest)
    kept = read[2].encode(*alphabets.UTF8) if read else b""
    if read is None or len(kept) > int(read[1]):
        return fragments.DAMAGED
    if len(kept) < int(read[1]):
        return fragments.plain(read[2])
    return forms.Opaque(function="plain_truncated", reason="truncated", parameters={"digest": kept})


FORMATS = (
    catalogue.Format(
        name="dovecot",
        definition="as the scheme says: MD5(user:realm:P), MD4(P as UTF-16LE), SCRAM keys, crypt(3)",
        recognised="`{DIGEST-MD5}`, `{NTLM}`, `{LANMAN}`, `{SCRAM-SHA-256}`, `{SHA512-CRYPT}` …",
        source="Dovecot",
        keys=tuple(f"{{{scheme}}}" for scheme in (*_CRYPT, *_SCRAM, "digest-md5", "ntlm", "lanman", "lm")),
        read=_dovecot,
        certainty="exact",
    ),
    catalogue.Format(
        name="dovecot_pbkdf2",
        definition="PBKDF2-SHA1(P, salt as text, i, 20)",
        recognised="`{PBKDF2}$1$salt$i$40 hex`",
        source="Dovecot",
        keys=("{pbkdf2}",),
        read=_dovecot_pbkdf2,
        certainty="exact",
    ),
    catalogue.Format(
        name="dovecot_other",
        definition="the states of HMAC-MD5 under P; RFC 2289 over seed ‖ P; MD5 of P with zeroes; the start of P",
        recognised="`{CRAM-MD5}`, `{OTP}`, `{SKEY}`, `{RPA}`, `{PLAIN-TRUNC}`",
        source="Dovecot",
        keys=tuple(f"{{{scheme}}}" for scheme in _OTHERS),
        read=_other,
        certainty="exact",
    ),
)
"""Every format of this file."""
