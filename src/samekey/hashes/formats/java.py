"""Java: Shiro, Keycloak, Atlassian, Tomcat, Jenkins and others.

Source:
    The products' own sources, named per format; vectors in `tests/golden/hashes/vectors.jsonl`.
"""

import re
from collections.abc import Mapping

import msgspec

from samekey.hashes import alphabets, catalogue, forms, fragments, stored

_SHIRO = re.compile(
    r"\$(?:shiro1|stormpath2)\$([A-Z0-9-]+)\$([1-9][0-9]{0,9})\$([A-Za-z0-9+/]*={0,2})\$([A-Za-z0-9+/]+={0,2})"
)
_SHIRO_DIGESTS = {"MD5": ("md5", 16), "SHA-1": ("sha1", 20), "SHA-256": ("sha256", 32), "SHA-384": ("sha384", 48),
                  "SHA-512": ("sha512", 64)}  # fmt: skip
_KEYCLOAK_DIGESTS = {"pbkdf2": "sha1", "pbkdf2-sha256": "sha256", "pbkdf2-sha512": "sha512"}
_JAKARTA = re.compile(
    r"PBKDF2WithHmacSHA(1|224|256|384|512):([1-9][0-9]{0,9}):([A-Za-z0-9+/]+={0,2}):([A-Za-z0-9+/]+={0,2})"
)
_ELASTIC = re.compile(r"\{PBKDF2\}([1-9][0-9]{0,9})\$([A-Za-z0-9+/]+={1,2})\$([A-Za-z0-9+/]+={1,2})")
_TOMCAT = re.compile(r"([0-9a-f]+)\$([1-9][0-9]{0,9})\$([0-9a-f]+)")
_TOMCAT_DIGESTS = {16: "md5", 20: "sha1", 32: "sha256", 48: "sha384", 64: "sha512"}
_HTDIGEST = re.compile(r"([^:]*):([^:]*):([0-9a-f]{32})")
_JENKINS_PBKDF2 = re.compile(r"\$PBKDF2\$HMACSHA(256|512):([1-9][0-9]{0,9}):([0-9a-f]+)\$([0-9a-f]+)")
_JENKINS_LEGACY = re.compile(r"([^:$]+):([0-9a-f]{64})")
_ZOOKEEPER = re.compile(r"([^:]+):([A-Za-z0-9+/]{27}=)")
_NEO4J = re.compile(r"SHA-256,([0-9A-Fa-f]{64}),([0-9A-Fa-f]+)(?:,([1-9][0-9]{0,9}))?")
_LATIN1 = "latin1"


def _shiro(value: stored.Stored) -> forms.Form | None:
    read = _SHIRO.fullmatch(value.text)
    salt, raw = (alphabets.b64_whole_bytes(read[3]), alphabets.b64_whole_bytes(read[4])) if read else (None, None)
    if read is None or salt is None or raw is None or read[1] not in _SHIRO_DIGESTS:
        return None
    algorithm, size = _SHIRO_DIGESTS[read[1]]
    if len(raw) != size:
        return fragments.DAMAGED
    return fragments.iterated(algorithm, raw, rounds=int(read[2]), prefix=salt)


def _json_column(value: stored.Stored, name: str) -> Mapping[str, object]:
    """A column that is an object, or the JSON text of one."""
    column = value.columns.get(name)
    if isinstance(column, Mapping):
        return column
    try:
        decoded = msgspec.json.decode(column) if isinstance(column, str | bytes) else None
    except (msgspec.DecodeError, UnicodeError):  # lone surrogates are no JSON either
        return {}
    return decoded if isinstance(decoded, Mapping) else {}


def _keycloak(value: stored.Stored) -> forms.Form | None:
    """A credential in two columns of JSON; the length of the key is that of the value.

    Before Keycloak 8 the same stood in columns of their own.
    """
    kept: Mapping[str, object]
    told: Mapping[str, object]
    if value.column("hashedSaltedValue") is not None:
        kept = {"value": value.column("hashedSaltedValue"), "salt": value.column("salt")}
        told = {
            "algorithm": value.column("algorithm") or "pbkdf2",
            "hashIterations": value.number("hashIterations"),
        }
    else:
        kept, told = _json_column(value, "secretData"), _json_column(value, "credentialData")
    salt, key = (alphabets.b64_bytes(str(kept.get(name) or "")) for name in ("salt", "value"))
    algorithm, rounds = str(told.get("algorithm")), told.get("hashIterations")
    if not salt or not key or not isinstance(rounds, int) or rounds < 1:
        return None
    if algorithm in _KEYCLOAK_DIGESTS:
        return forms.Pbkdf2(digest_name=_KEYCLOAK_DIGESTS[algorithm], rounds=rounds, salt=salt, key=key)
    extra = told.get("additionalParameters")
    if algorithm != "argon2" or not isinstance(extra, Mapping):
        return None
    return _keycloak_argon2(extra, rounds, salt, key)


def _keycloak_argon2(extra: Mapping[str, object], passes: int, salt: bytes, key: bytes) -> forms.Form | None:
    """Each parameter is a list of one text."""

    def told(name: str) -> str:
        given = extra.get(name)
        return str(given[0]) if isinstance(given, list) and given else str(given)

    memory, lanes, version = told("memory"), told("parallelism"), told("version")
    if not (memory.isdigit() and lanes.isdigit()) or told("type") not in {"id", "i", "d"}:
        return None
    return forms.Argon2(
        variant=told("type"),
        version={"1.3": 19, "19": 19}.get(version, 16),
        memory_kib=int(memory),
        passes=passes,
        lanes=int(lanes),
        salt=salt,
        key=key,
    )


def _atlassian(value: stored.Stored) -> forms.Form | None:
    text = value.text
    if not text.startswith("{PKCS5S2}"):
        return None
    raw = alphabets.b64_whole_bytes(text.removeprefix("{PKCS5S2}"))
    if raw is None or len(raw) != 48:  # noqa: PLR2004  # 16 of salt, 32 of key
        return fragments.DAMAGED
    return forms.Pbkdf2(digest_name="sha1", rounds=10_000, salt=raw[:16], key=raw[16:])


def _jakarta(value: stored.Stored) -> forms.Form | None:
    read = _JAKARTA.fullmatch(value.text)
    salt, key = (alphabets.b64_whole_bytes(read[3]), alphabets.b64_whole_bytes(read[4])) if read else (None, None)
    if read is None or salt is None or key is None:
        return None
    return forms.Pbkdf2(digest_name=f"sha{read[1]}", rounds=int(read[2]), salt=salt, key=key)


def _elasticsearch(value: stored.Stored) -> forms.Form | None:
    """Padded base64 tells it from OpenLDAP's; the digest is SHA-512 though nothing says so."""
    stretched = value.text.startswith("{PBKDF2_STRETCH}")
    read = _ELASTIC.fullmatch(value.text.replace("_STRETCH", "", 1) if stretched else value.text)
    salt, key = (alphabets.b64_bytes(read[2]), alphabets.b64_bytes(read[3])) if read else (None, None)
    if read is None or salt is None or key is None:
        return None
    form = forms.Pbkdf2(digest_name="sha512", rounds=int(read[1]), salt=salt, key=key)
    return fragments.prehashed("hex_sha512", form) if stretched else form


def _tomcat_digest(value: stored.Stored) -> forms.Form | None:
    read = _TOMCAT.fullmatch(value.text)
    salt, raw = (alphabets.hex_bytes(read[1]), alphabets.hex_bytes(read[3])) if read else (None, None)
    if read is None or salt is None or raw is None or len(raw) not in _TOMCAT_DIGESTS:
        return None
    return fragments.iterated(_TOMCAT_DIGESTS[len(raw)], raw, rounds=int(read[2]), prefix=salt)


def _tomcat_pbkdf2(value: stored.Stored) -> forms.Form | None:
    read = _TOMCAT.fullmatch(value.text)
    salt, key = (alphabets.hex_bytes(read[1]), alphabets.hex_bytes(read[3])) if read else (None, None)
    if read is None or salt is None or not key:
        return None
    named = (value.column("algorithm") or "PBKDF2WithHmacSHA512").lower().removeprefix("pbkdf2withhmac")
    return forms.Pbkdf2(digest_name=named, rounds=int(read[2]), salt=salt, key=key)


def _ha1(value: stored.Stored) -> forms.Form | None:
    """MD5(user:realm:P), as a line of htdigest or beside user and realm."""
    read = _HTDIGEST.fullmatch(value.text)
    user, realm, text = read.groups() if read else (value.column("username"), value.column("realm"), value.text)
    raw = alphabets.hex_bytes(text)
    if user is None or realm is None or raw is None or len(raw) != 16:  # noqa: PLR2004  # MD5
        return None
    return forms.Digest(algorithm="md5", digest=raw, prefix=f"{user}:{realm}:".encode(*alphabets.UTF8))


def _jenkins_bcrypt(value: stored.Stored) -> forms.Form | None:
    text = value.text
    return fragments.bcrypt(text.removeprefix("#jbcrypt:")) if text.startswith("#jbcrypt:") else None


def _jenkins_pbkdf2(value: stored.Stored) -> forms.Form | None:
    read = _JENKINS_PBKDF2.fullmatch(value.text)
    salt, key = (alphabets.hex_bytes(read[3]), alphabets.hex_bytes(read[4])) if read else (None, None)
    if read is None:
        return None
    if salt is None or key is None or 8 * len(key) != int(read[1]):
        return fragments.DAMAGED
    return forms.Pbkdf2(digest_name=f"sha{read[1]}", rounds=int(read[2]), salt=salt, key=key)


def _jenkins_legacy(value: stored.Stored) -> forms.Form | None:
    read = _JENKINS_LEGACY.fullmatch(value.text)
    if read is None:
        return None
    return forms.Digest(
        algorithm="sha256", digest=bytes.fromhex(read[2]), suffix=f"{{{read[1]}}}".encode(*alphabets.UTF8)
    )


def _zookeeper(value: stored.Stored) -> forms.Form | None:
    read = _ZOOKEEPER.fullmatch(value.text)
    raw = alphabets.b64_bytes(read[2]) if read else None
    return (
        forms.Digest(algorithm="sha1", digest=raw, prefix=f"{read[1]}:".encode(*alphabets.UTF8))
        if read and raw
        else None
    )


def _jetty(value: stored.Stored) -> forms.Form | None:
    """`MD5:` and hex, over Latin-1; `OBF:` turns the password's letters into numbers to the base 36, hiding nothing."""
    text = value.text
    if text.startswith("MD5:"):
        raw = alphabets.hex_bytes(text[4:])
        if raw is None or len(raw) != 16:  # noqa: PLR2004  # MD5
            return None
        return forms.Digest(algorithm="md5", digest=raw, password_encoding=_LATIN1)
    if not text.startswith("OBF:") or not re.fullmatch(r"(?:[0-9a-z]{4}|U[0-9a-z]{4})*", text[4:]):
        return None
    return fragments.plain(_deobfuscated(text[4:]))


def _deobfuscated(text: str) -> str:
    """Groups of four: 256 times the sum byte plus the difference byte of a letter and its mirror."""
    found = bytearray()
    at = 0
    while at < len(text):
        if text[at] == "U":
            found.append(int(text[at + 1 : at + 5], 36) >> 8 & 0xFF)
            at += 5
            continue
        high, low = divmod(int(text[at : at + 4], 36), 256)
        found.append((high + low - 254) // 2 & 0xFF)
        at += 4
    return found.decode("utf-8", "replace")


def _wso2(value: stored.Stored) -> forms.Form | None:
    salt, raw = value.octets("salt"), alphabets.b64_bytes(value.text)
    if salt is None or raw is None or len(raw) != 32:  # noqa: PLR2004  # SHA-256
        return None
    return forms.Digest(algorithm="sha256", digest=raw, suffix=salt)


def _wso2_pbkdf2(value: stored.Stored) -> forms.Form | None:
    """The salt as its text; rounds, digest and length of key stand in the server's configuration, not in the value."""
    salt, key = value.octets("salt"), alphabets.b64_bytes(value.text)
    digest_name = fragments.java_pbkdf2_digest(value.column("algorithm") or "PBKDF2WithHmacSHA256")
    rounds = value.count("iterations", 10_000)
    if salt is None or not key or digest_name is None or rounds is None:
        return None
    return forms.Pbkdf2(digest_name=digest_name, rounds=rounds, salt=salt, key=key)


def _solr(value: stored.Stored) -> forms.Form | None:
    first, _, second = value.text.partition(" ")
    raw, salt = alphabets.b64_bytes(first), alphabets.b64_bytes(second)
    if not raw or not salt or len(raw) != 32:  # noqa: PLR2004  # SHA-256
        return None
    return fragments.nested("sha256_raw_sha256_salt_pass", raw, salt=salt)


def _neo4j(value: stored.Stored) -> forms.Form | None:
    """Ends in its salt or its rounds, so that a shorter one may have been cut."""
    read = _NEO4J.fullmatch(value.text)
    salt = alphabets.hex_bytes(read[2]) if read else None
    if read is None or salt is None:
        return None
    return fragments.iterated("sha256", bytes.fromhex(read[1]), rounds=int(read[3] or 1), prefix=salt)


FORMATS = (
    catalogue.Format(
        name="shiro1",
        definition="D(S ‖ P), repeated raw; one round is an ordinary salted digest",
        recognised="`$shiro1$digest$rounds$base64$base64`, `$stormpath2$…`",
        source="Apache Shiro, Stormpath",
        keys=("$shiro1$", "$stormpath2$"),
        read=_shiro,
    ),
    catalogue.Format(
        name="keycloak",
        definition="PBKDF2 or argon2 as the credential says",
        recognised="columns `secretData`, `credentialData`; before Keycloak 8 `hashedSaltedValue` and its like",
        source="Keycloak's credential table",
        keys=("column:secretData", "column:hashedSaltedValue"),
        read=_keycloak,
    ),
    catalogue.Format(
        name="atlassian_pkcs5s2",
        definition="16 bytes of salt ‖ PBKDF2-SHA1(P, salt, 10000, 32)",
        recognised="`{PKCS5S2}` and base64",
        source="Atlassian's products",
        keys=("{pkcs5s2}",),
        read=_atlassian,
    ),
    catalogue.Format(
        name="jakarta_pbkdf2",
        definition="PBKDF2(P, decoded salt, i)",
        recognised="`PBKDF2WithHmacSHA256:i:base64:base64`",
        source="Jakarta Security's Pbkdf2PasswordHash",
        keys=tuple(f"PBKDF2WithHmacSHA{size}:" for size in (1, 224, 256, 384, 512)),
        read=_jakarta,
    ),
    catalogue.Format(
        name="elasticsearch_pbkdf2",
        definition="PBKDF2-SHA512(P, decoded salt, i, 32)",
        recognised="`{PBKDF2}i$base64$base64` with padding",
        source="Elasticsearch's native realm",
        keys=("{pbkdf2}", "{pbkdf2_stretch}"),
        read=_elasticsearch,
        rank=40,
    ),
    catalogue.Format(
        name="tomcat_digest",
        definition="D(S ‖ P), repeated raw",
        recognised="`hex$i$hex`",
        source="Tomcat's MessageDigestCredentialHandler",
        keys=("hex$",),
        read=_tomcat_digest,
        certainty="shape",
        rank=55,
    ),
    catalogue.Format(
        name="tomcat_pbkdf2",
        definition="PBKDF2(P, decoded salt, i)",
        recognised="`hex$i$hex`",
        source="Tomcat's SecretKeyCredentialHandler",
        keys=("hex$",),
        read=_tomcat_pbkdf2,
        certainty="shape",
        rank=56,
    ),
    catalogue.Format(
        name="digest_ha1",
        definition="MD5(user:realm:P)",
        recognised="`user:realm:32 hex`, or 32 hex digits beside `username` and `realm`",
        source="RFC 2617; htdigest, JBoss, WildFly, Dovecot",
        keys=(":hex:32", "hex:32"),
        needs=(),
        read=_ha1,
        certainty="shape",
        rank=30,
    ),
    catalogue.Format(
        name="jenkins_jbcrypt",
        definition="bcrypt(P)",
        recognised="`#jbcrypt:$2a$…`",
        source="Jenkins",
        keys=("#jbcrypt:",),
        read=_jenkins_bcrypt,
    ),
    catalogue.Format(
        name="jenkins_pbkdf2",
        definition="PBKDF2-SHA512(P, decoded salt, i)",
        recognised="`$PBKDF2$HMACSHA512:i:hex$hex`",
        source="Jenkins",
        keys=("$PBKDF2$",),
        read=_jenkins_pbkdf2,
    ),
    catalogue.Format(
        name="jenkins_legacy_sha256",
        definition="SHA256(P ‖ `{salt}`)",
        recognised="`salt:64 hex`",
        source="Jenkins before 1.395",
        keys=(":hex:64",),
        read=_jenkins_legacy,
        certainty="shape",
        rank=60,
    ),
    catalogue.Format(
        name="zookeeper_digest",
        definition="SHA1(`user:` ‖ P)",
        recognised="`user:base64`",
        source="ZooKeeper's DigestAuthenticationProvider",
        keys=(":b64:20",),
        read=_zookeeper,
        certainty="shape",
    ),
    catalogue.Format(
        name="jetty",
        definition="MD5(P as Latin-1), or the password itself",
        recognised="`MD5:32 hex`, `OBF:…`",
        source="Jetty's Password",
        keys=("MD5:", "OBF:"),
        read=_jetty,
    ),
    catalogue.Format(
        name="wso2",
        definition="SHA256(P ‖ salt as text)",
        recognised="44 characters of base64 beside a salt",
        source="WSO2 Identity Server",
        keys=("b64:32",),
        needs=("salt",),
        read=_wso2,
        certainty="shape",
        rank=53,
    ),
    catalogue.Format(
        name="wso2_pbkdf2",
        definition="PBKDF2-SHA256(P, salt as text, 10000, 32), or as `algorithm` and `iterations` say",
        recognised="base64 beside a salt",
        source="WSO2 Identity Server's PBKDF2HashProvider",
        keys=("b64:32", "b64:16", "b64:20", "b64:64"),
        needs=("salt",),
        read=_wso2_pbkdf2,
        certainty="shape",
        rank=58,
    ),
    catalogue.Format(
        name="solr",
        definition="SHA256(SHA256(S ‖ P))",
        recognised="`base64 base64`",
        source="Solr's BasicAuthPlugin",
        keys=("len:89", "len:69"),
        read=_solr,
    ),
    catalogue.Format(
        name="neo4j",
        definition="SHA256(S ‖ P), repeated raw",
        recognised="`SHA-256,hex,hex[,i]`",
        source="Neo4j",
        keys=("SHA-256,",),
        read=_neo4j,
        certainty="shape",
    ),
)
"""Every format of this file."""
