"""The way for good records: one function generated for the rules at hand, without a call per property.

`compiled.the_long_way` is the whole truth about what becomes of a record. The function made here takes the records
that are plainly good, which are nearly all, and answers None for every other: those go the long way. It knows no reason
to reject anything, so no rule stands in two places. That both ways give the same User is held by a property test.
"""

import re
from collections.abc import Callable, Iterator, Mapping
from contextlib import suppress
from typing import Any

import msgspec

from samekey.auth0 import limits
from samekey.hashes.conversion import Converter
from samekey.lookup import PLAIN_PATH, Fields
from samekey.mapping import acceptance
from samekey.mapping.expressions import Expression
from samekey.mapping.rules import BOOLEAN_PROPERTIES, METADATA_PROPERTIES, Metadata, Rules
from samekey.records import SourceRecord, User

MapGoodRecord = Callable[[SourceRecord], User | None]

PLAIN_EMAIL = re.compile(r"[A-Za-z0-9_+-]++(?:\.[A-Za-z0-9_+-]++)*+@(?:[A-Za-z0-9]++\.)+[A-Za-z]{2,}")
"""What nearly every address looks like; told sooner than by the whole rule. What is longer may break a limit."""
PLAIN_EMAIL_CHARS_MAX = 64
_CHECKS = {
    "email": f"is_plain_email(v) and len(v) <= {PLAIN_EMAIL_CHARS_MAX} or is_email(v)",
    "username": "is_username(v)",
    "phone_number": "is_phone(v)",
    "user_id": "is_user_id(v)",
    "given_name": f"len(v) <= {limits.GIVEN_NAME_CHARS_MAX}",
    "family_name": f"len(v) <= {limits.GIVEN_NAME_CHARS_MAX}",
    "name": f"len(v) <= {limits.NAME_CHARS_MAX}",
    "nickname": f"len(v) <= {limits.NICKNAME_CHARS_MAX}",
}
"""What makes a text that is not empty plainly good, per property."""
_FOLDED = ("email", "username", "phone_number")


class _OnlyTheLongWayError(Exception):
    """The rules have something that is not generated."""


def compile_swift(
    rules: Rules, stored: Callable[[Fields], Any] | None, convert: Converter | None, *, exact_only: bool
) -> MapGoodRecord | None:
    """Generate the function for good records.

    Args:
        rules: checked rules.
        stored: fetches the stored password; None when the rules carry none.
        convert: converts it.
        exact_only: whether a reading by shape is no reading (`format = "auto"`).

    Returns:
        A function that gives the same User as the long way, or None. None itself where the rules have something that
        only the long way knows, such as JMESPath, a default, a picture or MFA factors.

    """
    try:
        text = "\n".join(_lines(rules, exact_only=exact_only))
    except _OnlyTheLongWayError:
        return None
    namespace: dict[str, Any] = {
        "User": User,
        "encode": msgspec.json.Encoder().encode,
        "stored": stored,
        "convert": convert,
        "is_email": acceptance.is_email,
        "is_plain_email": PLAIN_EMAIL.fullmatch,
        "is_username": acceptance.is_username,
        "is_phone": acceptance.is_phone,
        "is_user_id": acceptance.is_user_id,
        "is_clean": acceptance.is_clean,
    }
    exec(text, namespace)  # noqa: S102  # our own text; what comes from the rules goes in through repr()
    made: MapGoodRecord = namespace["map_good_record"]
    return made


def _lines(rules: Rules, *, exact_only: bool) -> Iterator[str]:
    yield "def map_good_record(record):"
    yield " fields = record.fields"
    yield " get = fields.get"
    yield " user = {}"
    yield " identifiers = {}"
    for name, rule in rules.user.items():
        yield from _property(name, rule)
    yield " if not identifiers or (len(identifiers) == 1 and 'user_id' in identifiers): return None"
    yield from _key(rules)
    yield " cluster, verdict, partition = '', 'none', ''"
    if rules.password:
        yield from _stored(rules.password.stored)
        yield " decided = convert(v)"
        yield " payload = decided.custom_password_hash"
        yield " if payload is None" + (" or decided.certainty != 'exact'" if exact_only else "") + ": return None"
        yield " user['custom_password_hash'] = payload"
        yield " cluster, verdict = decided.cluster, decided.verdict"
    if rules.partition:
        yield from _fetch(rules.partition.by)
        yield " if v.__class__ is not str: return None"
        yield " partition = v"
    yield " encoded = encode(user)"
    yield f" if len(encoded) > {limits.PROFILE_BYTES_MAX}: return None"
    yield " return User(record.position, key, identifiers, encoded, partition, cluster, verdict)"


def _stored(stored: Expression | Mapping[str, Expression]) -> Iterator[str]:
    """The stored password in `v`; a plain path is walked here, all else is fetched as the long way does."""
    if isinstance(stored, Expression):
        with suppress(_OnlyTheLongWayError):
            yield from [*_fetch(stored)]
            return
    yield " v = stored(fields)"


def _key(rules: Rules) -> Iterator[str]:
    if rules.key is None:
        yield " key = ''"
    else:
        yield from _fetch(rules.key)
        yield " if v.__class__ is int: v = str(v)"
        yield " elif v.__class__ is not str: return None"
        yield " key = v"
    yield " if not key:"
    yield "  for name in ('user_id', 'email', 'username', 'phone_number'):"
    yield "   if name in identifiers:"
    yield "    key = identifiers[name]"
    yield "    break"


def _property(name: str, rule: Expression | Metadata) -> Iterator[str]:
    if isinstance(rule, Metadata):
        yield " outer = {}"
        yield from _metadata("outer", rule)
        yield f" if outer: user[{name!r}] = outer"
        return
    if rule.is_constant and name in BOOLEAN_PROPERTIES:
        yield f" user[{name!r}] = {rule.constant!r}"
        return
    if name in BOOLEAN_PROPERTIES:
        yield from _fetch(rule)
        yield f" if v is True or v is False: user[{name!r}] = v"
        yield " elif v is not None: return None"
        return
    if name in METADATA_PROPERTIES or name not in _CHECKS:
        raise _OnlyTheLongWayError
    yield from _fetch(rule)
    if name == "user_id":
        yield " if v.__class__ is int: v = str(v)"
    yield " if v.__class__ is str:"
    yield "  if v:"
    yield f"   if not ({_CHECKS[name]}): return None"
    yield f"   user[{name!r}] = v"
    if name in _FOLDED:
        yield f"   identifiers[{name!r}] = v.lower()"
    elif name == "user_id":
        yield "   identifiers['user_id'] = v"
    yield " elif v is not None: return None"


def _metadata(variable: str, rule: Metadata) -> Iterator[str]:
    """Keys were held against Auth0's rules when the rules file was read; what is left are objects in values."""
    for name, entry in rule.entries.items():
        if isinstance(entry, Metadata):
            yield f" {variable}_ = {{}}"
            yield from _metadata(f"{variable}_", entry)
            yield f" if {variable}_: {variable}[{name!r}] = {variable}_"
            continue
        yield from _fetch(entry)
        yield " if v is not None:"
        yield "  if (v.__class__ is list or v.__class__ is dict) and not is_clean(v): return None"
        yield f"  {variable}[{name!r}] = v"


def _fetch(rule: Expression) -> Iterator[str]:
    """The value of a rule in `v`."""
    if rule.is_constant:
        if rule.constant.__class__ not in {str, bool, int}:
            raise _OnlyTheLongWayError
        yield f" v = {rule.constant!r}"
        return
    if rule.default is not None or rule.treatments or not PLAIN_PATH.fullmatch(rule.text):
        raise _OnlyTheLongWayError
    first, *rest = rule.text.split(".")
    yield f" v = get({first!r})"
    for name in rest:
        yield f" v = v.get({name!r}) if v.__class__ is dict else None"
