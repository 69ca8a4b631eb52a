"""The door: parse, call one step, print, choose the exit code.

Commands are imported here and import what they need when they run, so that `samekey --help` answers at once.
"""

import atexit
import gc
import itertools
import json
import os
import shlex
import signal
import sys
from typing import Annotated, Any, NoReturn

import typer

from samekey import __version__
from samekey.cli.commands import (
    deliver,
    demo,
    draft,
    init,
    lint,
    migrate,
    pack,
    purge,
    rehearse,
    report,
    retry,
    survey,
    verify,
)
from samekey.cli.commands import hash as hash_commands
from samekey.errors import ExitCode, SamekeyError

app = typer.Typer(
    name="samekey",
    help="Move your users to Auth0 with the passwords they already have, and rehearse first.",
    epilog="A first look: samekey demo",
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,  # plain help: half the start-up time, and the same text everywhere
    add_completion=False,
    context_settings={"help_option_names": ["-h", "--help"]},
)


def _print_version(value: bool) -> None:
    if value:
        typer.echo(f"samekey {__version__}")
        raise typer.Exit


@app.callback()
def samekey(
    version: Annotated[
        bool, typer.Option("--version", callback=_print_version, is_eager=True, help="Print the version and exit.")
    ] = False,
) -> None:
    """Move your users to Auth0 with the passwords they already have, and rehearse first."""


app.command("demo")(demo.demo)
app.command("init")(init.init)
app.command("survey")(survey.survey)
app.command("draft")(draft.draft)
app.command("pack")(pack.pack)
app.command("deliver")(deliver.deliver)
app.command("verify")(verify.verify)
app.command("report")(report.report)
app.command("retry")(retry.retry)
app.command("purge")(purge.purge)
app.command("migrate")(migrate.migrate)
app.command("lint")(lint.lint)
app.command("rehearse")(rehearse.rehearse)
app.add_typer(hash_commands.app, name="hash")


def run(arguments: list[str] | None = None) -> NoReturn:
    """Run the command line and exit; nothing a user did ends in a traceback."""
    atexit.register(gc.freeze)  # the system takes everything back at once; Python would look for garbage in it first
    _take_polite_kills_for_ctrl_c()
    try:
        app(arguments)
    except SamekeyError as error:
        _print_error(error)
        sys.exit(error.exit_code)
    except KeyboardInterrupt:
        _print_stopped(arguments)
        sys.exit(ExitCode.INTERRUPTED)
    except SystemExit as end:
        if end.code == ExitCode.INTERRUPTED:  # Typer keeps a Ctrl-C for itself and leaves with this code
            _print_stopped(arguments)
        raise
    except BrokenPipeError:
        # The reader of our output left; what was done is done.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        sys.exit(ExitCode.DONE)
    sys.exit(ExitCode.DONE)


def _take_polite_kills_for_ctrl_c() -> None:
    """`kill`, a container that is stopped, a terminal that is closed: temporary files are removed all the same."""
    for number in (signal.SIGTERM, signal.SIGHUP):
        if signal.getsignal(number) is signal.SIG_DFL:  # not where nohup asked for something else
            signal.signal(number, signal.default_int_handler)


def _print_error(error: SamekeyError) -> None:
    """One error, for a person on stderr; for a program, when it asked with --json, as one line of JSON there."""
    if "--json" in sys.argv or _logs_json(sys.argv):
        document: dict[str, Any] = {"error": {"code": error.code, "message": error.message, "remedy": error.remedy}}
        typer.echo(json.dumps(document, ensure_ascii=False), err=True)
        return
    typer.secho(f"samekey: {error.message}", err=True, fg=typer.colors.RED)
    if error.remedy:
        typer.echo(error.remedy, err=True)


def _logs_json(words: list[str]) -> bool:
    """Whether stderr is read by a program, line by line."""
    return "--log=json" in words or ("--log", "json") in itertools.pairwise(words)


def _print_stopped(arguments: list[str] | None) -> None:
    typer.echo(f"\nStopped. To go on: {_command_line(arguments)}", err=True)


def _command_line(arguments: list[str] | None) -> str:
    words = sys.argv[1:] if arguments is None else arguments
    return shlex.join(["samekey", *words])
