"""The verdict file: what a report says, for machines; docs/schema/verdictfile.json is its schema."""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from dataclasses import asdict
from pathlib import Path
from typing import Literal

from analysis.cells import look_count
from analysis.emulation import emulated
from analysis.family import Places, places
from analysis.fear.column import Column, columns
from analysis.fear.meaning import meaning
from analysis.fear.ruling import Ruling, Vote
from analysis.load import Result
from analysis.proof import Finding
from analysis.report.rounded import Rounded
from analysis.report.study import Study, study
from analysis.report.validationfile import JudgedValidation
from analysis.report.validationfile import judged as judged_validation
from analysis.standing import Standing, standings
from analysis.steady.steadiness import Steady
from analysis.verdict import Outcome
from bench.model.record import Record

FORMAT: Literal[1] = 1


class JudgedPlace(Record):
    """A claim among all claims of the report: its p of being decided by luck alone, and that adjusted by Holm.

    `stands`: whether the outcome would be the same by the adjusted p. `different` is the p of no difference at all,
    `alike` that of a difference of at least the smallest effect that matters.
    """

    p: Rounded
    adjusted: Rounded
    rank: int
    of: int
    stands: bool
    different: Rounded
    alike: Rounded


class Part(Record):
    """The ratio of a part of the readings, or with blocks that count for less, and what the claim would come to."""

    name: str
    ratio: Rounded | None
    low: Rounded | None
    high: Rounded | None
    outcome: Outcome


class Steadiness(Record):
    """What a claim's runs and blocks did in their order; None where there are too few to see it.

    `rise` is the factor by which the ratio moved along its trend from the first block to the last, `step` the one after
    `changed_after` blocks; `worth` the number of independent blocks. `drifting` are runs whose readings have a trend or
    change their level.
    """

    rise: Rounded | None
    rise_p: Rounded | None
    step: Rounded | None
    step_p: Rounded | None
    changed_after: int | None
    worth: Rounded | None
    parts: tuple[Part, ...]
    drifting: tuple[int, ...]
    marked: bool


class JudgedClaim(Record):
    """A claim's outcome: treatment / baseline with its interval, None where it has no bound, and what it rests on."""

    result: str
    experiment: str
    name: str
    text: str
    outcome: Outcome
    smallest_effect: Rounded
    confidence: Rounded
    ratio: Rounded | None
    low: Rounded | None
    high: Rounded | None
    blocks: int
    detectable: Rounded | None
    place: JudgedPlace | None
    steady: Steadiness | None
    runs: tuple[int, ...]
    reasons: tuple[str, ...]


class JudgedProof(Record):
    """A proof's outcome: of how many readings, and how many speak against it."""

    result: str
    experiment: str
    name: str
    text: str
    outcome: Outcome
    readings: int
    contrary: int
    runs: tuple[int, ...]
    reasons: tuple[str, ...]


class JudgedFear(Record):
    """A fear's outcome and what it means; claims and proofs by "experiment/name", those that decided it."""

    id: str
    said: str
    source: str
    address: str
    rule: Literal["any", "all"]
    outcome: Outcome
    means: str
    decided_by: tuple[str, ...]
    reasons: tuple[str, ...]


class Source(Record):
    """A result that was judged; `sha256` are the checksums of its seal, empty where it is not finished.

    At each of `looks` the data could have ended the run, which its intervals allow for.
    """

    result: str
    experiment: str
    created: str
    commit: str
    format: int
    emulated: bool
    looks: int
    sha256: dict[str, str]


class JudgedColumn(Record):
    """All that the results of one machine and kernel say; another machine or kernel is another column."""

    machine: str
    kernel: str
    cpu: str
    results: tuple[Source, ...]
    fears: tuple[JudgedFear, ...]
    claims: tuple[JudgedClaim, ...]
    proofs: tuple[JudgedProof, ...]
    validation: JudgedValidation


class VerdictFile(Record):
    """What ./lab report --format json writes. `runs` are indices in the plan of the result that is named beside."""

    format: Literal[1] = FORMAT
    columns: tuple[JudgedColumn, ...]


def verdict_file(results: Sequence[Result], validations: Iterable[Path] = ()) -> VerdictFile:
    """Return the verdict file of some results; `validations` as for a report."""
    return verdicts_of([study(result) for result in results], standings(validations, results))


def verdicts_of(studies: Sequence[Study], found_sound: Sequence[Standing]) -> VerdictFile:
    """Return the verdict file of some studies, with what stands for their machines."""
    found = {each.machine: each for each in found_sound}
    ranked = places(verdict for each in studies for verdict in each.verdicts)
    return VerdictFile(columns=tuple(judged(each, found[each.machine], ranked) for each in columns(studies)))


def judged(column: Column, standing: Standing, ranked: Places) -> JudgedColumn:
    """Return one column, with what stands for its machine."""
    return JudgedColumn(
        machine=column.machine,
        kernel=column.kernel,
        cpu=column.studies[0].result.manifest.environment.cpu,
        results=tuple(map(source, column.studies)),
        fears=tuple(map(fear, column.rulings)),
        claims=tuple(claim(s, each, ranked) for s in column.studies for each in s.steady.claims),
        proofs=tuple(proof(each, finding) for each in column.studies for finding in each.findings),
        validation=judged_validation(standing),
    )


def source(each: Study) -> Source:
    """Return where a result comes from."""
    manifest, seal = each.result.manifest, each.result.seal
    return Source(
        result=each.folder,
        experiment=manifest.experiment.name,
        created=manifest.created,
        commit=manifest.commit,
        format=manifest.format,
        emulated=emulated(manifest.environment),
        looks=look_count(manifest.experiment),
        sha256=dict(seal.sha256) if seal else {},
    )


def fear(ruling: Ruling) -> JudgedFear:
    """Return one fear."""
    of = ruling.fear
    return JudgedFear(
        id=of.id,
        said=of.said,
        source=of.source,
        address=of.address,
        rule=of.rule,
        outcome=ruling.outcome,
        means=meaning([ruling]),
        decided_by=tuple(map(full_name, ruling.votes)),
        reasons=ruling.reasons,
    )


def full_name(vote: Vote) -> str:
    """Return a claim's name with its experiment's."""
    return f"{vote.study.result.manifest.experiment.name}/{vote.name}"


def claim(each: Study, held: Steady, ranked: Places) -> JudgedClaim:
    """Return one claim."""
    verdict = held.verdict
    of, ratio, place = verdict.claim, verdict.ratio, ranked.get(verdict)
    ends = (of.baseline, of.treatment)
    return JudgedClaim(
        result=each.folder,
        experiment=each.result.manifest.experiment.name,
        name=of.name,
        text=of.text,
        outcome=verdict.outcome,
        smallest_effect=of.smallest_effect,
        confidence=of.confidence,
        ratio=finite(ratio.value) if ratio else None,
        low=finite(ratio.low) if ratio else None,
        high=finite(ratio.high) if ratio else None,
        blocks=ratio.blocks if ratio else 0,
        detectable=finite(ratio.detectable) if ratio else None,
        place=JudgedPlace.model_validate(asdict(place)) if place else None,
        steady=steady(held) if ratio else None,
        runs=each.runs_of(ends),
        reasons=verdict.reasons,
    )


def steady(held: Steady) -> Steadiness:
    """Return a claim's steadiness."""
    names = ("rise", "rise_p", "step", "step_p", "changed_after", "worth")
    parts = tuple(
        Part(name=name, ratio=finite(r.value), low=finite(r.low), high=finite(r.high), outcome=outcome)
        for name, r, outcome in held.parts
    )
    moved = {name: getattr(held.sitting, name, None) for name in names}
    return Steadiness.model_validate(moved | {"parts": parts, "drifting": held.drifting, "marked": held.marked})


def proof(each: Study, finding: Finding) -> JudgedProof:
    """Return one proof."""
    of = finding.proof
    return JudgedProof(
        result=each.folder,
        experiment=each.result.manifest.experiment.name,
        name=of.name,
        text=of.text,
        outcome=finding.outcome,
        readings=finding.readings,
        contrary=finding.contrary,
        runs=each.runs_of(of.conditions),
        reasons=finding.reasons,
    )


def finite(value: float) -> float | None:
    """Return a value that JSON can hold: None for what has no bound."""
    return float(value) if math.isfinite(value) else None
