"""`samekey verify`: sent against present, and known people at the door."""

import os

import typer

from samekey.cli import options
from samekey.errors import ExitCode


def verify(
    run: options.RunArgument,
    connection: options.Connection,
    tenant: options.Tenant = None,
    logins: options.Logins = None,
    sample: options.Sample = 1_000,
    identity: options.Identity = None,
    json: options.Json = False,
) -> None:
    """Hold what was sent against what is there.

    Reads users back and compares; with --logins, known people try the front door.

    Example: samekey verify run --tenant my-tenant.eu.auth0.com --connection Users --logins known-logins.csv

    Logins use AUTH0_LOGIN_CLIENT_ID and AUTH0_LOGIN_CLIENT_SECRET, an application with the Password grant.
    """
    from samekey import steps
    from samekey.cli.printing import print_verified
    from samekey.cli.progress import Screen
    from samekey.client.credentials import credentials_from

    address = options.tenant_address(tenant)
    with Screen(quiet=json) as screen:
        verified = steps.verify(
            run,
            tenant=address,
            connection=connection,
            credentials=credentials_from(os.environ),
            identities=options.identities(identity),
            login_credentials=options.login_credentials(needed=logins is not None),
            logins_path=logins,
            sample=sample,
            listener=screen,
        )
    print_verified(verified, as_json=json)
    raise typer.Exit(ExitCode.DONE if verified.is_clean else ExitCode.FINDINGS)
