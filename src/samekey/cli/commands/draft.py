"""`samekey draft`: findings become a first rules file."""

import shlex
from pathlib import Path
from typing import Annotated

import typer

from samekey.cli import options
from samekey.cli.reading import Reading, reads_a_source
from samekey.cli.rules_output import refuse_to_overwrite, say_what_is_next, write_rules


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
    from samekey.survey.rules_text import DOUBTFUL

    if output is not None and not force:
        refuse_to_overwrite(output)
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
        write_rules(output, rules)
    if json:
        print_json({"rules": rules, "path": None if output is None else str(output), "doubtful": doubtful})
    elif output is None:
        typer.echo(rules, nl=False)
    else:
        words = ("samekey", "pack", reading.source, *reading.again(), "--rules", str(output), "--run", "run")
        say_what_is_next(output, rules, shlex.join(words))
