"""Directories and mail servers: a scheme in braces, then base64 of digest and salt.

Source:
    RFC 2307 5.3; OpenLDAP's pw-sha2, pw-pbkdf2 and argon2 modules; 389 Directory Server; AIX; SAP.
"""

import re

from samekey.hashes import alphabets, catalogue, crypt_strings, forms, fragments, stored

_SCHEME = re.compile(r"\{([A-Za-z0-9_.-]+)\}(.*)", re.DOTALL)
_PLAIN = {"md5": ("md5", 16), "sha": ("sha1", 20), "sha1": ("sha1", 20), "sha224": ("sha224", 28),
          "sha256": ("sha256", 32), "sha384": ("sha384", 48), "sha512": ("sha512", 64),
          "ldap-md5": ("md5", 16)}  # fmt: skip
_SALTED = {"smd5": ("md5", 16), "ssha": ("sha1", 20), "ssha1": ("sha1", 20), "ssha224": ("sha224", 28),
           "ssha256": ("sha256", 32), "ssha384": ("sha384", 48), "ssha512": ("sha512", 64)}  # fmt: skip
_HEX = {"plain-md5": ("md5", 16), "plain-md4": ("md4", 16)}
_CRYPT = ("crypt", "blf-crypt")
_CLEAR = ("cleartext", "plain", "clear")
_ISSHA = re.compile(r"\{x-issha, *([0-9]{1,10})\}([A-Za-z0-9+/]+={0,2})", re.IGNORECASE)
_PBKDF2 = re.compile(
    r"\{PBKDF2(?:-SHA(1|256|512))?\}([1-9][0-9]{0,9})\$([A-Za-z0-9./]+)\$([A-Za-z0-9./]+)", re.IGNORECASE
)
_PBKDF2_KEY_BYTES = {"sha1": 20, "sha256": 32, "sha512": 64}
_AIX = re.compile(r"\{ssha(1|256|512)\}([0-9]{2})\$([^$]+)\$([./0-9A-Za-z]+)")
_AIX_LETTERS = {"1": 27, "256": 43, "512": 86}
_AIX_MD5 = re.compile(r"\{smd5\}([./0-9A-Za-z]{1,8})\$([./0-9A-Za-z]{22})")
_AIX_WHOLE_BYTES = {"1": 18, "256": 30, "512": 63}
"""Bytes that whole groups of AIX's encoding carry; the bits behind them are cut."""


def _ldap(value: stored.Stored) -> forms.Form | None:
    """One of the plain or salted schemes, or a wrapper around another string."""
    read = _SCHEME.fullmatch(value.text)
    if read is None:
        return None
    scheme, rest = read[1].lower(), read[2]
    name, _, written = scheme.partition(".")
    if name in _PLAIN or name in _SALTED:
        return _digested(name, written, rest)
    if name in _HEX:
        raw = alphabets.hex_bytes(rest)
        algorithm, size = _HEX[name]
        return forms.Digest(algorithm=algorithm, digest=raw) if raw is not None and len(raw) == size else None
    match scheme:
        case _ if scheme in _CRYPT:
            return crypt_strings.wrapped(rest)
        case "argon2" | "argon2i" | "argon2id":
            return fragments.argon2(rest)
        case _ if scheme in _CLEAR:
            return fragments.plain(rest)
        case "pbkdf2_sha256":
            return _directory_389(rest)
        case "pbkdf2" | "pbkdf2-sha1" | "pbkdf2-sha256" | "pbkdf2-sha512":
            return _pbkdf2(value.text)
        case _:
            return None


def _digested(name: str, written: str, rest: str) -> forms.Form | None:
    """RFC 2307: the salt is whatever is left behind the digest. Dovecot may add `.hex` or `.b64`."""
    if name == "md5" and rest.startswith("$1$"):
        return crypt_strings.wrapped(rest)  # what Dovecot calls MD5
    algorithm, size = _PLAIN.get(name) or _SALTED[name]
    # As many hex digits as the digest has are no accident: some programs write hex where LDAP has base64.
    in_hex = written == "hex" or (len(rest) >= 2 * size and alphabets.hex_bytes(rest) is not None)
    raw = alphabets.hex_bytes(rest) if in_hex else alphabets.b64_whole_bytes(rest)
    if raw is None:
        return None
    if len(raw) < size or (name in _PLAIN and len(raw) > size):
        return None if in_hex else fragments.DAMAGED
    return forms.Digest(algorithm=algorithm, digest=raw[:size], suffix=raw[size:])


def _directory_389(rest: str) -> forms.Form | None:
    """Rounds in four bytes, 64 of salt, 256 of key."""
    raw = alphabets.b64_bytes(rest)
    if raw is None or len(raw) != 4 + 64 + 256:
        return fragments.DAMAGED
    rounds = int.from_bytes(raw[:4], "big")
    return forms.Pbkdf2(digest_name="sha256", rounds=rounds, salt=raw[4:68], key=raw[68:]) if rounds else None


def _pbkdf2(text: str) -> forms.Form | None:
    """OpenLDAP's adapted base64; the key is as long as the digest, and no digest named means SHA-1."""
    read = _PBKDF2.fullmatch(text)
    salt, key = (alphabets.ab64_bytes(read[3]), alphabets.ab64_bytes(read[4])) if read else (None, None)
    if read is None or salt is None or key is None:
        return None
    digest_name = f"sha{read[1] or 1}"
    if len(key) != _PBKDF2_KEY_BYTES[digest_name]:
        return None
    return forms.Pbkdf2(digest_name=digest_name, rounds=int(read[2]), salt=salt, key=key)


def _aix(value: stored.Stored) -> forms.Form | None:
    """The encoding drops the last bits of the key; PBKDF2 is right as far as whole groups go."""
    read = _AIX.fullmatch(value.text)
    if read is None:
        return None
    size = _AIX_WHOLE_BYTES[read[1]]
    key = alphabets.aix_bytes(read[4][: size * 4 // 3])
    if key is None or len(key) != size or len(read[4]) != _AIX_LETTERS[read[1]]:
        return fragments.DAMAGED
    return forms.Pbkdf2(
        digest_name=f"sha{read[1]}", rounds=1 << int(read[2]), salt=read[3].encode(*alphabets.UTF8), key=key
    )


def _aix_md5(value: stored.Stored) -> forms.Form | None:
    """The md5-crypt of Poul-Henning Kamp, without a magic word in front of the salt."""
    read = _AIX_MD5.fullmatch(value.text)
    if read is None:
        return None
    return forms.Opaque(function="aix_smd5", reason="crypt3", parameters={"salt": read[1], "digest": read[2]})


def _issha(value: stored.Stored) -> forms.Form | None:
    """SHA1(P ‖ S), then SHA1(P ‖ the digest before) again and again; behind the digest stands the salt."""
    read = _ISSHA.fullmatch(value.text)
    raw = alphabets.b64_whole_bytes(read[2]) if read else None
    if read is None or raw is None or len(raw) <= 20:  # noqa: PLR2004  # SHA-1
        return None
    parameters = {"digest": raw[:20], "salt": raw[20:], "rounds": int(read[1])}
    return forms.Opaque(function="issha", reason="iterated-digest", parameters=parameters)


FORMATS = (
    catalogue.Format(
        name="ldap",
        definition="D(P) or D(P ‖ S) ‖ S; PBKDF2(P, decoded salt, i); or what the scheme wraps",
        recognised="`{SHA}`, `{SSHA}`, `{SMD5}`, `{SSHA512}`, `{PBKDF2-SHA256}`, `{CRYPT}`, `{ARGON2}` …",
        source="RFC 2307; OpenLDAP, 389 Directory Server, WebLogic, Dovecot",
        keys=tuple(
            f"{{{scheme}}}"
            for scheme in (
                *_PLAIN, *_SALTED, *_HEX, *_CRYPT, *_CLEAR, "argon2", "argon2i", "argon2id",
                "pbkdf2_sha256", "pbkdf2", "pbkdf2-sha1", "pbkdf2-sha256", "pbkdf2-sha512",
                *(f"{name}.{way}" for name in (*_PLAIN, *_SALTED) for way in ("hex", "b64")),
            )
        ),
        read=_ldap,
        certainty="exact",
    ),
    catalogue.Format(
        name="aix",
        definition="PBKDF2(P, salt as text, 2^n)",
        recognised="`{ssha256}nn$salt$…`, `{ssha1}…`, `{ssha512}…`",
        source="AIX's Loadable Password Algorithm",
        keys=("{ssha1}", "{ssha256}", "{ssha512}"),
        read=_aix,
        certainty="exact",
        rank=40,
    ),
    catalogue.Format(
        name="aix_smd5",
        definition="1000 rounds of MD5",
        recognised="`{smd5}salt$22`",
        source="AIX's Loadable Password Algorithm",
        keys=("{smd5}",),
        read=_aix_md5,
        certainty="exact",
        rank=40,
    ),
    catalogue.Format(
        name="sap_issha",
        definition="SHA1(P ‖ S), then SHA1(P ‖ the digest before), as often as written",
        recognised="`{x-issha, 1024}base64`",
        source="SAP CODVN H",
        keys=("{x-issha,",),
        read=_issha,
        certainty="exact",
    ),
)  # fmt: skip
"""Every format of this file."""
