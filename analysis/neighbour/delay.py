"""Delays: how late a timer's process is woken beside an aggressor."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from analysis.neighbour.effect import ratio
from analysis.neighbour.ordinary import Scene
from analysis.neighbour.window import Dose
from analysis.stats.block import Estimate, mean_of_blocks

TIMER = "timer"


@dataclass(frozen=True, slots=True)
class Delay:
    """The delay of a timer beside a dose, in ns: p99.9 of a window as the geometric mean over blocks, and the worst.

    `change` is that p99.9 over the one beside ordinary churn at the same recorded rate.
    """

    dose: Dose
    pages_a_s: float
    p99_9: Estimate
    worst_ns: float
    change: Estimate | None


def delays(scene: Scene) -> tuple[Delay, ...]:
    """Return the delays of every dose in a scene; none where its victim is not the timer."""
    return tuple(found for dose in scene.doses if scene.victim == TIMER and (found := delay(scene, dose)))


def delay(scene: Scene, dose: Dose) -> Delay | None:
    """Return the delay beside a dose, None where none was recorded."""
    made = [block[dose] for block in scene.blocks if dose in block]
    slow = np.array([window.value("latency_p99_9") for window in made])
    slow = np.log(slow[slow > 0])
    if not len(slow):
        return None
    return Delay(
        dose,
        scene.recorded(dose),
        mean_of_blocks(slow, scene.confidence).through(np.exp),
        max(window.value("latency_worst") for window in made),
        ratio(scene, dose, "latency_p99_9"),
    )
