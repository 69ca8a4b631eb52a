"""Django: `algorithm$…`, where a salt is the ASCII text between the dollars, never decoded.

Source:
    django.contrib.auth.hashers of Django 5.2; vectors made by it in `tests/golden/hashes/django`.
"""

import re
from functools import partial

from samekey.hashes import alphabets, catalogue, forms, stored

_PBKDF2 = re.compile(r"pbkdf2_(sha256|sha1)\$([1-9][0-9]{0,9})\$([^$]+)\$([A-Za-z0-9+/]+=*)")
_KEY_BYTES = {"sha256": 32, "sha1": 20}


def _pbkdf2(value: stored.Stored, *, digest_name: str) -> forms.Form | None:
    """The salt as text, the key in padded base64 and as long as the digest."""
    text = value.text
    read = _PBKDF2.fullmatch(text)
    if read is None or read[1] != digest_name:
        return forms.NoPassword(reason="damaged") if text.startswith(f"pbkdf2_{digest_name}$") else None
    key = alphabets.b64_bytes(read[4])
    if key is None or len(key) != _KEY_BYTES[digest_name]:
        return forms.NoPassword(reason="damaged")
    return forms.Pbkdf2(digest_name=digest_name, rounds=int(read[2]), salt=read[3].encode(), key=key)


FORMATS = tuple(
    catalogue.Format(
        name=f"django_pbkdf2_{digest_name}",
        definition=f"PBKDF2-{digest_name.upper()}(P, salt as text, i, {_KEY_BYTES[digest_name]})",
        recognised=f"`pbkdf2_{digest_name}$i$salt$base64`",
        source="django.contrib.auth.hashers",
        keys=(f"pbkdf2_{digest_name}$",),
        read=partial(_pbkdf2, digest_name=digest_name),
        certainty="exact",
    )
    for digest_name in ("sha256", "sha1")
)
"""Every format of this file."""
