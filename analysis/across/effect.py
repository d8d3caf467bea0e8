"""Effects: what one result says to one question, as the logarithm of a ratio with its standard error."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from analysis.across.harvest import Crop
from analysis.across.machine import Machine
from analysis.across.question import Question
from analysis.cells import LEAST_NS
from analysis.stats.difference import less_control, of_blocks
from analysis.stats.interval import Floats


@dataclass(frozen=True, slots=True)
class Effect:
    """The mean over blocks of the logarithm of treatment over baseline; `error` is infinite for a single block."""

    question: Question
    text: str
    machine: Machine
    value: float
    error: float
    blocks: int


def effect(crop: Crop) -> Effect:
    """Return the effect that a crop amounts to: as compare.py has it, a mean but for its last digit."""
    found, asked = of_blocks(logs(crop)), crop.source.questions[crop.question]
    text = crop.source.texts[crop.question]
    return Effect(asked, text, crop.source.machine, found.value, found.error, found.replicates)


def logs(crop: Crop) -> Floats:
    """Return the logarithm of each block's ratio, in the order of the blocks."""
    scales = np.array(crop.source.questions[crop.question].scales)
    values = np.maximum(crop.above / crop.below * scales, LEAST_NS)
    treatment = values[:, 1]
    if values.shape[1] > 2:
        treatment = np.maximum(less_control(treatment, values[:, 2], values[:, 3]), LEAST_NS)
    ratios: Floats = np.log(treatment / values[:, 0])
    return ratios
