# ruff: noqa: INP001  # pages and their maker, not a package
"""The picture of a chunk's life, drawn from the table: places are chosen here, arrows are not."""

from html import escape

from samekey.deliver.lifecycle import FINAL, OCCUPYING, TABLE, State

WIDTH, HEIGHT = 940, 360
_BOX_WIDTH, _BOX_HEIGHT = 110, 40
_PLACES = {
    State.WAITING: (80, 90),
    State.SENDING: (290, 90),
    State.WORKING: (500, 90),
    State.FINISHED: (700, 90),
    State.UNCLEAR: (290, 280),
    State.RESENDING: (500, 280),
    State.BROKEN: (700, 280),
    State.SETTLED: (870, 90),
    State.HALVED: (870, 280),
}
"""Middle of every state's box. A state without a place cannot be drawn, and the page cannot be made."""

_STYLE = (
    "text{font:13px sans-serif;text-anchor:middle;fill:#222}"
    ".event{font-size:11px;fill:#555;paint-order:stroke;stroke:#fff;stroke-width:5px}"
    "rect{fill:#fff;stroke:#444}.slot{fill:#fff3d6}.final{stroke-width:3}path{fill:none;stroke:#888}"
)
_ARROW = (
    '<marker id="arrow" viewBox="0 0 8 8" refX="8" refY="4" markerWidth="8" markerHeight="8" orient="auto">'
    '<path d="M0 0 L8 4 L0 8 z" style="fill:#888;stroke:none"/></marker>'
)


def svg() -> str:
    """The picture as a page of its own."""
    lines = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {HEIGHT}" role="img">',
        "<title>The life of a chunk</title>",
        f"<style>{_STYLE}</style>",
        f"<defs>{_ARROW}</defs>",
        f'<rect width="{WIDTH}" height="{HEIGHT}" style="stroke:none"/>',
        *_arrows(),
        *(_box(state) for state in State),
        "</svg>",
    ]
    return "\n".join(lines) + "\n"


def _arrows() -> list[str]:
    """One arrow from a state to another, with every event that leads along it."""
    events: dict[tuple[State, State], list[str]] = {}
    for (state, event), following in TABLE.items():
        events.setdefault((state, following), []).append(str(event))
    return [_arrow(start, end, ", ".join(names), both=(end, start) in events) for (start, end), names in events.items()]


def _arrow(start: State, end: State, names: str, *, both: bool) -> str:
    """From edge to edge, bowed to its left where another arrow comes the other way."""
    (x1, y1), (x2, y2) = _PLACES[start], _PLACES[end]
    bow = 28 if both else 0
    length = ((x2 - x1) ** 2 + (y2 - y1) ** 2) ** 0.5
    across_x, across_y = (y2 - y1) / length, -(x2 - x1) / length
    bend_x, bend_y = (x1 + x2) / 2 + across_x * bow * 2, (y1 + y2) / 2 + across_y * bow * 2
    from_x, from_y = _edge(x1, y1, bend_x, bend_y)
    to_x, to_y = _edge(x2, y2, bend_x, bend_y)
    label_x, label_y = (x1 + x2) / 2 + across_x * (bow + 10), (y1 + y2) / 2 + across_y * (bow + 10) + 4
    way = f"M{from_x:.0f} {from_y:.0f} Q{bend_x:.0f} {bend_y:.0f} {to_x:.0f} {to_y:.0f}"
    line = f'<path d="{way}" marker-end="url(#arrow)"/>'
    return f'{line}<text class="event" x="{label_x:.0f}" y="{label_y:.0f}">{escape(names)}</text>'


def _edge(x: float, y: float, towards_x: float, towards_y: float) -> tuple[float, float]:
    """Where a line from the middle of a box leaves it."""
    across, down = towards_x - x, towards_y - y
    share = min(_BOX_WIDTH / 2 / abs(across) if across else 9e9, _BOX_HEIGHT / 2 / abs(down) if down else 9e9)
    return x + across * share, y + down * share


def _box(state: State) -> str:
    x, y = _PLACES[state]
    kind = "slot" if state in OCCUPYING else "final" if state in FINAL else "plain"
    corner = f'x="{x - _BOX_WIDTH / 2:.0f}" y="{y - _BOX_HEIGHT / 2:.0f}"'
    box = f'<rect class="{kind}" {corner} width="{_BOX_WIDTH}" height="{_BOX_HEIGHT}" rx="6"/>'
    return f'{box}<text x="{x}" y="{y + 5}">{escape(state)}</text>'
