"""Which table holds the people."""

import pytest

from samekey.sources.tables import likeliest


class TestLikeliest:
    @pytest.mark.parametrize(
        ("names", "expected"),
        [
            pytest.param(["posts", "forum_members", "member_groups"], "forum_members", id="members"),
            pytest.param(["wp_usermeta", "wp_posts", "wp_users"], "wp_users", id="not what stands beside"),
            pytest.param(["public.orders", "auth.users"], "auth.users", id="with schemas"),
            pytest.param(["bestellung", "kunden"], "kunden", id="German"),
            pytest.param(["a", "b"], "a", id="nothing speaks"),
        ],
    )
    def test_goes_by_the_name(self, names: list[str], expected: str) -> None:
        """As a person would."""
        assert expected == likeliest(names)
