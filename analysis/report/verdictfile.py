"""The verdict file: what a report says, for machines; docs/schema/verdictfile.json is its schema."""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Literal

from analysis.cells import look_count
from analysis.emulation import emulated
from analysis.fear.column import Column, columns
from analysis.fear.meaning import meaning
from analysis.fear.ruling import Ruling, Vote
from analysis.load import Result
from analysis.proof import Finding
from analysis.report.study import Study, study
from analysis.report.validationfile import JudgedValidation
from analysis.report.validationfile import judged as judged_validation
from analysis.standing import Standing, standings
from analysis.verdict import Outcome, Verdict
from bench.model.record import Record

FORMAT: Literal[1] = 1


class JudgedClaim(Record):
    """A claim's outcome: treatment / baseline with its interval, None where it has no bound, and what it rests on."""

    result: str
    experiment: str
    name: str
    text: str
    outcome: Outcome
    smallest_effect: float
    confidence: float
    ratio: float | None
    low: float | None
    high: float | None
    blocks: int
    detectable: float | None
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
    found = {each.machine: each for each in standings(validations, results)}
    every = columns([study(result) for result in results])
    return VerdictFile(columns=tuple(judged(column, found[column.machine]) for column in every))


def judged(column: Column, standing: Standing) -> JudgedColumn:
    """Return one column, with what stands for its machine."""
    return JudgedColumn(
        machine=column.machine,
        kernel=column.kernel,
        cpu=column.studies[0].result.manifest.environment.cpu,
        results=tuple(map(source, column.studies)),
        fears=tuple(map(fear, column.rulings)),
        claims=tuple(claim(each, verdict) for each in column.studies for verdict in each.verdicts),
        proofs=tuple(proof(each, finding) for each in column.studies for finding in each.findings),
        validation=judged_validation(standing),
    )


def source(each: Study) -> Source:
    """Return where a result comes from."""
    manifest, seal = each.result.manifest, each.result.seal
    return Source(
        result=folder(each),
        experiment=manifest.experiment.name,
        created=manifest.created,
        commit=manifest.commit,
        format=manifest.format,
        emulated=emulated(manifest.environment),
        looks=look_count(manifest.experiment),
        sha256=dict(seal.sha256) if seal else {},
    )


def folder(each: Study) -> str:
    """Return the name of a result's folder."""
    return each.result.path.resolve().name


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
        means=meaning(ruling),
        decided_by=tuple(map(full_name, ruling.votes)),
        reasons=ruling.reasons,
    )


def full_name(vote: Vote) -> str:
    """Return a claim's name with its experiment's."""
    return f"{vote.study.result.manifest.experiment.name}/{vote.name}"


def claim(each: Study, verdict: Verdict) -> JudgedClaim:
    """Return one claim."""
    of, ratio = verdict.claim, verdict.ratio
    ends = (of.baseline, of.treatment)
    return JudgedClaim(
        result=folder(each),
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
        runs=tuple(r.trial.index for r in each.result.runs if r.status == "ok" and r.trial.condition in ends),
        reasons=verdict.reasons,
    )


def proof(each: Study, finding: Finding) -> JudgedProof:
    """Return one proof."""
    of = finding.proof
    return JudgedProof(
        result=folder(each),
        experiment=each.result.manifest.experiment.name,
        name=of.name,
        text=of.text,
        outcome=finding.outcome,
        readings=finding.readings,
        contrary=finding.contrary,
        runs=tuple(r.trial.index for r in each.result.runs if r.status == "ok" and r.trial.condition in of.conditions),
        reasons=finding.reasons,
    )


def finite(value: float) -> float | None:
    """Return a value that JSON can hold: None for what has no bound."""
    return float(value) if math.isfinite(value) else None
