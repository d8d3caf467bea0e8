"""What the program of a timeline would say and write: windows of a report, and their samples one behind the other."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np

from bench.run.executor import Outcome
from tests.unit.bench.run.fake import report
from workloads.program import Success
from workloads.spec import Condition, Samples, Series

WINDOW_NS = 500_000_000
BEGIN_NS = 9_000_000_000
Told = tuple[Mapping[str, Sequence[int]], Mapping[str, int]]
"""Readings by metric, and by how much each counter rose."""
Tell = Callable[[Condition], Told | Mapping[str, Any]]
"""What a window of a condition reads and counts, or keys of its refusal."""


def window(place: int, condition: Condition, told: Told | Mapping[str, Any]) -> tuple[dict[str, Any], list[int]]:
    """Return a window's part of the report, and its readings in the order of its series."""
    begin_ns = BEGIN_NS + place * WINDOW_NS
    usual: dict[str, Any] = {
        "aggressor": condition.get("aggressor"),
        "rate": condition.get("rate"),
        "begin_ns": begin_ns,
        "end_ns": begin_ns + WINDOW_NS,
    }
    if isinstance(told, Mapping):
        return usual | dict(told), []
    by_metric, rises = told
    usual |= {
        "before": dict.fromkeys(rises, 1000),
        "after": {name: 1000 + rise for name, rise in rises.items()},
        "settings": {"victim_cpus": "0", "aggressor_cpus": "1", "place": place},
        "series": [{"metric": m, "thread": 0, "count": len(values)} for m, values in by_metric.items()],
    }
    return usual, [value for values in by_metric.values() for value in values]


def timeline(tell: Tell) -> Callable[[tuple[Condition, ...], Path], Outcome]:
    """Return the answer of a program that makes each window as `tell` says."""

    def answer(conditions: tuple[Condition, ...], samples: Path) -> Outcome:
        made = [window(place, condition, tell(condition)) for place, condition in enumerate(conditions)]
        samples.write_bytes(np.array([value for _, values in made for value in values], "<u8").tobytes())
        series = tuple(Series(**each) for told, _ in made for each in told.get("series", ()))
        told = report(windows=[told for told, _ in made], life_ns=len(made) * WINDOW_NS + 1)
        return Success(told, Samples(samples, series))

    return answer
