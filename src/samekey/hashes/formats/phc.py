"""PHC strings: parameters by name, then salt and hash in base64 without padding.

Source:
    The PHC string format; Auth0's import schema takes `$pbkdf2-…` in this form.
"""

import re

from samekey.hashes import alphabets, catalogue, forms, stored

_PBKDF2 = re.compile(
    r"\$pbkdf2-(md5|sha1|sha224|sha256|sha384|sha512)\$i=([1-9][0-9]{0,9})(?:,l=([1-9][0-9]{0,5}))?"
    r"\$([A-Za-z0-9+/]+)\$([A-Za-z0-9+/]+)",
)


def _pbkdf2(value: stored.Stored) -> forms.Form | None:
    """A stated length that is not the length of the hash means that a part of the hash is missing."""
    read = _PBKDF2.fullmatch(value.text)
    if read is None:
        return None
    salt, key = alphabets.b64_bytes(read[4]), alphabets.b64_bytes(read[5])
    if salt is None or key is None or (read[3] and int(read[3]) != len(key)):
        return forms.NoPassword(reason="damaged")
    return forms.Pbkdf2(digest_name=read[1], rounds=int(read[2]), salt=salt, key=key)


FORMATS = (
    catalogue.Format(
        name="phc_pbkdf2",
        definition="PBKDF2(P, decoded salt, i, l)",
        recognised="`$pbkdf2-<digest>$i=…,l=…$B64$B64`",
        source="PHC string format; npm @phc/pbkdf2, Ory Kratos",
        keys=tuple(f"$pbkdf2-{name}$" for name in ("md5", "sha1", "sha224", "sha256", "sha384", "sha512")),
        read=_pbkdf2,
        certainty="exact",
    ),
)
"""Every format of this file."""
