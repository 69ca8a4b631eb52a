"""What databases, workbooks and directories hold becomes what JSON can hold, by fixed rules.

| there | in the record |
| --- | --- |
| text, whole numbers, true and false, nothing | the same |
| a decimal | a whole number where its type has no places behind the point, else its digits as a text: none is lost |
| a floating-point number | a number; not-a-number and infinity as a text |
| a date, a time, both | ISO 8601 text: 2026-11-23, 09:30:00, 2026-11-23T09:30:00+00:00 |
| a span of time | its seconds |
| bytes | lower-case hex, always, even where they happen to be text: nobody guesses an encoding |
| a UUID, a network address, anything else | its usual text |
| lists and objects (JSON, arrays) | the same, by the same rules inside |

The table is the promise; `docs/howto/sources.md` shows it to users.
"""

import datetime as dt
import decimal
import math
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from samekey.records import Position, Rejection, SourceRecord
from samekey.sources import base, json_record

Json = Any
"""What JSON can hold."""

_AS_THEY_ARE = (str, int, bool, type(None))


def plain(value: object) -> Json:
    """A value as JSON can hold it."""
    if type(value) in _AS_THEY_ARE:
        return value
    if isinstance(value, float):
        return value if math.isfinite(value) else str(value)
    if isinstance(value, decimal.Decimal):
        exponent = value.as_tuple().exponent
        return int(value) if isinstance(exponent, int) and exponent >= 0 else str(value)
    if isinstance(value, dt.date | dt.time):
        return value.isoformat()
    if isinstance(value, dt.timedelta):
        return value.total_seconds()
    if isinstance(value, bytes | bytearray | memoryview):
        return bytes(value).hex()
    if isinstance(value, Mapping):
        return {str(key): plain(inner) for key, inner in value.items()}
    if isinstance(value, list | tuple | set | frozenset):
        return [plain(inner) for inner in value]
    return str(value)


def record(place: Position, names: Sequence[str], cells: Iterable[object]) -> SourceRecord | Rejection:
    """The record a row makes.

    Args:
        place: where it stands.
        names: of the columns.
        cells: as many values.

    """
    fields = dict(zip(names, map(plain, cells), strict=True))
    # Text is nearly always small; whoever measures every value pays for it with every row.
    if sum(len(value) for value in fields.values() if type(value) is str) > base.RECORD_BYTES_MAX:
        return base.rejected(place, "record-too-large", json_record.TOO_LARGE)
    for name, value in fields.items():
        if type(value) is str and not value.isascii() and not _is_utf8(value):
            return base.rejected(place, "not-utf8", f"Store the text of {name} in the database's own encoding.")
    return SourceRecord(place, fields)


def _is_utf8(text: str) -> bool:
    try:
        text.encode()
    except UnicodeEncodeError:
        return False
    return True
