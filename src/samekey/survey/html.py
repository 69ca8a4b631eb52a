"""The findings as one self-contained page: nothing from elsewhere in it, and no value of the source."""

from collections.abc import Mapping
from dataclasses import dataclass
from importlib import resources

import jinja2

from samekey.survey.findings import Findings, expression

FATES = {
    "carried": ("carried", "Auth0 can check the stored hash"),
    "undecided": ("undecided", "a known login or the rules must say which format it is"),
    "bridge": ("bridge", "Auth0 cannot check this function; held"),
    "reset": ("reset", "there is no usable password; held"),
    "none": ("no password", "the source holds none"),
}
"""What becomes of passwords, by the words of the findings: a short name and what it means."""

_HUNDRED = 100.0


@dataclass(frozen=True, slots=True)
class Bar:
    """One bar of a chart, in per cent of its width."""

    name: str
    users: int
    start: float
    width: float


def page(found: Findings) -> str:
    """The findings as HTML; everything that came from outside is escaped."""
    template = resources.files("samekey.survey").joinpath("templates/survey.html.j2").read_text(encoding="utf-8")
    environment = jinja2.Environment(autoescape=True, undefined=jinja2.StrictUndefined, trim_blocks=True)
    environment.filters["count"] = lambda number: f"{number:,}"
    environment.filters["share"] = lambda part: f"{_HUNDRED * part:.1f} %"
    environment.filters["expression"] = expression
    environment.filters["size"] = _size
    environment.filters["duration"] = duration
    years = found.logins.years if found.logins else {}
    return environment.from_string(template).render(
        found=found,
        fates=FATES,
        fate_bars=stacked({fate: users for fate, users in found.fates.items() if users}),
        year_bars=upright(years),
        unread=sum(found.rejected.values()),
    )


def stacked(counts: Mapping[str, int]) -> list[Bar]:
    """Bars one behind the other, which fill the width together."""
    total = sum(counts.values())
    bars: list[Bar] = []
    start = 0.0
    for name, users in counts.items():
        width = _HUNDRED * users / total
        bars.append(Bar(name, users, start, width))
        start += width
    return bars


def upright(years: Mapping[str, int]) -> list[Bar]:
    """A bar for each year from the first to the last, its height as width; years without anybody are there, too."""
    if not years:
        return []
    highest = max(years.values())
    numbers = range(int(min(years)), int(max(years)) + 1)
    counts = [years.get(str(year), 0) for year in numbers]
    return [
        Bar(str(year), users, float(place), _HUNDRED * users / highest)
        for place, (year, users) in enumerate(zip(numbers, counts, strict=True))
    ]


_MINUTES_SHOWN_MAX = 180
_UNITS = ("bytes", "KiB", "MiB", "GiB", "TiB")
_STEP = 1024


def duration(hours: float) -> str:
    """How long something takes, for a person."""
    minutes = round(hours * 60)
    if minutes < 1:
        return "under a minute"
    return f"{minutes} min" if minutes < _MINUTES_SHOWN_MAX else f"{hours:,.0f} h"


def _size(size_bytes: int) -> str:
    size, unit = float(size_bytes), 0
    while size >= _STEP and unit < len(_UNITS) - 1:
        size, unit = size / _STEP, unit + 1
    return f"{size:,.0f} {_UNITS[unit]}"
