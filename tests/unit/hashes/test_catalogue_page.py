"""The catalogue as a page."""

from samekey.hashes import catalogue_page, registry


class TestPage:
    """The page of documentation."""

    def test_names_every_format(self) -> None:
        """No format is left out."""
        page = catalogue_page.page()
        assert [] == [name for name in registry.FORMATS if f"`{name}`" not in page]

    def test_is_the_same_each_time(self) -> None:
        """Nothing random stands on it, so that a check can compare."""
        assert catalogue_page.page() == catalogue_page.page()
