"""`samekey survey`: what a source holds, before anything is written."""

import shlex
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from samekey.cli import options
from samekey.cli.reading import Reading, reads_a_source
from samekey.errors import ExitCode

if TYPE_CHECKING:
    from rich.console import Console
    from rich.table import Table

    from samekey.records import Position
    from samekey.survey.findings import Findings


_LOG_CHARS = 120
"""How wide tables are in a file or a pipe."""


@reads_a_source
def survey(
    reading: Reading,
    origin: options.Origin = None,
    html: Annotated[
        Path | None, typer.Option("--html", metavar="FILE", help="Also write the findings as a page that stands alone.")
    ] = None,
    workers: options.Workers = 0,
    json: options.Json = False,
) -> None:
    """Look at a source; nothing is written but a page, if you name one.

    One pass: fields, identifiers, passwords, what cannot be carried and why.

    Example: samekey survey users.json
    """
    from samekey import steps
    from samekey.cli.printing import print_json
    from samekey.cli.progress import Screen

    with Screen(quiet=json) as screen:
        found = steps.survey(
            reading.source,
            origin=origin,
            source_format=reading.source_format,
            source_options=reading.options,
            listener=screen,
            workers=workers or None,
        )
    if html is not None:
        steps.survey_page(found, html)
    if json:
        print_json(found.as_json())
    else:
        again = [*(["--origin", origin] if origin else []), *reading.again()]
        print_findings(found, again=again)
    raise typer.Exit(ExitCode.FINDINGS if found.warnings else ExitCode.DONE)


def print_findings(found: "Findings", *, again: Sequence[str] = ()) -> None:
    """The findings for a person, on stdout.

    Args:
        found: what survey found.
        again: options that the next command needs to read the source in the same way.

    """
    from rich.console import Console

    from samekey.survey.html import FATES

    console = Console(highlight=False)
    if not console.is_terminal:  # nobody looks at a log in a window
        console.width = max(console.width, _LOG_CHARS)
    unread = sum(found.rejected.values())
    console.print(
        f"{found.source.address}: {found.source.format}, {found.records:,} records"
        + (f", {unread:,} more could not be read" if unread else ""),
        markup=False,
        soft_wrap=True,
    )
    if found.joined:
        with_rows = found.joined.records - found.joined.without_rows
        console.print(
            f"Joined with {found.joined.address} by {found.joined.on}: "
            f"{with_rows:,} of {found.joined.records:,} records have rows there.",
            markup=False,
            soft_wrap=True,
        )
    if found.origin.weight:
        console.print(f"Origin: {found.origin.title}; {'; '.join(found.origin.why)}.", markup=False, soft_wrap=True)
    for proposed in found.proposed_joins:
        console.print(
            f"Not in this source: {proposed.why}. To join it: {shlex.join(proposed.words)}",
            markup=False,
            soft_wrap=True,
        )
    for table in (_fields(found), _identifiers(found), _clusters(found)):
        if table.row_count:
            console.print()
            console.print(table)
    console.print()
    for fate, count in found.fates.items():
        if count:
            console.print(f"{count:>12,} {': '.join(FATES[fate])}")
    _print_logins(console, found)
    _print_estimate(console, found)
    for warned in found.warnings:
        users = f"{warned.users:,}: " if warned.users else ""
        console.print(f"warning: {users}{warned.text} ({warned.code})", markup=False, soft_wrap=True)
    console.print(
        f"Next: {shlex.join(('samekey', 'draft', found.source.address, *again, '-o', 'rules.toml'))}",
        markup=False,
        soft_wrap=True,
    )


def _fields(found: "Findings") -> "Table":
    table = _table("field", "filled", "types", "different", "characters", "look at")
    for field in found.fields:
        chars = "" if field.chars_min is None else f"{field.chars_min:,} to {field.chars_max:,}"
        about = "" if field.distinct_exact else "about "
        table.add_row(
            _plain(field.expression),
            f"{field.fill_rate:.1%}",
            ", ".join(sorted(field.types)),
            f"{about}{field.distinct:,}",
            chars,
            _place(field.examples[0]) if field.examples else "",
        )
    return table


def _identifiers(found: "Findings") -> "Table":
    from samekey.survey.findings import expression

    table = _table("known by", "field", "valid", "missing", "refused", "duplicates")
    for identifier in found.identifiers:
        table.add_row(
            identifier.property,
            _plain(expression(identifier.path)),
            f"{identifier.valid:,}",
            f"{identifier.missing:,}",
            f"{sum(identifier.invalid.values()):,}",
            f"{identifier.duplicates:,}",
        )
    return table


def _clusters(found: "Findings") -> "Table":
    table = _table("passwords", "users", "share", "certainty", "verdict", "look at")
    for cluster in found.password.clusters if found.password else ():
        table.add_row(
            _plain(cluster.name),
            f"{cluster.users:,}",
            f"{cluster.share:.1%}",
            cluster.certainty,
            cluster.verdict,
            _place(cluster.example),
        )
    return table


def _table(*columns: str) -> "Table":
    from rich.table import Table

    table = Table(box=None, padding=(0, 2, 0, 0), header_style="bold")
    for column in columns:
        table.add_column(column, overflow="fold")
    return table


def _place(position: "Position") -> str:
    """Where to look, in a few words: tables are wide enough without."""
    from msgspec.structs import replace

    place = f"line {position.line}" if position.line else str(replace(position, byte=None, file=""))
    return _plain(f"{place} of {position.file}" if position.file else place)


def _plain(text: str) -> str:
    """A name from the source, in which brackets are brackets and not styles."""
    from rich.markup import escape

    return escape(text)


def _print_logins(console: "Console", found: "Findings") -> None:
    logins = found.logins
    if logins is None:
        return
    recent = ", ".join(f"{users:,} in {days} days" for days, users in logins.recent.items())
    unread = f", {logins.unread:,} not read" if logins.unread else ""
    console.print(
        f"Last logins from {logins.earliest} to {logins.latest}, {logins.never:,} never{unread}; "
        f"before the latest: {recent}.",
        soft_wrap=True,
    )


def _print_estimate(console: "Console", found: "Findings") -> None:
    if found.estimate is None:
        return
    from samekey.survey.html import duration

    times = ", ".join(f"{duration(hours)} ({tier})" for tier, hours in found.estimate.hours.items())
    chunks = "one chunk" if found.estimate.chunks == 1 else f"{found.estimate.chunks:,} chunks"
    console.print(f"About {chunks}, {found.estimate.user_bytes:,} bytes a user.")
    console.print(f"Import time by tenant tier, as others saw it: {times}.", soft_wrap=True)
