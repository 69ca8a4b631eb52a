"""Blocking those who vanished from the source or were disabled in it: one request a user, which no import can do.

The intent is journalled before the request leaves. The request may be made twice without harm, so whoever was on the
way when the process ended is simply asked about and blocked again.
"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Protocol

from samekey.auth0 import limits
from samekey.client import refusals
from samekey.client.wire import Profile
from samekey.clock import Clock
from samekey.deliver.assignment import STEP
from samekey.deliver.delta import is_of
from samekey.errors import TenantRefused
from samekey.events import Listener, Progressed, Reached
from samekey.journal import block_outcomes
from samekey.journal.journal import Journal
from samekey.pack.changes import Change, Kind

BLOCKING = frozenset({Kind.VANISHED, Kind.DISABLED})


class People(Protocol):
    """Where users are looked up and blocked; `samekey.client.management.Management` is one."""

    def users_by_email(self, email: str) -> list[Profile]:
        """Everyone with this address, in every connection."""
        ...

    def user(self, user_id: str) -> Profile | None:
        """The user with this id, prefix included; None when there is none."""
        ...

    def set_blocked(self, user_id: str, *, blocked: bool) -> None:
        """Block a user, or let it in again."""
        ...


@dataclass(frozen=True)
class Blocking:
    """One user who is to be blocked, or let in again."""

    key: str
    identifiers: Mapping[str, str]
    blocked: bool
    is_ours: bool
    """False where our import of this person failed: whoever is there was there before."""


def wanted(change: Change, *, blocked_by_us: bool) -> bool | None:
    """Whether somebody is to be blocked (true) or let in again (false); None when neither.

    Args:
        change: what changed.
        blocked_by_us: whether this delivery blocked the person before. Nobody else's block is lifted.

    """
    if change.was is None:
        return None  # was held, and never sent
    if not BLOCKING.isdisjoint(change.kinds):
        return True
    lifts = Kind.RETURNED in change.kinds or Kind.ENABLED in change.kinds
    return False if lifts and blocked_by_us and not change.blocked else None


def carry_out(
    journal: Journal,
    people: People,
    round_name: str,
    blockings: Iterable[Blocking],
    *,
    connection: str,
    total: int,
    stand_by: Callable[[], None] = lambda: None,
    clock: Clock,
    listener: Listener,
) -> None:
    """Block everybody of a round who is not blocked yet.

    Args:
        journal: of the delivery.
        people: the tenant.
        round_name: the round that says so.
        blockings: who.
        connection: the connection's name; nobody of another one is touched.
        total: how many they are.
        stand_by: called before each; it may wait, or raise.
        clock: time.
        listener: hears how far it came.

    Raises:
        TenantError: the tenant refused, or is out of reach; whoever was done is journalled.

    """
    done = {row.key for row in journal.blocks() if row.round == round_name and row.outcome}
    for number, each in enumerate(blockings, start=1):
        if each.key not in done:
            stand_by()
            _carry_out(journal, people, round_name, each, connection, clock, listener)
        listener.notice(Progressed(STEP, number, total))


def _carry_out(
    journal: Journal,
    people: People,
    round_name: str,
    each: Blocking,
    connection: str,
    clock: Clock,
    listener: Listener,
) -> None:
    found, why_not = _found(people, each, connection)
    user_id = str(found["user_id"]) if found else ""
    journal.intend_block(round_name, each.key, blocked=each.blocked, user_id=user_id, at=clock.now())
    listener.notice(Reached("block-intended", each.key))
    if found:
        why_not = _set_blocked(people, user_id, blocked=each.blocked)
        listener.notice(Reached("block-answered", each.key))
    done = block_outcomes.BLOCKED if each.blocked else block_outcomes.LET_IN
    journal.end_block(round_name, each.key, why_not or done)


def _set_blocked(people: People, user_id: str, *, blocked: bool) -> str:
    """Why it was not done; empty when it was."""
    try:
        people.set_blocked(user_id, blocked=blocked)
    except TenantRefused as refusal:
        if refusal.status != refusals.NOT_FOUND:
            raise
        return block_outcomes.ABSENT  # deleted since it was looked up
    return ""


def _found(people: People, each: Blocking, connection: str) -> tuple[Profile | None, str]:
    """The one user of the connection that is meant, or why there is none."""
    if not each.is_ours:
        return None, block_outcomes.NOT_OURS
    user_id, email = each.identifiers.get("user_id"), each.identifiers.get("email")
    if user_id:
        profile = people.user(f"{limits.USER_ID_PREFIX}{user_id}")
        found = [profile] if profile else []
    elif email:
        found = people.users_by_email(email)
    else:
        return None, block_outcomes.UNSOUGHT
    here = [profile for profile in found if is_of(profile, connection)]
    return (here[0], "") if len(here) == 1 else (None, block_outcomes.ABSENT)
