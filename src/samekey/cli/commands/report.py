"""`samekey report`: the figures of a run."""

from pathlib import Path
from typing import Annotated

import typer

from samekey.cli import options
from samekey.errors import ExitCode


def report(
    run: options.RunArgument,
    delivery: Annotated[
        str | None, typer.Option("--delivery", metavar="NAME", help="A folder of DIR/deliveries; else the latest.")
    ] = None,
    html: Annotated[Path | None, typer.Option("--html", metavar="FILE", help="Where to write the page.")] = None,
    runbook: Annotated[
        bool, typer.Option("--runbook", help="Print the runbook of the night with the figures of this run instead.")
    ] = False,
    identity: options.Identity = None,
    json: options.Json = False,
) -> None:
    """Print the books and write report.html.

    Example: samekey report run
    """
    from samekey import steps
    from samekey.cli.printing import print_figures

    if runbook:
        typer.echo(steps.runbook(run, delivery=delivery, identities=options.identities(identity)), nl=False)
        return
    figures = steps.report(run, delivery=delivery, html_path=html, identities=options.identities(identity))
    print_figures(figures, as_json=json)
    raise typer.Exit(ExitCode.FINDINGS if figures.needs_attention else ExitCode.DONE)
