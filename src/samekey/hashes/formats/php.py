"""PHP programs: WordPress, Drupal, Joomla, Magento, MediaWiki, forums and shops.

Source:
    phpass; the products' own sources, named per format. Vectors: `tests/golden/hashes/vectors.jsonl`.
"""

import re

from samekey.hashes import alphabets, catalogue, forms, fragments, stored

_PHPASS = re.compile(r"\$[PH]\$[./0-9A-Za-z]{31}")
_DRUPAL7 = re.compile(r"(?:U?\$S\$[./0-9A-Za-z]{52}|U\$P\$[./0-9A-Za-z]{31})")
_JOOMLA = re.compile(r"([0-9a-f]{32}):([^:]{1,64})")
_SHOP = re.compile(r"([0-9a-f]{32}):([^:]{1,32})")
_MAGENTO2 = re.compile(r"([0-9a-f]{32}|[0-9a-f]{64}):([^:]+):([0-9][0-9_]*(?::[0-9][0-9_]*)*)")
_MAGENTO2_ARGON2 = re.compile(r"3_32_([1-9][0-9]{0,9})_([1-9][0-9]{3,12})")
_NEXTCLOUD = re.compile(r"[123]\|(\$.+)")
_MEDIAWIKI_PBKDF2 = re.compile(
    r":pbkdf2:(sha1|sha224|sha256|sha384|sha512|md5):([1-9][0-9]{0,9}):([1-9][0-9]{0,4})"
    r":([A-Za-z0-9+/]+={0,2}):([A-Za-z0-9+/]+={0,2})"
)
_MEDIAWIKI_LAYERED = re.compile(
    r":pbkdf2-legacy([AB]):!(sha1|sha256|sha384|sha512|md5):([1-9][0-9]{0,9}):([1-9][0-9]{0,4})"
    r"!([^!]*)!([A-Za-z0-9+/]+={0,2})!([A-Za-z0-9+/]+={0,2})"
)
_MEDIAWIKI_BCRYPT = re.compile(r":bcrypt:([0-9]{1,2})\$([./A-Za-z0-9]{22})\$([./A-Za-z0-9]{31})")
_MEDIAWIKI_B = re.compile(r":B:([^:]*):([0-9a-f]{32})")
_MEDIAWIKI_A = re.compile(r":A:([0-9a-f]{32})")
_HEX = re.compile(r"[0-9A-Fa-f]+")
_ION_AUTH = re.compile(r"[./0-9A-Za-z]{22}[0-9a-f]{18}")


def _phpass(value: stored.Stored) -> forms.Form | None:
    text = value.text.removeprefix("M")
    if _PHPASS.fullmatch(text):
        parameters = {"value": text, "prehash": value.text.startswith("M")}
        return forms.Opaque(function="phpass", reason="iterated-digest", parameters=parameters)
    return fragments.DAMAGED if text.startswith(("$P$", "$H$")) else None


def _wordpress(value: stored.Stored) -> forms.Form | None:
    """Taking `$wp` off does not help: what is under it is not bcrypt of the password."""
    text = value.text
    return fragments.bcrypt_over(text.removeprefix("$wp"), "wordpress_bcrypt") if text.startswith("$wp$2") else None


def _drupal7(value: stored.Stored) -> forms.Form | None:
    text = value.text
    if _DRUPAL7.fullmatch(text):
        return forms.Opaque(function="drupal7", reason="iterated-digest", parameters={"value": text})
    return fragments.DAMAGED if text.startswith(("$S$", "U$S$")) else None


def _joomla(value: stored.Stored) -> forms.Form | None:
    read = _JOOMLA.fullmatch(value.text)
    return (
        forms.Digest(algorithm="md5", digest=bytes.fromhex(read[1]), suffix=read[2].encode(*alphabets.UTF8))
        if read
        else None
    )


def _shop(value: stored.Stored) -> forms.Form | None:
    read = _SHOP.fullmatch(value.text)
    return (
        forms.Digest(algorithm="md5", digest=bytes.fromhex(read[1]), prefix=read[2].encode(*alphabets.UTF8))
        if read
        else None
    )


def _magento2(value: stored.Stored) -> forms.Form | None:
    """The last field is the version; several versions mean a hash over the older hash's hex."""
    read = _MAGENTO2.fullmatch(value.text)
    if read is None:
        return None
    raw, salt = bytes.fromhex(read[1]), read[2].encode(*alphabets.UTF8)
    links = [_magento2_link(version) for version in read[3].split(":")]
    if None in links or len(raw) != (16 if links[-1] == "md5" else 32):
        return None
    of_argon2 = (salt * 16)[:16]  # cut, or repeated, to what libsodium takes
    if len(links) > 1:
        parameters = {"digest": raw, "salt": salt, "argon2_salt": of_argon2, "links": links}
        return forms.Opaque(function="magento2_upgraded", reason="nested-digest", parameters=parameters)
    match links[0]:
        case (int() as passes, int() as memory_kib):
            return forms.Argon2(
                variant="id", version=19, memory_kib=memory_kib, passes=passes, lanes=1, salt=of_argon2, key=raw
            )
        case algorithm:
            return forms.Digest(algorithm=str(algorithm), digest=raw, prefix=salt)


def _magento2_link(version: str) -> str | tuple[int, int] | None:
    """The digest that a version names, or the passes and the KiB of its argon2id."""
    if version in {"0", "1"}:
        return "md5" if version == "0" else "sha256"
    if version == "2":
        return 2, 65_536
    read = _MAGENTO2_ARGON2.fullmatch(version)
    return (int(read[1]), int(read[2]) // 1024) if read and int(read[2]) >= 8192 else None  # noqa: PLR2004  # libsodium's


def _nextcloud(value: stored.Stored) -> forms.Form | None:
    """The number in front says which of PHP's functions made what follows."""
    read = _NEXTCLOUD.fullmatch(value.text)
    if read is None:
        return None
    return fragments.argon2(read[1]) if read[1].startswith("$argon2") else fragments.bcrypt(read[1])


def _peppered_bcrypt(value: stored.Stored) -> forms.Form | None:
    pepper = value.octets("pepper")
    return None if pepper is None else fragments.bcrypt(value.text, suffix=pepper)


def _mediawiki(value: stored.Stored) -> forms.Form | None:
    """A type between colons, then what the type asks for."""
    text = value.text
    if (read := _MEDIAWIKI_A.fullmatch(text)) is not None:
        return forms.Digest(algorithm="md5", digest=bytes.fromhex(read[1]))
    if (read := _MEDIAWIKI_B.fullmatch(text)) is not None:
        return fragments.nested("mediawiki_b", bytes.fromhex(read[2]), salt=read[1].encode(*alphabets.UTF8))
    if (read := _MEDIAWIKI_BCRYPT.fullmatch(text)) is not None:
        return fragments.bcrypt(f"$2y${int(read[1]):02}${read[2]}{read[3]}")
    if text.startswith(":argon2:"):
        return fragments.argon2(text.removeprefix(":argon2:"))
    if text.startswith(":pbkdf2-legacy"):
        return _mediawiki_layered(text)
    if (read := _MEDIAWIKI_PBKDF2.fullmatch(text)) is None:
        return None
    salt, key = alphabets.b64_bytes(read[4]), alphabets.b64_bytes(read[5])
    if salt is None or key is None or len(key) != int(read[3]):
        return fragments.DAMAGED
    return forms.Pbkdf2(digest_name=read[1], rounds=int(read[2]), salt=salt, key=key)


def _mediawiki_layered(text: str) -> forms.Form | None:
    """PBKDF2 over the hex of type A or B, its parameters and salts layer by layer between exclamation marks."""
    read = _MEDIAWIKI_LAYERED.fullmatch(text)
    if read is None:
        return forms.Opaque(function="mediawiki_layered", reason="nested-digest")
    salt, key = alphabets.b64_bytes(read[6]), alphabets.b64_bytes(read[7])
    if salt is None or key is None or len(key) != int(read[4]):
        return fragments.DAMAGED
    inner = forms.Pbkdf2(digest_name=read[2], rounds=int(read[3]), salt=salt, key=key)
    return fragments.prehashed(
        "mediawiki_layered_b" if read[1] == "B" else "hex_md5", inner, salt=read[5].encode(*alphabets.UTF8)
    )


def _ion_auth(value: stored.Stored) -> forms.Form | None:
    """The first salts are hex digits as the digest is, so that nothing shows where it begins.

    These are in lower case; and case as a whole is all that decides how a text of hex digits is read (see `patterns`).
    """
    text = value.text
    if _ION_AUTH.fullmatch(text) and not (_HEX.fullmatch(text) and text != text.lower()):
        return forms.Opaque(function="ion_auth", reason="truncated", parameters={"value": value.text})
    return None


FORMATS = (
    catalogue.Format(
        name="phpass",
        definition="2^n rounds of MD5 over salt and password",
        recognised="`$P$` or `$H$` and 31 characters; `M` in front: over MD5(P)",
        source="phpass; WordPress before 6.8, phpBB 3.0, Joomla 2.5 to 3.1, bbPress, TYPO3",
        keys=("$P$", "$H$", "M$"),
        read=_phpass,
        certainty="exact",
    ),
    catalogue.Format(
        name="phpbb3_phpass",
        definition="2^n rounds of MD5 over salt and password",
        recognised="`$H$` and 31 characters",
        source="phpBB 3.0",
        keys=(),
        read=_phpass,
        certainty="exact",
    ),
    catalogue.Format(
        name="wordpress_bcrypt",
        definition="bcrypt(base64(HMAC-SHA384(key = `wp-sha384`, trimmed P)))",
        recognised="`$wp$2y$…`, 63 characters",
        source="WordPress 6.8",
        keys=("$wp$",),
        read=_wordpress,
        certainty="exact",
    ),
    catalogue.Format(
        name="drupal7",
        definition="2^n rounds of SHA-512 over salt and password, cut to 55 characters",
        recognised="`$S$` and 52 characters; `U$S$`: over hex(MD5(P))",
        source="Drupal 7",
        keys=("$S$", "U$"),
        read=_drupal7,
        certainty="exact",
    ),
    catalogue.Format(
        name="joomla_md5",
        definition="MD5(P ‖ salt)",
        recognised="`32 hex:salt`",
        source="Joomla 1.0.13 to 2.5",
        certainty="shape",
        keys=("hex:32:",),
        read=_joomla,
        rank=30,
    ),
    catalogue.Format(
        name="magento1",
        definition="MD5(salt ‖ P)",
        recognised="`32 hex:salt`",
        source="Magento 1",
        certainty="shape",
        keys=("hex:32:",),
        read=_shop,
        rank=35,
    ),
    catalogue.Format(
        name="oscommerce",
        definition="MD5(salt ‖ P)",
        recognised="`32 hex:2 characters`",
        source="osCommerce, Zen Cart",
        certainty="shape",
        keys=("hex:32:",),
        read=_shop,
        rank=36,
    ),
    catalogue.Format(
        name="magento2",
        definition="0: MD5(salt ‖ P); 1: SHA256(salt ‖ P); 2, 3: argon2id13 (salt cut or repeated to 16 bytes)",
        recognised="`hex:salt:version`; several versions were upgraded in place",
        source="Magento 2, Encryptor",
        keys=("hex:32:", "hex:64:"),
        read=_magento2,
        certainty="exact",
        rank=20,
    ),
    catalogue.Format(
        name="nextcloud",
        definition="bcrypt(P) or argon2(P)",
        recognised="`1|$2y$…`, `2|$argon2i$…`, `3|$argon2id$…`",
        source="Nextcloud's Hasher",
        keys=("1|", "2|", "3|"),
        read=_nextcloud,
        certainty="exact",
    ),
    catalogue.Format(
        name="owncloud_bcrypt_pepper",
        definition="bcrypt(P ‖ passwordsalt)",
        recognised="bcrypt beside a `pepper` column",
        source="ownCloud",
        certainty="shape",
        keys=("$2a$", "$2y$"),
        needs=("pepper",),
        read=_peppered_bcrypt,
        rank=75,
    ),
    catalogue.Format(
        name="mediawiki",
        definition="type A: MD5(P); B: MD5(salt ‖ `-` ‖ hex(MD5(P))); PBKDF2, bcrypt or argon2 as named",
        recognised="`:A:…`, `:B:salt:…`, `:pbkdf2:…`, `:bcrypt:…`, `:argon2:…`",
        source="MediaWiki",
        keys=(":",),
        read=_mediawiki,
        certainty="exact",
    ),
    catalogue.Format(
        name="ion_auth",
        definition="salt ‖ hex(SHA1(salt ‖ P)), cut to 40 characters; the salt has 10 of them, or 22",
        recognised="40 hex digits; or 10 or 22 other characters in front of fewer",
        source="Ion Auth 2",
        certainty="shape",
        keys=("len:40",),
        read=_ion_auth,
        rank=95,
    ),
)
"""Every format of this file."""
