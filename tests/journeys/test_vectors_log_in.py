"""Stored passwords made by other people's software are packed and delivered, and their owners log in."""

import json
from collections import defaultdict
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from samekey import steps
from samekey.client.address import TenantAddress
from samekey.client.credentials import ClientCredentials
from samekey.client.signin import LoginWord, SignIn
from samekey.clock import SystemClock
from samekey.hashes import conversion
from samekey.pack.run_folder import RunFolder
from samekey.rehearsal import server
from samekey.rehearsal.server import RunningTenant
from samekey.secret import Secret

VECTORS = [
    json.loads(line)
    for line in (Path(__file__).parents[1] / "golden/hashes/vectors.jsonl").read_text(encoding="utf-8").splitlines()
]
RULES = """
[user]
email = "email"

[password]
stored = "stored"
format = "{format}"
"""


def email(number: int) -> str:
    """The address of a vector's owner."""
    return f"vector-{number}@example.org"


def rule_of(vector: dict[str, Any]) -> str:
    """Auto where the value says what it is; else the word of whoever knows the old system."""
    read = conversion.convert(vector["stored"])
    return "auto" if read.certainty == "exact" and read.format == vector["format"] else vector["format"]


@pytest.fixture(scope="module")
def delivered(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[RunningTenant, dict[str, set[str]]]]:
    """A tenant to which every vector was packed and delivered, and who was packed and held."""
    folder = tmp_path_factory.mktemp("vectors")
    groups: dict[str, list[int]] = defaultdict(list)
    for number, vector in enumerate(VECTORS):
        groups[rule_of(vector)].append(number)
    fates: dict[str, set[str]] = {"packed": set(), "held": set()}
    with server.serve(store=folder / "tenant.sqlite") as tenant:
        for name, numbers in groups.items():
            source, rules, run = folder / f"{name}.ndjson", folder / f"{name}.toml", folder / name
            lines = (json.dumps({"email": email(number), "stored": VECTORS[number]["stored"]}) for number in numbers)
            source.write_text("\n".join(lines), encoding="utf-8")
            rules.write_text(RULES.format(format=name))
            manifest = steps.pack(str(source), rules_path=rules, run=run)
            if manifest.packed:
                steps.deliver(
                    run,
                    tenant=TenantAddress.parse(tenant.url),
                    connection=tenant.connection,
                    credentials=ClientCredentials(tenant.client_id, Secret(tenant.client_secret)),
                )
            newest = RunFolder(run).last_round()
            for line in newest.users_path.read_text().splitlines():
                fates["packed"].add(json.loads(line)[0])
            for line in newest.held_path.read_text().splitlines():
                fates["held"].add(json.loads(line)["key"])
        yield tenant, fates


class TestVectors:
    """What the old software stored is what opens the new door."""

    @pytest.mark.parametrize("number", range(len(VECTORS)), ids=[vector["format"] for vector in VECTORS])
    def test_logs_in_or_is_held(self, delivered: tuple[RunningTenant, dict[str, set[str]]], number: int) -> None:
        """A hash that Auth0 can check lets its owner in, and nobody else; any other is held back."""
        tenant, fates = delivered
        vector = VECTORS[number]
        expected = "packed" if vector["importable"] else "held"
        assert [expected] == [fate for fate, people in fates.items() if email(number) in people]
        if not vector["importable"]:
            return
        door = SignIn(
            TenantAddress.parse(tenant.url),
            tenant.login_client_id,
            Secret(tenant.login_client_secret),
            clock=SystemClock(),
        )
        with door:
            words = [
                door.login(username=email(number), password=Secret(password), realm=tenant.connection).word
                for password in ("x" + vector["password"], vector["password"])
            ]
        assert [LoginWord.WRONG_CREDENTIALS, LoginWord.OK] == words
