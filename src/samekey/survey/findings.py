"""What a survey found: counts as data, without a single value of the source, and the warnings they imply."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

import msgspec

from samekey.auth0 import limits
from samekey.hashes import warnings
from samekey.origins import catalog
from samekey.origins.catalog import JoinConvention, Recognised
from samekey.records import REASONS, Position
from samekey.sources import join
from samekey.sources.join import Joined

Path = tuple[str, ...]
"""Names from the record inwards: `("profile", "mail")`."""

_PLAIN_NAME = re.compile(r"[A-Za-z_][A-Za-z0-9_]*")


def expression(path: Path) -> str:
    """The path as an expression of a rules file: names that are not plain words stand in quotes, as JMESPath wants."""
    names = (name if _PLAIN_NAME.fullmatch(name) else msgspec.json.encode(name).decode() for name in path)
    return ".".join(names)


@dataclass(frozen=True, slots=True)
class SourceFound:
    """Which source was looked at."""

    address: str
    format: str
    size_bytes: int | None


@dataclass(frozen=True, slots=True)
class FieldFound:
    """One field of the records, by its path."""

    path: Path
    filled: int
    """Records in which it holds something: not absent, not null, not an empty text."""
    fill_rate: float
    """The same as a share of all records, from 0 to 1."""
    types: Mapping[str, int]
    """JSON types of its values, null included, with their counts."""
    distinct: int
    """Different values; an estimate (within a few per cent) unless `distinct_exact`."""
    distinct_exact: bool
    chars_min: int | None
    """Characters of the shortest text that is not empty; None where there is no text."""
    chars_max: int | None
    examples: tuple[Position, ...]
    """Where to look at values of it; the values themselves are not shown."""
    truths: bool = False
    """Whether all of them are true and false, in one of the spellings that the rules take."""

    @property
    def expression(self) -> str:
        """The field in a rules file."""
        return expression(self.path)


@dataclass(frozen=True, slots=True)
class IdentifierFound:
    """A field that people would be known by."""

    property: str
    """The Auth0 property: email, username, phone_number or user_id."""
    path: Path
    valid: int
    missing: int
    invalid: Mapping[str, int]
    """Values that Auth0 would refuse, by reason."""
    duplicates: int
    """Valid values that stood in an earlier record already, letter case aside (but for user_id)."""
    invalid_first: Mapping[str, Position] = field(default_factory=dict)
    """Where the first of them stands, by reason."""


@dataclass(frozen=True, slots=True)
class PropertyFound:
    """A field that fits a property of the profile."""

    property: str
    """The Auth0 property: given_name, family_name, name, nickname or picture."""
    path: Path
    invalid: Mapping[str, int] = field(default_factory=dict)
    """Values that Auth0 would refuse, by reason."""
    invalid_first: Mapping[str, Position] = field(default_factory=dict)
    """Where the first of them stands, by reason."""


@dataclass(frozen=True, slots=True)
class LoginsFound:
    """When people last logged in."""

    path: Path
    known: int
    """Records with a day that could be read."""
    never: int
    """Records that say that nobody ever logged in, or nothing."""
    unread: int
    """Records with something else."""
    earliest: str
    """A day, as YYYY-MM-DD."""
    latest: str
    recent: Mapping[str, int]
    """By a number of days: how many logged in so shortly before the latest of all."""
    years: Mapping[str, int]
    """Last logins by year."""


@dataclass(frozen=True, slots=True)
class ClusterFound:
    """All stored passwords of one format with the same parameters."""

    name: str
    """Format and parameters; `unknown` for values nobody reads."""
    format: str | None
    users: int
    share: float
    """Of all records, from 0 to 1."""
    certainty: str
    """exact or shape."""
    candidates: tuple[str, ...]
    """Formats it may be, likeliest first."""
    verdict: str
    """What becomes of it, if the likeliest reading is right."""
    reason: str | None
    explanation: str
    warnings: tuple[str, ...]
    example: Position

    @property
    def is_undecided(self) -> bool:
        """Whether somebody has to say which candidate it is."""
        return self.certainty == "shape" and self.format is not None

    @property
    def fate(self) -> str:
        """carried, bridge, reset, or undecided."""
        if self.verdict == "reset":
            return "reset"
        if self.is_undecided:
            return "undecided"
        return "bridge" if self.verdict == "bridge" else "carried"


@dataclass(frozen=True, slots=True)
class PasswordFound:
    """Where stored passwords stand, and what they are."""

    path: Path
    salt_path: Path | None
    """The column of their salts, where there is one."""
    clusters: tuple[ClusterFound, ...]
    """Largest first."""
    columns: Mapping[str, str] = field(default_factory=dict)
    """What makes up a stored password by the origin's convention, as expressions; empty where path and salt do."""


@dataclass(frozen=True, slots=True)
class Estimate:
    """What a delivery of this source would be."""

    user_bytes: int
    """Average size of a user as it would be sent, by the drafted rules."""
    chunks: int
    hours: Mapping[str, float]
    """By the import tier of the tenant, at published throughputs."""


@dataclass(frozen=True, slots=True)
class Warned:
    """Something a person should know before going on."""

    code: str
    text: str
    users: int
    """How many records it concerns; 0 where it concerns the source as a whole."""


@dataclass(frozen=True, slots=True)
class ProposedJoin:
    """Something that belongs to the records and stands elsewhere."""

    why: str
    """What stands there."""
    words: tuple[str, ...]
    """The options that join it."""
    join: JoinConvention
    """What stands where."""


_DATABASES = {"sql", "sqlite", "postgresql", "mysql", "mariadb"}
"""Formats in which another table is not another file."""


@dataclass(frozen=True, slots=True)
class Findings:
    """Everything a survey found."""

    source: SourceFound
    records: int
    """Records that could be read."""
    rejected: Mapping[str, int]
    """Records that could not be read, by reason."""
    complete: bool
    """False when the survey was told to stop before the end."""
    fields: tuple[FieldFound, ...]
    """In the order in which they turned up."""
    fields_unlisted: int
    """Fields beyond the number that is listed."""
    identifiers: tuple[IdentifierFound, ...]
    profile: tuple[PropertyFound, ...]
    """Fields for the profile, by their names and the first records."""
    password: PasswordFound | None
    logins: LoginsFound | None = None
    """None where no field holds dates of last logins."""
    oversized: int = 0
    """Records that weigh more as JSON than Auth0 lets a profile weigh."""
    unfit_phone: IdentifierFound | None = None
    """A field of phone numbers that is no identifier because few of them are in E.164 form."""
    estimate: Estimate | None = None
    """None where no user of the sample could be mapped."""
    warnings: tuple[Warned, ...] = field(default=())
    origin: Recognised = field(default_factory=lambda: catalog.named(catalog.GENERIC))
    """Where the source seems to come from, and why."""
    joined: Joined | None = None
    """Who found a partner, where two sources were joined."""

    @property
    def fates(self) -> dict[str, int]:
        """How many users' passwords would be carried, undecided, bridged, reset; none: the source holds no password."""
        counts = dict.fromkeys(("carried", "undecided", "bridge", "reset", "none"), 0)
        if self.password is None:
            counts["none"] = self.records
            return counts
        for cluster in self.password.clusters:
            counts[cluster.fate] += cluster.users
        return counts

    def identifier(self, name: str) -> IdentifierFound | None:
        """The field found for an Auth0 property."""
        return next((found for found in self.identifiers if found.property == name), None)

    @property
    def proposed_joins(self) -> tuple[ProposedJoin, ...]:
        """What else the origin keeps of a person, and this source does not hold."""
        there = {
            ".".join(field.path[:depth]).lower() for field in self.fields for depth in range(1, len(field.path) + 1)
        }
        lacking = (join for join in catalog.origin(self.origin.name).joins if join.lacking.lower() not in there)
        is_database = self.source.format in _DATABASES
        return tuple(ProposedJoin(join.why, join.words(is_database=is_database), join) for join in lacking)

    def as_json(self) -> dict[str, Any]:
        """For `--json`; paths as expressions of a rules file, positions with what is known of them."""
        document: dict[str, Any] = _readable(msgspec.to_builtins(self))
        document["fates"] = self.fates
        document["proposed_joins"] = msgspec.to_builtins(self.proposed_joins)
        return document


def _readable(value: Any) -> Any:
    """Paths as expressions; what is not known of a position left out."""
    if isinstance(value, dict):
        if value.keys() == {"index", "line", "byte"}:
            return {name: inner for name, inner in value.items() if inner is not None}
        return {
            name: expression(tuple(inner)) if name in {"path", "salt_path"} and inner else _readable(inner)
            for name, inner in value.items()
        }
    return [_readable(inner) for inner in value] if isinstance(value, list | tuple) else value


def warnings_of(found: Findings) -> tuple[Warned, ...]:
    """What the counts imply, most pressing first."""
    return (
        *_of_source(found),
        *_of_identifiers(found),
        *_of_usernames(found),
        *_of_limits(found),
        *_of_passwords(found),
    )


_HINTS = {
    "not-utf8": " If it is a file of Excel or of Windows, add --encoding windows-1252.",
    "ragged-row": " If cells are divided in another way, add --delimiter.",
}
"""What may help where records cannot be read, by reason."""


def _of_source(found: Findings) -> Iterator[Warned]:
    if not found.records:
        yield Warned("no-records", "No record could be read.", 0)
    for sentence in join.sentences(found.joined) if found.joined else ():
        yield Warned("without-partner", sentence, 0)
    for reason, count in found.rejected.items():
        hint = _HINTS.get(reason, "")
        yield Warned(reason, f"Not read: {REASONS[reason][0].lower()}{REASONS[reason][1:]}{hint}", count)
    if found.fields_unlisted:
        yield Warned("many-fields", "More fields than are listed; data seems to stand in names.", found.fields_unlisted)


def _of_identifiers(found: Findings) -> Iterator[Warned]:
    names = [identifier.property for identifier in found.identifiers if identifier.property != "user_id"]
    names += [name for name in catalog.origin(found.origin.name).user if name in {"email", "username"}]
    if found.records and not names:
        yield Warned("no-identifier", "No field looks like an email, a username or a phone number.", found.records)
    for identifier in found.identifiers:
        shown = expression(identifier.path)
        if identifier.duplicates:
            aside = "" if identifier.property == "user_id" else ", letter case aside"
            text = f"{shown} repeats an earlier one{aside}; the first of each is packed."
            yield Warned(f"duplicate-{identifier.property}", text, identifier.duplicates)
        yield from _refused(identifier)
        if identifier.missing and len(names) == 1 and identifier.property != "user_id":
            yield Warned("missing", f"{shown} is empty, and nothing else identifies the person.", identifier.missing)


def _refused(found: IdentifierFound | PropertyFound) -> Iterator[Warned]:
    for reason, count in found.invalid.items():
        first = found.invalid_first.get(reason)
        place = f" The first stands in {first}." if first else ""
        yield Warned(reason, f"{expression(found.path)}: {REASONS[reason]}{place}", count)


def _of_limits(found: Findings) -> Iterator[Warned]:
    """What Auth0's limits would refuse beside identifiers."""
    for named in found.profile:
        yield from _refused(named)
    if found.unfit_phone:
        bad = sum(found.unfit_phone.invalid.values())
        text = (
            f"{expression(found.unfit_phone.path)}: not in E.164 form, so nobody can be known by it as it stands; "
            'the rules bring it there when they know the country: region = "DE".'
        )
        yield Warned("bad-phone", text, bad)
    if found.oversized:
        size = f"{limits.PROFILE_BYTES_MAX:,}"
        text = f"A record weighs more than the {size} bytes of a profile: do not carry all of it as metadata."
        yield Warned("profile-too-large", text, found.oversized)
    reserved = [one for one in found.fields if _is_reserved(one.path) and not _has_part(found, one.path)]
    if reserved:
        names = ", ".join(one.expression for one in reserved[:_NAMES_SHOWN]) + (
            ", …" if reserved[_NAMES_SHOWN:] else ""
        )
        text = f"Auth0 takes no metadata key of such a name: {names}; the draft gives it another."
        yield Warned("reserved-metadata-key", text, 0)


_NAMES_SHOWN = 5


def _is_reserved(path: Path) -> bool:
    """Whether Auth0 takes no key of this name, on its own, in app_metadata."""
    if len(path) == 1 and path[0] in limits.APP_METADATA_KEYS_FORBIDDEN:
        return True
    names = [name for name in path if not name.startswith("$")]  # MongoDB's own do not go along
    return any(character in name for name in names for character in limits.METADATA_KEY_CHARS_FORBIDDEN)


def _has_part(found: Findings, path: Path) -> bool:
    """Whether a field becomes a property of its own, and no metadata."""
    if path[-1] in {"email_verified", "blocked"} or any(path == one.path for one in found.identifiers):
        return True
    return any(path == one.path for one in found.profile)


def _of_usernames(found: Findings) -> Iterator[Warned]:
    username = found.identifier("username")
    chars_max = next((field.chars_max for field in found.fields if username and field.path == username.path), None)
    if chars_max and chars_max > limits.USERNAME_CHARS_DEFAULT_MAX:
        text = (
            f"The longest username has {chars_max} characters; a connection takes {limits.USERNAME_CHARS_DEFAULT_MAX} "
            "until its settings are changed."
        )
        yield Warned("long-usernames", text, 0)


def _of_passwords(found: Findings) -> Iterator[Warned]:
    if found.password is None:
        if found.records:
            yield Warned("no-password", "No field looks like stored passwords.", found.records)
        return
    for cluster in found.password.clusters:
        if cluster.is_undecided:
            fits = ", ".join(cluster.candidates[:4])
            yield Warned("undecided", f"These may be {fits}: a known login or your word decides.", cluster.users)
        elif cluster.verdict in {"bridge", "reset"}:
            yield Warned(cluster.reason or cluster.verdict, f"{cluster.name}: {cluster.explanation}", cluster.users)
        for word in cluster.warnings:
            yield Warned(word, f"{cluster.name}: {warnings.WARNINGS[word]}", cluster.users)
