"""Every user is read back, counted once, and named when not as sent."""

import threading
from typing import TYPE_CHECKING, Any

import pytest

from samekey import errors, events
from samekey.client.wire import Profile
from samekey.mapping.comparison import Difference, Problem
from samekey.verify import reconcile
from samekey.verify.reconcile import Finding, SentUser, Standing

if TYPE_CHECKING:
    from tests.unit.verify.conftest import HandClock, Notes


class TenantInMemory:
    """Holds profiles, finds them as Auth0 does, and counts how often it is asked."""

    def __init__(self, *profiles: Profile) -> None:
        self.profiles = profiles
        self.asked: list[str] = []
        self.trouble: errors.TenantError | None = None

    def users_by_email(self, email: str) -> list[Profile]:
        """By lower-case address."""
        self._note(email)
        return [profile for profile in self.profiles if profile.get("email") == email.lower()]

    def user(self, user_id: str) -> Profile | None:
        """By id with its prefix."""
        self._note(user_id)
        return next((profile for profile in self.profiles if profile["user_id"] == user_id), None)

    def _note(self, key: str) -> None:
        if self.trouble is not None:
            raise self.trouble
        self.asked.append(key)


def profile(number: int, **more: Any) -> Profile:
    """A user of the connection `people`."""
    return {
        "user_id": f"auth0|{number}",
        "email": f"u{number}@example.com",
        "identities": [{"connection": "people"}],
        **more,
    }


def sent(number: int, **more: Any) -> SentUser:
    """The user who should have that profile."""
    return SentUser(str(number), {"email": f"U{number}@example.com", "user_id": str(number), **more})


class TestSentUser:
    """An entry of an import file travels without its secrets."""

    def test_drops_what_is_secret(self) -> None:
        """Hashes and seeds go no further than the chunk."""
        entry = {
            "email": "a@example.com",
            "password_hash": "hunter2",
            "custom_password_hash": {"hash": {"value": "hunter2"}},
            "mfa_factors": ["hunter2"],
        }
        assert SentUser("7", {"email": "a@example.com"}) == SentUser.of("7", entry)

    def test_shows_no_profile(self) -> None:
        """A sent user can be printed without its fields."""
        assert "@" not in repr(sent(1))


class TestReconcile:
    """The books of reading back."""

    def test_counts_and_names(self) -> None:
        """Everyone has one standing, and those not as sent are listed."""
        tenant = TenantInMemory(profile(1), profile(2, blocked=True), profile(4, identities=[{"connection": "staff"}]))
        users = [sent(1), sent(2, blocked=False), sent(3), sent(4), SentUser("5", {"username": "five"})]
        books = reconcile.reconcile(users, tenant, connection="people")
        assert books.counts == {Standing.SAME: 1, Standing.DIFFERENT: 1, Standing.MISSING: 2, Standing.UNSOUGHT: 1}
        missing = (Difference("", Problem.MISSING),)
        assert books.findings == [
            Finding("2", Standing.DIFFERENT, (Difference("blocked", Problem.DIFFERENT),)),
            Finding("3", Standing.MISSING, missing),
            Finding("4", Standing.MISSING, missing),
            Finding("5", Standing.UNSOUGHT),
        ]
        assert (books.read, books.is_clean) == (5, False)

    def test_is_clean_when_all_are_there(self) -> None:
        """Nothing to look at is a clean book."""
        assert reconcile.reconcile([sent(1)], TenantInMemory(profile(1))).is_clean

    def test_asks_once_where_once_is_enough(self) -> None:
        """A request a user, by address."""
        tenant = TenantInMemory(profile(1))
        reconcile.reconcile([sent(1)], tenant)
        assert tenant.asked == ["U1@example.com"]

    def test_asks_by_id_when_the_address_finds_nobody(self) -> None:
        """A user whose address differs is different and not missing."""
        books = reconcile.reconcile([sent(1)], TenantInMemory(profile(1, email="other@example.com")))
        assert books.findings == [Finding("1", Standing.DIFFERENT, (Difference("email", Problem.DIFFERENT),))]

    def test_asks_by_id_when_there_is_no_address(self) -> None:
        """A user id is enough to be found."""
        tenant = TenantInMemory(profile(1))
        assert reconcile.reconcile([SentUser("1", {"user_id": "1"})], tenant).is_clean
        assert tenant.asked == ["auth0|1"]

    def test_announces_progress_in_the_thread_of_the_step(self, notes: "Notes") -> None:
        """Every so often and at the end, whoever did the work."""
        users = [sent(number) for number in range(reconcile.ANNOUNCED_EVERY + 1)]
        reconcile.reconcile(users, TenantInMemory(), listener=notes, total=51, workers=3)
        assert notes.events == [events.Progressed("verify", 50, 51), events.Progressed("verify", 51, 51)]
        assert notes.threads == {threading.get_ident()}

    def test_keeps_order_among_workers(self) -> None:
        """The list reads as the files do."""
        users = [sent(number) for number in range(40)]
        books = reconcile.reconcile(users, TenantInMemory(), workers=4)
        assert [str(number) for number in range(40)] == [finding.key for finding in books.findings]

    def test_lists_only_so_many(self, monkeypatch: pytest.MonkeyPatch) -> None:
        """The counts go on where the list ends."""
        monkeypatch.setattr(reconcile, "FINDINGS_KEPT_MAX", 2)
        books = reconcile.reconcile([sent(number) for number in range(5)], TenantInMemory())
        assert (len(books.findings), books.counts[Standing.MISSING]) == (2, 5)

    def test_keeps_a_pace(self, clock: "HandClock") -> None:
        """Each request waits for its turn, the second look-up of a user too."""
        started = clock.now()
        reconcile.reconcile([sent(1), sent(2)], TenantInMemory(), per_second=2, clock=clock)
        assert (clock.now() - started).total_seconds() == 1.5

    @pytest.mark.parametrize("workers", [1, 2])
    def test_reports_no_half_list(self, workers: int) -> None:
        """A look-up that fails for good ends the step."""
        tenant = TenantInMemory()
        tenant.trouble = errors.TenantUnreachable()
        with pytest.raises(errors.TenantUnreachable):
            reconcile.reconcile([sent(1), sent(2)], tenant, workers=workers)
