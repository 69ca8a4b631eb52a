"""Values made by Roundup, AuthEncoding (Zope, Plone), zope.password and, after Magento 2, magento-encryptor.

`pip install roundup AuthEncoding zope.password magento-encryptor` and `python make.py > vectors.jsonl`.
"""

import importlib.metadata
import json
import sys

import magento_encryptor
from AuthEncoding import AuthEncoding
from roundup.configuration import CoreConfig
from roundup.password import encodePassword
from zope.password import password as zope_password

CONFIG = CoreConfig()
CONFIG["PASSWORD_PBKDF2_DEFAULT_ROUNDS"] = 2000


def tell(name: str, value: object, password: str, package: str) -> None:
    """One line."""
    text = value.decode() if isinstance(value, bytes) else value
    line = {"format": name, "stored": text, "password": password}
    line["source"] = f"{package} {importlib.metadata.version(package)}"
    sys.stdout.write(json.dumps(line) + "\n")


for password in ("samekey-dev-1", "Åse-2"):
    for scheme in ("PBKDF2", "PBKDF2S5", "SSHA", "SHA", "MD5"):
        value = f"{{{scheme}}}{encodePassword(password, scheme, config=CONFIG)}"
        tell("ldap" if scheme == "SSHA" else "roundup", value, password, "roundup")
    for scheme in ("SSHA", "SHA256", "BCRYPT"):
        value = AuthEncoding.pw_encrypt(password, scheme).decode()
        # AuthEncoding takes a str for Latin-1, zope.password for UTF-8; nothing in the value says which.
        plain = password.isascii() or scheme == "BCRYPT"
        stored = value if plain else {"hash": value, "password_encoding": "latin1"}
        tell("zope", stored, password, "AuthEncoding")
    for manager in ("SSHAPasswordManager", "SMD5PasswordManager", "SHA1PasswordManager", "MD5PasswordManager"):
        name = "zope" if manager.startswith(("SS", "SM")) else "ldap"
        tell(name, getattr(zope_password, manager)().encodePassword(password), password, "zope.password")
    # An upgraded hash runs through every version that it had; a short salt is repeated for argon2.
    long = "CuA8kUZ2Wv9sYd3xHq7LmNp4RtBe6JfG"
    for salt, versions in ((long, "0:1:3_32_2_8388608"), ("CuA8", "2:1")):
        link = password
        for version in versions.split(":"):
            link = magento_encryptor.do_hash(version, link, salt)
        tell("magento2", f"{link}:{salt}:{versions}", password, "magento-encryptor")
