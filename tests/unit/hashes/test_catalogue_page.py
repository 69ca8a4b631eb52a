"""The catalogue as a page."""

import re
from importlib import resources
from typing import Any

import msgspec
import pytest

from samekey.hashes import catalogue_page, registry
from tests.unit.hashes import golden

EXAMPLES = msgspec.json.decode(resources.files("samekey.hashes").joinpath("examples.json").read_bytes())
SAID = [
    (name, told)
    for name, told in EXAMPLES.items()
    if "by" in told and name != "auth0_import"  # whose page the documented examples are
]
CONFIRMED = {
    (line["format"], line["source"], msgspec.json.encode(line["stored"]))
    for path in golden.FOLDER.glob("**/vectors.jsonl")
    for line in golden.lines(str(path.relative_to(golden.FOLDER)))
}


class TestPage:
    """The page of documentation."""

    def test_names_every_format(self) -> None:
        """No format is left out."""
        page = catalogue_page.page()
        assert [] == [name for name in registry.FORMATS if f"`{name}`" not in page]

    def test_names_products_by_formats_that_are_there(self) -> None:
        """Whoever looks for a product is sent to a row of the page."""
        named = {name for names in catalogue_page._PRODUCTS.values() for name in names}
        assert set() == named - registry.FORMATS.keys()

    def test_is_the_same_each_time(self) -> None:
        """Nothing random stands on it, so that a check can compare."""
        assert catalogue_page.page() == catalogue_page.page()

    def test_names_who_confirms_a_format_everywhere_but_at_marks_that_no_software_makes(self) -> None:
        """An empty cell and a damaged value wait for no program; every other format has a golden value by others."""
        rows = [line for line in catalogue_page.page().splitlines() if line.startswith("| `")]
        unmade = [row.split("`")[1] for row in rows if row.endswith("| no software makes it |")]
        assert unmade == ["nothing", "delegated", "damaged", "damaged_bcrypt"]

    @pytest.mark.parametrize(("name", "told"), SAID, ids=[name for name, _ in SAID])
    def test_names_who_confirms_a_format_only_where_a_golden_value_does(self, name: str, told: dict[str, Any]) -> None:
        """Whoever stands in the last column made the value that stands beside, and the tests read it."""
        assert (name, told["by"], msgspec.json.encode(told["stored"])) in CONFIRMED

    @pytest.mark.parametrize(("name", "told"), SAID, ids=[name for name, _ in SAID])
    def test_names_the_version_of_the_program(self, name: str, told: dict[str, Any]) -> None:
        """A program changes what it writes; whoever compares has to know which one wrote this."""
        said = told["by"]
        assert "published" in said or re.search(r"\d\.\d|[0-9a-f]{8}|/[a-z]+@", said), name

    def test_shows_no_example_of_a_format_that_is_gone(self) -> None:
        """An example goes with its format."""
        assert set() == EXAMPLES.keys() - registry.FORMATS.keys()
