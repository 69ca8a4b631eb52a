"""The step that counts a run."""

from pathlib import Path

from samekey.client.address import TenantAddress
from samekey.deliver import by_hand
from samekey.errors import RunFolderError
from samekey.pack.files import write_whole
from samekey.pack.run_folder import RunFolder
from samekey.pack.seal import Identities
from samekey.report import figures as report_figures
from samekey.report import html
from samekey.report import runbook as runbooks
from samekey.report.figures import Figures
from samekey.report.runbook import LeftToAPerson


def report(
    run: Path, *, delivery: str | None = None, html_path: Path | None = None, identities: Identities | None = None
) -> Figures:
    """Count a run, and write `report.html` beside the journal (or where told).

    Args:
        run: the run folder.
        delivery: the name of a folder under `deliveries/`; None for the one worked on last.
        html_path: where to write the page; None for the delivery's own folder.
        identities: what opens the run, where it is encrypted.

    Raises:
        RunFolderError: nothing was packed, no such delivery, or a file is damaged.

    """
    folder = RunFolder(run, identities)
    path = delivery_of(folder, delivery)
    figures = report_figures.gather(folder, path)
    if html_path is None and path is not None:
        html_path = path / "report.html"
    if html_path is not None:
        write_whole(html_path, html.page(figures).encode())
    return figures


def runbook(run: Path, *, delivery: str | None = None, identities: Identities | None = None) -> str:
    """The runbook of the night, with the figures of a run.

    Args:
        run: the run folder.
        delivery: the name of a folder under `deliveries/`; None for the one worked on last that is no rehearsal.
        identities: what opens the run, where it is encrypted.

    Raises:
        RunFolderError: nothing was packed, no such delivery, or a file is damaged.

    """
    folder = RunFolder(run, identities)
    latest_first = sorted(folder.deliveries(), key=_worked_on_at, reverse=True)
    counted = {path: report_figures.gather(folder, path) for path in latest_first}
    rehearsals = [path for path in latest_first if _is_rehearsal(counted[path])]
    real = [path for path in latest_first if path not in rehearsals]
    chosen = delivery_of(folder, delivery) if delivery else next(iter(real), None)
    figures = counted[chosen] if chosen else report_figures.gather(folder, None)
    lists = [_left_to_a_person(path) for path in by_hand.paths(chosen)] if chosen else []
    return runbooks.text(figures, counted[rehearsals[0]] if rehearsals else None, lists)


def _left_to_a_person(path: Path) -> LeftToAPerson:
    with path.open("rb") as lines:
        return LeftToAPerson(path, sum(1 for _ in lines))


def _is_rehearsal(figures: Figures) -> bool:
    return figures.delivery is not None and TenantAddress.parse(figures.delivery.tenant).is_loopback


def _worked_on_at(path: Path) -> float:
    return (path / "journal.sqlite").stat().st_mtime


def delivery_of(folder: RunFolder, name: str | None) -> Path | None:
    """The folder of a delivery, by name or else the one worked on last; None while there is none.

    Raises:
        RunFolderError: there is none of that name.

    """
    deliveries = folder.deliveries()
    if name is not None:
        path = folder.path / "deliveries" / name
        if path not in deliveries:
            known = ", ".join(each.name for each in deliveries) or "none"
            raise RunFolderError(f"{folder.path} has no delivery {name}.", remedy=f"Deliveries: {known}.")
        return path
    return max(deliveries, key=_worked_on_at, default=None)
