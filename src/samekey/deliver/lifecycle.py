"""The life of a chunk in a delivery, as a table.

Rules of this file: it decides what may follow what and knows nothing of files, sockets or time. An event that is not in
the table for a state is a mistake of ours and raises; nothing changes.

How to read it: a chunk WAITS until an attempt is journalled (INTEND), and is then SENDING. The tenant takes it
(ACCEPT), certainly does not (WITHDRAW), or nobody knows (LOSE): then it is UNCLEAR until the tenant's log names its job
(FIND), and only a waiting time later another attempt may be made (RESENDING). A job that ends as completed is FINISHED
until its error list is read; one that failed as a whole, or whose data is gone, is BROKEN and settled by reading its
users back, or, when it ran out of time, gives them to two smaller chunks (HALVE). SETTLED and HALVED are final: every
user of the chunk has an outcome, or belongs to another chunk.
"""

from enum import StrEnum


class State(StrEnum):
    """Where a chunk stands."""

    WAITING = "waiting"
    """Not handed in."""
    SENDING = "sending"
    """The intent is journalled, the answer is not; a process that finds this at its start was killed in between."""
    UNCLEAR = "unclear"
    """An attempt left and its answer never came: the tenant may be working on it."""
    RESENDING = "resending"
    """As SENDING, after an attempt whose answer never came."""
    WORKING = "working"
    """The tenant has named a job."""
    FINISHED = "finished"
    """The job completed; its error list is still to be read."""
    BROKEN = "broken"
    """The job failed as a whole, or its data is gone; its users are still to be read back."""
    SETTLED = "settled"
    """Every user has an outcome. Final."""
    HALVED = "halved"
    """The job ran out of time; its users belong to two smaller chunks. Final."""


class Event(StrEnum):
    """What can happen to a chunk."""

    INTEND = "intend"
    """An attempt is written down, before it leaves."""
    ACCEPT = "accept"
    """The tenant answered with a job."""
    WITHDRAW = "withdraw"
    """The tenant certainly did not take the attempt: refused, busy, or never reached."""
    LOSE = "lose"
    """The answer never came, or said nothing about what was done."""
    FIND = "find"
    """The tenant's log named the job of the attempt whose answer was lost."""
    FINISH = "finish"
    """The job completed."""
    BREAK = "break"
    """The job failed as a whole, or the tenant no longer knows it."""
    SETTLE = "settle"
    """Every user's outcome is written down."""
    HALVE = "halve"
    """The job was too much for two hours: its users go again in two parts."""


TABLE = {
    (State.WAITING, Event.INTEND): State.SENDING,
    (State.SENDING, Event.ACCEPT): State.WORKING,
    (State.SENDING, Event.WITHDRAW): State.WAITING,
    (State.SENDING, Event.LOSE): State.UNCLEAR,
    (State.UNCLEAR, Event.INTEND): State.RESENDING,
    (State.UNCLEAR, Event.FIND): State.WORKING,
    (State.RESENDING, Event.ACCEPT): State.WORKING,
    (State.RESENDING, Event.WITHDRAW): State.UNCLEAR,
    (State.RESENDING, Event.LOSE): State.UNCLEAR,
    (State.WORKING, Event.FINISH): State.FINISHED,
    (State.WORKING, Event.BREAK): State.BROKEN,
    (State.FINISHED, Event.SETTLE): State.SETTLED,
    (State.BROKEN, Event.SETTLE): State.SETTLED,
    (State.BROKEN, Event.HALVE): State.HALVED,
}
"""What follows what."""

OCCUPYING = frozenset({State.SENDING, State.RESENDING, State.UNCLEAR, State.WORKING})
"""States in which a chunk has, or may have, one of the tenant's job slots."""

FINAL = frozenset({State.SETTLED, State.HALVED})
"""States that nothing leaves."""

BOUNDARIES = (
    "intent-journalled",
    "answer-received",
    "answer-journalled",
    "poll-journalled",
    "end-seen",
    "end-journalled",
    "errors-read",
    "settled",
)
"""Places of a delivery, in order, at which a process may be killed; announced as `events.Reached`."""


class IllegalEvent(Exception):  # a mistake of ours, never of a user
    """An event that cannot happen in the chunk's state."""


def follow(state: str, event: Event) -> State:
    """What a chunk becomes.

    Raises:
        IllegalEvent: the event cannot happen in that state.

    """
    try:
        return TABLE[State(state), event]
    except KeyError:
        raise IllegalEvent(f"{event} cannot happen to a chunk that is {state}") from None
