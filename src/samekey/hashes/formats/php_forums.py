"""PHP forums, shops and portals: digests beside a salt, a user name or a site secret.

Source:
    The products' own sources, named per format.
"""

import re
from functools import partial

from samekey.hashes import alphabets, catalogue, crypt_strings, forms, fragments, stored

_AUTHME = re.compile(r"\$SHA\$([^$]+)\$([0-9a-f]{64})")
_XENFORO = re.compile(r's:4:"hash";s:(?:40|64):"([0-9a-f]+)";s:4:"salt";s:[0-9]+:"([^"]*)"')
_SERIALIZED_BCRYPT = re.compile(r'a:1:\{s:4:"hash";s:60:"(\$2[aby]\$[^"]{56})";\}')
_WCF = re.compile(r"([0-9a-f]{40}):([0-9a-f]{40})")
_EZPUBLISH_PASSWORD, _EZPUBLISH_SITE, _EZPUBLISH_PLAIN = "1", "3", "5"
_EZPUBLISH_PHP = ("6", "7", "8", "9")
"""Hash types whose values PHP makes, and which say themselves what they are: crypt(), bcrypt, argon2."""
_WOLTLAB = re.compile(r"(Bcrypt|DoubleBcrypt|wcf1|wcf1e|wcf2):(.+)")


def _forum(value: stored.Stored, *, function: str, size: int) -> forms.Form | None:
    """A nested digest beside its salt."""
    found = fragments.digest_and_salt(value, size)
    return found and fragments.nested(function, found[0], salt=found[1])


def _beside(value: stored.Stored, *, algorithm: str, size: int, column: str, suffix: bool = False) -> forms.Form | None:
    """A digest with another column beside the password."""
    raw, known = fragments.digest_bytes(value.text, size), value.octets(column)
    if raw is None or known is None:
        return None
    return forms.Digest(
        algorithm=algorithm, digest=raw, prefix=b"" if suffix else known, suffix=known if suffix else b""
    )


def _smf(value: stored.Stored) -> forms.Form | None:
    """SHA-1 behind the user's name in lower case; SMF 2.1 has bcrypt over the same."""
    name = value.column("username")
    if name is None:
        return None
    prefix = name.lower().encode(*alphabets.UTF8)
    if value.text.startswith("$2"):
        return fragments.bcrypt(value.text, prefix=prefix)
    raw = fragments.digest_bytes(value.text, 20)
    return None if raw is None else forms.Digest(algorithm="sha1", digest=raw, prefix=prefix)


def _ezpublish(value: stored.Stored) -> forms.Form | None:
    """As the column `password_hash_type` says; without it the digest is over login and password, the usual type."""
    kind = value.column("password_hash_type")
    if kind == _EZPUBLISH_PLAIN:
        return fragments.plain(value.raw) if value.raw else None
    if kind in _EZPUBLISH_PHP:
        return fragments.argon2(value.text) or crypt_strings.wrapped(value.text)
    raw, name = fragments.digest_bytes(value.text, 16), value.column("username")
    if raw is None or name is None:
        return None
    if kind == _EZPUBLISH_PASSWORD:
        return forms.Digest(algorithm="md5", digest=raw)
    suffix = b""
    if kind == _EZPUBLISH_SITE:
        site = value.octets("pepper")
        if site is None:
            return forms.Opaque(function="ezpublish", reason="needs-secret")
        suffix = b"\n" + site
    return forms.Digest(algorithm="md5", digest=raw, prefix=f"{name}\n".encode(*alphabets.UTF8), suffix=suffix)


def _xenforo(value: stored.Stored) -> forms.Form | None:
    """A PHP array: SHA-256 (or SHA-1) twice with a salt."""
    read = _XENFORO.search(value.text)
    if read is None or len(read[1]) not in {40, 64}:
        return None
    function = "sha256_sha256pass_salt" if len(read[1]) == 64 else "sha1_sha1pass_salt"  # noqa: PLR2004
    return fragments.nested(function, bytes.fromhex(read[1]), salt=read[2].encode(*alphabets.UTF8))


def _xenforo_bcrypt(value: stored.Stored) -> forms.Form | None:
    read = _SERIALIZED_BCRYPT.fullmatch(value.text)
    return fragments.bcrypt(read[1]) if read else None


def _vbulletin5(value: stored.Stored) -> forms.Form | None:
    """The column `scheme` says `blowfish:10`; without it only the operator's word or a proof leads here."""
    if not (value.column("scheme") or "blowfish").startswith("blowfish"):
        return None
    return fragments.bcrypt_over(value.text, "bcrypt_hex_md5")


def _woltlab(value: stored.Stored) -> forms.Form | None:
    read = _WOLTLAB.fullmatch(value.text)
    if read is None:
        return None
    if read[1] == "Bcrypt":
        return fragments.bcrypt(read[2])
    if read[1] == "DoubleBcrypt":
        return fragments.bcrypt_over(read[2], "double_bcrypt")
    found = _WCF.fullmatch(read[2])
    if read[1] != "wcf1" or found is None:
        return forms.Opaque(function=f"woltlab_{read[1].lower()}", reason="nested-digest")
    return fragments.nested(
        "sha1_salt_sha1_salt_sha1pass", bytes.fromhex(found[1]), salt=found[2].encode(*alphabets.UTF8)
    )


def _authme(value: stored.Stored) -> forms.Form | None:
    read = _AUTHME.fullmatch(value.text)
    return (
        fragments.nested("sha256_sha256pass_salt", bytes.fromhex(read[2]), salt=read[1].encode(*alphabets.UTF8))
        if read
        else None
    )


_FORUMS = (
    ("vbulletin", "MD5(hex(MD5(P)) ‖ salt)", "md5_md5pass_salt", 16, "vBulletin 3 and 4", 55),
    ("mybb", "MD5(hex(MD5(salt)) ‖ hex(MD5(P)))", "md5_md5salt_md5pass", 16, "MyBB; IP.Board 2 and 3", 56),
    ("punbb", "SHA1(salt ‖ hex(SHA1(P)))", "sha1_salt_sha1pass", 20, "PunBB, FluxBB", 57),
    ("opencart", "SHA1(salt ‖ hex(SHA1(salt ‖ hex(SHA1(P)))))", "sha1_salt_sha1_salt_sha1pass", 20, "OpenCart", 59),
)  # fmt: skip
_PEPPERED = (
    ("prestashop", "MD5(cookie key ‖ P)", "md5", 16, False, "PrestaShop's _COOKIE_KEY_"),
    ("cakephp2", "SHA1(Security.salt ‖ P)", "sha1", 20, False, "CakePHP 2"),
    ("moodle_md5", "MD5(P ‖ passwordsaltmain)", "md5", 16, True, "Moodle before 2.5"),
)
"""Every format of this file."""

FORMATS = (
    *(
        catalogue.Format(
            name=name,
            definition=definition,
            recognised=f"{2 * size} hex digits beside a salt or as `hash:salt`",
            source=source,
            certainty="shape",
            keys=(f"hex:{2 * size}",),
            needs=("salt",),
            joined=fragments.joined_keys(size),
            read=partial(_forum, function=function, size=size),
            rank=rank,
        )
        for name, definition, function, size, source, rank in _FORUMS
    ),
    *(
        catalogue.Format(
            name=name,
            definition=definition,
            recognised=f"{2 * size} hex digits and a site secret in `pepper`",
            source=source,
            certainty="shape",
            keys=(f"hex:{2 * size}",),
            needs=("pepper",),
            read=partial(_beside, algorithm=algorithm, size=size, column="pepper", suffix=suffix),
            rank=15,
        )
        for name, definition, algorithm, size, suffix, source in _PEPPERED
    ),
    catalogue.Format(
        name="smf_sha1",
        definition="SHA1(lower(user name) ‖ P)",
        recognised="40 hex digits beside `username`",
        source="SMF 1.1 and 2.0",
        certainty="shape",
        keys=("hex:40",),
        needs=("username",),
        read=_smf,
        rank=45,
    ),
    catalogue.Format(
        name="smf21_bcrypt",
        definition="bcrypt(lower(user name) ‖ P)",
        recognised="bcrypt beside `username`",
        source="SMF 2.1",
        certainty="shape",
        keys=(),
        read=_smf,
    ),
    catalogue.Format(
        name="ezpublish",
        definition="type 1: MD5(P); 2: MD5(login ‖ newline ‖ P); 3: MD5(login ‖ newline ‖ P ‖ newline ‖ site);"
        " 5: P; 6 to 9: as PHP's string says",
        recognised="32 hex digits beside `username`; `password_hash_type`, and the site in `pepper`",
        source="eZ Publish's eZUser; eZ Platform and Ibexa",
        certainty="shape",
        keys=("hex:32",),
        needs=("username",),
        read=_ezpublish,
        rank=62,
    ),
    catalogue.Format(
        name="xenforo1",
        definition="SHA256(hex(SHA256(P)) ‖ salt), or the same with SHA-1",
        recognised="a PHP array with `hash` and `salt`",
        source="XenForo_Authentication_Core",
        keys=("a:",),
        read=_xenforo,
        certainty="exact",
    ),
    catalogue.Format(
        name="xenforo_bcrypt_serialized",
        definition="bcrypt(P) in a PHP array",
        recognised='`a:1:{s:4:"hash";s:60:"$2y$…";}`',
        source="XenForo 1.2 and 2",
        keys=("a:",),
        read=_xenforo_bcrypt,
        certainty="exact",
    ),
    catalogue.Format(
        name="vbulletin5_bcrypt",
        definition="bcrypt(hex(MD5(P)))",
        recognised="looks like plain bcrypt; a column `scheme` with `blowfish:10` says it",
        source="vBulletin 5, scheme blowfish",
        keys=("column:scheme",),
        read=_vbulletin5,
    ),
    catalogue.Format(
        name="woltlab",
        definition="bcrypt(P), or bcrypt of bcrypt",
        recognised="`Bcrypt:…`, `DoubleBcrypt:…`, `wcf1:…`",
        source="Woltlab Suite 4",
        keys=("Bcrypt:", "DoubleBcrypt:", "wcf1:", "wcf1e:", "wcf2:"),
        read=_woltlab,
        certainty="exact",
    ),
    catalogue.Format(
        name="authme",
        definition="SHA256(hex(SHA256(P)) ‖ salt)",
        recognised="`$SHA$salt$64 hex`",
        source="AuthMe",
        keys=("$SHA$",),
        read=_authme,
        certainty="exact",
    ),
)
"""Every format of this file."""
