"""Judged entries of an import file meet the people who are already there.

The password rules of an upsert, from the import schema and a support article of 9 April 2026 (inferred where they
leave a gap): only a `custom_password_hash` that was never used may be replaced; whoever logged in, came with
`password_hash` or came without any hash has a password for good.
"""

import sqlite3
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import msgspec

from samekey.auth0 import limits
from samekey.rehearsal import arrivals, complaints, import_file, profiles
from samekey.rehearsal.store import Store

_EXISTS = complaints.Complaint("DUPLICATED_USER", "The user already exist and upsert parameter is false")
_FACTORS = complaints.Complaint("MFA_FACTORS_FAILED", "Unable to import factors")
_CLASHES = {
    "username": complaints.Complaint("CONFLICT_USERNAME", "The username already belongs to another user"),
    "user_id": complaints.Complaint("CONFLICT_EMAIL", "The user_id already belongs to a user with another email"),
    "phone_number": complaints.Complaint("CONFLICT", "The phone_number already belongs to another user"),
}
_IDENTIFIERS = ("email", "username", "phone_number", "user_id")


@dataclass(frozen=True, slots=True)
class Upsert:
    """How an upsert goes where Auth0's pages contradict each other."""

    matches_any: bool = False
    """Whom it means: whoever has the email, or whoever has any of the identifiers."""
    keeps_factors: bool = False
    """Whether second factors that are there stay as they are."""


@dataclass(slots=True)
class Plan:
    """What an import will change."""

    inserts: list[import_file.Entry] = field(default_factory=list)
    updates: list[dict[str, Any]] = field(default_factory=list)
    failures: list[import_file.Entry] = field(default_factory=list)
    inserted_partly: int = 0
    """How many of the inserts stand among the failures too, since their factors are lost."""
    updated_partly: int = 0
    """The same for updates."""

    def fail_partly(self, entries: Sequence[import_file.Entry]) -> None:
        """List those as failed who were applied without their factors; who failed anyway is listed already."""
        failed = {entry.position for entry in self.failures}
        partly = [entry for entry in entries if entry.position not in failed]
        positions = {entry.position for entry in partly}
        self.inserted_partly = sum(entry.position in positions for entry in self.inserts)
        self.updated_partly = len(partly) - self.inserted_partly
        self.failures.extend(partly)


class Known:
    """The people of a connection whom an import file may mean."""

    def __init__(self, rows: Sequence[sqlite3.Row]) -> None:
        """Args:
        rows: everybody with one of the file's identifiers.

        """
        self._found = {(name, row[name]): row for row in rows for name in _IDENTIFIERS if row[name] is not None}

    @property
    def is_nobody(self) -> bool:
        """Whether there is nobody whom the file may mean: so it is with most files."""
        return not self._found

    def matches(self, entry: import_file.Entry) -> dict[str, sqlite3.Row]:
        """Who has which identifier of an entry."""
        wanted = dict(entry.identifiers)
        if "user_id" in wanted:
            wanted["user_id"] = limits.USER_ID_PREFIX + wanted["user_id"]
        return {name: self._found[name, text] for name, text in wanted.items() if (name, text) in self._found}


def read_known(store: Store, connection_id: str, entries: Sequence[import_file.Entry]) -> Known:
    """Look up everybody whom the file may mean, in one question."""
    wanted: dict[str, list[str]] = {name: [] for name in _IDENTIFIERS}
    for entry in entries:
        if not entry.complaints:
            for name, text in entry.identifiers.items():
                wanted[name].append(limits.USER_ID_PREFIX + text if name == "user_id" else text)
    lists = {f"{name}s": msgspec.json.encode(texts).decode() for name, texts in wanted.items()}
    return Known(store.rows("read_known_users", {"connection_id": connection_id, **lists}))


def without_factors(entries: Sequence[import_file.Entry]) -> list[import_file.Entry]:
    """Take the factors out of every entry that could be imported, when none can be stored.

    Returns:
        The entries that lost theirs: applied without, and failed with MFA_FACTORS_FAILED. Source: import user MFA
        authenticator enrollments, read on 2026-11-23: other changes stay.

    """
    lost: list[import_file.Entry] = []
    for entry in entries:
        if not entry.complaints and "mfa_factors" in entry.user:
            lost.append(msgspec.structs.replace(entry, complaints=[_FACTORS]))
            entry.user = {name: value for name, value in entry.user.items() if name != "mfa_factors"}
    return lost


def plan(entries: Sequence[import_file.Entry], known: Known, *, upsert: Upsert | None, now_ms: int) -> Plan:
    """Decide for every entry: a new person, a changed one, or a failure.

    Args:
        entries: the file.
        known: whom it may mean.
        upsert: how people who are there are changed; None when they are not.
        now_ms: the present.

    """
    if known.is_nobody:
        return Plan(
            inserts=[entry for entry in entries if not entry.complaints],
            failures=[entry for entry in entries if entry.complaints],
        )
    decided = Plan()
    for entry in entries:
        if not entry.complaints:
            matches = known.matches(entry)
            if not matches:
                decided.inserts.append(entry)
                continue
            person = None if upsert is None else _meant(matches, upsert)
            refused = _EXISTS if upsert is None else _refused(entry, matches, person)
            if upsert is not None and person is not None and refused is None:
                decided.updates.append(_updated_row(person, entry.user, upsert, now_ms=now_ms))
                continue
            entry.complaints = [_EXISTS if refused is None else refused]
        decided.failures.append(entry)
    return decided


def write(store: Store, decided: Plan, *, connection_id: str, now_ms: int) -> None:
    """Make new people and change known ones, in the transaction of whoever asks."""
    arrived = [entry.user for entry in decided.inserts]
    if arrived:
        columns = arrivals.columns(arrived, connection_id=connection_id, now_ms=now_ms)
        store.insert_columns("insert_users", columns)
    store.run_many("update_imported_user", decided.updates)


def _meant(matches: dict[str, sqlite3.Row], upsert: Upsert) -> sqlite3.Row | None:
    """Whom an entry means; None when it only clashes with somebody."""
    return next(
        (matches[name] for name in _IDENTIFIERS if name in matches and upsert.matches_any), matches.get("email")
    )


def _updated_row(known: sqlite3.Row, user: Mapping[str, Any], upsert: Upsert, *, now_ms: int) -> dict[str, Any]:
    changes = {name: value for name, value in user.items() if name != "mfa_factors" or not upsert.keeps_factors}
    return profiles.updated_row(known, changes, now_ms=now_ms)


def _refused(
    entry: import_file.Entry, matches: dict[str, sqlite3.Row], person: sqlite3.Row | None
) -> complaints.Complaint | None:
    """Why an entry with matches cannot update the person it means; None when it can."""
    for name, clash in _CLASHES.items():
        if name in matches and (person is None or matches[name]["number"] != person["number"]):
            return clash
    if person is not None and person["hash_kind"] == "imported":
        offered = "password_hash" if "password_hash" in entry.user else None
    else:
        offered = next((name for name in ("custom_password_hash", "password_hash") if name in entry.user), None)
    if offered is None:
        return None
    message = f"A {offered} was provided, but the user already has password hash defined."
    return complaints.Complaint("CONFLICT", message)
