"""`samekey lint`: check and mend Auth0 import files that somebody else made."""

import contextlib
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from samekey.cli import options
from samekey.errors import ExitCode, UsageError

if TYPE_CHECKING:
    from samekey.lint.findings import Finding
    from samekey.lint.inspection import Inspection

_SHOWN_PER_CODE = 20


def lint(
    files: Annotated[list[str], typer.Argument(metavar="FILE...", help="Auth0 import files.")],
    fix: Annotated[
        Path | None,
        typer.Option("--fix", metavar="OUT", help="Write the mended file here; a folder for several files."),
    ] = None,
    force: Annotated[bool, typer.Option("--force", help="Write over a mended file that is there.")] = False,
    split: Annotated[
        bool, typer.Option("--split", help="Mend a file that is too large into several: OUT, OUT-2, OUT-3 …")
    ] = False,
    logins: options.Logins = None,
    json: Annotated[bool, typer.Option("--json", help="For programs: one JSON object a finding on stdout.")] = False,
) -> None:
    """Check and mend import files made elsewhere.

    Finds what Auth0 would refuse and what would never log in; mends what can be mended for certain.

    Known logins prove the mended users, and decide what form alone leaves open.

    Example: samekey lint users.json --fix mended.json --logins known.csv
    """
    import msgspec

    from samekey.cli.progress import Screen
    from samekey.lint.inspection import Inspection
    from samekey.verify.logins import read_known_logins

    if (force or split) and fix is None:
        raise UsageError("--force and --split say how to write, and nothing is written.", remedy="Add --fix OUT.")
    with Screen(quiet=json) as screen:
        known = read_known_logins(logins, screen) if logins else []
    inspection = Inspection(files, logins=known, fix=fix, force=force, split=split)
    shown: dict[str, int] = {}
    with contextlib.closing(inspection.findings()) as findings:
        for finding in findings:
            if json:
                typer.echo(msgspec.json.encode(finding.as_json()).decode())
            elif shown.setdefault(finding.code, 0) < _SHOWN_PER_CODE:
                shown[finding.code] += 1
                typer.echo(_line(finding))
    _sum_up(inspection, known=len(known), as_json=json)
    raise typer.Exit(ExitCode.FINDINGS if inspection.counts else ExitCode.DONE)


def _line(finding: "Finding") -> str:
    place = finding.file if finding.index is None else f"{finding.file}:{finding.index}"
    parts = [place, finding.code, finding.field, finding.message, "" if finding.fix is None else "[mendable]"]
    return " ".join(part for part in parts if part)


def _sum_up(inspection: "Inspection", *, known: int, as_json: bool) -> None:
    """How many of each; to stderr, so that stdout holds findings alone."""
    if not as_json:
        for code, count in inspection.counts.most_common():
            rest = f", {_SHOWN_PER_CODE} of them shown" if count > _SHOWN_PER_CODE else ""
            typer.echo(f"{count:,} {code}{rest}", err=True)
    counts = f"{sum(inspection.counts.values()):,} findings" if inspection.counts else "nothing found"
    typer.echo(f"{inspection.users:,} users looked at, {counts}.", err=True)
    if known:
        matched = list(dict.fromkeys(inspection.matched))  # one person may stand in the files twice
        typer.echo(f"{len(matched):,} of {known:,} known logins match.", err=True)
        if not as_json:
            for username in matched:
                typer.echo(f"  {username} matches", err=True)
    left = f"; findings left to you: {inspection.left:,}" if inspection.left else ""
    for path in inspection.written:
        typer.echo(f"Mended: {path}{left}", err=True)
    for name in inspection.unwritten:
        typer.echo(f"Not mended: {name} cannot be read user by user, and nobody may be lost on the way.", err=True)
