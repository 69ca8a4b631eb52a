"""Failures on purpose: which request they strike, and what happened when they did."""

import pytest

from samekey.rehearsal.faults import Fault, FaultQueue
from tests.unit.rehearsal.visitor import Visitor

IMPORTS = "/api/v2/jobs/users-imports"
ANNA = {"email": "anna@example.test"}


class TestQueue:
    def test_strikes_as_often_as_told(self) -> None:
        """One request passes, two are struck, the rest pass."""
        queue = FaultQueue()
        queue.add(Fault(kind="status", skip=1, times=2))
        assert [queue.strike("GET", "/x") is not None for _ in range(4)] == [False, True, True, False]
        assert queue.waiting() == []

    def test_strikes_what_it_waits_for(self) -> None:
        """Method and path, with a star for anything."""
        fault = Fault(kind="drop", method="POST", path="/api/v2/jobs/*")
        requests = [("POST", IMPORTS), ("GET", IMPORTS), ("POST", "/oauth/token")]
        assert [fault.matches(method, path) for method, path in requests] == [True, False, False]

    @pytest.mark.parametrize(
        "fault",
        [Fault(kind="status", status=200), Fault(kind="delay", delay_seconds=-1), Fault(kind="drop", times=0)],
        ids=["no error", "negative", "never"],
    )
    def test_complains_about_nonsense(self, fault: Fault) -> None:
        """A fault that cannot be is named."""
        assert fault.complaint() != ""


class TestFault:
    def test_answers_before_anything_happened(self, visitor: Visitor) -> None:
        """A 503 before: the job does not exist, and the same request again makes one."""
        visitor.control("POST", "/faults", {"kind": "status", "path": IMPORTS, "retry_after_seconds": 7})
        first, second = visitor.submit([ANNA]), visitor.submit([ANNA])
        assert (first.status_code, first.headers["retry-after"], second.status_code) == (503, "7", 202)

    def test_answers_after_everything_happened(self, visitor: Visitor) -> None:
        """A 502 after: the user is there although the caller was told otherwise."""
        visitor.control("POST", "/faults", {"kind": "status", "status": 502, "moment": "after", "path": IMPORTS})
        assert visitor.submit([ANNA]).status_code == 502
        assert visitor.tenant.importer.wait_until_idle(seconds=10)
        assert visitor.user("anna@example.test")["email"] == "anna@example.test"

    def test_storms(self, visitor: Visitor) -> None:
        """429s as a real tenant words them, as many as asked for."""
        visitor.control("POST", "/faults", {"kind": "status", "status": 429, "path": "/api/v2/*", "times": 3})
        answers = [visitor.get("connections") for _ in range(4)]
        assert [answer.status_code for answer in answers] == [429, 429, 429, 200]
        assert answers[0].json()["errorCode"] == "too_many_requests"
        assert answers[0].headers["x-ratelimit-remaining"] == "0"

    @pytest.mark.parametrize("moment", ["before", "after"])
    def test_delays(self, visitor: Visitor, moment: str) -> None:
        """A late answer is the right answer."""
        visitor.control("POST", "/faults", {"kind": "delay", "moment": moment, "delay_seconds": 0})
        assert visitor.get("connections").status_code == 200

    def test_spares_the_control_address(self, visitor: Visitor) -> None:
        """Whatever goes wrong, it can be stopped."""
        visitor.control("POST", "/faults", {"kind": "status", "times": 1000})
        assert [fault["times"] for fault in visitor.control("GET", "/faults").json()] == [1000]
        assert visitor.control("DELETE", "/faults").status_code == 204
        assert visitor.get("connections").status_code == 200

    def test_is_refused_when_it_is_none(self, visitor: Visitor) -> None:
        """A fault of an unknown kind, or one that cannot be."""
        bodies = [{"kind": "explode"}, {"kind": "status", "status": 200}]
        assert [visitor.control("POST", "/faults", body).status_code for body in bodies] == [400, 400]


class TestSnapshot:
    def test_brings_everything_back(self, visitor: Visitor) -> None:
        """People made afterwards are gone, those before are there, time goes on."""
        visitor.imported([ANNA])
        visitor.control("PUT", "/snapshots/before")
        visitor.imported([{"email": "berta@example.test"}])
        visitor.control("POST", "/clock", {"advance_seconds": 60})
        state = visitor.control("POST", "/snapshots/before/restore").json()
        assert (state["users"], state["clock_offset_seconds"]) == (1, 60.0)

    @pytest.mark.parametrize(("name", "status"), [("never-taken", 404), ("a.b", 400)])
    def test_must_be_there(self, visitor: Visitor, name: str, status: int) -> None:
        """A name that nothing was kept under, or that is none."""
        assert visitor.control("POST", f"/snapshots/{name}/restore").status_code == status
