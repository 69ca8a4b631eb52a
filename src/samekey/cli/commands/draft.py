"""`samekey draft`: findings become a first rules file."""

import shlex
from pathlib import Path
from typing import Annotated

import typer

from samekey.cli import options
from samekey.cli.reading import Reading, reads_a_source
from samekey.errors import UsageError


@reads_a_source
def draft(
    reading: Reading,
    output: Annotated[
        Path | None, typer.Option("-o", "--output", metavar="FILE", help="The rules file to write; stdout without it.")
    ] = None,
    force: Annotated[bool, typer.Option("--force", help="Write over a file that is there.")] = False,
    origin: options.Origin = None,
    json: options.Json = False,
) -> None:
    """Write a first rules file for a source.

    It is commented, and what wants a person's eye is marked DOUBTFUL.

    Example: samekey draft users.json -o rules.toml
    """
    from samekey import steps
    from samekey.cli.printing import print_json
    from samekey.cli.progress import Screen
    from samekey.survey.draft import DOUBTFUL

    if output is not None and output.exists() and not force:
        raise UsageError(f"{output} is already there.", remedy="Name another file, or write over it with --force.")
    with Screen(quiet=json) as screen:
        rules = steps.draft(
            steps.survey(
                reading.source,
                origin=origin,
                source_format=reading.source_format,
                source_options=reading.options,
                listener=screen,
            )
        )
    doubtful = rules.count(DOUBTFUL)
    if output is not None:
        _write(output, rules)
    if json:
        print_json({"rules": rules, "path": None if output is None else str(output), "doubtful": doubtful})
    elif output is None:
        typer.echo(rules, nl=False)
    else:
        wants = "1 line wants" if doubtful == 1 else f"{doubtful} lines want"
        typer.echo(f"{output}: {wants} your eye; look for DOUBTFUL.", err=True)
        words = ("samekey", "pack", reading.source, *reading.again(), "--rules", str(output), "--run", "run")
        typer.echo(f"Next: {shlex.join(words)}", err=True)


def _write(path: Path, rules: str) -> None:
    try:
        path.write_text(rules, encoding="utf-8")
    except OSError as error:
        raise UsageError(f"{path} cannot be written: {error.strerror}.", remedy="Choose another place.") from error
