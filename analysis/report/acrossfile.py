"""What many results say together, as a file for programs."""

from __future__ import annotations

from typing import Literal

from analysis.across.factor import Factor, Span
from analysis.across.finding import Finding, Holds
from analysis.across.machine import Machine
from analysis.across.survey import Survey
from bench.model.claim import Claim
from bench.model.record import Record


class SpanRecord(Record):
    """A ratio with its 95 % interval, and where that of one more machine is expected."""

    ratio: float
    low: float
    high: float
    next_low: float
    next_high: float


class ShiftRecord(Record):
    """By what one level, or twice the CPUs, multiplies the ratio against the usual level, or half of them."""

    level: str
    usual: str
    ratio: float
    low: float
    high: float


class LevelRecord(Record):
    """What is expected at one level of a factor."""

    name: str
    results: int
    span: SpanRecord


class FactorRecord(Record):
    """What a question has to do with a factor; `adjusted` is p among all factors of all questions (Holm)."""

    name: str
    p: float
    adjusted: float
    matters: bool
    shifts: tuple[ShiftRecord, ...]
    levels: tuple[LevelRecord, ...]


class PlaceRecord(Record):
    """What is expected of one more machine of a sort that was measured."""

    flush: str
    virtual: bool
    kernel: str
    cpus: int
    results: int
    span: SpanRecord


class FindingRecord(Record):
    """What came of a question; `typical` is null where `why` says why there is no model."""

    experiment: str
    text: str
    claim: Claim
    outcome: Holds
    results: int
    kinds: int
    typical: SpanRecord | None
    apart: float
    factors: tuple[FactorRecord, ...]
    places: tuple[PlaceRecord, ...]
    mixed_up: tuple[str, ...]
    why: str


class EffectRecord(Record):
    """What one result says: the logarithm of treatment over baseline; `finding` is the place of its question."""

    machine: int
    finding: int
    log_ratio: float
    error: float | None
    blocks: int


class MachineRecord(Record):
    """Where a result was measured."""

    name: str
    architecture: str
    cpu: str
    cpus: int
    virtual: bool
    kernel: str
    flush: str


class SkippedRecord(Record):
    """A result that was left out, and why."""

    path: str
    why: str


class AcrossFile(Record):
    """All of it; the engine is not named, because it makes no difference."""

    format: Literal[1] = 1
    results: int
    readings: int
    machines: tuple[MachineRecord, ...]
    findings: tuple[FindingRecord, ...]
    effects: tuple[EffectRecord, ...]
    left_out: tuple[SkippedRecord, ...]


def across_file(found: Survey) -> AcrossFile:
    """Return a survey as a record; the same results give the same bytes, whatever the engine."""
    machines = {machine: n for n, machine in enumerate(dict.fromkeys(found.machines))}
    places = {finding.question: n for n, finding in enumerate(found.findings)}
    return AcrossFile(
        results=len(found.machines),
        readings=found.readings,
        machines=tuple(map(machine_record, machines)),
        findings=tuple(map(finding_record, found.findings)),
        effects=tuple(
            EffectRecord(
                machine=machines[each.machine],
                finding=places[each.question],
                log_ratio=each.value,
                error=each.error if each.blocks > 1 else None,
                blocks=each.blocks,
            )
            for each in found.effects
        ),
        left_out=tuple(SkippedRecord(path=str(each.path), why=each.why) for each in found.skipped),
    )


def machine_record(machine: Machine) -> MachineRecord:
    """Return a machine as a record."""
    kind = machine.kind
    return MachineRecord(
        name=machine.name,
        architecture=kind.architecture,
        cpu=kind.cpu,
        cpus=kind.cpus,
        virtual=kind.virtual,
        kernel=machine.kernel,
        flush=machine.flush,
    )


def finding_record(each: Finding) -> FindingRecord:
    """Return a finding as a record."""
    return FindingRecord(
        experiment=each.question.experiment,
        text=each.text,
        claim=each.question.claim,
        outcome=each.outcome,
        results=each.results,
        kinds=each.kinds,
        typical=span_record(each.typical) if each.typical else None,
        apart=each.apart,
        factors=tuple(map(factor_record, each.factors)),
        places=tuple(
            PlaceRecord(
                flush=p.flush,
                virtual=p.virtual,
                kernel=p.series,
                cpus=p.cpus,
                results=p.results,
                span=span_record(p.span),
            )
            for p in each.places
        ),
        mixed_up=tuple(f"{column.factor} {column.level}" for column in each.mixed_up),
        why=each.why,
    )


def factor_record(factor: Factor) -> FactorRecord:
    """Return a factor as a record."""
    return FactorRecord(
        name=factor.name,
        p=factor.p,
        adjusted=factor.adjusted,
        matters=factor.matters,
        shifts=tuple(
            ShiftRecord(level=s.column.level, usual=s.column.usual, ratio=s.ratio, low=s.low, high=s.high)
            for s in factor.shifts
        ),
        levels=tuple(LevelRecord(name=x.name, results=x.results, span=span_record(x.span)) for x in factor.levels),
    )


def span_record(span: Span) -> SpanRecord:
    """Return a span as a record."""
    return SpanRecord(ratio=span.ratio, low=span.low, high=span.high, next_low=span.next_low, next_high=span.next_high)
