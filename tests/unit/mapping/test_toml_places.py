"""Every key of a rules file is found where a person sees it."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from samekey.mapping import toml_places


class TestPlaces:
    """Line and column of each name, both from 1."""

    @pytest.mark.parametrize(
        ("text", "path", "expected"),
        [
            pytest.param("a = 1", ("a",), (1, 1), id="top"),
            pytest.param("\n\n  a = 1", ("a",), (3, 3), id="indented"),
            pytest.param("[t]\na = 1", ("t", "a"), (2, 1), id="in-table"),
            pytest.param("[t]\na = 1", ("t",), (1, 2), id="table"),
            pytest.param("[ t . u ]\na = 1", ("t", "u", "a"), (2, 1), id="nested-table"),
            pytest.param("[[t]]\na = 1", ("t", "a"), (2, 1), id="array-of-tables"),
            pytest.param("a.b = 1", ("a", "b"), (1, 1), id="dotted"),
            pytest.param('"a.b" = 1', ("a.b",), (1, 1), id="quoted"),
            pytest.param("'a b' = 1", ("a b",), (1, 1), id="single-quoted"),
            pytest.param("a = { b = 1, c = 2 }", ("a", "c"), (1, 14), id="inline"),
            pytest.param("a = { b = { c = 1 }, d = 2 }", ("a", "b", "c"), (1, 13), id="inline-nested"),
            pytest.param("a = { b = { c = 1 }, d = 2 }", ("a", "d"), (1, 22), id="after-nested"),
            pytest.param("a = { b = [ { x = 1 } ], c = 2 }", ("a", "c"), (1, 26), id="after-list-of-tables"),
            pytest.param("a = 'x' # b = 1\nb = 2", ("b",), (2, 1), id="comment"),
            pytest.param("# b = 1\nb = 2", ("b",), (2, 1), id="comment-line"),
            pytest.param('a = "b = 1"\nb = 2', ("b",), (2, 1), id="equals-in-text"),
            pytest.param('a = { x = "}", b = 1 }', ("a", "b"), (1, 16), id="brace-in-text"),
            pytest.param('a = { x = "{", b = 1 }\nb = 2', ("b",), (2, 1), id="open-brace-in-text"),
            pytest.param('a = "x \\" = y = 1"\ny = 2', ("y",), (2, 1), id="escaped-quote"),
            pytest.param("a = '\\'\nb = 2", ("b",), (2, 1), id="backslash-in-literal"),
            pytest.param("a = { x = '\\', b = 1 }", ("a", "b"), (1, 16), id="backslash-in-inline-literal"),
            pytest.param("a = 1\r\nb = 2\r\n", ("b",), (2, 1), id="crlf"),
            pytest.param("a = 'x\u2028y'\nb = 2", ("b",), (2, 1), id="line-separator-in-text"),
        ],
    )
    def test_points_at_the_name(self, text: str, path: tuple[str, ...], expected: tuple[int, int]) -> None:
        """Whatever stands around it."""
        assert expected == toml_places.places(text)[path]

    def test_keeps_the_first_place(self) -> None:
        """A table that comes in pieces is shown where it begins."""
        assert (1, 1) == toml_places.places("a.b = 1\na.c = 2")[("a", "b")]

    @given(st.text(alphabet=st.sampled_from("[]{}=.,\"'#\n ab\\")))
    def test_never_fails(self, text: str) -> None:
        """Even on what is no TOML, every place lies inside the text."""
        lines = text.split("\n")
        for line, column in toml_places.places(text).values():
            assert 1 <= line <= len(lines)
            assert 1 <= column <= len(lines[line - 1])


class TestPlaceOf:
    """What has no place of its own is shown by what surrounds it."""

    @pytest.mark.parametrize(
        ("path", "expected"),
        [
            pytest.param(("t", "a"), (2, 1), id="itself"),
            pytest.param(("t", "missing"), (1, 2), id="table-around"),
            pytest.param(("t", "a", "deep", "er"), (2, 1), id="key-around"),
            pytest.param(("other",), (1, 1), id="nowhere"),
            pytest.param((), (1, 1), id="file"),
        ],
    )
    def test_goes_outwards(self, path: tuple[str, ...], expected: tuple[int, int]) -> None:
        """The nearest thing around it, at last the file's beginning."""
        assert expected == toml_places.place_of(path, toml_places.places("[t]\na = 1"))
