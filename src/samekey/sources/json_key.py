"""The array of records that stands under a key of an object: the way in, the way out, and which keys hold one."""

import re
from collections.abc import Iterator

import msgspec

from samekey.sources.json_window import Damage, Window, scan_value, skip_value

_OBJECTS = re.compile(rb"\[[ \t\r\n]*+\{")


def go_inside(window: Window, key: tuple[str, ...]) -> None:
    """Go from the start of the text to the value under a key.

    Args:
        window: stands before the outermost object.
        key: the keys that lead there, from the outside in.

    Raises:
        Damage: there is no such key, or the text is not JSON up to it.

    """
    for name in key:
        _open_object(window)
        first = True
        while (member := _member(window, first=first)) != name:
            if member is None:
                raise Damage(f"there is no key {name!r}")
            first = False
            skip_value(window)
        window.peek()


def go_outside(window: Window, key: tuple[str, ...]) -> None:
    """Go from the end of the value under a key to the end of the text.

    Args:
        window: stands behind the value.
        key: the keys that led there.

    Raises:
        Damage: the text breaks off, is not JSON, or has one of the keys twice, so that records would be lost.

    """
    for name in reversed(key):
        while (member := _member(window, first=False)) is not None:
            if member == name:
                raise Damage(f"the key {name!r} stands there twice")
            skip_value(window)
    if window.peek():
        raise Damage("there is text behind the end of the array")


def keys_of_arrays(window: Window) -> Iterator[str]:
    """The keys of an object under which arrays of objects stand.

    Args:
        window: stands before the object.

    Raises:
        Damage: the text breaks off or is not JSON.

    """
    _open_object(window)
    first = True
    while (name := _member(window, first=first)) is not None:
        first = False
        window.peek()
        if window.is_short:
            window.more()
        if _OBJECTS.match(window.data, window.at):
            yield name
        skip_value(window)


def _open_object(window: Window) -> None:
    if window.peek() != b"{":
        raise Damage("there is no object where the key should be")
    window.at += 1


def _member(window: Window, *, first: bool) -> str | None:
    """Pass the next key of an object and its colon; None behind the closing brace."""
    character = window.peek()
    if character == b"}":
        window.at += 1
        return None
    if not first:
        if character != b",":
            raise Damage("a comma or a closing brace is missing" if character else "the text breaks off")
        window.at += 1
        character = window.peek()
    if character != b'"':
        raise Damage("a key is missing" if character else "the text breaks off")
    name = _text(window)
    if window.peek() != b":":
        raise Damage("a colon is missing")
    window.at += 1
    window.peek()
    return name


def _text(window: Window) -> str:
    """Read and pass the text where the window stands."""
    text = scan_value(window)
    try:
        if text is None:
            raise Damage("a key has no end")
        name = msgspec.json.decode(text, type=str)
    except (msgspec.DecodeError, UnicodeDecodeError) as cause:
        raise Damage("a key is not JSON") from cause
    window.at += len(text)
    return name
