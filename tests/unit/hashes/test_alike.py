"""One conversion speaks for many stored passwords where each would get the same but for its digits."""

from typing import Any

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from samekey.hashes import conversion
from samekey.hashes.alike import convert_alike

FORMATS = ["raw_sha1", "raw_md5", "raw_sha256", "raw_sha512", None]
HEX = st.sampled_from([32, 40, 64, 128]).flatmap(
    lambda chars: st.lists(
        st.one_of(
            st.text("0123456789abcdef", min_size=chars, max_size=chars),
            st.text("0123456789ABCDEF", min_size=chars, max_size=chars),
        ),
        min_size=1,
        max_size=4,
    )
)
OTHERS = st.lists(
    st.sampled_from(["", "!", "a b c d e f a b c ", "7" * 40, "x" * 40, None, 7, "$2b$10$" + "a" * 53, "ab" * 20]),
    min_size=1,
    max_size=4,
)


class TestAlike:
    """Either all at once, or not at all."""

    @pytest.mark.parametrize("name", FORMATS)
    @given(values=HEX | OTHERS)
    def test_gives_what_each_would_get(self, name: str | None, values: list[Any]) -> None:
        """Payload, cluster, verdict and certainty."""
        convert = conversion.converter(name) if name else conversion.convert
        alike = convert_alike(convert, values)
        if alike is None:
            return
        each = list(map(convert, values))
        assert [msgspec.json.encode(one.custom_password_hash) for one in each] == [
            msgspec.json.encode(payload) for payload in alike.payloads
        ]
        assert {(alike.conversion.cluster, alike.conversion.verdict, alike.conversion.certainty)} == {
            (one.cluster, one.verdict, one.certainty) for one in each
        }

    @pytest.mark.parametrize("digits", ["0123456789ABCDEF" * 2 + "01234567", "0123456789abcdef" * 2 + "01234567"])
    def test_speaks_for_digests(self, digits: str) -> None:
        """In capitals or not."""
        alike = convert_alike(conversion.converter("raw_sha1"), [digits] * 3)
        assert alike is not None
        assert 3 == len(alike.payloads)
