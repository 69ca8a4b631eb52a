"""The table of a chunk's states."""

import itertools

import pytest

from samekey.deliver import lifecycle
from samekey.deliver.lifecycle import Event, IllegalEvent, State


def reachable(state: State) -> set[State]:
    """Every state that a chunk may still come to."""
    found = {state}
    while True:
        more = {after for (before, _), after in lifecycle.TABLE.items() if before in found} - found
        if not more:
            return found
        found |= more


class TestFollow:
    @pytest.mark.parametrize(("state", "event"), list(itertools.product(State, Event)))
    def test_obeys_the_table_or_refuses(self, state: State, event: Event) -> None:
        """Every event in every state leads where the table says, or is refused as a mistake of ours."""
        if (state, event) in lifecycle.TABLE:
            assert lifecycle.TABLE[state, event] is lifecycle.follow(state, event)
        else:
            with pytest.raises(IllegalEvent, match=rf"^{event} .* {state}$"):
                lifecycle.follow(state, event)

    def test_takes_a_state_as_the_journal_holds_it(self) -> None:
        """A state read from the journal is text, and is as good."""
        assert State.SENDING is lifecycle.follow("waiting", Event.INTEND)

    def test_refuses_a_word_that_is_no_state(self) -> None:
        """A journal that holds an unknown state is not guessed at."""
        with pytest.raises(ValueError, match="lost"):
            lifecycle.follow("lost", Event.INTEND)


class TestTable:
    @pytest.mark.parametrize("state", list(State))
    def test_leads_from_everywhere_to_the_end(self, state: State) -> None:
        """No chunk can come to stand where it never ends."""
        assert lifecycle.FINAL & reachable(state)

    def test_reaches_every_state_from_the_start(self) -> None:
        """No state is there for nothing."""
        assert set(State) == reachable(State.WAITING)

    def test_lets_nothing_leave_a_final_state(self) -> None:
        """A settled chunk stays settled."""
        assert lifecycle.FINAL == {state for state in State if reachable(state) == {state}}

    def test_never_sends_again_what_a_job_took(self) -> None:
        """Once the tenant has named a job, no event leads back to an attempt."""
        assert not reachable(State.WORKING) & {State.SENDING, State.RESENDING, State.UNCLEAR, State.WAITING}

    def test_never_forgets_a_lost_answer(self) -> None:
        """From an unclear attempt no event leads back to one that was never made."""
        assert not reachable(State.UNCLEAR) & {State.WAITING, State.SENDING}

    def test_counts_every_chunk_with_the_tenant_as_occupying(self) -> None:
        """A slot is counted from the intent until the job is seen to end."""
        assert {state for state in State if State.WORKING in reachable(state)} - {State.WAITING} == lifecycle.OCCUPYING
