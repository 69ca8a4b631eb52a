"""What a preflight found, as a table for people or one JSON object for programs."""

from typing import TYPE_CHECKING

from rich.console import Console
from rich.markup import escape
from rich.table import Table

from samekey.cli.printing import print_json

if TYPE_CHECKING:
    from samekey.deliver.preflight import Preflight

_STYLES = {"ok": "green", "warning": "yellow", "refusal": "red"}


def print_preflight(asked: "Preflight", *, as_json: bool) -> None:
    """Everything that was asked, and whether a delivery can begin."""
    if as_json:
        connection = asked.connection
        print_json(
            {
                "ready": asked.is_ready,
                "connection": {"id": connection.id, "name": connection.name} if connection else None,
                "findings": list(asked.findings),
            }
        )
        return
    table = Table(show_header=False, box=None, padding=(0, 2, 0, 0))
    for finding in asked.findings:
        style = _STYLES[finding.standing]
        table.add_row(finding.topic, f"[{style}]{finding.standing}[/{style}]", escape(finding.sentence))
        if finding.remedy:
            table.add_row("", "", escape(finding.remedy))
    console = Console(highlight=False)
    console.print(table)
    console.print("Ready to deliver." if asked.is_ready else "Not ready: mend what is refused first.")
