"""`samekey purge`: what holds hashes goes, what was done stays on record."""

from typing import TYPE_CHECKING, Annotated

import typer

from samekey.cli import options
from samekey.errors import UsageError

if TYPE_CHECKING:
    from samekey.steps import Purged

Force = Annotated[bool, typer.Option("--force", help="Although the books are open, or nothing was delivered.")]
Yes = Annotated[bool, typer.Option("--yes", help="Do not ask.")]


def purge(
    run: options.RunArgument,
    force: Force = False,
    yes: Yes = False,
    identity: options.Identity = None,
    json: options.Json = False,
) -> None:
    """Remove what holds hashes from a run that is finished.

    Chunks, user lists and fingerprints go; manifests, rules, lists, journals and reports stay, and report still works.

    Example: samekey purge run
    """
    from samekey import steps
    from samekey.cli.printing import print_json

    purged = steps.purge(run, force=force, confirm=None if yes else _ask, identities=options.identities(identity))
    if json:
        print_json(
            {
                "run": str(purged.run),
                "files": purged.files,
                "bytes": purged.size_bytes,
                "stays": list(steps.STAYS),
                "encrypted_to": list(purged.encrypted_to),
            }
        )
        return
    typer.echo(f"Removed {purged.files:,} files with {purged.size_bytes:,} bytes from {purged.run}.")
    typer.echo(f"What stays names people and holds nothing of their passwords: {', '.join(steps.STAYS)}.")
    if purged.encrypted_to:
        typer.echo(f"Copies and backups of them are gone when the key is: destroy {', '.join(purged.encrypted_to)}.")
    else:
        typer.echo("Copies, backups and the blocks of the disk may still hold them; see to those as well.")


def _ask(goes: "Purged") -> bool:
    """Show what goes, and take a typed yes for a yes."""
    typer.echo(
        f"Chunks, user lists and fingerprints go from {goes.run}: {goes.files:,} files, {goes.size_bytes:,} bytes",
        err=True,
    )
    typer.echo("Nobody can be sent, verified or compared with a later round from this folder any more.", err=True)
    try:
        answer = typer.prompt("Remove them? Type yes", err=True, default="", show_default=False)
    except typer.Abort:
        raise UsageError("Nobody is there to confirm.", remedy="Use --yes in scripts.") from None
    return str(answer).strip().lower() == "yes"
