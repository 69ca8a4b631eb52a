"""The OpenAPI description and the page that tries calls."""

import json
import re
from typing import Any
from urllib.parse import quote

import jsonschema_rs
import pytest

from samekey.rehearsal import openapi
from samekey.rehearsal.operations import OPERATIONS
from tests.unit.rehearsal.visitor import Visitor

STRANGE = (
    "x", "\x00", "99999999999999999999", "-1", "é", "😀", "name:*abc", "logins_count:[1 TO nan]", 'email:"', "a" * 300,
    "created_at:[0001-01-01 TO 9999-12-31]", 'app_metadata.a"b:c', "..", "%",
)  # fmt: skip
DESCRIPTION = openapi.description("http://tenant.test")


def references(value: Any) -> set[str]:
    """Every `$ref` in a description."""
    if isinstance(value, dict):
        own = {str(value["$ref"])} if isinstance(value.get("$ref"), str) else set()
        return own.union(*(references(inner) for inner in value.values()))
    return set().union(*(references(inner) for inner in value)) if isinstance(value, list) else set()


class TestDescription:
    def test_names_every_operation_once(self) -> None:
        """As many as the table has, each with an id of its own."""
        ids = [operation["operationId"] for path in DESCRIPTION["paths"].values() for operation in path.values()]
        assert (len(ids), len(set(ids))) == (len(OPERATIONS), len(OPERATIONS))

    def test_refers_to_what_is_there(self) -> None:
        """No reference leads nowhere, and every shape is a valid schema."""
        schemas = DESCRIPTION["components"]["schemas"]
        names = {reference.removeprefix("#/components/schemas/") for reference in references(DESCRIPTION)}
        assert names <= set(schemas)
        root = {"$schema": "https://json-schema.org/draft/2020-12/schema", "components": DESCRIPTION["components"]}
        for name in schemas:
            assert jsonschema_rs.validator_for({**root, "$ref": f"#/components/schemas/{name}"}) is not None

    @pytest.mark.parametrize("row", OPERATIONS, ids=lambda row: f"{row.method} {row.path}")
    def test_tells_the_truth_about_emptiness(self, visitor: Visitor, row: Any) -> None:
        """Called with an empty body and names of nothing, every operation answers with a status that it lists."""
        path = re.sub(r"\{[^}]+\}", "nothing", row.path)
        status = visitor.send(row.method, path.lstrip("/"), {}).status_code
        described = DESCRIPTION["paths"][re.sub(r":path", "", row.path)][row.method.lower()]["responses"]
        assert str(status) in described

    @pytest.mark.parametrize("row", OPERATIONS, ids=lambda row: f"{row.method} {row.path}")
    def test_holds_whatever_is_sent(self, visitor: Visitor, row: Any) -> None:
        """No query and no body makes this program fail."""
        statuses = set()
        for strange in STRANGE:
            path = re.sub(r"\{[^}]+\}", quote(strange, safe=""), row.path)
            query = dict.fromkeys(("q", "page", "take", "from", "sort", "email", "identifier", "fields"), strange)
            body = json.dumps(dict.fromkeys(("name", "email", "users", "roles", "members", "options"), strange))
            for content in (body.encode(), b"", b"[1]", b"\xff"):
                answer = visitor.http.request(
                    row.method, f"/api/v2{path}", params=query, content=content, headers=visitor.headers()
                )
                statuses.add(answer.status_code)
        assert max(statuses) < 500


class TestExplorer:
    def test_runs_its_own_script_only(self, visitor: Visitor) -> None:
        """The page has no script inside, and may load none from elsewhere."""
        page = visitor.http.get("/u/explorer")
        assert "script-src 'self';" in page.headers["content-security-policy"]
        sources = re.findall(r"<script([^>]*)>", page.text)
        assert sources == [' src="/u/static/explorer.js" defer']
        assert visitor.http.get("/u/static/explorer.js").headers["content-type"].startswith("text/javascript")


class TestPage:
    def test_asks_for_nothing_that_is_not_here(self, visitor: Visitor) -> None:
        """Every file that the page names is served, and none comes from elsewhere."""
        html = visitor.http.get("/u/explorer").text
        named = re.findall(r'(?:href|src)="([^"]+)"', html)
        assert dict.fromkeys(named, 200) == {path: visitor.http.get(path).status_code for path in named}
        assert [] == [path for path in named if not path.startswith("/u/static/")]
