"""Dose and response: what a victim loses with every page a second, and what a page so costs everybody else."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from analysis.neighbour.ordinary import Scene, expected
from analysis.neighbour.window import NS_A_S, Dose
from analysis.stats.block import Estimate, mean_of_blocks, ratio_of_sums
from analysis.stats.interval import Floats


@dataclass(frozen=True, slots=True)
class Response:
    """The loss of a victim over an aggressor's recorded rate, a share of what it has beside ordinary churn.

    `points` are the doses with rate and loss; `slope` is the least-squares line through no loss at no pages: loss for
    one page a second; None where no page was made. `cost_ns` is the victims' CPU time that a page takes away.
    """

    scene: Scene
    aggressor: str
    points: tuple[tuple[Dose, float, Estimate], ...]
    slope: Estimate

    @property
    def cost_ns(self) -> Estimate:
        """Return the CPU time in ns, on all the victims' CPUs together, that a page takes away from them."""
        return self.slope.through(lambda slope: slope * NS_A_S * self.scene.processes)


def response(scene: Scene, aggressor: str) -> Response | None:
    """Return the response of a victim to an aggressor; None where the two, or ordinary churn, were not measured."""
    doses = [dose for dose in scene.doses if dose.aggressor == aggressor and scene.recorded(dose) > 0]
    found = {dose: losses(scene, dose) for dose in doses}
    points = tuple(
        (dose, float(rates.mean()), mean_of_blocks(loss, scene.confidence))
        for dose, (rates, loss) in found.items()
        if len(loss)
    )
    if not points:
        return None
    sums = np.array([sums_of(scene, number, doses) for number in range(len(scene.blocks))])
    sums = sums[sums[:, 1] > 0]
    return Response(scene, aggressor, points, ratio_of_sums(sums[:, 0], sums[:, 1], scene.confidence))


def losses(scene: Scene, dose: Dose) -> tuple[Floats, Floats]:
    """Return the recorded rate and the loss of each block that has a dose and ordinary churn."""
    pairs = [pair for number in range(len(scene.blocks)) if (pair := loss(scene, number, dose))]
    rates, lost = np.array(pairs).reshape(-1, 2).T
    return rates, lost


def loss(scene: Scene, number: int, dose: Dose) -> tuple[float, float] | None:
    """Return the recorded rate and the loss of a dose in a block, None where either side is missing."""
    block = scene.blocks[number]
    if dose not in block:
        return None
    window = block[dose]
    lost = 1 - window.operations_a_s / expected(block, window.pages_a_s, "operations")
    return (window.pages_a_s, lost) if np.isfinite(lost) else None


def sums_of(scene: Scene, number: int, doses: list[Dose]) -> tuple[float, float]:
    """Return the sums of x y and of x x over some doses in a block, where x is the rate and y the loss."""
    pairs = [pair for dose in doses if (pair := loss(scene, number, dose))]
    return sum(x * y for x, y in pairs), sum(x * x for x, _ in pairs)
