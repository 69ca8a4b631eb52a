"""The query grammar of user search and tenant log, parsed into a tree. Knows no field and no store.

`field:"value"`, `field:prefix*`, `field:[a TO b]` and `{a TO b}`, `_exists_:field`, `field:(a OR b)`, AND OR NOT,
brackets. Two clauses side by side mean OR, as in Lucene itself (inferred for Auth0).

Source: user search query syntax (`manage-users/user-search/user-search-query-syntax`), read on
2026-11-23.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass

QUERY_CHARS_MAX = 4096
_DEPTH_MAX = 50
_JOINS = frozenset({"AND", "OR", "NOT", "&&", "||"})
_TOKEN = re.compile(
    r"""\s*(?:
        (?P<quoted>"(?:\\.|[^"\\])*")
      | (?P<range>[\[{]\s*(?P<low>"[^"]*"|[^\s\]}]+)\s+TO\s+(?P<high>"[^"]*"|[^\s\]}]+)\s*[\]}])
      | (?P<open>\()
      | (?P<close>\))
      | (?P<colon>:)
      | (?P<word>(?:\\.|[^\s"():\[\]{}\\])+)
    )""",
    re.VERBOSE,
)


class BadQuery(ValueError):
    """The query cannot be read."""


@dataclass(frozen=True, slots=True)
class Term:
    """A field has exactly a value."""

    field: str
    """Empty for a value without a field."""
    value: str


@dataclass(frozen=True, slots=True)
class Pattern:
    """A field matches a text with `*`."""

    field: str
    value: str


@dataclass(frozen=True, slots=True)
class Range:
    """A field lies between two values; `*` leaves an end open."""

    field: str
    low: str
    high: str
    has_low: bool
    """Whether the lower end itself counts."""
    has_high: bool


@dataclass(frozen=True, slots=True)
class Exists:
    """A field is there."""

    field: str


@dataclass(frozen=True, slots=True)
class Not:
    """The opposite."""

    part: "Query"


@dataclass(frozen=True, slots=True)
class And:
    """All of them."""

    parts: tuple["Query", ...]


@dataclass(frozen=True, slots=True)
class Or:
    """Any of them."""

    parts: tuple["Query", ...]


Query = Term | Pattern | Range | Exists | Not | And | Or


def parse(text: str) -> Query:
    """A query's tree.

    Raises:
        BadQuery: when it cannot be read, is empty, or nests deeper than anybody writes.

    """
    parser = _Parser(list(_tokens(text)))
    tree = parser.alternatives("", 0)
    if not parser.is_at_end():
        raise BadQuery("something is left over")
    return tree


@dataclass(frozen=True, slots=True)
class _Token:
    kind: str
    text: str
    low: str = ""
    high: str = ""


def _tokens(text: str) -> Iterator[_Token]:
    position, text = 0, text.rstrip()
    while position < len(text):
        found = _TOKEN.match(text, position)
        if found is None or found.lastgroup is None:
            raise BadQuery(f"unexpected character at {position}")
        position = found.end()
        kind = next(name for name in ("quoted", "range", "open", "close", "colon", "word") if found[name] is not None)
        yield _Token(kind, found[kind], _plain(found["low"] or ""), _plain(found["high"] or ""))


def _plain(text: str) -> str:
    inner = text[1:-1] if text.startswith('"') else text
    return re.sub(r"\\(.)", r"\1", inner)


class _Parser:
    def __init__(self, tokens: list[_Token]) -> None:
        self._tokens = tokens
        self._next = 0

    def is_at_end(self) -> bool:
        return self._next >= len(self._tokens)

    def alternatives(self, field: str, depth: int) -> Query:
        """Clauses joined by OR, or by nothing."""
        if depth > _DEPTH_MAX:
            raise BadQuery("nested too deeply")
        parts = [self._conjunction(field, depth)]
        while not self.is_at_end() and self._peek().kind != "close":
            self._skip_word("OR", "||")
            parts.append(self._conjunction(field, depth))
        return parts[0] if len(parts) == 1 else Or(tuple(parts))

    def _conjunction(self, field: str, depth: int) -> Query:
        parts = [self._negation(field, depth)]
        while self._skip_word("AND", "&&"):
            parts.append(self._negation(field, depth))
        return parts[0] if len(parts) == 1 else And(tuple(parts))

    def _negation(self, field: str, depth: int) -> Query:
        if self._skip_word("NOT", "!"):
            return Not(self._negation(field, depth + 1) if depth < _DEPTH_MAX else self._clause(field, depth))
        if not self.is_at_end() and self._peek().kind == "word" and self._peek().text[0] in "-!":
            token = self._tokens[self._next]
            self._tokens[self._next] = _Token("word", token.text[1:] or "*")
            return Not(self._clause(field, depth))
        return self._clause(field, depth)

    def _clause(self, field: str, depth: int) -> Query:
        token = self._take()
        if token.kind == "open":
            inner = self.alternatives(field, depth + 1)
            if self.is_at_end() or self._take().kind != "close":
                raise BadQuery("a bracket is not closed")
            return inner
        if token.kind == "word" and not self.is_at_end() and self._peek().kind == "colon" and not field:
            self._next += 1
            name = _plain(token.text)
            if name == "_exists_":
                return Exists(_plain(self._take().text))
            return self._clause(name, depth)
        return _value(field, self._with_colons(token) if field else token)

    def _with_colons(self, token: _Token) -> _Token:
        """A value such as 2026-11-23T12:00:00Z, put together again."""
        text = token.text
        while token.kind == "word" and not self.is_at_end() and self._peek().kind == "colon":
            self._next += 1
            rest = self._take()
            if rest.kind != "word":
                raise BadQuery("a value is missing")
            text = f"{text}:{rest.text}"
        return _Token(token.kind, text, token.low, token.high)

    def _peek(self) -> _Token:
        return self._tokens[self._next]

    def _take(self) -> _Token:
        if self.is_at_end():
            raise BadQuery("something is missing at the end")
        self._next += 1
        return self._tokens[self._next - 1]

    def _skip_word(self, *words: str) -> bool:
        if not self.is_at_end() and self._peek().kind == "word" and self._peek().text in words:
            self._next += 1
            return True
        return False


def _value(field: str, token: _Token) -> Query:
    if token.kind == "quoted":
        return Term(field, _plain(token.text))
    if token.kind == "range":
        return Range(field, token.low, token.high, has_low=token.text[0] == "[", has_high=token.text[-1] == "]")
    if token.kind != "word" or token.text in _JOINS:
        raise BadQuery("a value is missing")
    if token.text == "*" and field:
        return Exists(field)
    unescaped = re.sub(r"\\.", "", token.text)
    return Pattern(field, token.text) if "*" in unescaped else Term(field, _plain(token.text))
