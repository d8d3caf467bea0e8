"""A contrast as text for a terminal, and as JSON for machines."""

from __future__ import annotations

import json
import math
from collections.abc import Iterator

from analysis.contrast import CONFIDENCE, CellChange, ClaimChange, Contrast, Shift, contrast
from analysis.load import Result
from analysis.plots.duration import count_text, duration, interval_text, ratio_text
from analysis.plots.name import factors
from analysis.plots.palette import phase_name
from analysis.proof import Finding
from analysis.report.study import Study
from analysis.report.summary import wrapped
from analysis.report.table import METRICS, sections
from bench.error import LabError
from bench.model.manifest import Manifest
from bench.text import printable
from workloads.spec import Condition

FORMAT = 1
NAME, TIME, RATIO = 46, 9, 24
SITTINGS = (
    "Intervals rest on the blocks of two sittings, which were not paired. What differs between one sitting and the "
    "next as a whole, such as where memory lay, is not in them: only more sittings would show it."
)


def text(found: Contrast) -> str:
    """Return a contrast as lines of at most a hundred columns."""
    return printable("\n".join(lines(found))).rstrip()


def compared(first: Result, second: Result) -> str:
    """Return what changed from the first result to the second, or in one line why that cannot be told."""
    try:
        return text(contrast(first, second))
    except LabError as refused:
        return str(refused)


def lines(found: Contrast) -> Iterator[str]:
    """Yield the lines of a contrast."""
    manifest = found.first.result.manifest
    yield from wrapped(f"{manifest.experiment.name}: {manifest.experiment.question}")
    for name, each in (("A", found.first), ("B", found.second)):
        yield from wrapped(f"{name}: {origin(each)}", 0)
    yield ""
    yield "What else differs (A / B)"
    for circumstance in found.circumstances or ("nothing that is recorded",):
        yield from wrapped(circumstance, 2)
    yield ""
    yield from claims(found)
    yield from proofs(found)
    yield from conditions(found)
    yield from omitted(found)
    yield from notes(found)


def origin(each: Study) -> str:
    """Return where a result comes from, and how whole it is."""
    manifest = each.result.manifest
    whole = "" if each.result.seal else ", NOT FINISHED"
    place = f"machine {manifest.machine}, kernel {manifest.environment.kernel}, commit {manifest.commit}"
    return f"{place}, {manifest.created}, {each.made} of {each.planned} runs{whole}"


def claims(found: Contrast) -> Iterator[str]:
    """Yield each claim's two outcomes and by how much its ratio moved."""
    if not found.claims:
        return
    yield "Claims: outcome in A and in B, ratio in A and in B, and B's ratio over A's"
    for change in found.claims:
        a, b = change.before, change.after
        mark = "  CHANGED" if a.outcome != b.outcome else ""
        yield f"  {a.claim.name:24}{a.outcome} / {b.outcome}{mark}"
        yield from wrapped(a.claim.text, 6)
        ratios = [f"{ratio_text(v.ratio.value)} [{interval_text(v.ratio.low, v.ratio.high, ', ')}]" if v.ratio else "-"
                  for v in (a, b)]  # fmt: skip
        moved = f"; B / A {shift_text(change.shift)}, {change.shift.told}" if change.shift else ""
        yield from wrapped(f"{ratios[0]} / {ratios[1]}{moved}", 6)
        if change.reworded:
            yield from wrapped("(the claim was not put alike in both: each outcome is on its own wording)", 6)
    yield ""


def proofs(found: Contrast) -> Iterator[str]:
    """Yield each proof's two outcomes."""
    if found.proofs:
        yield "Proofs: outcome and readings in A and in B"
    for a, b in found.proofs:
        counts = [f"{each.readings:,}" + (f", {each.contrary:,} contrary" if each.contrary else "") for each in (a, b)]
        mark = "  CHANGED" if a.outcome != b.outcome else ""
        yield f"  {a.proof.name:24}{a.outcome} ({counts[0]}) / {b.outcome} ({counts[1]}){mark}"
    if found.proofs:
        yield ""


def conditions(found: Contrast) -> Iterator[str]:
    """Yield the tables of the report with what became of each row."""
    tables = list(groups(found))
    if not tables:
        yield from ("No times were measured alike in both.", "")
    for title, rows in tables:
        yield title
        yield f"  {'':{NAME - 2}}{'A':>{TIME}}{'B':>{TIME}}{'B / A [95 %]':>{RATIO}}"
        for name, change in rows:
            yield from row(name, change, found.statistic)
        yield ""


def groups(found: Contrast) -> Iterator[tuple[str, list[tuple[str, CellChange]]]]:
    """Yield a title and named rows: as the report has them, then of workloads that have no table there."""
    changes = {(each.before.condition, each.before.metric): each for each in found.cells}
    for section in sections(found.first):
        keys = ((row.name, (row.cell.condition, row.cell.metric)) for row in section.rows)
        rows = [(name, changes[key]) for name, key in keys if key in changes]
        if rows:
            yield f"{section.title} ({found.statistic})", rows
    others: dict[str, list[tuple[str, CellChange]]] = {}
    for (condition, metric), change in changes.items():
        if METRICS.get(condition.workload, (metric,)) == ():
            others.setdefault(phase_name(metric), []).append((factors(condition), change))
    yield from ((f"{title} ({found.statistic})", rows) for title, rows in others.items())


def row(name: str, change: CellChange, statistic: str) -> Iterator[str]:
    """Yield a condition's line; one whose name is longer than its column has that on a line of its own."""
    told = [duration(cell.typical[statistic]).rjust(TIME) for cell in (change.before, change.after)]
    if len(name) > NAME - 2:
        yield from wrapped(name, 2)
        name = ""
    yield f"  {name:{NAME - 2}}{told[0]}{told[1]}{shift_text(change.shift):>{RATIO}}{mark(change.shift)}".rstrip()


def mark(shift: Shift) -> str:
    """Return what stands behind a line: nothing, a mark, or two where all comparisons are allowed for."""
    return "" if shift.told == "not told apart" else " **" if shift.sure else " *"


def shift_text(shift: Shift) -> str:
    """Return a ratio with its interval."""
    return f"{ratio_text(shift.value)} [{interval_text(shift.low, shift.high, ', ')}]"


def omitted(found: Contrast) -> Iterator[str]:
    """Yield what could not be compared, a line for each reason."""
    reasons: dict[str, list[str]] = {}
    for each in found.left_out:
        reasons.setdefault(each.why, []).append(each.condition.label())
    if reasons:
        yield "Not compared"
    for why, names in reasons.items():
        more = f" and {len(names) - 1} more" if len(names) > 1 else ""
        yield from wrapped(f"{names[0]}{more}: {why}", 2)
    if reasons:
        yield ""


def notes(found: Contrast) -> Iterator[str]:
    """Yield how to read it."""
    if found.comparisons:
        chance = max(1, round(found.comparisons * (1 - CONFIDENCE)))
        yield from wrapped(
            f"* the 95 % interval excludes 1. Of {count_text(found.comparisons, 'comparison')} about {chance} would by "
            "chance alone; ** marks those whose interval still does when all of them are allowed for (Bonferroni). "
            "--json has every phase, too."
        )
        yield from wrapped(SITTINGS)


def document(found: Contrast) -> str:
    """Return a contrast as JSON: docs/data-format.md tells its fields."""
    fields = {
        "format": FORMAT,
        "experiment": found.first.result.manifest.experiment.name,
        "statistic": found.statistic,
        "first": named(found.first),
        "second": named(found.second),
        "circumstances": list(found.circumstances),
        "claims": [claim_fields(change) for change in found.claims],
        "proofs": [proof_fields(a, b) for a, b in found.proofs],
        "conditions": [cell_fields(change, found.statistic) for change in found.cells],
        "left_out": [{"condition": fields_of(each.condition), "why": each.why} for each in found.left_out],
    }
    return json.dumps(fields, allow_nan=False, indent=1)


def named(each: Study) -> dict[str, object]:
    """Return what tells a result from others."""
    manifest: Manifest = each.result.manifest
    return {
        "machine": manifest.machine,
        "kernel": manifest.environment.kernel,
        "commit": manifest.commit,
        "created": manifest.created,
        "runs": each.made,
        "planned": each.planned,
        "finished": each.result.seal is not None,
    }


def claim_fields(change: ClaimChange) -> dict[str, object]:
    """Return a claim's fields."""
    ratios = [
        v.ratio and {"value": v.ratio.value, "low": bound(v.ratio.low), "high": bound(v.ratio.high)}
        for v in (change.before, change.after)
    ]
    return {
        "name": change.before.claim.name,
        "outcomes": [change.before.outcome, change.after.outcome],
        "reworded": change.reworded,
        "ratios": ratios,
        "shift": change.shift and shift_fields(change.shift),
    }


def proof_fields(before: Finding, after: Finding) -> dict[str, object]:
    """Return a proof's fields."""
    both = (before, after)
    return {
        "name": before.proof.name,
        "outcomes": [each.outcome for each in both],
        "readings": [each.readings for each in both],
        "contrary": [each.contrary for each in both],
    }


def cell_fields(change: CellChange, statistic: str) -> dict[str, object]:
    """Return the fields of a condition and metric."""
    return {
        "condition": fields_of(change.before.condition),
        "metric": change.before.metric,
        "ns": [change.before.typical[statistic], change.after.typical[statistic]],
        "shift": shift_fields(change.shift),
    }


def shift_fields(shift: Shift) -> dict[str, object]:
    """Return a ratio's fields; a bound that is not there is null."""
    low, high = bound(shift.low), bound(shift.high)
    blocks = list(shift.blocks)
    return {"value": shift.value, "low": low, "high": high, "blocks": blocks, "told": shift.told, "sure": shift.sure}


def bound(value: float) -> float | None:
    """Return a bound, None where there is none."""
    return value if math.isfinite(value) and value > 0 else None


def fields_of(condition: Condition) -> dict[str, object]:
    """Return a condition's fields."""
    return {"workload": condition.workload, "factors": dict(condition.factors)}
