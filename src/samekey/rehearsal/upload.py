"""The multipart body of an import request, in any order of its parts."""

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from python_multipart import multipart
from python_multipart.exceptions import MultipartParseError

if TYPE_CHECKING:
    from python_multipart.multipart import MultipartCallbacks

_PARTS_MAX = 32


class UploadUnreadable(ValueError):
    """The body is not a multipart form."""


@dataclass(slots=True)
class Upload:
    """The parts by name: texts, and the one file that matters."""

    texts: dict[str, str] = field(default_factory=dict)
    files: dict[str, bytes] = field(default_factory=dict)
    """Parts that came with a file name; the name itself and the content type are not looked at."""


def parse(body: bytes, content_type: str) -> Upload:
    """Read a whole multipart body.

    Raises:
        UploadUnreadable: when it is not one, breaks off, or has more parts than anybody needs.

    """
    kind, options = multipart.parse_options_header(content_type)
    boundary = options.get(b"boundary")
    if kind != b"multipart/form-data" or not boundary:
        raise UploadUnreadable
    collector = _Collector()
    try:
        parser = multipart.MultipartParser(boundary, collector.callbacks())
        parser.write(body)
        parser.finalize()
    except MultipartParseError as problem:
        raise UploadUnreadable from problem
    if not collector.is_complete:
        raise UploadUnreadable
    return collector.upload


class _Collector:
    """Puts together what the parser announces piece by piece."""

    def __init__(self) -> None:
        self.upload = Upload()
        self.is_complete = False
        self._parts = 0
        self._header_name = b""
        self._header_value = b""
        self._disposition = b""
        self._data: list[bytes] = []

    def callbacks(self) -> "MultipartCallbacks":
        """What the parser calls."""
        return {
            "on_part_begin": self._on_part_begin,
            "on_header_field": self._on_header_field,
            "on_header_value": self._on_header_value,
            "on_header_end": self._on_header_end,
            "on_part_data": self._on_part_data,
            "on_part_end": self._on_part_end,
            "on_end": self._on_end,
        }

    def _on_part_begin(self) -> None:
        self._parts += 1
        if self._parts > _PARTS_MAX:
            raise UploadUnreadable
        self._disposition = b""
        self._data = []

    def _on_header_field(self, data: bytes, start: int, end: int) -> None:
        self._header_name += data[start:end]

    def _on_header_value(self, data: bytes, start: int, end: int) -> None:
        self._header_value += data[start:end]

    def _on_header_end(self) -> None:
        if self._header_name.lower() == b"content-disposition":
            self._disposition = self._header_value
        self._header_name = self._header_value = b""

    def _on_part_data(self, data: bytes, start: int, end: int) -> None:
        self._data.append(data[start:end])

    def _on_part_end(self) -> None:
        _, options = multipart.parse_options_header(self._disposition)
        name = options.get(b"name", b"").decode("utf-8", "replace")
        content = b"".join(self._data)
        if b"filename" in options:
            self.upload.files[name] = content
        else:
            self.upload.texts[name] = content.decode("utf-8", "replace")

    def _on_end(self) -> None:
        self.is_complete = True
