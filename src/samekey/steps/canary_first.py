"""The canary of a delivery: a few users around a known person, proved at the door before others follow."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from samekey.clock import Clock
from samekey.deliver import canary
from samekey.deliver.canary import Flown, Place
from samekey.deliver.lifecycle import State
from samekey.errors import DeliveryPaused
from samekey.events import Listener, Noticed
from samekey.journal import milestones
from samekey.journal.journal import Journal
from samekey.journal.rows import ChunkRow
from samekey.pack import packed_users
from samekey.pack.run_folder import RunFolder
from samekey.steps.tenants import Door, is_one_of, try_the_door
from samekey.verify.logins import KnownLogin, LoginResult

_WORKERS = 2


@dataclass(frozen=True)
class CanaryFirst:
    """A few users who go before everybody else."""

    journal: Journal
    folder: RunFolder
    known: Sequence[KnownLogin]
    """People whose password is known."""
    door: Door | None
    """Where those among the first users log in; None when nobody can."""
    proceed: Callable[[Flown], bool] | None
    """Shown what became of them, says whether the others follow; None means yes if all went well."""
    clock: Clock
    listener: Listener

    def chunk(self, users: int) -> ChunkRow | None:
        """The chunk that is to go first; None when there is none, or it was let pass.

        Args:
            users: how many go first; 0 for none.

        """
        if not users or self.journal.last_milestone(milestones.CANARY_PASSED):
            return None
        near = None
        if self.known and self.journal.last_note(milestones.CANARY_CHOSEN) is None:
            near = self._place_of_a_known_person()
        return canary.choose(self.journal, users, near=near, at=self.clock.now())

    def judge(self, first: ChunkRow, *, go_on: bool) -> None:
        """Let the known people of the canary try the door, and ask whether the others may follow.

        Args:
            first: the canary.
            go_on: a person said that they may, whatever became of it.

        Raises:
            DeliveryPaused: they may not.

        """
        key = (first.round, first.name)
        chunks = {(chunk.round, chunk.name): chunk for chunk in self.journal.chunks()}
        if chunks[key].state != State.SETTLED:
            return
        tried = self._tried(first)
        failed = self.journal.failures().get(key, 0)
        flown = Flown(first.users, failed, len(tried), sum(login.is_ok for login in tried))
        self.listener.notice(Noticed("deliver", flown.said(), "info" if flown.is_well else "warning"))
        if go_on or (self.proceed(flown) if self.proceed else flown.is_well):
            self.journal.add_milestone(milestones.CANARY_PASSED, at=self.clock.now(), note=flown.said())
            return
        raise DeliveryPaused(
            flown.said(), remedy="Nobody else was sent. To send the others all the same:", option="--go-on"
        )

    def _place_of_a_known_person(self) -> Place | None:
        names = {login.username.lower() for login in self.known}
        mine = {(chunk.round, chunk.file_name) for chunk in self.journal.chunks()}
        for each in packed_users.packed_users(self.folder, chunks=mine):
            if is_one_of(each.user, names):
                return Place(each.round, each.chunk, each.ordinal)
        return None

    def _tried(self, first: ChunkRow) -> list[LoginResult]:
        """How the known people of the canary fared at the door."""
        if self.door is None:
            return []
        part = range(first.first, first.first + first.users)
        of_file = packed_users.packed_users(self.folder, chunks=[(first.round, first.file_name)])
        sent = [each for each in of_file if each.ordinal in part]
        among = [login for login in self.known if any(is_one_of(each.user, {login.username.lower()}) for each in sent)]
        return try_the_door(self.journal, self.folder, among, self.door, self.clock, self.listener, workers=_WORKERS)
