"""How long `solve` looks for a hash of unknown layout, beside running the hash itself once.

    python bench/solve.py

Every row is a stored value with its salt in a column and nothing else, as a home-made program leaves it. The last ones
belong to another password: they show what a search costs that finds nothing.
"""

import hashlib
import hmac
import time
from collections.abc import Callable

from samekey.hashes import solver

PASSWORD = "correct horse"
P = PASSWORD.encode()
SALT = "9f86d081884c7d65"
S = SALT.encode()

Row = dict[str, str]


def pbkdf2(name: str, rounds: int) -> Callable[[], bytes]:
    """Of the digest's own length."""
    return lambda: hashlib.pbkdf2_hmac(name, P, S, rounds)


def scrypt(cost: int) -> Callable[[], bytes]:
    """Of 64 bytes, as Node's programs ask for it."""
    return lambda: hashlib.scrypt(P, salt=S, n=cost, r=8, p=1, maxmem=2**28, dklen=64)


STORED: dict[str, Callable[[], bytes]] = {
    "SHA-512 over salt and password": lambda: hashlib.sha512(S + P).digest(),
    "HMAC-SHA256 under a site key, over password and salt": lambda: hmac.digest(b"site key", P + S, "sha256"),
    "SHA-256 over SHA-1, with the salt": lambda: hashlib.sha256(S + hashlib.sha1(P).hexdigest().encode()).digest(),
    "scrypt 16384, 8, 1: what Node runs unasked": scrypt(16_384),
    "scrypt 32768, 8, 1": scrypt(32_768),
    "PBKDF2-SHA512, 10,000 rounds": pbkdf2("sha512", 10_000),
    "PBKDF2-SHA512, 100,000 rounds": pbkdf2("sha512", 100_000),
    "PBKDF2-SHA512, 210,000 rounds": pbkdf2("sha512", 210_000),
    "PBKDF2-SHA256, 310,000 rounds": pbkdf2("sha256", 310_000),
    "PBKDF2-SHA256, 600,000 rounds": pbkdf2("sha256", 600_000),
    "another password, 32 bytes": lambda: hashlib.sha256(b"another").digest(),
    "another password, 64 bytes": lambda: hashlib.sha512(b"another").digest(),
}


def main() -> None:
    """Print CPU seconds."""
    print(f"{'stored value':55} {'CPU':>8}  {'hash alone':>10}  found")
    for name, made in STORED.items():
        began = time.process_time()
        row: Row = {"hash": made().hex(), "salt": SALT, "site_key": "site key"}
        alone = time.process_time() - began
        began = time.process_time()
        solved = solver.solve(row, password=PASSWORD, seconds_max=300)
        took = time.process_time() - began
        print(f"{name:55} {took:6.2f} s  {alone:8.3f} s  {solved.reading or 'nothing'}")


if __name__ == "__main__":
    main()
