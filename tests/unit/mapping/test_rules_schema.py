"""The schema for editors says the same as the reader of the rules file, as far as a schema can."""

import tomllib
from pathlib import Path

import jsonschema_rs
import pytest

from samekey.errors import RulesError
from samekey.mapping import rules_schema
from samekey.mapping.rules import parse_rules

VALIDATOR = jsonschema_rs.Draft7Validator(rules_schema.schema())

GOOD = {
    "least": '[user]\nemail = "mail"',
    "every form": """
        [user]
        where = "deleted_at == null"
        key = "id"
        email = { path = "mail", trim = true, lower = true, default = "x" }
        email_verified = { value = false }
        blocked = { not = "active", default = true }
        phone_number = { path = "phone", region = "DE" }
        given_name = { path = "name", part = "first" }
        family_name = { path = "profile", json = "name.family", without = "von " }
        app_metadata = { plan = { path = "plan", default = "free" }, org = { code = "org.code", n = { value = 1 } } }
        user_metadata = "meta"
        mfa_factors = { totp = "otp", encoding = "hex", phone = { path = "phone", region = "DE" } }
        [password]
        stored = { hash = "pw", salt = "salt" }
        format = ["auto", "raw_sha1"]
        on_bridge = "reset"
        on_reset = "send"
        [duplicates]
        keep = "newest"
        by = "updated_at"
        [partition]
        by = "org.code"
        otherwise = { connection = "Main", organization = "org_1" }
        combine_below = 10
        [partition.to]
        acme = "Acme"
        "" = { organization = "org_2" }
        [order]
        by = "last_login"
        first = "oldest"
        [pack]
        bytes = 1000
        users = 10
    """,
    "metadata by path": '[user]\nusername = "login"\napp_metadata = { value = { a = 1 } }',
}
USER = '[user]\nemail = "mail"\n'
BAD = {
    "no user": '[password]\nstored = "x"',
    "nobody is known": '[user]\nname = "n"',
    "section": USER + '[users]\na = "b"',
    "property": USER + 'emial = "mail"',
    "number for a path": USER + "name = 5",
    "empty path": USER + 'name = " "',
    "constant of another type": USER + 'blocked = { value = "yes" }',
    "default of another type": USER + "name = { path = 'n', default = 5 }",
    "unknown treatment": USER + "name = { path = 'n', upper = true }",
    "treatment": USER + "name = { path = 'n', trim = 1 }",
    "part": USER + "name = { path = 'n', part = 'last' }",
    "factor": USER + "mfa_factors = { sms = 'n' }",
    "metadata key": USER + 'app_metadata = { "a.b" = "c" }',
    "nothing stored": USER + '[password]\nformat = "auto"',
    "format": USER + '[password]\nstored = "h"\nformat = "sha"',
    "no formats": USER + '[password]\nstored = "h"\nformat = []',
    "fate": USER + '[password]\nstored = "h"\non_reset = "drop"',
    "no partition": USER + "[partition]",
    "who is kept": USER + '[duplicates]\nkeep = "best"',
    "newest by nothing": USER + '[duplicates]\nkeep = "newest"',
    "first by a field": USER + '[duplicates]\nkeep = "first"\nby = "a"',
    "kept by a field": USER + '[duplicates]\nby = "a"',
    "no order": USER + "[order]",
    "who is first": USER + '[order]\nby = "a"\nfirst = "best"',
    "nowhere": USER + '[partition]\nby = "a"\notherwise = {}',
    "destination": USER + '[partition]\nby = "a"\n[partition.to]\nb = 5',
    "destination's key": USER + '[partition]\nby = "a"\n[partition.to]\nb = { tenant = "c" }',
    "table of destinations": USER + '[partition]\nby = "a"\nto = "b"',
    "combined size": USER + '[partition]\nby = "a"\ncombine_below = true',
    "chunk": USER + "[pack]\nbytes = 10",
}


class TestSchema:
    @pytest.mark.parametrize("name", GOOD)
    def test_takes_what_is_read(self, name: str) -> None:
        """Nobody sees red under rules that work."""
        assert parse_rules(GOOD[name]).text == GOOD[name]
        assert [] == [error.message for error in VALIDATOR.iter_errors(tomllib.loads(GOOD[name]))]

    def test_takes_code(self, tmp_path: Path) -> None:
        """Which only the reader is told to run or not."""
        (tmp_path / "ours.py").write_text("def tenant(fields): return 'x'")
        text = USER + 'name = { python = "ours.py:tenant", trim = true, default = "x" }'
        assert 1 == len(parse_rules(text, code_folder=tmp_path).functions)
        assert VALIDATOR.is_valid(tomllib.loads(text))

    @pytest.mark.parametrize("name", BAD)
    def test_refuses_what_is_refused(self, name: str) -> None:
        """What the reader complains of is marked while somebody types."""
        with pytest.raises(RulesError):
            parse_rules(BAD[name])
        assert not VALIDATOR.is_valid(tomllib.loads(BAD[name]))
