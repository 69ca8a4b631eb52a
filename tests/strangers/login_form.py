"""The login page as a browser without JavaScript uses it, and people who may go through."""

import html
import re

import httpx

from tests.strangers import python_sdk
from tests.strangers.python_sdk import Reached


def sign_in(address: str, *, email: str, password: str) -> str:
    """Open the page that an application leads to, fill the form; the address the browser is sent back to."""
    with httpx.Client(follow_redirects=True) as browser:
        page = browser.get(address)
        (action,) = re.findall(r'action="([^"]+)"', page.text)
        hidden = dict(re.findall(r'type="hidden" name="(\w+)" value="([^"]*)"', page.text))
        typed = {name: html.unescape(text) for name, text in hidden.items()} | {"username": email, "password": password}
        answer = browser.post(page.url.join(action), data=typed, follow_redirects=False)
    assert 303 == answer.status_code
    return answer.headers["location"]


def import_people(tenant: Reached, *people: dict[str, object]) -> None:
    """Bring people in through the front door, and see that nobody was left behind."""
    job = python_sdk.run_import(python_sdk.management(tenant), tenant, list(people))
    assert ("completed", len(people)) == (job.status, job.summary.inserted)
