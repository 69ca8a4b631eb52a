"""A pass held against earlier rounds: who is packed now, who keeps the state it had, who vanished.

Records of the source and statements of earlier rounds are divided by the checksum of their key, so that a part of both
fits into memory, and joined part by part. Whoever was packed once and is the same in every byte is settled by that;
everybody else is looked at. What becomes of each record is then known by its place in the spools, one byte a record;
lists are written in the order of the source. The number of workers changes nothing of it.

A record that is not packed, rejected or held in this round keeps the state of its last round. What has no key belongs
to a round alone, and every round reads the whole source: so a round speaks anew of all such records, and what the last
round said of them ends.
"""

from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any

import msgspec

from samekey.errors import UsageError
from samekey.pack import fingerprints
from samekey.pack.changes import KINDS_PACKED, Change, Ended, Kind, State, Was
from samekey.pack.division import HELD, LEFT_OUT, REJECTED, USER, Division, Part, Present
from samekey.pack.duplicates import Refused
from samekey.pack.earlier import Earlier
from samekey.pack.fates import Decided, Fate
from samekey.pack.fingerprints import CARRIED, Fingerprints
from samekey.pack.known import Known, Statement
from samekey.pack.sharing import SideBySide
from samekey.pack.spilling import Sorter
from samekey.pack.spool import Spool
from samekey.pack.user_lines import UserLine
from samekey.pack.vanished import Vanished

_IDENTIFIERS = ("email", "username", "phone_number", "user_id")
_GONE_FROM = 1 << 60
"""Whoever vanished comes after everybody who is there."""

_encode = msgspec.json.Encoder().encode


def decide(
    earlier: Earlier,
    spools: Sequence[Spool],
    refused: Iterable[Refused],
    folder: Path,
    *,
    side_by_side: SideBySide = map,
    on_this_machine: SideBySide = map,
) -> Decided:
    """Hold everybody in the spools against earlier rounds.

    Args:
        earlier: the rounds, and what is wanted of them.
        spools: all of them, in the order of the source.
        refused: users who are duplicates of others.
        folder: private, and gone at the end.
        side_by_side: works on several spools, or parts of all, at once.
        on_this_machine: the same, where the run folder is seen.

    Raises:
        UsageError: a key is not one record's alone, so that it cannot be said who changed.
        RunFolderChanged: a file of an earlier round cannot be read.

    """
    return _Join(earlier, spools, refused, folder, side_by_side, on_this_machine).decided()


class _Join:
    """One pass held against earlier rounds."""

    def __init__(
        self,
        earlier: Earlier,
        spools: Sequence[Spool],
        refused: Iterable[Refused],
        folder: Path,
        side_by_side: SideBySide,
        on_this_machine: SideBySide,
    ) -> None:
        self.earlier = earlier
        self.spools = spools
        self.is_retry = earlier.wanted is not None
        users = bytearray(sum(spool.users for spool in spools))
        for each in refused:
            users[each.ordinal] = True
        self.division = Division(earlier, spools, users, folder, side_by_side, on_this_machine)
        self.vanished = Vanished(folder, spools)
        self.takes_unknown = False
        """Whether a retry takes up records that no round knows."""
        self.found = Decided(
            bytearray(len(users)),
            bytearray(self.division.rejections),
            bytearray(self.division.held),
            Sorter(folder, "changes"),
            Sorter(folder, "ended"),
        )

    def decided(self) -> Decided:
        self.takes_unknown = self.is_retry and self._last_round_had_nameless()
        for part in self.division.parts(settle=not self.is_retry):
            self._join(part)
        for number, change in enumerate(self.vanished):
            self.found.counts.update(change.kinds)
            self.found.changes.add(_GONE_FROM + number, _encode(change))
        self.found.counts["unreadable"] = self.division.unreadable
        return self.found

    # --- joining -----------------------------------------------------------------------------------------------------

    def _join(self, part: Part) -> None:
        self.found.counts["unchanged"] += part.settled
        self.found.left_out += part.settled
        before, baseline = self._known(part.statements)
        there: dict[str, list[Present]] = {}
        for present in part.present:
            there.setdefault(present.key, []).append(present)
        for key, bearers in there.items():
            if key:
                bearers.sort(key=lambda each: each.kind)
                first, *others = bearers
                _require_one(first, others, before.get(key))
                self._decide(first, before.get(key), baseline.get(key))
            else:
                others = bearers
            for each in others:
                self._nameless(each)
        for key, known in baseline.items():
            if key and not known.is_gone and (key not in there or there[key][0].kind == LEFT_OUT):
                self._vanished(key, known)

    def _known(self, statements: Iterable[Statement]) -> tuple[dict[str, Known], dict[str, Known]]:
        """What all rounds say, and what the ones say that this pass is held against."""
        before: dict[str, Known] = {}
        baseline: dict[str, Known] = {}
        last = len(self.earlier.rounds) - 1
        for said in statements:
            is_of_one = bool(said.key) and before.setdefault(said.key, Known()).hear(said)
            if said.key and said.round < self.earlier.since:
                baseline.setdefault(said.key, Known()).hear(said)
            if not is_of_one and said.round == last:
                self.found.nameless_before += 1
                self._end(said)
        return before, baseline

    def _decide(self, present: Present, before: Known | None, baseline: Known | None) -> None:
        if present.kind == LEFT_OUT:
            self._leave(before)
        elif self.is_retry and not self._is_wanted(before):
            self._set(present, Fate.LEFT)
            self._leave(before)
        elif present.kind != USER:
            self._set(present, Fate.LISTED)
            self._state(before)
            if before and before.state == State.PACKED:
                kind = Kind.HELD if present.kind == HELD else Kind.REJECTED
                self._change(present, before, [kind], blocked=before.blocked)
        elif before and (failed := self.earlier.failed_changes.get((before.round, before.place))):
            self._compare(present, before, before, failed)
        elif not self.is_retry and (packed := _packed(baseline) or _packed(before)):
            self._compare(present, before, packed)
        else:
            self._set(present, Fate.NEW)
            self._state(before)
            self.found.counts["new"] += 1

    def _is_wanted(self, before: Known | None) -> bool:
        """Whether a retry takes the record up."""
        if before is None or before.state is None:
            return self.takes_unknown
        if before.state == State.PACKED and self.earlier.wanted:
            return self.earlier.wanted(before.round, before.place)
        return True

    def _last_round_had_nameless(self) -> bool:
        """Whether the last round rejected records without a key of their own: who is unknown may be one of them."""
        last = len(self.earlier.rounds) - 1
        for part in self.division.parts(settle=False):
            known: dict[str, Known] = {}
            for said in part.statements:
                if said.round == last and not (said.key and known.setdefault(said.key, Known()).hear(said)):
                    return True
        return False

    def _compare(self, present: Present, before: Known | None, baseline: Known, failed: Change | None = None) -> None:
        """Pack who changed, and who did not get the change of an earlier round: with what changed then, and since."""
        kinds = self._kinds(present, baseline)
        if failed:
            kinds = [kind for kind in Kind if kind in kinds or kind in KINDS_PACKED.intersection(failed.kinds)]
        if not kinds:
            self.found.counts["unchanged"] += 1
            self._set(present, Fate.LEFT)
            self._leave(before)
            return
        is_packed = Kind.IDENTIFIER not in kinds and not KINDS_PACKED.isdisjoint(kinds)
        self._set(present, Fate.CHANGED if is_packed else Fate.LEFT)
        if is_packed:
            self._state(before)
        else:
            self._leave(before)
        blocked = bool(present.line and present.line.blocked)
        self._change(present, baseline, kinds, blocked=blocked, is_packed=is_packed, failed=failed)

    def _kinds(self, present: Present, baseline: Known) -> list[Kind]:
        line, now, was = present.line, present.now, baseline.was
        if line is None or now is None or baseline.line is None:
            raise ValueError("two packed users who are compared have lines, and the present one fingerprints")
        kinds = []
        is_other = line.identifiers != baseline.line.identifiers
        if was is None:  # packed since the named round, and may not be over there: all of it goes once more
            was, kinds = now, [Kind.PROFILE, Kind.PASSWORD]
        if now.profile != was.profile and not (
            (is_other or line.blocked != baseline.line.blocked)
            and self._profile_is_as_before(present.place, baseline.line, was)
        ):
            kinds.append(Kind.PROFILE)
        if now.password != was.password:
            kinds.append(Kind.PASSWORD)
        if is_other:
            kinds.append(Kind.IDENTIFIER)
        if baseline.is_gone:
            kinds.append(Kind.RETURNED)
        if bool(line.blocked) != baseline.blocked:
            kinds.append(Kind.DISABLED if line.blocked else Kind.ENABLED)
        return kinds

    def _profile_is_as_before(self, place: int, line: UserLine, was: Fingerprints) -> bool:
        """Whether all that changed are identifiers and `blocked`: with the old ones the fingerprint is the old one."""
        user = msgspec.json.decode(_payload(self.spools, place), type=dict[str, Any])
        user.pop("custom_password_hash", None)
        for name in _IDENTIFIERS:
            old = line.identifiers.get(name)
            if old is None:
                user.pop(name, None)
            elif str(user.get(name, "")).lower() != old.lower():
                user[name] = old
        if line.blocked is None:
            user.pop("blocked", None)
        else:
            user["blocked"] = line.blocked
        ordered = {name: user[name] for name in self.earlier.properties if name in user}
        (made,) = fingerprints.lines_of([_encode(ordered)], ["none"], self.earlier.fingerprint_key)
        return Fingerprints.of_line(made).profile == was.profile

    # --- noting ------------------------------------------------------------------------------------------------------

    def _set(self, present: Present, fate: Fate) -> None:
        column = {HELD: self.found.held, REJECTED: self.found.rejections}.get(present.kind, self.found.users)
        column[present.place] = fate

    def _leave(self, before: Known | None) -> None:
        """The record keeps the state it had."""
        self.found.left_out += 1
        if before is None or before.state is None:
            self.found.unstated += 1

    def _state(self, before: Known | None) -> None:
        """The record gets a state in this round."""
        if before is None or before.state is None:
            self.found.met += 1
        else:
            self._end(before)

    def _nameless(self, present: Present) -> None:
        if present.kind == LEFT_OUT:
            self._leave(None)
            return
        if present.kind == HELD:  # a second held record with the same key: nobody can tell them apart
            self._set(present, Fate.LEFT)
            self._leave(None)
            return
        self._set(present, Fate.NAMELESS)
        self.found.nameless += 1

    def _end(self, former: Known | Statement) -> None:
        """What an earlier round said of a record does not hold any more."""
        state = State(former.state or "")
        was = self.earlier.was(former.round, former.place) if state == State.PACKED else None
        line = Ended(
            state,
            self.earlier.rounds[former.round].name,
            was.chunk if was else "",
            was.ordinal if was else 0,
            former.cluster,
            former.word,
        )
        order = (former.round * len(State) + list(State).index(state)) << 40 | former.place
        self.found.ended.add(order, _encode(line))

    def _change(
        self,
        present: Present,
        known: Known,
        kinds: Sequence[Kind],
        *,
        blocked: bool,
        is_packed: bool = False,
        failed: Change | None = None,
    ) -> None:
        self.found.counts.update(kinds)
        now = present.line.identifiers if present.line else {}
        change = Change(
            key=present.key,
            kinds=tuple(kinds),
            identifiers=known.identifiers,
            now=now if Kind.IDENTIFIER in kinds else {},
            blocked=blocked,
            packed=is_packed,
            had_password=failed.had_password if failed else bool(known.line and known.line.verdict in CARRIED),
            was=failed.was if failed else self._was(known),
            position=present.position,
        )
        self.found.changes.add(present.position.index if present.position else 0, _encode(change))

    def _was(self, known: Known) -> Was | None:
        return self.earlier.was(known.round, known.place) if known.state == State.PACKED else None

    # --- who vanished ------------------------------------------------------------------------------------------------

    def _vanished(self, key: str, known: Known) -> None:
        if known.state not in {State.PACKED, State.HELD} or self.is_retry:
            return
        change = Change(
            key=key,
            kinds=(Kind.VANISHED,),
            identifiers=known.identifiers,
            blocked=known.blocked,
            was=self._was(known),
        )
        order = (known.round * len(State) + list(State).index(known.state)) << 40 | known.place
        self.vanished.add(order, change)


def _packed(known: Known | None) -> Known | None:
    """What is known of a record, if it was packed last."""
    return known if known and known.state == State.PACKED and known.line else None


def _require_one(first: Present, others: Sequence[Present], known: Known | None) -> None:
    """Two packed records with one key would be one that changes with every look."""
    second = next((each for each in others if each.kind == USER), None)
    repeated = known.repeated[0] if known and known.repeated else None
    if second is None and repeated is None:
        return
    here = f"{first.position} and {second.position}" if second else "two records of an earlier round"
    raise UsageError(
        f"The key of {here} is the same, so that nobody can say which of them changed.",
        remedy="Let [user] key name a field that no two records share, and pack into a new run folder.",
    )


def _payload(spools: Sequence[Spool], ordinal: int) -> bytes:
    """What is sent for one user."""
    for spool in spools:
        if ordinal < spool.users:
            return spool.payload(ordinal)
        ordinal -= spool.users
    raise ValueError("more users than the spools hold")
