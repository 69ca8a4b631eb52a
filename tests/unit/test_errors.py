"""Every error has a word, a sentence, a way out and an exit code."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from samekey import errors
from samekey.errors import ExitCode, RulesError, SamekeyError


def family(error: type[SamekeyError] = SamekeyError) -> Iterator[type[SamekeyError]]:
    """The class and everything that derives from it."""
    yield error
    for child in error.__subclasses__():
        yield from family(child)


EVERY = [each for each in family() if each.__module__ == errors.__name__]
EXIT_CODES = {
    "UsageError": 2, "RulesError": 2,
    "SourceError": 3, "SourceUnrecognised": 3, "SourceDamaged": 3,
    "RunFolderError": 4, "RunFolderInUse": 4, "RunFolderChanged": 4,
    "DeliveryPaused": 1,
    "TenantError": 5, "TenantRefused": 5, "TenantBusy": 5, "TenantUnreachable": 5, "TenantUnexpected": 5,
}  # fmt: skip


class TestSamekeyError:
    """The tree is divided by what the caller should do."""

    def test_has_a_code_of_its_own(self) -> None:
        """A program tells errors apart by their words."""
        codes = [each.code for each in EVERY]
        assert sorted(set(codes)) == sorted(codes)
        assert [] == [code for code in codes if not code.replace("-", "").islower()]

    def test_leads_to_an_exit_code(self) -> None:
        """A script tells them apart by number, family by family."""
        found = {each.__name__: int(each.exit_code) for each in EVERY if each is not SamekeyError}
        assert EXIT_CODES == found

    @pytest.mark.parametrize("error", [each for each in EVERY if each is not RulesError])
    def test_speaks_without_being_told_what_to_say(self, error: type[SamekeyError]) -> None:
        """The docstring is the default sentence, so the two cannot disagree."""
        raised = error()
        assert error.__doc__ == raised.message == str(raised)
        assert raised.message.endswith(".")

    @pytest.mark.parametrize("error", [each for each in EVERY if each is not RulesError])
    def test_says_what_it_is_told(self, error: type[SamekeyError]) -> None:
        """A sentence of the place where it is raised comes first."""
        assert "This happened." == str(error("This happened."))

    def test_is_drawn_at_the_top_of_its_file(self) -> None:
        """The picture shows the whole tree and nothing else."""
        drawn = (errors.__doc__ or "").split("A record that")[0]
        assert [] == [each.__name__ for each in EVERY if each.__name__ not in drawn]

    def test_is_all_there_is(self) -> None:
        """Nobody raises what is not caught at the door."""
        folder = Path(errors.__file__).parent
        bases = {each.__name__ for each in EVERY}
        other = [
            path.name
            for path in folder.rglob("*.py")
            if path.name != "errors.py" and any(f"({base}):" in path.read_text(encoding="utf-8") for base in bases)
        ]
        assert [] == other

    def test_carries_a_way_out(self) -> None:
        """Beside the sentence, not in it."""
        raised = errors.SourceError("It is empty.", remedy="Check the export.")
        assert ("It is empty.", "Check the export.") == (str(raised), raised.remedy)


class TestRulesError:
    """A complaint about rules begins with its place."""

    @pytest.mark.parametrize(
        ("line", "column", "expected"),
        [(3, 7, "line 3, column 7: No."), (3, None, "line 3, column 1: No."), (None, None, "No.")],
        ids=["place", "line", "nowhere"],
    )
    def test_names_the_place(self, line: int | None, column: int | None, expected: str) -> None:
        """Where one is known."""
        assert expected == RulesError("No.", line=line, column=column).message


class TestTenantErrors:
    """What the other side did, in a form the next step can use."""

    def test_refused_keeps_status_and_code(self) -> None:
        """For whoever decides what to do about it."""
        raised = errors.TenantRefused("No.", status=403, error_code="insufficient_scope", remedy="Add the scope.")
        assert (403, "insufficient_scope", "Add the scope.") == (raised.status, raised.error_code, raised.remedy)

    def test_busy_keeps_the_wait(self) -> None:
        """And tells a full job queue from a rate limit."""
        raised = errors.TenantBusy(retry_after_seconds=1.5, job_slots=True)
        assert (1.5, True) == (raised.retry_after_seconds, raised.job_slots)
        assert "same command" in raised.remedy

    def test_unreachable_may_have_arrived_unless_it_is_certain(self) -> None:
        """Who does not know must not send twice."""
        assert errors.TenantUnreachable().may_have_arrived
        assert not errors.TenantUnreachable(may_have_arrived=False).may_have_arrived

    def test_unexpected_keeps_the_status(self) -> None:
        """For the report."""
        assert 418 == errors.TenantUnexpected(status=418).status


class TestExitCode:
    """Numbers that scripts are written against."""

    def test_has_the_documented_numbers(self) -> None:
        """None of them moves."""
        expected = {
            "DONE": 0, "FINDINGS": 1, "USAGE": 2, "SOURCE": 3, "RUN_FOLDER": 4, "TENANT": 5, "INTERRUPTED": 130,
        }  # fmt: skip
        assert expected == {code.name: int(code) for code in ExitCode}
