"""Which field plays which part: who is known by what, and where the stored passwords stand.

The origin's own names come first, then usual ones, compared without letter case, underscores and hyphens. A name
proposes, the values of a sample dispose.
"""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from samekey.hashes import conversion
from samekey.mapping import acceptance
from samekey.origins.catalog import Origin
from samekey.records import SourceRecord
from samekey.survey.findings import Path
from samekey.survey.rows import readable, value_at

NAMES: dict[str, tuple[str, ...]] = {
    "email": ("email", "mail", "emailaddress", "useremail", "primaryemail", "useremailaddress",
              "emailadresse", "mailadresse", "courriel", "correo"),
    "username": ("username", "login", "userlogin", "loginname", "screenname", "accountname", "user", "handle",
                 "benutzername", "benutzer", "nutzername", "anmeldename", "identifiant", "usuario"),
    "phone_number": ("phonenumber", "phone", "mobile", "mobilephone", "mobilenumber", "telephone", "cell", "msisdn",
                     "telefon", "telefonnummer", "mobil", "mobilnummer", "handy", "handynummer", "telefono"),
    "user_id": ("userid", "id", "uuid", "guid", "uid", "pk", "sub", "externalid", "accountid",
                "memberid", "mitgliedsnr", "mitgliedsnummer", "kundennr", "kundennummer", "benutzerid"),
    "given_name": ("givenname", "firstname", "forename", "fname", "vorname", "prenom", "prénom", "nombre"),
    "family_name": ("familyname", "lastname", "surname", "lname", "sn", "nachname", "familienname",
                    "apellido", "apellidos"),
    "name": ("name", "fullname", "displayname", "realname", "anzeigename"),
    "nickname": ("nickname", "nick", "alias"),
    "picture": ("picture", "avatar", "avatarurl", "photo", "photourl", "image", "imageurl"),
    "email_verified": ("emailverified", "emailconfirmed", "isemailverified", "verified", "isverified", "confirmed",
                       "emailbestätigt", "bestätigt"),
    "phone_verified": ("phoneverified", "phoneconfirmed", "phonenumberverified", "phonenumberconfirmed"),
    "blocked": ("blocked", "isblocked", "disabled", "isdisabled", "banned", "isbanned", "suspended", "deactivated",
                "gesperrt", "deaktiviert"),
    "active": ("active", "isactive", "enabled", "isenabled", "aktiv", "actif", "activo"),
    "password": (
        "passwordhash", "hash", "password", "hashedpassword", "encryptedpassword", "passworddigest", "passwd", "pwd",
        "pass", "pw", "userpass", "userpassword", "cryptedpassword", "passhash", "pwhash", "passwordhashed",
        "passworthash", "passwort", "kennwort", "motdepasse",
    ),
    "salt": ("salt", "passwordsalt", "passwdsalt", "pwsalt", "hashsalt", "usersalt", "passsalt"),
    "last_login": (
        "lastlogin", "lastloginat", "lastlogindate", "lastlogintime", "lastloggedin", "lastloggedinat", "lastsignin",
        "lastsigninat", "lastsigninattempt", "currentsigninat", "lastlogontimestamp", "lastlogon", "lastvisit",
        "lastvisitdate", "lastseen", "lastseenat", "lastactive", "lastactivity", "lastaccess", "userlastvisit",
        "letzterlogin", "letzteanmeldung",
    ),
    "partition": ("tenant", "tenantid", "org", "orgid", "orgcode", "organization", "organizationid", "companyid",
                  "company", "customer", "customerid", "accountgroup", "realm"),
}  # fmt: skip
"""Usual names of a field, likeliest first, by the part it plays."""

PROFILE = ("given_name", "family_name", "name", "nickname", "picture")
"""Properties of text that a profile may have."""

_IDENTIFYING = ("email", "username", "phone_number")
_BESIDE = {"username": "x"}
"""What a user needs beside a property to be acceptable otherwise."""

_PLAINLY_GOOD: dict[str, Callable[[str], object]] = {
    "email": acceptance.is_email,
    "username": acceptance.is_username,
    "phone_number": acceptance.is_phone,
    "user_id": acceptance.is_user_id,
}
"""Tells of most values at once that Auth0 would take them; what it does not tell is asked in full."""

_WRAPPERS = ("$oid", "$date", "$numberLong", "$numberInt", "$numberDouble", "$numberDecimal", "$binary", "$uuid")
"""Names that a database's export puts between a field and its value."""

_PASSWORD_PARTS = ("hash", "pass", "pwd", "crypt", "digest")
_VALUES_MAX = 200
"""Values of a field that are looked at to decide."""

_SHARE_NAMED = 0.5
"""Of its values, so many must fit when the name does."""
_SHARE_PROFILE = 0.99
"""Of its values, so many must fit where a user would be rejected for the sake of an ornament."""
_SHARE_UNNAMED = 0.9
"""Of its values, so many must fit when the name says something else."""


@dataclass(frozen=True, slots=True)
class Roles:
    """The fields that a survey looks at more closely."""

    identifiers: dict[str, Path]
    """By Auth0 property: email, username, phone_number, user_id."""
    profile: dict[str, Path]
    """By Auth0 property: given_name, family_name, name, nickname, picture."""
    password: Path | None
    salt: Path | None
    last_login: Path | None = None
    unfit_phone: Path | None = None
    """A field of phone numbers that is no identifier because of its values."""


def plain(name: str) -> str:
    """A name as it is compared."""
    return "".join(character for character in name.lower() if character.isalnum())


def rank(path: Path, part: str) -> int | None:
    """How well the last name of a path fits a part: 0 is best; None when it does not."""
    name = plain(unwrapped(path)[-1])
    names = NAMES[part]
    return names.index(name) * 10 + len(path) if name in names else None


def unwrapped(path: Path) -> Path:
    """A path without what a database's export puts between a field and its value."""
    while len(path) > 1 and path[-1] in _WRAPPERS:
        path = path[:-1]
    return path


def best(paths: Iterable[Path], part: str) -> Path | None:
    """The path whose name fits a part best."""
    ranked = [(fit, place, path) for place, path in enumerate(paths) if (fit := rank(path, part)) is not None]
    return min(ranked)[2] if ranked else None


def by_origin(origin: Origin, part: str, paths: Iterable[Path]) -> Path | None:
    """The path that an origin is known to have for a part."""
    there = {".".join(path).lower(): path for path in paths}
    return next((there[name.lower()] for name in origin.fields.get(part, ()) if name.lower() in there), None)


def roles(
    paths: Sequence[Path], sample: Sequence[SourceRecord], origin: Origin, *, password: Path | None = None
) -> Roles:
    """Decide from the names of all fields and the first records.

    Args:
        paths: every field of the sample.
        sample: the first records.
        origin: where they come from.
        password: the field that holds stored passwords, where somebody says so.

    """
    texts = {path: _values(path, sample) for path in paths}
    password = password or by_origin(origin, "password", [path for path in paths if texts[path]]) or _password(texts)
    others = [path for path in paths if path != password]
    found: dict[str, Path] = {}
    for name in ("email", "phone_number", "username", "user_id"):
        path = _identifier(name, [path for path in others if path not in found.values()], texts, origin)
        if path is not None:
            found[name] = path
    others = [path for path in others if path not in found.values() and texts[path]]
    profile: dict[str, Path] = {}
    for name in PROFILE:
        path = _ornament(name, [path for path in others if path not in profile.values()], texts, origin)
        if path is not None:
            profile[name] = path
    salt = by_origin(origin, "salt", others) or best(others, "salt")
    others = [path for path in others if path not in profile.values()]
    last_login = by_origin(origin, "last_login", others) or best(others, "last_login")
    unfit_phone = None if "phone_number" in found else best(others, "phone_number")
    return Roles(found, profile, password, salt if password else None, last_login, unfit_phone)


def _values(path: Path, sample: Sequence[SourceRecord]) -> list[Any]:
    values = readable([value_at(path, record.fields) for record in sample])
    return [value for value in values if value is not None and value != ""][:_VALUES_MAX]


def _identifier(name: str, paths: Sequence[Path], texts: dict[Path, list[Any]], origin: Origin) -> Path | None:
    """The field that people are known by as this property."""
    share = _shares(name)
    named = [path for path in paths if texts[path] and share(texts[path]) >= _SHARE_NAMED]
    path = by_origin(origin, name, named)
    if path is None and by_origin(origin, name, paths) is None:  # what the origin has is not looked for elsewhere
        path = best(named, name)
    if path is not None or name != "email" or name in origin.user:
        return path
    fitting = [path for path in paths if texts[path] and share(texts[path]) >= _SHARE_UNNAMED]
    return best(fitting, "username") or next(iter(fitting), None)


def _ornament(name: str, paths: Sequence[Path], texts: dict[Path, list[Any]], origin: Origin) -> Path | None:
    """The field for a property of the profile, if Auth0 takes its values."""
    share = _shares(name)
    fitting = [path for path in paths if share(texts[path]) >= _SHARE_PROFILE]
    return by_origin(origin, name, fitting) or best(fitting, name)


def _shares(name: str) -> Callable[[list[Any]], float]:
    def share(values: list[Any]) -> float:
        return sum(is_acceptable(name, value) for value in values) / len(values)

    return share


def is_acceptable(name: str, value: Any) -> bool:
    """Whether Auth0 would take the value for this property."""
    return why_refused(name, value) is None


def why_refused(name: str, value: Any) -> str | None:
    """The reason why Auth0 would not take the value for this property; None when it would."""
    if name == "user_id" and type(value) is int:
        value = str(value)
    if not isinstance(value, str):
        return "wrong-type"
    if name in _PLAINLY_GOOD and _PLAINLY_GOOD[name](value):
        return None
    beside = {} if name in _IDENTIFYING else _BESIDE
    refused = acceptance.refusal({**beside, name: value})
    return refused.reason if refused else None


def _password(texts: dict[Path, list[Any]]) -> Path | None:
    """The field that holds stored passwords."""
    scored = [(_password_score(path, values), -place, path) for place, (path, values) in enumerate(texts.items())]
    likely = [entry for entry in scored if entry[0] > 0]
    return max(likely)[2] if likely else None


def _password_score(path: Path, values: list[Any]) -> float:
    """0: surely not. A value that describes itself weighs more than a name, a name more than a shape."""
    fit = rank(path, "password")
    hinted = fit is not None or any(part in plain(path[-1]) for part in _PASSWORD_PARTS)
    if rank(path, "salt") is not None:
        return 0
    texts = [value for value in values if isinstance(value, str)]
    if not texts:
        return 0
    read = [conversion.convert(value) for value in texts]
    hashes = [one for one in read if one.format is not None and one.verdict != "reset"]
    exact = sum(one.certainty == "exact" for one in hashes) / len(texts)
    if not hinted:
        return exact * 4 if exact >= _SHARE_UNNAMED else 0
    named = 0.0 if fit is None else 1 - fit / 1000
    return exact * 4 + len(hashes) / len(texts) * 2 + named
