"""What pages say exists, exists; where links lead, something is."""

import re
import shlex
from pathlib import Path

import pytest
import typer.core
import typer.main

from samekey.cli import main
from samekey.mapping import compiled, rules
from tests.docs import pages

ROOT = Path(__file__).parents[2]

EVERY_PAGE = pytest.mark.parametrize("page", pages.pages(), ids=pages.name)

NOT_BUILT_YET = {"rollback", "dashboard"}
"""Commands that a page may name as missing."""

OTHER_PROGRAMS = {"--check", "--no-header", "--all-groups"}
"""Options of programs that are not samekey."""

_LINK = re.compile(r"\]\(([^)\s]+)\)")
_OPTION = re.compile(r"--[a-z]+(?:-[a-z]+)*(?![\w-])")
_MACHINE_PATH = re.compile(r"(?<![\w.])/(?:work|home|root|Users|tmp)/\w")
_REGISTRY = re.compile(
    r"pypi\.org|pythonhosted|registry\.npmjs|artifactory|index-url|/simple/|proxy\.golang", re.IGNORECASE
)


def _commands(group: object, above: str = "") -> dict[str, set[str]]:
    """Every command with its options, groups and what belongs to them included."""
    found: dict[str, set[str]] = {}
    for name, command in group.commands.items() if isinstance(group, typer.core.TyperGroup) else ():
        options = {option for parameter in command.params for option in (*parameter.opts, *parameter.secondary_opts)}
        found[above + name] = {option for option in options if option.startswith("-")} | {"--help", "-h"}
        found |= _commands(command, f"{above}{name} ")
    return found


COMMANDS = _commands(typer.main.get_command(main.app))
GROUPS = {name for name in COMMANDS if any(other.startswith(f"{name} ") for other in COMMANDS)}


def _calls(page: Path) -> list[list[str]]:
    """Every call of samekey in the code of a page, in words."""
    found = []
    for line in pages.code(page):
        for call in re.split(r"&&|\||;", line.removeprefix("$ ")):
            words = call.split("#")[0].split()
            if words and words[0].rpartition("/")[2] == "samekey" and len(words) > 1:
                found.append(words)
    return found


class TestCommandsOnPages:
    @EVERY_PAGE
    def test_exist_with_their_options(self, page: Path) -> None:
        """Nobody is sent to a command or an option that is not there."""
        for _, first, *words in _calls(page):
            command = first
            if command.startswith("-") or command in NOT_BUILT_YET:
                continue
            if command in GROUPS and words and not words[0].startswith("-"):
                command = f"{command} {words[0]}"
            assert command in COMMANDS, f"samekey {command}"
            options = {word.split("=")[0] for word in words if _OPTION.fullmatch(word.split("=")[0])}
            assert options <= COMMANDS[command], f"samekey {command}: {options - COMMANDS[command]}"

    @EVERY_PAGE
    def test_options_in_prose_exist_somewhere(self, page: Path) -> None:
        """An option named by itself belongs to a command."""
        known = set.union(*COMMANDS.values()) | OTHER_PROGRAMS | {"--version"}
        named = {option for span in pages.code(page) if span.startswith("--") for option in _OPTION.findall(span)}
        assert named <= known, named - known

    def test_are_all_on_the_reference_page(self) -> None:
        """Every command has its help on a page."""
        reference = pages.text(ROOT / "docs" / "reference" / "commands.md")
        assert set(COMMANDS) == set(re.findall(r"^## samekey (.+)$", reference, re.MULTILINE))

    def test_missing_ones_are_not_there_in_truth(self) -> None:
        """A command that has come is no longer called missing."""
        assert set() == NOT_BUILT_YET & set(COMMANDS)


class TestLinks:
    @EVERY_PAGE
    def test_lead_somewhere(self, page: Path) -> None:
        """Files and headings that a page links to are there."""
        for target in _LINK.findall(pages.prose(page)):
            if "://" in target:
                continue
            path, _, anchor = target.partition("#")
            file = (page.parent / path).resolve() if path else page
            assert file.exists(), target
            assert not anchor or anchor in pages.anchors(file), target


class TestPages:
    @EVERY_PAGE
    def test_name_no_place_of_one_machine(self, page: Path) -> None:
        """A page is true on every machine."""
        assert _MACHINE_PATH.findall(pages.text(page)) == []

    @pytest.mark.parametrize(
        "path",
        [*pages.pages(), *(ROOT / name for name in ("requirements.lock", "pyproject.toml", "Makefile", ".ci/run"))],
        ids=pages.name,
    )
    def test_name_no_package_registry(self, path: Path) -> None:
        """Where packages come from is the machine's business."""
        assert _REGISTRY.findall(pages.text(path)) == []

    @EVERY_PAGE
    def test_begin_with_one_title(self, page: Path) -> None:
        """A page has a name, and one only."""
        titles = re.findall(r"^# .+$", pages.prose(page), re.MULTILINE)
        assert len(titles) == 1


def _rules_examples() -> list[str]:
    """Every rules file shown on a page; those that show a part get the least that must stand beside it."""
    blocks = [
        block for page in pages.pages() for block in re.findall(r"```toml\n(.*?)```", pages.text(page), re.DOTALL)
    ]
    return [block if "[user]" in block else f'[user]\nemail = "email"\n{block}' for block in blocks]


class TestRulesOnPages:
    @pytest.mark.parametrize("text", _rules_examples(), ids=lambda text: shlex.quote(text.splitlines()[1]))
    def test_are_rules(self, text: str, tmp_path: Path) -> None:
        """An example of a rules file can be copied, and so can the code that it names."""
        (tmp_path / "ours.py").write_text(pages.block(ROOT / "docs/howto/code-in-rules.md", "python"), encoding="utf-8")
        assert callable(compiled.compile_rules(rules.parse_rules(text, code_folder=tmp_path)))
