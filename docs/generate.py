# ruff: noqa: INP001  # pages and their maker, not a package
"""Rebuilds every page that is made from the code: `make docs`. With --check it only says which would change.

A page is a function from nothing to text. To add one, write the function and name it in `PAGES`, or name it in
`ELSEWHERE` when its knowledge lives in the package.
"""

import ast
import importlib
import importlib.util
import itertools
import os
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from types import ModuleType
from typing import Any

import lifecycle_picture
import typer.main

from samekey import errors
from samekey.auth0 import limits, payload, vocabulary
from samekey.deliver import lifecycle
from samekey.lint import codes as lint_codes
from samekey.records import REASONS

DOCS = Path(__file__).parent
MADE = "<!-- Made by docs/generate.py; change the code and run `make docs`. -->\n\n"
HELP_COLUMNS = 100
_VALUE_CHARS_MAX = 160
_SAMEKEY = "import sys; sys.argv[0] = 'samekey'; from samekey.cli.main import run; run()"
"""The command as a person calls it; started so, since its script need not be on the path."""


def commands() -> str:
    """The help of every command, as the program prints it."""
    from samekey.cli import main  # noqa: PLC0415  # heavy, and needed for this page only

    names = _command_names(typer.main.get_command(main.app))
    parts = [
        "# Commands\n\n**What `samekey --help` and each command's `--help` print.**\n",
        "Data goes to stdout, talk to stderr; the exit codes are explained in [errors](errors.md).\n",
        _help_block("samekey"),
        *(f"\n## samekey {name}\n\n{_help_block('samekey', *name.split())}" for name in names),
    ]
    return MADE + "\n".join(parts) + "\n"


def _help_block(*words: str) -> str:
    return f"```text\n$ {' '.join([*words, '--help'])}\n{_help(*words[1:])}\n```"


def _help(*words: str) -> str:
    """The help text at a fixed width, whatever terminal or CI service runs this."""
    environment = {
        "PATH": os.environ.get("PATH", ""),
        "COLUMNS": str(HELP_COLUMNS),
        "TERMINAL_WIDTH": str(HELP_COLUMNS),
        "NO_COLOR": "1",
        "TERM": "dumb",
        "PYTHONUTF8": "1",
        "_TYPER_FORCE_DISABLE_TERMINAL": "1",
    }
    command = [sys.executable, "-c", _SAMEKEY, *words, "--help"]
    done = subprocess.run(command, env=environment, capture_output=True, text=True, encoding="utf-8", check=True)  # noqa: S603  # our own program
    lines = [line.rstrip() for line in done.stdout.strip("\n").splitlines()]
    return "\n".join(lines).strip("\n")


def _command_names(command: Any, above: tuple[str, ...] = ()) -> Iterator[str]:
    """Every command under this one, a group before what belongs to it."""
    for name, inner in getattr(command, "commands", {}).items():
        yield " ".join([*above, name])
        yield from _command_names(inner, (*above, name))


def error_page() -> str:
    """Exit codes, the tree, and every error with its code and sentence."""
    tree = errors.__doc__ or ""
    exit_sentences = _docstrings_of_class(errors, "ExitCode")
    rows = [
        [str(code.value), code.name.lower().replace("_", " "), exit_sentences[code.name]] for code in errors.ExitCode
    ]
    kinds = [
        [f"`{kind.code}`", str(kind.exit_code.value), f"`{kind.__name__}`", _first_line(kind)]
        for kind in _error_kinds()
    ]
    return MADE + "\n".join(
        [
            "# Errors and exit codes\n",
            "**An error says what happened and what to do next, and ends the command with the code of its family.**",
            'With `--json` it is one JSON object on stderr: `{"error": {"code", "message", "remedy"}}`.\n',
            "## Exit codes\n",
            *_table(("exit code", "name", "means"), rows),
            "\n## The tree\n",
            f"```text\n{_indented_block(tree)}\n```",
            "\n## Every error\n",
            *_table(("code", "exit code", "class", "means"), kinds),
            "\nA record that cannot be sent is not an error but a [rejection](rejections.md).",
            "",
        ]
    )


def _error_kinds() -> Iterator[type[errors.SamekeyError]]:
    """Every error, in the order in which the file defines them."""
    for kind in vars(errors).values():
        if isinstance(kind, type) and issubclass(kind, errors.SamekeyError):
            yield kind


def rejection_page() -> str:
    """Every reason of a rejection."""
    rows = [[f"`{reason}`", sentence] for reason, sentence in REASONS.items()]
    return MADE + "\n".join(
        [
            "# Rejections\n",
            "**A rejection is a record that will not be sent; it costs nobody else their place.**",
            "Each is a line of `rejections.ndjson` in [the run folder](run-folder.md); a remedy stands beside it.\n",
            *_table(("reason", "means"), rows),
            "",
        ]
    )


def lint_page() -> str:
    """What `samekey lint` reports."""
    return MADE + lint_codes.reference_page()


def facts_page() -> str:
    """What samekey believes about Auth0, with the source of each belief."""
    parts = [
        "# What samekey takes as facts about Auth0\n",
        "**Each with the page it was read on; nothing here is asked of a tenant.**\n",
    ]
    for title, module in (("Limits", limits), ("Hash payloads", payload), ("Words", vocabulary)):
        parts += [f"## {title}\n", _flowing(module.__doc__ or ""), ""]
        parts += _table(("name", "value", "fact"), list(_facts(module)))
        parts.append("")
    codes = [[f"`{code.code}`", code.mend, code.meaning] for code in vocabulary.ERROR_CODES.values()]
    parts += ["## Error codes of an import job\n", *_table(("code", "who can mend it", "means"), codes), ""]
    return MADE + "\n".join(parts)


def _facts(module: ModuleType) -> Iterator[list[str]]:
    for name, sentence in _docstrings(Path(str(module.__file__)), None).items():
        value = getattr(module, name)
        if name != "ERROR_CODES":
            yield [f"`{name}`", _shown(value), sentence]


def _shown(value: Any) -> str:
    """A constant in a cell: long lists by their number alone."""
    if isinstance(value, dict):
        value = [f"{key} = {inner}" if key != inner else key for key, inner in value.items()]
    if isinstance(value, frozenset):
        value = sorted(value)
    text = ", ".join(map(str, value)) if isinstance(value, (list, tuple)) else str(value)
    if isinstance(value, int):
        text = f"{value:,}"
    if len(text) > _VALUE_CHARS_MAX:
        return f"{len(value)} of them"
    return f"`` {text} ``" if "`" in text else f"`{text}`"


def lifecycle_page() -> str:
    """The states of a chunk, and what may follow what."""
    sentences = _docstrings_of_class(lifecycle, "State") | _docstrings_of_class(lifecycle, "Event")
    states = [[f"`{state}`", sentences[state.name], _yes(state in lifecycle.OCCUPYING)] for state in lifecycle.State]
    events = [[f"`{event}`", sentences[event.name]] for event in lifecycle.Event]
    table = [[f"`{state}`", f"`{event}`", f"`{after}`"] for (state, event), after in lifecycle.TABLE.items()]
    return MADE + "\n".join(
        [
            "# The life of a chunk\n",
            "**A chunk waits, is handed in, is worked on, and is settled; every detour ends there too.**",
            "Page and picture are drawn from [the table](../../src/samekey/deliver/lifecycle.py) in the code.\n",
            "![The states of a chunk and the events between them](chunk-lifecycle.svg)\n",
            "Coloured: the chunk has, or may have, one of the tenant's job slots.\n",
            "## States\n",
            *_table(("state", "means", "may hold a job slot"), states),
            "\n## Events\n",
            *_table(("event", "means"), events),
            "\n## What follows what\n",
            *_table(("state", "event", "becomes"), table),
            "\nAnything else is a mistake of ours: it raises and changes nothing.",
            "\n## Where a process may die\n",
            "These places have names, in the order in which a chunk passes them; the tests kill a delivery at each.\n",
            *(f"{number}. `{boundary}`" for number, boundary in enumerate(lifecycle.BOUNDARIES, start=1)),
            "",
        ]
    )


PAGES: dict[str, Callable[[], str]] = {
    "reference/commands.md": commands,
    "reference/errors.md": error_page,
    "reference/rejections.md": rejection_page,
    "reference/lint.md": lint_page,
    "reference/auth0-facts.md": facts_page,
    "explain/chunk-lifecycle.md": lifecycle_page,
    "explain/chunk-lifecycle.svg": lifecycle_picture.svg,
}
"""Pages made here."""

ELSEWHERE = {
    "reference/hash-formats.md": ("samekey.hashes.catalogue_page", "page"),
    "reference/rehearsal.md": ("samekey.rehearsal.coverage", "page"),
    "reference/rules.schema.json": ("samekey.mapping.rules_schema", "page"),
}
"""Pages made where their knowledge lives: module and function."""


def pages() -> dict[str, str]:
    """Every generated page by its path under docs/, as it should be."""
    made = {path: make() for path, make in PAGES.items()}
    for path, (module, function) in ELSEWHERE.items():
        if importlib.util.find_spec(module):
            made[path] = getattr(importlib.import_module(module), function)()
    return made


# --- underneath ------------------------------------------------------------------------------------------------------


def _table(names: tuple[str, ...], rows: list[list[str]]) -> list[str]:
    """A Markdown table; a bar inside a cell is written so that it stays there."""
    escaped = ([cell.replace("|", "\\|") for cell in row] for row in rows)
    return [f"| {' | '.join(row)} |" for row in (list(names), ["---"] * len(names), *escaped)]


def _docstrings_of_class(module: ModuleType, name: str) -> dict[str, str]:
    return _docstrings(Path(str(module.__file__)), name)


def _docstrings(path: Path, class_name: str | None) -> dict[str, str]:
    """The sentence under each constant of a module, or of one of its classes."""
    body = ast.parse(path.read_text(encoding="utf-8")).body
    if class_name:
        body = next(node.body for node in body if isinstance(node, ast.ClassDef) and node.name == class_name)
    found: dict[str, str] = {}
    for node, after in itertools.pairwise(body):
        if (
            isinstance(node, ast.Assign)
            and isinstance(node.targets[0], ast.Name)
            and isinstance(after, ast.Expr)
            and isinstance(after.value, ast.Constant)
        ):
            found[node.targets[0].id] = _flowing(str(after.value.value))
    return found


def _flowing(text: str) -> str:
    """A text without its line ends."""
    return " ".join(text.split())


def _first_line(kind: type) -> str:
    return (kind.__doc__ or "").strip().splitlines()[0]


def _indented_block(text: str) -> str:
    return "\n".join(line[4:] for line in text.splitlines() if line.startswith("    "))


def _yes(value: bool) -> str:  # noqa: FBT001  # a word for a cell
    return "yes" if value else ""


def main(arguments: list[str]) -> int:
    """Write what changed; with --check, name it and fail."""
    stale = []
    for path, text in pages().items():
        file = DOCS / path
        if not file.exists() or file.read_text(encoding="utf-8") != text:
            stale.append(path)
            if "--check" not in arguments:
                file.write_text(text, encoding="utf-8")
    verb = "would change; run `make docs`" if "--check" in arguments else "written"
    for path in stale:
        sys.stdout.write(f"docs/{path} {verb}\n")
    return 1 if stale and "--check" in arguments else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
