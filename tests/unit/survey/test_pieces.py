"""What is found does not depend on how many worked, nor on how a source was divided."""

import hashlib
import json
from collections.abc import Callable, Sequence
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import bcrypt
import msgspec
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from samekey import steps
from samekey.hashes import conversion
from samekey.sources.opening import open_source
from samekey.survey import field_tally, password_tally, tally
from samekey.survey.findings import Findings
from samekey.survey.tally import PieceTask, Tally

BCRYPT = [bcrypt.hashpw(b"correct horse", bcrypt.gensalt(cost)).decode() for cost in (4, 5)]
SHA1 = [hashlib.sha1(b"%d" % number).hexdigest() for number in range(3)]
PASSWORDS = [*BCRYPT, *SHA1, SHA1[0].upper(), "0" * 40, "aB" * 20, "$6$saltsalt$" + "a" * 86, "!", "?", "", None, 5]
SALT_CHARS = "0123456789abcdefABCDEFxyzXYZ"
RECORD = st.fixed_dictionaries(
    {"email": st.sampled_from(["a@b.test", "A@b.test", "c@b.test", "nobody", "", None, "x" * 65 + "@b.test"])},
    optional={
        "hash": st.sampled_from(PASSWORDS),
        "id": st.sampled_from([1, 2, "1", "x", "a b", -1, "auth0|7"]),
        "given_name": st.sampled_from(["Ann", "A" * 151, None, ""]),
        "phone": st.sampled_from(["+4930123456", "030 123456"]),
        "last_login": st.sampled_from(["2020-01-01 10:00", "2024-12-31T23:59:59Z", None, "gestern", 1700000000]),
        "profile": st.dictionaries(st.sampled_from("ab"), st.integers(0, 3) | st.text(max_size=2), max_size=2),
        "large": st.just("x" * 11_000),
    },
)  # fmt: skip
LINES = st.lists(RECORD.map(json.dumps) | st.sampled_from(["", "[]", "{", "1"]), max_size=12).map(["{}"].__add__)


def here(work: Callable[[PieceTask, Callable[[int], None]], Tally], tasks: Sequence[PieceTask]) -> list[Tally]:
    """Works on one piece after another in this process."""
    return [work(task, lambda _: None) for task in tasks]


def survey(path: Path, *, workers: int) -> Findings:
    """What is found with so many pieces."""
    return tally.survey(open_source(str(path), source_format="ndjson"), workers=workers, side_by_side=here)


@pytest.fixture
def divided(monkeypatch: pytest.MonkeyPatch) -> None:
    """Small sources are divided, too."""
    monkeypatch.setattr(tally, "ALONE_BYTES_MAX", 0)


class TestPieces:
    @given(lines=LINES, workers=st.integers(2, 5), batch=st.integers(1, 5))
    @settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
    @pytest.mark.usefixtures("divided")
    def test_add_up(self, lines: list[str], workers: int, batch: int) -> None:
        """Records, fields, identifiers, clusters, examples, warnings: the same as from one piece."""
        with pytest.MonkeyPatch.context() as patch, TemporaryDirectory() as folder:
            path = Path(folder) / "users.ndjson"
            path.write_text("\n".join(lines), encoding="utf-8")
            alone = survey(path, workers=1)
            patch.setattr(tally, "BATCH_RECORDS", batch)
            patch.setattr(tally, "WEIGHED_RECORDS", batch)
            assert alone == survey(path, workers=workers)

    @pytest.mark.usefixtures("divided")
    def test_are_counted_again_as_one_where_order_matters(
        self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        """Names that are data, and clusters without end."""
        monkeypatch.setattr(field_tally, "FIELDS_MAX", 4)
        monkeypatch.setattr(password_tally, "CLUSTERS_MAX", 1)
        path = tmp_path / "users.ndjson"
        records = [{"email": "a@b.test", "hash": PASSWORDS[number], f"field {number}": 1} for number in range(8)]
        path.write_text("\n".join(map(json.dumps, records)), encoding="utf-8")
        assert survey(path, workers=1) == survey(path, workers=3)

    @pytest.mark.usefixtures("divided")
    def test_may_be_counted_by_other_processes(self, tmp_path: Path) -> None:
        """Real ones, by the step that everybody calls."""
        path = tmp_path / "users.ndjson"
        records: list[dict[str, Any]] = [{"email": f"p{n % 2000}@b.test", "hash": SHA1[n % 3]} for n in range(5000)]
        path.write_text("\n".join(map(json.dumps, records)), encoding="utf-8")
        found = steps.survey(str(path), workers=2)
        email = found.identifier("email")
        assert (5000, 3000) == (found.records, email and email.duplicates)
        assert steps.survey(str(path), workers=1) == found


class TestKind:
    @given(first=st.sampled_from(PASSWORDS), second=st.sampled_from(PASSWORDS))
    def test_says_what_converts_alike(self, first: Any, second: Any) -> None:
        """Two texts of one kind differ in the value of their payload and in nothing else."""
        if not isinstance(first, str) or not isinstance(second, str) or conversion.kind(first) is None:
            return
        if conversion.kind(first) == conversion.kind(second):
            assert _without_value(first) == _without_value(second)

    @given(
        digest=st.sampled_from([16, 32, 40, 48, 56, 64, 96, 128]).flatmap(
            lambda size: st.text("0123456789abcdef", min_size=size, max_size=size)
        ),
        salts=st.integers(1, 40).flatmap(
            lambda size: st.lists(st.text(SALT_CHARS, min_size=size, max_size=size), min_size=2, max_size=2)
        ),
        upper=st.booleans(),
    )
    @settings(max_examples=500)
    def test_says_what_converts_alike_with_a_salt(self, digest: str, salts: list[str], *, upper: bool) -> None:
        """The same where a salt stands beside it."""
        text = digest.upper() if upper else digest
        first, second = (conversion.salted_kind(text, salt) for salt in salts)
        if first is not None and first == second:
            one, other = (_without_value({"hash": text, "salt": salt}) for salt in salts)
            assert one == other

    @given(texts=st.lists(st.sampled_from([one for one in PASSWORDS if isinstance(one, str)]), min_size=1, max_size=4))
    def test_in_common_is_the_kind_of_each(self, texts: list[str]) -> None:
        """Seen at once or one by one."""
        common = conversion.common_kind(texts)
        assert common is None or {common} == {conversion.kind(text) for text in texts}


def _without_value(stored: Any) -> Any:
    converted = conversion.convert(stored)
    payload = converted.custom_password_hash or {"hash": {"value": ""}}
    payload = {name: {**part, "value": ""} if isinstance(part, dict) else part for name, part in payload.items()}
    return msgspec.structs.replace(converted, custom_password_hash=payload)
