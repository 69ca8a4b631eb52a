"""`samekey deliver`: chunk files reach a tenant."""

import os
from typing import Annotated

import typer

from samekey.cli import options
from samekey.errors import ExitCode

Preflight = Annotated[
    bool, typer.Option("--preflight", help="Only ask the tenant what must be true before the first job; send nothing.")
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
    json: options.Json = False,
) -> None:
    """Hand the chunks in as import jobs.

    Watches the jobs and collects what became of everybody; the same command again continues.

    Example: samekey deliver run --tenant my-tenant.eu.auth0.com --connection Username-Password-Authentication

    Credentials come from AUTH0_CLIENT_ID and AUTH0_CLIENT_SECRET, or AUTH0_TOKEN.
    """
    from samekey import steps
    from samekey.cli.printing import print_figures
    from samekey.cli.progress import Screen
    from samekey.client.credentials import credentials_from

    address = options.tenant_address(tenant)
    if preflight:
        from samekey.cli.preflight_table import print_preflight

        asked = steps.look_before(
            run, tenant=address, connection=connection, credentials=credentials_from(os.environ), upsert=upsert
        )
        print_preflight(asked, as_json=json)
        raise typer.Exit(ExitCode.DONE if asked.is_ready else ExitCode.FINDINGS)
    with Screen(quiet=json) as screen:
        figures = steps.deliver(
            run,
            tenant=address,
            connection=connection,
            credentials=credentials_from(os.environ),
            upsert=upsert,
            completion_email=completion_email,
            wait=not no_wait,
            confirm=None if yes else options.ask,
            listener=screen,
        )
    print_figures(figures, as_json=json)
    books = figures.books
    findings = books.failed or (not books.closed and not no_wait)
    raise typer.Exit(ExitCode.FINDINGS if findings else ExitCode.DONE)
