"""Values that hashcat prints for its modes. Debian: `apt-get install hashcat`; `python make.py > vectors.jsonl`.

Each mode has one example value and its password. hashcat writes `digest:salt`; where a product keeps the two in columns
they stand in columns here, and a prefix that only hashcat writes is taken off.
"""

import json
import subprocess
import sys
from collections.abc import Callable

told = subprocess.run(["hashcat", "--hash-info", "--machine-readable"], capture_output=True, text=True, check=True)
MODES = json.loads(told.stdout[told.stdout.index("{") :])
VERSION = told.stdout.partition("(v")[2].partition(")")[0]


def salted(text: str, name: str = "salt") -> dict[str, str]:
    """`digest:salt` in columns."""
    digest, _, salt = text.partition(":")
    return {"hash": digest, name: salt}


def episerver(text: str) -> dict[str, object]:
    """`$episerver$*n*salt*digest`, without padding; the columns of ASP.NET's membership."""
    *_, salt, digest = text.split("*")
    return {"hash": digest + "=" * (-len(digest) % 4), "salt": salt, "passwordformat": 1}


def episerver4(text: str) -> dict[str, object]:
    """The same since .NET 4, whose algorithm the configuration names."""
    return {**episerver(text), "algorithm": "SHA256"}


def xmpp(text: str) -> dict[str, object]:
    """`$xmpp-scram$0$rounds$n$salt in hex$stored key`: Prosody's columns."""
    _, _, _, rounds, _, salt, key = text.split("$")
    salt = bytes.fromhex(salt).decode()
    return {"stored_key": key, "server_key": "00" * 20, "salt": salt, "iteration_count": int(rounds)}


def caching_sha2(text: str) -> str:
    """`$mysql$A$005*salt*digest`, both in hex: the bytes of mysql.user in hex."""
    head, salt, digest = text.removeprefix("$mysql").split("*")
    return "0x" + (head.encode() + b"$").hex() + (salt + digest).lower()


def scrypt(text: str) -> str:
    """`SCRYPT:N:r:p:salt:key`: the layout of AdonisJS."""
    _, cost, block_size, lanes, salt, key = text.split(":")
    return f"$scrypt$n={cost},r={block_size},p={lanes}${salt.rstrip('=')}${key.rstrip('=')}"


def restful(text: str) -> dict[str, str]:
    """`digest:salt:site key`."""
    digest, salt, key = text.split(":")
    return {"hash": digest, "salt": salt, "site_key": key}


def username(text: str) -> dict[str, str]:
    """`digest:user name`."""
    return salted(text, "username")


def lan_manager(text: str) -> str:
    """Halves are what hashcat works on; the other half of a short password is that of no letters."""
    return text + "aad3b435b51404ee"


def plain(text: str) -> str:
    """As it is."""
    return text


MEANT: dict[int, tuple[str, Callable[[str], object]]] = {
    0: ("raw_md5", plain), 10: ("md5_pass_salt", salted), 11: ("joomla_md5", plain),
    12: ("postgres_md5", lambda text: {"hash": "md5" + text.partition(":")[0], "username": text.partition(":")[2]}),
    20: ("md5_salt_pass", salted), 21: ("oscommerce", plain), 30: ("md5_utf16le_salt", salted),
    40: ("md5_salt_utf16le", salted), 50: ("hmac_md5_key_pass", salted), 60: ("hmac_md5_key_salt", salted),
    70: ("raw_md5_utf16le", plain), 100: ("raw_sha1", plain), 101: ("ldap", plain), 110: ("sha1_pass_salt", salted),
    111: ("ldap", plain), 112: ("oracle11", lambda text: "S:" + text.replace(":", "")),
    120: ("sha1_salt_pass", salted), 121: ("smf_sha1", username), 122: ("macos", plain), 124: ("django_sha1", plain),
    130: ("sha1_utf16le_salt", salted), 131: ("mssql2000", plain), 132: ("mssql2005", plain),
    133: ("peoplesoft", plain), 140: ("sha1_salt_utf16le", salted), 141: ("aspnet_membership", episerver),
    150: ("hmac_sha1_key_pass", salted), 160: ("hmac_sha1_key_salt", salted), 170: ("raw_sha1_utf16le", plain),
    200: ("mysql323", plain), 300: ("mysql41", plain), 400: ("phpass", plain), 500: ("md5_crypt", plain),
    600: ("raw_blake2b", lambda text: text.removeprefix("$BLAKE2$")), 900: ("raw_md4", plain),
    1000: ("nt_hash", plain), 1300: ("raw_sha224", plain), 1400: ("raw_sha256", plain),
    1410: ("sha256_pass_salt", salted), 1411: ("ldap", plain), 1420: ("sha256_salt_pass", salted),
    1421: ("hmailserver", plain), 1430: ("sha256_utf16le_salt", salted), 1440: ("sha256_salt_utf16le", salted),
    1441: ("aspnet_membership", episerver4), 1450: ("hmac_sha256_key_pass", salted),
    1460: ("hmac_sha256_key_salt", salted), 1470: ("raw_sha256_utf16le", plain), 1500: ("des_crypt", plain),
    1600: ("apr_md5_crypt", plain), 1700: ("raw_sha512", plain), 1710: ("sha512_pass_salt", salted),
    1711: ("ldap", plain), 1720: ("sha512_salt_pass", salted), 1722: ("macos", plain),
    1730: ("sha512_utf16le_salt", salted), 1731: ("mssql2012", plain), 1740: ("sha512_salt_utf16le", salted),
    1750: ("hmac_sha512_key_pass", salted), 1760: ("hmac_sha512_key_salt", salted),
    1770: ("raw_sha512_utf16le", plain), 1800: ("sha512_crypt", plain), 2600: ("md5_md5", plain),
    2611: ("vbulletin", plain), 2711: ("vbulletin", salted), 2811: ("mybb", salted), 3000: ("lm_hash", lan_manager),
    3100: ("oracle10", username), 3200: ("bcrypt", plain), 3500: ("md5_md5_md5", plain),
    3710: ("md5_salt_md5pass", salted),
    3711: ("mediawiki", lambda text: ":B:" + text.removeprefix("$B$").replace("$", ":")),
    3800: ("md5_salt_pass_salt", salted), 3910: ("md5_md5pass_md5salt", salted),
    4010: ("md5_salt_md5_salt_pass", salted), 4110: ("md5_salt_md5_pass_salt", salted),
    4300: ("md5_md5_upper", plain), 4400: ("md5_sha1", plain), 4410: ("md5_sha1pass_salt", salted),
    4500: ("sha1_sha1", plain), 4510: ("sha1_sha1pass_salt", salted), 4520: ("sha1_salt_sha1pass", salted),
    4521: ("redmine", salted), 4522: ("punbb", salted), 4700: ("sha1_md5", plain),
    4710: ("sha1_md5pass_salt", salted), 4900: ("sha1_salt_pass_salt", salted), 5100: ("half_md5", plain),
    6000: ("raw_ripemd160", plain), 6100: ("whirlpool", plain), 6300: ("aix_smd5", plain), 6400: ("aix", plain),
    6500: ("aix", plain), 6700: ("aix", plain), 7100: ("macos_pbkdf2", plain), 7200: ("grub_pbkdf2_sha512", plain),
    7400: ("sha256_crypt", plain), 7401: ("mysql_caching_sha2", caching_sha2), 7900: ("drupal7", plain),
    8000: ("sybase_ase", plain), 8400: ("woltlab", lambda text: f"wcf1:{text}"), 8500: ("racf", plain),
    8700: ("lotus_notes", plain),
    8900: ("adonis_scrypt", scrypt), 9100: ("lotus_notes", plain), 9200: ("cisco", plain), 9300: ("cisco", plain),
    10000: ("django_pbkdf2_sha256", plain), 10300: ("sap_issha", plain), 10800: ("raw_sha384", plain),
    10810: ("sha384_pass_salt", salted), 10820: ("sha384_salt_pass", salted),
    10830: ("sha384_utf16le_salt", salted), 10840: ("sha384_salt_utf16le", salted),
    10870: ("raw_sha384_utf16le", plain), 10900: ("pbkdf2_fields", plain), 10901: ("ldap", plain),
    11000: ("prestashop", lambda text: salted(text, "pepper")), 11900: ("pbkdf2_fields", plain),
    12000: ("pbkdf2_fields", plain), 12001: ("atlassian_pkcs5s2", plain), 12100: ("pbkdf2_fields", plain),
    12300: ("oracle12", lambda text: "T:" + text), 12400: ("bsdi_crypt", plain), 12800: ("entra_connect", plain),
    13900: ("opencart", salted), 15000: ("filezilla", salted), 17300: ("raw_sha3_224", plain),
    17400: ("raw_sha3_256", plain), 17500: ("raw_sha3_384", plain), 17600: ("raw_sha3_512", plain),
    18500: ("sha1_md5_md5", plain), 19500: ("rails_restful_auth", restful), 20200: ("passlib_pbkdf2", plain),
    20300: ("passlib_pbkdf2", plain), 20400: ("passlib_pbkdf2", plain), 20710: ("sha256_sha256pass_salt", salted),
    20711: ("authme", plain), 20720: ("sha256_salt_sha256pass", salted), 20800: ("sha256_md5", plain),
    21600: ("web2py", plain), 22300: ("sha256_salt_pass_salt", salted), 23200: ("scram", xmpp),
    24800: ("umbraco_hmac", plain), 25600: ("vbulletin5_bcrypt", plain), 25800: ("bcrypt_hex_sha1", plain),
    27200: ("rails_restful_auth", salted), 28400: ("nodebb_bcrypt_sha512", plain),
    28600: ("postgres_scram", plain), 30000: ("werkzeug_hmac", plain), 30120: ("werkzeug_hmac", plain),
}  # fmt: skip
"""Mode, our name for it, and how its example becomes what is stored."""
BY_WORD_ONLY = {"vbulletin5_bcrypt", "bcrypt_hex_sha1", "nodebb_bcrypt_sha512"}

for mode, (name, stored) in MEANT.items():
    example = MODES[str(mode)]
    line = {"format": name, "stored": stored(example["example_hash"]), "password": example["example_pass"]}
    line["source"] = f"hashcat {VERSION} mode {mode}"
    if name in BY_WORD_ONLY:
        line["by_word_only"] = True
    sys.stdout.write(json.dumps(line) + "\n")
