"""The rehearsal tenant's pages as people see them: on a phone and a desktop, by day and by night."""

import contextlib
import json
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

import pytest
from playwright.sync_api import Browser, Page, ViewportSize, expect

from samekey.rehearsal import server
from samekey.rehearsal.server import RunningTenant
from tests.strangers import chromium, login_form, page_honesty
from tests.strangers.python_sdk import KESTREL, user

ANN = "ann@example.org"
PHONE, DESKTOP = ViewportSize(width=390, height=844), ViewportSize(width=1280, height=800)
SCHEMES: tuple[Literal["light", "dark"], ...] = ("light", "dark")


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    """One browser for the file."""
    with chromium.started() as running:
        yield running


@pytest.fixture(scope="module")
def tenant() -> Iterator[RunningTenant]:
    """One tenant for the file, which knows Ann."""
    with server.serve() as running:
        login_form.import_people(running, user(ANN))
        yield running


@dataclass(frozen=True, slots=True)
class Look:
    """A size and a colour scheme."""

    size: ViewportSize
    scheme: Literal["light", "dark"]


LOOKS = {
    f"{name}-{scheme}": Look(size, scheme)
    for name, size in (("phone", PHONE), ("desktop", DESKTOP))
    for scheme in SCHEMES
}


@contextlib.contextmanager
def opened(browser: Browser, tenant: RunningTenant, look: Look, *, has_scripts: bool = True) -> Iterator[Page]:
    """A page of that look, in a browser that has seen nothing yet."""
    with browser.new_context(
        base_url=tenant.url, viewport=look.size, color_scheme=look.scheme, java_script_enabled=has_scripts
    ) as context:
        yield context.new_page()


@pytest.fixture(params=LOOKS.values(), ids=list(LOOKS))
def page(browser: Browser, tenant: RunningTenant, request: pytest.FixtureRequest) -> Iterator[Page]:
    """Every look in turn."""
    with opened(browser, tenant, request.param) as shown:
        yield shown


@pytest.fixture(params=LOOKS.values(), ids=list(LOOKS))
def plain_page(browser: Browser, tenant: RunningTenant, request: pytest.FixtureRequest) -> Iterator[Page]:
    """Every look in turn, with JavaScript off."""
    with opened(browser, tenant, request.param, has_scripts=False) as shown:
        yield shown


def submit(page: Page, password: str) -> None:
    """Fill the login form and send it."""
    page.get_by_label("Email address or username").fill(ANN)
    page.get_by_label("Password", exact=True).fill(password)
    page.get_by_role("button", name="Continue").click()


class TestLoginPage:
    """Server-rendered, and whole without JavaScript."""

    def test_is_legible(self, plain_page: Page) -> None:
        """Everything needed stands in the first screen, labelled, without sideways scrolling, in strong enough ink."""
        plain_page.goto("/u/login")
        for found in (
            plain_page.get_by_role("heading", name="Welcome"),
            plain_page.get_by_label("Email address or username"),
            plain_page.get_by_label("Password", exact=True),
            plain_page.get_by_role("link", name="Forgot password?"),
            plain_page.get_by_role("button", name="Continue"),
        ):
            expect(found).to_be_in_viewport(ratio=1)
        assert [] == page_honesty.complaints(plain_page)

    def test_tells_what_went_wrong(self, plain_page: Page) -> None:
        """Auth0's own words, tied to the fields, the address kept, the cursor where it is needed."""
        plain_page.goto("/u/login")
        submit(plain_page, "Plover-17:meadow")
        expect(plain_page.get_by_role("alert")).to_have_text("Wrong email or password.")
        expect(plain_page.get_by_role("alert")).to_be_in_viewport(ratio=1)
        expect(plain_page.get_by_label("Email address or username")).to_have_value(ANN)
        expect(plain_page.get_by_label("Password", exact=True)).to_have_accessible_description(
            "Wrong email or password."
        )
        expect(plain_page.get_by_label("Password", exact=True)).to_be_focused()
        assert [] == page_honesty.complaints(plain_page)

    def test_leads_to_what_happened(self, plain_page: Page) -> None:
        """Without an application, a page tells what was checked and what is stored now."""
        plain_page.goto("/u/login")
        submit(plain_page, KESTREL)
        expect(plain_page.get_by_role("heading", name=f"{ANN} is in")).to_be_in_viewport(ratio=1)
        expect(plain_page.locator("dl")).to_contain_text("bcrypt")
        assert [] == page_honesty.complaints(plain_page)

    def test_helps_who_forgot(self, plain_page: Page) -> None:
        """The way to a new password is legible too."""
        plain_page.goto("/u/login")
        plain_page.get_by_role("link", name="Forgot password?").click()
        expect(plain_page.get_by_role("heading", name="Forgot your password?")).to_be_in_viewport(ratio=1)
        assert [] == page_honesty.complaints(plain_page)

    def test_follows_the_dark(self, browser: Browser, tenant: RunningTenant) -> None:
        """Who asked their machine for dark pages gets one; the two pictures differ."""
        pictures = set()
        for scheme in SCHEMES:
            with opened(browser, tenant, Look(DESKTOP, scheme)) as page:
                page.goto("/u/login")
                pictures.add(page.screenshot())
        assert 2 == len(pictures)


class TestExplorer:
    """Trying calls in a browser."""

    def test_is_legible(self, page: Page) -> None:
        """Whichever call is chosen."""
        page.goto("/u/explorer")
        for call in ("GET /users:", "POST /users:", "POST /jobs/users-imports:"):
            choose(page, call)
            assert [] == page_honesty.complaints(page)

    def test_makes_a_first_import(self, page: Page, tenant: RunningTenant, tmp_path: Path) -> None:
        """A token, a file, an answer: no program needed."""
        file = tmp_path / "users.json"
        file.write_text(json.dumps([user("bob@example.org")]))
        page.goto("/u/explorer")
        page.get_by_label("Client id").fill(tenant.client_id)
        page.get_by_label("Client secret").fill(tenant.client_secret)
        page.get_by_role("button", name="Get a token").click()
        expect(page.get_by_role("status")).to_have_text("A token for a day.")
        expect(page.get_by_label("connection_id (part)")).to_have_value(tenant.connection_id)
        page.get_by_label("users (part)").set_input_files(file)
        page.get_by_role("button", name="Send").click()
        expect(page.locator("#answer")).to_contain_text("202 Accepted")
        assert [] == page_honesty.complaints(page)


def choose(page: Page, call: str) -> None:
    """Choose a call by a piece of its line."""
    line = page.locator("#operation option", has_text=call).text_content()
    page.get_by_label("Call").select_option(label=line)
