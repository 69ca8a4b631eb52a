"""`samekey rehearse`: the stand-in tenant as a service."""

import gc
import os
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from samekey.cli import options

if TYPE_CHECKING:
    import threading
    from collections.abc import Iterator

    from samekey.rehearsal.postman import Route
    from samekey.rehearsal.server import RunningTenant

_SWITCH_SECONDS = 0.0005
_GARBAGE_THRESHOLD = 50_000


def rehearse(
    port: Annotated[int, typer.Option("--port", min=0, max=65535, help="Where it answers; 0 takes a free one.")] = 0,
    store: Annotated[
        Path | None,
        typer.Option("--store", metavar="FILE", help="Keep everything in this file; without it nothing outlives it."),
    ] = None,
    connection: Annotated[
        str, typer.Option("--connection", metavar="NAME", help="Name of the database connection of a fresh tenant.")
    ] = "Username-Password-Authentication",
    plan: Annotated[
        str, typer.Option("--plan", help="Rate limits: none, free, essentials, enterprise or enterprise-test.")
    ] = "none",
    job_seconds: Annotated[float, typer.Option("--job-seconds", min=0, help="How long an import job takes.")] = 0.0,
    app: Annotated[
        list[str] | None,
        typer.Option("--app", metavar="URL", help="Register an application that signs in here; repeat for more."),
    ] = None,
    audience: Annotated[
        list[str] | None,
        typer.Option("--audience", metavar="API", help="An API that a login may ask a token for; repeat for more."),
    ] = None,
    seed: Annotated[
        list[Path] | None,
        typer.Option("--seed", metavar="FILE", help="People who are there at start: an import file of any size."),
    ] = None,
    settings: Annotated[
        list[str] | None,
        typer.Option("--set", metavar="NAME=VALUE", help="Another answer where Auth0's pages leave a question open."),
    ] = None,
    mfa: Annotated[
        str, typer.Option("--mfa", help="enrolled: ask whoever came with a TOTP factor; never: ask nobody.")
    ] = "enrolled",
    mail_to: Annotated[
        str, typer.Option("--mail-to", metavar="ADDRESS", help="Send every mail to this one address, to nobody else.")
    ] = "",
    smtp: Annotated[
        str, typer.Option("--smtp", metavar="URL", help="The mail server: smtp://HOST:PORT or smtps://HOST:PORT.")
    ] = "",
    tls: Annotated[
        bool, typer.Option("--tls", help="Speak https, with a certificate authority made for this tenant.")
    ] = False,
    host: Annotated[str, typer.Option("--host", help="An address of this machine; loopback when not given.")] = (
        "127.0.0.1"
    ),
    name: Annotated[
        list[str] | None,
        typer.Option("--name", metavar="HOST:PORT", help="Another name it goes by, behind a proxy or in a container."),
    ] = None,
    open_to_network: Annotated[
        bool, typer.Option("--open-to-network", help="Confirm a --host that other machines can reach.")
    ] = False,
    json: options.Json = False,
) -> None:
    """Serve a stand-in tenant on this machine.

    It runs until Ctrl-C; nothing leaves the machine, no user is written to. A mail server that asks for a name and a
    password finds them in SAMEKEY_SMTP_USER and SAMEKEY_SMTP_PASSWORD.

    Example: samekey rehearse --port 4400 --store rehearsal.sqlite

    Prints its address, client ids and secrets: they are random and open nothing but this tenant.
    """
    from samekey.errors import UsageError
    from samekey.rehearsal import pacing, server
    from samekey.rehearsal.settings import Settings, read_otherwise

    if plan not in pacing.PLANS:
        raise UsageError(f"No plan is called {plan}.", remedy=f"Choose one of {', '.join(pacing.PLANS)}.")
    if mfa not in {"enrolled", "never"}:
        raise UsageError(f"Nobody is asked for a second factor {mfa}.", remedy="Choose enrolled or never.")
    if not server.is_loopback(host) and not open_to_network:
        raise UsageError(
            f"Other machines could reach a tenant on {host}.",
            remedy="Leave --host away, or confirm with --open-to-network.",
        )
    # Imports work on a thread beside the one that answers; it gives way more often here, so that polls stay quick.
    # They make many short-lived values and no cycles, so that looking for cycles a few times a job is enough.
    sys.setswitchinterval(_SWITCH_SECONDS)
    gc.set_threshold(_GARBAGE_THRESHOLD)
    stopped = _stop_signal()
    chosen = Settings(
        names=tuple(name or ()),
        connection=connection,
        plan=plan,
        job_seconds=job_seconds,
        mfa="never" if mfa == "never" else "enrolled",
        apps=tuple(app or ()),
        audiences=tuple(audience or ()),
        mail=_mail(mail_to, smtp),
    )
    chosen = read_otherwise(chosen, settings or ())
    with server.serve(port=port, host=host, store=store, settings=chosen, has_tls=tls) as tenant:
        for file in seed or ():
            _seed(tenant, file)
        _announce(tenant, as_json=json)
        stopped.wait()


def _seed(tenant: "RunningTenant", file: Path) -> None:
    """Put people into a tenant before anybody calls it; those who are there already stay as they are."""
    from samekey.errors import SourceError

    try:
        document = file.read_bytes()
    except OSError as problem:
        raise SourceError(f"The seed {file} cannot be read: {problem.strerror}.") from problem
    seeded = tenant.tenant.importer.take_in(tenant.connection_id, document)
    if seeded is None:
        raise SourceError(f"The seed {file} is no JSON array of users.", remedy="Give a file as Auth0 imports it.")
    left = f", {len(seeded.failures)} not (there already, or unfit)" if seeded.failures else ""
    sys.stderr.write(f"{file}: {len(seeded.inserts)} people are in{left}.\n")


def _mail(address: str, url: str) -> "Route | None":
    """Where mails go; None when nobody asked. Credentials come from the environment, `env:NAME` names another."""
    from samekey.errors import UsageError
    from samekey.rehearsal import postman

    if bool(address) != bool(url):
        raise UsageError("Mails need an address and a server.", remedy="Give --mail-to and --smtp together.")
    if not address:
        return None
    user, password = (_from_environment(f"SAMEKEY_SMTP_{name}") for name in ("USER", "PASSWORD"))
    return postman.route(address, url, user=user, password=password)


def _from_environment(name: str) -> str:
    text = os.environ.get(name, "")
    return os.environ.get(text.removeprefix("env:"), "") if text.startswith("env:") else text


def _stop_signal() -> "threading.Event":
    """An event that Ctrl-C and a polite kill set, so that the store is closed and temporary files are removed."""
    import signal
    import threading

    stopped = threading.Event()
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, lambda *_: stopped.set())
    return stopped


def _announce(tenant: "RunningTenant", *, as_json: bool) -> None:
    """Say where it answers. Secrets are printed here and nowhere else."""
    import msgspec

    text = msgspec.json.encode(tenant.as_json()).decode() if as_json else "\n".join(_lines(tenant))
    sys.stdout.write(text + "\n")
    sys.stdout.flush()


def _lines(tenant: "RunningTenant") -> "Iterator[str]":
    """The same for people: variables to copy first."""
    yield f"A rehearsal tenant answers at {tenant.url}\n"
    yield f"  export AUTH0_DOMAIN={tenant.url}"
    yield f"  export AUTH0_CLIENT_ID={tenant.client_id}"
    yield f"  export AUTH0_CLIENT_SECRET={tenant.client_secret}"
    yield f"  export AUTH0_LOGIN_CLIENT_ID={tenant.login_client_id}"
    yield f"  export AUTH0_LOGIN_CLIENT_SECRET={tenant.login_client_secret}"
    if tenant.authority is not None:
        yield f"  export SSL_CERT_FILE={tenant.authority}         # Python"
        yield f"  export REQUESTS_CA_BUNDLE={tenant.authority}    # Python, whatever is built on requests"
        yield f"  export NODE_EXTRA_CA_CERTS={tenant.authority}   # Node"
    yield f"\n  connection     {tenant.connection} ({tenant.connection_id})"
    yield f"  audience       {tenant.audience}"
    for address, client_id in tenant.apps:
        yield f"  application    {address}, client id {client_id}"
    yield f"  login page     {tenant.url}/u/login"
    yield f"  outbox         {tenant.url}/u/outbox"
    yield f"  control        {tenant.control}"
    yield f"  control token  {tenant.control_token}\n"
    yield "Ctrl-C ends it."
