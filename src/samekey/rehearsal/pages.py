"""Pages for people: rendered here, styled by one file of our own, without JavaScript, under strict headers."""

from collections.abc import Mapping
from importlib import resources
from typing import Any
from urllib.parse import urlsplit

import jinja2
from starlette.responses import HTMLResponse, Response

from samekey.rehearsal.endpoint import Call

_ENVIRONMENT = jinja2.Environment(
    loader=jinja2.PackageLoader("samekey.rehearsal", "templates"),
    autoescape=True,
    undefined=jinja2.StrictUndefined,
    trim_blocks=True,
)
_HEADERS = {
    "cache-control": "no-store",
    "referrer-policy": "no-referrer",
    "x-content-type-options": "nosniff",
    "x-frame-options": "DENY",
}


def page(
    template: str, values: Mapping[str, Any], *, status: int = 200, sends_to: str = "", scripts: str = "'none'"
) -> Response:
    """A page.

    Args:
        template: its file.
        values: what stands in it; escaped.
        status: of the answer.
        sends_to: an address beyond this tenant to which its form may lead.
        scripts: which scripts may run, in the words of a content security policy.

    """
    html = _ENVIRONMENT.get_template(template).render(values)
    policy = (
        f"default-src 'none'; style-src 'self'; img-src 'self'; connect-src 'self'; script-src {scripts}; "
        f"form-action 'self' {origin(sends_to)}; frame-ancestors 'none'; base-uri 'none'"
    )
    return HTMLResponse(html, status_code=status, headers={**_HEADERS, "content-security-policy": policy})


def message(heading: str, sentence: str, *, status: int = 200, link: str = "", link_text: str = "") -> Response:
    """A page that says one thing."""
    values = {"heading": heading, "sentence": sentence, "link": link, "link_text": link_text}
    return page("message.html", values, status=status)


def framed_answer(origin_asked: str, response: Mapping[str, str], *, nonce: str) -> Response:
    """An authorization response for a hidden frame of the application."""
    values = {"answer": {"origin": origin_asked, "response": dict(response)}, "nonce": nonce}
    html = _ENVIRONMENT.get_template("web_message.html").render(values)
    policy = f"default-src 'none'; script-src 'nonce-{nonce}'; frame-ancestors {origin_asked}; base-uri 'none'"
    headers = {"cache-control": "no-store", "content-security-policy": policy}
    return HTMLResponse(html, headers=headers)


def style(_call: Call) -> Response:
    """`GET /u/static/style.css`."""
    return _static("style.css", "text/css")


def icon(_call: Call) -> Response:
    """`GET /u/static/icon.svg`: a keyhole."""
    return _static("icon.svg", "image/svg+xml")


def explorer_script(_call: Call) -> Response:
    """`GET /u/static/explorer.js`."""
    return _static("explorer.js", "text/javascript")


def explorer(_call: Call) -> Response:
    """`GET /u/explorer`: try calls of the Management API in a browser."""
    return page("explorer.html", {}, scripts="'self'")


def _static(name: str, media_type: str) -> Response:
    text = resources.files("samekey.rehearsal").joinpath("static", name).read_text(encoding="utf-8")
    return Response(text, media_type=media_type, headers={"x-content-type-options": "nosniff"})


def origin(address: str) -> str:
    """Scheme, host and port of an address; empty for none, so that an app's own scheme is named alone."""
    parts = urlsplit(address)
    if parts.scheme in {"http", "https"}:
        return f"{parts.scheme}://{parts.netloc}"
    return f"{parts.scheme}:" if parts.scheme else ""
