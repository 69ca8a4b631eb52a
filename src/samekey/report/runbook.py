"""The runbook of the night with the figures of one run: what is done, what comes next, and what to type.

The same steps as in `docs/operate/cut-over.md`, which says more about each.
"""

import shlex
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from samekey.journal import outcome_codes
from samekey.report.figures import Figures

_LOGINS = "--logins known-logins.csv"

_THERE_ALL_THE_SAME = outcome_codes.NOT_FOR_RETRY
"""Failures of users who are over there, and only could not be changed."""


@dataclass(frozen=True)
class Stage:
    """A stage of the night."""

    name: str
    is_done: bool | None
    """None where the run folder cannot tell."""
    said: tuple[str, ...]
    """Figures, and what to look at."""
    commands: tuple[str, ...] = ()


@dataclass(frozen=True)
class LeftToAPerson:
    """A list of changes that no import carries over."""

    path: Path
    changes: int


def stages(figures: Figures, rehearsal: Figures | None, lists: Sequence[LeftToAPerson] = ()) -> list[Stage]:
    """Every stage, in the order of the night.

    Args:
        figures: of the run and its delivery to the real tenant, where there is one.
        rehearsal: of the same run at a rehearsal tenant; None when it was not rehearsed.
        lists: what deltas of the delivery left to a person.

    """
    goal = "--tenant URL --connection NAME"
    if figures.delivery:
        goal = f"--tenant {figures.delivery.tenant} --connection {shlex.quote(figures.delivery.connection)}"
    run, books = shlex.quote(figures.run), figures.books
    deliver = f"samekey deliver {run} {goal} {_LOGINS}"
    return [
        Stage(
            "Rehearse",
            rehearsal is not None and rehearsal.books.closed,
            (_rehearsed(rehearsal), *_clusters(figures)),
            ("samekey rehearse", f"samekey deliver {run} --tenant http://127.0.0.1:PORT --connection NAME {_LOGINS}"),
        ),
        Stage(
            "Canary",
            bool(figures.logins) and books.created + books.updated > 0,
            (_logins(figures), "Ten users go first, the known people among them log in, and it asks whether to go on."),
            (f"{deliver} --preflight", deliver),
        ),
        Stage(
            "Bulk",
            figures.delivery is not None and books.closed,
            tuple(_bulk(figures)),
            (deliver, f"samekey verify {run} {goal} {_LOGINS}"),
        ),
        Stage(
            "Freeze password changes in the old store",
            None,
            ("From the last export on, whoever changes a password there keeps the old one over here.",),
        ),
        Stage(
            "Last delta",
            None,
            tuple(_last_delta(lists)),
            (f"samekey pack FRESH --rules rules.toml --run {run} --since last", deliver, f"samekey report {run}"),
        ),
        Stage("Switch", None, tuple(_before_the_switch(figures))),
        Stage(
            "Watch",
            None,
            ("Many different people with a wrong password, and nobody of their kind of hash inside, is a wrong hash.",),
            (f"samekey verify {run} {goal} {_LOGINS}",),
        ),
        Stage(
            "Fall back",
            None,
            ("Point the sign-in at the old store again: it knows every password but those changed since the switch.",),
        ),
    ]


def text(figures: Figures, rehearsal: Figures | None, lists: Sequence[LeftToAPerson] = ()) -> str:
    """The runbook for a terminal or a sheet of paper."""
    lines = [f"The night of the cut-over, for {figures.run} ({figures.source})", ""]
    for number, stage in enumerate(stages(figures, rehearsal, lists), start=1):
        mark = {True: "[done]", False: "[to do]", None: "[you]"}[stage.is_done]
        lines.append(f"{number}. {stage.name}  {mark}")
        lines += [f"   {sentence}" for sentence in stage.said if sentence]
        lines += [f"     {command}" for command in stage.commands]
        lines.append("")
    lines.append("More about each: docs/operate/cut-over.md")
    return "\n".join("".join(char if char.isprintable() else "\ufffd" for char in line) for line in lines) + "\n"


def duration(hours: float) -> str:
    """A time as people say it."""
    minutes = max(1, round(60 * hours))
    return f"{minutes // 60} h {minutes % 60:02d} min" if minutes >= 60 else f"{minutes} min"  # noqa: PLR2004  # an hour


def _rehearsed(rehearsal: Figures | None) -> str:
    if rehearsal is None:
        return "This run was never delivered to a rehearsal tenant."
    books, logins = rehearsal.books, _logins(rehearsal)
    closed = "the books closed" if books.closed else "THE BOOKS DID NOT CLOSE"
    return f"Rehearsed: {closed}, {books.created + books.updated:,} arrived, {books.failed:,} failed. {logins}"


def _logins(figures: Figures) -> str:
    tried = sum(figures.logins.values())
    return f"{figures.logins.get('ok', 0):,} of {tried:,} known people got in." if tried else "No known person tried."


def _clusters(figures: Figures) -> Iterator[str]:
    for cluster in figures.clusters:
        if cluster.verdict not in {"bridge", "reset"} and not cluster.proved:
            yield f"Unproved: {cluster.users:,} passwords of {cluster.cluster}; find one known login."


def _bulk(figures: Figures) -> Iterator[str]:
    books = figures.books
    yield f"{books.packed:,} users; import files: {figures.chunks:,}."
    if figures.delivery:
        yield (
            f"{books.created:,} created, {books.updated:,} updated, {books.failed:,} failed, {books.pending:,} pending."
        )
    if figures.users_an_hour:
        left = f"; the rest takes about {duration(books.pending / figures.users_an_hour)}" if books.pending else ""
        yield f"Measured: {figures.users_an_hour:,.0f} users an hour with both slots at work{left}."
    for group in figures.failures:
        yield f"{group.users:,} failed with {group.code} (mend: {group.mend}), such as {group.example}."


def _last_delta(lists: Sequence[LeftToAPerson]) -> Iterator[str]:
    yield "Newcomers go first; then it asks before anybody who is there is changed or blocked."
    for each in lists:
        yield f"{each.changes:,} changes are left to you, each with its way out: {each.path}"


def _before_the_switch(figures: Figures) -> Iterator[str]:
    books = figures.books
    yield "Go only if the books close." if not books.closed else "The books close."
    if books.held:
        yield f"{books.held:,} are held: they cannot log in over there until the bridge or a reset is ready for them."
    if books.rejected:
        yield f"{books.rejected:,} were rejected and are not there."
    there = sum(group.users for group in figures.failures if group.code in _THERE_ALL_THE_SAME)
    if books.failed > there:
        yield f"{books.failed - there:,} failed and may not be there: samekey retry packs them again."
    if there:
        yield f"{there:,} are there, and could not be changed in everything: the lists of the last delta say in what."
