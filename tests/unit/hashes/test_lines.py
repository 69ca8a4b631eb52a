"""A line in, a line out."""

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from samekey.hashes import lines

SHA1 = "5baa61e4c9b93f3f0682250b6cf8331b7ee68fd8"  # of "password"
PAYLOAD = {"algorithm": "sha1", "hash": {"value": SHA1, "encoding": "hex"}}
ANSWERS = [lines.identify, lines.convert, lines.check, lines.solve]


def asked(answer: lines.Answer, question: object) -> Any:
    """The answer, decoded."""
    return json.loads(answer(json.dumps(question).encode()))


class TestLines:
    """The four questions."""

    def test_identify_names_candidates(self) -> None:
        """Every reading, likeliest first, and nothing of the hash."""
        answer = asked(lines.identify, SHA1)
        assert answer["candidates"][0]["format"] == "raw_sha1"
        assert SHA1 not in json.dumps(answer)

    def test_convert_has_the_promised_keys(self) -> None:
        """Programs rely on these names."""
        answer = asked(lines.convert, SHA1)
        assert {
            "format", "certainty", "candidates", "warnings", "verdict", "reason", "explanation", "custom_password_hash"
        } <= answer.keys()  # fmt: skip
        assert PAYLOAD == answer["custom_password_hash"]

    def test_convert_takes_a_format(self) -> None:
        """The operator's word makes it exact."""
        assert asked(lines.convert, {"stored": SHA1, "format": "raw_sha1"})["certainty"] == "exact"

    @pytest.mark.parametrize(
        ("question", "reason"),
        [({"stored": SHA1, "format": "no"}, "unknown-format"), ({"hash": SHA1}, "missing-stored"),
         (7, "missing-stored"), ({"stored": SHA1, "format": 7}, "missing-format")],
    )  # fmt: skip
    def test_convert_says_what_is_wrong_with_a_line(self, question: object, reason: str) -> None:
        """A line that is no question has an answer of the same shape."""
        answer = asked(lines.convert, question)
        assert (reason, None, "bridge") == (answer["reason"], answer["custom_password_hash"], answer["verdict"])

    @pytest.mark.parametrize(
        ("name", "hint"),
        [("raw_sha-1", "did you mean raw_sha1"), ("hunter2", "lists them all"), ("x" * 90_000, "lists them all")],
        ids=["alike", "a password in the wrong place", "long"],
    )
    def test_convert_does_not_repeat_a_format_that_nobody_knows(self, name: str, hint: str) -> None:
        """A column put in the wrong place may be a secret; names of the catalogue that are alike are offered."""
        answered = json.dumps(asked(lines.convert, {"stored": SHA1, "format": name}))
        assert hint in answered
        assert name not in answered

    @pytest.mark.parametrize(
        ("question", "answer"),
        [
            ({"custom_password_hash": PAYLOAD, "password": "password"}, {"match": True, "error": None}),
            ({"custom_password_hash": PAYLOAD, "password": "other"}, {"match": False, "error": None}),
            ({"custom_password_hash": PAYLOAD}, {"match": False, "error": "missing-password"}),
            ({"password_hash": "x", "password": "x"}, {"match": False, "error": "password-hash-form"}),
            ({"password_hash": "x", "custom_password_hash": PAYLOAD, "password": "x"},
             {"match": False, "error": "both-hashes"}),
        ],
        ids=["right", "wrong", "no-password", "password-hash", "both"],
    )  # fmt: skip
    def test_check_says_yes_or_no(self, question: object, answer: object) -> None:
        """Match and error, as programs rely on them."""
        assert answer == asked(lines.check, question)

    def test_solve_proves(self) -> None:
        """The conversion of the proved reading, and that it is proved."""
        answer = asked(lines.solve, {"stored": SHA1, "password": "password"})
        assert (True, "raw_sha1", PAYLOAD) == (answer["proved"], answer["format"], answer["custom_password_hash"])

    def test_solve_uses_what_else_is_known(self) -> None:
        """Columns beside `stored` and `password` belong to the row."""
        salted = "59b3e8d637cf97edbe2384cf59cb7453dfe30789"  # SHA1("salt" + "password")
        answer = asked(lines.solve, {"stored": salted, "password": "password", "salt": "salt"})
        assert (True, "sha1_salt_pass") == (answer["proved"], answer["format"])

    def test_solve_reads_what_is_known_also_where_nothing_is_proved(self) -> None:
        """The verdict beside what was tried is the one on the whole row: this column tells vBulletin's bcrypt."""
        row = {"stored": "$2y$04$" + "A" * 21 + "e" + "A" * 30 + "e", "scheme": "blowfish:04", "password": "other"}
        answer = asked(lines.solve, row)
        assert (False, "vbulletin5_bcrypt") == (answer["proved"], answer["format"])

    def test_solve_says_what_was_tried(self) -> None:
        """Nothing found is said, with everything that was tried."""
        answer = asked(lines.solve, {"stored": SHA1, "password": "other"})
        assert not answer["proved"]
        assert "raw_sha1" in answer["tried"]

    def test_solve_offers_no_payload_that_the_password_refuted(self) -> None:
        """Whoever copies what stands there would lock people out; what a value says of itself stays."""
        guessed = asked(lines.solve, {"stored": SHA1, "password": "other"})
        assert ("bridge", "unproved", None) == tuple(
            guessed[name] for name in ("verdict", "reason", "custom_password_hash")
        )
        told = asked(lines.solve, {"stored": "{SHA}W6ph5Mm5Pz8GgiULbPgzG37mj9g=", "password": "other"})
        assert ("re-encoded", False) == (told["verdict"], told["proved"])
        assert "No reading that was tried accepts this password." in guessed["explanation"]

    @given(st.binary(max_size=60))
    @pytest.mark.parametrize("answer", ANSWERS[:3])
    def test_answers_anything(self, answer: lines.Answer, line: bytes) -> None:
        """Any bytes have an answer of one line."""
        assert b"\n" not in answer(line)
        json.loads(answer(line))

    @pytest.mark.parametrize("answer", ANSWERS)
    @pytest.mark.parametrize(
        ("line", "reason"),
        [(b"1" * (lines.LINE_BYTES_MAX + 1), "line-too-long"), (b"[" * 100_000, "not-json"), (b'"\xff"', "not-json")],
        ids=["too long", "nested without end", "not UTF-8"],
    )
    def test_answers_an_unreadable_line_in_the_shape_of_the_others(
        self, answer: lines.Answer, line: bytes, reason: str
    ) -> None:
        """A program finds every key that it relies on, and why there is no more; an empty line is skipped."""
        good = {"stored": SHA1, "password": "other", "custom_password_hash": PAYLOAD}
        read, unread = (json.loads(each) for each in lines.answered([json.dumps(good).encode(), b" ", line], answer))
        assert set() == read.keys() - unread.keys()
        assert reason in unread.values()
