"""The part of a delivery that changes who is there: blocks, and updates of those who changed in a delta."""

from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path

from samekey.auth0 import limits
from samekey.client.address import TenantAddress
from samekey.client.management import Management
from samekey.client.wire import Connection
from samekey.clock import Clock
from samekey.deliver import blocking, by_hand, change_question, delta, holding, made_bare, over_there
from samekey.deliver.assignment import STEP
from samekey.deliver.blocking import Blocking
from samekey.deliver.change_question import AboutToChange
from samekey.deliver.holding import Hours
from samekey.deliver.lifecycle import FINAL, State
from samekey.deliver.over_there import OverThere
from samekey.deliver.places import FailedUsers
from samekey.errors import UsageError
from samekey.events import Listener, Noticed, Progressed
from samekey.journal import block_outcomes, milestones, outcome_codes
from samekey.journal.journal import Journal
from samekey.journal.rows import OutcomeRow
from samekey.pack import packed_users, prepared
from samekey.pack.changes import Change, Kind, changes_of
from samekey.pack.manifest import Manifest, read_manifest
from samekey.pack.prepared import ASIDE, PreparedRound, ToPrepare
from samekey.pack.run_folder import Round, RunFolder
from samekey.pack.seal import Recipients

_OURS_ALL_THE_SAME = frozenset({outcome_codes.PASSWORD_IN_USE, outcome_codes.PASSWORD_FIXED})
"""Failures of users whom the delivery brought, and only could not change."""


@dataclass(frozen=True)
class Changing:
    """Deltas of a run on their way to one tenant."""

    folder: RunFolder
    manifests: Sequence[Manifest]
    """Of every round, oldest first, with the chunks that are meant for the connection."""
    path: Path
    """The delivery's folder."""
    journal: Journal
    management: Management
    tenant: TenantAddress
    connection: Connection
    confirm: Callable[[AboutToChange], bool] | None
    keep_metadata: bool
    block_many: bool
    hours: Hours
    """When a person lets it work."""
    clock: Clock
    listener: Listener

    def deltas(self) -> list[tuple[Round, Manifest]]:
        """Rounds that change who is there, oldest first: deltas, and retries of those whom one could not update."""
        return [
            (each, manifest)
            for each, manifest in zip(self.folder.rounds(), self.manifests, strict=True)
            if manifest.since or any(chunk.changed for chunk in manifest.chunks)
        ]

    def is_their_turn(self) -> bool:
        """Whether everybody who was handed in is settled: what is changed must not be overtaken by what was before."""
        return all(chunk.state in FINAL for chunk in self.journal.chunks())

    def prepared_rounds(self) -> dict[str, Round]:
        """Changed users as they were prepared for this delivery, by what the journal calls their rounds."""
        found = [PreparedRound.of(self.path, each.name, each.identities) for each, _ in self.deltas()]
        return {prepared.name_of(each.name): each for each in found if each.is_there}

    def one_after_another(self) -> Iterator[dict[str, Round]]:
        """Each delta when it is ready to be handed in, by what the journal calls its round.

        Raises:
            UsageError, TenantError: see `begin`.

        """
        for each, manifest in self.deltas():
            if not self.is_their_turn():
                self.listener.notice(Noticed(STEP, "Changes follow when everybody before them is settled."))
                return
            yield self.begin(each, manifest)
            if self.is_their_turn():
                self.end(each, manifest)

    def are_ahead(self) -> bool:
        """Whether a delta is not carried over yet."""
        done = int(self.journal.last_note(milestones.CHANGES_DONE) or 0)
        return any(int(each.name) > done for each, _ in self.deltas())

    def begin(self, each: Round, manifest: Manifest) -> dict[str, Round]:
        """Prepare a delta, ask, block, and put what is to be imported into the journal.

        Raises:
            UsageError: the person did not confirm, or far too many would be blocked; nobody was changed.
            TenantError: the tenant refused, or is out of reach; everything done is journalled.
            DeliveryPaused: the time is over; everything done is journalled.

        """
        made = PreparedRound.of(self.path, each.name, self.folder.identities)
        if not change_question.is_confirmed(self.journal, each.name):
            made.forget()
            found = self._prepare(each, manifest)
            about = self._about(each, manifest, found)
            self._warn(about)
            change_question.obtain(self.journal, about, self.confirm, block_many=self.block_many, clock=self.clock)
        elif made.read().keeps_metadata != self.keep_metadata and not self._is_done(each):
            before = "with" if made.read().keeps_metadata else "without"
            raise UsageError(f"This delta began {before} --keep-metadata.", remedy=f"Go on {before} it.")
        self._take_in(each, made)
        self._block(each, manifest)
        return {prepared.name_of(each.name): made}

    def _is_done(self, each: Round) -> bool:
        name = prepared.name_of(each.name)
        states = [chunk.state in FINAL for chunk in self.journal.chunks() if chunk.round == name]
        return bool(states) and all(states)

    def end(self, each: Round, manifest: Manifest) -> None:
        """List who is left to a person."""
        blocks = {row.key: row for row in self.journal.blocks() if row.round == each.name}
        made = PreparedRound.of(self.path, each.name, self.folder.identities)
        name = prepared.name_of(each.name)
        if bare := made_bare.find(self.journal, {name: made}, self.management, self.connection):
            text = (
                f"{bare:,} users were deleted over there just before, and made again without a password: see the list."
            )
            self.listener.notice(Noticed(STEP, text, "warning"))
        path = by_hand.path_of(self.path, each.name)
        count = by_hand.write(
            path,
            self._changes(each),
            made.places(),
            blocks,
            codes=self._codes_of(name),
            spares_vanished=_spares_vanished(manifest),
        )
        if count:
            text = f"{count:,} changes of round {each.name} are left to you, each with its way out: {path}"
            self.listener.notice(Noticed(STEP, text, "warning"))
        if self.journal.last_note(milestones.CHANGES_DONE) != each.name:
            self.journal.add_milestone(milestones.CHANGES_DONE, at=self.clock.now(), note=each.name)

    def _codes_of(self, name: str) -> dict[tuple[str, int], str]:
        """What became known of prepared users when their turn had come, by import file and place."""
        files = {chunk.name: chunk for chunk in self.journal.chunks() if chunk.round == name}
        bare = [row for row in self.journal.outcomes() if row.round == name and row.code == outcome_codes.MADE_BARE]
        codes = dict.fromkeys(self.journal.without_hash(name), outcome_codes.PASSWORD_IN_USE)
        for row in bare:
            codes[files[row.chunk].file_name, files[row.chunk].first + row.ordinal] = row.code
        return codes

    def _changes(self, each: Round) -> Iterator[Change]:
        """Who changed, of those who were meant for this connection."""
        meant = {
            (earlier.name, chunk.name)
            for earlier, manifest in zip(self.folder.rounds(), self.manifests, strict=True)
            for chunk in manifest.chunks
        }
        return (change for change in changes_of(each) if change.was and (change.was.round, change.was.chunk) in meant)

    # --- before anybody is changed -----------------------------------------------------------------------------------

    def _prepare(self, each: Round, manifest: Manifest) -> prepared.Prepared:
        return prepared.prepare(
            self.path,
            each.name,
            self._planned(each, manifest),
            users_max=max((chunk.users for chunk in manifest.chunks), default=0),
            bytes_max=limits.CHUNK_BYTES_DEFAULT,
            keeps_metadata=self.keep_metadata,
            recipients=Recipients.parse(manifest.encrypted_to) if manifest.encrypted_to else None,
        )

    def _planned(self, each: Round, manifest: Manifest) -> Iterator[ToPrepare]:
        names = [(each.name, chunk.name) for chunk in manifest.chunks if chunk.changed]
        if not names:
            return
        changed = {change.key: change for change in changes_of(each) if change.packed}
        failed = self._failed()
        users = sum(chunk.users for chunk in manifest.chunks if chunk.changed)
        with closing(OverThere(self.management, self.connection, self.listener)) as there:
            if over_there.is_better_exported(users, manifest.known):
                there.export(user.user for user in packed_users.packed_users(self.folder, chunks=names))
            for number, user in enumerate(packed_users.packed_users(self.folder, chunks=names), start=1):
                self._stand_by()
                change = changed[user.key]
                decided = delta.plan(
                    change,
                    user.user,
                    there.find(user.user),
                    connection=self.connection.name,
                    keep_metadata=self.keep_metadata,
                    was_delivered=change.was is not None and not failed.holds(change.was),
                )
                yield ToPrepare(user, decided.entry, decided.is_there, decided.code, decided.loses_metadata)
                self.listener.notice(Progressed(STEP, number, users))

    def _about(self, each: Round, manifest: Manifest, found: prepared.Prepared) -> AboutToChange:
        ours = self._blocked_by_us()
        spares = _spares_vanished(manifest)
        vanished = disabled = let_in = by_hands = 0
        for change in self._changes(each):
            wanted = _wanted(change, ours, spares_vanished=spares)
            disabled += wanted is True and Kind.DISABLED in change.kinds
            vanished += wanted is True and Kind.VANISHED in change.kinds
            let_in += wanted is False
            by_hands += by_hand.is_whole(change, blocks=wanted)
        return AboutToChange(
            tenant=self.tenant,
            connection=self.connection,
            round=each.name,
            known=min(manifest.known, self._packed_before(each)),
            vanished=vanished,
            disabled=disabled,
            let_in=let_in,
            updated=found.updated,
            created=found.created,
            losing_metadata=found.losing_metadata,
            codes=found.codes,
            by_hand=by_hands,
            unreadable=manifest.changes.get("unreadable", 0),
        )

    def _packed_before(self, each: Round) -> int:
        """How many users earlier rounds hold for this connection."""
        return sum(
            chunk.users
            for earlier, manifest in zip(self.folder.rounds(), self.manifests, strict=True)
            for chunk in manifest.chunks
            if int(earlier.name) < int(each.name) and not chunk.changed
        )

    def _warn(self, about: AboutToChange) -> None:
        if about.losing_metadata:
            text = (
                f"{about.losing_metadata:,} users lose metadata over there that their records do not hold: "
                "an import replaces it whole. --keep-metadata merges instead."
            )
            self.listener.notice(Noticed(STEP, text, "warning"))
        if about.unreadable:
            text = f"{about.unreadable:,} records could not be read, so nobody counts as vanished: mend them first."
            self.listener.notice(Noticed(STEP, text, "warning"))

    # --- changing ----------------------------------------------------------------------------------------------------

    def _take_in(self, each: Round, made: PreparedRound) -> None:
        """The journal learns of the import files, and of those who are not sent."""
        name = prepared.name_of(each.name)
        found = made.read()
        if not self.journal.is_looked_for(name):
            self.journal.add_existed(name, prepared.existed(made.places()), at=self.clock.now())
        aside = [
            OutcomeRow(name, ASIDE, place.place, "failed", place.code, "", place.identifier)
            for place in made.places()
            if place.to == ASIDE
        ]
        if aside:
            self.journal.add_settled(name, ASIDE, aside, state=State.SETTLED)
        chunks = [(chunk.name, chunk.users, chunk.sha256) for chunk in found.chunks]
        self.journal.add_chunks(name, chunks, state=State.WAITING)

    def _block(self, each: Round, manifest: Manifest) -> None:
        ours = self._blocked_by_us(before=each.name)
        spares = _spares_vanished(manifest)
        failed = self._failed()

        def blockings() -> Iterator[Blocking]:
            for change in self._changes(each):
                wanted = _wanted(change, ours, spares_vanished=spares)
                if wanted is not None and change.was is not None:
                    yield Blocking(change.key, change.identifiers, wanted, not failed.holds(change.was))

        blocking.carry_out(
            self.journal,
            self.management,
            each.name,
            blockings(),
            connection=self.connection.name,
            stand_by=self._stand_by,
            total=sum(_wanted(change, ours, spares_vanished=spares) is not None for change in self._changes(each)),
            clock=self.clock,
            listener=self.listener,
        )

        outcomes = Counter(row.outcome for row in self.journal.blocks() if row.round == each.name)
        if outcomes:
            shown = ", ".join(f"{count:,} {outcome}" for outcome, count in sorted(outcomes.items(), key=str))
            self.listener.notice(Noticed(STEP, f"Round {each.name}, who may not come in any more: {shown}."))

    def _stand_by(self) -> None:
        """Wait, or end, as a person wants."""
        holding.stand_by(self.hours, self.clock, lambda text: self.listener.notice(Noticed(STEP, text, "warning")))

    def _failed(self) -> FailedUsers:
        """Whom this delivery never brought."""
        everything = [read_manifest(one) for one in self.folder.rounds()]
        return FailedUsers.read(self.journal, self.folder.rounds(), everything, self.path, but_not=_OURS_ALL_THE_SAME)

    def _blocked_by_us(self, *, before: str = "") -> set[str]:
        """Keys of those whom this delivery blocked, and did not let in again."""
        ours: set[str] = set()
        for row in self.journal.blocks():
            if before and int(row.round) >= int(before):
                continue
            if row.outcome == block_outcomes.BLOCKED:
                ours.add(row.key)
            elif row.outcome == block_outcomes.LET_IN:
                ours.discard(row.key)
        return ours


def _spares_vanished(manifest: Manifest) -> bool:
    """Whether nobody counts as vanished: who cannot be read may be one of them."""
    return bool(manifest.changes.get("unreadable"))


def _wanted(change: Change, ours: set[str], *, spares_vanished: bool) -> bool | None:
    if spares_vanished and Kind.VANISHED in change.kinds:
        return None
    return blocking.wanted(change, blocked_by_us=change.key in ours)
