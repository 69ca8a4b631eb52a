"""What a format is: its name, its definition, how it is recognised, and the parser into a neutral form.

A format is found by its keys, so that recognition costs the same however many formats there are. A key is one of

- a **head**, everything up to the first separator: `$2b$`, `pbkdf2_sha256$`, `{ssha}` (braces in lower case);
- a **shape**: `hex:40` (that many hex digits), `b64:20` (base64 of that many bytes), `len:13` (that many characters);
- a **layout**: `hex:32:` (hex digits, then a separator), `:hex:32` (ends with a separator and hex digits);
- a **column**: `column:secretData`, a column name that only one product uses.
"""

from collections.abc import Callable
from typing import Any

import msgspec

from samekey.hashes import forms, stored


class Format(msgspec.Struct, frozen=True):
    """One way of storing a password."""

    name: str
    """Its id in the catalogue, the rules file and the reports."""
    definition: str
    """What is stored, in the notation of `forms`."""
    recognised: str
    """How a value is told, for a person."""
    source: str
    """Where the definition comes from."""
    keys: tuple[str, ...]
    """Where the registry looks for it; empty when only the operator's word (or a proof) leads here."""
    read: Callable[[stored.Stored], forms.Form | None]
    """The parser: a neutral form, or None when the value is not of this format."""
    certainty: forms.Certainty = "exact"
    """What a value is called that this format reads."""
    needs: tuple[str, ...] = ()
    """Columns without which this reading is not proposed."""
    joined: tuple[str, ...] = ()
    """Keys under which the columns that it needs stand in the text itself."""
    warnings: tuple[str, ...] = ()
    """Traps that every value of this format brings."""
    rank: int = 50
    """Among look-alikes, the lower the likelier."""
    example: Any = None
    """A value of this format, for the documentation; empty where the golden files are full of them."""
