"""Bare digests and home-made schemes: the layout is the whole format, and nothing in the value tells it.

A digest is written in hex of either case, in base64, or in base64 of its hex text. With a salt column it may be
D(S ‖ P), D(P ‖ S), HMAC(key = S, P) and their UTF-16 variants; the salt is text unless `salt_encoding` says otherwise.
With a pepper, the key of the site, beside the salt it may be an HMAC under that key over salt and password.

Source:
    Definitions are the names themselves. Vectors: `tests/golden/hashes/vectors.jsonl`, and `php`, `hashcat` and `hmac`
    beside it.
"""

from collections.abc import Callable
from functools import partial

from samekey.hashes import alphabets, catalogue, forms, fragments, stored

DIGEST_BYTES = {"md5": 16, "sha1": 20, "sha256": 32, "sha512": 64, "sha384": 48, "sha224": 28, "md4": 16}
"""Digests of this file with their length, likeliest first."""

HMAC_DIGESTS = ("md5", "sha1", "sha224", "sha256", "sha384", "sha512")

UTF16LE = "utf16le"

Layout = Callable[[str, bytes, bytes], forms.Form]
"""Digest name, raw digest and salt become a form."""


def _bare(value: stored.Stored, *, algorithm: str, encoding: str = "utf8") -> forms.Form | None:
    """D(P)."""
    raw = fragments.digest_bytes(value.text, DIGEST_BYTES[algorithm])
    return raw if raw is None else forms.Digest(algorithm=algorithm, digest=raw, password_encoding=encoding)


def _of_hex(value: stored.Stored, *, algorithm: str) -> forms.Form | None:
    """b64(hex(D(P)))."""
    inner = alphabets.b64_either_bytes(value.text)
    if inner is None or len(inner) != 2 * DIGEST_BYTES[algorithm] or not alphabets.is_hex_text(inner):
        return None
    return forms.Digest(algorithm=algorithm, digest=bytes.fromhex(inner.decode("ascii")))


def _salted(value: stored.Stored, *, algorithm: str, layout: Layout) -> forms.Form | None:
    """A digest with the salt column placed by a layout."""
    found = fragments.digest_and_salt(value, DIGEST_BYTES[algorithm])
    return found and layout(algorithm, *found)


def _salt_pass(algorithm: str, raw: bytes, salt: bytes) -> forms.Form:
    return forms.Digest(algorithm=algorithm, digest=raw, prefix=salt)


def _pass_salt(algorithm: str, raw: bytes, salt: bytes) -> forms.Form:
    return forms.Digest(algorithm=algorithm, digest=raw, suffix=salt)


def _salt_utf16le(algorithm: str, raw: bytes, salt: bytes) -> forms.Form:
    return forms.Digest(algorithm=algorithm, digest=raw, prefix=salt, password_encoding=UTF16LE)


def _utf16le_salt(algorithm: str, raw: bytes, salt: bytes) -> forms.Form:
    return forms.Digest(algorithm=algorithm, digest=raw, suffix=salt, password_encoding=UTF16LE)


def _key_salt(algorithm: str, raw: bytes, salt: bytes) -> forms.Form:
    return forms.Hmac(digest_name=algorithm, mac=raw, key=salt)


def _key_pass(algorithm: str, raw: bytes, salt: bytes) -> forms.Form:
    return forms.Opaque(
        function="hmac_key_pass",
        reason="keyed-by-password",
        parameters={"algorithm": algorithm, "digest": raw, "message": salt},
    )


def _peppered(value: stored.Stored, *, algorithm: str, salt_first: bool) -> forms.Form | None:
    """An HMAC whose key is the pepper, over the password with the salt column beside it."""
    raw = fragments.digest_bytes(value.text, DIGEST_BYTES[algorithm])
    salt, key = value.octets("salt"), value.octets("pepper")
    if raw is None or not salt or not key:
        return None
    prefix, suffix = (salt, b"") if salt_first else (b"", salt)
    return forms.Hmac(digest_name=algorithm, mac=raw, key=key, prefix=prefix, suffix=suffix)


_LAYOUTS: tuple[tuple[str, str, Layout], ...] = (
    ("{0}_salt_pass", "{1}(S ‖ P)", _salt_pass),
    ("{0}_pass_salt", "{1}(P ‖ S)", _pass_salt),
    ("hmac_{0}_key_salt", "HMAC-{1}(key = S, P)", _key_salt),
    ("{0}_salt_utf16le", "{1}(S ‖ P as UTF-16LE)", _salt_utf16le),
    ("{0}_utf16le_salt", "{1}(P as UTF-16LE ‖ S)", _utf16le_salt),
    ("hmac_{0}_key_pass", "HMAC-{1}(key = P, S)", _key_pass),
)
"""Name, definition and form of every salted layout, likeliest first."""


def _keys(size: int) -> tuple[str, ...]:
    return f"hex:{2 * size}", f"b64:{size}"


def _bare_formats(place: int, algorithm: str, size: int) -> list[catalogue.Format]:
    """The unsalted readings of one digest."""
    title, source = algorithm.upper(), "the name says it"
    recognised = f"{2 * size} hex digits, or base64 of {size} bytes"
    return [
        catalogue.Format(
            name=f"raw_{algorithm}",
            definition=f"{title}(P)",
            recognised=recognised,
            source=source,
            keys=_keys(size),
            read=partial(_bare, algorithm=algorithm),
            certainty="shape",
            rank=20 if algorithm != "md4" else 60,
        ),
        catalogue.Format(
            name=f"raw_{algorithm}_utf16le",
            definition=f"{title}(P as UTF-16LE)",
            recognised=recognised,
            source=source,
            keys=_keys(size),
            read=partial(_bare, algorithm=algorithm, encoding="utf16le"),
            certainty="shape",
            rank=70 + place,
        ),
        catalogue.Format(
            name=f"base64_of_hex_{algorithm}",
            definition=f"base64(hex({title}(P)))",
            recognised=f"base64 of {2 * size} hex digits",
            source=source,
            keys=(f"b64:{2 * size}",),
            read=partial(_of_hex, algorithm=algorithm),
            certainty="shape",
            rank=10 if algorithm != "md4" else 60,
        ),
    ]


def _salted_formats(algorithm: str, size: int) -> list[catalogue.Format]:
    """The readings of one digest beside a salt column; they stand before the unsalted ones."""
    return [
        catalogue.Format(
            name=name.format(algorithm),
            definition=definition.format("", algorithm.upper()),
            recognised=f"{2 * size} hex digits, or base64 of {size} bytes, beside a `salt` column or as `hash:salt`",
            source="the name says it",
            keys=_keys(size),
            needs=("salt",),
            joined=fragments.joined_keys(size) if algorithm != "md4" else (),
            read=partial(_salted, algorithm=algorithm, layout=layout),
            certainty="shape",
            rank=(10 if algorithm != "md4" else 16) + place,
        )
        for place, (name, definition, layout) in enumerate(_LAYOUTS)
        if algorithm in HMAC_DIGESTS or not name.startswith("hmac")
    ]


def _peppered_formats(algorithm: str, size: int) -> list[catalogue.Format]:
    """The readings of one digest beside a salt column and a pepper."""
    return [
        catalogue.Format(
            name=f"hmac_{algorithm}_pepper_{order}",
            definition=f"HMAC-{algorithm.upper()}(key = pepper, {message})",
            recognised=f"{2 * size} hex digits, or base64 of {size} bytes, beside the columns `salt` and `pepper`",
            source="the name says it",
            keys=_keys(size),
            needs=("salt", "pepper"),
            read=partial(_peppered, algorithm=algorithm, salt_first=order == "salt_pass"),
            certainty="shape",
            rank=18 + place,
        )
        for place, (order, message) in enumerate((("pass_salt", "P ‖ S"), ("salt_pass", "S ‖ P")))
        if algorithm in HMAC_DIGESTS
    ]


def _plain(value: stored.Stored) -> forms.Form | None:
    """Whatever stands there, blanks included, is the password; a `seed` column makes its salt."""
    return fragments.plain(value.raw, seed=value.octets("seed") or b"") if value.raw else None


FORMATS = (
    *(
        described
        for place, (algorithm, size) in enumerate(DIGEST_BYTES.items())
        for described in (
            *_bare_formats(place, algorithm, size),
            *_salted_formats(algorithm, size),
            *_peppered_formats(algorithm, size),
        )
    ),
    catalogue.Format(
        name="plain",
        definition="the password itself",
        recognised="by the operator's word only",
        source="the name says it",
        keys=(),
        read=_plain,
    ),
)
"""Every format of this file."""
