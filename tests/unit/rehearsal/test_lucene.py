"""The query grammar of user and log search."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from samekey.rehearsal import lucene
from samekey.rehearsal.lucene import And, BadQuery, Exists, Not, Or, Pattern, Range, Term


class TestParse:
    @pytest.mark.parametrize(
        ("text", "expected"),
        [
            ('email:"a@b.test"', Term("email", "a@b.test")),
            ("name:jan*", Pattern("name", "jan*")),
            ("logins_count:[1 TO 9}", Range("logins_count", "1", "9", has_low=True, has_high=False)),
            ("_exists_:username", Exists("username")),
            ("username:*", Exists("username")),
            ("a:1 AND NOT b:2", And((Term("a", "1"), Not(Term("b", "2"))))),
            ("a:1 b:2 OR c:3", Or((Term("a", "1"), Term("b", "2"), Term("c", "3")))),
            ("a:(1 OR 2) AND -b:3", And((Or((Term("a", "1"), Term("a", "2"))), Not(Term("b", "3"))))),
            ("(a:1 OR b:2) AND c:3", And((Or((Term("a", "1"), Term("b", "2"))), Term("c", "3")))),
            (r"name:o\:neil", Term("name", "o:neil")),
            ("jane", Term("", "jane")),
        ],
        ids=lambda value: value if isinstance(value, str) else "",
    )
    def test_reads_the_documented_forms(self, text: str, expected: lucene.Query) -> None:
        """Terms, prefixes, ranges, existence, joins, brackets, escapes."""
        assert lucene.parse(text) == expected

    @pytest.mark.parametrize("text", ["", "a:", "(a:1", "a:1)", "a:[1 TO", 'a:"x', "AND", "(" * 60 + "a" + ")" * 60])
    def test_refuses_what_breaks_off(self, text: str) -> None:
        """A query that cannot be read is named as one."""
        with pytest.raises(BadQuery):
            lucene.parse(text)

    @given(st.text(alphabet='ab:*()[]{}"\\ -!TOANDR', max_size=40))
    def test_never_breaks(self, text: str) -> None:
        """Whatever is typed, there is a tree or a refusal."""
        try:
            tree = lucene.parse(text)
        except BadQuery:
            return
        assert isinstance(tree, lucene.Query)
