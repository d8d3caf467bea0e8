"""A made-up fleet of known truth: what each factor does to a ratio is set, and results are written as hosts would."""

from __future__ import annotations

import math
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from analysis.across.effect import Effect
from analysis.across.machine import Machine, machine
from analysis.across.question import question
from analysis.load import Result
from bench.experiments.page_cost import design
from bench.experiments.wish import Wish
from bench.model.environment import Environment
from bench.model.experiment import Experiment
from bench.run.executor import Outcome
from tests.unit.analysis.plots.made import result
from tests.unit.bench.run.fake import environment, report
from workloads.program import Success
from workloads.spec import Condition, Samples, Series

LOCKED_NS = 1200.0
SERIES = ("6.12.9-1", "6.18.2-cloud", "6.6.30")
CPUS = (2, 4, 8, 16, 64)
CLAIMS = ("touch-p50", "touch-memfd")
SPREAD = 0.2
"""Of readings within a run, on logarithms."""


@dataclass(frozen=True, slots=True)
class Truth:
    """What is so: logarithms of ratios, and how far kinds, hosts of a kind, and blocks of a result lie apart."""

    typical: float = math.log(7)
    flush: tuple[tuple[str, float], ...] = (("IPI", 0.0), ("INVLPGB", math.log(0.45)), ("TLBI", math.log(0.6)))
    virtual: float = math.log(1.4)
    twice: float = 0.12
    newest: float = 0.0
    kinds: float = 0.12
    hosts: float = 0.06
    blocks: float = 0.05
    memfd: float = math.log(3)

    def of(self, host: Machine) -> float:
        """Return the logarithm of touch-p50's ratio on a machine that is as its kind and factors say."""
        doubled = math.log2(host.kind.cpus / 8) * self.twice
        newest = self.newest * (host.series == "6.18")
        return self.typical + dict(self.flush)[host.flush] + self.virtual * host.kind.virtual + doubled + newest


@dataclass(frozen=True, slots=True)
class Host:
    """One host: what it says of itself, how it flushes, and the logarithm of its own ratio."""

    name: str
    environment: Environment
    flush: str
    log_ratio: float

    @property
    def machine(self) -> Machine:
        """Return it as others will see it."""
        return machine(self.name, self.environment, self.flush)  # type: ignore[arg-type]


def fleet(truth: Truth, kinds: int, hosts: int, seed: int = 1) -> Iterator[Host]:
    """Yield the hosts of a fleet, kind by kind: every factor is drawn for itself."""
    rng = np.random.default_rng(seed)
    for kind in range(kinds):
        flush = str(rng.choice([name for name, _ in truth.flush]))
        maker = {"INVLPGB": "AMD", "TLBI": "Neoverse"}.get(flush, str(rng.choice(["Intel", "AMD"])))
        fixed = {
            "architecture": "aarch64" if flush == "TLBI" else "x86_64",
            "cpu": f"{maker} model {kind}",
            "cpus_online": int(rng.choice(CPUS)),
            "virtualisation": str(rng.choice(["none", "kvm (Cloud c7)", "none, docker container"])),
        }
        of_kind = rng.normal(0, truth.kinds)
        for number in range(hosts):
            here = environment().model_copy(update=fixed | {"kernel": str(rng.choice(SERIES))})
            seen = machine("", here, flush)  # type: ignore[arg-type]
            log_ratio = truth.of(seen) + of_kind + rng.normal(0, truth.hosts)
            yield Host(f"host-{kind}-{number}", here, flush, log_ratio)


def effects(truth: Truth, hosts: Iterator[Host], blocks: int = 12, seed: int = 2) -> list[Effect]:
    """Return what a fleet would say to touch-p50, without the readings that it would say it by."""
    rng = np.random.default_rng(seed)
    asked = question("page_cost", experiment().claims[0])
    found = []
    for host in hosts:
        logs = host.log_ratio + rng.normal(0, truth.blocks, blocks)
        error = float(logs.std(ddof=1) / math.sqrt(blocks))
        found.append(Effect(asked, "", host.machine, float(logs.mean()), error, blocks))
    return found


def experiment(pages: int = 64) -> Experiment:
    """Return the part of page_cost that is made up here."""
    whole = design(Wish(cpus=2, pages=pages))
    claims = tuple(claim for claim in whole.claims if claim.name in CLAIMS)
    compared = {condition for claim in claims for condition in (claim.baseline, claim.treatment)}
    kept = tuple(condition for condition in whole.conditions if condition in compared)
    return whole.model_copy(update={"claims": claims, "conditions": kept})


def written(folder: Path, host: Host, truth: Truth, *, blocks: int = 6, pages: int = 64, seed: int = 3) -> Result:
    """Write the result that a host would send, and return it."""
    rng = np.random.default_rng((seed, zlib.crc32(host.name.encode())))

    def answer(condition: Condition, samples: Path) -> Outcome:
        backing = str(condition.get("backing"))
        above = {"secret": host.log_ratio, "memfd_locked": host.log_ratio - truth.memfd}.get(backing, 0.0)
        middle = LOCKED_NS * math.exp(above + rng.normal(0, truth.blocks / math.sqrt(2)))
        readings = np.exp(rng.normal(math.log(middle), SPREAD, pages)).astype("<u8")
        readings.tofile(samples)
        interrupts = pages if backing == "secret" and host.flush == "IPI" else 0
        before = {"minor_faults": 0, "cal_other_cpus": 0}
        told = report(before=before, after={"minor_faults": pages, "cal_other_cpus": interrupts})
        return Success(report=told, samples=Samples(samples, (Series("first_touch", 0, pages),)))

    stated = {"machine": host.name, "environment": host.environment}
    return result(folder / host.name, experiment(pages), blocks=blocks, answer=answer, **stated)
