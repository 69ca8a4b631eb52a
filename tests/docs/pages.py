"""Every page that people read, and its pieces."""

import re
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).parents[2]

_FENCE = re.compile(r"^```.*?^```$", re.MULTILINE | re.DOTALL)
_SPAN = re.compile(r"``(?!`)(.+?)``|`([^`\n]+)`")
_HEADING = re.compile(r"^#{1,6} +(.+)$", re.MULTILINE)


def pages() -> list[Path]:
    """Every Markdown page of the project that is not made by somebody's tool."""
    return sorted([*ROOT.glob("*.md"), *(ROOT / "docs").rglob("*.md")])


def name(page: Path) -> str:
    """A page in a test's id."""
    return str(page.relative_to(ROOT))


def text(page: Path) -> str:
    """A page as it is written."""
    return page.read_text(encoding="utf-8")


def prose(page: Path) -> str:
    """A page without its blocks."""
    return _FENCE.sub("", text(page))


def code(page: Path) -> Iterator[str]:
    """Every line of a block and every span of code."""
    for block in _FENCE.findall(text(page)):
        yield from block.replace("\\\n", " ").splitlines()[1:-1]
    for match in _SPAN.finditer(prose(page)):
        yield match[1] or match[2]


def block(page: Path, language: str) -> str:
    """The first block of a language."""
    blocks = (block.splitlines() for block in _FENCE.findall(text(page)))
    return next("\n".join(lines[1:-1]) for lines in blocks if lines[0] == f"```{language}")


def anchors(page: Path) -> set[str]:
    """Where a link may lead inside a page, by GitHub's rule for headings."""
    found = set()
    for heading in _HEADING.findall(prose(page)):
        plain = re.sub(r"[^\w\- ]", "", heading.lower())
        found.add(plain.replace(" ", "-"))
    return found
