"""Python programs with formats of their own: GRUB's tool apart, those that follow passlib or Werkzeug are read there.

Source:
    web2py, Galaxy, Jupyter's notebook.auth, Seafile, Home Assistant, Matrix Synapse, Roundup, AuthEncoding (Zope,
    Plone) and zope.password; grub-mkpasswd-pbkdf2.
"""

import re

from samekey.hashes import alphabets, catalogue, forms, fragments, stored

_GRUB = re.compile(r"grub\.pbkdf2\.sha512\.([1-9][0-9]{0,9})\.([0-9A-Fa-f]+)\.([0-9A-Fa-f]+)")
_WEB2PY = re.compile(
    r"pbkdf2\(([1-9][0-9]{0,9}),([1-9][0-9]{0,3}),(sha1|sha224|sha256|sha384|sha512)\)\$([^$]*)\$([0-9a-f]+)"
)
_GALAXY = re.compile(r"PBKDF2\$sha256\$([1-9][0-9]{0,9})\$([A-Za-z0-9+/]+={0,2})\$([A-Za-z0-9+/]+={0,2})")
_JUPYTER = re.compile(r"sha1:([0-9a-f]{12}):([0-9a-f]{40})")
_SEAFILE = re.compile(r"PBKDF2SHA256\$([1-9][0-9]{0,9})\$([0-9a-f]{64})\$([0-9a-f]{64})")
_ROUNDUP = re.compile(r"\{PBKDF2(S5)?\}([1-9][0-9]{0,9})\$([A-Za-z0-9./]+)\$([A-Za-z0-9./]+)")
_ROUNDUP_KEY_BYTES = {"sha1": 20, "sha512": 64}
_BRACED_HEX = re.compile(r"\{(SHA|MD5|SHA256)\}([0-9A-Fa-f]+)")
_BRACED_DIGESTS = {"SHA": ("sha1", 20), "MD5": ("md5", 16), "SHA256": ("sha256", 32)}
_ZOPE_URL = re.compile(r"\{(SSHA|SMD5|SHA1|SHA|MD5)\}([A-Za-z0-9+/_-]+={0,2})")
_ZOPE_DIGESTS = {
    "SSHA": ("sha1", 20),
    "SMD5": ("md5", 16),
    "SHA1": ("sha1", 20),
    "SHA": ("sha1", 20),
    "MD5": ("md5", 16),
}

_BCRYPTKDF = re.compile(r"\{BCRYPTKDF\}\$?([1-9][0-9]{0,6})\$([A-Za-z0-9+/_-]+={0,2})\$([A-Za-z0-9+/_-]+={0,2})")
_ZOPE_SALTED = frozenset({"SSHA", "SMD5"})


def _grub(value: stored.Stored) -> forms.Form | None:
    read = _GRUB.fullmatch(value.text)
    salt, key = (alphabets.hex_bytes(read[2]), alphabets.hex_bytes(read[3])) if read else (None, None)
    if read is None or salt is None or key is None or len(key) != 64:  # noqa: PLR2004  # what the tool makes
        return None
    return forms.Pbkdf2(digest_name="sha512", rounds=int(read[1]), salt=salt, key=key)


def _web2py(value: stored.Stored) -> forms.Form | None:
    """Rounds, key length and digest stand in the brackets; the salt is text."""
    read = _WEB2PY.fullmatch(value.text)
    key = alphabets.hex_bytes(read[5]) if read else None
    if read is None or key is None or len(key) != int(read[2]):
        return fragments.DAMAGED if value.text.startswith("pbkdf2(") else None
    return forms.Pbkdf2(digest_name=read[3], rounds=int(read[1]), salt=read[4].encode(*alphabets.UTF8), key=key)


def _galaxy(value: stored.Stored) -> forms.Form | None:
    """The base64 of the salt is used as text."""
    read = _GALAXY.fullmatch(value.text)
    key = alphabets.b64_bytes(read[3]) if read else None
    if read is None or key is None:
        return None
    return forms.Pbkdf2(digest_name="sha256", rounds=int(read[1]), salt=read[2].encode(*alphabets.UTF8), key=key)


def _jupyter(value: stored.Stored) -> forms.Form | None:
    text = value.text
    if text.startswith("argon2:"):
        return fragments.argon2(text.removeprefix("argon2:"))
    read = _JUPYTER.fullmatch(text)
    return (
        forms.Digest(algorithm="sha1", digest=bytes.fromhex(read[2]), suffix=read[1].encode(*alphabets.UTF8))
        if read
        else None
    )


def _seafile(value: stored.Stored) -> forms.Form | None:
    read = _SEAFILE.fullmatch(value.text)
    if read is None:
        return None
    salt, key = bytes.fromhex(read[2]), bytes.fromhex(read[3])
    return forms.Pbkdf2(digest_name="sha256", rounds=int(read[1]), salt=salt, key=key)


def _home_assistant(value: stored.Stored) -> forms.Form | None:
    inner = alphabets.b64_bytes(value.text)
    if inner is None or not alphabets.is_printable(inner):
        return None
    form = fragments.bcrypt(inner.decode("ascii"))
    return form if isinstance(form, forms.Bcrypt) else None


def _synapse(value: stored.Stored) -> forms.Form | None:
    """The pepper of homeserver.yaml stands behind the password."""
    pepper = value.octets("pepper")
    return None if pepper is None else fragments.bcrypt(value.text, suffix=pepper, normal_form="NFKC")


def _roundup(value: stored.Stored) -> forms.Form | None:
    """`{SHA}` and `{MD5}` carry hex; `S5` stands for SHA-512."""
    text = value.text
    if text.startswith(("{SHA}", "{MD5}")):
        return _braced_hex(text)
    read = _ROUNDUP.fullmatch(text)
    salt, key = (alphabets.ab64_bytes(read[3]), alphabets.ab64_bytes(read[4])) if read else (None, None)
    if read is None or salt is None or key is None:
        return None
    digest_name = "sha512" if read[1] else "sha1"
    if len(key) != _ROUNDUP_KEY_BYTES[digest_name]:
        return None
    return forms.Pbkdf2(digest_name=digest_name, rounds=int(read[2]), salt=salt, key=key)


def _braced_hex(text: str) -> forms.Form | None:
    """A scheme in braces whose digest is hex, where LDAP has base64."""
    read = _BRACED_HEX.fullmatch(text)
    if read is None:
        return None
    algorithm, size = _BRACED_DIGESTS[read[1]]
    raw = alphabets.hex_bytes(read[2])
    return forms.Digest(algorithm=algorithm, digest=raw) if raw is not None and len(raw) == size else None


def _zope(value: stored.Stored) -> forms.Form | None:
    """AuthEncoding's hex and bcrypt, zope.password's base64, URL-safe in older versions."""
    text = value.text
    if text.startswith("{BCRYPT}"):
        return fragments.bcrypt(text.removeprefix("{BCRYPT}"))
    if text.startswith("{BCRYPTKDF}"):
        return _bcrypt_pbkdf(text)
    if (plain := _braced_hex(text)) is not None:
        return plain
    read = _ZOPE_URL.fullmatch(text)
    raw = alphabets.b64_either_bytes(read[2]) if read else None
    if read is None or raw is None:
        return None
    algorithm, size = _ZOPE_DIGESTS[read[1]]
    if len(read[2]) % 4 or len(raw) < size or (len(raw) > size) != (read[1] in _ZOPE_SALTED):
        return None
    return forms.Digest(algorithm=algorithm, digest=raw[:size], suffix=raw[size:])


def _bcrypt_pbkdf(text: str) -> forms.Form | None:
    """Rounds, salt and key of OpenBSD's bcrypt_pbkdf."""
    read = _BCRYPTKDF.fullmatch(text)
    salt, key = (alphabets.b64_either_bytes(read[2]), alphabets.b64_either_bytes(read[3])) if read else (None, None)
    if read is None or not salt or not key:
        return fragments.DAMAGED
    parameters = {"rounds": int(read[1]), "salt": salt, "key": key}
    return forms.Opaque(function="bcrypt_pbkdf", reason="proprietary", parameters=parameters)


FORMATS = (
    catalogue.Format(
        name="grub_pbkdf2_sha512",
        definition="PBKDF2-SHA512(P, decoded salt, i)",
        recognised="`grub.pbkdf2.sha512.i.HEX.HEX`",
        source="grub-mkpasswd-pbkdf2",
        keys=("grub.",),
        read=_grub,
        certainty="exact",
    ),
    catalogue.Format(
        name="web2py",
        definition="PBKDF2(P, salt as text, i, l)",
        recognised="`pbkdf2(i,l,digest)$salt$hex`",
        source="gluon.utils of web2py",
        keys=("pbkdf2(",),
        read=_web2py,
        certainty="exact",
    ),
    catalogue.Format(
        name="galaxy",
        definition="PBKDF2-SHA256(P, the base64 of the salt as text, i)",
        recognised="`PBKDF2$sha256$i$base64$base64`",
        source="galaxy.security.passwords",
        keys=("PBKDF2$",),
        read=_galaxy,
        certainty="exact",
    ),
    catalogue.Format(
        name="jupyter",
        definition="SHA1(P ‖ salt as text), or argon2(P)",
        recognised="`sha1:12 hex:40 hex`, `argon2:$argon2id$…`",
        source="jupyter_server.auth.security",
        keys=("sha1:", "argon2:"),
        read=_jupyter,
        certainty="exact",
    ),
    catalogue.Format(
        name="seafile_pbkdf2",
        definition="PBKDF2-SHA256(P, decoded salt, i, 32)",
        recognised="`PBKDF2SHA256$i$64 hex$64 hex`",
        source="Seafile",
        keys=("PBKDF2SHA256$",),
        read=_seafile,
        certainty="exact",
    ),
    catalogue.Format(
        name="home_assistant",
        definition="base64 of a bcrypt string",
        recognised="80 characters of base64 that decode to `$2…`",
        source="homeassistant.auth.providers.homeassistant; WSO2 Identity Server's BcryptHashProvider",
        keys=("b64:60",),
        read=_home_assistant,
        certainty="exact",
    ),
    catalogue.Format(
        name="synapse_bcrypt_pepper",
        definition="bcrypt(NFKC(P) ‖ pepper)",
        recognised="bcrypt beside a `pepper` column",
        source="Matrix Synapse, password_config.pepper",
        keys=("$2a$", "$2b$"),
        needs=("pepper",),
        read=_synapse,
        certainty="shape",
        warnings=("normalisation",),
        rank=70,
    ),
    catalogue.Format(
        name="roundup",
        definition="PBKDF2-SHA1 or -SHA512(P, decoded salt, i); {SHA} and {MD5} with hex",
        recognised="`{PBKDF2}i$ab64$ab64`, `{PBKDF2S5}…`, `{SHA}40 hex`, `{MD5}32 hex`",
        source="roundup.password",
        keys=("{pbkdf2}", "{pbkdf2s5}", "{sha}", "{md5}"),
        read=_roundup,
        certainty="exact",
        rank=60,
    ),
    catalogue.Format(
        name="zope",
        definition="SHA1(P ‖ S), MD5(P ‖ S), SHA256(P), bcrypt(P); AuthEncoding takes P in Latin-1",
        recognised="`{SHA256}64 hex`, `{BCRYPT}$2b$…`, `{SSHA}` and `{SMD5}` in either base64",
        source="AuthEncoding, zope.password",
        keys=("{ssha}", "{smd5}", "{sha256}", "{sha}", "{sha1}", "{md5}", "{bcrypt}", "{bcryptkdf}"),
        read=_zope,
        warnings=("encoding-unproven",),
        certainty="exact",
        rank=70,
    ),
)
"""Every format of this file."""
