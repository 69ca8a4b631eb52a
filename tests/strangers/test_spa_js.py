"""Auth0's SDK for single-page applications signs imported people in through the login page, in a real browser."""

import json
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect
from pytest_httpserver import HTTPServer

from tests.strangers import chromium, login_form
from tests.strangers.python_sdk import KESTREL, user
from tests.strangers.rehearsed import Rehearsed, rehearse

FOLDER = Path(__file__).parent
SDK = FOLDER / "node" / "node_modules" / "@auth0" / "auth0-spa-js" / "dist" / "auth0-spa-js.production.js"
ANN = "ann@example.org"


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    """One browser for the file."""
    with chromium.started() as running:
        yield running


@pytest.fixture
def page(browser: Browser) -> Iterator[Page]:
    """A browser that has seen nothing yet."""
    with browser.new_context() as context:
        yield context.new_page()


@pytest.fixture
def tenant(httpserver: HTTPServer) -> Iterator[Rehearsed]:
    """The command itself, with the shop registered and Ann imported."""
    with rehearse("--app", httpserver.url_for("").rstrip("/")) as running:
        login_form.import_people(running, user(ANN))
        yield running


@pytest.fixture
def shop(httpserver: HTTPServer, tenant: Rehearsed) -> str:
    """The application: a page, the SDK as published, and where the tenant is."""
    pages = {
        "/": ((FOLDER / "spa" / "index.html").read_text(), "text/html"),
        "/auth0-spa-js.js": (SDK.read_text(), "text/javascript"),
        "/tenant.json": (json.dumps({"domain": tenant.url, "clientId": tenant.app_client_id}), "application/json"),
    }
    for path, (content, media_type) in pages.items():
        httpserver.expect_request(path).respond_with_data(content, content_type=media_type)
    return httpserver.url_for("/")


def kind_of_hash(tenant: Rehearsed) -> str:
    """What stands behind Ann now."""
    (found,) = tenant.controlled("/passwords", email=ANN)
    return str(found["kind"])


def sign_in(page: Page, password: str) -> None:
    """Press the button, fill the login page."""
    page.get_by_role("button", name="Sign in").click()
    page.get_by_label("Email address or username").fill(ANN)
    page.get_by_label("Password", exact=True).fill(password)
    page.get_by_role("button", name="Continue").click()


class TestSpaJs:
    """The SDK, unmodified, in Debian's Chromium."""

    def test_signs_in_twice(self, page: Page, shop: str, tenant: Rehearsed) -> None:
        """First against the imported SHA-1 hash, then, signed out between, against the bcrypt hash it became."""
        page.goto(shop)
        expect(page.locator("#person")).to_have_text("nobody")
        seen = [kind_of_hash(tenant)]
        for _ in range(2):
            sign_in(page, KESTREL)
            expect(page.locator("#person")).to_contain_text(f"{ANN} auth0|")
            seen.append(kind_of_hash(tenant))
            page.get_by_role("button", name="Sign out").click()
            expect(page.locator("#person")).to_have_text("nobody")
        assert ["sha1", "bcrypt", "bcrypt"] == seen
        assert page.url == shop

    def test_stays_out_with_a_wrong_password(self, page: Page, shop: str, tenant: Rehearsed) -> None:
        """The login page says why, keeps the address typed, and the right password still goes through."""
        page.goto(shop)
        sign_in(page, "Plover-17:meadow")
        expect(page.get_by_role("alert")).to_have_text("Wrong email or password.")
        expect(page.get_by_label("Email address or username")).to_have_value(ANN)
        assert "sha1" == kind_of_hash(tenant)
        page.get_by_label("Password", exact=True).fill(KESTREL)
        page.get_by_role("button", name="Continue").click()
        expect(page.locator("#person")).to_contain_text(ANN)
