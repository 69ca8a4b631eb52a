"""The words of a SQL dump, one after the other, in memory that a long statement cannot fill.

Two dialects: in MySQL's a backslash inside quotation marks escapes, in the standard's it does not.
"""

import re
from typing import NamedTuple

from samekey.sources import base
from samekey.sources.json_window import Damage, Window

WORD, NAME, TEXT, NUMBER, BYTES, SIGN = "word", "name", "text", "number", "bytes", "sign"

_BEGUN = (rb"-- MySQL dump", rb"-- MariaDB dump", rb"-- PostgreSQL database dump")
_ENDED = (rb"-- Dump completed", rb"-- PostgreSQL database dump complete")
"""The first and last words of dumps. Source: mysqldump.cc and pg_dump.c print them; seen in 10.11 and 18."""

_SPACE = re.compile(rb"\s++")
_DOLLAR = re.compile(rb"\$(?:[A-Za-z_\x80-\xff][\w\x80-\xff]*+)?\$")
_COMMON = (
    rb"(?P<number>[0-9]++(?:\.[0-9]*+)?(?:[eE][+-]?[0-9]++)?|\.[0-9]++(?:[eE][+-]?[0-9]++)?)"
    rb"|(?P<word>[A-Za-z_\x80-\xff][\w$\x80-\xff]*+)"
    rb"|(?P<sign>::|[^'\"`])"
)
_HEX = rb"0[xX](?P<hex>[0-9A-Fa-f]++)\b|[xX]'(?P<xhex>[0-9A-Fa-f]*+)'|[bB]'(?P<bits>[01]*+)'"
_ESCAPED = rb"(?:[^'\\]++|\\.|'')*+"
_DOUBLED = rb"(?:[^']++|'')*+"
_NAMES = rb"|\"(?P<quoted>(?:[^\"]++|\"\")*+)\"|`(?P<ticked>(?:[^`]++|``)*+)`|"
_MYSQL = re.compile(_HEX + rb"|'(?P<text>" + _ESCAPED + rb")'" + _NAMES + _COMMON, re.DOTALL)
_STANDARD = re.compile(
    _HEX + rb"|[eE]'(?P<etext>" + _ESCAPED + rb")'|'(?P<text>" + _DOUBLED + rb")'" + _NAMES + _COMMON, re.DOTALL
)
_PLAIN_MYSQL = re.compile(rb"(?:[^'\"`;/#\-$\\]++|'" + _ESCAPED + rb"')++", re.DOTALL)
_PLAIN_STANDARD = re.compile(rb"(?:[^'\"`;/#\-$\\eE]++|'" + _DOUBLED + rb"')++", re.DOTALL)
"""As much of a statement that nobody wants as goes by in one step."""

_INSIDE = {quote: re.compile(rb"(?:[^" + quote + rb"]++|" + quote * 2 + rb")*+") for quote in (b"'", b'"', b"`")}
_INSIDE_ESCAPED = re.compile(_ESCAPED, re.DOTALL)

_ESCAPES = {b"0": b"\0", b"b": b"\b", b"n": b"\n", b"r": b"\r", b"t": b"\t", b"Z": b"\x1a", b"%": b"\\%", b"_": b"\\_"}
"""Source: MariaDB documentation, String Literals, Escape Sequences; what is not listed stands for itself."""
_ESCAPE = re.compile(rb"\\(.)|''", re.DOTALL)
_TOKEN_BYTES_USUAL = 4096


class Overlong(Exception):  # never leaves this package
    """A value is over the ceiling; it was passed."""


class Token(NamedTuple):
    """A word of SQL."""

    kind: str
    """WORD, NAME (quoted), TEXT, NUMBER, BYTES (in hex) or SIGN."""
    text: bytes
    """What it says, without quotation marks and escapes."""

    @property
    def upper(self) -> bytes:
        """A bare word for comparing; empty for anything else."""
        return self.text.upper() if self.kind == WORD else b""


END = Token(SIGN, b"")
"""Behind the last word."""


class SqlLexer:
    """Walks through a dump."""

    def __init__(self, window: Window, *, mysql: bool) -> None:
        """Args:
        window: the text.
        mysql: whether backslashes escape.

        """
        self.window = window
        self.mysql = mysql
        self._token = _MYSQL if mysql else _STANDARD
        self._plain = _PLAIN_MYSQL if mysql else _PLAIN_STANDARD
        self._begun = False
        self._ended = False

    @property
    def breaks_off(self) -> bool:
        """Whether the dump began as whole ones do and did not end so."""
        return self._begun and not self._ended

    def skip_space(self) -> bool:
        """Pass white space and comments; False at the end of the text."""
        window = self.window
        while True:
            found = _SPACE.match(window.data, window.at)
            window.at = found.end() if found else window.at
            if len(window.data) - window.at < _TOKEN_BYTES_USUAL and window.more():
                continue
            data, at = window.data, window.at
            if data.startswith(b"--", at) or (self.mysql and data.startswith(b"#", at)):
                self._note(data[at : at + 64])
                self.skip_line()
            elif data.startswith(b"/*", at):
                self._skip_past(b"*/")
            else:
                return at < len(data)

    def next(self) -> Token:
        """The next word, passed; END behind the last one.

        Raises:
            Damage: a quotation mark does not close.
            Overlong: it is a text over the ceiling; it was passed.

        """
        if not self.skip_space():
            return END
        window = self.window
        found = self._token.match(window.data, window.at)
        while found is None or found.end() == len(window.data):
            if len(window.data) - window.at > base.RECORD_BYTES_MAX:
                self._skip_text()
                raise Overlong
            if not window.more():
                break
            found = self._token.match(window.data, window.at)
        if found is None:
            raise Damage("the dump breaks off inside quotation marks")
        window.at = found.end()
        return self._read(found)

    def skip_statement(self) -> None:
        """Pass what is left of a statement, with its semicolon.

        Raises:
            Damage: the text ends first.

        """
        window = self.window
        while self.skip_space():
            found = self._plain.match(window.data, window.at)
            if found:
                window.at = found.end()
            elif window.data.startswith(b";", window.at):
                window.at += 1
                return
            elif dollar := _DOLLAR.match(window.data, window.at):
                window.at = dollar.end()
                self._skip_past(dollar[0])
            else:
                try:
                    self.next()
                except Overlong:
                    continue
        raise Damage("the dump breaks off inside a statement")

    def skip_line(self) -> None:
        """Pass the rest of the line."""
        self._skip_past(b"\n", may_end=True)

    def line(self) -> bytes | None:
        """The next line without its end, passed; None for one over the ceiling.

        Raises:
            Damage: the text ends first.

        """
        window = self.window
        looked = window.at
        while (end := window.data.find(b"\n", looked)) < 0:
            kept = len(window.data) - window.at
            if kept > base.RECORD_BYTES_MAX:
                self._skip_past(b"\n")
                return None
            if not window.more():
                raise Damage("the dump breaks off inside the data of a table")
            looked = window.at + kept
        text = window.data[window.at : end]
        window.at = end + 1
        return text.removesuffix(b"\r") if len(text) <= base.RECORD_BYTES_MAX else None

    def _skip_past(self, mark: bytes, *, may_end: bool = False) -> None:
        window = self.window
        while (found := window.data.find(mark, window.at)) < 0:
            window.at = max(window.at, len(window.data) - len(mark) + 1)
            if not window.more():
                if may_end:
                    window.at = len(window.data)
                    return
                raise Damage("the dump breaks off inside a comment or a quoted text")
        window.at = found + len(mark)

    def _skip_text(self) -> None:
        """Pass a text in quotation marks of any size."""
        window = self.window
        letter = window.data[window.at : window.at + 1]
        window.at += 1 if letter in (b"e", b"E") else 0
        quote = window.data[window.at : window.at + 1]
        if quote not in _INSIDE:
            raise Damage("a word has no end")
        window.at += 1
        escaped = quote == b"'" and (self.mysql or letter != quote)
        inside = _INSIDE_ESCAPED if escaped else _INSIDE[quote]
        while True:
            found = inside.match(window.data, window.at)
            window.at = found.end() if found else window.at
            if len(window.data) - window.at > 1:
                window.at += 1
                return
            if not window.more():
                if window.data.endswith(quote):
                    window.at = len(window.data)
                    return
                raise Damage("the dump breaks off inside quotation marks")

    def _note(self, comment: bytes) -> None:
        self._begun = self._begun or comment.startswith(_BEGUN)
        self._ended = self._ended or comment.startswith(_ENDED)

    def _read(self, found: re.Match[bytes]) -> Token:
        kind = found.lastgroup or SIGN
        text = found[kind]
        if kind == "text":
            return Token(TEXT, _unescaped(text) if self.mysql else text.replace(b"''", b"'"))
        if kind == "etext":
            return Token(TEXT, _unescaped(text))
        if kind in ("hex", "xhex"):
            return Token(BYTES, text.lower())
        if kind == "bits":
            return Token(BYTES, b"%0*x" % (-(-len(text) // 8) * 2, int(text or b"0", 2)))
        if kind == "quoted":
            # In MySQL a text may stand in these as well.
            return Token(NAME, text.replace(b'""', b'"'))
        if kind == "ticked":
            return Token(NAME, text.replace(b"``", b"`"))
        return Token(kind, text)


def _unescaped(text: bytes) -> bytes:
    if b"\\" not in text and b"'" not in text:
        return text
    return _ESCAPE.sub(lambda found: _ESCAPES.get(found[1], found[1]) if found[1] else b"'", text)
