"""Will Auth0 take this user? Our own reading of the import schema, written by hand.

The rehearsal tenant reads the published schema with a generic library and never this file, so that two readings can
disagree. Facts stand in `samekey.auth0`; here are only the checks. Where sources disagree the stricter reading counts:
a user refused here can be mended before the night of the cut-over.
"""

import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from typing import Any, NamedTuple

from samekey.auth0 import limits
from samekey.hashes import payload_rules


class Refusal(NamedTuple):
    """Why Auth0 would not take a user, as parts of a `Rejection`."""

    reason: str
    field: str
    remedy: str


# Local part: dot-separated atoms of RFC 5322, ASCII as JSON Schema's `email` asks; domain: dot-separated labels with a
# top-level one. Stricter than the RFC where quoted local parts and address literals are concerned; nobody signs in
# with those.
_ATOM = r"[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+"
_LABEL = r"[A-Za-z0-9](?:[A-Za-z0-9-]{0,61}[A-Za-z0-9])?"
_EMAIL = re.compile(rf"(?P<local>{_ATOM}(?:\.{_ATOM})*)@(?:{_LABEL}\.)+[A-Za-z]{{2,63}}")
_EMAIL_IN_BOUNDS = re.compile(rf"(?=[^@]{{1,{limits.EMAIL_LOCAL_CHARS_MAX}}}@){_EMAIL.pattern}")
# What nearly every address looks like, where there are no two dots in a row. What is longer may break a limit.
_PLAIN_EMAILS = re.compile(r"(?:[A-Za-z0-9_+-][A-Za-z0-9_+.-]*+(?<!\.)@[A-Za-z0-9][A-Za-z0-9.]*\.[A-Za-z]{2,}+\n)*")
_PLAIN_EMAIL_CHARS_MAX = 64
_USERNAME = re.compile(limits.USERNAME_PATTERN)
_PHONE = re.compile(limits.PHONE_PATTERN)
_TOTP_SECRET = re.compile(limits.TOTP_SECRET_PATTERN)
_WHITE_SPACE = re.compile(r"\s")
# An http address by RFC 3986, which is what JSON Schema's `uri` asks for; without user, password and address literals.
_IN_HOST = r"[A-Za-z0-9._~!$&'()*+,;=-]|%[0-9A-Fa-f]{2}"
_IN_PATH = rf"{_IN_HOST}|[:@/]"
_URL = re.compile(
    rf"(?i:https?)://(?:{_IN_HOST})+(?::[0-9]{{1,5}})?"
    rf"(?:/(?:{_IN_PATH})*)?(?:\?(?:{_IN_PATH}|\?)*)?(?:\#(?:{_IN_PATH}|\?)*)?"
)
LEVELS_MAX = 64
"""Levels of metadata; deeper than anybody's data, and far from where a reader would run out of stack."""
_TYPES: dict[str, tuple[type, str]] = {
    **dict.fromkeys(
        ("email", "username", "phone_number", "user_id", "given_name", "family_name", "name", "nickname", "picture"),
        (str, "Text belongs here."),
    ),
    **dict.fromkeys(("email_verified", "phone_verified", "blocked"), (bool, "true or false belongs here.")),
}
TEXT_CHARS_MAX = {
    "given_name": limits.GIVEN_NAME_CHARS_MAX,
    "family_name": limits.GIVEN_NAME_CHARS_MAX,
    "name": limits.NAME_CHARS_MAX,
    "nickname": limits.NICKNAME_CHARS_MAX,
}
"""Characters that a text of the profile may have at most; one at least."""


def refusal(user: Mapping[str, Any]) -> Refusal | None:
    """The first reason why Auth0 would refuse this user; None when it would not.

    Args:
        user: an entry of an import file, values already of JSON types, absent properties left out. Its payload of
            `custom_password_hash` is looked at for form, not for whether a password matches.

    Source:
        Auth0's import schema, user profile and metadata pages as named in `samekey.auth0.limits`.

    """
    return next(_refusals(user), None)


def _refusals(user: Mapping[str, Any]) -> Iterator[Refusal]:
    yield from _mistyped(user)
    yield from _identifiers(user)
    for name, chars_max in TEXT_CHARS_MAX.items():
        if name in user and not 1 <= len(user[name]) <= chars_max:
            reason = "too-long" if user[name] else "too-short"
            yield Refusal(reason, name, f"Auth0 takes 1 to {chars_max} characters here.")
    if "picture" in user and not is_url(user["picture"]):
        yield Refusal("bad-url", "picture", "Give an http or https address, or leave the picture out.")
    for name in ("app_metadata", "user_metadata"):
        if name in user:
            yield from _metadata(name, user[name])
    if "mfa_factors" in user:
        yield from _factors(user["mfa_factors"])
    yield from _password(user)


def _mistyped(user: Mapping[str, Any]) -> Iterator[Refusal]:
    """Comes first, and the first refusal is the last that is looked for: what follows may read texts as texts."""
    for name, value in user.items():
        if name in _TYPES and not isinstance(value, _TYPES[name][0]):
            yield Refusal("wrong-type", name, _TYPES[name][1])


def _identifiers(user: Mapping[str, Any]) -> Iterator[Refusal]:
    if "email" in user:
        yield from _email(user["email"])
    if "username" in user:
        yield from _username(user["username"])
    if "phone_number" in user and not is_phone(user["phone_number"]):
        yield Refusal("bad-phone", "phone_number", "Write + and up to 15 digits, country code first.")
    if "user_id" in user:
        yield from _user_id(user["user_id"])
    if not any(name in user for name in ("email", "username", "phone_number")):
        yield Refusal("missing", "email", "A user needs an email, a username or a phone number.")


def _email(email: str) -> Iterator[Refusal]:
    if is_email(email):
        return
    if not _EMAIL.fullmatch(email):
        yield Refusal("bad-email", "email", "Correct the address in the source.")
    else:
        remedy = (
            f"Auth0 takes {limits.EMAIL_LOCAL_CHARS_MAX} characters before the @ and {limits.EMAIL_CHARS_MAX} in all."
        )
        yield Refusal("too-long", "email", remedy)


def _username(username: str) -> Iterator[Refusal]:
    if is_username(username):
        return
    if not 1 <= len(username) <= limits.USERNAME_CHARS_MAX:
        yield Refusal("too-long", "username", f"Auth0 takes 1 to {limits.USERNAME_CHARS_MAX} characters.")
    else:
        yield Refusal("bad-username", "username", "Auth0 takes letters without accents, digits and @^$.!`-#+'~_ only.")


def _user_id(user_id: str) -> Iterator[Refusal]:
    if is_user_id(user_id):
        return
    if user_id.startswith(limits.USER_ID_PREFIX):
        yield Refusal("bad-user-id", "user_id", "Leave the auth0| prefix out: the import adds it, and would double it.")
    else:
        remedy = f"Auth0 takes 1 to {limits.USER_ID_CHARS_MAX} characters without white space."
        yield Refusal("bad-user-id", "user_id", remedy)


def is_email(email: str) -> bool:
    """Whether Auth0 takes a text as an address."""
    return _EMAIL_IN_BOUNDS.fullmatch(email) is not None and len(email) <= limits.EMAIL_CHARS_MAX


def are_plain_emails(emails: Sequence[str]) -> bool:
    """Whether texts look as nearly every address does; told sooner than by the whole rule. False: look at each."""
    if len(max(emails, key=len, default="")) > _PLAIN_EMAIL_CHARS_MAX:
        return False
    lines = "\n".join([*emails, ""])
    return lines.count("\n") == len(emails) and ".." not in lines and _PLAIN_EMAILS.fullmatch(lines) is not None


def is_username(username: str) -> bool:
    """Whether Auth0 takes a text as a username."""
    return len(username) <= limits.USERNAME_CHARS_MAX and _USERNAME.fullmatch(username) is not None


def is_phone(number: str) -> bool:
    """Whether a text is a phone number in E.164 form."""
    return _PHONE.fullmatch(number) is not None


def is_user_id(user_id: str) -> bool:
    """Whether Auth0 takes a text as a user id."""
    if not 1 <= len(user_id) <= limits.USER_ID_CHARS_MAX:
        return False
    return user_id.isalnum() or not (user_id.startswith(limits.USER_ID_PREFIX) or _WHITE_SPACE.search(user_id))


def is_url(address: str) -> bool:
    """Whether Auth0 takes a text as the address of a picture."""
    return _URL.fullmatch(address) is not None


def is_clean(value: Any, levels: int = LEVELS_MAX - 1) -> bool:
    """Whether a metadata value holds no key that Auth0 forbids, and is no deeper than anybody's data."""
    if value.__class__ is dict:
        if levels == 0 or any("." in key or "$" in key for key in value):
            return False
        inner: Iterable[Any] = value.values()
    elif value.__class__ is list:
        if levels == 0:
            return False
        inner = value
    else:
        return True
    for each in inner:
        if (each.__class__ is list or each.__class__ is dict) and not is_clean(each, levels - 1):
            return False
    return True


def _metadata(name: str, metadata: Any) -> Iterator[Refusal]:
    if not isinstance(metadata, Mapping):
        yield Refusal("wrong-type", name, "Metadata must be an object.")
        return
    if name == "app_metadata":
        for key in metadata.keys() & limits.APP_METADATA_KEYS_FORBIDDEN:
            yield Refusal("reserved-metadata-key", f"{name}.{key}", "Auth0 reserves this key; choose another.")
    if _is_deeper(metadata, LEVELS_MAX):
        yield Refusal("wrong-type", name, f"Nest the metadata at most {LEVELS_MAX} levels deep.")
        return
    for path in _keys_at_fault(metadata):
        yield Refusal("reserved-metadata-key", f"{name}.{path}", "A metadata key must not hold `.` or `$`.")


def _is_deeper(value: Any, levels: int) -> bool:
    if isinstance(value, dict):
        inner: Iterable[Any] = value.values()
    elif isinstance(value, list):
        inner = value
    else:
        return False
    return levels == 0 or any(_is_deeper(each, levels - 1) for each in inner)


def _keys_at_fault(value: Any, path: str = "") -> Iterator[str]:
    if isinstance(value, Mapping):
        for key, inner in value.items():
            here = f"{path}.{key}" if path else str(key)
            if any(character in key for character in limits.METADATA_KEY_CHARS_FORBIDDEN):
                yield here
            yield from _keys_at_fault(inner, here)
    elif isinstance(value, list):
        for inner in value:
            yield from _keys_at_fault(inner, path)


def _factors(factors: Any) -> Iterator[Refusal]:
    if not isinstance(factors, list) or not 1 <= len(factors) <= limits.MFA_FACTORS_MAX:
        yield Refusal("bad-mfa-factors", "mfa_factors", f"Give a list of 1 to {limits.MFA_FACTORS_MAX} factors.")
        return
    for number, factor in enumerate(factors):
        if not _is_factor(factor):
            remedy = "A factor has one of totp {secret}, phone {value}, email {value}, and nothing else."
            yield Refusal("bad-mfa-factors", f"mfa_factors[{number}]", remedy)


def _is_factor(factor: Any) -> bool:
    if not isinstance(factor, Mapping) or len(factor) != 1:
        return False
    ((kind, content),) = factor.items()
    if kind not in _FACTOR_CHECKS or not isinstance(content, Mapping):
        return False
    key, fits = _FACTOR_CHECKS[kind]
    value = content.get(key)
    return set(content) == {key} and isinstance(value, str) and bool(fits(value))


_FACTOR_CHECKS: Mapping[str, tuple[str, Callable[[str], object]]] = {
    "totp": ("secret", _TOTP_SECRET.fullmatch),
    "phone": ("value", is_phone),
    "email": ("value", is_email),
}


def _password(user: Mapping[str, Any]) -> Iterator[Refusal]:
    if "password_hash" in user and "custom_password_hash" in user:
        yield Refusal("bad-password-payload", "password_hash", "Send one of the two hash fields, not both.")
    if "password_hash" in user and payload_rules.password_hash_refusals(user["password_hash"]):
        yield Refusal("bad-password-payload", "password_hash", "Auth0 takes bcrypt of $2a$ or $2b$ and cost 10 here.")
    if "custom_password_hash" in user:
        payload = user["custom_password_hash"]
        for error, field in payload_rules.refusals(payload):
            yield Refusal("bad-password-payload", f"custom_password_hash.{field}", f"Auth0 would not take it: {error}.")
