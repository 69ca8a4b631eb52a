"""One pass over a source: everybody is written down where they belong, and counted from what was written."""

import hashlib
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from samekey import events
from samekey.errors import RunFolderError, SourceDamaged, UsageError
from samekey.pack import manifest, spool
from samekey.pack.manifest import ClusterPacked
from samekey.pack.run_folder import RunFolder
from samekey.secret import Secret
from samekey.sources import sheets

if TYPE_CHECKING:
    from tests.unit.engine.conftest import Bench, Lines

RULES = """
[user]
key = "id"
email = "mail"
[password]
stored = "hash"
format = ["raw_sha1", "auto"]
"""
LOCKED = "!"
PARTITIONED = """
[user]
email = "mail"
app_metadata = { b = "org", a = "id" }
[partition]
by = "org"
[pack]
bytes = 1000
"""
MD5 = "5f4dcc3b5aa765d61d8327deb882cf99"
BRIDGE = "$P$B" + "1" * 30


def sha1(password: str) -> str:
    """A stored password of the example's form."""
    return hashlib.sha1(password.encode()).hexdigest()


def person(number: int, **more: Any) -> dict[str, Any]:
    """A record of whom everything is right."""
    return {"id": number, "mail": f"p{number}@example.com", "hash": sha1(f"pw{number}"), **more}


EVERYONE = [
    person(0),
    person(1, mail="nobody"),
    person(2, hash=LOCKED),
    person(3, mail="P0@EXAMPLE.COM"),
    "not an object",
    person(5, hash=MD5),
    person(6),
    person(7, mail=None),
]


RECORDS = st.lists(
    st.fixed_dictionaries(
        {},
        optional={
            "id": st.none() | st.integers(0, 5) | st.text(max_size=3),
            "mail": st.sampled_from(["a@b.com", "A@b.com", "c@d.org", "nobody", "", 5, None])
            | st.integers(0, 20).map(lambda number: f"p{number}@example.com"),
            "hash": st.sampled_from([sha1("x"), LOCKED, "", None, BRIDGE, "?", MD5]),
            "seen": st.none() | st.integers(0, 3) | st.sampled_from(["2024-01-31", "never"]),
        },
    ),
    min_size=1,
    max_size=12,
)

TO = """
combine_below = 2
[partition.to]
a = "First"
b = "Rest"
c = "Rest"
e = { organization = "Rest" }
[pack]
"""
SECTIONS = [
    "",
    '[partition]\nby = "id"\n',
    "[pack]\nusers = 2\n",
    '[order]\nby = "seen"\n',
    '[partition]\nby = "id"\ncombine_below = 2\n[order]\nby = "seen"\nfirst = "oldest"\n',
    '[duplicates]\nkeep = "last"\n',
    '[duplicates]\nkeep = "newest"\nby = "seen"\n',
    '[duplicates]\nkeep = "refuse"\n',
]
"""What the rules can say beyond the user and the password."""


class TestPass:
    """Everybody ends in one place."""

    def test_counts_what_it_wrote(self, bench: "Bench", lines: "Lines") -> None:
        """Read is packed and rejected and held, each counted from its file."""
        making = bench.folder.make_round()
        done = bench.pass_over(EVERYONE, making=making)
        packed = [user for chunk in done.chunks for user in manifest.users_of(manifest.read_chunk(making, chunk))]
        assert (8, 2, 5, 1, 0) == (done.read, done.packed, done.rejected, done.held, done.left_out)
        assert ["p0@example.com", "p6@example.com"] == [user["email"] for user in packed]
        assert done.rejected == len(lines(making.rejections_path))
        assert done.held == len(lines(making.held_path))
        assert done.packed == len(lines(making.users_path))
        assert {"as-is": 2, "reset": 1} == done.passwords

    def test_says_why_somebody_was_not_packed(self, bench: "Bench", lines: "Lines") -> None:
        """A line per record, in the order of the source, with position, key, reason, field and remedy."""
        making = bench.folder.make_round()
        bench.pass_over(EVERYONE, making=making)
        written = lines(making.rejections_path)
        assert [
            (1, "1", "bad-email", "email"),
            (3, "3", "duplicate", "email"),
            (4, "", "not-an-object", ""),
            (5, "5", "password-undecided", "hash"),
            (7, "7", "missing", "email"),
        ] == [(line["position"]["index"], line["key"], line["reason"], line["field"]) for line in written]
        assert all(line["remedy"] for line in written)

    def test_says_who_waits_and_for_what(self, bench: "Bench", lines: "Lines") -> None:
        """With the address to write to."""
        making = bench.folder.make_round()
        bench.pass_over([person(2, hash=LOCKED)], making=making)
        (line,) = lines(making.held_path)
        assert ("2", "p2@example.com", "reset", "locked") == (
            line["key"],
            line["email"],
            line["verdict"],
            line["reason"],
        )

    @pytest.mark.parametrize("pieces", [1, 3])
    def test_counts_whom_the_rules_leave_out(self, bench: "Bench", pieces: int) -> None:
        """They are neither rejected nor held, and the books balance."""
        rules = RULES.replace("[user]", "[user]\nwhere = \"id != `6` && hash != '!'\"")
        done = bench.pass_over(EVERYONE, making=None, rules_text=rules, format="ndjson", pieces=pieces)
        assert (8, 1, 5, 0, 2) == (done.read, done.packed, done.rejected, done.held, done.left_out)

    def test_knows_each_packed_user(self, bench: "Bench", lines: "Lines") -> None:
        """A line per user in the order of the chunks, and no hash in the clear."""
        making = bench.folder.make_round()
        text = f"{RULES}[pack]\nusers = 2\n"
        done = bench.pass_over([person(0), person(1), person(2)], making=making, rules_text=text)
        assert [("0", "raw_sha1"), ("1", "raw_sha1"), ("2", "raw_sha1")] == [
            (key, cluster) for key, _, cluster, *_ in lines(making.users_path)
        ]
        assert [2, 1] == [chunk.users for chunk in done.chunks]
        assert sha1("pw0") not in making.users_path.read_text(encoding="utf-8")

    def test_counts_clusters(self, bench: "Bench") -> None:
        """Largest first, with the verdict, packed and held."""
        records = [person(0), person(1), person(2, hash=LOCKED)]
        done = bench.pass_over(records, making=bench.folder.make_round())
        assert (
            ClusterPacked("raw_sha1", "raw_sha1", 2, "as-is"),
            ClusterPacked("locked", "locked", 1, "reset"),
        ) == done.cluster_list()

    def test_rejects_a_user_that_no_chunk_holds(self, bench: "Bench", lines: "Lines") -> None:
        """And goes on with the next."""
        making = bench.folder.make_round()
        text = '[user]\nemail = "mail"\nuser_metadata = { note = "note" }\n[pack]\nbytes = 1000\n'
        records = [person(0), person(1, note="x" * 2_000), person(2)]
        done = bench.pass_over(records, making=making, rules_text=text)
        assert (2, 1) == (done.packed, done.rejected)
        assert ["user-too-large"] == [line["reason"] for line in lines(making.rejections_path)]

    def test_makes_the_same_bytes_again(self, bench: "Bench") -> None:
        """Same source, same rules, same chunks: what a resumed delivery relies on."""
        records = [person(number, org=f"o{number % 3}") for number in range(50)]
        first, second = (
            bench.pass_over(records, making=bench.folder.make_round(), rules_text=PARTITIONED).chunks for _ in range(2)
        )
        assert first == second
        assert 3 < len(first)

    def test_keeps_partitions_apart(self, bench: "Bench") -> None:
        """One sequence of chunks after the other, everybody in the order of the source."""
        making = bench.folder.make_round()
        records = [person(number, org=f"o{number % 3}") for number in range(50)]
        done = bench.pass_over(records, making=making, rules_text=PARTITIONED, format="ndjson", pieces=3)
        packed = [
            (chunk.partition, user["app_metadata"]["a"])
            for chunk in done.chunks
            for user in manifest.users_of(manifest.read_chunk(making, chunk))
        ]
        assert [(f"o{part}", number) for part in range(3) for number in range(part, 50, 3)] == packed

    def test_names_where_partitions_go(self, bench: "Bench") -> None:
        """Small ones with the same goal share a chunk that names them."""
        rules_text = PARTITIONED.replace("[pack]", TO)
        records = [person(number, org=org) for number, org in enumerate(["a", "b", "c", "d", "e", "a", "a"])]
        done = bench.pass_over(records, making=None, rules_text=rules_text)
        assert [("a", (), "First", 3), ("", ("b", "c"), "Rest", 2), ("e", (), "Rest", 1)] == [
            (chunk.partition, chunk.partitions, chunk.connection + chunk.organization, chunk.users)
            for chunk in done.chunks
        ]
        assert {"no-destination": 1} == done.rejections

    def test_packs_nobody(self, bench: "Bench") -> None:
        """A source without records makes a round without chunks."""
        done = bench.pass_over([], making=bench.folder.make_round())
        assert (0, []) == (done.read, done.chunks)

    def test_goes_on_in_a_new_spool_when_one_is_full(self, bench: "Bench", monkeypatch: pytest.MonkeyPatch) -> None:
        """However long a piece is, what is known of its users fits into memory; the chunks do not tell."""
        records = [person(number, mail=f"p{number % 9}@example.com") for number in range(20)]
        whole = bench.pass_over(records, making=bench.folder.make_round())
        monkeypatch.setattr(spool, "SPOOL_USERS_MAX", 3)
        monkeypatch.setattr(sheets, "RECORDS_MAX", 2)
        assert whole == bench.pass_over(records, making=bench.folder.make_round())

    @pytest.mark.parametrize("format", ["json", "ndjson", "csv"])
    def test_reads_any_source(self, bench: "Bench", format: str) -> None:  # noqa: A002  # the word of the sources
        """The chunks do not tell what the source was."""
        texts = {
            "json": f'[{{"id": "0", "mail": "a@b.com", "hash": "{sha1("x")}"}}]',
            "ndjson": f'{{"id": "0", "mail": "a@b.com", "hash": "{sha1("x")}"}}\n',
            "csv": f"id,mail,hash\n0,a@b.com,{sha1('x')}\n",
        }
        made = {
            name: bench.pass_over(text, making=bench.folder.make_round(), format=name).chunks
            for name, text in texts.items()
        }
        assert made["json"] == made[format]
        assert 1 == made[format][0].users

    def test_tells_how_far_it_came(self, bench: "Bench") -> None:
        """Now and then, and at the end."""
        bench.pass_over([person(number) for number in range(2_001)], making=None)
        told = [event.done for event in bench.notes.events if isinstance(event, events.Progressed)]
        assert [*sorted(told[:-1]), 2_001] == told
        assert 1 < len(told)

    @settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
    @given(RECORDS)
    def test_loses_nobody(self, bench: "Bench", records: list[dict[str, Any]]) -> None:
        """Whatever the records hold, the sum is what was read."""
        done = bench.pass_over(records, making=None)
        assert len(records) == done.read == done.packed + done.rejected + done.held + done.left_out
        assert done.packed + done.held == sum(done.passwords.values())

    @settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
    @given(RECORDS, st.sampled_from([RULES + section for section in SECTIONS]))
    def test_does_not_depend_on_the_division(
        self, bench: "Bench", records: list[dict[str, Any]], rules_text: str
    ) -> None:
        """In 1, 2 or 7 pieces: the same counts, and the same bytes in every file of the round."""
        passes = []
        for pieces in (1, 2, 7):
            making = bench.folder.make_round()
            done = bench.pass_over(records, making=making, rules_text=rules_text, format="ndjson", pieces=pieces)
            passes.append((done, {path.name: path.read_bytes() for path in making.path.rglob("*") if path.is_file()}))
            making.abandon()
        assert passes[0] == passes[1] == passes[2]


class TestDryRun:
    """Everything is done but the writing."""

    def test_writes_nothing(self, bench: "Bench") -> None:
        """Not even the run folder."""
        bench.pass_over(EVERYONE, making=None)
        assert not bench.folder.path.exists()

    def test_counts_the_same(self, bench: "Bench") -> None:
        """And knows the chunks to the byte."""
        dry = bench.pass_over(EVERYONE, making=None)
        wet = bench.pass_over(EVERYONE, making=bench.folder.make_round())
        assert dry == wet


class TestKnownLogins:
    """A known password has to match what would be packed."""

    def test_prove_their_cluster(self, bench: "Bench") -> None:
        """And no other."""
        logins = {"p1@example.com": Secret("pw1"), "stranger@example.com": Secret("x")}
        records = [person(0, hash="$2b$10$" + "a" * 53), person(1)]
        done = bench.pass_over(records, making=None, known_logins=logins)
        assert [("bcrypt", False), ("raw_sha1", True)] == sorted(
            (cluster.format, cluster.proved) for cluster in done.cluster_list()
        )

    def test_find_people_without_regard_to_case(self, bench: "Bench") -> None:
        """As they are compared everywhere."""
        logins = {"p1@example.com": Secret("pw1")}
        done = bench.pass_over([person(1, mail="P1@Example.com")], making=None, known_logins=logins)
        assert {"raw_sha1"} == done.proved

    @pytest.mark.parametrize(
        ("record", "rules_text"),
        [
            pytest.param(person(1, hash=sha1("other")), "", id="other-password"),
            pytest.param(person(1), '[user]\nemail = "mail"\n', id="packed-without-hash"),
            pytest.param(
                person(1),
                '[user]\nemail = "mail"\n[password]\nstored = "hash"\nformat = "raw_sha1_utf16le"',
                id="reading",
            ),
        ],
    )
    def test_stop_the_pass_when_they_do_not_match(
        self, bench: "Bench", record: dict[str, Any], rules_text: str
    ) -> None:
        """The record is named and the password is not."""
        logins = {"p1@example.com": Secret("pw1")}
        with pytest.raises(UsageError, match="record 1") as caught:
            bench.pass_over([record], making=None, known_logins=logins, rules_text=rules_text)
        assert "pw1" not in caught.value.message + caught.value.remedy


class TestTrouble:
    """What stops a pass is one clear error."""

    def test_damaged_source(self, bench: "Bench") -> None:
        """The error says where; nothing but the empty round in making is left."""
        making = bench.folder.make_round()
        with pytest.raises(SourceDamaged, match="record 2"):
            bench.pass_over('[{"mail": "nobody"}, {"mail": ', making=making)
        assert [making.path / "chunks"] == list(making.path.rglob("*"))

    @pytest.mark.parametrize("name", ["rejections_path", "held_path", "users_path"])
    def test_full_disk(self, bench: "Bench", name: str) -> None:
        """Whichever file it is that does not fit; the folder shows no round."""
        making = bench.folder.make_round()
        getattr(making, name).symlink_to("/dev/full")
        with pytest.raises(RunFolderError, match="cannot be written: No space left") as caught:
            bench.pass_over(EVERYONE, making=making)
        assert "Make room" in caught.value.remedy
        assert [] == RunFolder(bench.folder.path).rounds()

    def test_chunks_that_cannot_be_written(self, bench: "Bench") -> None:
        """A folder that went away under the pass."""
        making = bench.folder.make_round()
        making.chunk_path("x").parent.rmdir()
        with pytest.raises(RunFolderError, match="cannot be written"):
            bench.pass_over([person(0)], making=making)
