"""A piece of text that does not print itself."""


class Secret:
    """A password, token, client secret or pepper.

    Its text comes out only through `reveal()`; `repr`, `str`, formatting and tracebacks show the kind and nothing
    computed from the text, since a fingerprint of a password is a password to whoever has time.
    """

    __slots__ = ("_text", "kind")

    def __init__(self, text: str, kind: str = "secret") -> None:
        """Args:
        text: what must not be shown.
        kind: what it is, in a word: `password`, `token`, `client secret`.

        """
        self._text = text
        self.kind = kind

    def reveal(self) -> str:
        """The text itself, for the one place that needs it."""
        return self._text

    def __repr__(self) -> str:
        return f"<{self.kind}>"

    __str__ = __repr__

    def __format__(self, spec: str) -> str:
        return format(repr(self), spec)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Secret) and other._text == self._text

    __hash__ = None  # type: ignore[assignment]  # a hash would be something computed from the text

    def __bool__(self) -> bool:
        return bool(self._text)

    def __reduce__(self) -> str | tuple[object, ...]:
        raise TypeError("a Secret is not written anywhere")
