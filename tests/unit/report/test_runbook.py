"""The runbook with a run's own figures."""

from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest

from samekey.report import runbook
from samekey.report.figures import Books, ClusterFigures, Delivery, FailureGroup, Figures

AT = datetime(2026, 11, 23, 9, 0, tzinfo=UTC)
PACKED = Figures(
    run="run",
    source="users.json",
    books=Books(read=1_240, packed=1_234, rejected=4, held=2, pending=1_234),
    passwords={},
    clusters=(
        ClusterFigures("raw_sha1", "raw_sha1", 1_000, "as-is", proved=True),
        ClusterFigures("bcrypt cost=12", "bcrypt", 234, "re-encoded", proved=False),
        ClusterFigures("sha512_crypt", "sha512_crypt", 2, "bridge", proved=False),
    ),
    chunks=3,
)
HALFWAY = replace(
    PACKED,
    books=replace(PACKED.books, created=620, failed=2, pending=612),
    delivery=Delivery("https://acme.eu.auth0.com", "People", upsert=False, started_at=AT),
    logins={"ok": 2, "wrong-password": 1},
    failures=(FailureGroup("FORMAT", 2, "data", "A value has the wrong form.", "ann@example.com"),),
    users_an_hour=306.0,
)
DONE = replace(HALFWAY, books=replace(PACKED.books, created=1_232, failed=2, pending=0))


def marks(figures: Figures, rehearsal: Figures | None = None) -> list[bool | None]:
    """What is done of the first three stages."""
    return [stage.is_done for stage in runbook.stages(figures, rehearsal)][:3]


class TestStages:
    def test_are_those_of_the_night(self) -> None:
        """In their order."""
        names = [stage.name.split()[0] for stage in runbook.stages(PACKED, None)]
        assert ["Rehearse", "Canary", "Bulk", "Freeze", "Last", "Switch", "Watch", "Fall"] == names

    @pytest.mark.parametrize(
        ("figures", "rehearsal", "expected"),
        [
            (PACKED, None, [False, False, False]),
            (PACKED, DONE, [True, False, False]),
            (HALFWAY, DONE, [True, True, False]),
            (DONE, HALFWAY, [False, True, True]),
        ],
        ids=["packed", "rehearsed", "half-way", "done, rehearsal open"],
    )
    def test_know_what_is_done(self, figures: Figures, rehearsal: Figures | None, expected: list[bool]) -> None:
        """As far as a run folder can tell."""
        assert expected == marks(figures, rehearsal)


class TestText:
    def test_names_what_is_typed(self) -> None:
        """With the run, the tenant and the connection of this run."""
        shown = runbook.text(HALFWAY, DONE)
        assert "samekey deliver run --tenant https://acme.eu.auth0.com --connection People" in shown

    def test_has_the_figures_of_the_run(self) -> None:
        """How many, how fast, how long, and who is left behind."""
        shown = runbook.text(HALFWAY, None)
        for sentence in (
            "This run was never delivered to a rehearsal tenant.",
            "Unproved: 234 passwords of bcrypt cost=12; find one known login.",
            "2 of 3 known people got in.",
            "620 created, 0 updated, 2 failed, 612 pending.",
            "306 users an hour with both slots at work; the rest takes about 2 h 00 min.",
            "2 failed with FORMAT (mend: data), such as ann@example.com.",
            "2 are held",
            "4 were rejected",
        ):
            assert sentence in shown

    def test_tells_who_is_missing_from_who_could_not_be_changed(self) -> None:
        """Whoever has a password of their own over there is there, and counts as failed all the same."""
        kept = FailureGroup("PASSWORD_IN_USE", 3, "tenant", "m", "bob@example.com")
        shown = runbook.text(replace(DONE, books=replace(DONE.books, failed=5), failures=(*DONE.failures, kept)), None)
        assert "2 failed and may not be there" in shown
        assert "3 are there, and could not be changed in everything" in shown

    def test_names_the_lists_of_the_deltas(self) -> None:
        """Where they are, and how long."""
        path = Path("run/deliveries/t/follow-up/changes-02.ndjson")
        shown = runbook.text(DONE, None, [runbook.LeftToAPerson(path, 1_200)])
        assert f"1,200 changes are left to you, each with its way out: {path}" in shown

    def test_can_be_typed_whatever_the_names_are(self) -> None:
        """A connection with a space stays one word."""
        begun = Delivery("https://acme.eu.auth0.com", "Our People", upsert=False, started_at=AT)
        assert "--connection 'Our People' --logins" in runbook.text(replace(DONE, delivery=begun), None)

    def test_keeps_control_characters_from_the_terminal(self) -> None:
        """A name that came from elsewhere does not move the cursor."""
        hostile = replace(HALFWAY, failures=(FailureGroup("C", 1, "data", "m", "\x1b[2Jann"),))
        assert "\x1b" not in runbook.text(hostile, None)
