"""SCRAM verifiers, as PostgreSQL, MongoDB, XMPP servers and Dovecot store them.

Two keys are derived from the password by PBKDF2, and of the client's only a digest is kept. Auth0 has nothing like it;
a login can be checked against them all the same.

Source:
    RFC 5802; the products named at each function.
"""

import re
from collections.abc import Mapping

from samekey.hashes import alphabets, forms, fragments, stored

_DIGESTS = {20: "sha1", 32: "sha256", 64: "sha512"}
_POSTGRES = re.compile(r"SCRAM-SHA-(1|256|512)\$([1-9][0-9]{0,9}):([^$:]+)\$([^$:]+):([^$:]+)")
_DOVECOT = re.compile(r"([1-9][0-9]{0,9}),([^,]+),([^,]+),([^,]+)")
_STORED = ("storedKey", "stored_key", "storedkey")
_SERVER = ("serverKey", "server_key", "serverkey")
_ROUNDS = ("iterationCount", "iteration_count", "iterationcount", "iterations")


def of_postgres(text: str) -> forms.Form | None:
    """`SCRAM-SHA-256$i:salt$stored:server`, each in base64."""
    read = _POSTGRES.fullmatch(text)
    return _verifier(f"sha{read[1]}", read[2], read[3], read[4]) if read else None


def of_dovecot(text: str, *, digest_name: str) -> forms.Form | None:
    """`i,salt,stored,server`, each in base64."""
    read = _DOVECOT.fullmatch(text)
    return _verifier(digest_name, *read.groups()[:3]) if read else None


def of_columns(value: stored.Stored) -> forms.Form | None:
    """MongoDB's and ejabberd's columns in base64, Prosody's in hex with a salt that is text."""
    text, server = value.column(*_STORED), value.column(*_SERVER)
    if text is None or server is None:
        return None
    key = alphabets.hex_bytes(text)
    salt = value.octets("salt") if key is not None else alphabets.b64_bytes(value.column("salt") or "")
    if key is None:
        key = alphabets.b64_bytes(text)
    rounds = value.number(*_ROUNDS)
    if key is None or len(key) not in _DIGESTS:
        return None
    if not salt or not rounds:
        return forms.Opaque(function="scram", reason="scram")
    return _form(_DIGESTS[len(key)], rounds, salt, key, username=value.column("username"))


def _verifier(digest_name: str, rounds: str, salt_text: str, key_text: str) -> forms.Form:
    """A verifier in one text."""
    salt, key = alphabets.b64_bytes(salt_text), alphabets.b64_bytes(key_text)
    if not salt or key is None or _DIGESTS.get(len(key)) != digest_name:
        return fragments.DAMAGED
    return _form(digest_name, int(rounds), salt, key)


def _form(digest_name: str, rounds: int, salt: bytes, key: bytes, *, username: str | None = None) -> forms.Form:
    """The form that `legacy_functions` evaluates; MongoDB's SCRAM-SHA-1 takes in the user name."""
    parameters: Mapping[str, object] = {
        "algorithm": digest_name, "rounds": rounds, "salt": salt, "key": key, "username": username,
    }  # fmt: skip
    return forms.Opaque(function="scram", reason="scram", parameters=dict(parameters))
