"""openid-client, a certified relying party from npm, signs people in at the rehearsal tenant and believes nothing."""

import json
import subprocess
from pathlib import Path
from typing import Any

import pytest

from samekey.rehearsal import applications
from samekey.rehearsal.server import RunningTenant
from tests.strangers import login_form
from tests.strangers.python_sdk import KESTREL, user

PROJECT = Path(__file__).with_name("node")
SHOP = "https://shop.example.test/callback"
ANN = "ann@example.org"


@pytest.fixture
def shop(tenant: RunningTenant) -> str:
    """Client id of an application that is registered, at a tenant that knows Ann."""
    login_form.import_people(tenant, user(ANN))
    return applications.register(tenant.tenant.store, SHOP)


def told(tenant: RunningTenant, client_id: str, *, changed: dict[str, str]) -> dict[str, Any]:
    """What the client made of a sign-in; `changed` is replaced in the address that the browser came back to."""
    command = ["node", "code_flow.mjs"]
    with subprocess.Popen(command, cwd=PROJECT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as process:
        asked, answers = process.stdin, process.stdout
        assert asked is not None
        assert answers is not None
        begin = {"issuer": f"{tenant.url}/", "clientId": client_id, "redirectUri": SHOP}
        print(json.dumps(begin), file=asked, flush=True)
        back = login_form.sign_in(json.loads(answers.readline()), email=ANN, password=KESTREL)
        for old, new in changed.items():
            back = back.replace(old, new)
        print(json.dumps(back), file=asked, flush=True)
        answer: dict[str, Any] = json.loads(answers.readline())
    assert 0 == process.returncode
    return answer


class TestOpenidClient:
    """openid-client, unmodified but for the word that lets it speak http."""

    def test_signs_a_person_in(self, tenant: RunningTenant, shop: str) -> None:
        """The ID token's signature, nonce and claims hold, /userinfo speaks of the same person, so does a refresh."""
        answer = told(tenant, shop, changed={})
        assert ([ANN] * 3, [True] * 2) == (
            [answer[part]["email"] for part in ("claims", "person", "stillThere")],
            [answer[part]["email_verified"] for part in ("claims", "person")],
        )
        expected = {"iss": f"{tenant.url}/", "aud": shop}
        assert [expected] * 2 == [{name: answer[part][name] for name in expected} for part in ("claims", "refreshed")]
        assert answer["claims"]["sub"] == answer["refreshed"]["sub"]

    def test_is_refused_with_a_code_of_its_own_making(self, tenant: RunningTenant, shop: str) -> None:
        """Only the code that the browser brought is worth anything."""
        assert "invalid_grant" == told(tenant, shop, changed={"code=": "code=x"})["refused"]
