"""crypt(3) strings: which scheme a text is of, and what it means; formats that wrap one read it here.

Source:
    crypt(5) of libxcrypt; bcrypt: Provos and Mazières 1999; `$2y$` and `$2x$`: crypt_blowfish 1.1.
"""

import re

import msgspec

from samekey.hashes import alphabets, forms, fragments


class Scheme(msgspec.Struct, frozen=True):
    """A scheme that Auth0 does not have: its strings stay whole, and the legacy reading takes them apart."""

    name: str
    pattern: re.Pattern[str]
    definition: str
    heads: tuple[str, ...]
    recognised: str

    def read(self, text: str) -> forms.Form | None:
        """The string as a form; damaged where it begins like one and does not go on like one."""
        if self.pattern.fullmatch(text):
            return forms.Opaque(function=self.name, reason="crypt3", parameters={"value": text})
        return fragments.DAMAGED if text.startswith(tuple(head for head in self.heads if len(head) > 1)) else None


def _scheme(name: str, pattern: str, definition: str, heads: tuple[str, ...], recognised: str) -> Scheme:
    return Scheme(name, re.compile(pattern), definition, heads, recognised)


SCHEMES = (
    _scheme("md5_crypt", r"\$1\$[^$]{0,8}\$[./0-9A-Za-z]{22}", "1000 rounds of MD5", ("$1$",), "`$1$salt$22`"),
    _scheme(
        "apr_md5_crypt", r"\$apr1\$[^$]{0,8}\$[./0-9A-Za-z]{22}", "1000 rounds of MD5", ("$apr1$",), "`$apr1$salt$22`"
    ),
    _scheme(
        "sha256_crypt",
        r"\$5\$(?:rounds=[0-9]{1,9}\$)?[^$]{0,16}\$[./0-9A-Za-z]{43}",
        "SHA-crypt with SHA-256, 5000 rounds unless stated",
        ("$5$",),
        "`$5$[rounds=n$]salt$43`",
    ),
    _scheme(
        "sha512_crypt",
        r"\$6\$(?:rounds=[0-9]{1,9}\$)?[^$]{0,16}\$[./0-9A-Za-z]{86}",
        "SHA-crypt with SHA-512, 5000 rounds unless stated",
        ("$6$",),
        "`$6$[rounds=n$]salt$86`",
    ),
    _scheme(
        "sha1_crypt",
        r"\$sha1\$[0-9]{1,10}\$[./0-9A-Za-z]{1,64}\$[./0-9A-Za-z]{28}",
        "HMAC-SHA1 over its own result, many rounds",
        ("$sha1$",),
        "`$sha1$n$salt$28`",
    ),
    _scheme(
        "sun_md5_crypt",
        r"\$md5(?:[,$]rounds=[0-9]{1,9})?\$[./0-9A-Za-z]*\$?\$[./0-9A-Za-z]{22}",
        "Solaris: MD5 rounds over a text",
        ("$md5$", "$md5,"),
        "`$md5$salt$22`, `$md5,rounds=n$salt$22`",
    ),
    _scheme(
        "yescrypt",
        r"\$y\$[^$]+\$[^$]*\$[./0-9A-Za-z]{43}",
        "yescrypt",
        ("$y$",),
        "`$y$parameters$salt$43`",
    ),
    _scheme("gost_yescrypt", r"\$gy\$[^$]+\$[^$]*\$[./0-9A-Za-z]{43}", "GOST over yescrypt", ("$gy$",), "`$gy$…`"),
    _scheme("bsdi_crypt", r"_[./0-9A-Za-z]{19}", "extended DES", ("_",), "`_` and 19 characters"),
)
"""Schemes with a head of their own."""
DES = _scheme(
    "des_crypt", r"[./0-9A-Za-z]{13}", "DES, of which 8 characters count", (), "13 characters of `./0-9A-Za-z`"
)
BIGCRYPT = _scheme(
    "bigcrypt", r"[./0-9A-Za-z]{2}(?:[./0-9A-Za-z]{11}){2,16}", "DES in pieces of 8 characters", (),
    "13 + 11 · k characters of `./0-9A-Za-z`",
)  # fmt: skip

_CRYPT7 = re.compile(r"\$7\$([./0-9A-Za-z])([./0-9A-Za-z]{5})([./0-9A-Za-z]{5})([./0-9A-Za-z]+)\$([./0-9A-Za-z]{43})")
_NT = re.compile(r"\$3\$\$([0-9A-Fa-f]{32})")
_UTF16LE = "utf16le"
_NO_PASSWORD = frozenset({"", "x", "*", "np", "*np*", "*0", "*1"})
_LOCKS = ("!", "*")


def scrypt(text: str) -> forms.Form | None:
    """`$7$`: one character for log2 N, five each for r and p, low digits first; the salt is text."""
    read = _CRYPT7.fullmatch(text)
    key = alphabets.crypt_little_bytes(read[5]) if read else None
    if read is None or key is None:
        return None
    cost, block_size, lanes = 1 << alphabets.crypt_number(read[1]), *map(alphabets.crypt_number, (read[2], read[3]))
    return fragments.scrypt(read[4], key, cost=cost, block_size=block_size, parallelization=lanes)


def nt(text: str) -> forms.Form | None:
    """`$3$$`: MD4 over each byte widened to 16 bits, UTF-16LE as far as the password is ASCII."""
    read = _NT.fullmatch(text)
    if read is None:
        return None
    return forms.Digest(algorithm="md4", digest=bytes.fromhex(read[1]), password_encoding=_UTF16LE)


def bcrypt_variant(text: str) -> forms.Form | None:
    """`$2x$` and `$2$`: for ASCII passwords they may be right, and nobody can know which those are."""
    if text.startswith(("$2x$", "$2$")):
        return forms.Opaque(function="bcrypt_variant", reason="bcrypt-variant", parameters={"value": text})
    return None


def wrapped(text: str) -> forms.Form:
    """What stands behind `{CRYPT}` and its like: bcrypt and scrypt go on as such, a lock is a lock.

    A scheme that nobody here knows is held, since the system that wrote it may have its own.
    """
    if text.lower() in _NO_PASSWORD:
        return forms.NoPassword(reason="no-password")
    if text.startswith(_LOCKS):
        return forms.NoPassword(reason="locked")
    form = fragments.bcrypt(text) or bcrypt_variant(text) or scrypt(text) or nt(text)
    for scheme in () if form else (*SCHEMES, DES, BIGCRYPT):
        form = form or scheme.read(text)
    if form is None and not text.startswith("$"):
        return fragments.DAMAGED
    return form or forms.Opaque(function="crypt", reason="crypt3", parameters={"value": text})
