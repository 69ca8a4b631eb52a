"""The end of the commands that write a rules file."""

from pathlib import Path

import typer

from samekey.errors import UsageError


def write_rules(path: Path, rules: str) -> None:
    """Write the file.

    Raises:
        UsageError: that is not possible there.

    """
    try:
        path.write_text(rules, encoding="utf-8")
    except OSError as error:
        raise UsageError(f"{path} cannot be written: {error.strerror}.", remedy="Choose another place.") from error


def refuse_to_overwrite(path: Path) -> None:
    """Rules that somebody mended by hand are not lost.

    Raises:
        UsageError: the file is there.

    """
    if path.exists():
        raise UsageError(f"{path} is already there.", remedy="Name another file, or write over it with --force.")


def say_what_is_next(path: Path, rules: str, command: str) -> None:
    """How many lines want an eye, and what to type then."""
    from samekey.survey.rules_text import DOUBTFUL

    doubtful = rules.count(DOUBTFUL)
    if doubtful:
        wants = "1 line wants" if doubtful == 1 else f"{doubtful} lines want"
        typer.echo(f"{path}: {wants} your eye; look for DOUBTFUL.", err=True)
    else:
        typer.echo(f"{path} is written, and nothing in it is in doubt.", err=True)
    typer.echo(f"Next: {command}", err=True)
