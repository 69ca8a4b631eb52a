"""Go or no-go, once the canary is back."""

from typing import TYPE_CHECKING

from rich.console import Console

from samekey.errors import UsageError

if TYPE_CHECKING:
    from samekey.deliver.canary import Flown


def ask_whether_to_proceed(flown: "Flown") -> bool:
    """Show what became of the canary, and take a typed go for a go."""
    console = Console(stderr=True, highlight=False)
    console.print(flown.said())
    try:
        answer = console.input("Send the others? Type go: ")
    except EOFError:
        console.print()
        raise UsageError("Nobody is there to say go.", remedy="Use --yes in scripts.") from None
    return answer.strip().lower() == "go"
