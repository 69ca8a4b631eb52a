"""`samekey init`: a short conversation about a source, and its rules are written."""

import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from samekey.cli import options
from samekey.cli.reading import Reading, reads_a_source
from samekey.cli.rules_output import refuse_to_overwrite, say_what_is_next, write_rules

if TYPE_CHECKING:
    from samekey.secret import Secret
    from samekey.survey.findings import Findings
    from samekey.survey.known_person import Proved


@reads_a_source
def init(
    reading: Reading,
    output: Annotated[Path, typer.Option("-o", "--output", metavar="FILE", help="The rules file to write.")] = Path(
        "rules.toml"
    ),
    force: Annotated[bool, typer.Option("--force", help="Write over a file that is there.")] = False,
    origin: options.Origin = None,
    yes: Annotated[bool, typer.Option("--yes", help="Ask nothing: take what is likeliest, and mark it.")] = False,
    json: options.Json = False,
) -> None:
    """Look at a source, ask what is in doubt, and write its rules.

    Nothing is asked with --yes, or where nobody sits at a terminal.

    Example: samekey init users.csv
    """
    from rich.console import Console

    from samekey import steps
    from samekey.cli.conversation import Conversation, next_command, tell
    from samekey.cli.printing import print_json
    from samekey.cli.progress import Screen
    from samekey.survey.rules_text import DOUBTFUL

    asks = not yes and not json and sys.stdin.isatty() and sys.stderr.isatty()
    if not asks and not force:
        refuse_to_overwrite(output)

    def survey(reading: Reading, origin: str | None, password: "tuple[str, ...] | None" = None) -> "Findings":
        with Screen(quiet=json, keeps_bars=False) as screen:
            return steps.survey(
                reading.source,
                origin=origin,
                source_format=reading.source_format,
                source_options=reading.options,
                password=password,
                listener=screen,
            )

    def prove(reading: Reading, found: "Findings", username: str, password: "Secret") -> "Proved | None":
        return steps.prove(
            reading.source,
            found,
            username=username,
            password=password,
            source_format=reading.source_format,
            source_options=reading.options,
        )

    console = Console(stderr=True, highlight=False)
    found = survey(reading, origin)
    conversation = Conversation(console, survey, prove)
    if asks:
        reading, found = conversation.about(reading, found)
        rules = steps.draft(found, decided=conversation.passwords(reading, found))
        output = output if force else conversation.place(output)
    else:
        rules = steps.draft(found)
        if not json:
            tell(console, found)
    write_rules(output, rules)
    if json:
        print_json({"rules": rules, "path": str(output), "doubtful": rules.count(DOUBTFUL)})
    else:
        say_what_is_next(output, rules, next_command(reading, output, proved=conversation.proved))
