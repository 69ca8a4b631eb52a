"""Layouts that have no name in the catalogue, for a search by a known password.

A digest somewhere in the text, other columns or other pieces of the text beside the password, separators between them,
counts written elsewhere. Cheap functions and slow ones are generated apart, each within named bounds.
"""

import hashlib
import itertools
import re
from collections.abc import Iterator
from typing import NamedTuple

import msgspec

from samekey.hashes import alphabets, forms, legacy, legacy_digests, stored

SEPARATORS = ("", ":", "-", "$", "|", ".", "_", "--", "::", "\n", "/", "+", "@", " ", ",", ";", "#")
"""What stands between a piece and the password."""
PARTS_MAX = 12
"""Pieces that are tried beside the password."""
ROUNDS_SEARCHED_MAX = 5000
"""Repeated digests are followed so far."""
PBKDF2_ROUNDS = {
    1000: 1, 10_000: 1, 100_000: 1, 210_000: 1, 600_000: 1, 310_000: 1, 5000: 2, 20_000: 2, 25_000: 2, 4096: 2,
    2048: 2, 50_000: 2, 120_000: 2, 260_000: 2, 65_536: 2, 12_000: 4, 1: 4, 100: 4, 1024: 4, 2000: 4, 8192: 4,
    15_000: 4, 27_500: 4, 30_000: 4, 40_000: 4, 64_000: 4, 150_000: 4, 200_000: 4,
}  # fmt: skip
"""Counts that PBKDF2 is tried with when no column names one, and how rare each is: 1 is what guides recommend."""
SCRYPT_COSTS = {(16_384, 8): 1, (32_768, 8): 2, (131_072, 8): 2, (16_384, 16): 4, (4096, 8): 4, (65_536, 8): 4}
"""Costs and block sizes that scrypt is tried with, likewise; the first is what Node runs unasked."""
SLOW_TRIED_MAX = 400
"""How many PBKDF2 and scrypt are run at most, the likeliest for their price first …"""
SLOW_PRICE_MAX = 4_000_000
"""… and none whose price in microseconds times its unlikeliness is above this."""

_BY_SIZE = {
    16: ("md5", "md4"), 20: ("sha1", "ripemd160"), 28: ("sha224",), 32: ("sha256",), 48: ("sha384",),
    64: ("sha512", "whirlpool"),
}  # fmt: skip
_SELDOM_REPEATED = frozenset({"md4", "whirlpool"})
"""Digests that nobody stretches, and that are slow to repeat where they are written in Python."""
_PBKDF2_DIGESTS = {
    16: ("md5", "sha1", "sha256"), 20: ("sha1",), 24: ("sha1", "sha256"), 32: ("sha256", "sha1", "sha512"),
    48: ("sha384", "sha512"), 64: ("sha512", "sha256", "sha1"),
}  # fmt: skip
_PIECES = re.compile(r"[^$:|;,.#{}()=\s]+=*")
_NUMBERS = ("iterations", "rounds", "stretches", "factor", "count", "iteration_count")


Step = tuple[str, bytes, bytes, str]
"""One digest of a chain: its name, what stands before and behind its message, how its result is written."""


class Layout(NamedTuple):
    """One way to understand a value."""

    name: str
    """A format of the catalogue where one reads the same with `salt` set as told; else a name of the search."""
    definition: str
    form: forms.Form
    salt: str = ""
    """What the column `salt` has to be for that format."""
    pepper: str = ""
    """And what the column `pepper`."""


def cheap(value: stored.Stored) -> Iterator[Layout]:
    """Digests and HMACs with one or two pieces beside the password, and repeated digests."""
    yield from _by_digests(value, quick=True)


def _by_digests(value: stored.Stored, *, quick: bool) -> Iterator[Layout]:
    """The same under the digests that take microseconds, or under the others."""
    for raw, rest in _digests(value.text):
        parts = _parts(value, rest)
        for algorithm in _BY_SIZE.get(len(raw), ()):
            if legacy_digests.is_quick(algorithm) == quick:
                yield from _one_digest(algorithm, raw, parts)
                yield from _nested(algorithm, raw, parts)
                if algorithm not in _SELDOM_REPEATED:
                    yield from _repeated(algorithm, raw, parts)


def slow(value: stored.Stored) -> Iterator[Layout]:
    """PBKDF2 and scrypt with a salt from elsewhere, then digests that take long here.

    Each has its price in microseconds, and is put back by as much as it is unlikely: a salt that stands far behind or
    has to be decoded, a digest that seldom has this length, a count that few use. So what is likely and cheap is run
    first, and something likely is not kept waiting for ever by what is only cheap.
    """
    priced = sorted(itertools.chain(_scrypt(value), _pbkdf2(value)), key=lambda each: each[0])
    yield from (layout for price, layout in priced[:SLOW_TRIED_MAX] if price <= SLOW_PRICE_MAX)
    yield from _by_digests(value, quick=False)


def _digests(text: str) -> list[tuple[bytes, list[str]]]:
    """Every piece of the text that may be a digest, the longest first, with the other pieces."""
    whole = text.removeprefix("0x").removeprefix("0X").removeprefix("\\x")
    pieces = [whole] if _octets(whole) else _PIECES.findall(text)
    found = []
    for place, piece in enumerate(pieces):
        raw = _octets(piece)
        if raw is not None:
            found.append((raw, pieces[:place] + pieces[place + 1 :]))
    return sorted(found, key=lambda each: -len(each[0]))


def _octets(piece: str) -> bytes | None:
    """A piece as a digest of at least 16 bytes: hex, base64, base64 of hex."""
    raw = alphabets.hex_bytes(piece)
    if raw is None:
        raw = alphabets.b64_either_bytes(piece)
    if raw is None:
        return None
    if alphabets.is_hex_text(raw):
        raw = bytes.fromhex(raw.decode("ascii"))
    return raw if 16 <= len(raw) <= 64 else None  # noqa: PLR2004  # MD5 to SHA-512


def _parts(value: stored.Stored, rest: list[str]) -> list[tuple[str, bytes]]:
    """Pieces that may stand beside the password, each as text and decoded; salts first, letters made small last."""
    texts = [(f"field {place + 1}", piece) for place, piece in enumerate(rest)]
    texts += [
        (name, text)
        for name in value.columns
        if name not in _NO_PARTS and not name.endswith("_encoding") and (text := value.column(name))
    ]
    texts.sort(key=lambda each: _place(each[0]))
    texts += [(f"lower-case {name}", text.lower()) for name, text in texts if text.lower() != text]
    found: dict[bytes, str] = {}
    for name, text in texts:
        found.setdefault(text.encode("utf-8", "surrogatepass"), name)
        for encoding in ("hex", "base64"):
            raw = stored.decoded(text, encoding)
            if raw:
                found.setdefault(raw, f"{name} decoded from {encoding}")
    return [(name, raw) for raw, name in found.items()][:PARTS_MAX]


_NO_PARTS = frozenset({*stored.TEXT_COLUMNS, *_NUMBERS})
"""Columns that stand beside no password: the hash itself, and counts."""
_TELLING = ("salt", "field ", "pepper", "secret", "key", "nonce", "user", "login", "mail")
"""What the name of a column begins with or holds that may well stand beside a password, likeliest first."""


def _place(name: str) -> int:
    """How far behind a column belongs, by its name."""
    return next((place for place, word in enumerate(_TELLING) if word in name.lower()), len(_TELLING))


def _beside(parts: list[tuple[str, bytes]]) -> Iterator[tuple[str, bytes, str, bytes]]:
    """One piece, or two in either order, with separators: as it stands before the password, and behind it.

    The separator is next to the password; one that stands at the far end of what is behind it is tried last.
    """
    for separator in SEPARATORS:
        glue = separator.encode(*alphabets.UTF8)
        for name, raw in parts:
            before, behind = (f"{name} ‖ {separator!r}", f"{separator!r} ‖ {name}") if separator else (name, name)
            yield before, raw + glue, behind, glue + raw
        for (one, left), (two, right) in itertools.permutations(parts, 2):
            between = f" ‖ {separator!r} ‖ " if separator else " ‖ "
            both = f"{one}{between}{two}"
            before, behind = (f"{both} ‖ {separator!r}", f"{separator!r} ‖ {both}") if separator else (both, both)
            yield before, left + glue + right + glue, behind, glue + left + glue + right
    for separator, (name, raw) in itertools.product(SEPARATORS[1:], parts):
        glue = separator.encode(*alphabets.UTF8)
        yield f"{separator!r} ‖ {name}", glue + raw, f"{name} ‖ {separator!r}", raw + glue


def _one_digest(algorithm: str, raw: bytes, parts: list[tuple[str, bytes]]) -> Iterator[Layout]:
    """A digest or an HMAC, under each encoding of the password."""
    title = algorithm.upper()
    for encoding, typed in (("utf8", "P"), ("utf16le", "P in UTF-16LE"), ("latin1", "P in latin1")):
        bare = forms.Digest(algorithm=algorithm, digest=raw, password_encoding=encoding)
        yield Layout(f"raw_{algorithm}", f"{title}({typed})", bare)
        for before, front, behind, back in _beside(parts):
            first = msgspec.structs.replace(bare, prefix=front)
            yield Layout(f"{algorithm}_salt_pass", f"{title}({before} ‖ {typed})", first, before)
            last = msgspec.structs.replace(bare, suffix=back)
            yield Layout(f"{algorithm}_pass_salt", f"{title}({typed} ‖ {behind})", last, behind)
        for name, key in parts:
            keyed = forms.Hmac(digest_name=algorithm, mac=raw, key=key, password_encoding=encoding)
            yield Layout(f"hmac_{algorithm}_key_salt", f"HMAC-{title}(key = {name}, {typed})", keyed, name)
    yield from _keyed(algorithm, raw, parts)
    yield from _widened(algorithm, raw, parts)
    yield from _between(algorithm, raw, parts)


def _keyed(algorithm: str, raw: bytes, parts: list[tuple[str, bytes]]) -> Iterator[Layout]:
    """An HMAC over one piece and the password under another piece, and one under two pieces side by side."""
    title = algorithm.upper()
    for separator in SEPARATORS:
        glue = separator.encode(*alphabets.UTF8)
        for (one, key), (two, known) in itertools.permutations(parts, 2):
            bare = forms.Hmac(digest_name=algorithm, mac=raw, key=key)
            before, behind = (f"{two} ‖ {separator!r}", f"{separator!r} ‖ {two}") if separator else (two, two)
            last, first = (
                msgspec.structs.replace(bare, suffix=glue + known),
                msgspec.structs.replace(bare, prefix=known + glue),
            )
            told = f"HMAC-{title}(key = {one}, {{}})"
            yield Layout(f"hmac_{algorithm}_pepper_pass_salt", told.format(f"P ‖ {behind}"), last, behind, one)
            yield Layout(f"hmac_{algorithm}_pepper_salt_pass", told.format(f"{before} ‖ P"), first, before, one)
            both = f"{one} ‖ {separator!r} ‖ {two}" if separator else f"{one} ‖ {two}"
            joined = msgspec.structs.replace(bare, key=key + glue + known)
            yield Layout(f"hmac_{algorithm}_key_salt", f"HMAC-{title}(key = {both}, P)", joined, both)


_WIDE = "utf16le"


def _widened(algorithm: str, raw: bytes, parts: list[tuple[str, bytes]]) -> Iterator[Layout]:
    """Password and piece joined as text, and the whole in UTF-16LE, as .NET programs do."""
    bare = forms.Digest(algorithm=algorithm, digest=raw, password_encoding=_WIDE)
    name = f"{algorithm}_utf16le_by_search"
    for part, known in parts:
        if not alphabets.is_printable(known):
            continue
        wide = known.decode("ascii").encode("utf-16-le")
        front, back = msgspec.structs.replace(bare, prefix=wide), msgspec.structs.replace(bare, suffix=wide)
        yield Layout(name, f"{algorithm.upper()}({part} ‖ P, all in UTF-16LE)", front)
        yield Layout(name, f"{algorithm.upper()}(P ‖ {part}, all in UTF-16LE)", back)


def _between(algorithm: str, raw: bytes, parts: list[tuple[str, bytes]]) -> Iterator[Layout]:
    """The password between two pieces, or twice the same."""
    for separator, (one, left), (two, right) in itertools.product(SEPARATORS[:3], parts, parts):
        glue = separator.encode(*alphabets.UTF8)
        form = forms.Digest(algorithm=algorithm, digest=raw, prefix=left + glue, suffix=glue + right)
        stands = f" ‖ {separator!r} ‖ " if separator else " ‖ "
        yield Layout(f"{algorithm}_both_sides_by_search", f"{algorithm.upper()}({one}{stands}P{stands}{two})", form)


_INNER = ("md5", "sha1", "sha256", "sha512")
"""Digests that are tried inside another."""
_SPELLED = (("hex", "hex({})"), ("raw", "{}"), ("HEX", "capital hex({})"), ("base64", "base64({})"))
"""How the inner digest is written before the outer is taken."""
NESTED_PARTS_MAX = 4
"""Pieces that are tried beside a digest of a digest."""


def _nested(algorithm: str, raw: bytes, parts: list[tuple[str, bytes]]) -> Iterator[Layout]:
    """A digest over a digest of the password, with one piece beside the inner, the outer, or both.

    The inner digests come first without a piece, then with each on either side; and so do the outer ones.
    """
    few = parts[:NESTED_PARTS_MAX]
    beside = [
        ("", b"", b""),
        *((name, known, b"") for name, known in few),
        *((name, b"", known) for name, known in few),
    ]
    for inner, (spelled, title) in itertools.product(_INNER, _SPELLED):
        for (one, before, behind), (two, front, back) in itertools.product(beside, beside):
            steps = ((inner, before, behind, spelled), (algorithm, front, back, "raw"))
            inside = _told(inner, "P", one, before, behind)
            told = _told(algorithm, title.format(inside), two, front, back)
            yield Layout(f"nested_{algorithm}_by_search", told, _chain(raw, steps))
    for inner, (name, known) in itertools.product(_INNER, few):
        digested, part = hashlib.new(inner, known).hexdigest().encode("ascii"), f"hex({inner.upper()}({name}))"
        for front, back in ((digested, b""), (b"", digested)):
            steps = ((inner, b"", b"", "hex"), (algorithm, front, back, "raw"))
            told = _told(algorithm, f"hex({inner.upper()}(P))", part, front, back)
            yield Layout(f"nested_{algorithm}_by_search", told, _chain(raw, steps))
    for first, second in itertools.product(_INNER, _INNER):
        thrice = ((first, b"", b"", "hex"), (second, b"", b"", "hex"), (algorithm, b"", b"", "raw"))
        told = f"{algorithm.upper()}(hex({second.upper()}(hex({first.upper()}(P)))))"
        yield Layout(f"nested_{algorithm}_by_search", told, _chain(raw, thrice))


def _told(algorithm: str, message: str, name: str, before: bytes, behind: bytes) -> str:
    """One digest in words."""
    inside = f"{name} ‖ {message}" if before else f"{message} ‖ {name}" if behind else message
    return f"{algorithm.upper()}({inside})"


def _chain(raw: bytes, steps: tuple[Step, ...]) -> forms.Form:
    """The form that `legacy_functions` evaluates step by step."""
    return forms.Opaque(function="chain", reason="nested-digest", parameters={"digest": raw, "steps": steps})


def _repeated(algorithm: str, raw: bytes, parts: list[tuple[str, bytes]]) -> Iterator[Layout]:
    """A raw digest over itself up to a bound; one form stands for all counts."""
    for name, known in (("", b""), *parts):
        for side in ("prefix", "suffix") if known else ("prefix",):
            parameters = {
                "algorithm": algorithm, "digest": raw, "rounds_max": ROUNDS_SEARCHED_MAX,
                "prefix": known if side == "prefix" else b"", "suffix": known if side == "suffix" else b"",
            }  # fmt: skip
            inner = f"{name} ‖ P" if known and side == "prefix" else f"P ‖ {name}" if known else "P"
            yield Layout(
                f"iterated_{algorithm}_by_search",
                f"{algorithm.upper()}({inner}), repeated up to {ROUNDS_SEARCHED_MAX} times",
                forms.Opaque(function="iterated_up_to", reason="iterated-digest", parameters=parameters),
            )


Priced = tuple[float, Layout]
"""A layout, and its price in microseconds times how unlikely it is."""

_MICROSECONDS_A_ROUND = 0.5
"""Of PBKDF2 for a block, and of scrypt for a cost and a block size; give or take a half between digests."""
_FARTHER = 1.6
"""So much less likely is each piece than the one before it …"""
_OTHER_DIGEST = 3.0
"""… and each digest, …"""
_OTHER_PIECE = 8.0
"""… and that the key is not the longest piece."""
_NAMED_COUNT = 0.01
"""A count that stands in the row itself."""


def _pbkdf2(value: stored.Stored) -> Iterator[Priced]:
    """Counts from columns and from the text, and the usual ones."""
    named = [number for name in _NUMBERS if (number := value.number(name))]
    named += [int(piece) for piece in _PIECES.findall(value.text) if piece.isdigit() and 0 < len(piece) < 8]  # noqa: PLR2004
    counts = {**PBKDF2_ROUNDS, **dict.fromkeys(named, _NAMED_COUNT)}
    for (unlikely, raw, name, salt), (rounds, rare) in itertools.product(_salts(value), counts.items()):
        for place, digest_name in enumerate(_PBKDF2_DIGESTS.get(len(raw), ("sha256", "sha1", "sha512"))):
            form = forms.Pbkdf2(digest_name=digest_name, rounds=rounds, salt=salt, key=raw)
            told = f"PBKDF2-{digest_name.upper()}(P, {name}, {rounds}, {len(raw)})"
            blocks = -(-len(raw) // legacy.hashlib_size(digest_name))
            price = _MICROSECONDS_A_ROUND * rounds * blocks * rare * unlikely * _OTHER_DIGEST**place
            yield price, Layout("pbkdf2_by_search", told, form)


def _scrypt(value: stored.Stored) -> Iterator[Priced]:
    """Each piece as the salt, under each of the usual costs."""
    for (unlikely, raw, name, salt), (cost, rare) in itertools.product(_salts(value), SCRYPT_COSTS.items()):
        form = forms.Scrypt(cost=cost[0], block_size=cost[1], parallelization=1, salt=salt, key=raw)
        price = _MICROSECONDS_A_ROUND * cost[0] * cost[1] * rare * unlikely
        yield price, Layout("scrypt_by_search", f"scrypt(P, {name}, {cost[0]}, {cost[1]}, 1)", form)


def _salts(value: stored.Stored) -> Iterator[tuple[float, bytes, str, bytes]]:
    """How unlikely, the key, and what may be its salt."""
    for at, (raw, rest) in enumerate(_digests(value.text)):
        for place, (name, salt) in enumerate(_parts(value, rest)):
            yield _OTHER_PIECE**at * _FARTHER**place, raw, name, salt
