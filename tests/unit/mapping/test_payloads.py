"""Users are the same bytes, put together from texts or encoded one by one."""

from collections.abc import Mapping, Sequence
from typing import Any

import msgspec
import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from samekey.auth0 import limits
from samekey.hashes.alike import AlikePayloads
from samekey.mapping import payloads
from samekey.records import Payloads

USERS = 3
TEXTS = st.text(st.sampled_from('ab"\\,\u00e9\U0001f511\x7f\x00\ud800'), max_size=4)
PLAIN = st.text(st.sampled_from("ab,:}\u00e9\U0001f511\x7f"), max_size=4)
VALUES = st.one_of(PLAIN, TEXTS, st.booleans(), st.none(), st.integers(), st.lists(PLAIN, max_size=1))
COLUMNS = st.one_of(
    st.lists(PLAIN, min_size=USERS, max_size=USERS),
    st.lists(st.booleans(), min_size=USERS, max_size=USERS),
    st.just([None] * USERS),
    st.lists(VALUES, min_size=USERS, max_size=USERS),
)
DIGITS = ["ab" * 20, "cd" * 20, "12" * 20]
PATTERN = {
    "algorithm": "sha1",
    "hash": {"value": DIGITS[0], "encoding": "hex"},
    "salt": {"value": '"hash":{"value":"', "encoding": "utf8", "position": "suffix"},
}


class TestEncoded:
    """What stands in an import file."""

    @given(st.dictionaries(st.sampled_from(["email", "name", "blocked", 'a"b']), COLUMNS, max_size=4))
    @example({"email": ["a@b.test", "\u00e9", ""], "custom_password_hash": AlikePayloads(PATTERN, DIGITS)})
    def test_is_what_one_object_a_user_would_be(self, columns: Mapping[str, Sequence[Any]]) -> None:
        """Who cannot be written is doubtful, and stands there as nothing."""
        done = payloads.encoded(columns, USERS)
        expected = []
        for row in range(USERS):
            user = {name: column[row] for name, column in columns.items() if column[row] is not None}
            expected.append(_encoded(user))
        assert expected == list(done.payloads)
        assert [row for row, payload in enumerate(expected) if not payload] == list(done.doubtful)
        sizes = Payloads.of(done.payloads).sizes
        assert [len(payload) + 1 for payload in expected] == list(sizes)

    def test_puts_plain_users_together(self) -> None:
        """Whoever has texts, words and alike digests alone."""
        columns: dict[str, Sequence[Any]] = {"email": ["a@b.test", "c@d.test"], "blocked": [True, False]}
        columns |= {"name": [None, None], "custom_password_hash": AlikePayloads(PATTERN, DIGITS[:2])}
        done = payloads.encoded(columns, 2)
        assert isinstance(done.payloads, Payloads)

    @pytest.mark.parametrize("name", ["plain", 'not "plain"'])
    def test_doubts_who_is_too_large(self, name: str) -> None:
        """The long way says what of it is."""
        done = payloads.encoded({"name": [name, name * limits.PROFILE_BYTES_MAX, name]}, USERS)
        assert [1] == list(done.doubtful)


def _encoded(user: dict[str, Any]) -> bytes:
    try:
        return msgspec.json.encode(user)
    except UnicodeEncodeError:
        return b""
