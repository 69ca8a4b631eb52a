"""What a command prints at its end: data on stdout, as one JSON object for programs or as tables for people."""

from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING

import msgspec
import typer

if TYPE_CHECKING:
    from rich.console import Console

    from samekey.pack.manifest import Manifest
    from samekey.report.figures import Figures
    from samekey.steps import Verified


_FINDINGS_SHOWN = 20


def _console() -> "Console":
    from rich.console import Console

    return Console(highlight=False)


def print_json(document: object) -> None:
    """One line of JSON."""
    typer.echo(msgspec.json.encode(document).decode())


def print_figures(figures: "Figures", *, as_json: bool) -> None:
    """The closing books."""
    from samekey.report import json_report, text

    if as_json:
        typer.echo(json_report.encoded(figures))
        return
    _console().print(text.render(figures))


def print_manifest(manifest: "Manifest", *, run: Path | None, as_json: bool) -> None:
    """What pack did; `run` is None after a dry run."""
    if as_json:
        typer.echo(msgspec.json.encode(manifest).decode())
        return
    console = _console()
    console.print(
        f"{manifest.read:,} read, {manifest.packed:,} packed, {manifest.rejected:,} rejected, {manifest.held:,} held. "
        f"Import files: {len(manifest.chunks):,}.",
        soft_wrap=True,
    )
    if manifest.since:
        shown = ", ".join(f"{count:,} {kind}" for kind, count in manifest.changes.items())
        console.print(f"Since round {manifest.since}: {shown or 'nobody is new'}.", soft_wrap=True)
    for reason, count in manifest.rejections.items():
        console.print(f"  {count:,} rejected: {reason}")
    for cluster in manifest.clusters:
        proof = "" if cluster.verdict in {"bridge", "reset"} else f", {'proved' if cluster.proved else 'unproved'}"
        console.print(f"  {cluster.users:,} passwords {cluster.cluster}: {cluster.verdict}{proof}", markup=False)
    if run is None:
        console.print("Nothing was written: this was a dry run.")
        return
    suffix, key = (".age", " --identity FILE") if manifest.encrypted_to else ("", "")
    lists = [
        (manifest.rejected, "Who was rejected, and why", "rejections"),
        (manifest.held, "Who is held, and for what", "held"),
        (manifest.since, "Who changed, and how", "changes"),
    ]
    shown_lists = [(title, f"{run}/rounds/*/{name}.ndjson{suffix}") for count, title, name in lists if count]
    for title, path in shown_lists:
        console.print(f"{title}: {path}", markup=False, soft_wrap=True)
    if shown_lists and suffix:
        console.print("To read an encrypted list: age -d -i FILE LIST", markup=False, soft_wrap=True)
    if manifest.packed or manifest.since:
        console.print(f"Next: samekey deliver {run} --tenant URL --connection NAME{key}", markup=False, soft_wrap=True)


def print_verified(verified: "Verified", *, as_json: bool) -> None:
    """What verify found."""
    read_back = verified.read_back
    if as_json:
        print_json(
            {
                "read_back": read_back.counts,
                "findings": [asdict(finding) for finding in read_back.findings],
                "logins": [{"username": login.username, **asdict(login.outcome)} for login in verified.logins],
            }
        )
        return
    console = _console()
    counts = ", ".join(f"{count:,} {standing}" for standing, count in read_back.counts.items() if count)
    console.print(f"{read_back.read:,} users read back: {counts or 'nobody was sent yet'}.")
    for finding in read_back.findings[:_FINDINGS_SHOWN]:
        fields = ", ".join(f"{difference.field or 'user'} {difference.problem}" for difference in finding.differences)
        console.print(f"  {finding.key}: {fields or finding.standing}", markup=False)
    if len(read_back.findings) > _FINDINGS_SHOWN:
        console.print(f"  and {len(read_back.findings) - _FINDINGS_SHOWN:,} more; --json lists them")
    if verified.logins:
        inside = sum(login.is_ok for login in verified.logins)
        console.print(f"{inside:,} of {len(verified.logins):,} known people logged in with their old password.")
        for login in verified.logins:
            if not login.is_ok:
                console.print(f"  {login.username}: {login.outcome.word} {login.outcome.detail}".rstrip(), markup=False)
