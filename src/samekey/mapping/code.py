"""Python functions that a rules file names, for what no expression says. The only place where code from outside is run.

A function gets the fields of a record and returns the value. What it raises rejects that record; neither the message,
which may quote a value, nor anything it prints reaches a report or stdout.
"""

import contextlib
import hashlib
import importlib
import importlib.util
import re
import sys
import traceback
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from types import ModuleType
from typing import Any

from samekey.lookup import Evaluate, ExpressionFailed, ExpressionInvalid, Fields

_REFERENCE = re.compile(r"(?P<place>[^:]+):(?P<function>[A-Za-z_]\w*)")


class CodeFailed(ExpressionFailed):
    """The function could not say what it is asked for of this record."""


@dataclass(frozen=True)
class Function:
    """A function that was found."""

    reference: str
    """As the rules name it."""
    file: str
    """Where it stands; empty where it stands in no file."""
    call: Callable[[dict[str, Any]], Any]

    def source_sha256(self) -> str:
        """What its file holds, so that a change of the code is noticed; empty without a file."""
        with contextlib.suppress(OSError):
            return hashlib.sha256(Path(self.file).read_bytes()).hexdigest()
        return ""


def load(reference: str, folder: Path) -> Function:
    """Find a function, and with it run its module.

    Args:
        reference: `file.py:function` or `module:function`.
        folder: where relative files lie: that of the rules file.

    Raises:
        ExpressionInvalid: there is none, or its module cannot be loaded.

    """
    parts = _REFERENCE.fullmatch(reference)
    if parts is None:
        raise ExpressionInvalid("write module:function or file.py:function")
    place, name = parts["place"], parts["function"]
    try:
        with contextlib.redirect_stdout(sys.stderr):
            module = _from_file(folder / place) if place.endswith(".py") else importlib.import_module(place)
    except FileNotFoundError:
        raise ExpressionInvalid(f"{place} does not exist") from None
    except (ImportError, SyntaxError) as error:
        raise ExpressionInvalid(f"{place} cannot be loaded: {str(error).splitlines()[0]}") from error
    except (Exception, SystemExit) as error:
        raise ExpressionInvalid(f"{place} cannot be loaded: it raised {type(error).__name__}") from error
    call = getattr(module, name, None)
    if not callable(call):
        raise ExpressionInvalid(f"there is no function {name} in {place}")
    return Function(reference, getattr(module, "__file__", None) or "", call)


def caller(function: Function) -> Evaluate:
    """A function from fields to the value; it raises `CodeFailed` and nothing else."""

    def call(fields: Fields) -> Any:
        try:
            with contextlib.redirect_stdout(sys.stderr):
                return function.call(dict(fields))
        except (Exception, SystemExit) as error:  # noqa: BLE001  # somebody else's code may raise anything
            # Not chained: what the function says of a record may be somebody's password.
            raise CodeFailed(f"{function.reference} raised {type(error).__name__}{_line(error, function)}.") from None

    return call


def _line(error: BaseException, function: Function) -> str:
    """Where in the function's own file it happened."""
    lines = [at.lineno for at in traceback.extract_tb(error.__traceback__) if at.filename == function.file]
    return f" in line {lines[-1]}" if lines else ""


def _from_file(path: Path) -> ModuleType:
    """Run a file as a module of its own; functions of one file share it."""
    path = path.resolve()
    name = f"samekey_rules_{hashlib.sha256(str(path).encode() + path.read_bytes()).hexdigest()[:16]}"
    if name in sys.modules:
        return sys.modules[name]
    spec = importlib.util.spec_from_file_location(name, path)
    if spec is None or spec.loader is None:
        raise ImportError("no Python file")
    module = importlib.util.module_from_spec(spec)
    sys.modules[name] = module
    try:
        spec.loader.exec_module(module)
    except BaseException:
        del sys.modules[name]
        raise
    return module
