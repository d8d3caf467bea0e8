"""Effects: how much of its throughput a victim keeps beside an aggressor, and how much longer its slow turns take."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from analysis.neighbour.ordinary import Scene, logs
from analysis.neighbour.window import Dose
from analysis.stats.block import Estimate, mean_of_blocks


@dataclass(frozen=True, slots=True)
class Effect:
    """A victim beside a dose, over the same victim beside ordinary churn at the same recorded rate.

    Each a geometric mean of ratios taken block by block; None where one side is missing.
    """

    scene: Scene
    dose: Dose
    pages_a_s: float
    throughput: Estimate | None
    p99: Estimate | None


def effects(scene: Scene) -> tuple[Effect, ...]:
    """Return the effect of every dose in a scene."""
    return tuple(
        Effect(scene, dose, scene.recorded(dose), ratio(scene, dose, "operations"), ratio(scene, dose, "latency_p99"))
        for dose in scene.doses
    )


def ratio(scene: Scene, dose: Dose, metric: str) -> Estimate | None:
    """Return the ratio of a metric beside a dose to that beside ordinary churn, None where no block has both."""
    found = logs(scene, dose, metric)
    return mean_of_blocks(found, scene.confidence).through(np.exp) if len(found) else None
