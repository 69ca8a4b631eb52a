"""Nothing is sent to a real tenant before a person saw what will be, and said yes."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Self

from samekey.client.address import TenantAddress
from samekey.client.wire import Connection
from samekey.clock import Clock
from samekey.errors import UsageError
from samekey.journal.journal import Journal
from samekey.pack.manifest import ClusterPacked, Manifest


@dataclass(frozen=True)
class AboutToSend:
    """What a person sees before the first job of a delivery."""

    tenant: TenantAddress
    connection: Connection
    users: int
    chunks: int
    upsert: bool
    clusters: tuple[ClusterPacked, ...]

    @classmethod
    def of(
        cls, tenant: TenantAddress, connection: Connection, manifests: Mapping[str, Manifest], *, upsert: bool
    ) -> Self:
        """Everything that was packed, in one view."""
        return cls(
            tenant=tenant,
            connection=connection,
            users=sum(manifest.packed for manifest in manifests.values()),
            chunks=sum(len(manifest.chunks) for manifest in manifests.values()),
            upsert=upsert,
            clusters=tuple(cluster for manifest in manifests.values() for cluster in manifest.clusters),
        )


def obtain(
    journal: Journal, about: AboutToSend, confirm: Callable[[AboutToSend], bool] | None, *, clock: Clock
) -> None:
    """Ask once in the life of a delivery, and write the answer down; a tenant on loopback needs no asking.

    Args:
        journal: of the delivery; a yes stands in it from then on.
        about: what would be sent.
        confirm: shows it to a person and returns what they said; None when a script said `--yes`.
        clock: time.

    Raises:
        UsageError: the person did not say yes; nothing was sent.

    """
    begun = journal.delivery()
    if begun and begun.confirmed_at:
        return
    if confirm and not about.tenant.is_loopback and not confirm(about):
        raise UsageError("Not confirmed; nothing was sent.", remedy="Run the same command again when you are ready.")
    journal.confirm(at=clock.now())
