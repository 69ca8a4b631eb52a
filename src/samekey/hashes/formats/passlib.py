"""passlib: modular crypt strings in adapted base64 (`.` for `+`, no padding), with decoded salts.

Source:
    passlib 1.7.4 and its fork libpass; vectors made by it in `tests/golden/hashes/passlib`.
"""

import re

from samekey.hashes import alphabets, catalogue, forms, fragments, stored

_SCRYPT = re.compile(
    r"\$scrypt\$ln=([1-9][0-9]?),r=([1-9][0-9]{0,5}),p=([1-9][0-9]{0,5})\$([A-Za-z0-9./+]*)\$([A-Za-z0-9./+]+)"
)
_LOGARITHM_MAX = 63
_BCRYPT_SHA256 = re.compile(
    r"\$bcrypt-sha256\$(?:v=(?P<v>2),t=(?P<t>2[ab]),r=(?P<r>[0-9]{1,2})|(?P<t1>2[ab]),(?P<r1>[0-9]{1,2}))"
    r"\$(?P<salt>[./A-Za-z0-9]{22})\$(?P<key>[./A-Za-z0-9]{31})"
)
_CTA = re.compile(r"\$p5k2\$([0-9a-f]{1,8})\$([A-Za-z0-9_-]+={0,2})\$([A-Za-z0-9_-]{27}=)")
_DLITZ = re.compile(r"(\$p5k2\$([0-9a-f]{0,8})\$[./A-Za-z0-9]+)\$([./A-Za-z0-9]{32})")
_DLITZ_MEANT_ROUNDS = 400
_FSHP = re.compile(r"\{FSHP([0-3])\|([0-9]{1,4})\|([1-9][0-9]{0,9})\}([A-Za-z0-9+/]+={0,2})")
_FSHP_DIGESTS = (("sha1", 20), ("sha256", 32), ("sha384", 48), ("sha512", 64))


def _pbkdf2(value: stored.Stored) -> forms.Form | None:
    return fragments.passlib_pbkdf2(value.text)


def _scrypt(value: stored.Stored) -> forms.Form | None:
    """`ln` is a logarithm; newer versions write `+`, older ones `.`."""
    read = _SCRYPT.fullmatch(value.text)
    if read is None or int(read[1]) > _LOGARITHM_MAX:
        return None
    salt, key = (alphabets.ab64_bytes(part.replace("+", ".")) for part in (read[4], read[5]))
    if salt is None or key is None or alphabets.b64(key) != read[5].replace(".", "+"):
        return fragments.DAMAGED  # stray bits behind the last byte: something was cut
    return fragments.scrypt(salt, key, cost=1 << int(read[1]), block_size=int(read[2]), parallelization=int(read[3]))


def _bcrypt_sha256(value: stored.Stored) -> forms.Form | None:
    """Version 2 keys an HMAC with the salt; version 1 digests plainly."""
    read = _BCRYPT_SHA256.fullmatch(value.text)
    if read is None:
        return fragments.DAMAGED if value.text.startswith("$bcrypt-sha256$") else None
    text = f"${read['t'] or read['t1']}${int(read['r'] or read['r1']):02}${read['salt']}{read['key']}"
    function = "bcrypt_b64_hmac_sha256" if read["v"] else "bcrypt_b64_sha256"
    return fragments.bcrypt_over(text, function, salt=read["salt"].encode(*alphabets.UTF8))


def _cta(value: stored.Stored) -> forms.Form | None:
    """Rounds in hex, base64 in the URL alphabet."""
    read = _CTA.fullmatch(value.text)
    salt, key = (alphabets.b64url_bytes(read[2]), alphabets.b64url_bytes(read[3])) if read else (None, None)
    if read is None or salt is None or key is None:
        return None
    return forms.Pbkdf2(digest_name="sha1", rounds=int(read[1], 16), salt=salt, key=key)


def _dlitz(value: stored.Stored) -> forms.Form | None:
    """The salt is the whole text in front of the last dollar."""
    read = _DLITZ.fullmatch(value.text)
    key = alphabets.ab64_bytes(read[3]) if read else None
    if read is None or key is None:
        return None
    rounds = int(read[2], 16) if read[2] else _DLITZ_MEANT_ROUNDS
    return forms.Pbkdf2(digest_name="sha1", rounds=rounds, salt=read[1].encode(*alphabets.UTF8), key=key)


def _fshp(value: stored.Stored) -> forms.Form | None:
    read = _FSHP.fullmatch(value.text)
    raw = alphabets.b64_bytes(read[4]) if read else None
    if read is None or raw is None:
        return None
    algorithm, size = _FSHP_DIGESTS[int(read[1])]
    salt = raw[: int(read[2])]
    if len(raw) - len(salt) != size or len(salt) != int(read[2]):
        return fragments.DAMAGED
    return fragments.iterated(algorithm, raw[len(salt) :], rounds=int(read[3]), prefix=salt)


FORMATS = (
    catalogue.Format(
        name="passlib_pbkdf2",
        definition="PBKDF2(P, decoded salt, i, digest length)",
        recognised="`$pbkdf2-<digest>$i$ab64$ab64`; `$pbkdf2$` is SHA-1",
        source="passlib.hash.pbkdf2_*; also Odoo, CKAN, Redash, GitLab in FIPS mode",
        keys=("$pbkdf2$", "$pbkdf2-sha1$", "$pbkdf2-sha256$", "$pbkdf2-sha512$"),
        read=_pbkdf2,
        certainty="exact",
    ),
    catalogue.Format(
        name="passlib_scrypt",
        definition="scrypt(P, decoded salt, 2^ln, r, p)",
        recognised="`$scrypt$ln=…,r=…,p=…$B64$B64` with ln up to 63",
        source="passlib.hash.scrypt",
        keys=("$scrypt$",),
        read=_scrypt,
        certainty="exact",
    ),
    catalogue.Format(
        name="passlib_bcrypt_sha256",
        definition="bcrypt(base64(HMAC-SHA256(key = salt as text, P))); version 1: bcrypt(base64(SHA256(P)))",
        recognised="`$bcrypt-sha256$…`",
        source="passlib.hash.bcrypt_sha256",
        keys=("$bcrypt-sha256$",),
        read=_bcrypt_sha256,
        certainty="exact",
    ),
    catalogue.Format(
        name="cta_pbkdf2_sha1",
        definition="PBKDF2-SHA1(P, decoded salt, i in hex, 20)",
        recognised="`$p5k2$hex$B64URL$B64URL`, the last of 28 characters with `=`",
        source="passlib.hash.cta_pbkdf2_sha1",
        keys=("$p5k2$",),
        read=_cta,
        certainty="exact",
    ),
    catalogue.Format(
        name="dlitz_pbkdf2_sha1",
        definition="PBKDF2-SHA1(P, the text `$p5k2$i$salt`, i in hex, 24)",
        recognised="`$p5k2$hex$salt$32 characters`",
        source="passlib.hash.dlitz_pbkdf2_sha1",
        keys=("$p5k2$",),
        read=_dlitz,
        certainty="exact",
    ),
    catalogue.Format(
        name="fshp",
        definition="D(S ‖ P), repeated raw; one round is an ordinary salted digest",
        recognised="`{FSHPn|salt length|rounds}base64`",
        source="passlib.hash.fshp",
        keys=tuple(f"{{fshp{variant}|" for variant in range(4)),
        read=_fshp,
        certainty="exact",
    ),
)
"""Every format of this file."""
