"""Ruby: Devise, Authlogic, scrypt's gem, restful-authentication, Discourse, Redmine.

Source:
    Devise, Authlogic, the scrypt gem, restful_authentication, Discourse's PasswordHasher, Redmine's User model.
"""

import re

from samekey.hashes import alphabets, catalogue, forms, fragments, stored

_SCRYPT = re.compile(r"([0-9a-f]{1,8})\$([0-9a-f]{1,4})\$([0-9a-f]{1,4})\$([0-9a-f]{16,64})\$([0-9a-f]{32,1024})")
_OLD_SCRYPT_SALT = 40
_DISCOURSE = re.compile(r"\$pbkdf2-(sha256|sha512)\$i=([1-9][0-9]{0,9}),l=([1-9][0-9]{0,4})\$?")
_DISCOURSE_MEANT_ROUNDS = 64_000


def _devise(value: stored.Stored) -> forms.Form | None:
    """The pepper stands behind the password; together they share 72 bytes, there as at Auth0."""
    pepper = value.octets("pepper")
    return None if pepper is None else fragments.bcrypt(value.text, suffix=pepper)


def _authlogic(value: stored.Stored) -> forms.Form | None:
    """SHA-512 over the hex text of itself; one stretch is an ordinary salted digest."""
    raw, salt = fragments.digest_bytes(value.text, 64), value.octets("salt", "password_salt")
    if raw is None or salt is None or alphabets.hex_bytes(value.text) is None:
        return None
    stretches = value.count("stretches", 20)
    if stretches is None:
        return None
    if stretches == 1:
        return forms.Digest(algorithm="sha512", digest=raw, suffix=salt)
    parameters = {"digest": raw, "salt": salt, "rounds": stretches}
    return forms.Opaque(function="authlogic_sha512", reason="iterated-digest", parameters=parameters)


def _scrypt(value: stored.Stored) -> forms.Form | None:
    """N, r and p in hex; a salt of 40 characters marks the old style, SHA1 of the scrypt output.

    A new salt that would have 40 gets a zero in front; the last of its 41 digits then stands for a byte by itself.
    """
    read = _SCRYPT.fullmatch(value.text)
    salt_digits = read[4] + "0" * (len(read[4]) % 2) if read else ""
    salt, key = (alphabets.hex_bytes(salt_digits), alphabets.hex_bytes(read[5])) if read else (None, None)
    if read is None or salt is None or key is None:
        return None
    cost, block_size, lanes = (int(part, 16) for part in read.groups()[:3])
    if len(read[4]) == _OLD_SCRYPT_SALT:
        parameters = {"cost": cost, "block_size": block_size, "lanes": lanes, "digest": key,
                      "salt": value.text.rpartition("$")[0].encode(*alphabets.UTF8)}  # fmt: skip
        return forms.Opaque(function="ruby_scrypt_sha1", reason="nested-digest", parameters=parameters)
    # The gem takes zero bytes off the front of the salt before it uses it; one salt in 256 begins with one.
    return fragments.scrypt(salt.lstrip(b"\x00"), key, cost=cost, block_size=block_size, parallelization=lanes)


def _restful_auth(value: stored.Stored) -> forms.Form | None:
    """Dashes, salt and site key on both sides of the password, ten times with a site key."""
    raw, salt = fragments.digest_bytes(value.text, 20), value.octets("salt")
    if raw is None or salt is None:
        return None
    site_key = value.octets("site_key") or b""
    parameters = {"digest": raw, "salt": salt, "extra": site_key}
    reason = "iterated-digest" if site_key else "both-sides"
    return forms.Opaque(function="rails_restful_auth", reason=reason, parameters=parameters)


def _discourse(value: stored.Stored) -> forms.Form | None:
    """The hex of the salt is used as text."""
    key, salt = alphabets.hex_bytes(value.text), value.octets("salt", "password_salt")
    if not key or salt is None:
        return None
    read = _DISCOURSE.fullmatch(value.column("password_algorithm") or "")
    digest_name, rounds = (read[1], int(read[2])) if read else ("sha256", _DISCOURSE_MEANT_ROUNDS)
    if len(key) != (int(read[3]) if read else 32):
        return None
    return forms.Pbkdf2(digest_name=digest_name, rounds=rounds, salt=salt, key=key)


def _redmine(value: stored.Stored) -> forms.Form | None:
    raw, salt = fragments.digest_bytes(value.text, 20), value.octets("salt")
    return None if raw is None or salt is None else fragments.nested("sha1_salt_sha1pass", raw, salt=salt)


FORMATS = (
    catalogue.Format(
        name="devise_bcrypt_pepper",
        definition="bcrypt(P ‖ pepper)",
        recognised="bcrypt beside a `pepper` column",
        source="Devise, config.pepper",
        keys=("$2a$", "$2b$"),
        needs=("pepper",),
        read=_devise,
        certainty="shape",
        rank=60,
    ),
    catalogue.Format(
        name="authlogic_sha512",
        definition="20 x SHA512 over its own hex text, first P ‖ salt",
        recognised="128 hex digits beside `salt` or `password_salt`",
        source="Authlogic::CryptoProviders::Sha512",
        keys=("hex:128", "column:password_salt"),
        needs=("password_salt",),
        read=_authlogic,
        certainty="shape",
        rank=30,
    ),
    catalogue.Format(
        name="ruby_scrypt",
        definition="scrypt(P, decoded salt without zero bytes in front, N, r, p) with the numbers in hex",
        recognised="`hex$hex$hex$hex$hex`",
        source="the scrypt gem; Authlogic and Clearance use it",
        keys=tuple(f"hex:{size}$" for size in range(2, 9)),
        read=_scrypt,
        certainty="exact",
    ),
    catalogue.Format(
        name="rails_restful_auth",
        definition="SHA1(`--salt--P--`), or ten rounds with a site key",
        recognised="40 hex digits beside a salt",
        source="restful_authentication",
        keys=("hex:40",),
        needs=("salt",),
        read=_restful_auth,
        certainty="shape",
        rank=60,
    ),
    catalogue.Format(
        name="discourse",
        definition="PBKDF2-SHA256(P, the hex of the salt as text, 64000, 32)",
        recognised="64 hex digits beside `salt` or `password_salt`, and `password_algorithm`",
        source="Discourse's PasswordHasher",
        keys=("column:password_algorithm",),
        read=_discourse,
        certainty="exact",
    ),
    catalogue.Format(
        name="redmine",
        definition="SHA1(salt ‖ hex(SHA1(P)))",
        recognised="40 hex digits beside a salt of 32 hex digits",
        source="Redmine's User model",
        keys=("hex:40",),
        needs=("salt",),
        read=_redmine,
        certainty="shape",
        rank=58,
    ),
)
"""Every format of this file."""
