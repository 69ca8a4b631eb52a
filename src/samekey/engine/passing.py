"""The pass over a source: pieces are mapped side by side, then joined in the order of the source.

What becomes of a record is decided by `mapping` and `pack`; here the work is divided and the counts are put together.
Where the pieces are mapped is the engine's business; the result does not depend on it, nor on their number.
"""

from collections import Counter
from collections.abc import Collection, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass, field

from samekey.engine.base import Engine
from samekey.engine.piece import PieceDone, PieceTask
from samekey.errors import RunFolderError, SourceError
from samekey.events import Listener, Progressed
from samekey.mapping.arrangement import Destination
from samekey.mapping.rules import Rules
from samekey.pack import assembly, duplicates
from samekey.pack.earlier import Earlier
from samekey.pack.fates import Decided
from samekey.pack.manifest import ChunkPacked, ClusterPacked
from samekey.pack.ordering import Arranging
from samekey.pack.run_folder import RoundInMaking
from samekey.pack.spool import Spool
from samekey.records import Held, Rejection
from samekey.secret import Secret
from samekey.sources.base import RangesWrong, Source
from samekey.sources.join import JoinedSource


@dataclass
class Packed:
    """What a pass did."""

    read: int = 0
    packed: int = 0
    held: int = 0
    left_out: int = 0
    rejections: Counter[str] = field(default_factory=Counter)
    passwords: Counter[str] = field(default_factory=Counter)
    """Packed and held users by verdict."""
    clusters: Counter[tuple[str, str]] = field(default_factory=Counter)
    """The same by cluster and verdict."""
    proved: set[str] = field(default_factory=set)
    """Clusters of which a known login matched."""
    met: set[str] = field(default_factory=set)
    """Known people who were found in the source."""
    unfound: list[str] = field(default_factory=list)
    """Parts of the rules that found nothing in anybody who could be packed."""
    chunks: list[ChunkPacked] = field(default_factory=list)
    named: list[Rejection | Held] = field(default_factory=list, compare=False)
    """In a dry run: the first of those who are not packed."""
    decided: Decided | None = None
    """What was made of earlier rounds, where the pass was held against them."""
    source_fingerprint: str = ""
    """Of the source as it lay there."""

    @property
    def rejected(self) -> int:
        """Records not packed, for whatever reason."""
        return sum(self.rejections.values())

    def cluster_list(self) -> tuple[ClusterPacked, ...]:
        """The clusters, largest first."""
        ranked = sorted(self.clusters.items(), key=lambda pair: (-pair[1], pair[0]))
        return tuple(
            ClusterPacked(cluster, cluster.split(" ")[0], users, verdict, proved=cluster in self.proved)
            for (cluster, verdict), users in ranked
        )


def pack_source(
    source: Source,
    rules: Rules,
    making: RoundInMaking | None,
    *,
    fingerprint_key: bytes,
    known_logins: Mapping[str, Secret],
    engine: Engine,
    pieces: int | None = None,
    earlier: Earlier | None = None,
    listener: Listener,
) -> Packed:
    """Read a source to its end and write a round.

    Args:
        source: what is read.
        rules: checked rules.
        making: where everything is written; None to write nothing but a temporary folder that is gone at the end.
        fingerprint_key: the run folder's key for fingerprints.
        known_logins: passwords by identifier in lower case; each must match what is packed for that user.
        engine: where pieces are mapped.
        pieces: how many pieces to divide the source into, as far as it can be divided; None for what suits the engine.
        earlier: rounds that the pass is held against; None to pack everybody.
        listener: hears how far it came.

    Raises:
        SourceError: the source cannot be read further.
        UsageError: a known login does not match what would be packed for that user, or keys are not unique.
        RunFolderError: the disk does not let us, or a worker died.

    """
    passwords = {name: password.reveal() for name, password in known_logins.items()}
    description = source.describe()
    with _disk(), engine.spools(making) as folder:

        def mapped(
            count: int | None,
        ) -> tuple[list[PieceDone], list[Spool], Collection[duplicates.Refused], Decided | None]:
            with engine:
                ranges = source.ranges(engine.pieces(description.size_bytes) if count is None else count)
                tasks = [
                    PieceTask(
                        source,
                        piece,
                        number,
                        rules.text,
                        folder,
                        fingerprint_key,
                        passwords,
                        rules.code_folder,
                        notes_left_out=earlier is not None,
                    )
                    for number, piece in enumerate(ranges)
                ]
                done = engine.map_pieces(tasks, listener)
                spools = [spool for each in done for spool in each.spools]
                refused = duplicates.find(spools, keep=rules.duplicates.keep, side_by_side=engine.map)
                if earlier is None:
                    return done, spools, refused, None
                from samekey.pack import delta  # noqa: PLC0415  # most rounds are held against none

                decided = delta.decide(
                    earlier,
                    spools,
                    refused,
                    folder,
                    side_by_side=engine.map,
                    on_this_machine=engine.map_here,
                )
                return done, spools, refused, decided

        try:
            done, spools, refused, decided = mapped(pieces)
        except RangesWrong:  # what was mapped does not count, and is written over
            done, spools, refused, decided = mapped(1)
        read = sum(each.read for each in done)
        listener.notice(Progressed("pack", read, read))
        # Chunks are cut by one thread, which leaves a core to read the source for its fingerprint.
        with ThreadPoolExecutor(1) as beside:
            fingerprint = beside.submit(lambda: description.fingerprint)
            assembled = assembly.assemble(
                making,
                spools,
                refused,
                chunk_bytes=rules.chunk_bytes,
                chunk_users=rules.chunk_users,
                arranging=_arranging(rules),
                keep=rules.duplicates.keep,
                decided=decided,
            )
            source_fingerprint = fingerprint.result()
        if source.describe().stamp != description.stamp:
            raise SourceError(
                f"{description.address}{_and_joined(source)} was changed while it was read.",
                remedy="Wait until nobody writes to it any more, or make a copy, then run the same command again.",
            )
        return _packed(done, assembled, decided, source_fingerprint)


def _arranging(rules: Rules) -> Arranging:
    partition = rules.partition
    if partition is None:
        return Arranging(ordered=rules.order is not None)

    def destination(value: str) -> tuple[str, str]:
        found = partition.destination(value) or Destination()
        return found.connection, found.organization

    return Arranging(
        partitioned=True,
        ordered=rules.order is not None,
        combine_below=partition.combine_below,
        destination=destination,
    )


def _packed(
    pieces: Sequence[PieceDone], assembled: assembly.Assembled, decided: Decided | None, source_fingerprint: str
) -> Packed:
    packed = Packed(
        read=sum(each.read for each in pieces),
        packed=assembled.packed,
        held=assembled.held,
        left_out=decided.left_out if decided else sum(each.left_out for each in pieces),
        rejections=assembled.rejections,
        proved={cluster for each in pieces for cluster in each.proved},
        met={login for each in pieces for login in each.met},
        unfound=_unfound(pieces),
        chunks=assembled.chunks,
        named=assembled.named,
        decided=decided,
        source_fingerprint=source_fingerprint,
    )
    for (cluster, verdict), users in assembled.kinds.items():
        packed.passwords[verdict] += users
        if cluster:
            packed.clusters[cluster, verdict] += users
    return packed


def _and_joined(source: Source) -> str:
    return ", or what is joined to it," if isinstance(source, JoinedSource) else ""


def _unfound(pieces: Sequence[PieceDone]) -> list[str]:
    """What no piece found, if there is anybody."""
    if not any(spool.users for each in pieces for spool in each.spools):
        return []
    return [part for part in pieces[0].unfound if all(part in each.unfound for each in pieces)]


@contextmanager
def _disk() -> Iterator[None]:
    try:
        yield
    except OSError as error:
        raise RunFolderError(
            f"The round cannot be written: {error.strerror or error}.",
            remedy="Make room or choose another folder, then run the same command again.",
        ) from error
