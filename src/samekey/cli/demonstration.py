"""The story that `samekey demo` tells: every step for real, on this machine, and everybody logs in."""

import os
from collections.abc import Sequence
from dataclasses import dataclass, replace
from importlib import resources
from pathlib import Path

from rich.console import Console
from rich.markup import escape

from samekey import steps
from samekey.cli import printing
from samekey.cli.progress import Screen
from samekey.client.address import TenantAddress
from samekey.client.credentials import ClientCredentials
from samekey.client.signin import SignIn
from samekey.clock import SystemClock
from samekey.errors import SourceError, UsageError
from samekey.pack.files import make_private_folder, write_whole
from samekey.rehearsal import server
from samekey.rehearsal.server import RunningTenant
from samekey.report import text
from samekey.report.figures import Figures
from samekey.secret import Secret
from samekey.survey.findings import Findings
from samekey.verify import logins
from samekey.verify.logins import KnownLogin

_FILES = ("users.json", "known-logins.csv")
_WRONG_PASSWORD = "not the password of anybody"  # noqa: S105  # the point is that it opens no door


@dataclass(frozen=True)
class Shown:
    """What the demonstration came to."""

    figures: Figures
    logins: dict[str, int]
    """The four figures: first_ok, converted_to_bcrypt, second_ok, wrong_password_refused."""
    people: int
    folder: Path

    @property
    def run(self) -> Path:
        """The run folder."""
        return self.folder / "run"

    @property
    def report_path(self) -> Path:
        """The page."""
        return next(self.run.glob("deliveries/*/report.html"), self.run)

    @property
    def is_success(self) -> bool:
        """Whether the books close and every login went as it should."""
        return self.figures.books.closed and all(count == self.people for count in self.logins.values())


def run(folder: Path | None, *, quiet: bool) -> Shown:
    """Migrate the example users to a rehearsal tenant and let everybody log in.

    Args:
        folder: where to work; a new `samekey-demo` folder when None.
        quiet: draw nothing.

    Raises:
        UsageError: the folder already holds something.

    """
    folder = _new_folder(folder)
    for name in _FILES:
        write_whole(folder / name, _example(name))
    with Screen(quiet=quiet, keeps_bars=False) as screen, server.serve(store=folder / "tenant.sqlite") as tenant:
        address = TenantAddress.parse(tenant.url)
        credentials = ClientCredentials(tenant.client_id, Secret(tenant.client_secret, "client secret"))
        at_the_door = ClientCredentials(tenant.login_client_id, Secret(tenant.login_client_secret, "client secret"))
        source, known_path = str(folder / "users.json"), folder / "known-logins.csv"
        tell = _Teller(screen, quiet=quiet)
        tell("rehearse", f"a stand-in tenant answers at {tenant.url}; nothing leaves this machine")
        findings = steps.survey(source, listener=screen)
        tell("survey", _surveyed(findings))
        write_whole(folder / "rules.toml", steps.draft(findings).encode())
        tell("draft", f"rules written to {folder / 'rules.toml'}; the reading of the hashes is marked DOUBTFUL")
        manifest = steps.pack(
            source,
            rules_path=folder / "rules.toml",
            run=folder / "run",
            logins_path=known_path,
            listener=screen,
        )
        chunks = len(manifest.chunks)
        tell("pack", f"{manifest.packed} users in {chunks} import file; known logins prove the reading: raw_sha1 it is")
        delivered = steps.deliver(
            folder / "run",
            tenant=address,
            connection=tenant.connection,
            credentials=credentials,
            listener=screen,
        )
        tell("deliver", f"{delivered.jobs.completed} import job, {delivered.books.created} users created")
        known = logins.read_known_logins(known_path)
        strangers = [replace(login, password=Secret(_WRONG_PASSWORD, "password")) for login in known]
        with SignIn(address, at_the_door.client_id, at_the_door.client_secret, clock=SystemClock()) as door:
            tell("verify", "everybody tries the front door: a wrong password first, then the old one, then again")
            knock = _Knock(door, tenant.connection, screen)
            opened = knock("wrong passwords", strangers)
            verified = steps.verify(
                folder / "run",
                tenant=address,
                connection=tenant.connection,
                credentials=credentials,
                login_credentials=at_the_door,
                logins_path=known_path,
                workers=os.cpu_count() or 1,
                listener=screen,
            )
            converted = _converted(tenant, len(known))
            second = knock("second logins", known)
        figures = steps.report(folder / "run")
    return Shown(
        figures,
        {
            "first_ok": sum(login.is_ok for login in verified.logins),
            "converted_to_bcrypt": converted,
            "second_ok": second,
            "wrong_password_refused": len(strangers) - opened,
        },
        len(known),
        folder,
    )


class _Teller:
    """Says in a line what each step came to."""

    def __init__(self, screen: Screen, *, quiet: bool) -> None:
        self.console = screen.console
        self.quiet = quiet

    def __call__(self, step: str, sentence: str) -> None:
        if not self.quiet:
            self.console.print(f"[bold]{step:>9}[/]  {escape(sentence)}", soft_wrap=True)


def _surveyed(findings: Findings) -> str:
    clusters = findings.password.clusters if findings.password else ()
    looks = ", ".join(f"{cluster.users} look like {cluster.name}" for cluster in clusters)
    return f"{findings.records} records; by shape, {looks}: not proved yet"


@dataclass(frozen=True)
class _Knock:
    """Lets people try the door beside the steps, and counts who got in."""

    door: SignIn
    realm: str
    screen: Screen

    def __call__(self, name: str, people: Sequence[KnownLogin]) -> int:
        results = logins.try_logins(people, self.door, self.realm, self.screen, workers=os.cpu_count() or 1, step=name)
        return sum(result.is_ok for result in results)


def print_ending(shown: Shown, *, as_json: bool) -> None:
    """The books, the logins, and what to type next."""
    if as_json:
        printing.print_json(
            {"books": shown.figures.books.as_json(), "logins": shown.logins, "run": str(shown.folder / "run")}
        )
        return
    console = Console(highlight=False)
    console.print()
    console.print(text.render(shown.figures))
    of = f"of {shown.people}"
    counts = shown.logins
    for count, sentence in (
        (counts["wrong_password_refused"], "were refused with a wrong password"),
        (counts["first_ok"], "logged in with the password they already had"),
        (counts["converted_to_bcrypt"], "had their old hash replaced by bcrypt then, as at Auth0"),
        (counts["second_ok"], "logged in a second time, now against bcrypt"),
    ):
        style = "green" if count == shown.people else "bold red"
        console.print(f"[{style}]{count:>4}[/] {of} {sentence}", soft_wrap=True)
    console.print()
    console.print(f"The report is a page: {shown.report_path}", markup=False, soft_wrap=True)
    console.print(f"The rules that were drafted: {shown.folder / 'rules.toml'}", markup=False, soft_wrap=True)
    console.print("Next, look at your own export: [bold]samekey survey YOUR-EXPORT[/]")


def _converted(tenant: RunningTenant, people: int) -> int:
    """How many people's hash the tenant's own store says is bcrypt now."""
    rows = tenant.tenant.store.rows("read_passwords", {"start": 0, "limit": people})
    return sum(row["hash_kind"] == "bcrypt" for row in rows)


def _new_folder(folder: Path | None) -> Path:
    if folder is None:
        candidates = (Path(f"samekey-demo{f'-{number}' if number > 1 else ''}") for number in range(1, 10_000))
        folder = next(path for path in candidates if not path.exists())
    if folder.exists() and any(folder.iterdir()):
        raise UsageError(f"{folder} already holds something.", remedy="Name a new folder, or none.")
    make_private_folder(folder)
    return folder


def _example(name: str) -> bytes:
    """A file of the example: from the installed package, or from the checkout when samekey runs from one."""
    installed = resources.files("samekey.cli").joinpath("example", name)
    if installed.is_file():
        return installed.read_bytes()
    checkout = Path(__file__).parents[3] / "examples" / "article" / name
    if checkout.is_file():
        return checkout.read_bytes()
    raise SourceError(f"The example file {name} was not installed.", remedy="Install samekey again.")
