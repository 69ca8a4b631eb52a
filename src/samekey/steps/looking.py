"""The steps that look before anything is written: survey, and draft from what it found."""

from samekey.events import Listener, Nobody
from samekey.sources.opening import open_source
from samekey.sources.options import SourceOptions
from samekey.survey import draft as survey_draft
from samekey.survey import tally
from samekey.survey.findings import Findings


def survey(
    source: str,
    *,
    origin: str | None = None,
    source_format: str | None = None,
    source_options: SourceOptions | None = None,
    listener: Listener | None = None,
    limit: int | None = None,
) -> Findings:
    """Look at a source in one pass; nothing is written.

    Args:
        source: a path, a URL or `-`.
        origin: the name of the system it comes from; overrides recognition.
        source_format: overrides recognition.
        source_options: how to read the source, where that cannot be seen.
        listener: hears how far it came.
        limit: look at no more than this many records.

    Raises:
        SourceError: the source cannot be read.
        UsageError: there is no such origin.

    """
    opened = open_source(source, source_format=source_format, options=source_options)
    return tally.survey(opened, origin=origin, listener=listener or Nobody(), limit=limit)


def draft(findings: Findings) -> str:
    """The text of a first rules file for what a survey found; doubtful lines are marked DOUBTFUL."""
    return survey_draft.draft(findings)
