"""Made-up validations: touches whose processes differ by chance, and delays that are what was asked for, or not."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import numpy as np

from analysis.load import Result
from bench.experiments.validation import design
from bench.experiments.wish import Wish
from bench.run.executor import Outcome
from tests.unit.analysis.plots.made import result
from tests.unit.bench.run.fake import report
from workloads.program import Success
from workloads.spec import Condition, Samples, Series

Skew = Callable[[Condition], float]
"""By what factor a condition's touches are longer than they should be; its plain ones are as they should be."""
READINGS = 9


def validation(
    folder: Path,
    *,
    blocks: int = 50,
    spread: float = 0.01,
    seed: int = 1,
    skew: Skew = lambda c: 1.0,
    overshoot: float = 0.0,
    **of: object,
) -> Result:
    """Return the result of a validation that was never run; processes differ by `spread`.

    Where there is a delay, it is by `overshoot` of the touches longer than was asked for.
    """
    rng = np.random.default_rng(seed)

    def answer(condition: Condition, samples: Path) -> Outcome:
        level = 1e6 * np.exp(rng.normal(0, spread))
        delay = int(condition.get("delay_per_mille") or 0) / 1000
        plain, touched = level * np.exp(rng.normal(0, 0.02, (2, READINGS)))
        touched = (touched * skew(condition)).astype(int)
        waited = (touched * (delay + overshoot if delay else 0)).astype(int)
        samples.write_bytes(np.concatenate([touched + waited, waited, plain]).astype("<u8").tobytes())
        series = tuple(Series(metric, 0, READINGS) for metric in ("touches", "delay", "plain"))
        return Success(report=report(), samples=Samples(samples, series))

    return result(folder, design(Wish(pages=64)), blocks=blocks, answer=answer, **of)
