"""Why a chunk was handed in more than once, in words."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from samekey.journal import signs
from samekey.journal.rows import DoubledRow, UnheardRow
from samekey.report.explanations import explain

AT = datetime(2026, 11, 23, 9, 0, tzinfo=UTC)
LOST = UnheardRow(
    external_id="id-1",
    round="01",
    chunk="000001",
    attempt=1,
    answer="lost",
    reason="The tenant gave no answer (ReadTimeout).",
    seen="",
    intended_at=AT,
    sent_again_at=AT + timedelta(minutes=2),
    recognised=0,
    is_settled=True,
    is_halved=False,
)

SAID: dict[str, tuple[UnheardRow, str]] = {
    "waiting": (replace(LOST, sent_again_at=None, is_settled=False), "It has not been sent again yet."),
    "under way": (replace(LOST, is_settled=False), "It was sent again at 09:02:00 with the same settings; that is not"),
    "in vain": (LOST, "nobody was there twice"),
    "recognised": (replace(LOST, recognised=1_234), "1,234 users turned out to be there already"),
    "in the log": (replace(LOST, seen=signs.IN_LOG), "log shows that it was accepted"),
    "not in the log": (replace(LOST, seen=signs.NOT_IN_LOG), "which proves nothing"),
    "full queue": (replace(LOST, seen=signs.QUEUE_FULL), "hints that it was at work"),
    "found": (replace(LOST, answer="found"), "log named its job, so it was not sent again"),
    "out of time": (replace(LOST, answer="accepted", is_halved=True), "went again in two parts"),
}


class TestExplain:
    @pytest.mark.parametrize(("row", "said"), SAID.values(), ids=SAID.keys())
    def test_says_what_is_known(self, row: UnheardRow, said: str) -> None:
        """Each end of an attempt has its sentence, in one line without holes."""
        (explanation,) = explain([row])
        assert said in explanation.text
        assert ("01", "000001", 1, "id-1") == (
            explanation.round,
            explanation.chunk,
            explanation.attempt,
            explanation.external_id,
        )
        assert "  " not in explanation.text
        assert ".)" not in explanation.text

    def test_says_that_a_request_arrived_twice(self) -> None:
        """After the others."""
        found = explain([LOST], [DoubledRow("id-2", "01", "000002", 1, 20)])
        assert ["id-1", "id-2"] == [each.external_id for each in found]
        assert "arrived twice: 20 of its users" in found[1].text
