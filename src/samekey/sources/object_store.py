"""Objects in S3 and what speaks like it, copied into a private file that goes with this process.

Credentials are those of the environment: AWS_ACCESS_KEY_ID and its relatives, or the role of the machine.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from fnmatch import fnmatchcase
from glob import has_magic
from pathlib import Path

from samekey.errors import SourceError, UsageError
from samekey.sources import extras, place
from samekey.sources.folder import Part

SCHEME = "s3"


def fetched(address: str) -> Path:
    """The private copy of an object.

    Args:
        address: `s3://bucket/key`.

    Raises:
        UsageError: the address names no object, or the driver is not installed.
        SourceError: the object cannot be read; nothing of what the service said is shown but its kind.

    """
    bucket, key = _divided(address)

    def blocks() -> Iterator[bytes]:
        import obstore

        for block in obstore.get(obstore.store.S3Store(bucket), key):
            yield bytes(block)

    with _speaking(address):
        return place.spool(blocks())


def is_prefix(address: str) -> bool:
    """Whether an address stands for many objects: it ends in a slash or is a pattern."""
    _, _, key = address.partition("://")[2].partition("/")
    return bool(key) and (key.endswith("/") or has_magic(key))


def parts(address: str) -> list[Part]:
    """The objects under a prefix or pattern.

    Args:
        address: `s3://bucket/folder/` or `s3://bucket/folder/part-*.ndjson`.

    Raises:
        UsageError: the address names nothing, or the driver is not installed.
        SourceError: the bucket cannot be read; nothing of what the service said is shown but its kind.

    """
    bucket, key = _divided(address)
    pieces = key.split("/")
    plain = next((number for number, piece in enumerate(pieces) if has_magic(piece)), len(pieces) - 1)
    root = "/".join(pieces[:plain])
    with _speaking(address):
        import obstore

        store = obstore.store.S3Store(bucket)
        listed = [each for block in obstore.list(store, prefix=root or None) for each in block]
    return [
        Part(
            f"{SCHEME}://{bucket}/{each['path']}",
            each["path"].removeprefix(root).lstrip("/"),
            each["size"],
            each["e_tag"] or "",
        )
        for each in listed
        if key.endswith("/") or fnmatchcase(each["path"], key)
    ]


def _divided(address: str) -> tuple[str, str]:
    """Bucket and key."""
    bucket, _, key = address.partition("://")[2].partition("/")
    if not bucket or not key or "@" in bucket:
        raise UsageError("This s3:// address names no object.", remedy="Write s3://bucket/path/users.json.gz")
    return bucket, key


@contextmanager
def _speaking(address: str) -> Iterator[None]:
    """What the service says becomes one sentence."""
    with extras.needed("s3", for_what="s3:// addresses"):
        from obstore.exceptions import BaseError
    try:
        yield
    except FileNotFoundError as cause:
        raise SourceError(f"{address} does not exist.", remedy="Check the bucket and the key.") from cause
    except (BaseError, OSError) as cause:
        # Not chained: signed requests stand in what the driver says.
        raise SourceError(
            f"{address} cannot be read: {type(cause).__name__}.",
            remedy="Check AWS_ACCESS_KEY_ID, AWS_SECRET_ACCESS_KEY, AWS_REGION and, elsewhere than at AWS, "
            "AWS_ENDPOINT_URL.",
        ) from None
