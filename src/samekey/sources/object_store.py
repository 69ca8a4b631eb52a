"""Objects in S3 and what speaks like it, copied into a private file that goes with this process.

Credentials are those of the environment: AWS_ACCESS_KEY_ID and its relatives, or the role of the machine.
"""

from collections.abc import Iterator
from pathlib import Path

from samekey.errors import SourceError, UsageError
from samekey.sources import extras, place

SCHEME = "s3"


def fetched(address: str) -> Path:
    """The private copy of an object.

    Args:
        address: `s3://bucket/key`.

    Raises:
        UsageError: the address names no object, or the driver is not installed.
        SourceError: the object cannot be read; nothing of what the service said is shown but its kind.

    """
    with extras.needed("s3", for_what="s3:// addresses"):
        import obstore
        from obstore.exceptions import BaseError
    bucket, _, key = address.partition("://")[2].partition("/")
    if not bucket or not key or "@" in bucket:
        raise UsageError("This s3:// address names no object.", remedy="Write s3://bucket/path/users.json.gz")

    def blocks() -> Iterator[bytes]:
        store = obstore.store.S3Store(bucket)
        for block in obstore.get(store, key):
            yield bytes(block)

    try:
        return place.spool(blocks())
    except FileNotFoundError as cause:
        raise SourceError(f"{address} does not exist.", remedy="Check the bucket and the key.") from cause
    except (BaseError, OSError) as cause:
        # Not chained: signed requests stand in what the driver says.
        raise SourceError(
            f"{address} cannot be read: {type(cause).__name__}.",
            remedy="Check AWS_ACCESS_KEY_ID, AWS_SECRET_ACCESS_KEY, AWS_REGION and, elsewhere than at AWS, "
            "AWS_ENDPOINT_URL.",
        ) from None
