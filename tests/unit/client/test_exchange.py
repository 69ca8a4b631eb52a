"""No exception of the HTTP library gets out, and no answer is without end."""

import inspect
import subprocess
import sys
from collections.abc import Iterator
from typing import TYPE_CHECKING

import httpx2
import pytest

import samekey
from samekey import errors
from samekey.client import exchange
from samekey.client.address import TenantAddress
from samekey.client.answers import Request
from samekey.client.exchange import Exchange

if TYPE_CHECKING:
    from tests.unit.client.conftest import HandClock, ScriptedTenant

LIBRARY = [
    found
    for _, found in inspect.getmembers(httpx2, inspect.isclass)
    if issubclass(found, Exception) and not issubclass(found, Warning)
]

NEVER_ARRIVED = {"ConnectError", "ConnectTimeout", "PoolTimeout", "ProxyError", "UnsupportedProtocol"}


def made(kind: type[Exception]) -> Exception:
    """An exception of a class, whatever its constructor asks for."""
    error = kind.__new__(kind)
    error.args = ("sent: hunter2",)
    return error


@pytest.fixture
def way(address: TenantAddress, clock: "HandClock", http: httpx2.Client) -> Exchange:
    """The way to the scripted tenant."""
    return Exchange(address, clock=clock, timeout_seconds=5, http=http)


class TestTranslated:
    """Every class of the library's exceptions is known."""

    def test_walks_a_library_that_raises(self) -> None:
        """The walk found the exceptions, so that the tests below say something."""
        assert {httpx2.ReadTimeout, httpx2.InvalidURL, httpx2.CookieConflict, httpx2.StreamError} <= set(LIBRARY)

    @pytest.mark.parametrize("kind", LIBRARY)
    def test_every_class_is_caught(self, kind: type[Exception]) -> None:
        """A new exception class outside the known roots fails here."""
        assert issubclass(kind, exchange.LIBRARY_ERRORS)

    @pytest.mark.parametrize("kind", LIBRARY)
    def test_every_class_becomes_ours(self, kind: type[Exception], way: Exchange, tenant: "ScriptedTenant") -> None:
        """Raised by the library, it leaves as one of ours, chained, without the library's own text."""
        tenant.fail(made(kind))
        with pytest.raises(errors.SamekeyError) as caught:
            way.send(Request("GET", "/"))
        assert isinstance(caught.value.__cause__, kind)
        assert "hunter2" not in caught.value.message

    @pytest.mark.parametrize("kind", [kind for kind in LIBRARY if issubclass(kind, httpx2.TransportError)])
    def test_says_whether_it_may_have_arrived(self, kind: type[Exception]) -> None:
        """Only where no connection was made is it certain that nothing arrived."""
        found = exchange.translated(made(kind))
        certain = isinstance(found, errors.TenantUnreachable) and not found.may_have_arrived
        assert certain is (kind.__name__ in NEVER_ARRIVED)


class TestExchange:
    """One request, one bounded answer."""

    def test_introduces_itself(self, way: Exchange, tenant: "ScriptedTenant") -> None:
        """The tenant's log shows who called."""
        tenant.say(200, {})
        way.send(Request("GET", "/"))
        assert tenant.latest.headers["user-agent"] == f"samekey/{samekey.__version__}"

    def test_follows_no_redirect(self, way: Exchange, tenant: "ScriptedTenant") -> None:
        """A redirect is an answer like any other."""
        tenant.say(302, headers={"location": "https://elsewhere.example/"})
        assert way.send(Request("GET", "/")).status == 302
        assert len(tenant.requests) == 1

    def test_bounds_the_size_of_an_answer(
        self, way: Exchange, tenant: "ScriptedTenant", monkeypatch: pytest.MonkeyPatch
    ) -> None:
        """An answer past the largest size is not read on."""
        monkeypatch.setattr(exchange, "ANSWER_BYTES_MAX", 1000)
        tenant.say(200, b"x" * 1001)
        with pytest.raises(errors.TenantUnexpected, match="larger than 1000 bytes"):
            way.send(Request("GET", "/"))

    def test_bounds_the_time_of_an_answer(self, way: Exchange, tenant: "ScriptedTenant", clock: "HandClock") -> None:
        """An answer that trickles for ever is given up."""

        def trickle() -> Iterator[bytes]:
            for _ in range(10):
                clock.move(60)
                yield b"x"

        tenant.script.append(httpx2.Response(200, content=trickle()))
        with pytest.raises(errors.TenantUnreachable, match="did not end"):
            way.send(Request("GET", "/"))

    def test_refuses_text_that_is_none_without_showing_it(self, way: Exchange) -> None:
        """A lone surrogate in a body is a usage error, and the body stays out of it."""
        with pytest.raises(errors.UsageError) as caught:
            way.send(Request("POST", "/", json={"password": "hunter2\ud800"}))
        assert caught.value.__cause__ is None
        assert "hunter2" not in str(caught.value)

    def test_leaves_a_borrowed_client_open(self, way: Exchange, http: httpx2.Client) -> None:
        """Whoever passes a client in closes it."""
        way.close()
        assert not http.is_closed

    def test_closes_its_own_client(self, clock: "HandClock") -> None:
        """A closed way sends nothing more."""
        way = Exchange(TenantAddress.parse("http://127.0.0.1:9"), clock=clock, timeout_seconds=1)
        way.close()
        assert way._http.is_closed

    def test_reports_a_proxy_that_cannot_be_one(
        self, address: TenantAddress, clock: "HandClock", monkeypatch: pytest.MonkeyPatch
    ) -> None:
        """A wrong proxy variable is the caller's to mend."""
        monkeypatch.setenv("HTTPS_PROXY", "nonsense://proxy.example:1")
        with pytest.raises(errors.UsageError):
            Exchange(address, clock=clock, timeout_seconds=1)

    def test_is_loaded_only_when_a_tenant_is_spoken_to(self) -> None:
        """Commands that only import the client do not pay for the HTTP library."""
        code = "import sys, samekey.client.management, samekey.client.signin; print('httpx2' in sys.modules)"
        found = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
        assert found.stdout == "False\n"
