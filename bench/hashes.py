"""How fast stored passwords are recognised and converted, beside an echo of the same lines.

    python bench/hashes.py [--count 200000]

The echo decodes each line and encodes the same answer with msgspec: what any program has to do that reads and writes
NDJSON. The targets are ratios to it, so that they hold on any machine.
"""

import argparse
import base64
import hashlib
import os
import random
import sys
import time
from collections import deque
from collections.abc import Callable, Iterable
from typing import Any

import msgspec

from samekey.hashes import conversion
from samekey.hashes import lines as line_answers

MEBIBYTE = 1024 * 1024


def mixed(count: int) -> list[str]:
    """Values of cheap formats, in the shares of an ordinary store that was migrated a few times."""
    chance = random.Random(7)

    def octets(size: int) -> bytes:
        return chance.randbytes(size)

    def b64(raw: bytes) -> str:
        return base64.b64encode(raw).decode()

    def text(size: int) -> str:
        return "".join(chance.choices("./ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789", k=size))

    makers: list[Callable[[], str]] = [
        lambda: hashlib.md5(octets(8)).hexdigest(),
        lambda: hashlib.sha1(octets(8)).hexdigest(),
        lambda: hashlib.sha256(octets(8)).hexdigest(),
        lambda: f"$2b$10${text(53)}",
        lambda: f"$2y$10${text(53)}",
        lambda: f"pbkdf2_sha256$600000${text(22)}${b64(octets(32))}".replace("/$", "A$"),
        lambda: f"$argon2id$v=19$m=65536,t=3,p=4${b64(octets(16)).rstrip('=')}${b64(octets(32)).rstrip('=')}",
        lambda: "{SSHA}" + b64(octets(28)),
        lambda: f"sha1${text(8)}${octets(20).hex()}",
        lambda: f"{octets(16).hex()}:{text(16)}",
    ]
    return [chance.choice(makers)() for _ in range(count)]


def seconds(work: Callable[[], Iterable[object]]) -> float:
    """Processor seconds, the best of three; results are dropped as they come, as a stream drops them."""
    best = float("inf")
    for _ in range(3):
        start = time.process_time()
        deque(work(), maxlen=0)
        best = min(best, time.process_time() - start)
    return best


def main() -> None:
    """Print a line per figure."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--count", type=int, default=200_000)
    count = parser.parse_args().count
    values = mixed(count)
    encoder, decoder = msgspec.json.Encoder(), msgspec.json.Decoder()
    lines = [encoder.encode(value) for value in values]
    answers: list[Any] = [conversion.convert(value) for value in values]

    echo = seconds(
        lambda: ((decoder.decode(line), encoder.encode(answer)) for line, answer in zip(lines, answers, strict=True))
    )
    library = seconds(lambda: (conversion.convert(value) for value in values))
    ndjson = seconds(lambda: map(line_answers.convert, lines))
    one = conversion.converter("raw_sha1")
    digests = [os.urandom(20).hex() for _ in range(count)]
    hot = seconds(lambda: (one(digest) for digest in digests))

    sys.stdout.write(f"echo      {count / echo:12,.0f} values/s\n")
    per_million = 1e6 * echo / library
    sys.stdout.write(
        f"convert   {count / library:12,.0f} values/s  {per_million:,.0f} per million of echo (target 200,000)\n"
    )
    sys.stdout.write(f"NDJSON    {count / ndjson:12,.0f} values/s  {ndjson / echo:5.2f} x the echo (target 5)\n")
    sys.stdout.write(f"converter {count / hot:12,.0f} values/s  {hot / count * 1e6:5.2f} us each\n")


if __name__ == "__main__":
    main()
