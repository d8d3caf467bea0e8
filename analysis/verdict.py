"""Verdicts: what a claim, as it was fixed before the run, turned out to be."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

import numpy as np

from analysis import markup
from analysis.canary import disturbed
from analysis.cells import Cell
from analysis.compare import Ratio, compare
from analysis.load import Result
from analysis.plots.duration import effect_text, interval_text, ratio_text
from bench.model.claim import Claim
from workloads.spec import Condition

Outcome = Literal["supported", "refuted", "undecided", "not run"]
VAST = 100.0
"""Beyond a hundred times as much nobody is helped by a number: two blocks may give one of sixty digits."""


@dataclass(frozen=True, slots=True)
class Verdict:
    """A claim's outcome with the ratio it rests on; `undisturbed` is that without the runs whose canary was off."""

    claim: Claim
    outcome: Outcome
    ratio: Ratio | None
    undisturbed: Ratio | None
    reasons: tuple[str, ...]

    def _repr_html_(self) -> str:
        """Show in a notebook the sentence, what came of it, and the ratio that it rests on."""
        rows = [("Outcome", self.outcome), ("To read with it", "; ".join(self.reasons) or "nothing")]
        if self.ratio:
            rows[1:1] = [
                ("Ratio", ratio_text(self.ratio.value)),
                (f"{100 * self.claim.confidence:g} % interval", interval_text(self.ratio.low, self.ratio.high)),
                ("Smallest effect that matters", effect_text(self.claim.smallest_effect)),
                ("Blocks", str(self.ratio.blocks)),
            ]
        return markup.titled(self.claim.text, markup.table((), rows))


def judge(claim: Claim, cells: tuple[Cell, ...], result: Result) -> Verdict:
    """Return the verdict on a claim, from the claim and the data and nothing else."""
    ratio = measure(claim, cells, frozenset())
    if ratio is None:
        return Verdict(claim, "not run", None, None, why_not(claim, result))
    undisturbed = measure(claim, cells, disturbed(result))
    outcome = decide(claim, ratio)
    return Verdict(claim, outcome, ratio, undisturbed, remarks(claim, ratio, outcome, undisturbed))


def measure(claim: Claim, cells: tuple[Cell, ...], leave_out: frozenset[int]) -> Ratio | None:
    """Return the ratio that a claim is about, None where one of its sides was not measured."""
    ends = sides(claim, cells)
    if ends is None:
        return None
    baseline, treatment, control = ends
    return compare(baseline, treatment, claim.statistic, claim.confidence, leave_out, control)


def sides(claim: Claim, cells: tuple[Cell, ...]) -> tuple[Cell, Cell, tuple[Cell, Cell] | None] | None:
    """Return a claim's baseline, treatment and control, None where one of them was not measured."""
    found = [find(cells, condition, metric) for condition, metric in ends(claim)]
    there = [cell for cell in found if cell]
    if len(there) < len(found):
        return None
    return there[0], there[1], (there[2], there[3]) if claim.control else None


def decide(claim: Claim, ratio: Ratio) -> Outcome:
    """Return the outcome that an interval amounts to; a "greater" claim and its mirror image decide alike."""
    above, below = 1 + claim.smallest_effect, 1 / (1 + claim.smallest_effect)
    holds = {
        "greater": ratio.low > above,
        "less": ratio.high < below,
        "equivalent": below < ratio.low and ratio.high < above,
    }
    fails = {
        "greater": ratio.high < above,
        "less": ratio.low > below,
        "equivalent": ratio.low > above or ratio.high < below,
    }
    return "supported" if holds[claim.relation] else "refuted" if fails[claim.relation] else "undecided"


def find(cells: tuple[Cell, ...], condition: Condition, metric: str) -> Cell | None:
    """Return the cell of a condition and metric, None where nothing was measured."""
    return next((cell for cell in cells if cell.condition == condition and cell.metric == metric), None)


def why_not(claim: Claim, result: Result) -> tuple[str, ...]:
    """Return why a claim's conditions have no data: the runs' own reasons, each once."""
    compared = (claim.baseline, claim.treatment)
    made = (run for run in result.runs if run.trial.condition in compared)
    stopped = (run for run in made if run.status != "ok" or claim.baseline_metric)
    notes = tuple(dict.fromkeys(note.text for run in stopped for note in run.notes))
    return notes or (lacking(claim, result),)


def lacking(claim: Claim, result: Result) -> str:
    """Return what there is none of, where no run says so: runs, or readings of the metric or of its control."""
    made = [run for run in result.runs if run.status == "ok" and run.samples]
    for condition, metric in ends(claim):
        runs = [run for run in made if run.trial.condition == condition]
        found = {series.metric for run in runs if run.samples for series in run.samples.series}
        if runs and metric not in found:
            role = "its control" if metric in (claim.control or ()) else "what it is about"
            return f"there are no readings of {role}, {metric}"
    return "no run of it was made yet"


def ends(claim: Claim) -> list[tuple[Condition, str]]:
    """Return what a claim compares, baseline and treatment, and what it takes off, each with its metric."""
    compared = [(claim.baseline, claim.baseline_metric or claim.metric), (claim.treatment, claim.metric)]
    return compared + list(zip((claim.baseline, claim.treatment), claim.control or (), strict=False))


def remarks(claim: Claim, ratio: Ratio, outcome: Outcome, undisturbed: Ratio | None) -> tuple[str, ...]:
    """Return what a reader should know beside the outcome."""
    found = []
    if ratio.blocks < 5:
        few = "a single block, so that it has no interval" if ratio.blocks == 1 else f"{ratio.blocks} blocks only"
        found.append(f"it rests on {few}")
    if outcome == "undecided" and np.isfinite(ratio.detectable):
        least = f"below {effect_text(ratio.detectable)}" if ratio.detectable < VAST else "of any size"
        found.append(f"an effect {least} could not be told from none here")
    if undisturbed is None:
        found.append("no block is free of runs that something disturbed")
    elif 1 < undisturbed.blocks < ratio.blocks and decide(claim, undisturbed) != outcome:
        less = f"{undisturbed.value:.2f} [{undisturbed.low:.2f}, {undisturbed.high:.2f}]"
        found.append(
            f"the {undisturbed.blocks} blocks that nothing disturbed give {less}: {decide(claim, undisturbed)}"
        )
    return tuple(found)
