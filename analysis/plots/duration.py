"""Figures in human units: durations from nanoseconds to three significant figures, ratios, sizes, counts."""

from __future__ import annotations

import math

TINY, MOST_DECIMALS = 0.00995, 9
"""Below this three decimals leave one figure or none."""
UNITS = ((1e9, "s"), (1e6, "ms"), (1e3, "us"), (1.0, "ns"))


def duration(ns: float) -> str:
    """Return a duration for a person: 14230.0 is "14.2 us"; what is not finite is "?"."""
    if not math.isfinite(ns):
        return "?"
    # A value that rounds up to the next unit belongs to it: 999.9 us is 1.00 ms.
    size, name = next(((size, name) for size, name in UNITS if ns >= 0.9995 * size), UNITS[-1])
    return f"{figures(ns / size)} {name}"


def duration_range(low_ns: float, high_ns: float) -> str:
    """Return a range for a person, as "13.9 to 14.6 us"; without bounds it says so."""
    if not (math.isfinite(low_ns) and math.isfinite(high_ns)):
        return "no bounds"
    low, high = duration(low_ns), duration(high_ns)
    return f"{low.split()[0] if low.split()[1] == high.split()[1] else low} to {high}"


def figures(value: float) -> str:
    """Return two or three significant figures without an exponent: 0.0029, 0.091, 0.91, 1.42, 14.2, 142, 1420."""
    if 0 < abs(value) < TINY:
        return f"{value:.{min(MOST_DECIMALS, 1 - math.floor(math.log10(abs(value))))}f}"
    bounds = ((0.0995, 3), (9.995, 2), (99.95, 1))
    decimals = 0 if value == 0 else next((places for bound, places in bounds if abs(value) < bound), 0)
    return f"{value:.{decimals}f}"


def ratio_text(value: float) -> str:
    """Return a ratio as a factor, as "7.41x"."""
    return f"{figures(value)}x" if math.isfinite(value) else "?"


def size_text(size_bytes: float) -> str:
    """Return a size in binary units to a tenth, as "64 KB" for 65536."""
    if size_bytes < 0:
        return f"-{size_text(-size_bytes)}"
    for unit, name in ((1 << 30, "GB"), (1 << 20, "MB"), (1 << 10, "KB")):
        if size_bytes >= unit:
            return f"{round(size_bytes / unit, 1):g} {name}"
    return f"{size_bytes:g} B"


def count_text(count: int, noun: str) -> str:
    """Return a count with its noun, as "102,400 pages"."""
    return f"{count:,} {noun}{'' if count == 1 else 's'}"


def interval_text(low: float, high: float, between: str = " to ") -> str:
    """Return a ratio's interval, as "7.1 to 7.8"; without bounds it says so."""
    return f"{figures(low)}{between}{figures(high)}" if math.isfinite(low) and math.isfinite(high) else "no bounds"


def effect_text(share: float) -> str:
    """Return an effect in per cent, as "2.5 %", or as a factor where it is more than all of it."""
    return f"{figures(1 + share)} times" if share >= 1 else f"{100 * share:.2g} %"
