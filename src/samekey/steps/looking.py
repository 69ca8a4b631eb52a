"""The steps that look before anything is written: survey, and draft from what it found."""

from collections.abc import Callable, Sequence
from pathlib import Path

from samekey.engine.local import default_workers
from samekey.engine.processes import Workers
from samekey.errors import UsageError
from samekey.events import Listener, Nobody
from samekey.sources.opening import open_source
from samekey.sources.options import SourceOptions
from samekey.survey import draft as survey_draft
from samekey.survey import html, tally
from samekey.survey.findings import Findings
from samekey.survey.tally import PieceTask, Tally


def survey(
    source: str,
    *,
    origin: str | None = None,
    source_format: str | None = None,
    source_options: SourceOptions | None = None,
    listener: Listener | None = None,
    limit: int | None = None,
    workers: int | None = None,
) -> Findings:
    """Look at a source in one pass; nothing is written.

    Args:
        source: a path, a URL or `-`.
        origin: the name of the system it comes from; overrides recognition.
        source_format: overrides recognition.
        source_options: how to read the source, where that cannot be seen.
        listener: hears how far it came.
        limit: look at no more than this many records.
        workers: processes to use at most; None for as many as there are cores. The findings do not depend on it.

    Raises:
        SourceError: the source cannot be read.
        UsageError: there is no such origin.
        RunFolderError: a worker died, or there is no room for what is kept to find duplicates.

    """
    opened = open_source(source, source_format=source_format, options=source_options)
    listener = listener or Nobody()
    count = default_workers() if workers is None else workers

    def side_by_side(
        work: Callable[[PieceTask, Callable[[int], None]], Tally], tasks: Sequence[PieceTask]
    ) -> list[Tally]:
        with Workers(len(tasks), step="survey") as hands:
            return hands.each(work, tasks, listener)

    return tally.survey(
        opened,
        origin=origin,
        listener=listener,
        limit=limit,
        workers=count,
        side_by_side=side_by_side if count > 1 else None,
    )


def survey_page(findings: Findings, path: Path) -> None:
    """Write what a survey found as a page that stands alone.

    Raises:
        UsageError: it cannot be written there.

    """
    try:
        path.write_text(html.page(findings), encoding="utf-8")
    except OSError as error:
        raise UsageError(f"{path} cannot be written: {error.strerror}.", remedy="Choose another place.") from error


def draft(findings: Findings) -> str:
    """The text of a first rules file for what a survey found; doubtful lines are marked DOUBTFUL."""
    return survey_draft.draft(findings)
