"""`samekey retry`: a round for those who failed or were rejected."""

from pathlib import Path
from typing import Annotated

import typer

from samekey.cli import options
from samekey.errors import ExitCode


def retry(
    run: options.RunArgument,
    source: Annotated[
        str | None,
        typer.Argument(metavar="[SOURCE]", help="The mended source; else the one packed last, as it is now."),
    ] = None,
    rules: Annotated[
        Path | None, typer.Option("--rules", metavar="FILE", help="The mended rules; else those of the last round.")
    ] = None,
    delivery: Annotated[
        str | None, typer.Option("--delivery", metavar="NAME", help="A folder of DIR/deliveries; else the latest.")
    ] = None,
    logins: options.Logins = None,
    workers: options.Workers = 0,
    allow_code: options.AllowCode = False,
    send_pepper: options.SendPepper = False,
    engine: options.EngineName = "local",
    scheduler: options.Scheduler = "",
    shared: options.Shared = None,
    encrypt_to: options.EncryptTo = None,
    identity: options.Identity = None,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Do everything and write nothing.")] = False,
    json: options.Json = False,
) -> None:
    """Pack again who failed or was rejected.

    Mend the rules or the source first, then deliver the run again: everybody else stays as they are.

    Example: samekey retry run --rules mended.toml
    """
    from samekey import steps
    from samekey.cli.printing import print_manifest
    from samekey.cli.progress import Screen

    with Screen(quiet=json) as screen:
        manifest = steps.retry(
            run,
            source=source,
            rules_path=rules,
            delivery=delivery,
            logins_path=logins,
            engine=options.engine(engine, workers=workers, scheduler=scheduler, shared=shared),
            allow_code=allow_code,
            send_pepper=send_pepper,
            recipients=options.recipients(encrypt_to),
            identities=options.identities(identity),
            dry_run=dry_run,
            listener=screen,
        )
    print_manifest(manifest, run=None if dry_run else run, as_json=json)
    raise typer.Exit(ExitCode.FINDINGS if manifest.rejected or manifest.held else ExitCode.DONE)
