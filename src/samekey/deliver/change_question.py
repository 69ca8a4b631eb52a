"""Nobody over there is changed or blocked by a delta before a person saw how many, and said yes."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from samekey.client.address import TenantAddress
from samekey.client.wire import Connection
from samekey.clock import Clock
from samekey.errors import UsageError
from samekey.journal import milestones
from samekey.journal.journal import Journal

VANISHED_SHARE_MAX = 0.1
"""When more than this share of everybody vanished, it looks like a source that was cut short."""


@dataclass(frozen=True)
class AboutToChange:
    """What a person sees before a delta changes anybody."""

    tenant: TenantAddress
    connection: Connection
    round: str
    known: int
    """People whom the run knows for this connection."""
    vanished: int
    """Users to be blocked because they are no longer in the source."""
    disabled: int
    """Users to be blocked because the source says so."""
    let_in: int
    """Users to be let in again, whom this delivery had blocked."""
    updated: int
    created: int
    losing_metadata: int
    """Users who lose metadata that their records do not hold."""
    codes: Mapping[str, int]
    """Users by what no import carries over."""
    by_hand: int
    """Users whose change no import carries over, who are listed with their way out."""
    unreadable: int
    """Records of the source without a key: as long as there are any, nobody counts as vanished."""

    @property
    def blocks(self) -> int:
        """Users that would be blocked."""
        return self.vanished + self.disabled

    @property
    def is_nothing(self) -> bool:
        """Whether nobody would be changed."""
        return not (self.blocks or self.let_in or self.updated or self.created)


def is_confirmed(journal: Journal, round_name: str) -> bool:
    """Whether a person has let the changes of a round go."""
    note = journal.last_note(milestones.CHANGES_CONFIRMED)
    return note is not None and int(note) >= int(round_name)


def obtain(
    journal: Journal,
    about: AboutToChange,
    confirm: Callable[[AboutToChange], bool] | None,
    *,
    block_many: bool,
    clock: Clock,
) -> None:
    """Ask once for each delta of a delivery, and write the answer down; a tenant on loopback needs no asking.

    Args:
        journal: of the delivery; a yes stands in it from then on.
        about: what would be changed.
        confirm: shows it to a person and returns what they said; None when a script said `--yes`.
        block_many: whether a person said that as many as that are to be blocked.
        clock: time.

    Raises:
        UsageError: the person did not say yes, or far too many would be blocked; nobody was changed.

    """
    if about.vanished > VANISHED_SHARE_MAX * about.known and not block_many:
        raise UsageError(
            f"Round {about.round} would block {about.vanished:,} of {about.known:,} people because they vanished: "
            "it looks as if the source had been cut short.",
            remedy="Nobody was changed. Look into the source; if it is right, add --block-many.",
        )
    if confirm and not about.is_nothing and not about.tenant.is_loopback and not confirm(about):
        raise UsageError("Not confirmed; nobody was changed.", remedy="Run the same command again when you are ready.")
    journal.add_milestone(milestones.CHANGES_CONFIRMED, at=clock.now(), note=about.round)
