"""The figures for programs."""

import msgspec

from samekey.report.figures import Figures


def encoded(figures: Figures) -> str:
    """One line of JSON, in the shape that programs rely on."""
    return msgspec.json.encode(figures.as_json()).decode()
