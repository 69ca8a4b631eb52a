"""passlib: modular crypt strings in adapted base64 (`.` for `+`, no padding), with decoded salts.

Source:
    passlib 1.7.4 and its fork libpass; vectors made by it in `tests/golden/hashes/passlib`.
"""

import re

from samekey.hashes import alphabets, catalogue, forms, stored

_PBKDF2 = re.compile(r"\$pbkdf2(?:-(sha1|sha256|sha512))?\$([1-9][0-9]{0,9})\$([A-Za-z0-9./]*)\$([A-Za-z0-9./]+)")
_KEY_BYTES = {"sha1": 20, "sha256": 32, "sha512": 64}


def _pbkdf2(value: stored.Stored) -> forms.Form | None:
    """Both fields are re-encoded: Node would skip a `.` and say nothing."""
    read = _PBKDF2.fullmatch(value.text)
    if read is None:
        return None
    digest_name = read[1] or "sha1"
    salt, key = alphabets.ab64_bytes(read[3]), alphabets.ab64_bytes(read[4])
    if salt is None or key is None or len(key) != _KEY_BYTES[digest_name]:
        return forms.NoPassword(reason="damaged")
    return forms.Pbkdf2(digest_name=digest_name, rounds=int(read[2]), salt=salt, key=key)


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
)
"""Every format of this file."""
