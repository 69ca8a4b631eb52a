"""Values made by passlib's fork. `pip install libpass bcrypt argon2-cffi` and `python make.py > vectors.jsonl`."""

import importlib.metadata
import json
import sys
import warnings

warnings.simplefilter("ignore")
from passlib import hash as hashes  # noqa: E402

NAMES = {
    "passlib_pbkdf2": ["pbkdf2_sha1", "pbkdf2_sha256", "pbkdf2_sha512"], "passlib_scrypt": ["scrypt"],
    "passlib_bcrypt_sha256": ["bcrypt_sha256"], "cta_pbkdf2_sha1": ["cta_pbkdf2_sha1"],
    "dlitz_pbkdf2_sha1": ["dlitz_pbkdf2_sha1"], "grub_pbkdf2_sha512": ["grub_pbkdf2_sha512"], "fshp": ["fshp"],
    "atlassian_pkcs5s2": ["atlassian_pbkdf2_sha1"], "mssql2000": ["mssql2000"], "mssql2005": ["mssql2005"],
    "oracle11": ["oracle11"], "mysql41": ["mysql41"], "mysql323": ["mysql323"], "nt_hash": ["nthash"],
    "lm_hash": ["lmhash"], "md5_crypt": ["md5_crypt"], "apr_md5_crypt": ["apr_md5_crypt"],
    "sha256_crypt": ["sha256_crypt"], "sha512_crypt": ["sha512_crypt"], "sha1_crypt": ["sha1_crypt"],
    "sun_md5_crypt": ["sun_md5_crypt"], "des_crypt": ["des_crypt"], "bsdi_crypt": ["bsdi_crypt"],
    "bigcrypt": ["bigcrypt"], "phpass": ["phpass"], "bcrypt": ["bcrypt"], "argon2_phc": ["argon2"],
    "django_wrapped": [], "ldap": ["ldap_md5", "ldap_sha1", "ldap_salted_md5", "ldap_salted_sha1",
    "ldap_salted_sha256", "ldap_salted_sha512", "ldap_pbkdf2_sha256", "ldap_md5_crypt", "ldap_bcrypt"],
    "roundup": ["roundup_plaintext"], "raw_md5": ["hex_md5"], "raw_md4": ["hex_md4"], "raw_sha1": ["hex_sha1"],
    "raw_sha256": ["hex_sha256"], "raw_sha512": ["hex_sha512"], "cisco": [],
}  # fmt: skip
NAMES.pop("roundup")
CHEAP = {"bcrypt": 5, "bcrypt_sha256": 5, "scrypt": 8, "phpass": 7, "argon2": 2, "fshp": 3, "ldap_bcrypt": 5}
for name, schemes in NAMES.items():
    for scheme in schemes:
        handler = getattr(hashes, scheme)
        if "rounds" in handler.setting_kwds and scheme != "atlassian_pbkdf2_sha1":
            handler = handler.using(rounds=CHEAP.get(scheme, 2001))
        for password in ("samekey-dev-1", "Åse-2"):
            if scheme == "bigcrypt" and len(password) < 9:  # one piece alone is plain DES
                continue
            line = {"format": name, "stored": handler.hash(password), "password": password}
            line["source"] = f"libpass {importlib.metadata.version('libpass')} {scheme}"
            sys.stdout.write(json.dumps(line) + "\n")
