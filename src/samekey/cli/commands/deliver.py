"""`samekey deliver`: chunk files reach a tenant."""

import os
from typing import Annotated

import typer

from samekey.cli import options
from samekey.cli.log_format import LogFormat
from samekey.errors import ExitCode

Preflight = Annotated[
    bool, typer.Option("--preflight", help="Only ask the tenant what must be true before the first job; send nothing.")
]

Canary = Annotated[
    int | None,
    typer.Option(
        "--canary",
        metavar="N",
        min=0,
        help="Send N users first, let the known people among them log in, and ask whether the others follow; 0 for "
        "none.  [default: 10, or 0 for a tenant on this machine]",
    ),
]
StopAfterFailures = Annotated[
    str,
    typer.Option(
        "--stop-after-failures",
        metavar="SHARE",
        help="Pause when this share of the last 2000 users failed, or two jobs did; off for never.",
    ),
]
GoOn = Annotated[bool, typer.Option("--go-on", help="Go on although too many failed; what failed so far is forgiven.")]
Until = Annotated[
    str | None,
    typer.Option("--until", metavar="HH:MM", help="Hand in nothing more after this time of day, and end cleanly."),
]


KeepMetadata = Annotated[
    bool,
    typer.Option("--keep-metadata", help="In a delta, merge metadata with what is there instead of replacing it."),
]
BlockMany = Annotated[
    bool, typer.Option("--block-many", help="In a delta, block those who vanished although they are more than a tenth.")
]


def deliver(
    run: options.RunArgument,
    connection: options.Connection,
    tenant: options.Tenant = None,
    upsert: options.Upsert = False,
    completion_email: options.CompletionEmail = False,
    no_wait: options.NoWait = False,
    yes: options.Yes = False,
    preflight: Preflight = False,
    canary: Canary = None,
    logins: options.Logins = None,
    stop_after_failures: StopAfterFailures = "5%",
    go_on: GoOn = False,
    keep_metadata: KeepMetadata = False,
    block_many: BlockMany = False,
    until: Until = None,
    identity: options.Identity = None,
    log: options.Log = LogFormat.TEXT,
    log_file: options.LogFile = None,
    json: options.Json = False,
) -> None:
    """Hand the chunks in as import jobs.

    Watches the jobs and collects what became of everybody; the same command again continues.
    A delta (pack --since) blocks who vanished or was disabled, and updates who changed, when you said yes to both.
    A file named pause in the delivery's folder pauses it until the file is removed.

    Example: samekey deliver run --tenant my-tenant.eu.auth0.com --connection Username-Password-Authentication

    Credentials come from AUTH0_CLIENT_ID and AUTH0_CLIENT_SECRET, or AUTH0_TOKEN.
    """
    from samekey import steps
    from samekey.cli.canary_question import ask_whether_to_proceed
    from samekey.cli.log_lines import listening
    from samekey.cli.printing import print_figures
    from samekey.client.credentials import credentials_from
    from samekey.clock import SystemClock
    from samekey.deliver.brake import Brake
    from samekey.deliver.holding import next_time

    address = options.tenant_address(tenant)
    opened_by = options.identities(identity)
    if preflight:
        from samekey.cli.preflight_table import print_preflight

        with listening(log, log_file, quiet=json) as listener:
            asked = steps.look_before(
                run,
                tenant=address,
                connection=connection,
                credentials=credentials_from(os.environ),
                upsert=upsert,
                identities=opened_by,
                listener=listener,
            )
        print_preflight(asked, as_json=json)
        raise typer.Exit(ExitCode.DONE if asked.is_ready else ExitCode.FINDINGS)
    brake = Brake.parse(stop_after_failures)
    stops_at = next_time(until, SystemClock().now()) if until else None
    with listening(log, log_file, quiet=json) as listener:
        figures = steps.deliver(
            run,
            tenant=address,
            connection=connection,
            credentials=credentials_from(os.environ),
            upsert=upsert,
            completion_email=completion_email,
            wait=not no_wait,
            confirm=None if yes else options.ask,
            canary_users=canary,
            proceed=None if yes else ask_whether_to_proceed,
            identities=opened_by,
            login_credentials=options.login_credentials(needed=logins is not None),
            logins_path=logins,
            brake=brake,
            go_on=go_on,
            confirm_changes=None if yes else options.ask_about_changes,
            keep_metadata=keep_metadata,
            block_many=block_many,
            until=stops_at,
            listener=listener,
        )
    print_figures(figures, as_json=json)
    books = figures.books
    findings = books.failed or (not books.closed and not no_wait)
    raise typer.Exit(ExitCode.FINDINGS if findings else ExitCode.DONE)
