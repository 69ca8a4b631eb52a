"""What can still go wrong with a reading that Auth0 takes: the traps, by name."""

from samekey.hashes import catalogue, forms

WARNINGS = {
    "scrypt-memory": "This scrypt asks for 32 MiB or more; whether Auth0 allows that is not documented. Try one user.",
    "bcrypt-unproven": "Plain bcrypt and bcrypt over a digest of the password look alike; one known login tells.",
    "bcrypt-over-72": "Salt or pepper and password share bcrypt's 72 bytes; what is beyond is not looked at.",
    "argon2-parameters": "This argon2 asks for more memory than was tried with Auth0's library. Try one user first.",
    "ldap-sha384": "Only the ldap algorithm has this digest, and Auth0 shows few examples of it. Try one user first.",
    "encoding-unproven": "How letters outside ASCII become bytes is not proved; a known login with one of them tells.",
    "normalisation": "The old system changed the typed password (trimming, Unicode forms) before hashing it.",
    "empty-password": "This is the hash of an empty password.",
}
"""Every warning, in words."""

SCRYPT_NODE_BYTES = 32 * 1024 * 1024
"""Where Node's scrypt refuses unless told otherwise: 128 times cost times block size, and a little more."""
ARGON2_TRIED_KIB = 256 * 1024
"""The most memory that was tried with libsodium in WebAssembly."""


def of(form: forms.Form, *, described: catalogue.Format) -> tuple[str, ...]:
    """The warnings that a reading brings; the same for all values of its cluster.

    Args:
        form: what was read.
        described: the format that read it.

    Returns:
        Words of `WARNINGS`.

    """
    found = described.warnings
    match form:
        case forms.Scrypt() if 128 * form.cost * form.block_size >= SCRYPT_NODE_BYTES:
            found = (*found, "scrypt-memory")
        case forms.Argon2() if form.memory_kib > ARGON2_TRIED_KIB:
            found = (*found, "argon2-parameters")
        case forms.Bcrypt() if form.prefix or form.suffix:
            found = (*found, "bcrypt-over-72")
        case forms.Digest() if form.algorithm in {"sha384", "sha224"}:
            found = (*found, "ldap-sha384")
        case forms.Hmac() if form.password_encoding != forms.UTF8:
            found = (*found, "encoding-unproven")
    return found
