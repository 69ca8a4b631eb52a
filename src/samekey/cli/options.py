"""Options that several commands share, so that they read the same everywhere."""

import os
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from samekey.cli.log_format import LogFormat
from samekey.errors import UsageError

if TYPE_CHECKING:
    from rich.console import Console

    from samekey.client.address import TenantAddress
    from samekey.client.credentials import ClientCredentials
    from samekey.deliver.change_question import AboutToChange
    from samekey.deliver.go_ahead import AboutToSend
    from samekey.engine.base import Engine
    from samekey.pack.seal import Identities, Recipients

Json = Annotated[bool, typer.Option("--json", help="For programs: one JSON object on stdout, nothing else there.")]
Origin = Annotated[
    str | None, typer.Option("--origin", metavar="NAME", help="The system it comes from, where recognition is wrong.")
]
RulesFile = Annotated[Path, typer.Option("--rules", metavar="FILE", help="The rules file.")]
RunOption = Annotated[Path, typer.Option("--run", metavar="DIR", help="The run folder; made when it is not there.")]
RunArgument = Annotated[Path, typer.Argument(metavar="DIR", help="The run folder.")]
Tenant = Annotated[
    str | None,
    typer.Option("--tenant", metavar="URL", envvar="AUTH0_DOMAIN", help="The tenant: my-tenant.eu.auth0.com"),
]
Connection = Annotated[
    str, typer.Option("--connection", metavar="NAME_OR_ID", help="The database connection, by name or con_… id.")
]
Logins = Annotated[
    Path | None,
    typer.Option("--logins", metavar="FILE", help="Known people: a CSV with the header username,password."),
]
Workers = Annotated[
    int, typer.Option("--workers", min=0, max=64, help="Processes to use; 0 for one a core. The result is the same.")
]
EngineName = Annotated[
    str, typer.Option("--engine", metavar="NAME", help="local for this machine, dask for a cluster. Changes no byte.")
]
Scheduler = Annotated[
    str, typer.Option("--scheduler", metavar="ADDRESS", help="With dask: its scheduler, such as tcp://10.0.0.5:8786.")
]
Shared = Annotated[
    Path | None,
    typer.Option(
        "--shared",
        metavar="DIR",
        help="With dask: a folder that this machine and every worker have under this path; the run folder otherwise.",
    ),
]
EncryptTo = Annotated[
    list[str] | None,
    typer.Option(
        "--encrypt-to",
        metavar="RECIPIENT",
        help="Encrypt what holds hashes to this age recipient (age1…, ssh-…); may be given several times.",
    ),
]
Identity = Annotated[
    str | None,
    typer.Option(
        "--identity",
        metavar="FILE",
        envvar="SAMEKEY_IDENTITY",
        help="The age or SSH key that opens an encrypted run: a file, or env:NAME for a variable that holds it.",
    ),
]
Upsert = Annotated[bool, typer.Option("--upsert", help="Let the tenant update users that are already there.")]
CompletionEmail = Annotated[
    bool, typer.Option("--completion-email", help="Let the tenant mail its administrators about every job.")
]
NoWait = Annotated[
    bool, typer.Option("--no-wait", help="Hand in what finds a free slot now, and leave; run again to go on.")
]
AllowCode = Annotated[
    bool, typer.Option("--allow-code", help="Run the Python functions that the rules name; look at them before.")
]
SendPepper = Annotated[
    bool,
    typer.Option("--send-pepper", help="Let records hold the pepper that the rules name: Auth0 is told."),
]
Log = Annotated[
    LogFormat,
    typer.Option("--log", help="What is said on stderr: lines for people, or one JSON object a line for programs."),
]
LogFile = Annotated[
    Path | None,
    typer.Option("--log-file", metavar="FILE", help="Add the JSON lines to this file, whatever --log says."),
]
Yes = Annotated[bool, typer.Option("--yes", help="Do not ask before the first job.")]
Sample = Annotated[
    int, typer.Option("--sample", min=0, help="Read back this many users, spread over the run; 0 for everybody.")
]


def tenant_address(text: str | None) -> "TenantAddress":
    """The tenant, checked."""
    from samekey.client.address import TenantAddress

    if not text:
        raise UsageError("Which tenant?", remedy="Give --tenant URL, or set AUTH0_DOMAIN.")
    return TenantAddress.parse(text)


def engine(name: str, *, workers: int, scheduler: str, shared: Path | None) -> "Engine":
    """Where a pack runs."""
    from samekey.engine.local import LocalEngine, default_workers

    if name == "dask":
        from samekey.engine.dask import DaskEngine

        if not scheduler:
            raise UsageError("Which cluster?", remedy="Give --scheduler tcp://HOST:8786.")
        if workers:
            raise UsageError("A cluster has the workers it has.", remedy="Leave --workers out.")
        return DaskEngine(scheduler, shared=shared.absolute() if shared else None)
    if name != "local":
        raise UsageError(f"{name!r} is no engine.", remedy="Choose local or dask.")
    if scheduler or shared:
        raise UsageError("--scheduler and --shared are for a cluster.", remedy="Add --engine dask, or leave them out.")
    return LocalEngine(workers or default_workers())


def recipients(names: list[str] | None) -> "Recipients | None":
    """Who may open what is packed, checked."""
    from samekey.pack.seal import Recipients

    return Recipients.parse(names) if names else None


def identities(place: str | None) -> "Identities | None":
    """What opens an encrypted run."""
    from samekey.pack.seal import Identities

    return Identities.read(place, os.environ) if place else None


def login_credentials(*, needed: bool) -> "ClientCredentials | None":
    """The application for logins, from the environment; None when no login is asked for."""
    from samekey.client.credentials import login_credentials_from

    return login_credentials_from(os.environ) if needed else None


def ask(about: "AboutToSend") -> bool:
    """Show what is about to be sent, and take a typed yes for a yes."""
    from rich.console import Console
    from rich.table import Table

    console = Console(stderr=True, highlight=False)
    table = Table(show_header=False, box=None, padding=(0, 2, 0, 0))
    table.add_row("tenant", str(about.tenant))
    table.add_row("connection", f"{about.connection.name} ({about.connection.id})")
    table.add_row("users", f"{about.users:,} in {about.chunks:,} jobs")
    table.add_row("upsert", "yes: users that are there are updated, metadata replaced" if about.upsert else "no")
    for cluster in about.clusters:
        proof = "proved" if cluster.proved else "UNPROVED: no known login matched yet"
        table.add_row("passwords", f"{cluster.users:,} {cluster.cluster}: {cluster.verdict}, {proof}")
    console.print(table)
    return _typed_yes(console, "Send them? Type yes: ")


def ask_about_changes(about: "AboutToChange") -> bool:
    """Show what a delta would change, and take a typed yes for a yes."""
    from rich.console import Console
    from rich.table import Table

    from samekey.journal.outcome_codes import MADE_AGAIN

    console = Console(stderr=True, highlight=False)
    table = Table(show_header=False, box=None, padding=(0, 2, 0, 0))
    table.add_row("tenant", str(about.tenant))
    table.add_row("connection", f"{about.connection.name} ({about.connection.id})")
    table.add_row("block", f"{about.vanished:,} who vanished from the source, {about.disabled:,} who were disabled")
    if about.let_in:
        table.add_row("let in", f"{about.let_in:,} whom this delivery had blocked")
    table.add_row("update", f"{about.updated:,}, metadata replaced for {about.losing_metadata:,} who have more there")
    if about.created:
        again = about.codes.get(MADE_AGAIN, 0)
        table.add_row(
            "create", f"{about.created:,} who changed and are not there; {again:,} of them were delivered before"
        )
    for code, users in about.codes.items():
        if code != MADE_AGAIN:
            table.add_row("not carried", f"{users:,} {code}")
    if about.by_hand:
        table.add_row("by hand", f"{about.by_hand:,}, listed afterwards with their way out")
    console.print(table)
    return _typed_yes(console, f"Change them (round {about.round})? Type yes: ")


def _typed_yes(console: "Console", question: str) -> bool:
    try:
        answer = console.input(question)
    except EOFError:
        console.print()
        raise UsageError("Nobody is there to confirm.", remedy="Use --yes in scripts.") from None
    return answer.strip().lower() == "yes"
