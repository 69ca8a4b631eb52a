"""The page of a survey as people see it: on a phone and a desktop, by day and by night."""

from collections.abc import Iterator
from pathlib import Path
from typing import Literal

import pytest
from playwright.sync_api import Browser, ViewportSize

from samekey import steps
from tests.strangers import chromium, dirty_export, page_honesty

PHONE, DESKTOP = ViewportSize(width=390, height=844), ViewportSize(width=1280, height=800)


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    """One browser for the file."""
    with chromium.started() as running:
        yield running


@pytest.fixture(scope="module")
def address(tmp_path_factory: pytest.TempPathFactory) -> str:
    """The page about a dirty export."""
    folder: Path = tmp_path_factory.mktemp("survey")
    dirty_export.write(folder / "users.ndjson", 2_000)
    steps.survey_page(steps.survey(str(folder / "users.ndjson")), folder / "survey.html")
    return (folder / "survey.html").as_uri()


class TestSurveyPage:
    @pytest.mark.parametrize("size", [PHONE, DESKTOP], ids=["phone", "desktop"])
    @pytest.mark.parametrize("scheme", ["light", "dark"])
    def test_is_legible(
        self, browser: Browser, address: str, size: ViewportSize, scheme: Literal["light", "dark"]
    ) -> None:
        """Nothing to scroll sideways for, nothing too faint to read, nothing fetched from elsewhere."""
        with browser.new_context(viewport=size, color_scheme=scheme) as context:
            page = context.new_page()
            asked: list[str] = []
            page.on("request", lambda request: asked.append(request.url))
            page.goto(address)
            assert ([], [address]) == (page_honesty.complaints(page), asked)
