"""Who was there before the first job."""

import hashlib
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime
from pathlib import Path

import msgspec
import pytest

from samekey.client.wire import Connection, Profile
from samekey.deliver import existing
from samekey.journal.journal import Journal
from samekey.journal.rows import ChunkRow
from samekey.pack.manifest import ChunkPacked, Manifest, SourceRead
from samekey.pack.run_folder import Round
from tests.unit.deliver.conftest import Notes

AT = datetime(2026, 11, 23, 9, 0, tzinfo=UTC)
CONNECTION = Connection("con_0123456789abcdef", "Users", "auth0")
CHUNKS = 3


class Directory:
    """Users of a tenant, and how it was asked for them."""

    def __init__(self, *emails: str, elsewhere: Sequence[str] = ()) -> None:
        self.emails = emails
        self.elsewhere = elsewhere
        self.asked = 0
        self.exported = 0

    def users_by_email(self, email: str) -> list[Profile]:
        """Everyone with this address, in every connection."""
        self.asked += 1
        found = [("Users", email)] * self.emails.count(email) + [("Other", email)] * self.elsewhere.count(email)
        return [{"email": email, "identities": [{"connection": connection}]} for connection, email in found]

    def export_users(self, connection_id: str, fields: Sequence[str]) -> Iterator[Profile]:
        """Everybody of the connection."""
        assert (CONNECTION.id, ("email",)) == (connection_id, fields)
        self.exported += 1
        yield {"user_id": "auth0|no-address"}
        for email in self.emails:
            yield {"email": email}


class Packed:
    """A round of three chunks with two users each, and its delivery's journal."""

    def __init__(self, folder: Path, *, users: int = 2) -> None:
        (folder / "01" / "chunks").mkdir(parents=True)
        self.round = Round(folder / "01")
        self.journal = Journal(folder / "journal.sqlite")
        chunks = []
        for number in range(1, CHUNKS + 1):
            entries = [{"email": f"P{n}@{number}.test"} for n in range(users - 1)] + [{"username": f"u{number}"}]
            content = msgspec.json.encode(entries)
            self.round.chunk_path(f"{number:06d}").write_bytes(content)
            chunks.append(ChunkPacked(f"{number:06d}", users, len(content), hashlib.sha256(content).hexdigest()))
        packed = CHUNKS * users
        source = SourceRead("s", "json", 1, "")
        self.manifest = Manifest("0", AT.isoformat(), source, "", packed, packed, 0, 0, 0, {}, {}, (), tuple(chunks))
        self.journal.add_chunks("01", [(each.name, users, each.sha256) for each in chunks], state="waiting")

    def look_for(self, directory: Directory) -> str:
        """Look; what was said."""
        notes = Notes()
        existing.look_for(
            self.journal, [self.round], {"01": self.manifest}, directory, CONNECTION, listener=notes, at=AT
        )
        return notes.said()

    def chunk(self, number: int, *, first: int = 0) -> ChunkRow:
        """A chunk, or what follows a place in it."""
        return ChunkRow("01", f"{number:06d}", 2 - first, "", "waiting", first=first)


@pytest.fixture
def packed(tmp_path: Path) -> Iterator[Packed]:
    """A round that nobody delivered."""
    made = Packed(tmp_path)
    yield made
    made.journal.close()


class TestLookFor:
    def test_asks_for_the_users_of_a_small_run(self, packed: Packed) -> None:
        """Each address once, in lower case; a user of another connection is not there, one without address neither."""
        directory = Directory("p0@2.test", elsewhere=["p0@3.test"])
        assert "1 of 6 users are there" in packed.look_for(directory)
        assert (CHUNKS, 0) == (directory.asked, directory.exported)
        assert [set(), {0}, set()] == [packed.journal.existed(packed.chunk(number)) for number in (1, 2, 3)]

    def test_exports_the_connection_for_a_large_run(self, tmp_path: Path) -> None:
        """One job instead of many questions."""
        packed = Packed(tmp_path, users=100)
        directory = Directory("P7@1.test", "someone@else.test", "p8@3.test", *(f"x{n}@x.test" for n in range(20_000)))
        assert "2 of 300 users are there" in packed.look_for(directory)
        assert (0, 1) == (directory.asked, directory.exported)
        assert {7} == packed.journal.existed(ChunkRow("01", "000001", 100, "", "waiting"))
        packed.journal.close()

    def test_looks_once(self, packed: Packed) -> None:
        """A delivery that goes on keeps what it knows: by now the users are there by its own doing."""
        packed.look_for(Directory())
        later = Directory("p0@1.test")
        assert "" == packed.look_for(later)
        assert 0 == later.asked
        assert set() == packed.journal.existed(packed.chunk(1))

    def test_leaves_a_round_that_has_begun(self, packed: Packed) -> None:
        """Who is there now may be ours."""
        packed.journal.intend(packed.chunk(1), "id-1", state="sending", at=AT, tenant_at=None)
        packed.look_for(Directory("p0@1.test"))
        assert packed.journal.existed(packed.chunk(1)) is None

    def test_knows_the_places_of_a_part(self, packed: Packed) -> None:
        """Places count from the part's own beginning."""
        packed.look_for(Directory("p0@1.test"))
        assert set() == packed.journal.existed(packed.chunk(1, first=1))
