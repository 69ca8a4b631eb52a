"""Draws how a pack's time and memory grow with the number of records: two small charts, both axes logarithmic."""

import math
from collections.abc import Callable, Sequence

from measuring import MEBIBYTE, Cost

Measured = Sequence[tuple[int, Cost]]

_WIDTH, _HEIGHT = 300, 220
_LEFT, _TOP, _GAP = 60, 40, 90
_HEADROOM = 2
"""How far above the highest value an axis reaches, as a factor."""


def drawn(measured: Measured) -> str:
    """The picture as SVG."""
    charts = [
        _chart(measured, 0, "CPU, seconds", lambda cost: cost.cpu_seconds),
        _chart(measured, 1, "memory, MiB", lambda cost: cost.memory_bytes / MEBIBYTE),
    ]
    width, height = _LEFT + 2 * _WIDTH + _GAP + 30, _TOP + _HEIGHT + 50
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width} {height}" font-family="sans-serif"'
        ' font-size="12" role="img" aria-label="CPU time grows with the number of records, memory does not">\n'
        f'<rect width="{width}" height="{height}" fill="#fff"/>\n' + "\n".join(charts) + "\n</svg>\n"
    )


def _chart(measured: Measured, place: int, title: str, value: Callable[[Cost], float]) -> str:
    left = _LEFT + place * (_WIDTH + _GAP)
    counts = [count for count, _ in measured]
    values = [value(cost) for _, cost in measured]
    decades = range(math.floor(math.log10(min(values))), math.ceil(math.log10(max(values) * _HEADROOM)) + 1)

    def across(count: float) -> float:
        return left + _WIDTH * _share(count, counts[0], counts[-1])

    def down(amount: float) -> float:
        return _TOP + _HEIGHT * (1 - _share(amount, 10 ** decades[0], 10 ** decades[-1]))

    lines = [f'<text x="{left}" y="{_TOP - 16}" font-weight="bold">{title}</text>']
    for decade in decades:
        y = down(10**decade)
        lines.append(f'<path d="M{left} {y:.1f}H{left + _WIDTH}" stroke="#ddd"/>')
        lines.append(f'<text x="{left - 8}" y="{y + 4:.1f}" text-anchor="end">{10.0**decade:g}</text>')
    for count in counts:
        x = across(count)
        lines.append(f'<path d="M{x:.1f} {_TOP}V{_TOP + _HEIGHT}" stroke="#ddd"/>')
        lines.append(f'<text x="{x:.1f}" y="{_TOP + _HEIGHT + 18}" text-anchor="middle">{_short(count)}</text>')
    points = [(across(count), down(amount)) for count, amount in zip(counts, values, strict=True)]
    path = " ".join(f"{x:.1f},{y:.1f}" for x, y in points)
    lines.append(f'<polyline points="{path}" fill="none" stroke="#1f5fa8" stroke-width="2"/>')
    for (x, y), amount in zip(points, values, strict=True):
        lines.append(f'<circle cx="{x:.1f}" cy="{y:.1f}" r="3.5" fill="#1f5fa8"/>')
        anchor = "start" if x == points[0][0] else "middle"  # clear of the axis
        lines.append(f'<text x="{x + 2:.1f}" y="{y - 8:.1f}" text-anchor="{anchor}">{amount:.3g}</text>')
    lines.append(f'<text x="{left + _WIDTH / 2}" y="{_TOP + _HEIGHT + 38}" text-anchor="middle">records</text>')
    return "\n".join(lines)


def _share(value: float, low: float, high: float) -> float:
    """How far along a logarithmic axis a value stands."""
    return (math.log10(value) - math.log10(low)) / (math.log10(high) - math.log10(low))


def _short(count: int) -> str:
    return f"{count // 1_000_000} M" if count >= 1_000_000 else f"{count // 1_000} k"
