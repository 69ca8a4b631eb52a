"""The step from a source to a round: read, map, check and split."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import msgspec

from samekey import __version__
from samekey.clock import Clock, SystemClock
from samekey.engine.base import Engine
from samekey.engine.local import LocalEngine, default_workers
from samekey.engine.passing import Packed, pack_source
from samekey.errors import RunFolderError
from samekey.events import Listener, Nobody, Noticed, StepFinished, StepStarted
from samekey.mapping.rules import Rules, read_rules
from samekey.pack.earlier import Earlier
from samekey.pack.fates import Decided
from samekey.pack.files import write_whole
from samekey.pack.manifest import JoinRead, Manifest, SourceRead, read_manifest, unreadable
from samekey.pack.purge import read_purge
from samekey.pack.run_folder import Round, RunFolder
from samekey.pack.seal import Identities, Recipients
from samekey.records import Rejection
from samekey.secret import Secret
from samekey.sources import join
from samekey.sources.base import Source
from samekey.sources.join import Joined, JoinedSource
from samekey.sources.opening import open_source
from samekey.sources.options import SourceOptions


def pack(
    source: str,
    *,
    rules_path: Path,
    run: Path,
    source_format: str | None = None,
    source_options: SourceOptions | None = None,
    logins_path: Path | None = None,
    allow_code: bool = False,
    send_pepper: bool = False,
    since: str = "",
    dry_run: bool = False,
    workers: int | None = None,
    engine: Engine | None = None,
    recipients: Recipients | None = None,
    identities: Identities | None = None,
    clock: Clock | None = None,
    listener: Listener | None = None,
) -> Manifest:
    """Read, map, check and split a source into a round that is ready to deliver.

    Args:
        source: a path, a URL or `-`.
        rules_path: the rules file.
        run: the run folder; made when it is not there.
        source_format: overrides recognition.
        source_options: how to read the source, where that cannot be seen.
        logins_path: known logins; each one found in the source must match what is packed for it.
        allow_code: whether the Python functions that the rules name may be run.
        send_pepper: whether records may hold the pepper that the rules name.
        since: a round of the run folder, or `last`: pack only who is new or changed since, and list who vanished.
        dry_run: do everything and write nothing.
        workers: processes to use at most; None for as many as there are cores.
        engine: where pieces of the source are mapped; None for processes of this machine.
        recipients: who alone may open the round; None for those of the round before, or whoever may read its files.
        identities: what opens earlier rounds, where they are encrypted; only needed with `since`.
        clock: time.
        listener: hears how far it came.

    Returns:
        The manifest. A round of the same source by the same rules is not packed again.

    Raises:
        RulesError: before a record is read.
        SourceError: the source cannot be read to its end; no round is left behind.
        UsageError: a known login does not match, or keys are not unique; no round is left behind.
        RunFolderError: the disk does not let us, the folder holds a round of something else, or not the one named.

    """
    clock, listener = clock or SystemClock(), listener or Nobody()
    rules = read_rules(rules_path, allow_code=allow_code, send_pepper=send_pepper)
    engine = engine or LocalEngine(workers or default_workers())
    source_options = options_for(engine, source_options)
    opened = open_source(engine.address(source), source_format=source_format, options=source_options)
    passwords = _known_passwords(logins_path, listener) if logins_path else {}
    folder = RunFolder(run, identities)
    if since and recipients is None:
        recipients = recipients_of(read_manifest(folder.last_round()))
    packing = Packing(folder, opened, rules, passwords, engine, recipients, clock, listener, source_options)
    if dry_run:
        return packed_manifest(packing, _held_against(folder, rules, since, keeps=False), dry_run=True)
    with folder.held():
        earlier = _packed_before(packing, since=since)
        if earlier:
            name, manifest = earlier
            said = f"Round {name} holds this source already; it is not packed again."
            if folder.deliveries() or manifest.rejected or manifest.held:
                said += f" To pack again who failed or was rejected: samekey retry {run}"
            listener.notice(Noticed("pack", said))
            return manifest
        return packed_manifest(packing, _held_against(folder, rules, since), dry_run=False)


def _known_passwords(path: Path, listener: Listener) -> dict[str, Secret]:
    from samekey.verify.logins import read_known_logins  # noqa: PLC0415  # a client of the tenant comes along with it

    return {login.username.lower(): login.password for login in read_known_logins(path, listener)}


_STRANGERS_NAMED = 5


@dataclass(frozen=True)
class Packing:
    """A source on its way into a round."""

    folder: RunFolder
    source: Source
    rules: Rules
    passwords: Mapping[str, Secret]
    engine: Engine
    recipients: Recipients | None
    clock: Clock
    listener: Listener
    options: SourceOptions | None = None

    @property
    def encrypted_to(self) -> tuple[str, ...]:
        """The recipients by name, as the manifest names them."""
        return self.recipients.names if self.recipients else ()


@dataclass(frozen=True)
class HeldAgainst:
    """Earlier rounds, and how a manifest names what was wanted of them."""

    earlier: Earlier
    since: str = ""
    retry: str = ""


def packed_manifest(packing: Packing, against: HeldAgainst | None, *, dry_run: bool) -> Manifest:
    """Pack a round.

    Args:
        packing: what is packed.
        against: rounds that it is held against; None for a pack of everybody.
        dry_run: write nothing.

    """
    rules, listener = packing.rules, packing.listener
    description = packing.source.describe()
    joined = packing.source.joined() if isinstance(packing.source, JoinedSource) else None
    for said in join.sentences(joined) if joined else ():
        listener.notice(Noticed("pack", said, "warning"))
    listener.notice(StepStarted("pack", None, "records"))
    making = None if dry_run else packing.folder.make_round(packing.recipients)
    try:
        done = pack_source(
            packing.source,
            rules,
            making,
            fingerprint_key=against.earlier.fingerprint_key if against else b"",
            known_logins=packing.passwords,
            engine=packing.engine,
            earlier=against.earlier if against else None,
            listener=listener,
        )
        for said in _named(done):
            listener.notice(Noticed("pack", said))
        if done.unfound:
            said = f"No record has anything for {', '.join(done.unfound)}: look how the fields are called and written."
            listener.notice(Noticed("pack", said, "warning"))
        strangers = sorted(packing.passwords.keys() - done.met)
        if strangers:
            named = ", ".join(strangers[:_STRANGERS_NAMED]) + (", …" if len(strangers) > _STRANGERS_NAMED else "")
            listener.notice(
                Noticed("pack", f"Known logins that are not in the source prove nothing: {named}.", "warning")
            )
        source_read = SourceRead(
            description.address,
            description.format,
            description.size_bytes,
            done.source_fingerprint,
            _join_read(joined) if joined else None,
            packing.options if packing.options != SourceOptions() else None,
        )
        manifest = _manifest(source_read, packing, done)
        if against and done.decided:
            manifest = _of_a_later_round(manifest, against, done.decided)
        if making and against and against.retry and not done.packed:
            making.abandon()
            listener.notice(Noticed("pack", "Nobody of those who failed or were rejected can be packed now."))
        elif making:
            write_whole(making.rules_path, rules.text.encode())
            write_whole(making.manifest_path, manifest.encoded())
            making.finish()
    except BaseException:
        if making:
            making.abandon()
        raise
    listener.notice(StepFinished("pack", {"read": done.read, "packed": done.packed}))
    return manifest


def _named(done: Packed) -> Iterator[str]:
    """A sentence for each of the first who are not packed in a dry run, which leaves no lists to look into."""
    for each in done.named:
        who = f"{each.position}, {each.key}" if each.key else str(each.position)
        if isinstance(each, Rejection):
            yield f"Rejected: {who}: {' of '.join(filter(None, (each.reason, each.field)))}. {each.remedy}"
        else:
            yield f"Held: {who}: {each.reason}. {each.explanation}"
    unnamed = done.rejected + done.held - len(done.named)
    if done.named and unnamed:
        yield f"{unnamed:,} more are not packed; a pack lists them all."


def _manifest(source: SourceRead, packing: Packing, done: Packed) -> Manifest:
    return Manifest(
        samekey=__version__,
        packed_at=packing.clock.now().isoformat(timespec="seconds"),
        source=source,
        rules_sha256=packing.rules.sha256(),
        read=done.read,
        packed=done.packed,
        rejected=done.rejected,
        held=done.held,
        left_out=done.left_out,
        passwords=dict(done.passwords),
        rejections=dict(done.rejections.most_common()),
        clusters=done.cluster_list(),
        chunks=tuple(done.chunks),
        encrypted_to=packing.encrypted_to,
    )


def _of_a_later_round(manifest: Manifest, against: HeldAgainst, decided: Decided) -> Manifest:
    """With what was held against earlier rounds. Records without a key are known to one round each, to the last one."""
    last = against.earlier.manifests[-1]
    known_before, unstated_before = (last.known, last.unstated) if last.is_later else (last.read, last.left_out)
    return msgspec.structs.replace(
        manifest,
        since=against.since,
        retry=against.retry,
        changes={kind: count for kind, count in sorted(decided.counts.items()) if count},
        known=known_before
        - unstated_before
        - decided.nameless_before
        + decided.met
        + decided.nameless
        + decided.unstated,
        unstated=decided.unstated,
    )


def options_for(engine: Engine, options: SourceOptions | None) -> SourceOptions | None:
    """How to read a source, with a joined one where the engine's workers find it.

    Raises:
        UsageError: they do not.

    """
    if options is None or options.join is None or not options.join.source:
        return options
    join = replace(options.join, source=engine.address(options.join.source))
    return replace(options, join=join)


def recipients_of(manifest: Manifest) -> Recipients | None:
    """Who may open a round, so that the next one is not open to more."""
    return Recipients.parse(manifest.encrypted_to) if manifest.encrypted_to else None


def _held_against(folder: RunFolder, rules: Rules, since: str, *, keeps: bool = True) -> HeldAgainst | None:
    """The rounds that `since` names; None where it names none. What has to be made of them stays there, or does not."""
    if not since:
        return None
    rounds = folder.rounds()
    named = _named_round(folder, since)
    number = [each.name for each in rounds].index(named.name) + 1
    earlier = earlier_rounds(folder, rules, since=number)
    earlier.fingerprint_key, earlier.keeps = folder.fingerprint_key(keep=keeps), keeps
    return HeldAgainst(earlier, since=named.name)


def _named_round(folder: RunFolder, since: str) -> Round:
    rounds = folder.rounds()
    named = folder.last_round() if since == "last" else next((each for each in rounds if each.is_called(since)), None)
    if named is None:
        raise RunFolderError(
            f"{folder.path} has no round {since}.",
            remedy=f"Rounds: {', '.join(each.name for each in rounds) or 'none yet; pack without --since first'}.",
        )
    return named


def earlier_rounds(
    folder: RunFolder, rules: Rules, *, since: int, wanted: Callable[[int, int], bool] | None = None
) -> Earlier:
    """What a pass is held against; see `samekey.pack.earlier.Earlier`."""
    rounds = folder.rounds()
    if any(read_purge(each) for each in rounds):
        raise RunFolderError(
            f"{folder.path} was purged, so that nobody can say who changed.",
            remedy="Pack into a new run folder, and deliver that with --upsert.",
        )
    _require_readable(rounds)
    manifests = [read_manifest(each) for each in rounds]
    return Earlier(rounds, manifests, since, properties=list(rules.user), wanted=wanted)


def _require_readable(rounds: Sequence[Round]) -> None:
    """Find out about a missing key, or a missing file, before the whole source is mapped."""
    for each in rounds:
        try:
            with each.reading(each.users_path) as file:
                file.read(1)
        except OSError as error:
            raise unreadable(each, each.users_path, error) from error


def _join_read(joined: Joined) -> JoinRead:
    return JoinRead(
        joined.address,
        joined.format,
        joined.on,
        joined.rows,
        joined.without_record,
        joined.unread,
        joined.without_rows,
    )


def _packed_before(packing: Packing, *, since: str) -> tuple[str, Manifest] | None:
    """The round that holds just this; refuses a folder that holds something else."""
    folder, source, rules = packing.folder, packing.source, packing.rules
    rounds = folder.rounds()
    if not rounds:
        return None
    named = _named_round(folder, since).name if since else ""
    sha256, rules_sha256 = source.describe().fingerprint, rules.sha256()
    for each in reversed(rounds[-1:] if since else rounds):
        manifest = read_manifest(each)
        is_same = (manifest.source.sha256, manifest.rules_sha256) == (sha256, rules_sha256)
        if not is_same or manifest.retry or bool(manifest.since) != bool(since):
            continue
        if since and named not in {each.name, manifest.since}:
            continue
        if read_purge(each):
            raise RunFolderError(
                f"{folder.path} held this source, and was purged.", remedy="Pack into a new run folder."
            )
        if manifest.encrypted_to != packing.encrypted_to:
            how = f"encrypted to {', '.join(manifest.encrypted_to)}" if manifest.encrypted_to else "not encrypted"
            raise RunFolderError(
                f"{folder.path} already holds a round of this source, {how}.",
                remedy="Name another folder with --run; a finished round is never written again.",
            )
        return each.name, manifest
    if since:
        return None
    raise RunFolderError(
        f"{folder.path} already holds a round of another source or other rules.",
        remedy="To pack only what is new or changed: --since last. To pack again what failed or was rejected: "
        f"samekey retry {folder.path}. Otherwise name another folder with --run.",
    )
