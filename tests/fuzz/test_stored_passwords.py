"""Whatever stands in a column of hashes, in a line of NDJSON or in an import file, nothing here falls over it.

A bounded time in every run of the tests, from the same beginning each time, so that no change is blamed for what it did
not do. `make chaos` begins elsewhere each time and goes on for longer: SAMEKEY_FUZZ_SECONDS says how long,
SAMEKEY_FUZZ_SEED where, and a run that failed tells its own.
"""

import json
import os
import random
import time
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import pytest

from samekey.errors import SamekeyError
from samekey.hashes import auth0_check, conversion, forms, lines, payload_rules, registry, to_auth0
from samekey.hashes.warnings import WARNINGS
from samekey.lint.inspection import check
from tests.fuzz.mutations import mutant
from tests.unit.hashes import golden
from tests.unit.lint.mistakes import WORKED, person

SECONDS = float(os.environ.get("SAMEKEY_FUZZ_SECONDS", "4"))
SEED = int(os.environ.get("SAMEKEY_FUZZ_SEED", "561092"))
VECTORS = [
    line
    for path in sorted(golden.FOLDER.rglob("vectors.jsonl"))
    for line in golden.lines(str(path.relative_to(golden.FOLDER)))
]
TEXTS = [line["stored"].encode() for line in VECTORS if isinstance(line["stored"], str)]
ROWS = [line["stored"] for line in VECTORS if isinstance(line["stored"], dict)]
QUESTIONS = [
    json.dumps(question).encode()
    for line in VECTORS[::5]
    for question in ({"stored": line["stored"], "format": line["format"]}, line["stored"])
]
CHECKS = [
    json.dumps({"custom_password_hash": payload, "password": "shh"}).encode()
    for payload in WORKED.values()
    if payload["algorithm"] not in {"argon2", "pbkdf2", "scrypt"}  # dear ones would be all there is time for
]
USERS = [
    json.dumps([person("ann", payload), person("bob", payload, user_id="7")]).encode() for payload in WORKED.values()
]


def mutants(seeds: Sequence[bytes], name: str) -> Iterator[bytes]:
    """Damaged seeds until time is up; at least a few whatever the machine is doing."""
    rng = random.Random(f"{SEED} {name}")  # it has to be repeatable
    until = time.monotonic() + SECONDS
    number = 0
    while number < 200 or time.monotonic() < until:  # a few
        number += 1
        yield mutant(rng, seeds)


def as_stored(rng: random.Random, value: bytes) -> Any:
    """A damaged text as a column of text, of bytes, or beside other columns."""
    text = value.decode("utf-8", rng.choice(("replace", "surrogateescape", "ignore")))
    match rng.randrange(4):
        case 0:
            return value
        case 1:
            row = dict(rng.choice(ROWS))
            row[rng.choice(list(row))] = rng.choice((text, value, None, len(text), {"a": text}, [text]))
            return row
        case _:
            return text


@pytest.fixture(autouse=True)
def _say_the_seed() -> None:
    """What repeats the run stands in the output of a test that failed."""
    print(f"SAMEKEY_FUZZ_SEED={SEED}")  # noqa: T201  # shown on failure only


class TestFuzz:
    """Damaged values, for as long as there is time."""

    def test_every_value_has_a_verdict(self) -> None:
        """No value stops a conversion; what is carried breaks no rule of Auth0's, and what is not has a reason."""
        rng = random.Random(SEED)  # it has to be repeatable
        for value in mutants(TEXTS, "values"):
            stored = as_stored(rng, value)
            converted = conversion.convert(stored)
            candidates = registry.identify(stored)
            assert converted.verdict in {"as-is", "re-encoded", "bridge", "reset"}
            assert set(converted.warnings) <= set(WARNINGS)
            assert [each.format for each in candidates] == list(converted.candidates)
            if converted.custom_password_hash is None:
                assert converted.reason in to_auth0.REFUSALS
            elif not isinstance(candidates[0].form, (forms.Plain, forms.Ready)):
                assert [] == payload_rules.refusals(converted.custom_password_hash)

    def test_every_line_has_an_answer(self) -> None:
        """Whatever a pipe brings, one line of JSON goes out, and the same question has the same answer."""
        for line in mutants(QUESTIONS, "lines"):
            answer = lines.convert(line)
            assert b"\n" not in answer
            assert {"verdict", "custom_password_hash"} <= json.loads(answer).keys()
            json.loads(lines.identify(line))

    def test_every_payload_is_checked_or_named(self) -> None:
        """A damaged payload lets nobody in by accident of an error: there is a yes, a no, or a word."""
        for line in mutants(CHECKS, "checks"):
            answer = json.loads(lines.check(line))
            assert set(answer) == {"match", "error"}
            assert not (answer["match"] and answer["error"])
        assert auth0_check.check(None, password="shh").match is False

    def test_every_file_is_judged_or_refused(self, tmp_path: Path) -> None:
        """Lint ends with findings, or with one of our own errors."""
        path = tmp_path / "users.json"
        for content in mutants(USERS, "files"):
            path.write_bytes(content)
            try:
                found = list(check([str(path)]))
            except SamekeyError:
                continue
            assert all(finding.code and finding.message for finding in found)
