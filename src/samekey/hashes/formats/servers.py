"""Servers and appliances with a user table of their own: Gitea, Grafana, CouchDB, RabbitMQ, Mosquitto, macOS, Cisco …

Source:
    The products' own sources, named per format; vectors in `tests/golden/hashes/vectors.jsonl`.
"""

import re

from samekey.hashes import alphabets, catalogue, forms, fragments, stored

_GITEA = re.compile(r"(pbkdf2|argon2|scrypt|bcrypt)((?:\$[0-9]+)*)")
_GITEA_NAMED = {"pbkdf2": "pbkdf2$10000$50", "pbkdf2_v1": "pbkdf2$10000$50", "pbkdf2_v2": "pbkdf2$50000$50",
                "pbkdf2_hi": "pbkdf2$320000$50", "argon2": "argon2$2$65536$8$50", "scrypt": "scrypt$65536$16$2$50",
                "": "pbkdf2$10000$50"}  # fmt: skip
_COUCHDB_ADMIN = re.compile(r"-pbkdf2(?::(sha[0-9]{0,3}))?-([0-9a-f]+),([^,]+),([1-9][0-9]{0,9})")
_COUCHDB_ADMIN_SHA1 = re.compile(r"-hashed-([0-9a-f]{40}),([^,]+)")
_COUCHDB_DIGESTS = {"sha": ("sha1", 20), "sha1": ("sha1", 20), "sha224": ("sha224", 28), "sha256": ("sha256", 32),
                    "sha384": ("sha384", 48), "sha512": ("sha512", 64)}  # fmt: skip
"""Digests as Erlang names them, with the bytes of key that CouchDB stores."""
_MOSQUITTO = re.compile(r"\$6\$([A-Za-z0-9+/]+={0,2})\$([A-Za-z0-9+/]{86}==)")
_MOSQUITTO_PBKDF2 = re.compile(r"\$7\$([1-9][0-9]{0,9})\$([A-Za-z0-9+/]+={0,2})\$([A-Za-z0-9+/]{86}==)")
_ZNC = re.compile(r"(md5|sha256)#([0-9a-f]+)#([^#]*)#")
_HMAILSERVER = re.compile(r"([0-9a-f]{6})([0-9a-f]{64})")
_MACOS_ML = re.compile(r"\$ml\$([1-9][0-9]{0,9})\$([0-9a-f]+)\$([0-9a-f]+)")
_MACOS_KEY_BYTES = frozenset({64, 128})
_CISCO = re.compile(r"\$([89])\$([./0-9A-Za-z]{14})\$([./0-9A-Za-z]{43})")
_RABBIT_DIGESTS = {"sha256": ("sha256", 32), "sha512": ("sha512", 64), "md5": ("md5", 16)}


def _gitea(value: stored.Stored) -> forms.Form | None:
    """A salt of exactly 10 characters is text, any other is hex."""
    named = value.column("passwd_hash_algo") or ""
    read = _GITEA.fullmatch(_GITEA_NAMED.get(named, named))
    key, text = alphabets.hex_bytes(value.text), value.column("salt")
    if read is None or text is None:
        return None
    if read[1] == "bcrypt":
        return fragments.bcrypt(value.text)
    salt = text.encode(*alphabets.UTF8) if len(text) == 10 else alphabets.hex_bytes(text)  # noqa: PLR2004  # Gitea's old salts
    numbers = [int(number) for number in read[2].split("$")[1:]]
    if salt is None or not key or not numbers or numbers[-1] != len(key):
        return None
    match read[1], numbers:
        case "pbkdf2", [rounds, _]:
            return forms.Pbkdf2(digest_name="sha256", rounds=rounds, salt=salt, key=key)
        case "argon2", [passes, memory, lanes, _]:
            return forms.Argon2(
                variant="id", version=19, memory_kib=memory, passes=passes, lanes=lanes, salt=salt, key=key
            )
        case "scrypt", [cost, block_size, lanes, _]:
            return fragments.scrypt(salt, key, cost=cost, block_size=block_size, parallelization=lanes)
        case _:
            return None


def _gitea_meant(value: stored.Stored) -> forms.Form | None:
    """What a row without a word about the algorithm means."""
    if value.column("salt") is None:
        return forms.Opaque(function="gitea", reason="needs-column") if alphabets.hex_bytes(value.text) else None
    return _gitea(value)


def _grafana(value: stored.Stored) -> forms.Form | None:
    salt, key = value.octets("salt"), alphabets.hex_bytes(value.text)
    if key is None or len(key) != 50:  # noqa: PLR2004  # Grafana's one length
        return None
    if salt is None:
        return forms.Opaque(function="grafana", reason="needs-column")
    return forms.Pbkdf2(digest_name="sha256", rounds=10_000, salt=salt, key=key)


def _couchdb(value: stored.Stored) -> forms.Form | None:
    """The fields of a document; the salt is text."""
    key, column = alphabets.hex_bytes(value.column("derived_key") or ""), value.octets("salt")
    digest_name, _ = _COUCHDB_DIGESTS.get((value.column("pbkdf2_prf") or "sha").lower(), ("", 0))
    rounds = value.count("iterations", 10)
    if not key or column is None or not digest_name or rounds is None:
        return None
    return forms.Pbkdf2(digest_name=digest_name, rounds=rounds, salt=column, key=key)


def _couchdb_admin(value: stored.Stored) -> forms.Form | None:
    """One text of local.ini, which ends in its rounds or its salt: a shorter one may have been cut."""
    if (simple := _COUCHDB_ADMIN_SHA1.fullmatch(value.text)) is not None:
        return forms.Digest(algorithm="sha1", digest=bytes.fromhex(simple[1]), suffix=simple[2].encode(*alphabets.UTF8))
    read = _COUCHDB_ADMIN.fullmatch(value.text)
    digest_name, size = _COUCHDB_DIGESTS.get(read[1] or "sha", ("", 0)) if read else ("", 0)
    if read is None or len(read[2]) != 2 * size:
        return None
    salt = read[3].encode(*alphabets.UTF8)
    return forms.Pbkdf2(digest_name=digest_name, rounds=int(read[4]), salt=salt, key=bytes.fromhex(read[2]))


def _couchdb_sha1(value: stored.Stored) -> forms.Form | None:
    raw, salt = fragments.digest_bytes(value.text, 20), value.octets("salt")
    return None if raw is None or salt is None else forms.Digest(algorithm="sha1", digest=raw, suffix=salt)


def _rabbitmq(value: stored.Stored) -> forms.Form | None:
    """Four bytes of salt in front of the digest."""
    named = (value.column("hashing_algorithm") or "rabbit_password_hashing_sha256").rpartition("_")[2]
    raw = alphabets.b64_bytes(value.text)
    if named not in _RABBIT_DIGESTS or raw is None or len(raw) != 4 + _RABBIT_DIGESTS[named][1]:
        return None
    return forms.Digest(algorithm=_RABBIT_DIGESTS[named][0], digest=raw[4:], prefix=raw[:4])


def _redis(value: stored.Stored) -> forms.Form | None:
    raw = alphabets.hex_bytes(value.text[1:]) if value.text.startswith("#") else None
    return forms.Digest(algorithm="sha256", digest=raw) if raw and len(raw) == 32 else None  # noqa: PLR2004  # SHA-256


def _mosquitto(value: stored.Stored) -> forms.Form | None:
    """Padded base64 tells both from crypt(3) strings with the same heads."""
    if (read := _MOSQUITTO.fullmatch(value.text)) is not None:
        salt, raw = alphabets.b64_bytes(read[1]), alphabets.b64_bytes(read[2])
        return None if salt is None or raw is None else forms.Digest(algorithm="sha512", digest=raw, suffix=salt)
    if (read := _MOSQUITTO_PBKDF2.fullmatch(value.text)) is None:
        return None
    salt, key = alphabets.b64_bytes(read[2]), alphabets.b64_bytes(read[3])
    if salt is None or key is None:
        return None
    return forms.Pbkdf2(digest_name="sha512", rounds=int(read[1]), salt=salt, key=key)


def _znc(value: stored.Stored) -> forms.Form | None:
    read = _ZNC.fullmatch(value.text)
    raw = alphabets.hex_bytes(read[2]) if read else None
    if read is None or raw is None or len(raw) != {"md5": 16, "sha256": 32}[read[1]]:
        return None
    return forms.Digest(algorithm=read[1], digest=raw, suffix=read[3].encode(*alphabets.UTF8))


def _hmailserver(value: stored.Stored) -> forms.Form | None:
    read = _HMAILSERVER.fullmatch(value.text)
    return (
        forms.Digest(algorithm="sha256", digest=bytes.fromhex(read[2]), prefix=read[1].encode(*alphabets.UTF8))
        if read
        else None
    )


def _filezilla(value: stored.Stored) -> forms.Form | None:
    raw, salt = alphabets.hex_bytes(value.text), value.octets("salt", "Salt")
    if raw is None or salt is None or len(raw) != 64:  # noqa: PLR2004  # SHA-512
        return None
    return forms.Digest(algorithm="sha512", digest=raw, suffix=salt)


def _macos_pbkdf2(value: stored.Stored) -> forms.Form | None:
    read = _MACOS_ML.fullmatch(value.text)
    salt, key = (alphabets.hex_bytes(read[2]), alphabets.hex_bytes(read[3])) if read else (None, None)
    if read is None or not salt or key is None or len(key) not in _MACOS_KEY_BYTES:
        return fragments.DAMAGED
    return forms.Pbkdf2(digest_name="sha512", rounds=int(read[1]), salt=salt, key=key)


def _macos(value: stored.Stored) -> forms.Form | None:
    """Four bytes of salt in front of SHA-1 (10.4) or SHA-512 (10.7)."""
    raw = alphabets.hex_bytes(value.text)
    algorithm = {24: "sha1", 68: "sha512"}.get(len(raw or b""))
    return forms.Digest(algorithm=algorithm, digest=raw[4:], prefix=raw[:4]) if raw and algorithm else None


def _cisco(value: stored.Stored) -> forms.Form | None:
    """Crypt(3)'s letters in the usual bit order; the salt is text."""
    read = _CISCO.fullmatch(value.text)
    key = alphabets.crypt_big_bytes(read[3]) if read else None
    if read is None or key is None:
        return None
    if read[1] == "8":
        return forms.Pbkdf2(digest_name="sha256", rounds=20_000, salt=read[2].encode(*alphabets.UTF8), key=key)
    return fragments.scrypt(read[2], key, cost=16_384, block_size=1, parallelization=1)


FORMATS = (
    catalogue.Format(
        name="gitea",
        definition="PBKDF2-SHA256, argon2id, scrypt or bcrypt as `passwd_hash_algo` says",
        recognised="columns `passwd`, `salt`, `passwd_hash_algo`",
        source="Gitea, Forgejo",
        keys=("column:passwd_hash_algo",),
        read=_gitea,
    ),
    catalogue.Format(
        name="gitea_pbkdf2",
        definition="PBKDF2-SHA256(P, decoded salt, 10000, 50); a salt of 10 characters is text",
        recognised="100 hex digits beside a salt, no word about the algorithm",
        source="Gitea before 1.15, Forgejo",
        keys=("hex:100",),
        read=_gitea_meant,
        certainty="shape",
        rank=60,
    ),
    catalogue.Format(
        name="grafana",
        definition="PBKDF2-SHA256(P, salt as text, 10000, 50)",
        recognised="100 hex digits beside a salt of 10 characters",
        source="Grafana",
        keys=("hex:100",),
        read=_grafana,
        certainty="shape",
    ),
    catalogue.Format(
        name="couchdb_pbkdf2",
        definition="PBKDF2(P, salt as text, i) with SHA-1, or the digest that `pbkdf2_prf` names",
        recognised="columns `derived_key`, `salt`, `iterations`",
        source="CouchDB's _users",
        keys=("column:derived_key",),
        read=_couchdb,
    ),
    catalogue.Format(
        name="couchdb_admin",
        definition="PBKDF2(P, salt as text, i) with SHA-1 or the digest named, before 1.3 SHA1(P ‖ salt as text)",
        recognised="`-pbkdf2-40 hex,salt,i`, `-pbkdf2:sha256-64 hex,salt,i`, `-hashed-40 hex,salt`",
        source="CouchDB's local.ini",
        keys=("-pbkdf2-", "-pbkdf2:", "-hashed-"),
        read=_couchdb_admin,
        certainty="shape",
    ),
    catalogue.Format(
        name="couchdb_sha1",
        definition="SHA1(P ‖ salt as text)",
        recognised="columns `password_sha`, `salt`",
        source="CouchDB before 1.3",
        keys=("column:password_sha",),
        read=_couchdb_sha1,
    ),
    catalogue.Format(
        name="rabbitmq",
        definition="4 bytes of salt ‖ D(salt ‖ P)",
        recognised="base64 of 36 bytes",
        source="RabbitMQ",
        keys=("column:hashing_algorithm", "b64:36"),
        read=_rabbitmq,
        certainty="shape",
        rank=30,
    ),
    catalogue.Format(
        name="redis_acl_sha256",
        definition="SHA256(P)",
        recognised="`#64 hex`",
        source="Redis ACL",
        keys=("#",),
        read=_redis,
    ),
    catalogue.Format(
        name="mosquitto",
        definition="SHA512(P ‖ S), or PBKDF2-SHA512(P, decoded salt, i, 64)",
        recognised="`$6$base64$base64` and `$7$i$base64$base64` with padding",
        source="mosquitto_passwd",
        keys=("$6$", "$7$"),
        read=_mosquitto,
        rank=40,
    ),
    catalogue.Format(
        name="znc",
        definition="D(P ‖ salt as text)",
        recognised="`sha256#hex#salt#`",
        source="ZNC",
        keys=("sha256#", "md5#"),
        read=_znc,
    ),
    catalogue.Format(
        name="hmailserver",
        definition="SHA256(salt as text ‖ P)",
        recognised="70 hex digits, the first six of which are the salt",
        source="hMailServer",
        keys=("hex:70",),
        read=_hmailserver,
        certainty="shape",
    ),
    catalogue.Format(
        name="filezilla",
        definition="SHA512(P ‖ salt as text)",
        recognised="128 hex digits beside a salt",
        source="FileZilla Server 0.9",
        keys=("hex:128",),
        needs=("salt",),
        read=_filezilla,
        certainty="shape",
        rank=53,
    ),
    catalogue.Format(
        name="macos",
        definition="4 bytes of salt ‖ SHA1 or SHA512(salt ‖ P)",
        recognised="48 or 136 hex digits",
        source="macOS 10.4 to 10.7",
        keys=("hex:48", "hex:136"),
        read=_macos,
        certainty="shape",
    ),
    catalogue.Format(
        name="macos_pbkdf2",
        definition="PBKDF2-SHA512(P, decoded salt, i)",
        recognised="`$ml$i$hex$hex`",
        source="macOS since 10.8, as hashcat and John write what the plist holds",
        keys=("$ml$",),
        read=_macos_pbkdf2,
    ),
    catalogue.Format(
        name="cisco",
        definition="type 8: PBKDF2-SHA256(P, salt as text, 20000, 32); 9: scrypt(P, salt as text, 16384, 1, 1, 32)",
        recognised="`$8$14$43`, `$9$14$43`",
        source="Cisco IOS",
        keys=("$8$", "$9$"),
        read=_cisco,
    ),
)
"""Every format of this file."""
