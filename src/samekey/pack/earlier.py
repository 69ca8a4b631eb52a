"""The rounds that a pass is held against."""

from bisect import bisect_right
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from itertools import accumulate

from samekey.pack.changes import Change, Was
from samekey.pack.manifest import Manifest
from samekey.pack.run_folder import Round


@dataclass
class Earlier:
    """What a pass is held against."""

    rounds: Sequence[Round]
    """Every finished round, oldest first; not empty."""
    manifests: Sequence[Manifest]
    since: int
    """So many of them, the oldest ones, say what is new or changed."""
    properties: Sequence[str]
    """Properties of a user in the order of the rules."""
    fingerprint_key: bytes = b""
    """Empty where nobody is compared: in a retry without failed changes."""
    wanted: Callable[[int, int], bool] | None = None
    """For a retry: whether the user packed in a round, as a line of its users, is to be packed again. Then only such
    users are, and those that were not packed before."""
    failed_changes: Mapping[tuple[int, int], Change] = field(default_factory=dict)
    """For a retry: changes that somebody who is at the tenant did not get, by round and line of its users."""
    keeps: bool = True
    """Whether fingerprints that had to be made stay in the rounds' folders."""

    def key_for(self, round_number: int) -> bytes:
        """By which users of a round are compared; empty for a round that nobody is held against."""
        return self.fingerprint_key if round_number < self.since else b""

    def was(self, round_number: int, place: int) -> Was:
        """Where a packed user stands."""
        starts = self._starts[round_number]
        number = bisect_right(starts, place) - 1
        return Was(
            self.rounds[round_number].name, self.manifests[round_number].chunks[number].name, place - starts[number]
        )

    @cached_property
    def _starts(self) -> list[list[int]]:
        """Place of each chunk's first user in its round."""
        return [
            list(accumulate((chunk.users for chunk in manifest.chunks), initial=0))[:-1] for manifest in self.manifests
        ]
