"""Interrupts: how often the victims' CPUs are interrupted for a page of an aggressor, and an operation of theirs."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from analysis.neighbour.ordinary import BUSY, Scene
from analysis.neighbour.window import Dose, Window
from analysis.stats.block import Estimate, ratio_of_sums

KINDS = ("cal", "tlb")
"""Function calls, among which a flush of a kernel range is, and TLB shootdowns, as /proc/interrupts has them."""


@dataclass(frozen=True, slots=True)
class Interrupts:
    """The interrupts of one kind that a dose brought to the victims' CPUs.

    `a_page` is over those beside a busy aggressor without pages, `an_operation` all of them; None where it is not
    known, or where no page was made.
    """

    scene: Scene
    dose: Dose
    kind: str
    a_page: Estimate | None
    an_operation: Estimate | None


def interrupts(scene: Scene) -> tuple[Interrupts, ...]:
    """Return the interrupts of every dose and kind that were counted."""
    return tuple(
        Interrupts(scene, dose, kind, a_page(scene, dose, kind), an_operation(scene, dose, kind))
        for dose in scene.doses
        for kind in KINDS
        if any(kind in block[dose].interrupts for block in scene.blocks if dose in block)
    )


def a_page(scene: Scene, dose: Dose, kind: str) -> Estimate | None:
    """Return the interrupts that a page brings, over those without pages."""
    blocks = [block for block in scene.blocks if dose in block and block[dose].pages_a_s]
    pairs = [(more(block, block[dose], kind), block[dose].watched_pages_a_s) for block in blocks]
    return summed(pairs, scene.confidence)


def more(block: dict[Dose, Window], window: Window, kind: str) -> float:
    """Return by how many a second a window has more interrupts than the busy aggressor's of its block."""
    usual = [w.interrupts[kind] for dose, w in block.items() if dose.aggressor == BUSY and kind in w.interrupts]
    return window.interrupts.get(kind, np.nan) - (float(np.mean(usual)) if usual else np.nan)


def an_operation(scene: Scene, dose: Dose, kind: str) -> Estimate | None:
    """Return the interrupts that come to an operation of the victims."""
    made = [block[dose] for block in scene.blocks if dose in block]
    pairs = [(window.interrupts.get(kind, np.nan), window.operations_a_s) for window in made]
    return summed(pairs, scene.confidence)


def summed(pairs: list[tuple[float, float]], confidence: float) -> Estimate | None:
    """Return the ratio of sums of pairs, leaving out those that are not known; None where all are."""
    known = np.array([pair for pair in pairs if np.isfinite(pair).all()]).reshape(-1, 2)
    return ratio_of_sums(known[:, 0], known[:, 1], confidence) if len(known) else None
