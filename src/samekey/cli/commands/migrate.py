"""`samekey migrate`: pack, deliver, verify and report in one go."""

import os
from pathlib import Path

import typer

from samekey.cli import options
from samekey.cli.log_format import LogFormat
from samekey.cli.reading import Reading, reads_a_source
from samekey.errors import ExitCode, UsageError


@reads_a_source
def migrate(
    reading: Reading,
    rules: options.RulesFile,
    connection: options.Connection,
    tenant: options.Tenant = None,
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
    upsert: options.Upsert = False,
    completion_email: options.CompletionEmail = False,
    yes: options.Yes = False,
    sample: options.Sample = 1_000,
    log: options.Log = LogFormat.TEXT,
    log_file: options.LogFile = None,
    json: options.Json = False,
) -> None:
    """Pack, deliver, verify, report in one go.

    The same command again continues where it stopped.

    Example: samekey migrate users.json --rules rules.toml --tenant my-tenant.eu.auth0.com --connection Users
    """
    from samekey import steps
    from samekey.cli.canary_question import ask_whether_to_proceed
    from samekey.cli.log_lines import listening
    from samekey.cli.printing import print_figures
    from samekey.client.credentials import credentials_from

    address = options.tenant_address(tenant)
    credentials = credentials_from(os.environ)
    recipients, identities = options.recipients(encrypt_to), options.identities(identity)
    at_the_door = options.login_credentials(needed=logins is not None)
    if recipients and not identities:
        raise UsageError(
            "What is encrypted has to be opened again to be delivered.",
            remedy="Give --identity FILE as well, or pack here and deliver where the identity is.",
        )
    if recipients and identities:
        identities.require_open_for(recipients)
    with listening(log, log_file, quiet=json) as listener:
        steps.pack(
            reading.source,
            rules_path=rules,
            run=run,
            source_format=reading.source_format,
            source_options=reading.options,
            logins_path=logins,
            engine=options.engine(engine, workers=workers, scheduler=scheduler, shared=shared),
            allow_code=allow_code,
            send_pepper=send_pepper,
            recipients=recipients,
            listener=listener,
        )
        steps.deliver(
            run,
            tenant=address,
            connection=connection,
            credentials=credentials,
            upsert=upsert,
            completion_email=completion_email,
            confirm=None if yes else options.ask,
            proceed=None if yes else ask_whether_to_proceed,
            login_credentials=at_the_door,
            logins_path=logins,
            identities=identities,
            listener=listener,
        )
        steps.verify(
            run,
            tenant=address,
            connection=connection,
            credentials=credentials,
            login_credentials=at_the_door,
            logins_path=logins,
            sample=sample,
            identities=identities,
            listener=listener,
        )
    figures = steps.report(run, identities=identities)
    print_figures(figures, as_json=json)
    raise typer.Exit(ExitCode.FINDINGS if figures.needs_attention else ExitCode.DONE)
