"""What a command says on stderr while it works."""

from enum import StrEnum


class LogFormat(StrEnum):
    """What a command says while it works."""

    TEXT = "text"
    """Lines and bars for people."""
    JSON = "json"
    """One JSON object a line, for programs."""
