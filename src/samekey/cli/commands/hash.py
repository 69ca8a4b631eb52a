"""`samekey hash …`: the hash knowledge by itself, a line in, a line out."""

import codecs
import itertools
import sys
from collections.abc import Iterator
from enum import Enum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, BinaryIO

import typer

from samekey.cli import options
from samekey.errors import SourceError

if TYPE_CHECKING:
    from samekey.hashes.lines import Answer

app = typer.Typer(
    help="Ask about stored passwords.\n\nWhat one is, what Auth0 gets, whether a login would pass.",
    no_args_is_help=True,
    rich_markup_mode=None,
)

Input = Annotated[str, typer.Argument(metavar="FILE", help="Lines to answer; - for standard input.")]

_READ_BYTES = 256 * 1024


class Question(Enum):
    """What is asked of every line."""

    IDENTIFY = "identify"
    CONVERT = "convert"
    CHECK = "check"
    SOLVE = "solve"


@app.command()
def identify(file: Input = "-", json: options.Json = False) -> None:
    """Name every format that a stored value may be, likeliest first.

    Example: samekey hash identify hashes.txt
    """
    _answer(Question.IDENTIFY, file, as_json=json)


@app.command()
def convert(file: Input = "-", json: options.Json = False) -> None:
    """Show the verdict on stored values and what Auth0 gets.

    With --json a line is a JSON string, or an object with `stored` (a string or columns) and optionally `format`.

    Example: samekey hash convert --json - < values.ndjson
    """
    _answer(Question.CONVERT, file, as_json=json)


@app.command()
def check(file: Input = "-", json: options.Json = False) -> None:
    """Say whether Auth0 would let a password in, by its documented order of operations.

    A line is an object with `custom_password_hash` or `password_hash`, and `password`.

    Example: samekey hash check --json - < logins.ndjson
    """
    _answer(Question.CHECK, file, as_json=json)


@app.command()
def solve(file: Input = "-", json: options.Json = False) -> None:
    """Find how a password was hashed, from one that is known.

    A line is an object with `stored`, `password`, and whatever else is known: `salt`, `username`, `pepper` …

    Example: samekey hash solve --json - < known.ndjson
    """
    _answer(Question.SOLVE, file, as_json=json)


def _answer(question: Question, file: str, *, as_json: bool) -> None:
    """Answer a stream; what is read at once is answered at once, so that a conversation never waits."""
    from samekey.hashes import lines

    answer: Answer = getattr(lines, question.value)
    source = _opened(file)
    out = sys.stdout.buffer
    for block in _blocks(source):
        asked = block if as_json else map(_as_json, block)
        for answered in lines.answered(asked, answer):
            out.write(answered if as_json else _for_people(answered))
            out.write(b"\n")
        out.flush()


def _opened(file: str) -> BinaryIO:
    """Standard input, or a file."""
    if file == "-":
        return sys.stdin.buffer
    try:
        return Path(file).open("rb")  # read to its end, then the process ends
    except OSError as error:
        raise SourceError(f"{file} cannot be read: {error.strerror}.", remedy="Check the path.") from error


def _blocks(source: BinaryIO) -> Iterator[list[bytes]]:
    """Whole lines, as many as arrive together; a line without end is cut where it is refused anyway."""
    from samekey.hashes.lines import LINE_BYTES_MAX

    rest = b""
    pieces = iter(lambda: source.read1(_READ_BYTES), b"")  # type: ignore[attr-defined]  # every buffered reader has it
    for piece in itertools.chain([_without_mark(next(pieces, b""))], pieces):
        *whole, rest = (rest + piece).split(b"\n")
        if whole:
            yield whole
        if len(rest) > 2 * LINE_BYTES_MAX:
            rest = rest[: LINE_BYTES_MAX + 1]
    if rest:
        yield [rest]


def _without_mark(first: bytes) -> bytes:
    """What is read first, without the byte order mark that editors on Windows put in front."""
    if first.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        raise SourceError("The lines are UTF-16.", remedy="Save them as UTF-8: iconv -f UTF-16 -t UTF-8.")
    return first.removeprefix(codecs.BOM_UTF8)


def _as_json(line: bytes) -> bytes:
    """A line as a person writes it: JSON where it looks like JSON, else the stored value itself."""
    import msgspec

    text = line.strip()
    if not text or text[:1] in {b'"', b"{"}:
        return text
    return msgspec.json.encode(text.decode("utf-8", "replace"))


def _for_people(answered: bytes) -> bytes:
    """The answer as indented JSON, which people read as well."""
    import msgspec

    return msgspec.json.format(answered, indent=2)
