"""Series of boots made of known numbers, by the harness itself with an executor that starts nothing."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from analysis.boots import BootSeries, load_series
from bench.boot.happening import happened
from bench.boot.series import Series
from bench.model.boot import BootClaim, BootPlan
from bench.model.environment import Environment
from bench.run.conduct import conduct
from bench.run.executor import Outcome
from bench.run.journal import Journal
from bench.run.plan import make_plan
from bench.run.publish import seal
from tests.unit.bench.boot.paper import plan, sight
from tests.unit.bench.run.fake import FakeExecutor, condition, environment, experiment, manifest, success
from workloads.spec import Condition

SECRET = condition("secret")
Readings = Callable[[int, str, int], tuple[int, ...]]
"""The readings of a boot, by its place, its kind, and the n-th run in it."""


def claim(relation: str = "equivalent", effect: float = 0.02) -> BootClaim:
    """Return a claim about a first touch in boots of both kinds."""
    return BootClaim.model_validate(
        {
            "name": "secret-2m-1g", "text": "It takes as long.", "metric": "first_touch", "statistic": "p50",
            "baseline": SECRET, "treatment": SECRET, "relation": relation, "smallest_effect": effect,
            "baseline_boot": "1g", "treatment_boot": "2m",
        }
    )  # fmt: skip


def make(
    folder: Path, readings: Readings, *, blocks: int = 4, runs: int = 3, claims: tuple[BootClaim, ...] | None = None,
    here: Environment | None = None,
) -> BootSeries:  # fmt: skip
    """Make a series in which every boot was measured, and load it."""
    fixed = plan(blocks=blocks, claims=(claim(),) if claims is None else claims)
    series = Series.create(folder, fixed)
    for place in range(len(fixed.order)):
        one_boot(series, fixed, place, readings, runs, here or environment())
    return load_series(series.folder)


def one_boot(
    series: Series, fixed: BootPlan, place: int, readings: Readings, runs: int, here: Environment
) -> None:  # fmt: skip
    """Measure one boot, as `./lab run --continue` does."""
    kind, made = fixed.order[place], iter(range(runs))
    seen = sight(f"boot{place}", "2m" if kind == "2m" else "")

    def answer(asked: Condition, samples: Path) -> Outcome:
        return success(samples, readings(place, kind, next(made)))

    asked = experiment("secret", blocks=runs).model_copy(update={"name": "whole_boot"})
    wanted = manifest(asked).model_copy(update={"environment": here.model_copy(update={"boot": seen.boot})})
    journal = Journal.create(series.folder / "whole_boot" / f"boot{place}", wanted)
    conduct(make_plan(asked, place), FakeExecutor(answer), journal, dict, lambda run: None)
    seal(journal)
    series.append(happened("booted", place, seen))
    series.append(happened("measured", place, seen, results=[f"whole_boot/boot{place}"]))
