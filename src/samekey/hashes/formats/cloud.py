"""Identity services and their exports: Firebase, Supabase, Ory, FusionAuth.

Source:
    Firebase's scrypt, Supabase's GoTrue, Ory Kratos' import formats, FusionAuth's password encryptors.
"""

import re

from samekey.hashes import alphabets, catalogue, crypt_strings, forms, fragments, stored

_ORY_SHA = re.compile(
    r"\$(md5|sha1|sha256|sha512)\$pf=([A-Za-z0-9+/]+={0,2})\$([A-Za-z0-9+/]*={0,2})\$([A-Za-z0-9+/]+={0,2})"
)
_ORY_MD5 = re.compile(r"\$md5\$([A-Za-z0-9+/]{22}={0,2})")
_ORY_HMAC = re.compile(
    r"\$hmac-(md4|md5|sha1|sha224|sha256|sha384|sha512)\$([A-Za-z0-9+/]+={0,2})\$([A-Za-z0-9+/]+={0,2})"
)
_ORY_CRYPT = re.compile(r"\$(md5|sha256|sha512)-crypt(\$.+)")
_CRYPT_HEADS = {"md5": "$1", "sha256": "$5", "sha512": "$6"}
_DIGEST_BYTES = {"md4": 16, "md5": 16, "sha1": 20, "sha224": 28, "sha256": 32, "sha384": 48, "sha512": 64}
_FUSION_PBKDF2 = {
    "salted-pbkdf2-hmac-sha256": "sha256",
    "salted-pbkdf2-hmac-sha256-512": "sha256",
    "salted-pbkdf2-hmac-sha512-512": "sha512",
    "salted-pbkdf2-hmac-sha512": "sha512",
}
_FUSION_PHPASS = frozenset({"phpass-md5", "phpass-sha512"})


_B64 = "[A-Za-z0-9+/_-]+={0,2}"
_FBSCRYPT = re.compile(
    rf"\$fbscrypt\$v=1,n=[0-9]{{1,2}},r=[0-9]{{1,3}},p=1(?:,ss=(?P<saltSeparator>{_B64}))?,sk=(?P<signerKey>{_B64})"
    rf"\$(?P<salt>{_B64})\$(?P<digest>{_B64})"
)
_FIRESCRYPT = re.compile(
    rf"\$firescrypt\$ln=[0-9]{{1,2}},r=[0-9]{{1,3}},p=1\$(?P<salt>{_B64})\$(?P<digest>{_B64})"
    rf"\$(?P<saltSeparator>{_B64})\$(?P<signerKey>{_B64})"
)
_FBSCRYPT_NUMBERS = re.compile(r"l?n=([0-9]+),r=([0-9]+)")
_FIREBASE_PROJECT = frozenset({"signerKey", "saltSeparator", "rounds", "memCost"})
_FIREBASE_BYTES = 64


def _firebase(value: stored.Stored) -> forms.Form | None:
    """The scrypt key encrypts the project's signer key; a row of an export lacks what belongs to the project.

    Many programs name a column `passwordHash`: without 64 bytes and a salt it is none of Firebase's.
    """
    columns = value.columns
    digest, salt = alphabets.b64_either_bytes(value.text), alphabets.b64_either_bytes(value.column("salt") or "")
    if not columns.keys() >= _FIREBASE_PROJECT:
        if digest is None or len(digest) != _FIREBASE_BYTES or not salt:
            return None
        return forms.Opaque(function="firebase_scrypt", reason="proprietary")
    parts = {"salt": salt} | {
        name: alphabets.b64_either_bytes(value.column(name) or "") for name in ("signerKey", "saltSeparator")
    }
    if digest is None or any(part is None for part in parts.values()):
        return fragments.DAMAGED
    parameters = {
        **parts, "digest": digest, "rounds": value.number("rounds"), "memory": value.number("memCost"),
    }  # fmt: skip
    return forms.Opaque(function="firebase_scrypt", reason="proprietary", parameters=parameters)


def _fbscrypt(value: stored.Stored) -> forms.Form | None:
    """Everything in one text: named parameters (Supabase), or five fields (Ory)."""
    if not value.text.startswith(("$fbscrypt$", "$firescrypt$")):
        return None
    read = _FBSCRYPT.fullmatch(value.text) or _FIRESCRYPT.fullmatch(value.text)
    parts = {name: alphabets.b64_either_bytes(text or "") for name, text in read.groupdict().items()} if read else {}
    cost, rounds = (int(number) for number in _FBSCRYPT_NUMBERS.findall(value.text)[0]) if read else (0, 0)
    if read is None or any(part is None for part in parts.values()):
        return fragments.DAMAGED
    parameters = {**parts, "rounds": rounds, "memory": cost}
    return forms.Opaque(function="firebase_scrypt", reason="proprietary", parameters=parameters)


def _ory_sha(value: stored.Stored) -> forms.Form | None:
    """A pattern such as `{SALT}{PASSWORD}` says what is digested; it may hold text of its own, and P several times."""
    if (read := _ORY_MD5.fullmatch(value.text)) is not None:
        raw = alphabets.b64_whole_bytes(read[1])
        return None if raw is None else forms.Digest(algorithm="md5", digest=raw)
    read = _ORY_SHA.fullmatch(value.text)
    if read is None:
        return None
    pattern, salt, raw = (alphabets.b64_whole_bytes(part) for part in read.groups()[1:])
    if pattern is None or salt is None or b"{PASSWORD}" not in pattern:
        return None
    if raw is None or len(raw) != _DIGEST_BYTES[read[1]]:
        return fragments.DAMAGED
    match [part.replace(b"{SALT}", salt) for part in pattern.split(b"{PASSWORD}")]:
        case [prefix, suffix]:
            return forms.Digest(algorithm=read[1], digest=raw, prefix=prefix, suffix=suffix)
        case parts:
            found = {"algorithm": read[1], "digest": raw, "parts": parts}
            return forms.Opaque(function="ory_pattern", reason="proprietary", parameters=found)


def _ory_hmac(value: stored.Stored) -> forms.Form | None:
    """The first field is base64 of the hex text, the second the key: a shorter one may have been cut."""
    read = _ORY_HMAC.fullmatch(value.text)
    text, key = (alphabets.b64_whole_bytes(read[2]), alphabets.b64_whole_bytes(read[3])) if read else (None, None)
    if read is None or text is None or key is None or not alphabets.is_hex_text(text):
        return None
    return forms.Hmac(digest_name=read[1], mac=bytes.fromhex(text.decode("ascii")), key=key)


def _ory_crypt(value: stored.Stored) -> forms.Form | None:
    """A string of crypt(3) whose number Ory wrote as a name."""
    read = _ORY_CRYPT.fullmatch(value.text)
    return None if read is None else crypt_strings.wrapped(_CRYPT_HEADS[read[1]] + read[2])


def _fusionauth(value: stored.Stored) -> forms.Form | None:
    """The scheme in a column of its own, the salt in base64."""
    scheme, factor = value.column("encryptionScheme") or "", value.number("factor") or 1
    text = value.column("password") or value.text
    salt_text = value.column("salt") or ""
    if scheme == "bcrypt":
        return fragments.bcrypt(f"$2a${factor:02}${salt_text}{text}")
    if scheme in _FUSION_PHPASS:
        return forms.Opaque(function="fusionauth_phpass", reason="iterated-digest")
    salt, raw = alphabets.b64_bytes(salt_text), alphabets.b64_bytes(text)
    if salt is None or not raw:
        return None
    if scheme in {"salted-md5", "salted-sha256"}:
        algorithm = scheme.removeprefix("salted-")
        return fragments.iterated(algorithm, raw, rounds=factor, suffix=salt) if len(raw) in {16, 32} else None
    if scheme == "salted-hmac-sha256":
        return forms.Hmac(digest_name="sha256", mac=raw, key=salt)
    if scheme in _FUSION_PBKDF2:
        return forms.Pbkdf2(digest_name=_FUSION_PBKDF2[scheme], rounds=factor, salt=salt, key=raw)
    return None


FORMATS = (
    catalogue.Format(
        name="firebase_scrypt",
        definition="AES-256-CTR(key = scrypt(P, S ‖ separator, 2^mem, rounds, 1)[:32], signer key)",
        recognised="columns `passwordHash`, `salt`, and the project's `signerKey`",
        source="Firebase Authentication's exports",
        keys=("column:signerKey", "column:passwordHash"),
        read=_firebase,
        certainty="exact",
    ),
    catalogue.Format(
        name="supabase_fbscrypt",
        definition="Firebase's scrypt carried over",
        recognised="`$fbscrypt$…`, `$firescrypt$…`",
        source="Supabase's GoTrue, Ory Kratos",
        keys=("$fbscrypt$", "$firescrypt$"),
        read=_fbscrypt,
        certainty="exact",
    ),
    catalogue.Format(
        name="ory_sha_pf",
        definition="a digest over a pattern of salt and password",
        recognised="`$sha256$pf=base64$base64$base64`, `$md5$base64`",
        source="Ory Kratos",
        keys=("$md5$", "$sha1$", "$sha256$", "$sha512$"),
        read=_ory_sha,
        certainty="exact",
    ),
    catalogue.Format(
        name="ory_hmac",
        definition="HMAC(key, P), written as base64 of its hex",
        recognised="`$hmac-sha256$base64$base64`",
        source="Ory Kratos",
        keys=tuple(f"$hmac-{name}$" for name in _DIGEST_BYTES),
        read=_ory_hmac,
        certainty="shape",
    ),
    catalogue.Format(
        name="ory_crypt",
        definition="a crypt(3) scheme: `$1$`, `$5$`, `$6$`",
        recognised="`$sha512-crypt$…`",
        source="Ory Kratos",
        keys=("$md5-crypt$", "$sha256-crypt$", "$sha512-crypt$"),
        read=_ory_crypt,
        certainty="exact",
    ),
    catalogue.Format(
        name="fusionauth",
        definition="as `encryptionScheme` says: digests P ‖ S, HMAC(key = S, P), PBKDF2, bcrypt",
        recognised="columns `encryptionScheme`, `factor`, `salt`, `password`",
        source="FusionAuth",
        keys=("column:encryptionScheme",),
        read=_fusionauth,
        certainty="exact",
    ),
)
"""Every format of this file."""
