"""What can still go wrong with a reading that Auth0 takes: the traps, by name."""

from samekey.hashes import catalogue, forms

WARNINGS = {
    "scrypt-memory": "This scrypt asks for 32 MiB or more; whether Auth0 allows that is not documented. Try one user.",
    "bcrypt-unproven": "Plain bcrypt and bcrypt over a digest of the password look alike; one known login tells.",
    "bcrypt-over-72": "Salt or pepper and password share bcrypt's 72 bytes; what is beyond is not looked at.",
    "argon2-parameters": "This argon2 asks for more memory than was tried with Auth0's library. Try one user first.",
    "hmac-salt": "Auth0's schema lets an HMAC have a salt beside its key, and no example shows it. Try one user first.",
    "ldap-sha384": "Only the ldap algorithm has this digest, and Auth0 shows few examples of it. Try one user first.",
    "encoding-unproven": "How letters outside ASCII become bytes is not proved; a known login with one of them tells.",
    "normalisation": "The old system brings a typed password into Unicode's form NFKC, and Auth0 does not: a password "
    "that this changes (ligatures, wide letters, marks written apart from theirs) is refused there. ASCII never is.",
    "unusual-length": "The length is one that no known program writes here; a part of the value may be missing.",
    "product-unproven": "The columns are those of one product, and others have them, too; one known login tells.",
    "digest-unproven": "Ory Kratos runs SHA3-224 and SHA3-384 under the names of SHA-224 and SHA-384; one known login "
    "tells.",
    "empty-password": "This is the hash of an empty password.",
}
"""Every warning, in words."""

SCRYPT_NODE_BYTES = 32 * 1024 * 1024
"""Where Node's scrypt refuses unless told otherwise: 128 times cost times block size, and a little more."""
ARGON2_TRIED_KIB = 256 * 1024
"""The most memory that was tried with libsodium in WebAssembly."""

USUAL_KEY_BYTES = frozenset({16, 32, 64})
"""Lengths of derived keys that programs write where the format leaves the length open; and the digest's own."""
USUAL_SALT_BYTES = frozenset({4, 8, 12, 16, 20, 24, 32, 36, 40, 64})
"""Lengths of salts that directories write behind a digest."""
_SALT_BEHIND = frozenset({"ldap", "zope", "roundup"})
_KEY_OPEN = frozenset({
    "argon2_phc", "django_argon2", "phc_pbkdf2", "mattermost_pbkdf2", "jakarta_pbkdf2", "tomcat_pbkdf2", "keycloak",
    "fusionauth", "passlib_scrypt", "ory_scrypt", "adonis_scrypt", "lambdaworks_scrypt", "ldap", "spring", "nextcloud",
    "galaxy", "jupyter", "mediawiki",
})  # fmt: skip
"""Formats in which nothing but the key itself says how long it is."""
_KEY_32 = frozenset({"aspnet_identity_v3", "spring"})
"""Formats whose keys are always of 32 bytes; cut, half of them look like a key as well."""
_ORY_MEANS_SHA3 = frozenset({"sha224", "sha384"})
_DIGEST_BYTES = {"md5": 16, "sha1": 20, "sha224": 28, "sha256": 32, "sha384": 48, "sha512": 64}


def of(form: forms.Form, *, described: catalogue.Format) -> tuple[str, ...]:
    """The warnings that a reading brings; the same for all values of its cluster.

    Args:
        form: what was read.
        described: the format that read it.

    Returns:
        Words of `WARNINGS`.

    """
    found = described.warnings
    if _is_unusual(form, described):
        found = (*found, "unusual-length")
    match form:
        case forms.Scrypt() if 128 * form.cost * form.block_size >= SCRYPT_NODE_BYTES:
            found = (*found, "scrypt-memory")
        case forms.Argon2() if form.memory_kib > ARGON2_TRIED_KIB:
            found = (*found, "argon2-parameters")
        case forms.Bcrypt() if form.prefix or form.suffix:
            found = (*found, "bcrypt-over-72")
        case forms.Pbkdf2() if described.name == "phc_pbkdf2" and form.digest_name in _ORY_MEANS_SHA3:
            found = (*found, "digest-unproven")
        case forms.Digest() if form.algorithm in {"sha384", "sha224"}:
            found = (*found, "ldap-sha384")
        case forms.Opaque(function="firebase_scrypt") if not form.parameters:
            found = (*found, "product-unproven")
        case forms.Hmac():
            found = (*found, *_of_hmac(form))
    return found


def _of_hmac(form: forms.Hmac) -> tuple[str, ...]:
    """An HMAC of anything but the typed password in UTF-8."""
    salted = ("hmac-salt",) if form.prefix or form.suffix else ()
    return salted if form.password_encoding == forms.UTF8 else (*salted, "encoding-unproven")


def _is_unusual(form: forms.Form, described: catalogue.Format) -> bool:
    """Whether a length speaks of a value that was cut."""
    match form:
        case forms.Pbkdf2() if described.name in _KEY_32:
            return len(form.key) != 32  # noqa: PLR2004  # as the set is called
        case forms.Pbkdf2() if described.name in _KEY_OPEN:
            return len(form.key) not in USUAL_KEY_BYTES | {_DIGEST_BYTES.get(form.digest_name, 0), 256}
        case forms.Scrypt() | forms.Argon2() if described.name in _KEY_OPEN:
            return len(form.key) not in USUAL_KEY_BYTES
        case forms.Digest() if described.name in _SALT_BEHIND:
            return bool(form.suffix) and len(form.suffix) not in USUAL_SALT_BYTES
        case _:
            return False
