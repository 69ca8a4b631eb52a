"""Lotus Notes and Domino; John the Ripper's values are in the golden file of `published`."""

import pytest

from samekey.hashes import alphabets, conversion, legacy, registry, solver

LOTUS5, DOMINO6 = "355E98E7C7B59BD810ED845AD0FD2FC4", "(GNBpcGJRYpBe9orUOpmZ)"
DOMINO8 = "(HosOQowHtnaYQqFo/XlScup0mC30mC3KmC30mCeACAxpjQN2u)"


class TestDomino:
    """Its three ways of storing."""

    @pytest.mark.parametrize("stored", [LOTUS5, f"({LOTUS5})", LOTUS5.lower()])
    def test_solve_finds_a_digest_with_and_without_its_brackets(self, stored: str) -> None:
        """Nothing tells bare hex from MD5; a known login does."""
        solved = solver.solve(stored, password="password")
        assert solved.conversion is not None
        assert ("lotus_notes", "bridge") == (solved.conversion.format, solved.conversion.verdict)

    def test_bare_hex_is_not_proposed(self) -> None:
        """Every MD5 would be one."""
        assert "lotus_notes" not in conversion.convert(LOTUS5).candidates

    @pytest.mark.parametrize("stored", [DOMINO6, DOMINO8])
    def test_a_value_that_lost_its_end_is_damaged(self, stored: str) -> None:
        """With or without the bracket behind it."""
        for text in (stored[:-1], stored[:-2], stored[:-3] + ")", stored + "x"):
            assert ("reset", "damaged") == (conversion.convert(text).verdict, conversion.convert(text).reason)

    @pytest.mark.parametrize("password", ["", "x" * 15, "x" * 16, "x" * 17, "x" * 500, "\0", "é🐟"])
    def test_takes_any_password(self, password: str) -> None:
        """Blocks of every length are filled up, and none of these is the right one."""
        for stored in (f"({LOTUS5})", DOMINO6, DOMINO8):
            candidate = registry.read_as("lotus_notes", stored)
            assert candidate is not None
            assert not legacy.accepts(candidate.form, password=password)

    def test_never_runs_rounds_beyond_the_ceiling(self) -> None:
        """Ten digits hold more rounds than anybody waits for."""
        raw = alphabets.domino_bytes(DOMINO8[2:-1])
        assert raw is not None
        many = f"(H{alphabets.domino_text(raw[:16] + b'9999999999' + raw[26:])})"
        candidate = registry.read_as("lotus_notes", many)
        assert candidate is not None
        assert not legacy.accepts(candidate.form, password="pleaseletmein")
