"""Made-up courses of natural use: pages come in pieces of given sizes, and each whole piece splits a block."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from analysis.course import Course
from analysis.pool.ground import Ground, Pieces
from workloads.spec import Condition

USES = ("one_size", "mixed", "processes")
PAGES = 1024


def condition(use: str = "one_size", pages: int = PAGES, ground: str = "used_up") -> Condition:
    """Return a condition of natural use."""
    return Condition.of("fragmentation", use=use, ground=ground, pages=pages)


def pieces(pages: Sequence[int], level: Sequence[int], of: Condition | None = None) -> Pieces:
    """Return the pieces of one run."""
    return Pieces(of or condition(), np.array(pages, dtype=np.int64), np.array(level, dtype=np.int64))


def ground(*runs: Pieces, stray: float = 0.0) -> Ground:
    """Return what some runs tell."""
    return Ground("used_up", runs, stray)


def course(use: str, rng: np.random.Generator, *, times: int = 1, pages: int = PAGES) -> Course:
    """Return a run whose pages came in pieces of about 100, half of them whole; it read `times` as many splits."""
    sizes = np.diff(np.unique(np.concatenate([[0, pages], np.sort(rng.integers(1, pages, 9))])))
    level = np.where(rng.random(len(sizes)) < 0.5, 1, 2)
    one = np.array([pages << 12], dtype=np.int64)
    splits = np.array([times * int((level == 2).sum())], dtype=np.int64)
    readings = {
        "touched_bytes": one,
        "peak_bytes": one,
        "level2_splits": splits,
        "round_table_blocks": splits,
        "region_secret_pages": sizes.astype(np.int64),
        "region_level_before": level.astype(np.int64),
    }
    return Course(condition(use, pages), "end", 0, readings)


def courses(seed: int, *, times: int = 1, runs: int = 6) -> tuple[Course, ...]:
    """Return runs of every use."""
    rng = np.random.default_rng(seed)
    return tuple(course(use, rng, times=times) for use in USES for _ in range(runs))
