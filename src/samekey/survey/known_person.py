"""One person of a source whose password is known: what it proves of everybody whose password looks like theirs."""

from dataclasses import dataclass
from typing import Any

from samekey.lookup import Fields
from samekey.mapping import proof, proof_columns
from samekey.mapping.expressions import Expression
from samekey.mapping.proof import Proof
from samekey.origins import catalog
from samekey.records import Position, SourceRecord
from samekey.secret import Secret
from samekey.sources.base import Source
from samekey.survey.draft_password import Decision
from samekey.survey.findings import Findings, PasswordFound, Path, expression
from samekey.survey.password_tally import PasswordTally
from samekey.survey.rows import RecordRows, value_at

_HOW = "a known login proved it"
_SECONDS_MAX = 6.0
"""Somebody waits for the answer."""


@dataclass(frozen=True, slots=True)
class Proved:
    """What the person's password says."""

    position: Position
    """Where the person stands."""
    cluster: str
    """The cluster of their stored password, as the survey named it."""
    proof: Proof
    columns: dict[str, Any] | None
    """Of `stored`, as rules; None where no expression says them."""

    @property
    def decision(self) -> Decision | None:
        """For the draft; None where nothing was proved, or the catalogue has no name for it."""
        if not self.proof.format or self.columns is None:
            return None
        return Decision(self.proof.format, _HOW, self.columns)


def prove(source: Source, found: Findings, *, username: str, password: Secret) -> Proved | None:
    """Look for a person in a source, and hold their password against what is stored.

    Args:
        source: what was surveyed.
        found: by the survey.
        username: what the person types, in any letter case.
        password: theirs.

    Returns:
        What it proves, or that it proves nothing; None where nobody is called so.

    """
    record = _person(source, found, username.strip().lower())
    if record is None or found.password is None:
        return None
    stored = _stored(found.password)
    proved = proof.prove(stored, record.fields, password=password.reveal(), seconds_max=_SECONDS_MAX)
    columns = proof_columns.columns(proved, stored, record.fields) if proved.solved.proved else None
    return Proved(record.position, _cluster(found, found.password, record), proved, columns)


def _person(source: Source, found: Findings, username: str) -> SourceRecord | None:
    paths = [identifier.path for identifier in found.identifiers if identifier.property != "user_id"]
    for piece in source.ranges(1):
        for item in source.read(piece):
            if isinstance(item, SourceRecord) and username in {_name(path, item.fields) for path in paths}:
                return item
    return None


def _name(path: Path, fields: Fields) -> str:
    value = value_at(path, fields)
    return str(value).lower() if isinstance(value, str | int) else ""


def _stored(password: PasswordFound) -> Expression | dict[str, Expression]:
    if password.columns:
        return {name: Expression(text) for name, text in password.columns.items()}
    if password.salt_path is None:
        return Expression(expression(password.path))
    return {"hash": Expression(expression(password.path)), "salt": Expression(expression(password.salt_path))}


def _cluster(found: Findings, password: PasswordFound, record: SourceRecord) -> str:
    """The cluster that the survey counted this record in."""
    formats = catalog.origin(found.origin.name).password.formats
    tally = PasswordTally(password.path, password.salt_path, password.columns, formats)
    tally.add(RecordRows([record]))
    return tally.found(1).clusters[0].name
