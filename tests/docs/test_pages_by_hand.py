"""Pages that people wrote, held against the code they speak of."""

import ast
import json
import re
from pathlib import Path

import msgspec
import pytest

from samekey import steps
from samekey.auth0 import limits
from samekey.cli import options
from samekey.client import credentials
from samekey.client.signin import LoginWord
from samekey.deliver import handing_in, runner, watching
from samekey.journal import outcome_codes
from samekey.mapping import rules, treatments
from samekey.pack.changes import Change, Ended, Kind
from samekey.pack.manifest import ChunkPacked, ClusterPacked, Manifest, SourceRead
from tests.docs import pages

DOCS = pages.ROOT / "docs"
RULES = '[user]\nemail = "username"\n[password]\nstored = "hash"\nformat = "raw_sha1"\n'
RECORDS = "username,hash\nanna@example.org,5BAA61E4C9B93F3F0682250B6CF8331B7EE68FD8\nben@example.org,!\nnobody,x\n"


def _page(path: str) -> str:
    return pages.text(DOCS / path)


@pytest.fixture(scope="module")
def packed(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A run folder with one packed, one held and one rejected record."""
    folder = tmp_path_factory.mktemp("run-folder-page")
    (folder / "rules.toml").write_text(RULES, encoding="utf-8")
    (folder / "people.csv").write_text(RECORDS, encoding="utf-8")
    steps.pack(str(folder / "people.csv"), rules_path=folder / "rules.toml", run=folder / "run")
    return folder / "run"


def _section(page: str, title: str) -> str:
    return page.split(f"\n## {title}\n")[1].split("\n## ", maxsplit=1)[0]


class TestRunFolderPage:
    def test_shows_every_file(self, packed: Path) -> None:
        """Whatever a pack leaves behind is in the layout."""
        layout = _section(_page("reference/run-folder.md"), "Layout")
        names = {path.name for path in packed.rglob("*") if path.name != "01"}
        assert {name for name in names if name not in layout} == set()

    def test_explains_every_place_of_a_user(self, packed: Path) -> None:
        """Those lines are arrays: each place stands in the table."""
        section = _section(_page("reference/run-folder.md"), "`users.ndjson`")
        told = {
            int(place) for cell in re.findall(r"^\| ([\d, ]+) \|", section, re.MULTILINE) for place in cell.split(",")
        }
        lines = (packed / "rounds" / "01" / "users.ndjson").read_text(encoding="utf-8").splitlines()
        assert lines
        assert {place for line in lines for place in range(len(json.loads(line)))} <= told

    @pytest.mark.parametrize("name", ["rejections.ndjson", "held.ndjson"])
    def test_explains_every_key_of_a_line(self, packed: Path, name: str) -> None:
        """A program that reads these files finds each key explained."""
        section = _section(_page("reference/run-folder.md"), f"`{name}`")
        lines = (packed / "rounds" / "01" / name).read_text(encoding="utf-8").splitlines()
        assert lines
        assert {key for line in lines for key in json.loads(line) if f"`{key}`" not in section} == set()

    @pytest.mark.parametrize("struct", [Manifest, SourceRead, ClusterPacked, ChunkPacked])
    def test_explains_every_key_of_the_manifest(self, struct: type[msgspec.Struct]) -> None:
        """A program that reads a manifest finds each key explained."""
        section = _section(_page("reference/run-folder.md"), "`manifest.json`")
        missing = {key for key in struct.__struct_fields__ if f"`{key}`" not in section}
        assert missing - {"address"} == set()

    @pytest.mark.parametrize(("struct", "heading"), [(Change, "`changes.ndjson`"), (Ended, "`ended.ndjson`")])
    def test_explains_every_key_of_a_later_round(self, struct: type[msgspec.Struct], heading: str) -> None:
        """And so does a program that reads what changed."""
        section = _section(_page("reference/run-folder.md"), heading)
        assert {key for key in struct.__struct_fields__ if f"`{key}`" not in section} == set()

    def test_explains_every_kind_of_change(self) -> None:
        """With what an import does about it."""
        section = _section(_page("reference/run-folder.md"), "`changes.ndjson`")
        assert {kind for kind in Kind if f"`{kind}`" not in section} == set()

    def test_explains_every_table_of_the_journal(self) -> None:
        """Whoever opens the journal knows what its tables say."""
        schema = "".join(pages.text(path) for path in (pages.ROOT / "src/samekey/journal/schema").glob("*.sql"))
        section = _section(_page("reference/run-folder.md"), "`journal.sqlite`")
        tables = re.findall(r"create table (\w+)", schema)
        assert tables
        assert [table for table in tables if f"| `{table}` |" not in section] == []


class TestRulesFilePage:
    def test_names_every_property(self) -> None:
        """Nothing that the rules take is a secret."""
        page = _page("reference/rules-file.md")
        properties = (
            *rules.TEXT_PROPERTIES,
            *rules.BOOLEAN_PROPERTIES,
            *rules.METADATA_PROPERTIES,
            *rules.OTHER_PROPERTIES,
        )
        assert [name for name in properties if f"`{name}`" not in page] == []

    def test_names_every_word_for_true_and_false(self) -> None:
        """The words that count are those on the page, and no others."""
        row = re.search(r"^\| (`true`.*) \| (`false`.*) \|$", _page("reference/rules-file.md"), re.MULTILINE)
        assert row
        shown = [set(re.findall(r"`(\w+)`", cell)) for cell in row.groups()]
        assert [treatments.TRUE, treatments.FALSE] == shown

    def test_states_the_limits_of_a_chunk(self) -> None:
        """Numbers on the page are those of the code."""
        page = _page("reference/rules-file.md")
        assert f"to {limits.CHUNK_BYTES_MAX:,} | {limits.CHUNK_BYTES_DEFAULT:,} |" in page


class TestOperatePages:
    @pytest.mark.parametrize("word", [word for word in LoginWord if word is not LoginWord.OK])
    def test_explain_every_end_of_a_login(self, word: LoginWord) -> None:
        """Whoever reads why a person did not get in finds what to do."""
        assert f"| `{word}` |" in _page("operate/what-if.md")

    @pytest.mark.parametrize("code", outcome_codes.FAILURES)
    def test_explain_every_code_of_our_own(self, code: str) -> None:
        """Whoever finds it in a report or a list reads whether the person is there, and what to do."""
        assert f"| `{code}` |" in _section(_page("operate/understanding-output.md"), "Codes of samekey's own")

    def test_quote_lines_that_a_delivery_prints(self) -> None:
        """A line that is explained is printed like that."""
        texts = [
            node.value
            for module in (handing_in, runner, watching)
            for node in ast.walk(ast.parse(Path(str(module.__file__)).read_text(encoding="utf-8")))
            if isinstance(node, ast.Constant) and isinstance(node.value, str)
        ]
        section = _section(_page("operate/understanding-output.md"), "Lines of a delivery")
        quoted = re.findall(r"^\| `(.+?)` \|", section, re.MULTILINE)
        pieces = [piece.strip() for line in quoted for piece in line.split("…") if piece.strip()]
        assert pieces
        assert [piece for piece in pieces if not any(piece in text for text in texts)] == []

    def test_name_variables_that_are_read(self) -> None:
        """Nobody exports a name that samekey does not look at."""
        code = "".join(pages.text(Path(str(module.__file__))) for module in (credentials, options))
        read = set(re.findall(r"AUTH0_[A-Z_]+", code))
        named = {name for page in pages.pages() for name in re.findall(r"AUTH0_[A-Z_]+", pages.text(page))}
        assert named == read
