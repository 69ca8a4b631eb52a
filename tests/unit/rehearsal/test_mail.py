"""Mails: on a page for whoever has the control token, and to one address when somebody asks for it."""

from email.message import EmailMessage

import pytest

from samekey.errors import UsageError
from samekey.rehearsal import postman
from tests.unit.rehearsal.visitor import Visitor

EMAIL = "anna@example.test"
ROUTE = postman.Route("me@example.test", "127.0.0.1", 25, has_tls=False)


class Server:
    """Takes mails, or refuses them."""

    def __init__(self) -> None:
        self.taken: list[EmailMessage] = []
        self.is_open = True

    def take(self, _where: postman.Route, message: EmailMessage) -> None:
        """Take a mail."""
        if not self.is_open:
            raise ConnectionRefusedError
        self.taken.append(message)


@pytest.fixture
def server() -> Server:
    """A mail server of our own."""
    return Server()


class TestPostman:
    def test_writes_to_one_address_only(self, visitor: Visitor, server: Server) -> None:
        """Whoever a mail was meant for stands in its text, in no header."""
        carrier = postman.Postman(visitor.tenant.store, ROUTE, server.take)
        visitor.imported([{"email": EMAIL}])
        visitor.http.post("/dbconnections/change_password", json=asked(visitor))
        assert carrier.deliver_new()
        assert ["me@example.test"] * 2 == [mail["To"] for mail in server.taken]
        assert {"From", "To", "Subject", "Content-Type", "Content-Transfer-Encoding", "MIME-Version"} >= {
            name
            for mail in server.taken
            for name in mail.keys()  # noqa: SIM118  # a message is not a dict
        }
        assert EMAIL in server.taken[1].get_content()

    def test_sends_each_once(self, visitor: Visitor, server: Server) -> None:
        """What was there at start is not sent; what was sent is not sent again."""
        visitor.imported([{"email": "old@example.test"}])
        carrier = postman.Postman(visitor.tenant.store, ROUTE, server.take)
        visitor.imported([{"email": EMAIL}])
        assert [True, True] == [carrier.deliver_new() for _ in range(2)]
        assert 1 == len(server.taken)

    def test_tries_again_what_was_not_taken(self, visitor: Visitor, server: Server) -> None:
        """A server that is away for a while misses nothing."""
        carrier = postman.Postman(visitor.tenant.store, ROUTE, server.take)
        visitor.imported([{"email": EMAIL}])
        server.is_open = False
        assert not carrier.deliver_new()
        server.is_open = True
        assert carrier.deliver_new()
        assert 1 == len(server.taken)

    def test_goes_on_after_a_reset(self, visitor: Visitor, server: Server) -> None:
        """A mail of afterwards is sent."""
        visitor.imported([{"email": EMAIL}])
        carrier = postman.Postman(visitor.tenant.store, ROUTE, server.take)
        visitor.control("POST", "/reset")
        carrier.deliver_new()
        visitor.imported([{"email": EMAIL}])
        carrier.deliver_new()
        assert 1 == len(server.taken)


class TestRoute:
    @pytest.mark.parametrize(
        ("url", "host", "port", "has_tls"),
        [
            ("smtp://localhost:2525", "localhost", 2525, False),
            ("smtp://mail.example.test", "mail.example.test", 25, False),
            ("smtps://mail.example.test", "mail.example.test", 465, True),
        ],
    )
    def test_is_read_from_a_url(self, url: str, host: str, port: int, *, has_tls: bool) -> None:
        """Each scheme has its own port."""
        route = postman.route("me@example.test", url, user="me", password="Kestrel-41")
        assert (host, port, has_tls) == (route.host, route.port, route.has_tls)
        assert "Kestrel" not in repr(route)

    @pytest.mark.parametrize(
        ("address", "url"),
        [
            ("me@example.test, you@example.test", "smtp://localhost"),
            ("me@example.test\nBcc: you@example.test", "smtp://localhost"),
            ("nobody", "smtp://localhost"),
            ("me@example.test", "localhost:25"),
            ("me@example.test", "http://localhost"),
            ("me@example.test", "smtp://localhost:99999"),
            ("me@example.test", "smtp://me:secret@localhost"),
        ],
        ids=["two addresses", "a header", "no address", "no scheme", "no mail", "no port", "a password"],
    )
    def test_is_one_address_and_a_server_without_secrets(self, address: str, url: str) -> None:
        """Everything else is refused, and not repeated."""
        with pytest.raises(UsageError) as caught:
            postman.route(address, url)
        assert "secret@" not in str(caught.value)


class TestOutboxPage:
    def test_opens_with_the_control_token(self, visitor: Visitor) -> None:
        """The newest mails, with their links."""
        visitor.imported([{"email": EMAIL}])
        visitor.http.post("/dbconnections/change_password", json=asked(visitor))
        shown = visitor.http.post("/u/outbox", data={"token": visitor.tenant.control_token})
        assert (200, True, True) == (shown.status_code, EMAIL in shown.text, "/lo/reset?ticket=" in shown.text)

    @pytest.mark.parametrize(
        ("fields", "headers", "status"),
        [
            ({}, {}, 403),
            ({"token": "wrong"}, {}, 403),
            ({"token": "wrong"}, {"host": "evil.test"}, 403),
            ({"token": "x" * 600_000}, {}, 413),
        ],
        ids=["none", "wrong", "another host", "too long"],
    )
    def test_stays_closed(self, visitor: Visitor, fields: dict[str, str], headers: dict[str, str], status: int) -> None:
        """Without the token, and from a page of elsewhere."""
        visitor.imported([{"email": EMAIL}])
        answer = visitor.http.post("/u/outbox", data=fields, headers=headers)
        assert (status, False) == (answer.status_code, "Successful" in answer.text)

    def test_asks_for_it(self, visitor: Visitor) -> None:
        """A form, without a mail."""
        assert "Control token" in visitor.http.get("/u/outbox").text


def asked(visitor: Visitor) -> dict[str, str]:
    """A request for a reset mail."""
    return {"client_id": "x", "email": EMAIL, "connection": visitor.tenant.settings.connection}
