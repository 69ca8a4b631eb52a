"""Into how many parts the users of one pass may be divided, and what to do where they are too many."""

from samekey.errors import UsageError

SEQUENCES_MAX = 100_000
"""Sequences of chunks. Each is at least one job, of which Auth0 does two at a time."""
PARTITIONS_MAX = 1_000_000
"""Partitions, those that share chunks included: the manifest names every one of them."""


def too_many_sequences(combine_below: int) -> UsageError:
    """The error for rules that leave too many partitions with chunks of their own.

    Args:
        combine_below: partitions of fewer users share chunks already; 0 where none do.

    """
    if combine_below:
        return UsageError(
            f"[partition] leaves more than {SEQUENCES_MAX:,} partitions with {combine_below:,} users or more, and "
            "each of them is at least one import job.",
            remedy="Let larger ones share chunks, too: raise combine_below. Or divide by something coarser.",
        )
    return UsageError(
        f"[partition] by divides the users into more than {SEQUENCES_MAX:,} partitions, and each of them is at least "
        "one import job.",
        remedy="Let small ones share chunks: write combine_below = 1000 under [partition]. Or divide by something "
        "coarser.",
    )


def too_many_partitions() -> UsageError:
    """The error for rules that divide users too finely even where partitions share chunks."""
    return UsageError(
        f"[partition] by divides the users into more than {PARTITIONS_MAX:,} partitions.",
        remedy="The manifest names every one of them. Divide by something that many users share, or leave [partition] "
        "out.",
    )
