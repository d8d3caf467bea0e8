"""Made-up readings of lifetime."""

from __future__ import annotations

import numpy as np

from tests.unit.analysis.plots.drawn import drawn
from workloads.lifetime import HANDED_ON
from workloads.spec import Condition


def stay(condition: Condition, rng: np.random.Generator) -> list[tuple[str, np.ndarray]]:
    """Return what is looked at of an area while it is kept and when it has gone: a secret page takes 2 us to go."""
    pages, handed_on = int(condition.get("pages") or 0), condition.get("life") in HANDED_ON
    ones, each = np.ones(4 * pages, dtype=np.int64), np.ones(4, dtype=np.int64)
    kept = each * (not handed_on)
    counts = [
        ("counted_while_held", each),
        ("counted_while_kept", kept),
        ("word_while_kept", ones),
        ("free_after", ones),
    ]
    sizes = [
        (f"{name}_{when}", each * pages * 4096) for name in ("mlocked", "unevictable") for when in ("held", "kept")
    ]
    times = [("pages_free", drawn(rng, 800 * pages, 4)), ("free_apart", drawn(rng, 5000, 4))]
    if condition.get("backing") != "secret":
        return [*counts, *sizes, *times]
    back = drawn(rng, 2000 * pages, 4)
    own = [("entries_back", back), ("back_apart", drawn(rng, 5000, 4)), ("pages_free", back + 1000)]
    return [("out_while_kept", ones), ("readable_after", ones), *own, *times[1:], *counts, *sizes, *execve(condition)]


def execve(condition: Condition) -> list[tuple[str, np.ndarray]]:
    """Return whether the descriptor was open in a new program; nothing where there was none."""
    is_open = {"executed": 0, "executed_open": 1}.get(str(condition.get("life")))
    return [] if is_open is None else [("open_after_execve", np.full(4, is_open))]
