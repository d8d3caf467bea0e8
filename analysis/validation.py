"""Validation: how often the lab would cry wolf on a machine, and whether a known delay comes back (./lab validate).

The pairs are those of the experiment's claims, and no run is in two of the comparisons that are counted together. They
are between processes, or within one. A long result is cut into short ones of FEW blocks, the fewest that are judged
without a remark: each is a comparison as any report has it.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import product

import numpy as np

from analysis.cells import LEAST_NS, Cell, cells
from analysis.compare import Ratio, paired, ratio_of
from analysis.load import Result
from analysis.stats.interval import Floats, Interval
from analysis.stats.proportion import proportion_interval
from analysis.verdict import decide, find, sides
from bench.model.claim import Claim, Relation
from bench.model.manifest import Manifest
from workloads.spec import Condition

FEW = 5
STATISTICS = ("p50", "mean")
CONFIDENCE = 0.95
MOST_PER_MILLE = 10_000
Logs = dict[tuple[Claim, str], Floats]
"""The logarithm of each block's ratio, by claim and statistic."""


@dataclass(frozen=True, slots=True)
class Rate:
    """How often something wrong was said, of how many comparisons; `most` is the part that is promised.

    `backing` is the kind of memory, "" for all; `blocks` is how many each comparison rests on; `within` tells whether
    these were within processes. None where a rate is of both.
    """

    within: bool | None
    backing: str
    statistic: str
    blocks: int
    times: int
    of: int
    most: float

    @property
    def interval(self) -> Interval:
        """Return what the count leaves open."""
        return proportion_interval(self.times, self.of)

    def is_too_often(self, rates: int) -> bool:
        """Tell whether a promise is beyond doubt not kept, where one of so many rates is allowed to look so by luck."""
        return proportion_interval(self.times, self.of, 1 - (1 - CONFIDENCE) / rates).low > self.most


@dataclass(frozen=True, slots=True)
class Spike:
    """A delay that was asked for, a fraction, and what came out; `waited` is what was put in, by the program's clock.

    `missed` counts the short results whose interval does not hold what was put in.
    """

    backing: str
    delay: float
    waited: float
    found: Ratio
    missed: Rate

    @property
    def within(self) -> bool:
        """Tell whether it was compared with other readings of the same processes."""
        return bool(self.missed.within)

    @property
    def inside(self) -> bool:
        """Tell whether the whole result's interval holds what was put in."""
        return holds(self.found, self.waited)

    @property
    def seen(self) -> bool:
        """Tell whether it was told from no delay."""
        return differs(self.found)


@dataclass(frozen=True, slots=True)
class Validation:
    """What ./lab validate found: wrong alarms, wrong equivalences, and delays."""

    manifest: Manifest
    folder: str
    blocks: int
    alarms: tuple[Rate, ...]
    likenesses: tuple[Rate, ...]
    spikes: tuple[Spike, ...]

    @property
    def together(self) -> Rate:
        """Return how often a short result's p50 was called different from itself, of all kinds of memory."""
        short = [rate for rate in self.alarms if rate.statistic == "p50" and rate.backing]
        counts = (sum(rate.times for rate in short), sum(rate.of for rate in short))
        return Rate(None, "", "p50", FEW, *counts, 1 - CONFIDENCE)

    @property
    def outside(self) -> Rate:
        """Return how many delays did not come back inside the interval of all blocks."""
        missed = sum(not spike.inside for spike in self.spikes)
        return Rate(None, "", "p50", self.blocks, missed, len(self.spikes), 1 - CONFIDENCE)

    @property
    def sound(self) -> bool:
        """Tell whether nothing speaks against what the lab promises."""
        rates = (self.together, self.outside, *self.alarms, *self.likenesses, *(spike.missed for spike in self.spikes))
        return not any(rate.is_too_often(len(rates)) for rate in rates)


def validate(result: Result) -> Validation:
    """Return what a result of ./lab validate says of its machine; raises LabError where its samples cannot be read."""
    known = cells(result)
    claims = result.manifest.experiment.claims
    pairs, slower = (apart(filter(kind, claims)) for kind in (is_same, delay_of))
    logs = dict(measured([*pairs, *slower], known))
    return Validation(
        manifest=result.manifest,
        folder=result.path.resolve().name,
        blocks=max(map(len, logs.values()), default=0),
        alarms=tuple(alarm for part in by_way(pairs) for alarm in alarms(part, logs)),
        likenesses=tuple(rate for part in by_way(slower) for rate in likenesses(part, logs)),
        spikes=tuple(spike(claim, logs[claim, "p50"], known) for claim in slower if (claim, "p50") in logs),
    )


def apart(claims: Iterable[Claim]) -> list[Claim]:
    """Return the claims of which no two of one way are about the same condition: others would go wrong together."""
    found: list[Claim] = []
    seen: set[tuple[bool, Condition]] = set()
    for claim in claims:
        ends = {(is_within(claim), claim.baseline), (is_within(claim), claim.treatment)}
        if not seen & ends:
            found.append(claim)
            seen |= ends
    return found


def by_way(claims: Sequence[Claim]) -> Iterator[list[Claim]]:
    """Yield the claims between processes, then those within them; neither where there is none."""
    parts = ([claim for claim in claims if is_within(claim) == within] for within in (False, True))
    return filter(None, parts)


def is_within(claim: Claim) -> bool:
    """Tell whether a claim compares readings of the same processes."""
    return claim.baseline == claim.treatment and claim.baseline_metric not in ("", claim.metric)


def is_same(claim: Claim) -> bool:
    """Tell whether what a claim compares differs in its name alone."""
    return without_delay(claim.treatment) if is_within(claim) else alike(claim.baseline, claim.treatment)


def alike(one: Condition, other: Condition) -> bool:
    """Tell whether two conditions differ in their name alone."""
    return one != other and unnamed(one) == unnamed(other)


def unnamed(condition: Condition) -> Condition:
    """Return a condition without its name."""
    return Condition.of(condition.workload, **{name: v for name, v in condition.factors if name != "copy"})


def without_delay(condition: Condition) -> bool:
    """Tell whether a condition has no delay."""
    return condition.get("delay_per_mille") == 0


def delay_of(claim: Claim) -> float:
    """Return the delay by which a claim's treatment differs from its baseline, 0 where it differs in anything else."""
    delay = claim.treatment.get("delay_per_mille")
    without = Condition.of(claim.treatment.workload, **(dict(claim.treatment.factors) | {"delay_per_mille": 0}))
    is_alike = is_within(claim) or unnamed(without) == unnamed(claim.baseline)
    return delay / 1000 if isinstance(delay, int) and 0 < delay <= MOST_PER_MILLE and is_alike else 0.0


def measured(claims: Iterable[Claim], known: tuple[Cell, ...]) -> Iterator[tuple[tuple[Claim, str], Floats]]:
    """Yield the blocks' ratios of each claim that was measured, by each statistic."""
    for claim, statistic in product(claims, STATISTICS):
        ends = sides(claim, known)
        if ends:
            yield (claim, statistic), paired(ends[0], ends[1], statistic)


def short(logs: Floats) -> list[Ratio]:
    """Return a result as short ones, each of FEW blocks, the last of what is left over, too."""
    parts = len(logs) // FEW
    return [ratio_of(part, CONFIDENCE) for part in np.array_split(logs, parts)] if parts else []


def alarms(pairs: list[Claim], logs: Logs) -> Iterator[Rate]:
    """Yield how often a condition was called different from itself: of short results, and of the whole."""
    within = any(map(is_within, pairs))
    for backing, statistic in product(dict.fromkeys(map(backing_of, pairs)), STATISTICS):
        rows = [logs[key] for claim in pairs if backing_of(claim) == backing and (key := (claim, statistic)) in logs]
        found = [each for row in rows for each in short(row)]
        yield Rate(within, backing, statistic, FEW, sum(map(differs, found)), len(found), 1 - CONFIDENCE)
    whole = [ratio_of(logs[key], CONFIDENCE) for claim in pairs if (key := (claim, "p50")) in logs]
    blocks = min((ratio.blocks for ratio in whole), default=0)
    yield Rate(within, "", "p50", blocks, sum(map(differs, whole)), len(whole), 1 - CONFIDENCE)


def likenesses(slower: list[Claim], logs: Logs) -> Iterator[Rate]:
    """Yield how often two conditions were called alike within a bound at which they are exactly.

    The whole interval has to lie inside, of which one side alone can fail: so half of what an alarm may.
    """
    within = any(map(is_within, slower))
    for statistic in STATISTICS:
        found = [(claim, each) for claim in slower for each in short(logs.get((claim, statistic), np.empty(0)))]
        wrong = sum(decides("equivalent", each, delay_of(claim)) for claim, each in found)
        yield Rate(within, "", statistic, FEW, wrong, len(found), (1 - CONFIDENCE) / 2)


def holds(ratio: Ratio, part: float) -> bool:
    """Tell whether an interval holds a delay."""
    return ratio.low <= 1 + part <= ratio.high


def differs(ratio: Ratio) -> bool:
    """Tell whether a ratio would be called other than 1, by the code that judges claims."""
    return decides("greater", ratio, 0) or decides("less", ratio, 0)


def decides(relation: Relation, ratio: Ratio, effect: float) -> bool:
    """Tell whether a claim would be supported."""
    nobody = Condition("")
    claim = Claim(
        name="", text="", metric="", statistic="p50", baseline=nobody, treatment=nobody,
        relation=relation, smallest_effect=effect,
    )  # fmt: skip
    return decide(claim, ratio) == "supported"


def spike(claim: Claim, logs: Floats, known: tuple[Cell, ...]) -> Spike:
    """Return what came of one delay."""
    put_in = waited(claim, known)
    parts = short(logs)
    misses = sum(not holds(ratio, put_in) for ratio in parts)
    missed = Rate(is_within(claim), backing_of(claim), "p50", FEW, misses, len(parts), 1 - CONFIDENCE)
    return Spike(backing_of(claim), delay_of(claim), put_in, ratio_of(logs, CONFIDENCE), missed)


def waited(claim: Claim, known: tuple[Cell, ...]) -> float:
    """Return what part of a typical reading was waited, by the program's clock.

    A wait is in proportion to the touches before it, so that the medians of both are of one reading.
    """
    whole, delay = (find(known, claim.treatment, metric) for metric in (claim.metric, "delay"))
    if whole is None or delay is None or len(whole.runs) != len(delay.runs):
        return float("nan")
    rest = np.maximum(whole.values["p50"] - delay.values["p50"], LEAST_NS)
    return float(np.mean(delay.values["p50"] / rest))


def backing_of(claim: Claim) -> str:
    """Return the kind of memory that a claim is about."""
    return str(claim.treatment.get("backing"))
