"""The highest work factor samekey is willing to run, per function.

A stored value names its own price. One that asks for a terabyte of memory or a week of rounds is named, and refused;
it is never run. The numbers stand well above what products use (Django 6: 1 200 000 rounds; Gitea: scrypt with
128 MiB; Keycloak: argon2 with 7 MiB) and below what would stop a migration.
"""

PBKDF2_BLOCKS_MAX = 20_000_000
"""Rounds times blocks of output; a block is one digest's length of key."""

PBKDF2_ROUNDS_MAX = 10_000_000
"""Rounds as stored."""

BCRYPT_COST_MAX = 18
"""The logarithm of the rounds: about 15 seconds of one core."""

SCRYPT_MEMORY_BYTES_MAX = 512 * 1024 * 1024
"""128 times cost times block size."""

SCRYPT_WORK_MAX = 2**24
"""Cost times block size times parallelization."""

ARGON2_MEMORY_KIB_MAX = 1024 * 1024
"""Memory: one GiB."""

ARGON2_WORK_KIB_MAX = 16 * 1024 * 1024
"""Memory times passes."""

ARGON2_LANES_MAX = 255
"""Lanes; products use 1 to 8."""

KEY_BYTES_MAX = 4096
"""Length of a derived key; the longest in use are the 512 bytes of passport-local-mongoose."""

BCRYPT_KDF_ROUNDS_MAX = 2000
"""Rounds of bcrypt_pbkdf: about as long as bcrypt at its ceiling."""

CRYPT_ROUNDS_MAX = 10_000_000
"""Rounds of functions that Auth0 does not have (sha-crypt, phpass, stretched digests), for the legacy reading."""


def pbkdf2_is_bearable(*, rounds: int, key_bytes: int, digest_bytes: int) -> bool:
    """Whether samekey runs this much PBKDF2."""
    blocks = -(-key_bytes // digest_bytes)
    return (
        0 < rounds <= PBKDF2_ROUNDS_MAX and key_bytes <= KEY_BYTES_MAX and rounds * max(blocks, 1) <= PBKDF2_BLOCKS_MAX
    )


def scrypt_is_bearable(*, cost: int, block_size: int, parallelization: int, key_bytes: int) -> bool:
    """Whether samekey runs this much scrypt."""
    return (
        128 * cost * block_size <= SCRYPT_MEMORY_BYTES_MAX
        and cost * block_size * parallelization <= SCRYPT_WORK_MAX
        and key_bytes <= KEY_BYTES_MAX
    )


def argon2_is_bearable(*, memory_kib: int, passes: int, lanes: int, key_bytes: int) -> bool:
    """Whether samekey runs this much argon2."""
    return (
        memory_kib <= ARGON2_MEMORY_KIB_MAX
        and memory_kib * passes <= ARGON2_WORK_KIB_MAX
        and lanes <= ARGON2_LANES_MAX
        and key_bytes <= KEY_BYTES_MAX
    )


def bcrypt_is_bearable(*, cost: int) -> bool:
    """Whether samekey runs this much bcrypt."""
    return cost <= BCRYPT_COST_MAX
