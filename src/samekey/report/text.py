"""The figures for people at a terminal."""

from rich.console import Group, RenderableType
from rich.padding import Padding
from rich.table import Table
from rich.text import Text

from samekey.report.figures import Books, Figures

_VERDICT_MEANINGS = {
    "as-is": "already in a form Auth0 takes",
    "re-encoded": "the same hash, rewritten without loss",
    "bridge": "Auth0 cannot check this function: held for the bridge (not built yet)",
    "reset": "no usable password in the source",
    "none": "the rules carry no password",
}


_EXPLANATIONS_MAX = 20
"""How many fit a terminal."""


def render(figures: Figures) -> RenderableType:
    """The closing books and what needs a person, to be printed by rich."""
    parts: list[RenderableType] = [
        _titled("The books", _books(figures.books)),
        _titled("Passwords", _passwords(figures)),
    ]
    if figures.clusters:
        parts.append(_titled("Hash clusters", _clusters(figures)))
    for title, counts in (("Not packed", figures.rejections), ("Known people at the door", figures.logins)):
        if counts:
            parts.append(_titled(title, _counts(counts)))
    if figures.failures:
        parts.append(_titled("Failed at the tenant", _failures(figures)))
    if figures.explanations:
        parts.append(_titled("Handed in more than once", _explanations(figures)))
    if figures.reading:
        reading = figures.reading
        parts.append(
            Text(
                f"Read back: {reading.compared:,} compared, {reading.equal:,} equal, {reading.different:,} different, "
                f"{reading.missing:,} missing."
            )
        )
    return Group(*(Padding(part, (0, 0, 1, 0), expand=False) for part in parts))


def _titled(title: str, content: RenderableType) -> RenderableType:
    return Group(Text(title, style="bold underline"), content)


def _books(books: Books) -> RenderableType:
    table = Table(show_header=False, box=None, padding=(0, 2, 0, 0))
    table.add_column(justify="right", style="bold")
    table.add_column()
    for name in ("read", "packed", "rejected", "held", "left_out"):
        table.add_row(f"{getattr(books, name):,}", name.replace("_", " "))
    table.add_row("", "")
    for name in ("created", "updated", "failed", "pending"):
        table.add_row(f"{getattr(books, name):,}", name)
    if books.closed:
        closing = Text("The books close: everybody ended in exactly one place.", style="green")
    elif books.pending:
        closing = Text(f"The books are open: {books.pending:,} users are still on the way.", style="yellow")
    else:
        closing = Text("THE BOOKS DO NOT CLOSE. Do not cut over; run verify and report this.", style="bold red")
    return Group(table, closing)


def _passwords(figures: Figures) -> RenderableType:
    total = sum(figures.passwords.values()) or 1
    table = Table(show_header=False, box=None, padding=(0, 2, 0, 0))
    table.add_column(justify="right", style="bold")
    table.add_column(justify="right")
    table.add_column()
    table.add_column(style="dim")
    for verdict, users in figures.passwords.items():
        if users:
            table.add_row(f"{users:,}", f"{100 * users / total:.1f} %", verdict, _VERDICT_MEANINGS[verdict])
    return table


def _clusters(figures: Figures) -> RenderableType:
    table = Table(box=None, padding=(0, 2, 0, 0))
    table.add_column("users", justify="right")
    table.add_column("cluster")
    table.add_column("verdict")
    table.add_column("proof")
    for cluster in figures.clusters:
        proof = Text("proved", style="green") if cluster.proved else Text("unproved", style="yellow")
        if cluster.verdict in {"bridge", "reset"}:
            proof = Text("not carried", style="dim")
        table.add_row(f"{cluster.users:,}", _foreign(cluster.cluster), cluster.verdict, proof)
    return table


def _counts(counts: dict[str, int]) -> RenderableType:
    table = Table(show_header=False, box=None, padding=(0, 2, 0, 0))
    table.add_column(justify="right", style="bold")
    table.add_column()
    for name, count in sorted(counts.items(), key=lambda pair: -pair[1]):
        table.add_row(f"{count:,}", _foreign(name))
    return table


def _failures(figures: Figures) -> RenderableType:
    table = Table(box=None, padding=(0, 2, 0, 0))
    for name in ("users", "code", "mend", "meaning", "such as"):
        table.add_column(name, justify="right" if name == "users" else "left")
    for group in figures.failures:
        shown = (group.code, group.mend, group.meaning, group.example)
        table.add_row(f"{group.users:,}", *(_foreign(text) for text in shown))
    return table


def _explanations(figures: Figures) -> RenderableType:
    table = Table(box=None, padding=(0, 2, 0, 0))
    for name in ("chunk", "what happened"):
        table.add_column(name)
    for explanation in figures.explanations[:_EXPLANATIONS_MAX]:
        table.add_row(_foreign(f"{explanation.round}/{explanation.chunk}"), _foreign(explanation.text))
    if len(figures.explanations) > _EXPLANATIONS_MAX:
        table.add_row("…", f"{len(figures.explanations) - _EXPLANATIONS_MAX:,} more stand in the page and in --json")
    return table


def _foreign(text: str) -> Text:
    """A text that came from elsewhere: its brackets are no markup, and it does not move the cursor."""
    return Text("".join(character if character.isprintable() else "\ufffd" for character in text))
