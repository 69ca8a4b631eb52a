"""Counting what people are known by, and what their profile says."""

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from itertools import compress
from typing import Any

from samekey.auth0 import limits
from samekey.mapping import acceptance
from samekey.records import Position
from samekey.survey.distinct import Repeats, digests
from samekey.survey.findings import IdentifierFound, Path, PropertyFound
from samekey.survey.roles import why_refused
from samekey.survey.rows import Rows

_FOLDED = ("email", "username", "phone_number")
"""Compared without regard to letter case; a user id is not."""


class RefusedTally:
    """Values that Auth0 would refuse, by reason, with the place of the first."""

    def __init__(self, name: str) -> None:
        """Args:
        name: the Auth0 property.

        """
        self.name = name
        self.counts: Counter[str] = Counter()
        self.first: dict[str, Position] = {}

    def without(self, values: Sequence[Any], positions: Sequence[Position]) -> list[Any]:
        """The values that are not refused; those that are, are counted."""
        taken = []
        for value, place in zip(values, positions, strict=True):
            reason = why_refused(self.name, value)
            if reason is None:
                taken.append(value)
            else:
                self._note(reason, 1, place)
        return taken

    def merge(self, other: "RefusedTally") -> None:
        """Count what another has counted, too."""
        for reason, count in other.counts.items():
            self._note(reason, count, other.first[reason])

    def in_order(self) -> tuple[dict[str, int], dict[str, Position]]:
        """Counts and places by reason, in the order of the source."""
        reasons = sorted(self.first, key=lambda reason: (self.first[reason].index, reason))
        return {reason: self.counts[reason] for reason in reasons}, {reason: self.first[reason] for reason in reasons}

    def _note(self, reason: str, count: int, place: Position) -> None:
        self.counts[reason] += count
        known = self.first.get(reason)
        if known is None or place.index < known.index:
            self.first[reason] = place


class IdentifierTally:
    """One identifier of everybody."""

    def __init__(self, name: str, path: Path, repeats: Repeats) -> None:
        """Args:
        name: the Auth0 property.
        path: where it stands in a record.
        repeats: counts valid values that stood before.

        """
        self._name = name
        self.path = path
        self._valid = 0
        self._missing = 0
        self._refused = RefusedTally(name)
        self._repeats = repeats

    def add(self, rows: Rows) -> Sequence[bytes] | None:
        """Count those of some records.

        Returns:
            The digest of each record's, where every record has one that is taken and compared as it stands.

        """
        values, places = rows.column(self.path), rows.places
        missing = values.count(None) + values.count("")
        if missing:
            self._missing += missing
            there = [value is not None and value != "" for value in values]
            values, places = [*compress(values, there)], places.only(there)
        texts = [*map(str, values)]
        if not _PLAINLY_GOOD.get(self._name, _never)(values, texts):
            texts = [*map(str, self._refused.without(values, places.all))]
        compared = [*map(str.lower, texts)] if self._name in _FOLDED else texts
        marks = digests(compared)
        self._valid += len(marks)
        self._repeats.add(marks)
        return marks if len(marks) == rows.count and compared == texts else None

    def merge(self, other: "IdentifierTally") -> None:
        """Count what another has counted, too."""
        self._valid += other._valid  # noqa: SLF001  # one of us
        self._missing += other._missing  # noqa: SLF001
        self._refused.merge(other._refused)  # noqa: SLF001
        self._repeats.merge(other._repeats)  # noqa: SLF001

    def found(self) -> IdentifierFound:
        """The counts."""
        invalid, first = self._refused.in_order()
        return IdentifierFound(
            self._name, self.path, self._valid, self._missing, invalid, self._repeats.repeated(), first
        )


class PropertyTally:
    """One property of everybody's profile."""

    def __init__(self, name: str, path: Path) -> None:
        """Args:
        name: the Auth0 property.
        path: where it stands in a record.

        """
        self._name = name
        self.path = path
        self._refused = RefusedTally(name)

    def add(self, rows: Rows) -> None:
        """Count those of some records."""
        values = rows.column(self.path)
        chars_max = acceptance.TEXT_CHARS_MAX.get(self._name)
        if chars_max and set(map(type, values)) <= {str} and max(map(len, values)) <= chars_max:
            return
        filled = [
            (value, place) for value, place in zip(values, rows.places.all, strict=True) if value not in (None, "")
        ]
        self._refused.without([value for value, _ in filled], [place for _, place in filled])

    def merge(self, other: "PropertyTally") -> None:
        """Count what another has counted, too."""
        self._refused.merge(other._refused)  # noqa: SLF001  # one of us

    def found(self) -> PropertyFound:
        """The counts."""
        return PropertyFound(self._name, self.path, *self._refused.in_order())


def _are_plain_emails(values: Sequence[Any], texts: Sequence[str]) -> bool:
    return set(map(type, values)) <= {str} and acceptance.are_plain_emails(texts)


def _are_usernames(values: Sequence[Any], texts: Sequence[str]) -> bool:
    return set(map(type, values)) <= {str} and all(map(acceptance.is_username, texts))


def _are_plain_user_ids(values: Sequence[Any], texts: Sequence[str]) -> bool:
    """Letters and digits alone, which `acceptance.is_user_id` takes in any number up to its bound."""
    return (
        set(map(type, values)) <= {str, int}
        and "".join(texts).isalnum()
        and max(map(len, texts)) <= limits.USER_ID_CHARS_MAX
    )


def _never(values: Sequence[Any], texts: Sequence[str]) -> bool:
    return not values and not texts


_PLAINLY_GOOD: Mapping[str, Callable[[Sequence[Any], Sequence[str]], bool]] = {
    "email": _are_plain_emails,
    "username": _are_usernames,
    "user_id": _are_plain_user_ids,
}
"""Tells of many values at once that Auth0 would take every one; where not, each is looked at."""
