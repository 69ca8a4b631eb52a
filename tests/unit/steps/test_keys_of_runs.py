"""Whatever reads an encrypted run asks for its key before anything else is done, and takes no other."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pyrage
import pytest

from samekey import steps
from samekey.errors import UsageError
from samekey.events import Event
from samekey.pack.seal import Identities, Recipients
from samekey.secret import Secret
from tests.unit.steps.rounds import Rounds, person

Step = Callable[[Rounds, Identities | None], Any]


class Silence:
    """Wants to hear nothing: a source that is read for nothing takes its time."""

    def notice(self, event: Event) -> None:
        """Never."""
        raise AssertionError(f"{event} comes too early")


def report(rounds: Rounds, identities: Identities | None) -> object:
    """Count."""
    return steps.report(rounds.folder.path, identities=identities)


def retry(rounds: Rounds, identities: Identities | None) -> object:
    """Pack again who was rejected."""
    return steps.retry(rounds.folder.path, identities=identities, listener=None if identities == RIGHT else Silence())


def delta(rounds: Rounds, identities: Identities | None) -> object:
    """Pack who changed since; this needs no recipient, since it goes to those of the round before."""
    return steps.pack(
        str(rounds.source),
        rules_path=rounds.rules,
        run=rounds.folder.path,
        since="1",
        identities=identities,
        dry_run=True,
        listener=None if identities == RIGHT else Silence(),
    )


def purge(rounds: Rounds, identities: Identities | None) -> object:
    """Take away what holds hashes."""
    return steps.purge(rounds.folder.path, identities=identities)


def identity(key: pyrage.x25519.Identity) -> Identities:
    """A secret key."""
    return Identities((Secret(str(key), "identity"),))


KEY, OTHER = pyrage.x25519.Identity.generate(), pyrage.x25519.Identity.generate()
RIGHT, WRONG = identity(KEY), identity(OTHER)


@pytest.fixture
def rounds(tmp_path: Path) -> Rounds:
    """An encrypted round that was delivered, with one rejection."""
    made = Rounds(tmp_path)
    recipients = Recipients.parse([str(KEY.to_public())])
    made.folder.identities = RIGHT
    made.pack([person(number) for number in range(4)] + [person(9, mail="nobody")], recipients=recipients)
    made.deliver()
    return made


@pytest.mark.parametrize("step", [report, retry, delta, purge])
class TestStep:
    """Of those that read a run and need no tenant."""

    def test_works_with_the_key(self, rounds: Rounds, step: Step) -> None:
        """As if nothing were encrypted."""
        step(rounds, RIGHT)

    @pytest.mark.parametrize(
        ("identities", "says"),
        [
            pytest.param(None, "is encrypted", id="none"),
            pytest.param(WRONG, "does not open with this identity", id="wrong"),
        ],
    )
    def test_asks_for_it_at_once(self, rounds: Rounds, step: Step, identities: Identities | None, says: str) -> None:
        """In a sentence with the way out, and nothing is changed."""
        before = sorted(rounds.folder.rounds_path.rglob("*"))
        with pytest.raises(UsageError, match=says) as caught:
            step(rounds, identities)
        assert caught.value.remedy
        assert before == sorted(rounds.folder.rounds_path.rglob("*"))
