"""What a verdict file says of the validation that stands for a machine."""

from __future__ import annotations

import math

from analysis.report.rounded import Rounded
from analysis.standing import Standing
from analysis.validation import Rate, Spike
from bench.model.record import Record


class JudgedRate(Record):
    """How often something wrong was said of comparisons of so many blocks; `promised` is the most, as a part.

    `backing` is the kind of memory, "" for all; `within` tells whether processes were compared with themselves.
    """

    within: bool | None
    backing: str
    statistic: str
    blocks: int
    times: int
    of: int
    low: Rounded
    high: Rounded
    promised: Rounded


class JudgedDelay(Record):
    """A delay that was asked for, as a part, what was waited by the program's clock, and the ratio that was found.

    `within` tells whether it was compared with other readings of the same processes.
    """

    within: bool
    backing: str
    delay: Rounded
    waited: Rounded | None
    ratio: Rounded | None
    low: Rounded | None
    high: Rounded | None
    inside: bool
    seen: bool
    missed: JudgedRate


class JudgedValidation(Record):
    """What ./lab validate found; with no result, `reasons` say why, else which newer ones could not be used."""

    result: str | None
    kernel: str
    created: str
    commit: str
    blocks: int
    sound: bool | None
    alarms: tuple[JudgedRate, ...]
    likenesses: tuple[JudgedRate, ...]
    delays: tuple[JudgedDelay, ...]
    reasons: tuple[str, ...]


def judged(standing: Standing) -> JudgedValidation:
    """Return what stands for a machine."""
    reasons, found = tuple(note.text for note in standing.notes), standing.validation
    manifest = found.manifest if found else None
    return JudgedValidation(
        result=found.folder if found else None,
        kernel=manifest.environment.kernel if manifest else "",
        created=manifest.created if manifest else "",
        commit=manifest.commit if manifest else "",
        blocks=found.blocks if found else 0,
        sound=found.sound if found else None,
        alarms=tuple(map(rate, found.alarms)) if found else (),
        likenesses=tuple(map(rate, found.likenesses)) if found else (),
        delays=tuple(map(delay, found.spikes)) if found else (),
        reasons=reasons if found else (*reasons, "./lab validate was not run on this machine"),
    )


def rate(of: Rate) -> JudgedRate:
    """Return one rate."""
    return JudgedRate(
        within=of.within,
        backing=of.backing,
        statistic=of.statistic,
        blocks=of.blocks,
        times=of.times,
        of=of.of,
        low=of.interval.low,
        high=of.interval.high,
        promised=round(of.most, 6),
    )


def delay(of: Spike) -> JudgedDelay:
    """Return one delay."""
    waited, ratio, low, high = (
        float(each) if math.isfinite(each) else None
        for each in (of.waited, of.found.value, of.found.low, of.found.high)
    )
    return JudgedDelay(
        within=of.within,
        backing=of.backing,
        delay=of.delay,
        waited=waited,
        ratio=ratio,
        low=low,
        high=high,
        inside=of.inside,
        seen=of.seen,
        missed=rate(of.missed),
    )
