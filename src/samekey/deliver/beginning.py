"""A delivery begins once: where it goes is written down, and held against where it is told to go later."""

from samekey.client.address import TenantAddress
from samekey.client.wire import Connection
from samekey.clock import Clock
from samekey.errors import RunFolderError, UsageError
from samekey.journal.journal import Journal


def begin(
    journal: Journal,
    tenant: TenantAddress,
    connection: Connection,
    *,
    upsert: bool,
    completion_email: bool,
    clock: Clock,
) -> None:
    """Write down where a delivery goes, or see that it still goes there.

    Args:
        journal: of the delivery.
        tenant: where to.
        connection: into which connection.
        upsert: whether the tenant may update users that are there.
        completion_email: whether it may mail its administrators.
        clock: time.

    Raises:
        RunFolderError: the connection is another one than when the delivery began.
        UsageError: the delivery began with other options.

    """
    begun = journal.delivery()
    if begun is None:
        journal.begin(
            tenant=str(tenant),
            connection_id=connection.id,
            connection=connection.name,
            upsert=upsert,
            completion_email=completion_email,
            at=clock.now(),
        )
        return
    if begun.connection_id != connection.id:
        raise RunFolderError(
            f"This delivery went to {begun.connection_id}; {connection.name} is now {connection.id}.",
            remedy="The connection was made anew: pack into a new run folder and deliver that.",
        )
    if begun.upsert != upsert:
        before = "with" if begun.upsert else "without"
        raise UsageError(f"This delivery began {before} --upsert.", remedy=f"Go on {before} it.")
