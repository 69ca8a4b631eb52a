"""Whoever got a password of its own since a delta was prepared keeps it."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from samekey.client.wire import Connection
from samekey.deliver import last_look
from samekey.deliver.assignment import Assignment
from samekey.deliver.pace import Pace
from samekey.journal.journal import Journal
from samekey.journal.rows import ChunkRow
from tests.unit.deliver.conftest import ImpatientClock, Notes
from tests.unit.deliver.fake_tenant import CONNECTION, CONNECTION_ID, FakeTenant

HASH = {"algorithm": "sha1", "hash": {"value": "aa", "encoding": "hex"}}
CONTENT = json.dumps(
    [
        {"email": "a@b.test", "custom_password_hash": HASH},
        {"email": "b@b.test"},
        {"email": "c@b.test", "custom_password_hash": HASH},
    ]
).encode()
CHUNK = ChunkRow("02+", "000001", 3, "", "waiting")


class Eve:
    """The moment before a chunk leaves."""

    def __init__(self, folder: Path) -> None:
        clock = ImpatientClock()
        self.tenant = FakeTenant(clock)
        self.journal = Journal(folder / "journal.sqlite")
        self.notes = Notes()
        self.assignment = Assignment(
            self.journal,
            self.tenant,
            connection=Connection(CONNECTION_ID, CONNECTION, "auth0"),
            rounds={},
            upsert=False,
            completion_email=False,
            pace=Pace(),
            clock=clock,
            listener=self.notes,
        )

    def knows(self, email: str, **more: Any) -> None:
        """Somebody over there."""
        self.tenant.users[email] = {"email": email, "identities": [{"connection": CONNECTION}], **more}

    def with_hash(self, chunk: ChunkRow = CHUNK, content: bytes = CONTENT) -> list[str]:
        """Whoever is sent with a hash."""
        sent = last_look.without_used_passwords(self.assignment, chunk, content)
        return [user["email"] for user in json.loads(sent) if "custom_password_hash" in user]


@pytest.fixture
def eve(tmp_path: Path) -> Iterator[Eve]:
    """Three people are there and nobody came in."""
    made = Eve(tmp_path)
    for name in "abc":
        made.knows(f"{name}@b.test")
    yield made
    made.journal.close()


class TestLastLook:
    def test_leaves_a_chunk_as_it_is_when_nobody_came_in(self, eve: Eve) -> None:
        """Byte for byte."""
        assert CONTENT == last_look.without_used_passwords(eve.assignment, CHUNK, CONTENT)
        assert set() == eve.journal.without_hash("02+")

    @pytest.mark.parametrize("sign", [{"logins_count": 1}, {"last_login": "now"}, {"last_password_reset": "now"}])
    def test_takes_the_hash_of_whoever_has_a_password(self, eve: Eve, sign: dict[str, Any]) -> None:
        """The rest of the user is sent, at the same place; the journal knows."""
        eve.knows("c@b.test", **sign)
        assert ["a@b.test"] == eve.with_hash()
        assert {("000001", 2)} == eve.journal.without_hash("02+")
        assert "1 users of chunk 000001 have a password of their own" in eve.notes.said()

    def test_is_not_taken_back(self, eve: Eve) -> None:
        """Another attempt of the same chunk leaves out the same hashes, whatever is there by then."""
        eve.knows("c@b.test", logins_count=1)
        eve.with_hash()
        eve.knows("c@b.test")
        assert ["a@b.test"] == eve.with_hash()

    def test_counts_places_in_the_file(self, eve: Eve) -> None:
        """A part of a file that was cut knows its users by their place in the whole."""
        eve.knows("c@b.test", logins_count=1)
        part = ChunkRow("02+", "000001.000002", 1, "", "waiting", file="000001", first=2)
        assert [] == eve.with_hash(part, json.dumps(json.loads(CONTENT)[2:]).encode())
        assert {("000001", 2)} == eve.journal.without_hash("02+")

    def test_leaves_other_connections_alone(self, eve: Eve) -> None:
        """Somebody with that address elsewhere has another password."""
        eve.tenant.users["a@b.test"] = {"identities": [{"connection": "Google"}], "logins_count": 9}
        assert ["a@b.test", "c@b.test"] == eve.with_hash()

    def test_asks_nobody_in_a_first_delivery(self, eve: Eve) -> None:
        """There, whoever is there before is a failure of its own."""
        eve.knows("a@b.test", logins_count=1)
        assert ["a@b.test", "c@b.test"] == eve.with_hash(ChunkRow("01", "000001", 3, "", "waiting"))
