"""Directories and mail servers: a scheme in braces, then base64 of digest and salt.

Source:
    RFC 2307 5.3; OpenLDAP's pw-sha2, pw-pbkdf2 and argon2 modules; 389 Directory Server; AIX; Dovecot.
"""

import re

from samekey.hashes import alphabets, catalogue, forms, fragments, stored

_SCHEME = re.compile(r"\{([A-Za-z0-9_.-]+)\}(.*)", re.DOTALL)
_PLAIN = {"md5": ("md5", 16), "sha": ("sha1", 20), "sha1": ("sha1", 20), "sha224": ("sha224", 28),
          "sha256": ("sha256", 32), "sha384": ("sha384", 48), "sha512": ("sha512", 64),
          "ldap-md5": ("md5", 16)}  # fmt: skip
_SALTED = {"smd5": ("md5", 16), "ssha": ("sha1", 20), "ssha1": ("sha1", 20), "ssha224": ("sha224", 28),
           "ssha256": ("sha256", 32), "ssha384": ("sha384", 48), "ssha512": ("sha512", 64)}  # fmt: skip
_HEX = {"plain-md5": ("md5", 16), "plain-md4": ("md4", 16)}
_REFUSED = {"sha512-crypt": "crypt3", "sha256-crypt": "crypt3", "md5-crypt": "crypt3", "des-crypt": "crypt3",
            "cram-md5": "proprietary", "scram-sha-1": "scram", "scram-sha-256": "scram", "otp": "proprietary",
            "skey": "proprietary", "x-issha, 1024": "iterated-digest", "smd5-aix": "crypt3"}  # fmt: skip
_PBKDF2 = re.compile(
    r"\{PBKDF2(?:-SHA(1|256|512))?\}([1-9][0-9]{0,9})\$([A-Za-z0-9./]+)\$([A-Za-z0-9./]+)", re.IGNORECASE
)
_PBKDF2_KEY_BYTES = {"sha1": 20, "sha256": 32, "sha512": 64}
_DOVECOT_PBKDF2 = re.compile(r"\{PBKDF2\}\$1\$([^$]+)\$([1-9][0-9]{0,9})\$([0-9a-f]{40})")
_AIX = re.compile(r"\{ssha(1|256|512)\}([0-9]{2})\$([^$]+)\$([./0-9A-Za-z]+)")
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
        case "crypt":
            return _crypt(rest)
        case "argon2" | "argon2i" | "argon2id":
            return fragments.argon2(rest)
        case "blf-crypt":
            return fragments.bcrypt(rest)
        case "cleartext" | "plain" | "clear":
            return fragments.plain(rest)
        case "pbkdf2_sha256":
            return _directory_389(rest)
        case "pbkdf2" | "pbkdf2-sha1" | "pbkdf2-sha256" | "pbkdf2-sha512":
            return _pbkdf2(value.text)
        case _:
            return None


def _digested(name: str, written: str, rest: str) -> forms.Form | None:
    """RFC 2307: the salt is whatever is left behind the digest. Dovecot may add `.hex` or `.b64`."""
    algorithm, size = _PLAIN.get(name) or _SALTED[name]
    raw = alphabets.hex_bytes(rest) if written == "hex" else alphabets.b64_whole_bytes(rest)
    if raw is None:
        return None
    if len(raw) < size or (name in _PLAIN and len(raw) > size):
        return None if alphabets.hex_bytes(rest) is not None else fragments.DAMAGED
    return forms.Digest(algorithm=algorithm, digest=raw[:size], suffix=raw[size:])


def _crypt(rest: str) -> forms.Form | None:
    """A crypt(3) string: bcrypt goes on as bcrypt, the others stay."""
    if rest.startswith("$2"):
        return fragments.bcrypt(rest)
    return forms.Opaque(function="ldap_crypt", reason="crypt3", parameters={"value": rest})


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


def _dovecot_pbkdf2(value: stored.Stored) -> forms.Form | None:
    read = _DOVECOT_PBKDF2.fullmatch(value.text)
    if read is None:
        return None
    return forms.Pbkdf2(digest_name="sha1", rounds=int(read[2]), salt=read[1].encode(), key=bytes.fromhex(read[3]))


def _aix(value: stored.Stored) -> forms.Form | None:
    """The encoding drops the last bits of the key; PBKDF2 is right as far as whole groups go."""
    read = _AIX.fullmatch(value.text)
    if read is None:
        return None
    size = _AIX_WHOLE_BYTES[read[1]]
    key = alphabets.crypt_big_bytes(read[4][: size * 4 // 3])
    if key is None or len(key) != size:
        return fragments.DAMAGED
    return forms.Pbkdf2(digest_name=f"sha{read[1]}", rounds=1 << int(read[2]), salt=read[3].encode(), key=key)


def _refused(value: stored.Stored) -> forms.Form | None:
    scheme = value.text[1:].partition("}")[0].lower()
    if not value.text.startswith("{") or scheme not in _REFUSED:
        return None
    return forms.Opaque(function=f"ldap_{scheme}", reason=_REFUSED[scheme], parameters={"value": value.text})


FORMATS = (
    catalogue.Format(
        name="ldap",
        definition="D(P) or D(P ‖ S) ‖ S; PBKDF2(P, decoded salt, i); or what the scheme wraps",
        recognised="`{SHA}`, `{SSHA}`, `{SMD5}`, `{SSHA512}`, `{PBKDF2-SHA256}`, `{CRYPT}`, `{ARGON2}` …",
        source="RFC 2307; OpenLDAP, 389 Directory Server, WebLogic, Dovecot",
        keys=tuple(
            f"{{{scheme}}}"
            for scheme in (
                *_PLAIN, *_SALTED, *_HEX, "crypt", "argon2", "argon2i", "argon2id", "blf-crypt", "cleartext", "plain",
                "clear", "pbkdf2_sha256", "pbkdf2", "pbkdf2-sha1", "pbkdf2-sha256", "pbkdf2-sha512",
                *(f"{name}.{way}" for name in (*_PLAIN, *_SALTED) for way in ("hex", "b64")),
            )
        ),
        read=_ldap,
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
        name="ldap_other",
        definition="a scheme that Auth0 does not have",
        recognised="`{SHA512-CRYPT}`, `{CRAM-MD5}`, `{SCRAM-SHA-256}`, `{x-issha, 1024}` …",
        source="Dovecot, SAP",
        keys=(*(f"{{{scheme}}}" for scheme in _REFUSED if "," not in scheme), "{x-issha,"),
        read=_refused,
        certainty="exact",
    ),
)  # fmt: skip
"""Every format of this file."""
