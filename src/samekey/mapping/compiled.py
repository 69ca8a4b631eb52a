"""Rules become one plain function: a source record goes in, a User, a Rejection or a Held comes out.

Everything that depends on the rules alone is decided here once; what is left for each record is to fetch values, hold
them against Auth0's schema and decide what becomes of the password.
"""

from collections.abc import Callable, Mapping
from typing import Any

import msgspec

from samekey.auth0 import limits
from samekey.hashes import conversion
from samekey.hashes.conversion import Conversion
from samekey.lookup import Evaluate, ExpressionFailed, Fields
from samekey.mapping import acceptance, treatments
from samekey.mapping.code import CodeFailed
from samekey.mapping.columns import MapSheet, compile_columns
from samekey.mapping.expressions import Expression, compile_expression
from samekey.mapping.placing import compile_placing
from samekey.mapping.rules import (
    AUTO_FORMAT,
    BOOLEAN_PROPERTIES,
    IDENTIFIERS,
    METADATA_PROPERTIES,
    OTHER_PROPERTIES,
    Metadata,
    PasswordRules,
    Rules,
)
from samekey.records import Held, LeftOut, Position, Rejection, SourceRecord, User

Mapped = User | Rejection | Held | LeftOut
MapRecord = Callable[[SourceRecord], Mapped]

_encode = msgspec.json.Encoder().encode


class _Unusable(Exception):  # a way out of nested reading, turned into a Rejection at once
    """A value of this record cannot be used."""

    def __init__(self, reason: str, field: str, remedy: str) -> None:
        self.reason = reason
        self.field = field
        self.remedy = remedy
        super().__init__(reason)


def compile_rules(rules: Rules) -> MapRecord:
    """Make the function that maps one record.

    Args:
        rules: checked rules.

    Returns:
        A function that never raises for anything a record can hold: what cannot be used is a Rejection that names the
        property and the remedy, what must wait is a Held, what the rules do not want is a LeftOut.

    """
    return _filtered(rules, _placed(rules, _long_way(rules)))


def compile_sheets(rules: Rules) -> MapSheet:
    """Make the function that maps a sheet of records, many times faster and with the same result.

    Args:
        rules: checked rules.

    """
    convert, auto = None, False
    if rules.password:
        convert, auto = _converters(rules.password.formats), AUTO_FORMAT in rules.password.formats
    return compile_columns(rules, compile_rules(rules), convert, exact_only=auto)


def _filtered(rules: Rules, map_record: MapRecord) -> MapRecord:
    """Leave out the records for which `where` is not true, before anything else is asked of them."""
    if rules.where is None:
        return map_record
    find = _guarded("where", compile_expression(rules.where))
    key_of = _key_of(rules)

    def map_wanted(record: SourceRecord) -> Mapped:
        try:
            wanted = treatments.truth(find(record.fields))
        except _Unusable as unusable:
            return Rejection(record.position, unusable.reason, unusable.field, unusable.remedy, key_of(record.fields))
        return map_record(record) if wanted else LeftOut(record.position, key_of(record.fields))

    return map_wanted


def _placed(rules: Rules, map_record: MapRecord) -> MapRecord:
    """Say of users where they go and when, where the rules do."""
    place = compile_placing(rules)
    if place is None:
        return map_record

    def map_placed(record: SourceRecord) -> Mapped:
        mapped = map_record(record)
        return place(record.fields, mapped) if type(mapped) is User else mapped

    return map_placed


def _long_way(rules: Rules) -> MapRecord:
    properties = [(name, _property(name, rule)) for name, rule in rules.user.items()]
    find_key = _text("key", compile_expression(rules.key)) if rules.key else None
    find_partition = _text("partition", compile_expression(rules.partition.by)) if rules.partition else None
    decide = _password(rules.password) if rules.password else None
    key_of = _key_of(rules)

    def map_record(record: SourceRecord) -> Mapped:
        position, fields = record.position, record.fields
        key = ""
        try:
            key = (find_key(fields) or "") if find_key else ""
            user = {name: value for name, read in properties if (value := read(fields)) is not None}
            identifiers = {name: user[name].lower() for name in IDENTIFIERS if name in user}
            if "user_id" in user:
                identifiers["user_id"] = user["user_id"]  # Auth0 keeps an id as it came; ids may differ in case alone
            key = key or _first_identifier(user)
            refused = acceptance.refusal(user)
            if refused:
                return Rejection(position, *refused, key=key)
            cluster, verdict = "", "none"
            if decide:
                decided = decide(fields, user)
                cluster, verdict = decided.cluster, decided.verdict
                if verdict in {"bridge", "reset"} and not _sends(rules.password, decided):
                    return _held(position, key, decided, user)
            partition = (find_partition(fields) or "") if find_partition else ""
        except _Unusable as unusable:
            return Rejection(position, unusable.reason, unusable.field, unusable.remedy, key=key or key_of(fields))
        try:
            payload = _encode(user)
        except (TypeError, ValueError, RecursionError):  # an expression may yield what JSON does not have
            return Rejection(
                position, "wrong-type", "", "The rules make something of this record that is not JSON.", key
            )
        if len(payload) > limits.PROFILE_BYTES_MAX and _profile_bytes(user) > limits.PROFILE_BYTES_MAX:
            remedy = f"Auth0 keeps profiles up to {limits.PROFILE_BYTES_MAX} bytes: carry less metadata."
            return Rejection(position, "profile-too-large", "app_metadata", remedy, key=key)
        return User(position, key, identifiers, payload, partition, cluster, verdict)

    return map_record


def _held(position: Position, key: str, decided: Conversion, user: Mapping[str, Any]) -> Held:
    return Held(
        position,
        key,
        decided.verdict,
        decided.reason or "",
        decided.explanation,
        decided.cluster,
        user.get("email", ""),
    )


def _key_of(rules: Rules) -> Callable[[Fields], str]:
    """How a record is known of which nothing else is asked; empty where that cannot be read."""
    find_key = _text("key", compile_expression(rules.key)) if rules.key else None
    identifiers = [
        (name, _property(name, rules.user[name])) for name in ("user_id", *IDENTIFIERS) if name in rules.user
    ]

    def key_of(fields: Fields) -> str:
        try:
            key = (find_key(fields) or "") if find_key else ""
            return key or _first_identifier(
                {name: value for name, read in identifiers if (value := read(fields)) is not None}
            )
        except _Unusable:
            return ""

    return key_of


def _first_identifier(user: Mapping[str, Any]) -> str:
    for name in ("user_id", *IDENTIFIERS):
        if name in user:
            return str(user[name]) if name == "user_id" else str(user[name]).lower()
    return ""


def _profile_bytes(user: Mapping[str, Any]) -> int:
    """What the profile weighs: the user without the password payload, which Auth0 does not keep in it."""
    return len(_encode({name: value for name, value in user.items() if name != "custom_password_hash"}))


def _sends(rules: PasswordRules | None, decided: Conversion) -> bool:
    """Whether a user without a hash that Auth0 can check is sent all the same."""
    if rules is None or rules.on_reset != "send":
        return False
    return decided.verdict == "reset" or rules.on_bridge == "reset"


# --- properties ------------------------------------------------------------------------------------------------------


def _property(name: str, rule: Expression | Metadata) -> Evaluate:
    if isinstance(rule, Metadata):
        return _metadata(rule)
    evaluate = compile_expression(rule)
    if name in BOOLEAN_PROPERTIES:
        return _boolean(name, evaluate)
    if name in METADATA_PROPERTIES:
        return _object(name, evaluate)
    if name in OTHER_PROPERTIES:
        return _guarded(name, evaluate)
    return _text(name, evaluate)


def _guarded(name: str, evaluate: Evaluate) -> Evaluate:
    def read(fields: Fields) -> Any:
        try:
            return evaluate(fields)
        except ExpressionFailed as error:
            remedy = f"The rule for `{name}` does not fit this record."
            if isinstance(error, CodeFailed):
                remedy = f"The rule for `{name}`: {error}"
            raise _Unusable("expression-failed", name, remedy) from error

    return read


def _text(name: str, evaluate: Evaluate) -> Callable[[Fields], str | None]:
    """Text as it stands; absent, null and empty are the same. An id may be a whole number in the source."""
    evaluate = _guarded(name, evaluate)
    number_is_fine = name in {"user_id", "key", "partition"}

    def read(fields: Fields) -> str | None:
        value = evaluate(fields)
        if isinstance(value, str):
            return value or None
        if value is None:
            return None
        if number_is_fine and isinstance(value, int) and not isinstance(value, bool):
            return str(value)
        raise _Unusable("wrong-type", name, f"Text belongs here, not {_json_type(value)}.")

    return read


def _boolean(name: str, evaluate: Evaluate) -> Callable[[Fields], bool | None]:
    """True and false, also as the words and digits that CSV files and databases use for them."""
    evaluate = _guarded(name, evaluate)

    def read(fields: Fields) -> bool | None:
        value = evaluate(fields)
        said = treatments.truth(value)
        if said is not None or value is None or value == "":
            return said
        raise _Unusable("wrong-type", name, "true or false belongs here.")

    return read


def _object(name: str, evaluate: Evaluate) -> Callable[[Fields], dict[str, Any] | None]:
    evaluate = _guarded(name, evaluate)

    def read(fields: Fields) -> dict[str, Any] | None:
        value = evaluate(fields)
        if value is None or isinstance(value, dict):
            return value
        raise _Unusable("wrong-type", name, f"An object belongs here, not {_json_type(value)}.")

    return read


def _metadata(rule: Metadata) -> Callable[[Fields], dict[str, Any] | None]:
    """An object of the rules' making; entries that find nothing are left out, and so is an object without entries."""
    readers: list[tuple[str, Evaluate]] = []
    for name, entry in rule.entries.items():
        reader = _metadata(entry) if isinstance(entry, Metadata) else _guarded(name, compile_expression(entry))
        readers.append((name, reader))

    def read(fields: Fields) -> dict[str, Any] | None:
        found = {name: value for name, reader in readers if (value := reader(fields)) is not None}
        return found or None

    return read


def _json_type(value: Any) -> str:
    if isinstance(value, bool):
        return "true or false"
    if isinstance(value, (int, float)):
        return "a number"
    if isinstance(value, list):
        return "a list"
    return "an object" if isinstance(value, dict) else "something else"


# --- the password ----------------------------------------------------------------------------------------------------

Decide = Callable[[Fields, dict[str, Any]], Conversion]


def _password(rules: PasswordRules) -> Decide:
    """Decide what becomes of the password; a payload that Auth0 will check is put into the user."""
    stored, shown = _stored(rules.stored)
    convert = _converters(rules.formats)
    auto = AUTO_FORMAT in rules.formats

    def decide(fields: Fields, user: dict[str, Any]) -> Conversion:
        decided = convert(stored(fields))
        if decided.reason == "not-this-format":
            names = " or ".join(rules.formats)
            remedy = f"The value is not {names}: mend the record, or name its format in [password] format."
            raise _Unusable("password-not-this-format", shown, remedy)
        if decided.reason == "damaged" and not auto and rules.on_reset != "send":
            names = " or ".join(rules.formats)
            remedy = f"The value looks like a damaged {names}: mend the record in the source."
            raise _Unusable("password-not-this-format", shown, remedy)
        if auto and decided.certainty == "shape" and decided.candidates:
            fits = ", ".join(decided.candidates[:4])
            remedy = f"It could be {fits}: name one in [password] format, and prove it with --logins."
            raise _Unusable("password-undecided", shown, remedy)
        if decided.verdict in {"as-is", "re-encoded"} and decided.custom_password_hash:
            user["custom_password_hash"] = decided.custom_password_hash
        return decided

    return decide


def _stored(stored: Expression | Mapping[str, Expression]) -> tuple[Evaluate, str]:
    if isinstance(stored, Expression):
        return _guarded("password", compile_expression(stored)), stored.first_field()
    readers = [(name, _guarded(name, compile_expression(column))) for name, column in stored.items()]
    shown = stored["hash"].first_field() if "hash" in stored else next(iter(stored.values())).first_field()
    return lambda fields: {name: read(fields) for name, read in readers}, shown


def _converters(formats: tuple[str, ...]) -> Callable[[Any], Conversion]:
    """One converter that asks each format in turn; the last one has the last word."""
    each = [conversion.convert if name == AUTO_FORMAT else conversion.converter(name) for name in formats]
    if len(each) == 1:
        return each[0]

    def convert(stored: Any) -> Conversion:
        decided = each[0](stored)
        for ask in each[1:]:
            if decided.reason != "not-this-format" and decided.certainty != "shape":
                break
            decided = ask(stored)
        return decided

    return convert
