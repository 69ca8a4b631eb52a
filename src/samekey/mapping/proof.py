"""What one known password proves of a record: how its stored password was made, and with which of its columns."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from samekey.hashes import registry, solver
from samekey.hashes.solver import Solved
from samekey.lookup import Evaluate, ExpressionFailed, Fields
from samekey.mapping.expressions import Expression, compile_expression

_BESIDE = ("salt", "username", "login", "email", "id")
"""Names, or ends of names, of columns that may belong to a stored password."""
_NEIGHBOURS_MAX = 5


@dataclass(frozen=True, slots=True)
class Proof:
    """What was found."""

    solved: Solved
    """Of the reading that was proved, or of the last that was tried."""
    tried: int
    """Readings that were tried in all."""
    part: str = ""
    """What a column that the rules do not name yet means to the hash: salt or username."""
    column: str = ""
    """The name of that column."""

    @property
    def format(self) -> str:
        """The name of the reading in the catalogue; empty where nothing was proved, or it has none."""
        name = (self.solved.conversion.format if self.solved.conversion else None) or ""
        return name if self.solved.proved and name in registry.FORMATS else ""


def prove(
    stored: Expression | Mapping[str, Expression],
    fields: Fields,
    *,
    password: str,
    seconds_max: float = solver.SECONDS_MAX,
) -> Proof:
    """Find out how a stored password was made.

    Args:
        stored: where it stands in the record.
        fields: of the record.
        password: that belongs to it.
        seconds_max: when to give up, divided evenly among the columns that may belong to it.

    """
    value, columns = _value(stored, fields)
    neighbours = [(name, beside) for name, beside in _neighbours(fields) if beside not in columns.values()]
    neighbours = neighbours[:_NEIGHBOURS_MAX]
    seconds_each = seconds_max / (1 + len(neighbours))
    solved = solver.solve(value, password=password, seconds_max=seconds_each)
    tried = len(solved.tried)
    if solved.proved:
        return Proof(solved, tried)
    for name, beside in neighbours:
        part = "salt" if name.lower().endswith("salt") else "username"
        known = {**columns, part: beside}
        other = solver.solve(value, password=password, known=known, seconds_max=seconds_each)
        tried += len(other.tried)
        if other.proved:
            return Proof(other, tried, part, name)
    return Proof(solved, tried)


def _value(stored: Expression | Mapping[str, Expression], fields: Fields) -> tuple[Any, dict[str, Any]]:
    """The stored value, and its columns where it has several."""
    if isinstance(stored, Expression):
        return _found(compile_expression(stored), fields), {}
    columns = {name: _found(compile_expression(each), fields) for name, each in stored.items()}
    return columns, columns


def _neighbours(fields: Fields) -> Iterator[tuple[str, str]]:
    """Columns of the record that a stored password may need; salts first."""
    texts = {name: str(value) for name, value in fields.items() if isinstance(value, str | int) and str(value)}
    for wanted in _BESIDE:
        yield from ((name, value) for name, value in texts.items() if name.lower().endswith(wanted))


def _found(find: Evaluate, fields: Fields) -> Any:
    try:
        return find(fields)
    except ExpressionFailed:
        return None
