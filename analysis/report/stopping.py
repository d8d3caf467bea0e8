"""How a run ended that was to end by itself, in words."""

from __future__ import annotations

import math

from analysis.stopping import Stop, Width


def told(stop: Stop) -> str:
    """Return how a run ended."""
    rule, looks = stop.rule, ", ".join(map(str, stop.rule.looks))
    why = "that was enough" if stop.enough else "that was not enough, but the blocks had come to their end"
    spent = f" Intervals allow for {len(rule.looks)} looks, and are wider for it." if len(rule.looks) > 1 else ""
    return (
        f"To end once every claim's interval reaches at most {100 * rule.half_width:g} % to either side, which was "
        f"looked at after {looks} blocks. Ended after {stop.blocks}, at look {stop.look} of {len(rule.looks)}, with "
        f"{width_text(stop.widest)}: {why}.{spent}"
    )


def width_text(found: Width) -> str:
    """Return how far the widest interval reaches."""
    if not found.claim:
        return "no claim that could be measured"
    how = f"{100 * found.half_width:.2g} %" if math.isfinite(found.half_width) else "without bound"
    return f"{how} at most (claim {found.claim})"
