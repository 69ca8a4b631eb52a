"""The reader of stories itself: a page that is wrong must be noticed."""

import pytest

from tests.docs import story

PAGE = """\
Some words.

<!-- terminal: tenant -->
```console
$ serve
ready
```

```console
$ cat > file <<'END'
> one
> END
$ false
$ echo $?
1
```
"""


class TestCommands:
    def test_are_read_with_their_lines_and_what_they_print(self) -> None:
        """Commands, continued lines, printed lines and marks are told apart."""
        found = list(story.commands(PAGE))
        expected = [
            story.Command(5, "serve", ("ready",), "terminal", "tenant"),
            story.Command(10, "cat > file <<'END'\none\nEND", ()),
            story.Command(13, "false", ()),
            story.Command(14, "echo $?", ("1",)),
        ]
        assert expected == found


class TestFits:
    @pytest.mark.parametrize(
        ("printed", "output", "expected"),
        [
            pytest.param(("a", "b"), "a\nb\n", True, id="as it stands"),
            pytest.param(("a",), "a   \n\n", True, id="blanks at the end"),
            pytest.param(("a",), "a\nb\n", False, id="a line more"),
            pytest.param(("a", "b"), "a\n", False, id="a line less"),
            pytest.param(("a", "...", "d"), "a\nb\nc\nd\n", True, id="dots for lines"),
            pytest.param(("a", "...", "d"), "a\nd\n", True, id="dots for nothing"),
            pytest.param(("at ...:80 now",), "at host:80 now\n", True, id="dots in a line"),
            pytest.param(("at ...:80 now",), "at host:81 now\n", False, id="the rest of the line differs"),
            pytest.param(("a...",), "a\nb\n", False, id="dots in a line stay in it"),
            pytest.param((), "", True, id="nothing for nothing"),
            pytest.param((), "a\n", False, id="something for nothing"),
        ],
    )
    def test_says_whether_output_is_what_the_page_shows(
        self, printed: tuple[str, ...], output: str, *, expected: bool
    ) -> None:
        """Dots stand for what differs, everything else has to be there."""
        assert expected == story.fits(printed, output)
