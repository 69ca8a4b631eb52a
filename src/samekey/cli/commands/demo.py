"""`samekey demo`: a whole migration on this machine, with real logins, against a rehearsal tenant."""

from pathlib import Path
from typing import Annotated

import typer

from samekey.cli import options
from samekey.errors import ExitCode


def demo(
    folder: Annotated[
        Path | None,
        typer.Option("--folder", metavar="DIR", help="Where to work; a new samekey-demo folder when not given."),
    ] = None,
    json: options.Json = False,
) -> None:
    """See a whole migration happen, with real logins.

    100 example users go to a rehearsal tenant on this machine, and everybody logs in with the password they had.

    Example: samekey demo
    """
    from samekey.cli import demonstration

    shown = demonstration.run(folder, quiet=json)
    demonstration.print_ending(shown, as_json=json)
    raise typer.Exit(ExitCode.DONE if shown.is_success else ExitCode.FINDINGS)
