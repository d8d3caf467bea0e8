"""Neighbours whose truth is known: what each page of either kind takes from a victim, put into the lab's own files."""

from __future__ import annotations

import zlib
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from analysis.load import Result, load
from bench.model.experiment import Experiment
from bench.run.conduct import conduct
from bench.run.journal import Journal
from bench.run.plan import make_plan
from bench.run.publish import seal
from tests.unit.bench.run.fake import FakeExecutor, manifest
from tests.unit.bench.run.fake_timeline import WINDOW_NS, Told, timeline
from workloads.spec import Condition, FactorValue

BUCKETS, BUCKET_S = 45, 0.01
MOST = {"secret": 20_000, "memfd_locked": 110_000, "anonymous": 215_000}
MAKERS = ("anonymous", "memfd", "memfd_locked", "secret", "fork_secret", "mprotect", "munmap")
DOSES: tuple[tuple[str, FactorValue, int], ...] = (
    ("none", 0, 1),
    ("spin", 0, 1),
    ("spin", 0, 2),
    *((kind, rate, 1) for kind in ("anonymous", "memfd_locked", "secret") for rate in (500, 2000, 8000, "max")),
    ("secret_held", 0, 1),
)


@dataclass(frozen=True)
class Truth:
    """What a page takes from a victim, in CPU seconds: of any kind, of a secret one besides; and how still it is."""

    any_page_s: float = 0.1e-6
    secret_page_s: float = 5e-6
    noise: float = 0.01
    drift: float = 0.1
    operations: float = 50_000


def beside(victim: str, aggressor: str, rate: FactorValue, copy: int = 1) -> Condition:
    """Return a condition with what is not plain about it."""
    extra = {} if copy == 1 else {"copy": copy}
    return Condition.of("neighbour_throughput", victim=victim, aggressor=aggressor, rate=rate, **extra)


def experiment(victims: tuple[str, ...] = ("compute",), blocks: int = 12) -> Experiment:
    """Return an experiment of every dose for some victims."""
    return Experiment(
        name="neighbours",
        question="What do one process's secrets do to everybody else?",
        profile="full",
        claims=(),
        conditions=tuple(beside(victim, *dose) for victim in victims for dose in DOSES),
        blocks=blocks,
    )


def result(folder: Path, of: Experiment, truths: Mapping[str, Truth] | Truth, seed: int = 0) -> Result:
    """Return the sealed result of an experiment whose victims are what the truths say."""
    journal = Journal.create(folder / of.name / "one", manifest(of))
    made = Maker(truths, seed)
    conduct(make_plan(of, seed), FakeExecutor(timeline=timeline(made.tell)), journal, dict, lambda run: None)
    seal(journal)
    return load(journal.folder)


class Maker:
    """Makes up windows; the level of a victim drifts from block to block."""

    def __init__(self, truths: Mapping[str, Truth] | Truth, seed: int) -> None:
        """Make them from a seed."""
        self.truths, self.rng = truths, np.random.default_rng((seed, zlib.crc32(b"neighbours")))
        self.made: dict[Condition, int] = {}
        self.levels: dict[tuple[str, int], float] = {}

    def tell(self, condition: Condition) -> Told:
        """Return a window's readings, and how often its victim's CPU was interrupted."""
        victim = str(condition.get("victim"))
        truth = self.truths if isinstance(self.truths, Truth) else self.truths[victim]
        block = self.made[condition] = self.made.get(condition, -1) + 1
        level = self.levels.setdefault((victim, block), float(self.rng.lognormal(0, truth.drift)))
        rate, secret = pages_a_s(condition), condition.get("aggressor") in ("secret", "fork_secret")
        lost = rate * (truth.any_page_s + secret * truth.secret_page_s)
        mean = level * truth.operations * BUCKET_S * (1 - lost) * self.rng.lognormal(0, truth.noise)
        p99 = 25_000 * level * (1 + 4 * lost) * self.rng.lognormal(0, truth.noise)
        counted = {"cal_cpu0": int(rate * secret * WINDOW_NS / 1e9) + int(self.rng.poisson(20)), "tlb_cpu0": 3}
        counted["pages_made"] = int(rate * WINDOW_NS / 1e9)
        return (
            {
                "operations": self.rng.poisson(max(mean, 0), BUCKETS).tolist(),
                "latency_p50": [int(20_000 * level)],
                "latency_p99": [int(p99)],
                "latency_p99_9": [int(2 * p99)],
                "latency_worst": [int(9 * p99)],
                "pages": self.rng.poisson(rate * BUCKET_S, BUCKETS).tolist(),
            },
            counted,
        )


def pages_a_s(condition: Condition) -> float:
    """Return how fast an aggressor really is."""
    aggressor, rate = str(condition.get("aggressor")), condition.get("rate")
    most = MOST.get(aggressor, 50_000)
    return 0.0 if aggressor not in MAKERS else min(float(rate), most) if isinstance(rate, int) else float(most)
