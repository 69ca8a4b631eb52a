"""The calls of a migration, against every answer Auth0's tables name."""

import base64
import json
from datetime import UTC, datetime
from email import message_from_bytes
from typing import TYPE_CHECKING, Any

import httpx2
import pytest

from samekey import errors
from samekey.auth0 import limits, vocabulary
from samekey.client import wire
from samekey.client.management import Management, Submitted
from samekey.client.tokens import TokenSeen
from samekey.client.wire import ErrorsShape, FieldError, JobErrors, JobState, LoggedImport, Summary, UserError

if TYPE_CHECKING:
    from tests.unit.client.conftest import ScriptedTenant

JOB_ID = "job_0123456789abcdef"
CONNECTION_ID = "con_0123456789abcdef"
JOB = {
    "type": "users_import",
    "status": "pending",
    "connection_id": CONNECTION_ID,
    "connection": "people",
    "created_at": "2025-08-29T09:10:39.791Z",
    "id": JOB_ID,
}
CREATED_AT = datetime(2025, 8, 29, 9, 10, 39, 791_000, tzinfo=UTC)
HASH = "$2y$12$NnxixRyljEn2H/JnaBI.HOjpjFhEjI6QSw/H13Xc3BgCHkpwkjvJ2"


def submit(management: Management, chunk: bytes = b"[]") -> Submitted:
    """Hand in a chunk as the delivery does."""
    return management.submit_import(
        chunk, connection_id=CONNECTION_ID, upsert=False, external_id="run-1/000001", send_completion_email=False
    )


def parts(request: httpx2.Request) -> dict[str, tuple[str, bytes]]:
    """A multipart body as content type and content by name."""
    head = b"Content-Type: " + request.headers["content-type"].encode() + b"\r\n\r\n"
    message = message_from_bytes(head + request.content)
    found = {}
    for part in message.get_payload():
        assert not isinstance(part, str)
        name = str(part.get_param("name", header="content-disposition"))
        found[name] = (part.get_content_type(), bytes(part.get_payload(decode=True)))
    return found


EXTERNAL_ID = "samekey-01-000001-ab"


def log_line(**response: Any) -> dict[str, Any]:
    """A line of the tenant log that tells of an import."""
    request = {"method": "post", "path": "/api/v2/jobs/users-imports", "body": {"external_id": EXTERNAL_ID}}
    return {"type": "sapi", "description": "Create", "details": {"request": request, "response": response}}


class TestLoggedImport:
    """What the tenant's log says of an import whose answer was lost."""

    @pytest.mark.parametrize(
        ("lines", "expected"),
        [
            ([], None),
            ([{"type": "sapi", "details": None}, {"type": "sapi"}], None),
            ([log_line()], LoggedImport("")),
            ([{"type": "sapi"}, log_line(body={"id": JOB_ID, "status": "pending"})], LoggedImport(JOB_ID)),
            ([log_line(body=[{"id": JOB_ID}, {"id": JOB_ID[:-1] + "0"}])], LoggedImport("")),
        ],
        ids=["empty", "others", "accepted", "with the job", "with two jobs"],
    )
    def test_is_found_by_its_external_id(
        self,
        lines: list[dict[str, Any]],
        expected: LoggedImport | None,
        management: Management,
        tenant: "ScriptedTenant",
    ) -> None:
        """Whatever stands around it: a job's id is taken where the log has exactly one."""
        tenant.say(200, lines)
        assert expected == management.logged_import(EXTERNAL_ID, since=None)

    def test_asks_for_what_came_since(self, management: Management, tenant: "ScriptedTenant") -> None:
        """The newest writes, a little earlier than the request left."""
        tenant.say(200, [])
        management.logged_import(EXTERNAL_ID, since=CREATED_AT)
        query = tenant.latest.url.params["q"]
        assert "type:sapi AND date:[2025-08-29T09:09:39.000Z TO *]" == query
        assert "date:-1" == tenant.latest.url.params["sort"]


class TestUsersSearched:
    def test_quotes_what_was_sent(self, management: Management, tenant: "ScriptedTenant") -> None:
        """A name cannot change the question."""
        tenant.say(200, [{"user_id": "auth0|1"}])
        found = management.users_searched("username", 'a"b\\c', connection='My "Users"')
        assert [{"user_id": "auth0|1"}] == found
        expected = r'username:"a\"b\\c" AND identities.connection:"My \"Users\""'
        assert expected == tenant.latest.url.params["q"]


class TestSubmitImport:
    """A chunk becomes a job, at most once."""

    def test_sends_all_five_parts(self, management: Management, tenant: "ScriptedTenant") -> None:
        """No default of the tenant's is relied on."""
        tenant.say(202, JOB)
        submit(management, b'[{"email":"a@example.com"}]')
        assert parts(tenant.latest) == {
            "connection_id": ("text/plain", CONNECTION_ID.encode()),
            "upsert": ("text/plain", b"false"),
            "external_id": ("text/plain", b"run-1/000001"),
            "send_completion_email": ("text/plain", b"false"),
            "users": ("application/json", b'[{"email":"a@example.com"}]'),
        }

    def test_returns_the_job_and_the_tenant_time(self, management: Management, tenant: "ScriptedTenant") -> None:
        """The 202 body as recorded from a live tenant."""
        tenant.say(202, {**JOB, "external_id": "run-1/000001"}, {"date": "Fri, 29 Aug 2025 09:10:39 GMT"})
        job = JobState(
            JOB_ID, "pending", connection_id=CONNECTION_ID, created_at=CREATED_AT, external_id="run-1/000001"
        )
        assert submit(management) == Submitted(job, CREATED_AT.replace(microsecond=0))

    def test_fits_the_request_limit(self, management: Management, tenant: "ScriptedTenant") -> None:
        """The largest chunk, with all its parts around it, is not too large."""
        tenant.say(202, JOB)
        submit(management, b"[" + b" " * (limits.CHUNK_BYTES_MAX - 2) + b"]")
        assert len(tenant.latest.content) <= limits.IMPORT_REQUEST_BYTES_MAX

    @pytest.mark.parametrize(
        ("status", "body"),
        [
            (400, {"statusCode": 400, "message": "Connection must be enabled.", "errorCode": "connection_is_disabled"}),
            (403, {"statusCode": 403, "message": "Insufficient scope", "errorCode": "insufficient_scope"}),
            (413, {"statusCode": 413, "message": "Payload content length greater than maximum allowed: 512000"}),
            (429, {"statusCode": 429, "message": "Global limit has been reached"}),
            (500, {"statusCode": 500, "message": "Internal error."}),
            (202, {"id": JOB_ID}),
        ],
    )
    def test_is_sent_once_whatever_the_answer(
        self, status: int, body: dict[str, Any], management: Management, tenant: "ScriptedTenant"
    ) -> None:
        """A second job would only fail on the users of the first."""
        tenant.say(status, body)
        with pytest.raises(errors.TenantError):
            submit(management)
        assert tenant.asked == ["POST /api/v2/jobs/users-imports"]

    def test_tells_a_full_queue(self, management: Management, tenant: "ScriptedTenant") -> None:
        """Two active jobs are not a rate limit."""
        tenant.say(429, {"statusCode": 429, "error": "Too Many Requests", "message": vocabulary.TWO_JOBS_MESSAGE})
        with pytest.raises(errors.TenantBusy) as caught:
            submit(management)
        assert caught.value.job_slots

    @pytest.mark.parametrize(
        ("error", "may_have_arrived"), [(httpx2.ConnectTimeout("slow"), False), (httpx2.WriteError("cut"), True)]
    )
    def test_is_sent_once_into_silence(
        self, *, error: Exception, may_have_arrived: bool, management: Management, tenant: "ScriptedTenant"
    ) -> None:
        """The caller learns whether there may be a job."""
        tenant.fail(error)
        with pytest.raises(errors.TenantUnreachable) as caught:
            submit(management)
        assert may_have_arrived is caught.value.may_have_arrived
        assert len(tenant.asked) == 1


class TestJob:
    """How a job stands."""

    @pytest.mark.parametrize(
        ("body", "expected"),
        [
            pytest.param(JOB, (False, "pending", None), id="pending"),
            pytest.param(
                {**JOB, "status": "completed", "summary": {"failed": 1, "updated": 2, "inserted": 3, "total": 6}},
                (True, "completed", Summary(total=6, inserted=3, updated=2, failed=1)),
                id="completed",
            ),
            pytest.param(
                {**JOB, "status": "failed", "status_details": {"why": 1}}, (True, "failed", None), id="failed"
            ),
            pytest.param({**JOB, "status": "processing", "percentage_done": 3}, (False, "processing", None), id="new"),
            pytest.param({"id": JOB_ID, "status": "pending", "created_at": None}, (False, "pending", None), id="bare"),
        ],
    )
    def test_reads_every_state(
        self,
        body: dict[str, Any],
        expected: tuple[bool, str, Summary | None],
        management: Management,
        tenant: "ScriptedTenant",
    ) -> None:
        """A state nobody documented means: not finished."""
        tenant.say(200, body)
        job = management.job(JOB_ID)
        assert expected == (job.is_final, job.status, job.summary)

    def test_is_gone_after_its_day(self, management: Management, tenant: "ScriptedTenant") -> None:
        """404 is a state and not an error."""
        tenant.say(404, {"statusCode": 404, "error": "Not Found", "message": "Job not found."})
        assert management.job(JOB_ID) == JobState(JOB_ID, wire.GONE)

    def test_is_not_gone_because_a_proxy_says_so(self, management: Management, tenant: "ScriptedTenant") -> None:
        """A 404 that is no API answer proves nothing about the job."""
        tenant.say(404, b"<html>not here</html>")
        with pytest.raises(errors.TenantRefused, match="Not the Management API"):
            management.job(JOB_ID)

    def test_escapes_the_id(self, management: Management, tenant: "ScriptedTenant") -> None:
        """An id cannot lead to another path."""
        tenant.say(200, JOB)
        management.job("../users?x")
        assert tenant.latest.url.raw_path == b"/api/v2/jobs/..%2Fusers%3Fx"

    @pytest.mark.parametrize("body", [[], {"id": 7, "status": "pending"}, {"status": "pending"}, b"\xff"])
    def test_refuses_what_is_no_job(self, body: Any, management: Management, tenant: "ScriptedTenant") -> None:
        """An answer of another shape is unexpected, with its status."""
        tenant.say(200, body)
        with pytest.raises(errors.TenantUnexpected) as caught:
            management.job(JOB_ID)
        assert caught.value.status == 200


class TestJobErrors:
    """The error list in its four forms."""

    def test_reads_a_list_and_keeps_identifiers_only(self, management: Management, tenant: "ScriptedTenant") -> None:
        """Of the echoed user nothing but identifiers remains."""
        user = {"email": "a@example.com", "user_id": "7", "username": "", "given_name": "A", "password_hash": HASH}
        complaint = {"code": "PATTERN", "message": f"String does not match pattern ^x$: {HASH}", "path": "passwordHash"}
        tenant.say(200, [{"user": user, "errors": [complaint]}])
        expected = UserError(
            {"email": "a@example.com", "user_id": "7"},
            (FieldError("PATTERN", "String does not match pattern ^x$", "passwordHash"),),
        )
        assert management.job_errors(JOB_ID) == JobErrors(ErrorsShape.USERS, users=(expected,))

    def test_reads_a_recorded_duplicate(self, management: Management, tenant: "ScriptedTenant") -> None:
        """A complaint without a path, as live tenants send it."""
        said = "The user already exist and upsert parameter is false"
        tenant.say(
            200, [{"user": {"email": "a@example.com"}, "errors": [{"code": "DUPLICATED_USER", "message": said}]}]
        )
        (user,) = management.job_errors(JOB_ID).users
        assert user.errors == (FieldError("DUPLICATED_USER", said, ""),)

    def test_reads_complaints_with_holes(self, management: Management, tenant: "ScriptedTenant") -> None:
        """What is missing is empty."""
        tenant.say(200, [{"errors": [{"path": None}]}, {"user": {"username": "bo", "email": 7}}])
        expected = (UserError({}, (FieldError("", "", ""),)), UserError({"username": "bo"}, ()))
        assert expected == management.job_errors(JOB_ID).users

    def test_reads_no_content(self, management: Management, tenant: "ScriptedTenant") -> None:
        """204 says that there is no list."""
        tenant.say(204)
        assert management.job_errors(JOB_ID) == JobErrors(ErrorsShape.NONE)

    def test_reads_a_job_in_place_of_a_list(self, management: Management, tenant: "ScriptedTenant") -> None:
        """The documented object form."""
        tenant.say(200, {**JOB, "status": "failed", "status_details": "unreadable"})
        found = management.job_errors(JOB_ID)
        assert found.shape is ErrorsShape.JOB
        assert found.job is not None
        assert (found.job.status, found.job.status_details) == ("failed", "unreadable")

    def test_reads_gone(self, management: Management, tenant: "ScriptedTenant") -> None:
        """The list vanished with its job."""
        tenant.say(404, {"statusCode": 404, "error": "Not Found", "message": "The job does not exist"})
        assert management.job_errors(JOB_ID) == JobErrors(ErrorsShape.GONE)

    def test_believes_no_proxy(self, management: Management, tenant: "ScriptedTenant") -> None:
        """A 404 that is no API answer does not lose the list."""
        tenant.say(404)
        with pytest.raises(errors.TenantRefused):
            management.job_errors(JOB_ID)

    @pytest.mark.parametrize("body", [["x"], [{"user": []}], "text"])
    def test_refuses_other_shapes(self, body: Any, management: Management, tenant: "ScriptedTenant") -> None:
        """A list that cannot be read is never taken for an empty one."""
        tenant.say(200, body)
        with pytest.raises(errors.TenantUnexpected):
            management.job_errors(JOB_ID)


PEOPLE = {"id": CONNECTION_ID, "name": "people", "strategy": "auth0", "options": {"requires_username": True}}


class TestConnection:
    """A connection by id or name."""

    def test_is_found_by_id(self, management: Management, tenant: "ScriptedTenant") -> None:
        """`con_…` is asked for directly."""
        tenant.say(200, {**PEOPLE, "unknown": 1})
        found = management.connection(CONNECTION_ID)
        assert (found.id, found.name, found.is_database) == (CONNECTION_ID, "people", True)
        assert found.options == {"requires_username": True}

    @pytest.mark.parametrize(
        "body",
        [
            pytest.param([PEOPLE], id="list"),
            pytest.param({"total": 1, "start": 0, "limit": 50, "connections": [PEOPLE]}, id="totals"),
            pytest.param({"connections": [PEOPLE], "next": "x"}, id="checkpoint"),
        ],
    )
    def test_is_found_by_name(self, body: Any, management: Management, tenant: "ScriptedTenant") -> None:
        """The list may come in three forms."""
        tenant.say(200, body)
        assert management.connection("people").id == CONNECTION_ID
        assert tenant.latest.url.params["name"] == "people"

    @pytest.mark.parametrize(
        ("asked", "status", "first"),
        [
            pytest.param("con_ffffffffffffffff", 404, {"statusCode": 404, "message": "gone"}, id="id"),
            pytest.param("peopl", 200, {"connections": []}, id="name"),
            pytest.param("peopl", 200, [PEOPLE], id="another-name"),
        ],
    )
    def test_names_those_that_exist(
        self, asked: str, status: int, first: Any, management: Management, tenant: "ScriptedTenant"
    ) -> None:
        """Whoever mistypes a name is shown the right ones."""
        tenant.say(status, first)
        tenant.say(200, [PEOPLE])
        with pytest.raises(errors.TenantRefused) as caught:
            management.connection(asked)
        assert f"people ({CONNECTION_ID})" in caught.value.remedy

    @pytest.mark.parametrize(("status", "said"), [(200, "Create"), (403, "dashboard")])
    def test_has_a_remedy_without_a_list(
        self, status: int, said: str, management: Management, tenant: "ScriptedTenant"
    ) -> None:
        """An empty or forbidden list still leaves a way out."""
        tenant.say(200, [])
        tenant.say(status, [])
        with pytest.raises(errors.TenantRefused) as caught:
            management.connection("people")
        assert said in caught.value.remedy


class TestUsers:
    """Reading people back."""

    def test_asks_for_the_lower_case_address(self, management: Management, tenant: "ScriptedTenant") -> None:
        """The search knows case, the store does not; a plus sign stays one."""
        tenant.say(200, [{"user_id": "auth0|1"}])
        assert management.users_by_email("Ann+Test@Example.com") == [{"user_id": "auth0|1"}]
        assert tenant.latest.url.params["email"] == "ann+test@example.com"
        assert b"%2B" in tenant.latest.url.query

    def test_finds_a_user_by_id(self, management: Management, tenant: "ScriptedTenant") -> None:
        """The bar in the id is escaped."""
        tenant.say(200, {"user_id": "auth0|1"})
        assert management.user("auth0|1") == {"user_id": "auth0|1"}
        assert tenant.latest.url.raw_path == b"/api/v2/users/auth0%7C1"

    def test_finds_nobody(self, management: Management, tenant: "ScriptedTenant") -> None:
        """A user who is not there is None."""
        tenant.say(404, {"statusCode": 404, "message": "The user does not exist.", "errorCode": "inexistent_user"})
        assert management.user("auth0|1") is None

    def test_believes_no_proxy(self, management: Management, tenant: "ScriptedTenant") -> None:
        """A 404 that is no API answer does not make anybody missing."""
        tenant.say(404, b"<html>")
        with pytest.raises(errors.TenantRefused):
            management.user("auth0|1")


class TestTokenSeen:
    """What our own token says, before anything is asked with it."""

    def test_tells_scopes_audiences_and_end(self, management: Management, tenant: "ScriptedTenant") -> None:
        """The payload of a JWT is read, unverified."""
        audiences = ["https://one/", "https://two/"]
        end = datetime(2026, 11, 24, 7, 40, 18, tzinfo=UTC)
        expected = TokenSeen(frozenset({"create:users"}), frozenset(audiences), end, can_renew=True)
        payload = {"scope": "create:users", "aud": audiences, "exp": end.timestamp()}
        assert expected == self.seen(management, tenant, payload)

    @pytest.mark.parametrize("payload", [[], {"scope": 1, "aud": 2, "exp": "soon"}, {"exp": 1e300}, {"exp": True}])
    def test_says_nothing_where_the_token_does_not(
        self, management: Management, tenant: "ScriptedTenant", payload: Any
    ) -> None:
        """Claims of other types are as good as none."""
        assert TokenSeen() == self.seen(management, tenant, payload)

    def seen(self, management: Management, tenant: "ScriptedTenant", payload: Any) -> TokenSeen:
        """What is read of a token with this payload."""
        tenant.scripts_tokens = True
        encoded = base64.urlsafe_b64encode(json.dumps(payload).encode()).decode()
        tenant.say(200, {"access_token": f"e30.{encoded}.c2ln", "expires_in": 60})
        return management.token_seen()


class TestApplicationsOf:
    """Who may use a connection."""

    def test_stand_in_the_connection(self, management: Management, tenant: "ScriptedTenant") -> None:
        """A connection that lists them needs no asking."""
        assert ["app"] == management.applications_of(wire.Connection(CONNECTION_ID, "p", enabled_clients=["app"]))
        assert [] == tenant.asked

    def test_are_asked_for_where_they_do_not(self, management: Management, tenant: "ScriptedTenant") -> None:
        """Newer tenants list them at an address of its own."""
        tenant.say(200, {"clients": [{"client_id": "app"}], "next": "x"})
        assert ["app"] == management.applications_of(wire.Connection(CONNECTION_ID, "p"))
        assert [f"GET /api/v2/connections/{CONNECTION_ID}/clients"] == tenant.asked


class TestHasUsers:
    """Whether anybody is in a connection."""

    @pytest.mark.parametrize(("answer", "expected"), [([], False), ([{"user_id": "auth0|1"}], True)])
    def test_is_searched_for(
        self, management: Management, tenant: "ScriptedTenant", answer: list[Any], *, expected: bool
    ) -> None:
        """One page of one user tells."""
        tenant.say(200, answer)
        assert expected is management.has_users('peo"ple')
        query = tenant.latest.url.params
        assert ("1", r'identities.connection:"peo\"ple"') == (query["per_page"], query["q"])
