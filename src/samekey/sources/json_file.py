"""One JSON array of objects, streamed: pretty-printed or not, records beginning at any byte; alone or under a key.

How a record's end is found: an object that decodes whole is exactly the record, since no proper beginning of a JSON
object is one itself. So the end may be guessed, and the decoder judges the guess:

1. the first closing brace with a comma or a closing bracket behind it: right for every flat record;
2. where the decoder, given too much, says that the surplus begins: right for nested ones. If a release of msgspec words
   its complaint differently, nothing goes wrong but speed;
3. else the scanner of `json_scan` walks through the value: for records across the edge of a block, over the ceiling, or
   not quite JSON.

What this file must never do: guess where a record ends when its text is not JSON. Then the array is damaged.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import partial
from itertools import islice
from typing import Any

import msgspec

from samekey.errors import SourceDamaged
from samekey.records import Position, Rejection, SourceRecord
from samekey.sources import base, json_borders, json_key, json_record
from samekey.sources.content import Content
from samekey.sources.json_borders import Border
from samekey.sources.json_window import Damage, Window, scan_value
from samekey.sources.sheets import RECORDS_MAX, RecordSheet, Shape, TextSheet

TOO_LARGE = json_record.NotRecord("record-too-large", json_record.TOO_LARGE)

MISLED_MAX = 10
"""How often borders may turn out to stand elsewhere than between records before they are no longer looked for."""

_TO_NEXT = re.compile(rb"[ \t\r\n]*+,[ \t\r\n]*+(?=\{)")
_END = re.compile(rb"\}(?=[ \t\r\n]*+[,\]])")
_TRAILING = re.compile(r"trailing characters \(byte (\d+)\)")
_decode = msgspec.json.Decoder().decode


@dataclass(frozen=True, slots=True)
class JsonArraySource:
    """A JSON array, alone or under a key."""

    content: Content
    """The bytes."""
    key: tuple[str, ...] = ()
    """The keys that lead to the array, from the outside in; none when the array is the whole text."""

    def describe(self) -> base.Description:
        """What this source is."""
        return self.content.describe("json")

    def ranges(self, count: int) -> list[base.Range]:
        """Pieces of about the same size, divided where one record seems to end and the next to begin."""
        whole = [base.Range(self.content.text_start)]
        border = self._border() if count > 1 and self.content.divisible else None
        if border is None:
            return whole
        size = self.content.size_bytes
        wanted = [size * part // count for part in range(1, count)]
        edges = [(self.content.text_start, 0), *json_borders.places(self.content, border, wanted)]
        ends: list[tuple[int | None, int | None]] = [*edges[1:], (None, None)]
        return [
            base.Range(start, end, index, behind) for (start, index), (end, behind) in zip(edges, ends, strict=True)
        ]

    def read(self, piece: base.Range, *, after: Position | None = None) -> Iterator[SourceRecord | Rejection]:
        """Every element of the array."""
        return (found for found in self._elements(piece, after, None) if not isinstance(found, TextSheet))

    def sheets(self, piece: base.Range, *, absent: Any = None) -> Iterator[TextSheet | RecordSheet]:
        """The same in sheets, one per block of the file as a rule."""
        gathered: list[SourceRecord | Rejection] = []
        for found in self._elements(piece, None, self._border(), absent=absent):
            if not isinstance(found, TextSheet):
                gathered.append(found)
            if gathered and (isinstance(found, TextSheet) or len(gathered) == RECORDS_MAX):
                yield RecordSheet(gathered)
                gathered = []
            if isinstance(found, TextSheet):
                yield found
        if gathered:
            yield RecordSheet(gathered)

    def _border(self) -> Border | None:
        """What stands between two records, as far as the first two tell."""
        head = b"".join(islice(self.content.blocks(), json_borders.HEAD_BLOCKS))
        window = Window(iter([head]), self.content.text_start)
        try:
            json_key.go_inside(window, self.key)
            _open(window)
            first = window.byte if _go_to_element(window, first=True) else 0
            _element(window)
            end = window.byte
            second = window.byte if _go_to_element(window, first=False) else 0
        except (Damage, SourceDamaged):
            return None
        return json_borders.between(head, *(place - self.content.text_start for place in (first, end, second)))

    def _elements(
        self, piece: base.Range, after: Position | None, border: Border | None, *, absent: Any = None
    ) -> Iterator[SourceRecord | Rejection | TextSheet]:
        """Every element of the array, one by one; many in a sheet where a border between them is known."""
        start, index = piece.start, piece.index
        if after is not None and after.byte is not None:
            start, index = after.byte, after.index
        window = Window(self.content.blocks(start), start)
        shape, misled = Shape(absent=absent), 0
        try:
            there = True  # an element, where the window stands
            if after is not None:
                _element(window)
                index += 1
                there = _go_to_element(window, first=False)
            elif not piece.index:
                json_key.go_inside(window, self.key)
                _open(window)
                there = _go_to_element(window, first=True)
            while there:
                if piece.end is not None and window.byte >= piece.end:
                    _hold_to((window.byte, index), piece)
                    return
                sheet, texts = _sheet(window, shape, border, piece.end, index) if border else (None, 0)
                misled += texts > (sheet.count if sheet else 0)
                if misled == MISLED_MAX:
                    border = None
                if sheet:
                    index += sheet.count
                    yield sheet
                else:
                    place = Position(index, None, window.byte)
                    fields = _element(window)
                    index += 1
                    yield _found(fields, place)
                there = _go_to_element(window, first=False)
            _hold_to((None, None), piece)
            json_key.go_outside(window, self.key)
        except (Damage, SourceDamaged) as cause:
            if piece.index:
                raise base.RangesWrong from None  # or damage, which shows when everything is read
            raise base.damaged(self.content.address, str(cause), Position(index, None, window.byte)) from cause


def _hold_to(reached: tuple[int | None, int | None], piece: base.Range) -> None:
    """Hold byte and number where a piece ends against what was guessed when the source was divided."""
    if reached != (piece.end, piece.behind):
        raise base.RangesWrong


def _sheet(window: Window, shape: Shape, border: Border, end: int | None, index: int) -> tuple[TextSheet | None, int]:
    """Several records from where the window stands, passed, if borders divide them; and how many texts they divide."""
    texts = json_borders.texts_ahead(window, border, end)
    if not texts:
        return None, 0
    place = partial(json_borders.positions, index, window.byte, border)
    sheet = TextSheet(texts, shape, place, _read)
    records = next((row for row in sheet.odd if _object(texts[row]) is None), len(texts))
    if records == 0:
        return None, len(texts)
    if records < len(texts):  # there is a border inside a record, or something that is none
        sheet = TextSheet(texts[:records], shape, place, _read)
    window.at += sum(map(len, texts[:records])) + len(border.gap) * (records - 1)
    return sheet, len(texts)


def _read(text: bytes, place: Position) -> SourceRecord | Rejection:
    """The record in a text that is known to be one."""
    return _found(json_record.read(text), place)


def _found(fields: json_record.Fields | json_record.NotRecord, place: Position) -> SourceRecord | Rejection:
    if isinstance(fields, json_record.NotRecord):
        return base.rejected(place, fields.reason, fields.remedy)
    return SourceRecord(place, fields)


def _open(window: Window) -> None:
    """Pass the opening bracket."""
    first = window.peek()
    if first != b"[":
        raise Damage("the text is not a JSON array" if first else "there is nothing to read")
    window.at += 1


def _go_to_element(window: Window, *, first: bool) -> bool:
    """Go to the next element; False behind the closing bracket."""
    if not first and (found := _TO_NEXT.match(window.data, window.at)):
        # Nearly always; what follows is for the edges of blocks, the ends, and whatever is wrong.
        window.at = found.end()
        return True
    character = window.peek()
    if first and character not in (b"]", b""):
        return True
    if character == b",":
        window.at += 1
        if window.peek() != b"]":
            return True
        raise Damage("the array ends with a comma")
    if character == b"]":
        window.at += 1
        return False
    raise Damage("a comma or a closing bracket is missing" if character else "the array breaks off before its end")


def _element(window: Window) -> json_record.Fields | json_record.NotRecord:
    """Read and pass the element where the window stands."""
    fields = _guess(window)
    if fields is None and window.is_short and window.more():
        # The commonest reason of a failed guess is the edge of a block.
        fields = _guess(window)
    if fields is not None:
        return fields
    text = scan_value(window)
    if text is None:
        return TOO_LARGE
    try:
        fields_or_not = json_record.read(text)
    except json_record.Unbounded as cause:
        window.at += cause.offset
        raise Damage("the text is not JSON") from None
    window.at += len(text)
    return fields_or_not


def _guess(window: Window) -> json_record.Fields | json_record.NotRecord | None:
    """The object where the window stands, passed, if its end was guessed."""
    data, start = window.data, window.at
    if data[start : start + 1] != b"{":
        return None
    if not window.nested:
        found = _END.search(data, start)
        text = b"" if found is None else data[start : found.end()]
        fields = _object(text)
        if fields is not None:
            window.at += len(text)
            return json_record.unless_repeated(text, fields)
    text = data[start : start + _object_size(memoryview(data)[start:])]
    fields = _object(text)
    if fields is None:
        return None
    window.at += len(text)
    window.nested = True
    return json_record.unless_repeated(text, fields)


def _object(text: bytes) -> json_record.Fields | None:
    """The object, if that is what the whole text is."""
    try:
        fields: json_record.Fields = _decode(text)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
        return None
    return fields


def _object_size(text: memoryview) -> int:
    """How far the decoder says the value at the start of the text reaches; 0 when it does not say."""
    try:
        _decode(text)
    except msgspec.DecodeError as cause:
        told = _TRAILING.search(str(cause))
        # The byte it names, from 1, is the first one too many.
        return 0 if told is None else int(told[1]) - 1
    except (UnicodeDecodeError, RecursionError):
        return 0
    return len(text)
