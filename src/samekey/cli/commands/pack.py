"""`samekey pack`: a source becomes a run folder that is ready to deliver."""

from pathlib import Path
from typing import Annotated

import typer

from samekey.cli import options
from samekey.cli.reading import Reading, reads_a_source
from samekey.errors import ExitCode


@reads_a_source
def pack(
    reading: Reading,
    rules: options.RulesFile,
    run: options.RunOption = Path("run"),
    logins: options.Logins = None,
    workers: options.Workers = 0,
    allow_code: options.AllowCode = False,
    send_pepper: options.SendPepper = False,
    engine: options.EngineName = "local",
    scheduler: options.Scheduler = "",
    shared: options.Shared = None,
    encrypt_to: options.EncryptTo = None,
    identity: options.Identity = None,
    since: Annotated[
        str,
        typer.Option(
            "--since",
            metavar="ROUND",
            help="Pack only who is new or changed since a round (01, or last), and list who vanished.",
        ),
    ] = "",
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Do everything and write nothing.")] = False,
    json: options.Json = False,
) -> None:
    """Turn a source into chunks ready to deliver.

    Reads, maps, checks and splits; no network.
    With --since, a run folder takes a further round of the same source: the last delta before the switch.

    Example: samekey pack users.json --rules rules.toml --run run
    """
    from samekey import steps
    from samekey.cli.printing import print_manifest
    from samekey.cli.progress import Screen

    with Screen(quiet=json) as screen:
        manifest = steps.pack(
            reading.source,
            rules_path=rules,
            run=run,
            source_format=reading.source_format,
            source_options=reading.options,
            logins_path=logins,
            engine=options.engine(engine, workers=workers, scheduler=scheduler, shared=shared),
            allow_code=allow_code,
            send_pepper=send_pepper,
            recipients=options.recipients(encrypt_to),
            identities=options.identities(identity) if since else None,
            since=since,
            dry_run=dry_run,
            listener=screen,
        )
    print_manifest(manifest, run=None if dry_run else run, as_json=json)
    raise typer.Exit(ExitCode.FINDINGS if manifest.rejected or manifest.held else ExitCode.DONE)
