"""PHC strings: parameters by name, then salt and hash in base64 without padding; and their near relatives.

Source:
    The PHC string format; Auth0's import schema takes `$pbkdf2-…` and `$argon2…` in this form. Mattermost, AdonisJS,
    Ory and lambdaworks each changed a detail.
"""

import re

import msgspec

from samekey.hashes import alphabets, catalogue, forms, fragments, stored

_DIGESTS = "md5|sha1|sha224|sha256|sha384|sha512"
_PBKDF2 = re.compile(
    rf"\$pbkdf2-({_DIGESTS})\$i=([1-9][0-9]{{0,9}})(?:,l=([1-9][0-9]{{0,5}}))?\$([A-Za-z0-9+/]+)\$([A-Za-z0-9+/]+)"
)
_SHA3 = {"sha224": "sha3_224", "sha384": "sha3_384"}
_MATTERMOST = re.compile(
    r"\$pbkdf2\$f=(SHA1|SHA256|SHA384|SHA512),w=([1-9][0-9]{0,9}),l=([1-9][0-9]{0,5})"
    r"\$([A-Za-z0-9+/]+={0,2})\$([A-Za-z0-9+/]+={0,2})"
)
_SCRYPT = re.compile(
    r"\$scrypt\$(ln|n)=([1-9][0-9]{0,9}),r=([1-9][0-9]{0,5}),p=([1-9][0-9]{0,5})"
    r"\$([A-Za-z0-9+/]+={0,2})\$([A-Za-z0-9+/]+={0,2})"
)
_FIELDS = re.compile(r"(md5|sha1|sha256|sha512):([1-9][0-9]{0,9}):([A-Za-z0-9+/]+={0,2}):([A-Za-z0-9+/]+={0,2})")
_DEFUSE = re.compile(r"sha1:([1-9][0-9]{0,9}):([1-9][0-9]{0,3}):([A-Za-z0-9+/]+={0,2}):([A-Za-z0-9+/]+={0,2})")
_KEY_MIN = 16
"""A shorter key is what is left of a longer one, rather than one with its length in bits."""
_LOGARITHM_MAX = 63
"""A larger `ln` is no logarithm: Ory writes N itself there."""
_LAMBDAWORKS = re.compile(r"\$s0\$([0-9a-f]{1,8})\$([A-Za-z0-9+/]+={0,2})\$([A-Za-z0-9+/]+={0,2})")
_ADONIS_BCRYPT = re.compile(r"\$bcrypt\$v=98\$r=([0-9]{1,2})\$([A-Za-z0-9+/]{22})\$([A-Za-z0-9+/]{31})")


def _pbkdf2(value: stored.Stored) -> forms.Form | None:
    """A stated length that is not the length of the hash means that a part of the hash is missing.

    Ory Kratos reads no length and takes values that state it in bits.
    """
    read = _PBKDF2.fullmatch(value.text)
    if read is None:
        return None
    salt, key = alphabets.b64_clean_bytes(read[4]), alphabets.b64_clean_bytes(read[5])
    if salt is None or key is None:
        return fragments.DAMAGED
    in_bits = 8 * len(key) if len(key) >= _KEY_MIN else None
    if read[3] and int(read[3]) not in {len(key), in_bits}:
        return fragments.DAMAGED
    return forms.Pbkdf2(digest_name=read[1], rounds=int(read[2]), salt=salt, key=key)


def _ory_pbkdf2_sha3(value: stored.Stored) -> forms.Form | None:
    """Ory runs SHA-3 under the names of SHA-224 and SHA-384."""
    form = _pbkdf2(value)
    if not isinstance(form, forms.Pbkdf2):
        return form
    return msgspec.structs.replace(form, digest_name=_SHA3[form.digest_name])


def _mattermost(value: stored.Stored) -> forms.Form | None:
    """The same parameters by other names."""
    read = _MATTERMOST.fullmatch(value.text)
    if read is None:
        return None
    salt, key = alphabets.b64_clean_bytes(read[4]), alphabets.b64_clean_bytes(read[5])
    if salt is None or key is None or int(read[3]) != len(key):
        return fragments.DAMAGED
    return forms.Pbkdf2(digest_name=read[1].lower(), rounds=int(read[2]), salt=salt, key=key)


def _argon2(value: stored.Stored) -> forms.Form | None:
    return fragments.argon2(value.text)


def _scrypt(value: stored.Stored) -> forms.Form | None:
    """N itself: `n=`, or an `ln=` that is too large for a logarithm."""
    read = _SCRYPT.fullmatch(value.text)
    if read is None or (read[1] == "ln" and int(read[2]) <= _LOGARITHM_MAX):
        return None
    salt, key = alphabets.b64_clean_bytes(read[5]), alphabets.b64_clean_bytes(read[6])
    if salt is None or key is None:
        return fragments.DAMAGED
    return fragments.scrypt(salt, key, cost=int(read[2]), block_size=int(read[3]), parallelization=int(read[4]))


def _ory_scrypt(value: stored.Stored) -> forms.Form | None:
    """Ory always pads, so that a text whose padding is gone was cut."""
    form = _scrypt(value) if value.text.startswith("$scrypt$ln=") else None
    padded = all(len(part) % 4 == 0 for part in value.text.split("$")[-2:])
    return form if form is None or padded else fragments.DAMAGED


def _adonis_scrypt(value: stored.Stored) -> forms.Form | None:
    return _scrypt(value) if value.text.startswith("$scrypt$n=") else None


def _adonis_bcrypt(value: stored.Stored) -> forms.Form | None:
    """The raw salt and hash in standard base64 become bcrypt's own."""
    read = _ADONIS_BCRYPT.fullmatch(value.text)
    salt = alphabets.b64_clean_bytes(read[2]) if read else None
    key = alphabets.b64_clean_bytes(read[3]) if read else None
    if read is None or salt is None or key is None:
        return None
    return fragments.bcrypt(f"$2b${int(read[1]):02}${alphabets.bcrypt_text(salt)}{alphabets.bcrypt_text(key)}")


def _lambdaworks(value: stored.Stored) -> forms.Form | None:
    """One hex number: log2 N, then r, then p in a byte each."""
    read = _LAMBDAWORKS.fullmatch(value.text)
    if read is None:
        return None
    packed = int(read[1], 16)
    salt, key = alphabets.b64_whole_bytes(read[2]), alphabets.b64_whole_bytes(read[3])
    if salt is None or key is None or packed >> 16 > _LOGARITHM_MAX:
        return fragments.DAMAGED
    return fragments.scrypt(
        salt, key, cost=1 << (packed >> 16), block_size=packed >> 8 & 0xFF, parallelization=packed & 0xFF
    )


def _fields(value: stored.Stored, *, text_salt: bool) -> forms.Form | None:
    """Digest, count, salt and key between colons; nothing says whether the salt is decoded before it is used."""
    read = _FIELDS.fullmatch(value.text)
    salt, key = (alphabets.b64_whole_bytes(read[3]), alphabets.b64_whole_bytes(read[4])) if read else (None, None)
    if read is None or not salt or not key:
        return None
    return forms.Pbkdf2(
        digest_name=read[1], rounds=int(read[2]), salt=read[3].encode(*alphabets.UTF8) if text_salt else salt, key=key
    )


def _fields_text(value: stored.Stored) -> forms.Form | None:
    return _fields(value, text_salt=True)


def _fields_decoded(value: stored.Stored) -> forms.Form | None:
    return _fields(value, text_salt=False)


def _defuse(value: stored.Stored) -> forms.Form | None:
    """The length of the key stands in front of the salt."""
    read = _DEFUSE.fullmatch(value.text)
    salt, key = (alphabets.b64_whole_bytes(read[3]), alphabets.b64_whole_bytes(read[4])) if read else (None, None)
    if read is None:
        return None
    if not salt or key is None or len(key) != int(read[2]):
        return fragments.DAMAGED
    return forms.Pbkdf2(digest_name="sha1", rounds=int(read[1]), salt=salt, key=key)


FORMATS = (
    catalogue.Format(
        name="phc_pbkdf2",
        definition="PBKDF2(P, decoded salt, i, l)",
        recognised="`$pbkdf2-<digest>$i=…,l=…$B64$B64`",
        source="PHC string format; npm @phc/pbkdf2, Ory Kratos",
        keys=tuple(f"$pbkdf2-{name}$" for name in _DIGESTS.split("|")),
        read=_pbkdf2,
        certainty="exact",
    ),
    catalogue.Format(
        name="ory_pbkdf2_sha3",
        definition="PBKDF2(P, decoded salt, i, l) with SHA3-224 or SHA3-384",
        recognised="`$pbkdf2-sha224$…` and `$pbkdf2-sha384$…`, as `phc_pbkdf2`",
        source="Ory Kratos",
        keys=tuple(f"$pbkdf2-{name}$" for name in _SHA3),
        read=_ory_pbkdf2_sha3,
        certainty="shape",
    ),
    catalogue.Format(
        name="mattermost_pbkdf2",
        definition="PBKDF2(P, decoded salt, w, l)",
        recognised="`$pbkdf2$f=SHA256,w=…,l=…$B64$B64`",
        source="Mattermost 11",
        keys=("$pbkdf2$",),
        read=_mattermost,
        certainty="exact",
    ),
    catalogue.Format(
        name="argon2_phc",
        definition="argon2(P, decoded salt, m, t, p)",
        recognised="`$argon2(i|d|id)$v=…$m=…,t=…,p=…$B64$B64`",
        source="PHC string format; RFC 9106",
        keys=("$argon2i$", "$argon2d$", "$argon2id$"),
        read=_argon2,
        certainty="exact",
    ),
    catalogue.Format(
        name="ory_scrypt",
        definition="scrypt(P, decoded salt, N, r, p)",
        recognised="`$scrypt$ln=N,r=…,p=…$B64$B64` with N over 63",
        source="Ory Kratos",
        keys=("$scrypt$",),
        read=_ory_scrypt,
        certainty="exact",
    ),
    catalogue.Format(
        name="adonis_scrypt",
        definition="scrypt(P, decoded salt, n, r, p)",
        recognised="`$scrypt$n=…,r=…,p=…$B64$B64`",
        source="npm @adonisjs/hash",
        keys=("$scrypt$",),
        read=_adonis_scrypt,
        certainty="exact",
    ),
    catalogue.Format(
        name="adonis_bcrypt",
        definition="bcrypt(P) with salt and hash in standard base64",
        recognised="`$bcrypt$v=98$r=…$22$31`",
        source="npm @adonisjs/hash",
        keys=("$bcrypt$",),
        read=_adonis_bcrypt,
        certainty="exact",
    ),
    catalogue.Format(
        name="lambdaworks_scrypt",
        definition="scrypt(P, decoded salt, N, r, p) with the parameters packed into a hex number",
        recognised="`$s0$hex$B64$B64`",
        source="com.lambdaworks:scrypt",
        keys=("$s0$",),
        read=_lambdaworks,
        certainty="exact",
    ),
    catalogue.Format(
        name="defuse_pbkdf2",
        definition="PBKDF2-SHA1(P, decoded salt, i, l)",
        recognised="`sha1:i:l:base64:base64`",
        source="defuse's password-hashing 2 for PHP, Java, C# and Ruby",
        keys=("sha1:",),
        read=_defuse,
        certainty="exact",
    ),
    catalogue.Format(
        name="pbkdf2_fields_text",
        definition="PBKDF2(P, the base64 of the salt as text, i)",
        recognised="`sha256:i:base64:base64`",
        source="CrackStation's and defuse's first PBKDF2 for PHP and Ruby",
        keys=("sha1:", "sha256:", "sha512:", "md5:"),
        read=_fields_text,
        certainty="shape",
        rank=40,
    ),
    catalogue.Format(
        name="pbkdf2_fields",
        definition="PBKDF2(P, decoded salt, i)",
        recognised="`sha256:i:base64:base64`",
        source="home-made",
        keys=("sha1:", "sha256:", "sha512:", "md5:"),
        read=_fields_decoded,
        certainty="shape",
        rank=41,
    ),
)
"""Every format of this file."""
