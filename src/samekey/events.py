"""What can be noticed during a step, and who listens. A step runs just as well when nobody does."""

from dataclasses import dataclass, field
from typing import Any, Protocol


@dataclass(frozen=True, slots=True)
class StepStarted:
    """A step begins."""

    step: str
    total: int | None = None
    """How much there is to do, where that is known."""
    unit: str = "users"


@dataclass(frozen=True, slots=True)
class Progressed:
    """The step has come this far."""

    step: str
    done: int
    total: int | None = None


@dataclass(frozen=True, slots=True)
class StepFinished:
    """A step is done."""

    step: str
    figures: dict[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Noticed:
    """Something a person should read: a wait, a resend, a warning."""

    step: str
    text: str
    """One sentence without secrets."""
    level: str = "info"
    """info or warning."""
    chunk: str = ""
    """Round and name of the chunk it is about, where it is about one."""
    job: str = ""
    """The tenant's id of its job."""


@dataclass(frozen=True, slots=True)
class Reached:
    """A boundary of the delivery was crossed; the places where a kill is rehearsed."""

    boundary: str
    """A name of `samekey.deliver.lifecycle.BOUNDARIES`."""
    chunk: str = ""
    """Round and name of the chunk."""
    job: str = ""
    """The tenant's id of its job, where there is one."""


Event = StepStarted | Progressed | StepFinished | Noticed | Reached


class Listener(Protocol):
    """Whoever wants to know."""

    def notice(self, event: Event) -> None:
        """Called for every event, in order, in the thread of the step; what it raises stops the step."""
        ...


class Nobody:
    """The listener of a step that runs alone."""

    def notice(self, event: Event) -> None:
        """Nothing is done."""
