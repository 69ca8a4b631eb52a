"""The questions of `samekey init`: what looking at the source left open, and nothing else."""

import getpass
import shlex
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from pathlib import Path as FilePath

from rich.console import Console
from rich.prompt import Confirm, Prompt

from samekey.cli.reading import Reading
from samekey.errors import SamekeyError, UsageError
from samekey.mapping.proof import Proof
from samekey.mapping.rules import IDENTIFIERS
from samekey.origins import catalog
from samekey.secret import Secret
from samekey.sources.join_options import JoinOptions
from samekey.survey.draft_password import Decision
from samekey.survey.findings import ClusterFound, Findings, IdentifierFound, Path, ProposedJoin
from samekey.survey.known_person import Proved

Survey = Callable[[Reading, str | None, Path | None], Findings]
"""Looks at a source; as an origin, and with passwords in a field, where these are named."""
Prove = Callable[[Reading, Findings, str, Secret], Proved | None]
"""Holds a person's password against the source."""

_TRIES = 3
_CLUSTERS_ASKED = 5
_FIELDS_OFFERED = 20
_NEITHER = "?"
_FATES = {
    "carried": "can be carried",
    "undecided": "wait for somebody to say what they are",
    "bridge": "are of a kind that Auth0 cannot check, and are held",
    "reset": "have no usable password, and are held",
    "none": "come without a password",
}


class Conversation:
    """One person at a terminal, and a source."""

    def __init__(self, console: Console, survey: Survey, prove: Prove) -> None:
        """Args:
        console: where the talk goes.
        survey: looks at the source.
        prove: tries a known login.

        """
        self._console = console
        self._survey = survey
        self._prove = prove
        self.proved = False
        """Whether a known login decided something."""

    def about(self, reading: Reading, found: Findings) -> tuple[Reading, Findings]:
        """Tell what was found, and ask where it comes from and what belongs to it.

        Returns:
            How the source is to be read, and what is in it when it is read so.

        """
        tell(self._console, found)
        origin = self._origin(found)
        if origin != found.origin.name:
            found = self._survey(reading, origin, None)
            tell(self._console, found)
        if found.joined is None:
            for proposed in found.proposed_joins:
                joined = self._join(reading, proposed, origin)
                if joined is not None:
                    reading, found = joined
                    tell(self._console, found)
                    break
        return reading, self._identified(self._with_passwords(reading, found, origin))

    def passwords(self, reading: Reading, found: Findings) -> Mapping[str, Decision]:
        """Ask about the passwords that do not say what they are; by the name of a cluster, what somebody knows."""
        decided: dict[str, Decision] = {}
        doubtful = [each for each in (found.password.clusters if found.password else ()) if _is_doubtful(each)]
        for cluster in doubtful[:_CLUSTERS_ASKED]:
            if cluster.name in decided:
                continue
            self._say(f"{cluster.users:,} passwords {_doubt(cluster)}.")
            if self._by_known_login(reading, found, cluster, decided) or not cluster.is_undecided:
                continue
            answer = self._ask(
                "Which are they? (? leaves it open)", choices=[*cluster.candidates, _NEITHER], default=_NEITHER
            )
            if answer != _NEITHER:
                decided[cluster.name] = Decision(answer, "your word")
        return decided

    def place(self, output: FilePath) -> FilePath:
        """Where the rules go; asks before writing over a file."""
        while output.exists() and not self._confirm(f"{output} is there already. Write over it?", default=False):
            output = FilePath(self._ask("Which file then?", default="rules-2.toml"))
        return output

    # --- one question each -------------------------------------------------------------------------------------------

    def _origin(self, found: Findings) -> str:
        near = found.origin.near
        if not near:
            return found.origin.name
        titles = ", ".join(f"{catalog.origin(name).title} ({name})" for name in near)
        self._say(f"It may come from {titles}.")
        return self._ask("Which is it?", choices=[*near, catalog.GENERIC], default=catalog.GENERIC)

    def _join(self, reading: Reading, proposed: ProposedJoin, origin: str) -> tuple[Reading, Findings] | None:
        """The source with what belongs to it, where the person has that."""
        self._say(f"Not in this source: {proposed.why}.")
        convention = proposed.join
        in_database = "--join-table" in proposed.words
        while True:
            if in_database:
                answer = self._ask("Its table? (Enter goes on without)", default="", shown=convention.table)
            else:
                answer = self._ask("Its file? (Enter goes on without)", default="", shown=convention.file)
            if not answer:
                return None
            join = JoinOptions.said(
                source="" if in_database else answer,
                table=answer if in_database else "",
                on=convention.on,
                name=convention.name,
                rows=convention.rows,
            )
            joined = replace(reading, options=replace(reading.options, join=join))
            try:
                return joined, self._survey(joined, origin, None)
            except SamekeyError as error:
                self._say(f"{error.message} {error.remedy}")

    def _with_passwords(self, reading: Reading, found: Findings, origin: str) -> Findings:
        """The findings with stored passwords, asked for where none were seen."""
        named = {each.path for each in found.identifiers} | {each.path for each in found.profile}
        texts = [each for each in found.fields if "text" in each.types and each.path not in named]
        if found.password is not None or not texts:
            return found
        self._say("No field looks like stored passwords.")
        fields = {field.expression: field.path for field in texts[:_FIELDS_OFFERED]}
        answer = self._ask("Which field holds them?", choices=[*fields, _NEITHER], default=_NEITHER)
        return found if answer == _NEITHER else self._survey(reading, origin, fields[answer])

    def _identified(self, found: Findings) -> Findings:
        """The findings with an identifier, asked for where none was seen."""
        known = {each.property for each in found.identifiers} | catalog.origin(found.origin.name).user.keys()
        if not known.isdisjoint(IDENTIFIERS) or not found.fields:
            return found
        fields = {field.expression: field for field in found.fields[:_FIELDS_OFFERED]}
        self._say("No field looks like an email, a username or a phone number, and a user needs one of them.")
        field = self._ask("Which field identifies a person?", choices=[*fields, _NEITHER], default=_NEITHER)
        if field == _NEITHER:
            return found
        name = self._ask("What is it?", choices=list(IDENTIFIERS), default="username")
        count = fields[field].filled
        identifier = IdentifierFound(name, fields[field].path, count, found.records - count, {}, 0)
        return replace(found, identifiers=(identifier, *found.identifiers))

    def _by_known_login(
        self, reading: Reading, found: Findings, cluster: ClusterFound, decided: dict[str, Decision]
    ) -> bool:
        """Let one known password say what they are; whether it did."""
        for _ in range(_TRIES):
            username = self._ask("Somebody whose password you know, by login name? (Enter: nobody)", default="")
            if not username:
                return False
            password = Secret(self._hidden(f"Password of {username}: "), "password")
            proved = self._prove(reading, found, username, password)
            if proved is None:
                self._say(f"Nobody in the source is called {username}.")
                continue
            decision = proved.decision
            if decision is None:
                self._say(_undecided(proved.proof))
                continue
            self._say(f"Proved: {proved.proof.solved.reading} ({decision.format}).")
            self.proved = True
            decided[proved.cluster] = decision
            if proved.cluster == cluster.name:
                return True
            self._say(f"That person's password is one of {proved.cluster}, not of these.")
        return False

    # --- the terminal ------------------------------------------------------------------------------------------------

    def _say(self, text: str) -> None:
        self._console.print(text, markup=False, soft_wrap=True)

    def _ask(self, question: str, *, default: str, choices: Sequence[str] = (), shown: str = "") -> str:
        words = f"{question} such as {shown}" if shown else question
        try:
            answer = Prompt.ask(
                words, console=self._console, choices=list(choices) or None, default=default, show_default=bool(default)
            )
        except EOFError:
            raise _nobody() from None
        return answer.strip()

    def _confirm(self, question: str, *, default: bool) -> bool:
        try:
            return Confirm.ask(question, console=self._console, default=default)
        except EOFError:
            raise _nobody() from None

    def _hidden(self, question: str) -> str:
        """A password: typed at the terminal, shown nowhere."""
        try:
            return getpass.getpass(question)
        except EOFError:
            raise _nobody() from None


def tell(console: Console, found: Findings) -> None:
    """What is in a source, in a few lines."""
    lines = [f"{found.source.address}: {found.source.format}, {found.records:,} records."]
    if found.joined:
        lines.append(
            f"Joined with {found.joined.address}: {found.joined.records - found.joined.without_rows:,} have rows."
        )
    if found.origin.name != catalog.GENERIC:
        lines.append(f"It comes from {found.origin.title}: {'; '.join(found.origin.why)}.")
    for identifier in found.identifiers:
        filled = (
            f"{identifier.valid:,} good, {sum(identifier.invalid.values()):,} refused, {identifier.missing:,} missing"
        )
        lines.append(f"{identifier.property}: {filled}.")
    lines += [f"{count:,} {_FATES[fate]}." for fate, count in found.fates.items() if count]
    for line in lines:
        console.print(line, markup=False, soft_wrap=True)


def next_command(reading: Reading, output: FilePath, *, proved: bool) -> str:
    """What to type next."""
    words = ["samekey", "pack", reading.source, *reading.again(), "--rules", str(output), "--run", "run"]
    return shlex.join(words) + ("" if proved else " --logins known-logins.csv")


def _is_doubtful(cluster: ClusterFound) -> bool:
    return cluster.is_undecided or "bcrypt-unproven" in cluster.warnings


def _doubt(cluster: ClusterFound) -> str:
    if not cluster.is_undecided:
        return "are bcrypt, perhaps over another digest, which would import and never log in; one known login tells"
    return f"could be {', '.join(cluster.candidates)}; only length and alphabet speak"


def _undecided(proof: Proof) -> str:
    """Why a known password decides nothing."""
    if proof.solved.proved:
        return (
            f"The password proves {proof.solved.reading}; that is more than an expression of the rules says, or the "
            "catalogue has no name for it."
        )
    return f"No reading fits that password ({proof.tried} were tried). Perhaps it is another."


def _nobody() -> UsageError:
    return UsageError("Nobody answers.", remedy="Use --yes to take what is likeliest, and look at the DOUBTFUL lines.")
