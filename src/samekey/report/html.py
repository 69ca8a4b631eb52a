"""The figures as one self-contained page: no script, no font, no picture from elsewhere."""

from importlib import resources

import jinja2

from samekey.report.figures import Figures

_VERDICTS = {
    "as-is": "Already in a form Auth0 takes.",
    "re-encoded": "The same hash, rewritten without loss.",
    "bridge": "Auth0 cannot check this function; held for the bridge, which is not built yet.",
    "reset": "No usable password in the source.",
    "none": "The rules carry no password.",
}


def page(figures: Figures) -> str:
    """The report as HTML; everything that came from outside is escaped."""
    template = resources.files("samekey.report").joinpath("templates/report.html.j2").read_text(encoding="utf-8")
    environment = jinja2.Environment(autoescape=True, undefined=jinja2.StrictUndefined, trim_blocks=True)
    environment.filters["count"] = lambda number: f"{number:,}"
    environment.filters["share"] = lambda number, total: f"{100 * number / total:.1f} %" if total else "0 %"
    return environment.from_string(template).render(
        figures=figures,
        books=figures.books,
        verdicts=_VERDICTS,
        passwords=sum(figures.passwords.values()),
    )
