"""Import jobs: what is refused before one exists, how one goes, what it leaves."""

import json
import sqlite3
from typing import Any

import pytest

from samekey.auth0 import limits, vocabulary
from samekey.rehearsal import jobs
from tests.unit.rehearsal.conftest import Arrive
from tests.unit.rehearsal.visitor import Visitor

ANNA = {"email": "Anna@Example.test", "email_verified": True}
HOUR = 3600
PATTERN_REFUSAL = "Payload validation error: 'String does not match pattern ^con_[A-Za-z0-9]{16}$'"


class TestCreating:
    def test_answers_with_the_recorded_body(self, visitor: Visitor) -> None:
        """A new job is shown with exactly the keys that a real tenant was recorded to send."""
        answer = visitor.submit([ANNA], external_id="")
        body = answer.json()
        assert answer.status_code == 202
        assert list(body) == ["type", "status", "connection_id", "connection", "created_at", "id"]
        assert (
            body["type"],
            body["status"],
            body["created_at"],
        ) == ("users_import", "pending", "2026-11-23T12:00:00.000Z")

    def test_echoes_an_external_id(self, visitor: Visitor) -> None:
        """A name given by the caller comes back."""
        assert visitor.submit([ANNA], external_id="chunk-7").json()["external_id"] == "chunk-7"

    @pytest.mark.parametrize(
        ("fields", "status", "message", "error_code"),
        [
            ({"connection_id": "LEFT OUT"}, 400, "Must provide 'connection_id' as multipart part.", "invalid_body"),
            (
                {"connection_id": "my-connection"},
                400,
                (
                    "Payload validation error: 'String does not match pattern ^con_[A-Za-z0-9]{16}$' on property "
                    "connection_id"
                ),
                "invalid_body",
            ),
            (
                {"connection_id": "con_0123456789abcdef"},
                400,
                "The connection does not exist.",
                "inexistent_connection",
            ),
            (
                {"upsert": "yes"},
                400,
                "Payload validation error: 'Expected type boolean but found type string' on property upsert",
                "invalid_body",
            ),
        ],
        ids=["no connection", "a name for an id", "unknown connection", "no boolean"],
    )
    def test_refuses_bad_fields(
        self, visitor: Visitor, fields: dict[str, str], status: int, message: str, error_code: str
    ) -> None:
        """Each wrong field has its documented sentence."""
        answer = visitor.submit([ANNA], **fields)
        expected = {"statusCode": status, "error": "Bad Request", "message": message, "errorCode": error_code}
        assert (status, expected) == (answer.status_code, answer.json())

    def test_refuses_an_empty_file(self, visitor: Visitor) -> None:
        """A file part without content is told from a missing one."""
        assert visitor.submit(b"").json()["message"] == "Users file must not be empty."

    def test_refuses_a_missing_file(self, visitor: Visitor) -> None:
        """Without a file part there is nothing to import."""
        answer = visitor.http.post(
            "/api/v2/jobs/users-imports",
            files={"connection_id": (None, visitor.connection_id)},
            headers=visitor.headers(),
        )
        assert answer.json()["message"] == "Must provide 'users' file as multipart part."

    @pytest.mark.parametrize(
        "content_type", ["application/json", "multipart/form-data", "multipart/form-data; boundary=x"]
    )
    def test_refuses_what_is_no_form(self, visitor: Visitor, content_type: str) -> None:
        """A body that cannot be read as a form is named as such."""
        headers = {**visitor.headers(), "content-type": content_type}
        answer = visitor.http.post("/api/v2/jobs/users-imports", content=b"[]", headers=headers)
        assert answer.json()["message"] == "Payload validation error: 'Invalid multipart payload format'."

    def test_refuses_a_disabled_connection(self, visitor: Visitor) -> None:
        """A connection that no application may use takes no imports."""
        visitor.send("PATCH", f"connections/{visitor.connection_id}", {"enabled_clients": []})
        body = visitor.submit([ANNA]).json()
        assert (body["message"], body["errorCode"]) == ("Connection must be enabled.", "connection_is_disabled")

    @pytest.mark.parametrize(("has_import_mode", "status"), [(True, 202), (False, 400)])
    def test_wants_import_mode_of_custom_databases(self, visitor: Visitor, has_import_mode: bool, status: int) -> None:  # noqa: FBT001
        """A connection with scripts of its own takes imports only when it also keeps users."""
        options = {"enabledDatabaseCustomization": True, "import_mode": has_import_mode}
        visitor.send("PATCH", f"connections/{visitor.connection_id}", {"options": options})
        assert visitor.submit([ANNA]).status_code == status

    def test_takes_exactly_the_documented_size(self, visitor: Visitor) -> None:
        """512 000 bytes of body pass, one more does not."""
        boundary, rest = "x" * 20, visitor.connection_id
        head = (
            f"--{boundary}\r\ncontent-disposition: form-data; name=connection_id\r\n\r\n{rest}\r\n"
            f'--{boundary}\r\ncontent-disposition: form-data; name="users"; filename="u"\r\n\r\n'
        ).encode()
        tail = f"\r\n--{boundary}--\r\n".encode()
        headers = {**visitor.headers(), "content-type": f"multipart/form-data; boundary={boundary}"}
        fill = limits.IMPORT_REQUEST_BYTES_MAX - len(head) - len(tail)
        statuses = [
            visitor.http.post(
                "/api/v2/jobs/users-imports", content=head + b"[]".ljust(length) + tail, headers=headers
            ).status_code
            for length in (fill, fill + 1)
        ]
        assert statuses == [202, 413]

    def test_words_the_size_refusal_as_reported(self, visitor: Visitor) -> None:
        """The body of a 413 is the one that people report."""
        answer = visitor.submit(b" " * limits.IMPORT_REQUEST_BYTES_MAX)
        expected = {
            "statusCode": 413,
            "error": "Request Entity Too Large",
            "message": "Payload content length greater than maximum allowed: 512000",
        }
        assert expected == answer.json()

    def test_takes_two_jobs_at_once(self, arrive: Arrive) -> None:
        """The third gets a 429 that is told from a rate limit by its message alone."""
        visitor = arrive(job_seconds=30)
        answers = [visitor.submit([ANNA]) for _ in range(3)]
        assert [answer.status_code for answer in answers] == [202, 202, 429]
        expected = {"statusCode": 429, "error": "Too Many Requests", "message": vocabulary.TWO_JOBS_MESSAGE}
        assert expected == answers[2].json()

    def test_frees_a_slot_when_a_job_ends(self, arrive: Arrive) -> None:
        """A finished job makes room at once."""
        visitor = arrive(job_seconds=30)
        visitor.imported([ANNA])
        visitor.imported([ANNA])
        visitor.clock.sleep(30)
        assert visitor.submit([ANNA]).status_code == 202


class TestOrderOfChecks:
    """Inferred: token, scope, size, form, connection id, file, connection, slots."""

    def test_asks_for_a_token_before_all(self, visitor: Visitor) -> None:
        """Without a token nothing else is looked at."""
        answer = visitor.http.post("/api/v2/jobs/users-imports", content=b" " * 600_000)
        expected = {"statusCode": 401, "error": "Unauthorized", "message": "Missing authentication"}
        assert (401, expected) == (answer.status_code, answer.json())

    def test_asks_for_the_scope_before_the_size(self, visitor: Visitor) -> None:
        """A token without the scope is refused whatever the body."""
        headers = {"authorization": f"Bearer {visitor.token('read:users')}"}
        answer = visitor.http.post("/api/v2/jobs/users-imports", content=b" " * 600_000, headers=headers)
        expected = {
            "statusCode": 403,
            "error": "Forbidden",
            "message": "Insufficient scope, expected any of: create:users",
            "errorCode": "insufficient_scope",
        }
        assert (403, expected) == (answer.status_code, answer.json())

    def test_asks_for_the_connection_id_before_the_file(self, visitor: Visitor) -> None:
        """Two things wrong: the connection is named."""
        assert "connection_id" in visitor.submit(b"", connection_id="x").json()["message"]

    def test_asks_for_a_slot_last(self, arrive: Arrive) -> None:
        """A wrong file is named even when no slot is free."""
        visitor = arrive(job_seconds=30)
        visitor.submit([ANNA])
        visitor.submit([ANNA])
        assert [visitor.submit(b"").status_code, visitor.submit([ANNA]).status_code] == [400, 429]


class TestWatching:
    def test_adds_a_summary_at_the_end(self, visitor: Visitor) -> None:
        """A job that is done tells how many users it made, changed and failed."""
        job = visitor.imported([ANNA, {"email": "x@"}])
        assert (job["status"], job["summary"]) == ("completed", {"failed": 1, "updated": 0, "inserted": 1, "total": 2})

    def test_takes_as_long_as_it_is_told(self, arrive: Arrive) -> None:
        """A job of 30 seconds is pending for 30 seconds."""
        visitor = arrive(job_seconds=30)
        job = visitor.imported([ANNA])
        visitor.clock.sleep(29.9)
        early = visitor.get(f"jobs/{job['id']}").json()
        visitor.clock.sleep(0.1)
        late = visitor.get(f"jobs/{job['id']}").json()
        assert [job["status"], early["status"], late["status"]] == ["pending", "pending", "completed"]

    @pytest.mark.parametrize(
        "document",
        [
            b"[{]",
            b'{"email":"a@example.test"}',
            b'{"email":"a@b.test"}\n{"email":"c@d.test"}',
            b"\xef\xbb\xbf[]",
            b"[\xff]",
        ],
        ids=["no JSON", "an object", "NDJSON", "a byte order mark", "not UTF-8"],
    )
    def test_fails_on_an_unreadable_file(self, visitor: Visitor, document: bytes) -> None:
        """A file that is no JSON array is taken, then fails without a summary and with an empty error list."""
        job = visitor.imported(document)
        errors = visitor.get(f"jobs/{job['id']}/errors")
        assert (job["status"], "summary" in job, errors.status_code, errors.content) == ("failed", False, 204, b"")

    def test_times_out_after_two_hours(self, visitor: Visitor) -> None:
        """A job that hangs is marked failed when its time is over."""
        visitor.control("PATCH", "/levers", {"job_fate": "hang"})
        job = visitor.imported([ANNA])
        states = []
        for seconds in (2 * HOUR - 1, 1):
            visitor.control("POST", "/clock", {"advance_seconds": seconds})
            states.append(visitor.get(f"jobs/{job['id']}").json()["status"])
        assert states == ["pending", "failed"]
        assert visitor.get("users-by-email", email="anna@example.test").json() == []

    def test_forgets_everything_after_a_day(self, visitor: Visitor) -> None:
        """After 24 hours the job and its errors are gone, each with its own sentence."""
        job = visitor.imported([{"email": "x@"}])
        visitor.control("POST", "/clock", {"advance_seconds": 24 * HOUR})
        visitor._bearer.clear()
        answers = [visitor.get(f"jobs/{job['id']}{path}") for path in ("", "/errors")]
        assert [answer.status_code for answer in answers] == [404, 404]
        assert [answer.json()["message"] for answer in answers] == ["Job not found.", "The job does not exist"]

    def test_leaves_nothing_in_the_store_after_a_day(self, visitor: Visitor) -> None:
        """Forgotten means deleted: the rows of the job and of its errors are gone."""
        visitor.imported([{"email": "x@"}])
        visitor.control("POST", "/clock", {"advance_seconds": 24 * HOUR})
        assert visitor.tenant.importer.wait_until_idle(seconds=10)
        with sqlite3.connect(visitor.tenant.store.path) as connection:
            counts = [
                connection.execute(f"select count(*) from {table}").fetchone() for table in ("jobs", "job_errors")
            ]
        connection.close()
        assert counts == [(0,), (0,)]

    def test_is_given_up_when_it_breaks_the_worker(self, visitor: Visitor) -> None:
        """A job that this program cannot do fails as a whole, and the next one is done."""
        working = visitor.tenant.importer._rules

        def broken(_connection_id: str) -> None:
            raise LookupError("a fault of this program")

        visitor.tenant.importer._rules = broken  # type: ignore[assignment,method-assign]  # only for one job
        failed = visitor.imported([ANNA])
        visitor.tenant.importer._rules = working  # type: ignore[method-assign]  # and back
        assert (failed["status"], visitor.imported([ANNA])["status"]) == ("failed", "completed")

    @pytest.mark.parametrize(("fate", "status"), [("fail", "failed"), ("expire", None)])
    def test_ends_as_the_lever_says(self, visitor: Visitor, fate: str, status: str | None) -> None:
        """A job can be made to fail as a whole, or to vanish."""
        visitor.control("PATCH", "/levers", {"job_fate": fate})
        assert status == visitor.imported([ANNA]).get("status")


class TestErrors:
    def test_lists_failed_users_only(self, visitor: Visitor) -> None:
        """The list has the user as sent, a code, a message and a path."""
        job = visitor.imported([ANNA, {"email": "x@"}])
        path = "identities[0].profileData.email"
        message = f"Error in {path} property - Object didn't pass validation for format email: x@"
        expected = [{"user": {"email": "x@"}, "errors": [{"code": "INVALID_FORMAT", "message": message, "path": path}]}]
        answer = visitor.get(f"jobs/{job['id']}/errors")
        assert (expected, "application/json") == (answer.json(), answer.headers["content-type"])

    def test_is_empty_when_nobody_failed(self, visitor: Visitor) -> None:
        """No errors is a 204 without a body."""
        job = visitor.imported([ANNA])
        assert (
            visitor.get(f"jobs/{job['id']}/errors").status_code,
            visitor.get(f"jobs/{job['id']}/errors").content,
        ) == (204, b"")

    @pytest.mark.parametrize(("shape", "status"), [("object", 200), ("empty", 204)])
    def test_is_the_job_itself_while_it_runs(self, arrive: Arrive, shape: str, status: int) -> None:
        """Before the end there is an object or nothing, as the setting says."""
        visitor = arrive(job_seconds=30, errors_while_pending=shape)
        job = visitor.imported([{"email": "x@"}])
        answer = visitor.get(f"jobs/{job['id']}/errors")
        assert status == answer.status_code
        assert job == (answer.json() if answer.content else job)

    def test_shows_stars_for_what_is_secret(self, visitor: Visitor) -> None:
        """Hash values and keys come back as stars, and their text stands nowhere in the answer."""
        digest, key = "8a5edab282632443219e051e4ade2d1d5bbc671c", "top-of-the-morning"
        stored = {
            "algorithm": "hmac",
            "hash": {"value": digest, "encoding": "hex", "digest": "sha1", "key": {"value": key}},
        }
        users: list[dict[str, Any]] = [
            {"email": "x@", "custom_password_hash": stored},
            {"email": "y@", "password_hash": "$2b$12$" + "a" * 53},
            {"email": "z@", "custom_password_hash": digest},
        ]
        text = json.dumps(visitor.errors(visitor.imported(users)))
        assert ("*****" in text, digest in text, key in text, "$2b$12$aa" in text) == (True, False, False, False)


class TestState:
    @pytest.mark.parametrize(
        ("times", "now_ms", "expected"),
        [
            (jobs.Times(0, 0, "work", applied=False, readable=False), 0, "pending"),
            (jobs.Times(0, 5, "work", applied=True, readable=True), 4, "pending"),
            (jobs.Times(0, 5, "work", applied=True, readable=True), 5, "completed"),
            (jobs.Times(0, 5, "work", applied=True, readable=False), 5, "failed"),
            (jobs.Times(0, None, "hang", applied=False, readable=False), 2 * HOUR * 1000, "failed"),
            (jobs.Times(0, 0, "work", applied=True, readable=True), 24 * HOUR * 1000 - 1, "completed"),
            (jobs.Times(0, 0, "work", applied=True, readable=True), 24 * HOUR * 1000, "gone"),
        ],
        ids=["waiting", "not due", "done", "unreadable", "timed out", "kept a day", "gone"],
    )
    def test_follows_from_the_times(self, times: jobs.Times, now_ms: int, expected: str) -> None:
        """What a job shows is a function of what was stored and of the time."""
        assert expected == jobs.state(times, now_ms=now_ms)


class TestRestart:
    def test_finishes_what_was_accepted(self, arrive: Arrive) -> None:
        """A job that was waiting when the process died is done by the next one, once."""
        first = arrive()
        first.tenant.importer.stop()
        job = first.submit([ANNA]).json()
        second = arrive(first.tenant.store.path)
        assert second.get(f"jobs/{job['id']}").json()["status"] == "completed"
        assert second.user("anna@example.test")["email"] == "anna@example.test"

    def test_keeps_who_it_is(self, arrive: Arrive) -> None:
        """Connection and signing key outlive the process: an old token still opens."""
        first = arrive()
        second = arrive(first.tenant.store.path)
        answer = second.http.get("/api/v2/connections", headers=first.headers())
        assert [first.connection_id] == [one["id"] for one in answer.json()]
