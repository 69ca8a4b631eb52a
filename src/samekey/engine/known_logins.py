"""Known people among the records: each must get in by what is packed, else nobody is.

Where one would not, the password that the team knows says how it was hashed, and so what the rules should say.
"""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any, NoReturn

import msgspec

from samekey.errors import UsageError
from samekey.hashes import auth0_check
from samekey.lookup import Evaluate, ExpressionFailed, Fields
from samekey.mapping import proof_columns
from samekey.mapping.expressions import Expression, compile_expression
from samekey.mapping.proof import prove
from samekey.mapping.rules import IDENTIFIERS, PasswordRules, Rules
from samekey.records import Held, LeftOut, Position, Rejection, SourceRecord, UserColumns
from samekey.sources.sheets import Sheet

_UNDECIDED = frozenset({"password-undecided", "password-not-this-format"})
"""Rejections that a known password can do something about."""


class KnownLogins:
    """What is known of some people, held against what becomes of them."""

    def __init__(self, rules: Rules, passwords: Mapping[str, str]) -> None:
        """Args:
        rules: by which they are packed.
        passwords: by identifier in lower case.

        """
        self._passwords = passwords
        self._identifiers = [
            compile_expression(rule)
            for name in IDENTIFIERS
            if isinstance(rule := rules.user.get(name), Expression)
        ]  # fmt: skip
        self._password = rules.password
        self.proved: set[str] = set()
        """Clusters of which one matched."""
        self.met: set[str] = set()
        """Who was found."""

    def look(self, sheet: Sheet, users: UserColumns, others: Sequence[Rejection | Held | LeftOut]) -> None:
        """Look at what a sheet has become.

        Raises:
            UsageError: somebody known would not get in; the remedy names what the password proves.

        """
        for row, values in enumerate(zip(*users.identifiers.values(), strict=True)):
            login = next((value for value in values if value in self._passwords), None)
            if login is None:
                continue
            self.met.add(login)
            payload = msgspec.json.decode(users.payloads[row]).get("custom_password_hash")
            if not payload or not auth0_check.check(payload, password=self._passwords[login]).match:
                self._refuse(users.positions[row], _fields_at(sheet, users.positions[row]), login)
            self.proved.add(users.kinds[row][0])
        places = {each.position.index: each for each in others if not isinstance(each, LeftOut)}
        if places:
            self._look_at_others(sheet, places)

    def _look_at_others(self, sheet: Sheet, places: Mapping[int, Rejection | Held]) -> None:
        """Whoever is rejected because nobody knows the format, or by a format that is not theirs."""
        for row, position in enumerate(sheet.positions()):
            other = places.get(position.index)
            record = sheet.record(row) if other is not None else None
            if not isinstance(record, SourceRecord):
                continue
            login = next((name for name in self._names(record.fields) if name in self._passwords), None)
            if login is None:
                continue
            self.met.add(login)
            if isinstance(other, Rejection) and other.reason in _UNDECIDED:
                self._refuse(position, record.fields, login)

    def _names(self, fields: Fields) -> Iterator[str]:
        for find in self._identifiers:
            value = _found(find, fields)
            if isinstance(value, str):
                yield value.lower()

    def _refuse(self, position: Position, fields: Fields, login: str) -> NoReturn:
        said = _told(self._password, fields, self._passwords[login]) if self._password else _NO_PASSWORD
        raise UsageError(
            f"The known login of {position} does not match its password as it would be packed.",
            remedy=f"{said} Nothing was packed.",
        )


_NO_PASSWORD = "The rules carry no password: add a [password] section."  # noqa: S105  # a sentence
_NOTHING_FITS = (
    "No reading that samekey knows fits either ({tried} were tried): perhaps the known password is another, or a salt "
    "or pepper is missing among the columns of `stored`."
)


def _told(rules: PasswordRules, fields: Fields, password: str) -> str:
    """What the known password proves, as something to write into the rules."""
    proof = prove(rules.stored, fields, password=password)
    solved = proof.solved
    if not solved.proved:
        return _NOTHING_FITS.format(tried=proof.tried)
    if not proof.format:
        return f"The password proves another reading, {solved.reading}, for which the catalogue has no name."
    said = f'The password proves {solved.reading}: write format = "{proof.format}"'
    needed = proof_columns.columns(proof, rules.stored, fields)
    if needed is None:
        beside = (("salt", solved.salt), ("pepper", solved.pepper))
        said += f", and give `stored` {' and '.join(f'a `{name}` that is {words}' for name, words in beside if words)}"
    elif needed:
        said += f" and stored = {{ {_written(rules.stored, needed)} }}"
    if solved.also:
        said += f" (or {', '.join(solved.also)}; another known login tells)"
    if solved.conversion and solved.conversion.verdict == "bridge":
        return f"{said}. Auth0 cannot check it: these people will be held."
    return f"{said} in [password]."


def _written(stored: Expression | Mapping[str, Expression], needed: Mapping[str, Any]) -> str:
    """The columns of `stored`, those that are there already included, as a rules file has them."""
    there = {"hash": stored} if isinstance(stored, Expression) else stored
    values = {name: _as_rule(each) for name, each in there.items()} | {
        name: f"{{ {', '.join(f'{key} = {_toml(inner)}' for key, inner in value.items())} }}"
        if isinstance(value, dict)
        else _toml(value)
        for name, value in needed.items()
    }
    return ", ".join(f"{name} = {value}" for name, value in values.items())


def _as_rule(expression: Expression) -> str:
    """A plain path as it stands in the rules; anything longer stays to be copied."""
    plain = expression.text and not expression.treatments and expression.default is None
    return _toml(expression.text) if plain else "…"


def _toml(value: object) -> str:
    """Text, true or false in TOML, which is as in JSON."""
    return msgspec.json.encode(value).decode()


def _found(find: Evaluate, fields: Fields) -> Any:
    try:
        return find(fields)
    except ExpressionFailed:
        return None


def _fields_at(sheet: Sheet, position: Position) -> Fields:
    """The fields of the record that stands there."""
    record = sheet.record(sheet.positions().index(position))
    return record.fields if isinstance(record, SourceRecord) else {}
