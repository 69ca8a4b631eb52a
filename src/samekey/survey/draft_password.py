"""The password section of a drafted rules file: where stored passwords stand, what they are, and who says so."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from samekey.origins.catalog import Origin
from samekey.survey.findings import ClusterFound, PasswordFound, expression
from samekey.survey.rules_text import DOUBTFUL, comment, counted, inline, quoted

_CANDIDATES_SHOWN = 6


@dataclass(frozen=True, slots=True)
class Decision:
    """What somebody knows of the passwords of one cluster."""

    format: str
    """The name of the catalogue."""
    how: str
    """Who says so, as the end of a sentence: a known login proved it."""
    columns: Mapping[str, Any] = field(default_factory=dict)
    """Columns of the stored password beside its hash: expressions, or constants as `{"value": …}`."""


def password_section(password: PasswordFound | None, origin: Origin, decided: Mapping[str, Decision]) -> Iterator[str]:
    """The lines of `[password]`."""
    yield ""
    if password is None:
        yield f"{DOUBTFUL} no field looks like stored passwords. Without them everybody has to reset."
        yield "# [password]"
        yield '# stored = "the field that holds the hash"'
        return
    yield "[password]"
    yield f"stored         = {_stored(password, decided)}"
    for cluster in password.clusters:
        share = f"{counted(cluster.users, 'user')}, {cluster.share:.1%}"
        yield f"# {comment(cluster.name)}: {share}, {_outlook(cluster)}"
    yield from _format(password, origin, decided)
    yield 'on_bridge      = "hold"  # or "reset"'
    yield 'on_reset       = "hold"  # or "send": without a hash, which no later import can mend'


def _stored(password: PasswordFound, decided: Mapping[str, Decision]) -> str:
    columns: dict[str, Any] = dict(password.columns) or {"hash": expression(password.path)}
    if password.salt_path and not password.columns:
        columns["salt"] = expression(password.salt_path)
    for decision in decided.values():
        columns |= decision.columns
    return quoted(columns["hash"]) if columns.keys() == {"hash"} else inline(columns)


def _outlook(cluster: ClusterFound) -> str:
    outlook = {"carried": "carried", "undecided": "could be more than one thing", "reset": "nothing to carry"}
    return outlook.get(cluster.fate, "Auth0 cannot check it")


def _format(password: PasswordFound, origin: Origin, decided: Mapping[str, Decision]) -> Iterator[str]:
    """Which format it is: what describes itself by itself, the rest by the likeliest reading, marked."""
    open_clusters = [cluster for cluster in password.clusters if cluster.name not in decided]
    undecided = [cluster for cluster in open_clusters if cluster.is_undecided]
    settled = [cluster for cluster in password.clusters if cluster.name in decided]
    for cluster in settled:
        decision = decided[cluster.name]
        yield f"# {counted(cluster.users, 'value')} of {decision.format}: {decision.how}."
    for cluster in open_clusters:
        if "bcrypt-unproven" in cluster.warnings:
            yield f"{DOUBTFUL} bcrypt over another digest looks the same and would never log in. One known login tells:"
            yield "# samekey pack … --logins known-logins.csv"
    for cluster in undecided:
        if cluster.format in origin.password.formats:
            taken = f"{counted(cluster.users, 'value')} taken for {cluster.format}, which {origin.title} writes."
            yield f"# {taken} A known login proves it (samekey pack … --logins known-logins.csv)."
            continue
        names = ", ".join(cluster.candidates[:_CANDIDATES_SHOWN])
        yield f"{DOUBTFUL} {counted(cluster.users, 'value')} could be {names}; the first is likeliest."
        yield "# A known login decides (samekey pack … --logins known-logins.csv), or you, if you know the old system."
    overruled = [each for each in settled if not each.is_undecided and decided[each.name].format != each.format]
    chosen = [decided[each.name].format for each in settled if each.is_undecided]
    chosen += [cluster.format for cluster in undecided if cluster.format]
    # Where somebody knows better than a value that describes itself, that is asked before it can.
    first = [decided[each.name].format for each in overruled]
    described = any(
        not (each.is_undecided or each.verdict == "reset" or each in overruled) for each in password.clusters
    )
    formats = list(dict.fromkeys([*first, *(["auto"] if described or not (first or chosen) else []), *chosen]))
    yield f"format         = {quoted(formats[0]) if len(formats) == 1 else _listed(formats)}"


def _listed(names: Sequence[str]) -> str:
    return f"[{', '.join(map(quoted, names))}]"
