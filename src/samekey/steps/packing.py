"""The step from a source to a round: read, map, check and split."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from samekey import __version__
from samekey.clock import Clock, SystemClock
from samekey.engine.base import Engine
from samekey.engine.local import LocalEngine, default_workers
from samekey.engine.passing import Packed, pack_source
from samekey.errors import RunFolderError
from samekey.events import Listener, Nobody, Noticed, StepFinished, StepStarted
from samekey.mapping.rules import Rules, read_rules
from samekey.pack.manifest import JoinRead, Manifest, SourceRead, read_manifest
from samekey.pack.run_folder import RunFolder, write_whole
from samekey.pack.seal import Recipients
from samekey.secret import Secret
from samekey.sources import join
from samekey.sources.base import Source
from samekey.sources.join import Joined, JoinedSource
from samekey.sources.opening import open_source
from samekey.sources.options import SourceOptions
from samekey.verify import logins


def pack(
    source: str,
    *,
    rules_path: Path,
    run: Path,
    source_format: str | None = None,
    source_options: SourceOptions | None = None,
    logins_path: Path | None = None,
    allow_code: bool = False,
    dry_run: bool = False,
    workers: int | None = None,
    engine: Engine | None = None,
    recipients: Recipients | None = None,
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
        dry_run: do everything and write nothing.
        workers: processes to use at most; None for as many as there are cores.
        engine: where pieces of the source are mapped; None for processes of this machine.
        recipients: who alone may open the round; None for whoever may read its files.
        clock: time.
        listener: hears how far it came.

    Returns:
        The manifest. A round of the same source by the same rules is not packed again.

    Raises:
        RulesError: before a record is read.
        SourceError: the source cannot be read to its end; no round is left behind.
        UsageError: a known login does not match; no round is left behind.
        RunFolderError: the disk does not let us, or the folder holds a round of something else.

    """
    clock, listener = clock or SystemClock(), listener or Nobody()
    rules = read_rules(rules_path, allow_code=allow_code)
    opened = open_source(source, source_format=source_format, options=source_options)
    known = logins.read_known_logins(logins_path, listener) if logins_path else []
    passwords = {login.username.lower(): login.password for login in known}
    folder = RunFolder(run)
    engine = engine or LocalEngine(workers or default_workers())
    packing = _Packing(folder, opened, rules, passwords, engine, recipients, clock, listener)
    if dry_run:
        return _packed_manifest(packing, dry_run=True)
    with folder.held():
        earlier = _packed_before(packing)
        if earlier:
            listener.notice(Noticed("pack", f"Round {earlier[0]} holds this source already; it is not packed again."))
            return earlier[1]
        return _packed_manifest(packing, dry_run=False)


_STRANGERS_NAMED = 5


@dataclass(frozen=True)
class _Packing:
    folder: RunFolder
    source: Source
    rules: Rules
    passwords: Mapping[str, Secret]
    engine: Engine
    recipients: Recipients | None
    clock: Clock
    listener: Listener

    @property
    def encrypted_to(self) -> tuple[str, ...]:
        return self.recipients.names if self.recipients else ()


def _packed_manifest(packing: _Packing, *, dry_run: bool) -> Manifest:
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
            fingerprint_key=b"" if dry_run else packing.folder.fingerprint_key(),
            known_logins=packing.passwords,
            engine=packing.engine,
            listener=listener,
        )
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
            description.fingerprint,
            _join_read(joined) if joined else None,
        )
        manifest = _manifest(source_read, packing, done)
        if making:
            write_whole(making.rules_path, rules.text.encode())
            write_whole(making.manifest_path, manifest.encoded())
            making.finish()
    except BaseException:
        if making:
            making.abandon()
        raise
    listener.notice(StepFinished("pack", {"read": done.read, "packed": done.packed}))
    return manifest


def _manifest(source: SourceRead, packing: _Packing, done: Packed) -> Manifest:
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


def _packed_before(packing: _Packing) -> tuple[str, Manifest] | None:
    """The round that holds just this; refuses a folder that holds something else."""
    folder, source, rules = packing.folder, packing.source, packing.rules
    rounds = folder.rounds()
    if not rounds:
        return None
    manifest = read_manifest(rounds[-1])
    if manifest.source.sha256 == source.describe().fingerprint and manifest.rules_sha256 == rules.sha256():
        if manifest.encrypted_to != packing.encrypted_to:
            how = f"encrypted to {', '.join(manifest.encrypted_to)}" if manifest.encrypted_to else "not encrypted"
            raise RunFolderError(
                f"{folder.path} already holds a round of this source, {how}.",
                remedy="Name another folder with --run; a finished round is never written again.",
            )
        return rounds[-1].name, manifest
    raise RunFolderError(
        f"{folder.path} already holds a round of another source or other rules.",
        remedy="Name another folder with --run, or remove this one if it was only a trial.",
    )
