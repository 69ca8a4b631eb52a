"""The figures for people and programs: a page, a terminal, a line of JSON."""

import io
import json
import re
from dataclasses import replace
from datetime import UTC, datetime

import pytest
import rich.console

from samekey.journal.rows import ReadingRow
from samekey.report import html, json_report, text
from samekey.report.explanations import Explanation
from samekey.report.figures import Books, ClusterFigures, Delivery, FailureGroup, Figures, JobFigures

NOW = datetime(2026, 11, 23, 9, 0, tzinfo=UTC)
PACKED = Figures(
    run="run",
    source="users.json",
    books=Books(read=1_234, packed=1_234, pending=1_234),
    passwords={"as-is": 1_000, "re-encoded": 234, "bridge": 0, "reset": 0, "none": 0},
    chunks=2,
)
DELIVERED = replace(
    PACKED,
    books=Books(read=1_240, packed=1_234, rejected=4, held=2, created=1_200, updated=30, failed=4),
    clusters=(
        ClusterFigures("raw_sha1", "raw_sha1", 1_000, "as-is", proved=True),
        ClusterFigures("bcrypt cost=12", "bcrypt", 234, "re-encoded", proved=False),
        ClusterFigures("sha512_crypt", "sha512_crypt", 2, "bridge", proved=False),
    ),
    jobs=JobFigures(submitted=3, completed=2, failed=1, lost=1),
    rejections={"bad-email": 4},
    failures=(FailureGroup("INVALID_FORMAT", 4, "data", "A value has the wrong form.", "ann@example.com"),),
    logins={"ok": 9, "wrong-password": 1},
    reading=ReadingRow(NOW, 1_230, 1_229, 1, 0),
    delivery=Delivery("tenant.example", "People", upsert=True, started_at=NOW),
    explanations=(Explanation("01", "000007", 1, "samekey-01-000007-ab", "The answer to attempt 1 was lost."),),
)
HOSTILE = "<script>alert('[bold]')</script>[/red]\"&"
FOREIGN = replace(
    DELIVERED,
    source=HOSTILE,
    clusters=(ClusterFigures(HOSTILE, HOSTILE, 1, "as-is", proved=False),),
    rejections={HOSTILE: 1},
    failures=(FailureGroup(HOSTILE, 1, HOSTILE, HOSTILE, HOSTILE),),
    logins={HOSTILE: 1},
    delivery=Delivery(HOSTILE, HOSTILE, upsert=False, started_at=NOW),
    explanations=(Explanation(HOSTILE, HOSTILE, 1, HOSTILE, HOSTILE),),
)
EVERY = [
    pytest.param(PACKED, id="packed"),
    pytest.param(DELIVERED, id="delivered"),
    pytest.param(FOREIGN, id="foreign"),
    pytest.param(Figures("run", "empty.json", Books(), dict.fromkeys(PACKED.passwords, 0)), id="nobody"),
]


def printed(figures: Figures, *, width: int = 160) -> str:
    """What a terminal shows."""
    console = rich.console.Console(file=io.StringIO(), width=width, force_terminal=False)
    console.print(text.render(figures))
    assert isinstance(console.file, io.StringIO)
    return console.file.getvalue()


class TestPage:
    """A file that can be opened anywhere and fetches nothing."""

    @pytest.mark.parametrize("figures", EVERY)
    def test_is_self_contained(self, figures: Figures) -> None:
        """No script, no font, no picture, no address; the browser is told so as well."""
        page = html.page(figures)
        assert "default-src 'none'; style-src 'unsafe-inline'" in page
        assert [] == re.findall(r"(?i)<script|<link|<img|<iframe|https?:|\bsrc=|\bhref=|url\(|@import", page)
        assert page.startswith("<!doctype html>")

    def test_escapes_what_came_from_outside(self) -> None:
        """An identifier is a text, whatever it looks like."""
        page = html.page(FOREIGN)
        assert "<script" not in page
        assert "&lt;script&gt;alert(&#39;[bold]&#39;)&lt;/script&gt;[/red]&#34;&amp;" in page

    @pytest.mark.parametrize(
        "shown",
        [
            pytest.param("1,240", id="read"),
            pytest.param("tenant.example", id="tenant"),
            pytest.param("with upsert", id="upsert"),
            pytest.param("1 answers lost on the way", id="lost"),
            pytest.param("81.0 %", id="share"),
            pytest.param("proved by a known login", id="proved"),
            pytest.param("unproved", id="unproved"),
            pytest.param("logged in with the old password", id="logins"),
            pytest.param("1,229 equal, 1 different", id="reading"),
            pytest.param("bad-email", id="rejections"),
            pytest.param("INVALID_FORMAT", id="failures"),
            pytest.param("The books close", id="verdict"),
        ],
    )
    def test_shows_everything(self, shown: str) -> None:
        """Each figure of a delivered run."""
        assert shown in html.page(DELIVERED)

    def test_says_what_is_missing(self) -> None:
        """Before there is a delivery."""
        page = html.page(PACKED)
        assert "packed, not delivered yet" in page
        assert "1,234 users are still on the way" in page
        assert "Known people at the door" not in page


class TestText:
    """The same for a terminal."""

    @pytest.mark.parametrize("figures", EVERY)
    @pytest.mark.parametrize("width", [40, 200])
    def test_can_be_printed(self, figures: Figures, width: int) -> None:
        """On any terminal, whatever the texts hold."""
        assert "The books" in printed(figures, width=width)

    @pytest.mark.parametrize(
        ("cluster", "proof"),
        [("raw_sha1", "proved"), ("bcrypt cost=12", "unproved"), ("sha512_crypt", "not carried")],
        ids=["proved", "unproved", "held"],
    )
    def test_says_whether_a_cluster_is_proved(self, cluster: str, proof: str) -> None:
        """Where there is something to prove; the page says the same."""
        (line,) = [line for line in printed(DELIVERED).splitlines() if f" {cluster} " in line]
        assert line.rstrip().endswith(f" {proof}")
        (row,) = re.findall(rf"<tr><td><code>{cluster}</code>.*</tr>", html.page(DELIVERED))
        assert f">{proof}" in row

    def test_shows_foreign_texts_as_they_are(self) -> None:
        """Brackets are no markup."""
        assert 10 == printed(FOREIGN, width=400).count(HOSTILE)

    def test_leaves_many_explanations_to_the_page(self) -> None:
        """A terminal gets the first ones and the number of the others; the page gets all."""
        many = tuple(Explanation("01", f"{n:06d}", 1, f"id-{n}", f"Lost, number {n}.") for n in range(25))
        figures = replace(DELIVERED, explanations=many)
        assert "5 more stand in the page" in printed(figures)
        assert 20 == printed(figures).count("Lost, number")
        assert 25 == html.page(figures).count("Lost, number")

    def test_keeps_control_characters_from_the_terminal(self) -> None:
        """A tenant's sentence does not move the cursor."""
        group = FailureGroup("CODE", 1, "unknown", "before\x1b[2Jafter\x07", "ann@example.com")
        shown = printed(replace(DELIVERED, failures=(group,)))
        assert "before\ufffd[2Jafter" in shown
        assert {"\n"} == {character for character in shown if not character.isprintable()}

    @pytest.mark.parametrize(
        ("books", "sentence"),
        [
            pytest.param(DELIVERED.books, "The books close", id="closed"),
            pytest.param(PACKED.books, "1,234 users are still on the way", id="open"),
            pytest.param(Books(read=2, packed=2, created=1), "THE BOOKS DO NOT CLOSE", id="not-closing"),
        ],
    )
    def test_ends_the_books_with_a_verdict(self, books: Books, sentence: str) -> None:
        """In a sentence nobody overlooks; the page says the same."""
        assert sentence in printed(replace(DELIVERED, books=books))
        assert sentence.lower() in html.page(replace(DELIVERED, books=books)).lower()


class TestJson:
    """The same for programs."""

    @pytest.mark.parametrize("figures", EVERY)
    def test_is_one_line(self, figures: Figures) -> None:
        """Which any reader takes."""
        encoded = json_report.encoded(figures)
        assert "\n" not in encoded
        assert figures.source == json.loads(encoded)["source"]

    def test_has_the_shape_that_programs_rely_on(self) -> None:
        """Books, passwords, clusters and jobs under their names."""
        document = json.loads(json_report.encoded(DELIVERED))
        assert DELIVERED.books.as_json() == document["books"]
        assert DELIVERED.passwords == document["passwords"]
        assert [("raw_sha1", 1_000, True), ("bcrypt", 234, False), ("sha512_crypt", 2, False)] == [
            (cluster["format"], cluster["users"], cluster["proved"]) for cluster in document["clusters"]
        ]
        assert {"submitted": 3, "completed": 2, "failed": 1, "lost": 1} == document["jobs"]
        assert ("tenant.example", 1_230) == (document["delivery"]["tenant"], document["reading"]["compared"])

    def test_leaves_out_what_has_not_happened(self) -> None:
        """No delivery, no reading."""
        assert {"delivery", "reading"}.isdisjoint(json.loads(json_report.encoded(PACKED)))
