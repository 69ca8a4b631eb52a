"""A secret shows itself through `reveal()` and through nothing else."""

import copy
import json
import logging
import pickle
import pprint
import traceback
from collections.abc import Callable
from dataclasses import asdict, dataclass

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from samekey.secret import Secret

TEXT = "Tr0ub4dor&3"


@dataclass
class Holder:
    """Something that has a password among other things."""

    name: str
    password: Secret


def logged(secret: Secret) -> str:
    """As a log line has it."""
    record = logging.LogRecord("samekey", logging.INFO, __file__, 1, "password %s %r", (secret, secret), None)
    return logging.Formatter().format(record)


def traced(secret: Secret) -> str:
    """As a traceback with local variables has it."""
    held = {"password": secret}
    with pytest.raises(KeyError) as caught:
        held["other"]
    return "".join(traceback.TracebackException.from_exception(caught.value, capture_locals=True).format())


SHOWN: list[tuple[str, Callable[[Secret], str]]] = [
    ("repr", repr),
    ("str", str),
    ("f-string", lambda secret: f"{secret} {secret!s} {secret!r} {secret!a}"),
    ("format", "{:>30}".format),
    ("percent", lambda secret: "%s %r" % (secret, secret)),  # noqa: UP031  # the old way, too
    ("list", lambda secret: str([secret])),
    ("dataclass", lambda secret: repr(Holder("ann", secret))),
    ("pprint", lambda secret: pprint.pformat({"password": secret})),
    ("error", lambda secret: str(ValueError(secret))),
    ("traceback", traced),
    ("log", logged),
]
WRITTEN: list[tuple[str, Callable[[Secret], object]]] = [
    ("pickle", pickle.dumps),
    ("old-pickle", lambda secret: pickle.dumps(secret, protocol=0)),
    ("json", json.dumps),
    ("msgspec", msgspec.json.encode),
    ("copy", copy.copy),
    ("deepcopy", copy.deepcopy),
    ("asdict", lambda secret: asdict(Holder("ann", secret))),
]


class TestSecret:
    """Nothing that is printed or written holds the text, nor anything computed from it."""

    @pytest.mark.parametrize("show", [pytest.param(show, id=name) for name, show in SHOWN])
    def test_shows_its_kind_only(self, show: Callable[[Secret], str]) -> None:
        """However it gets into a text."""
        shown = show(Secret(TEXT, "password"))
        assert "<password>" in shown
        assert TEXT not in shown

    @pytest.mark.parametrize("write", [pytest.param(write, id=name) for name, write in WRITTEN])
    def test_is_not_written(self, write: Callable[[Secret], object]) -> None:
        """Whoever tries is told, and not what it was."""
        with pytest.raises(TypeError) as caught:
            write(Secret(TEXT))
        assert TEXT not in "".join(traceback.format_exception(caught.value))

    @given(st.text(min_size=1))
    def test_shows_the_same_for_every_text(self, text: str) -> None:
        """Neither its length nor a fingerprint."""
        assert "<token>" == repr(Secret(text, "token"))

    def test_comes_out_when_asked(self) -> None:
        """For the one place that needs it."""
        assert TEXT == Secret(TEXT).reveal()

    def test_can_be_compared(self) -> None:
        """With its like; a text is never equal to it."""
        assert Secret(TEXT, "a") == Secret(TEXT, "b")
        assert Secret(TEXT) != Secret("other")
        assert Secret(TEXT) != TEXT

    def test_cannot_be_hashed(self) -> None:
        """A hash is something computed from the text."""
        with pytest.raises(TypeError):
            hash(Secret(TEXT))

    def test_is_true_when_there_is_one(self) -> None:
        """As a text is."""
        assert Secret(TEXT)
        assert not Secret("")

    def test_has_no_attributes_to_list(self) -> None:
        """Tools that print `__dict__` find none."""
        assert not hasattr(Secret(TEXT), "__dict__")
