"""Writes the exports of systems that do not run here, by their documented form; README.md names the documents.

Hashes are made by PHP, bcrypt, passlib and hashlib, never by samekey. Everybody's password is their first name and
` likes tea 1`.
"""

import base64
import csv
import hashlib
import hmac
import json
import os
import struct
import subprocess
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import argon2
import argon2.low_level
import bcrypt
from passlib.hash import nthash
from passlib.hash import phpass as passlib_phpass

HERE = Path(__file__).parent
ITOA64 = "./0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"


def password(name: str) -> bytes:
    return f"{name} likes tea 1".encode()


def blowfish(secret: bytes, prefix: str = "2b") -> str:
    """bcrypt; `$2y$` by PHP's own password_hash, which Laravel, Symfony, Joomla, phpBB and Drupal 10 call."""
    if prefix == "2y":
        script = "echo password_hash($argv[1], PASSWORD_BCRYPT, ['cost' => 5]);"
        done = subprocess.run(["php", "-r", script, "--", secret.decode()], capture_output=True, text=True, check=True)
        return done.stdout
    made = bcrypt.hashpw(secret, bcrypt.gensalt(5)).decode()
    return f"${prefix}{made[3:]}"


def phpass(secret: bytes, ident: str = "P") -> str:
    """PHPass, by passlib."""
    return str(passlib_phpass.using(rounds=11, ident=ident).hash(secret.decode()))


def drupal7(secret: bytes, log2: int = 11) -> str:
    """Drupal 7, by Openwall's definition over SHA-512, cut at 55 characters."""
    salt = os.urandom(6).hex()[:8]
    value = hashlib.sha512(salt.encode() + secret).digest()
    for _ in range(1 << log2):
        value = hashlib.sha512(value + secret).digest()
    bits = "".join(f"{byte:08b}"[::-1] for byte in value)
    encoded = "".join(ITOA64[int(bits[place : place + 6][::-1], 2)] for place in range(0, len(bits), 6))
    return f"$S${ITOA64[log2]}{salt}{encoded}"[:55]


def aspnet_v3(secret: bytes) -> str:
    salt, rounds = os.urandom(16), 1000
    key = hashlib.pbkdf2_hmac("sha256", secret, salt, rounds, 32)
    return base64.b64encode(b"\x01" + struct.pack(">III", 1, rounds, len(salt)) + salt + key).decode()


def keycloak(secret: bytes) -> list[dict[str, Any]]:
    salt, rounds = os.urandom(16), 1000
    key = hashlib.pbkdf2_hmac("sha256", secret, salt, rounds, 64)
    shown = {"value": base64.b64encode(key).decode(), "salt": base64.b64encode(salt).decode()}
    how = {"hashIterations": rounds, "algorithm": "pbkdf2-sha256", "additionalParameters": {}}
    otp = {
        "type": "otp",
        "secretData": compact({"value": "aaaabbbbccccdddd"}),
        "credentialData": compact(
            {"subType": "totp", "digits": 6, "counter": 0, "period": 30, "algorithm": "HmacSHA1"}
        ),
    }
    return [otp, {"type": "password", "secretData": compact(shown), "credentialData": compact(how)}]


def compact(document: Any) -> str:
    """As Keycloak's Jackson writes it."""
    return json.dumps(document, separators=(",", ":"))


def write_csv(origin: str, header: str, *rows: Sequence[Any], name: str = "users.csv") -> None:
    (HERE / origin).mkdir(exist_ok=True)
    with (HERE / origin / name).open("w", encoding="utf-8", newline="") as stream:
        csv.writer(stream, lineterminator="\n").writerows([header.split(), *rows])


def write_lines(origin: str, *documents: Any, name: str = "users.ndjson") -> None:
    (HERE / origin).mkdir(exist_ok=True)
    text = "".join(json.dumps(document) + "\n" for document in documents)
    (HERE / origin / name).write_text(text, encoding="utf-8")


def write_json(origin: str, document: Any) -> None:
    (HERE / origin).mkdir(exist_ok=True)
    (HERE / origin / "users.json").write_text(json.dumps(document, indent=1) + "\n", encoding="utf-8")


def tables() -> None:
    """What comes out of a database."""
    ann, ben = password("Ann"), password("Ben")
    write_csv(
        "wordpress",
        "ID user_login user_pass user_nicename user_email user_url user_registered user_status display_name",
        [1, "ann", phpass(ann), "ann", "ann@example.test", "", "2019-01-01 00:00:00", 0, "Ann Lee"],
        [
            2,
            "ben",
            "$wp" + blowfish(_wordpress_digest(ben), "2y"),
            "ben",
            "ben@example.test",
            "",
            "2025-01-01",
            0,
            "Ben",
        ],
    )
    write_csv(
        "drupal",
        "uid name pass mail status created login init",
        [1, "ann", drupal7(ann), "ann@example.test", 1, 1400000000, 1400000001, "a@b.test"],
        [2, "ben", blowfish(ben, "2y"), "ben@example.test", 0, 1400000000, 1400000001, "b@b.test"],
    )
    salt = os.urandom(16).hex()
    write_csv(
        "joomla",
        "id name username email password block sendEmail registerDate lastvisitDate activation params",
        [42, "Ann Lee", "ann", "ann@example.test", blowfish(ann, "2y"), 0, 1, "2020-01-01", "2024-01-01", "", "{}"],
        [43, "Ben", "ben", "ben@example.test", _joomla(ben, salt), 1, 0, "2011-01-01", "2012-01-01", "", "{}"],
    )
    write_csv(
        "laravel",
        "id name email email_verified_at password remember_token created_at updated_at",
        [1, "Ann Lee", "ann@example.test", "2024-01-01 10:00:00", blowfish(ann, "2y"), "", "2024-01-01", "2024-01-01"],
        [2, "Ben", "ben@example.test", "", blowfish(ben, "2y"), "", "2024-01-01", "2024-01-01"],
    )
    write_csv(
        "devise",
        "id email encrypted_password reset_password_token sign_in_count confirmed_at created_at",
        [1, "ann@example.test", blowfish(ann, "2a"), "", 3, "2024-01-01 10:00:00", "2024-01-01"],
        [2, "ben@example.test", blowfish(ben, "2a"), "", 0, "", "2024-01-01"],
    )
    write_csv(
        "aspnet_identity",
        "Id UserName NormalizedUserName Email EmailConfirmed PasswordHash SecurityStamp"
        " PhoneNumber PhoneNumberConfirmed",
        ["6f1c9f0e-0001", "ann", "ANN", "ann@example.test", "True", aspnet_v3(ann), "S1", "+4930123456", "False"],
        ["6f1c9f0e-0002", "ben", "BEN", "ben@example.test", "False", aspnet_v3(ben), "S2", "", "False"],
    )
    raw_salt = os.urandom(16)
    digest = hashlib.sha1(raw_salt + ann.decode().encode("utf-16-le")).digest()
    write_csv(
        "aspnet_membership",
        "UserId UserName Password PasswordFormat PasswordSalt Email IsApproved IsLockedOut",
        [
            "6f1c-1",
            "ann",
            base64.b64encode(digest).decode(),
            1,
            base64.b64encode(raw_salt).decode(),
            "ann@example.test",
            1,
            0,
        ],
    )
    raw_key = hashlib.pbkdf2_hmac("sha256", ann, raw_salt, 1000, 32)
    write_csv(
        "fusionauth",
        "id email firstName lastName encryptionScheme factor salt password active verified",
        [
            "9c-1",
            "ann@example.test",
            "Ann",
            "Lee",
            "salted-pbkdf2-hmac-sha256",
            1000,
            base64.b64encode(raw_salt).decode(),
            base64.b64encode(raw_key).decode(),
            "true",
            "true",
        ],
    )
    supabase()
    magento()
    write_csv(
        "phpbb",
        "user_id username username_clean user_password user_email user_regdate",
        [2, "Ann", "ann", blowfish(ann, "2y"), "ann@example.test", 1400000000],
        [3, "Ben", "ben", phpass(ben, "H"), "ben@example.test", 1300000000],
    )
    write_csv(
        "spring",
        "username password enabled",
        ["ann", "{bcrypt}" + blowfish(ann, "2a"), "true"],
        ["ben", "{noop}" + ben.decode(), "false"],
    )
    write_csv(
        "symfony",
        "id email roles password is_verified",
        [1, "ann@example.test", '["ROLE_ADMIN"]', blowfish(ann, "2y"), 1],
        [2, "ben@example.test", '["ROLE_USER"]', blowfish(ben, "2y"), 0],
    )
    write_csv(
        "okta_cognito",
        "cognito:username name given_name family_name email email_verified phone_number cognito:mfa_enabled",
        ["ann", "Ann Lee", "Ann", "Lee", "ann@example.test", "TRUE", "+4930123456", "FALSE"],
    )
    salt, stretched = os.urandom(16).hex(), "$pbkdf2-sha256$i=1000,l=32$"
    key = hashlib.pbkdf2_hmac("sha256", ann, salt.encode(), 1000, 32).hex()
    write_csv(
        "discourse",
        "id username username_lower name email active trust_level password_hash salt password_algorithm",
        [5, "Ann", "ann", "Ann Lee", "ann@example.test", "t", 1, key, salt, stretched],
    )


def documents() -> None:
    """What comes as JSON, one document a line."""
    ann, ben = password("Ann"), password("Ben")
    keycloak_realm()
    auth0_import()
    _write_firebase(
        {
            "localId": "u1",
            "email": "ann@example.test",
            "emailVerified": True,
            "displayName": "Ann Lee",
            "passwordHash": base64.b64encode(os.urandom(64)).decode(),
            "salt": base64.b64encode(os.urandom(10)).decode(),
            "providerUserInfo": [],
        },
    )
    write_lines(
        "meteor",
        {
            "_id": "Tq1",
            "username": "ann",
            "emails": [{"address": "ann@example.test", "verified": True}],
            "services": {"password": {"bcrypt": blowfish(hashlib.sha256(ann).hexdigest().encode())}},
        },
        {
            "_id": "Tq2",
            "username": "ben",
            "emails": [{"address": "ben@example.test", "verified": False}],
            "services": {
                "password": {"argon2": argon2.PasswordHasher(2, 1024, 1).hash(hashlib.sha256(ben).hexdigest())}
            },
        },
    )
    write_lines(
        "parse",
        {
            "_id": "p1",
            "username": "ann",
            "email": "ann@example.test",
            "emailVerified": True,
            "_hashed_password": blowfish(ann),
        },
    )
    write_lines(
        "kratos",
        {
            "id": "7d-1",
            "schema_id": "default",
            "state": "active",
            "traits": {"email": "ann@example.test", "name": {"first": "Ann", "last": "Lee"}},
            "verifiable_addresses": [{"value": "ann@example.test", "verified": True}],
            "credentials": {"password": {"type": "password", "config": {"hashed_password": blowfish(ann, "2a")}}},
        },
    )
    write_lines(
        "auth0_export",
        *(
            {
                "_id": {"$oid": f"60425dc43519d90068f82{number:03d}"},
                "email_verified": number == 1,
                "email": f"{name}@example.test",
                "passwordHash": blowfish(secret),
                "password_set_date": {"$date": "2021-03-05T16:34:44.000Z"},
                "tenant": "old",
                "connection": "Username-Password-Authentication",
                "_tmp_is_unique": True,
            }
            for number, (name, secret) in enumerate((("ann", ann), ("ben", ben)), start=1)
        ),
    )


def supabase() -> None:
    """Users, and their second factors in a table of their own."""
    header = "instance_id id email encrypted_password email_confirmed_at banned_until raw_app_meta_data"
    rows = [
        ["0", "9d1e-1", "ann@example.test", blowfish(password("Ann"), "2a"), "2024-01-01", "",
         '{"provider":"email"}', '{"full_name":"Ann Lee"}'],
        ["0", "9d1e-2", "ben@example.test", blowfish(password("Ben"), "2a"), "", "2099-01-01",
         '{"provider":"email"}', "{}"],
    ]  # fmt: skip
    for folder in ("supabase", "supabase/joined"):
        write_csv(folder, f"{header} raw_user_meta_data", *rows)
    write_csv(
        "supabase/joined",
        "id user_id friendly_name factor_type status secret",
        ["f-1", "9d1e-1", "phone", "totp", "unverified", "MFRGGZDFMZTWQ2LK"],
        ["f-2", "9d1e-1", "phone", "totp", "verified", "NBSWY3DPEBLW64TM"],
        name="mfa_factors.csv",
    )


def magento() -> None:
    """Versions 1 (SHA-256) and 3 (argon2id by libsodium)."""
    salt = os.urandom(16).hex()
    old = hashlib.sha256(salt.encode() + password("Ann")).hexdigest()
    new = argon2.low_level.hash_secret_raw(
        password("Ben"), salt[:16].encode(), time_cost=2, memory_cost=65536, parallelism=1, hash_len=32,
        type=argon2.low_level.Type.ID,
    ).hex()  # fmt: skip
    write_csv(
        "magento",
        "entity_id website_id email group_id store_id created_at is_active firstname lastname password_hash rp_token"
        " default_billing confirmation",
        [1, 1, "ann@example.test", 1, 1, "2020-01-01", 1, "Ann", "Lee", f"{old}:{salt}:1", "", "", ""],
        [2, 1, "ben@example.test", 1, 1, "2024-01-01", 0, "Ben", "Lee", f"{new}:{salt}:3_32_2_67108864", "", "", "k7"],
    )


def keycloak_realm() -> None:
    """A realm, as `kc.sh export` writes it; and the same people as two tables of its database."""
    ann, ben = keycloak(password("Ann")), keycloak(password("Ben"))[1:]
    person = {"createdTimestamp": 1700000000000, "enabled": True, "requiredActions": [], "realmRoles": ["user"]}
    write_json(
        "keycloak",
        {
            "id": "shop",
            "realm": "shop",
            "roles": {"realm": [{"name": "user"}]},
            "groups": [{"name": "staff"}],
            "users": [
                {
                    **person,
                    "id": "8f0a-1",
                    "username": "ann",
                    "emailVerified": True,
                    "firstName": "Ann",
                    "lastName": "Lee",
                    "email": "ann@example.test",
                    "attributes": {"locale": ["de"]},
                    "credentials": ann,
                },
                {**person, "id": "8f0a-2", "username": "ben", "emailVerified": False, "credentials": ben},
            ],
            "clients": [{"clientId": "account"}],
        },
    )
    write_csv(
        "keycloak/joined",
        "id email email_constraint email_verified enabled first_name last_name realm_id username created_timestamp",
        ["8f0a-1", "ann@example.test", "ann@example.test", "t", "t", "Ann", "Lee", "shop", "ann", 1700000000000],
        ["8f0a-2", "", "c0-1", "f", "f", "", "", "shop", "ben", 1700000000000],
    )
    write_csv(
        "keycloak/joined",
        "id type user_id secret_data credential_data priority",
        *(
            [f"c-{user}-{number}", each["type"], user, each["secretData"], each["credentialData"], 10 * (number + 1)]
            for user, credentials in (("8f0a-1", ann), ("8f0a-2", ben))
            for number, each in enumerate(credentials)
        ),
        name="credential.csv",
    )


def auth0_import() -> None:
    """What a script of somebody's own wrote, both ways."""
    salted = {
        "algorithm": "sha256",
        "hash": {"value": hashlib.sha256(password("Ann") + b"abc").hexdigest(), "encoding": "hex"},
        "salt": {"value": "abc", "position": "suffix"},
    }
    ten = bcrypt.hashpw(password("Ben"), bcrypt.gensalt(10)).decode()
    write_json(
        "auth0_import",
        [
            {
                "email": "ann@example.test",
                "email_verified": True,
                "user_id": "1",
                "given_name": "Ann",
                "app_metadata": {"plan": "pro"},
                "user_metadata": {"colour": "red"},
                "custom_password_hash": salted,
                "mfa_factors": [{"totp": {"secret": "MFRGGZDFMZTWQ2LK"}}],
            },
            {"email": "ben@example.test", "email_verified": False, "blocked": True, "password_hash": ten},
            {"email": "cem@example.test", "email_verified": False},
        ],
    )


def joined() -> None:
    """Profiles here, what belongs to them there."""
    ann, ben = password("Ann"), password("Ben")
    write_csv(
        "wordpress/joined",
        "ID user_login user_pass user_nicename user_email user_url user_registered user_status display_name",
        [1, "ann", blowfish(ann), "ann", "ann@example.test", "", "2019-01-01 00:00:00", 0, "Ann Lee"],
        [2, "ben", blowfish(ben), "ben", "ben@example.test", "", "2025-01-01 00:00:00", 0, "Ben"],
    )
    write_csv(
        "wordpress/joined",
        "umeta_id user_id meta_key meta_value",
        [1, 1, "nickname", "annie"],
        [2, 1, "first_name", "Ann"],
        [3, 1, "last_name", "Lee"],
        [4, 1, "wp_capabilities", 'a:1:{s:13:"administrator";b:1;}'],
        [5, 2, "nickname", "ben"],
        [6, 2, "first_name", ""],
        name="usermeta.csv",
    )
    write_lines(
        "auth0_export/joined",
        {
            "user_id": "auth0|60425dc43519d90068f82001",
            "email": "ann@example.test",
            "email_verified": True,
            "name": "Ann Lee",
            "app_metadata": {"plan": "pro"},
            "logins_count": 7,
        },
        {"user_id": "auth0|60425dc43519d90068f82002", "email": "ben@example.test", "email_verified": False},
        {"user_id": "google-oauth2|1", "email": "cem@example.test", "email_verified": True},
    )
    write_lines(
        "auth0_export/joined",
        *(
            {
                "_id": {"$oid": f"60425dc43519d90068f82{number:03d}"},
                "email_verified": number == 1,
                "email": f"{name}@example.test",
                "passwordHash": blowfish(secret),
                "password_set_date": {"$date": "2021-03-05T16:34:44.000Z"},
                "tenant": "old",
                "connection": "Username-Password-Authentication",
                "_tmp_is_unique": True,
            }
            for number, (name, secret) in enumerate((("ann", ann), ("ben", ben)), start=1)
        ),
        name="passwords.ndjson",
    )
    active_directory()


def active_directory() -> None:
    """An LDIF by ldifde, and NT hashes from a backup of the directory's database."""
    entries = []
    for number, (name, control) in enumerate((("Ann", 512), ("Ben", 514)), start=1):
        guid = base64.b64encode(bytes([number]) * 16).decode()
        entries.append(
            f"dn: CN={name} Lee,CN=Users,DC=example,DC=test\nchangetype: add\nobjectClass: top\nobjectClass: user\n"
            f"cn: {name} Lee\nsn: Lee\ngivenName: {name}\ndisplayName: {name} Lee\nobjectGUID:: {guid}\n"
            f"userAccountControl: {control}\npwdLastSet: 133500000000000000\nsAMAccountName: {name.lower()}\n"
            f"userPrincipalName: {name.lower()}@corp.example.test\nmail: {name.lower()}@example.test\n"
        )
    for folder in ("active_directory", "active_directory/joined"):
        (HERE / folder).mkdir(exist_ok=True)
        (HERE / folder / "users.ldif").write_text("\n".join(entries), encoding="utf-8")
    write_csv(
        "active_directory/joined",
        "username nt_hash",
        *([name.lower(), nthash.hash(password(name).decode())] for name in ("Ann", "Ben")),
        name="hashes.csv",
    )


def _write_firebase(user: dict[str, Any]) -> None:
    (HERE / "firebase").mkdir(exist_ok=True)
    text = json.dumps({"users": [user]}, indent=1)
    (HERE / "firebase" / "users.json").write_text(text, encoding="utf-8")


def _wordpress_digest(secret: bytes) -> bytes:
    return base64.b64encode(hmac.new(b"wp-sha384", secret, "sha384").digest())


def _joomla(secret: bytes, salt: str) -> str:
    return hashlib.md5(secret + salt.encode()).hexdigest() + ":" + salt


if __name__ == "__main__":
    tables()
    documents()
    joined()
