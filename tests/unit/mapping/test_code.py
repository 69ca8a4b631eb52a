"""Python functions in the rules: run only when somebody said so, and whatever they do, a record is a record."""

import sys
from pathlib import Path
from typing import Any

import pytest

from samekey.errors import RulesError
from samekey.mapping.compiled import Mapped, compile_rules
from samekey.mapping.rules import parse_rules, read_rules
from samekey.records import LeftOut, Position, Rejection, SourceRecord, User

CODE = '''
"""What no expression says."""
print("loaded")

def tenant(fields):
    print(fields["org"])
    return {"tenant": fields["org"].removeprefix("org-")}

def wanted(fields):
    return not fields["org"].startswith("test")

def loud(fields):
    raise ValueError(fields["hash"])

def leaves(fields):
    raise SystemExit(fields["hash"])

def odd(fields):
    return object()

def greedy(fields):
    fields.clear()
    return "x"

no_function = 7
'''
SECRET = "5baa61e4c9b93f3f0682250b6cf8331b7ee68fd8"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A folder of rules with code beside them."""
    (tmp_path / "ours.py").write_text(CODE, encoding="utf-8")
    (tmp_path / "broken.py").write_text("def f(:", encoding="utf-8")
    (tmp_path / "raising.py").write_text("raise RuntimeError('no')", encoding="utf-8")
    (tmp_path / "importing.py").write_text("import nothing_like_this", encoding="utf-8")
    return tmp_path


def mapped(folder: Path, line: str, **fields: Any) -> Mapped:
    """What becomes of a record."""
    rules = parse_rules(f'[user]\nemail = "mail"\n{line}\n', code_folder=folder)
    record = SourceRecord(Position(0), {"mail": "a@b.test", "org": "org-7", "hash": SECRET, **fields})
    return compile_rules(rules)(record)


class TestCode:
    def test_says_what_no_expression_says(self, folder: Path) -> None:
        """From the fields of the record."""
        became = mapped(folder, 'app_metadata = { python = "ours.py:tenant" }')
        assert isinstance(became, User)
        assert b'"app_metadata":{"tenant":"7"}' in became.payload

    def test_may_be_a_module_that_python_finds(self, folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        """Installed, or on its path."""
        (folder / "our_module_of_rules.py").write_text(CODE, encoding="utf-8")
        monkeypatch.syspath_prepend(str(folder))
        assert LeftOut is type(mapped(folder, 'where = { python = "our_module_of_rules:wanted" }', org="test-1"))
        del sys.modules["our_module_of_rules"]

    def test_stands_wherever_an_expression_does(self, folder: Path) -> None:
        """Inside metadata, with a treatment and a default."""
        text = 'app_metadata = { a = { python = "ours.py:greedy", lower = true }, b = { python = "ours.py:greedy" } }'
        became = mapped(folder, text)
        assert isinstance(became, User)
        assert b'{"a":"x","b":"x"}' in became.payload

    @pytest.mark.parametrize(
        ("function", "reason", "says"),
        [
            pytest.param("loud", "expression-failed", "ours.py:loud raised ValueError in line 13.", id="raises"),
            pytest.param("leaves", "expression-failed", "ours.py:leaves raised SystemExit in line 16.", id="leaves"),
            pytest.param("odd", "wrong-type", "", id="returns what is no text"),
        ],
    )
    def test_rejects_the_record_it_fails_for(self, folder: Path, function: str, reason: str, says: str) -> None:
        """With the place in the code, and without what it says of the record."""
        became = mapped(folder, f'name = {{ python = "ours.py:{function}" }}')
        assert isinstance(became, Rejection)
        assert (reason, True, False) == (became.reason, says in became.remedy, SECRET in became.remedy)

    def test_keeps_stdout_clean(self, folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
        """Which belongs to data."""
        mapped(folder, 'app_metadata = { python = "ours.py:tenant" }')
        assert "" == capsys.readouterr().out

    def test_is_refused_unless_allowed(self, folder: Path) -> None:
        """Before a record is read, at its place in the rules; the code does not run."""
        (folder / "rules.toml").write_text('[user]\nemail = { python = "raising.py:f" }\n', encoding="utf-8")
        with pytest.raises(RulesError, match=r"line 2, column \d+: .*raising.py:f` is Python code") as caught:
            read_rules(folder / "rules.toml")
        assert "--allow-code" in caught.value.remedy

    @pytest.mark.parametrize(
        ("reference", "says"),
        [
            pytest.param("ours.py", "write module:function", id="no function named"),
            pytest.param("nowhere.py:f", "nowhere.py does not exist", id="no file"),
            pytest.param("no_module_of_this_name:f", "No module named", id="no module"),
            pytest.param("ours.py:nothing", "there is no function nothing", id="no function"),
            pytest.param("ours.py:no_function", "there is no function no_function", id="not a function"),
            pytest.param("broken.py:f", "cannot be loaded: invalid syntax", id="not Python"),
            pytest.param("raising.py:f", "it raised RuntimeError", id="raises when loaded"),
            pytest.param("importing.py:f", "No module named", id="needs what is not there"),
        ],
    )
    def test_is_complained_of_with_its_place(self, folder: Path, reference: str, says: str) -> None:
        """As everything in the rules."""
        with pytest.raises(RulesError, match=r"line 3, column") as caught:
            mapped(folder, f'name = {{ python = "{reference}" }}')
        assert says in caught.value.message

    def test_is_part_of_what_the_rules_are(self, folder: Path) -> None:
        """Whoever changes a function packs by other rules."""
        text = '[user]\nemail = { python = "ours.py:tenant" }\n'
        before = parse_rules(text, code_folder=folder).sha256()
        (folder / "ours.py").write_text(CODE + "\n# other", encoding="utf-8")
        assert before != parse_rules(text, code_folder=folder).sha256()
