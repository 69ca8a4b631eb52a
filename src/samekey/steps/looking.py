"""The steps that look before anything is written: survey, and draft from what it found."""

from collections.abc import Callable, Mapping, Sequence
from pathlib import Path as FilePath

from samekey.engine.local import default_workers
from samekey.engine.processes import Workers
from samekey.errors import UsageError
from samekey.events import Listener, Nobody
from samekey.secret import Secret
from samekey.sources.opening import open_source
from samekey.sources.options import SourceOptions
from samekey.survey import draft as survey_draft
from samekey.survey import html, known_person, tally
from samekey.survey.draft_password import Decision
from samekey.survey.findings import Findings, Path
from samekey.survey.known_person import Proved
from samekey.survey.tally import PieceTask, Tally


def survey(
    source: str,
    *,
    origin: str | None = None,
    source_format: str | None = None,
    source_options: SourceOptions | None = None,
    password: Path | None = None,
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
        password: the field that holds stored passwords, by the names that lead to it; overrides recognition.
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
        password=password,
        listener=listener,
        limit=limit,
        workers=count,
        side_by_side=side_by_side if count > 1 else None,
    )


def survey_page(findings: Findings, path: FilePath) -> None:
    """Write what a survey found as a page that stands alone.

    Raises:
        UsageError: it cannot be written there.

    """
    try:
        path.write_text(html.page(findings), encoding="utf-8")
    except OSError as error:
        raise UsageError(f"{path} cannot be written: {error.strerror}.", remedy="Choose another place.") from error


def draft(findings: Findings, *, decided: Mapping[str, Decision] | None = None) -> str:
    """The text of a first rules file for what a survey found; doubtful lines are marked DOUBTFUL.

    Args:
        findings: of the survey.
        decided: by the name of a cluster, what somebody knows of its passwords.

    """
    return survey_draft.draft(findings, decided=decided or {})


def prove(
    source: str,
    findings: Findings,
    *,
    username: str,
    password: Secret,
    source_format: str | None = None,
    source_options: SourceOptions | None = None,
) -> Proved | None:
    """What one person's password proves of the source.

    Args:
        source: as it was surveyed.
        findings: of the survey.
        username: what the person types: email, username or phone number.
        password: theirs.
        source_format: as for the survey.
        source_options: as for the survey.

    Returns:
        What was proved, or tried; None where nobody of this name is in the source.

    Raises:
        SourceError: the source cannot be read.

    """
    opened = open_source(source, source_format=source_format, options=source_options)
    return known_person.prove(opened, findings, username=username, password=password)
