"""Identifiers spread over buckets: every one is in one of them, and those that are the same in the same."""

from itertools import chain

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from samekey.pack import identifier_buckets
from samekey.pack.identifier_buckets import identifiers_in, places_in, spread, spread_places
from samekey.pack.spool import Spool
from tests.unit.pack.conftest import SpoolsOf

BUCKETS = 3
EMAILS = st.lists(st.sampled_from(["", "a", "b", "é", "long@example.com"]), min_size=1, max_size=9)


@pytest.fixture(autouse=True)
def small_blocks(monkeypatch: pytest.MonkeyPatch) -> None:
    """Two identifiers are as many as memory takes."""
    monkeypatch.setattr(identifier_buckets, "SPREAD_NAMES", 2)


def spread_out(spools_of: SpoolsOf, emails: list[str]) -> Spool:
    """A spool of people with these addresses, empty for none, and its buckets."""
    people = [{"email": email, "user_id": str(number)} for number, email in enumerate(emails)]
    spool, _ = spools_of(people, len(people))
    spread("email", BUCKETS, spool)
    spread_places("email", BUCKETS, spool)
    return spool


def bucket_of(spool: Spool, bucket: int) -> list[tuple[str, int]]:
    """Its identifiers, each with its place."""
    identifiers = filter(None, chain.from_iterable(identifiers_in(spool, "email", bucket, BUCKETS)))
    places = chain.from_iterable(places_in(spool, "email", bucket, BUCKETS))
    return [(identifier.decode(), place) for identifier, place in zip(identifiers, places, strict=True)]


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(EMAILS)
def test_everybody_is_in_one_of_them(spools_of: SpoolsOf, emails: list[str]) -> None:
    """With its place in the spool; who has none is in no bucket."""
    spool = spread_out(spools_of, emails)
    found = chain.from_iterable(bucket_of(spool, bucket) for bucket in range(BUCKETS))
    assert [(email, place) for place, email in enumerate(emails) if email] == sorted(found, key=lambda pair: pair[1])


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(EMAILS)
def test_the_same_are_in_the_same(spools_of: SpoolsOf, emails: list[str]) -> None:
    """So that one look at a bucket finds all of them."""
    spool = spread_out(spools_of, emails)
    buckets = [{email for email, _ in bucket_of(spool, bucket)} for bucket in range(BUCKETS)]
    assert len(set(emails) - {""}) == sum(map(len, buckets))
