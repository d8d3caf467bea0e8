"""The summary: a report in a terminal's hundred columns."""

from __future__ import annotations

import re
import textwrap
from collections.abc import Iterator, Sequence

from analysis.compare import Ratio
from analysis.fear.column import columns
from analysis.load import Result
from analysis.plots.duration import count_text, interval_text, ratio_text
from analysis.proof import Finding
from analysis.report import access, beside, copies, neighbour, paths, pools, reads, stay, uncached, validation
from analysis.report.remains import lines
from analysis.report.stopping import told
from analysis.report.study import Missing, Study, missing, remarks, study
from analysis.report.table import COLUMNS, Row, Section, sections
from analysis.report.where import where
from analysis.validation import validate
from analysis.verdict import Verdict
from bench.experiments.validation import NAME as VALIDATION
from bench.text import printable

WIDTH = 100
NAME, TIME, RATIO = 38, 8, 22
UNIT, HELD = re.compile(r"(?<=\d) (?=(?:%|[KMG]?B|[num]?s)(?!\w))"), "\u00a0"
"""A space before a unit, and what stands for it while lines are broken."""


def summary(results: Sequence[Result]) -> str:
    """Return the tables, the verdicts and the reasons of some results as plain text of at most WIDTH columns."""
    studies = [study(result) for result in results]
    parts = [part for each in studies for part in chapter(each)]
    parts += [
        part
        for text in pools.lines(columns(studies))
        for part in wrapped(text.strip(), 2 * text.startswith(" ")) or [""]
    ]
    parts += list(not_made(missing(results))) + list(noted(results))
    return printable("\n".join(parts)).rstrip()


def chapter(each: Study) -> Iterator[str]:
    """Yield the lines of one study."""
    manifest, seal = each.result.manifest, each.result.seal
    yield from wrapped(f"{manifest.experiment.name}: {manifest.experiment.question}")
    place = f"machine {manifest.machine}, commit {manifest.commit}, {manifest.created}"
    yield from wrapped(f"{each.made} of {each.planned} runs, {place}")
    if each.disturbed:
        yield f"disturbed by something else on the machine, kept and marked: {count_text(len(each.disturbed), 'run')}"
    if each.stop:
        yield from wrapped(told(each.stop))
    if seal is None:
        yield "NOT FINISHED: go on with ./lab run --resume"
    yield ""
    yield from access.lines(each)
    yield from copies.lines(each.cells)
    yield from uncached.lines(each.cells)
    yield from reads.lines(each.cells)
    yield from paths.lines(each.cells)
    yield from neighbour.lines(each)
    yield from beside.lines(each.cells)
    for section in sections(each):
        yield from table(section)
    for text in lines(each):
        yield from wrapped(text.strip(), 2 if text.startswith(" ") else 0) or [""]
    for text in (*where(each), *stay.answers(each)):
        yield from (*wrapped(text), "")
    yield from sound(each)
    if each.verdicts:
        yield "Claims"
        for verdict in each.verdicts:
            yield from claim(verdict)
        yield ""
    if each.findings:
        yield "Proofs: what has to hold every single time"
        for finding in each.findings:
            yield from proof(finding)
        yield ""


def sound(each: Study) -> Iterator[str]:
    """Yield what a validation says of the lab, which its claims do not say by themselves; nothing of other results."""
    if each.result.manifest.experiment.name != VALIDATION or not each.cells:
        return
    for text in validation.lines(validate(each.result)):
        yield from (text,) if text.startswith(" ") else wrapped(text)
    yield ""


def table(section: Section) -> Iterator[str]:
    """Yield the lines of one section of the table."""
    against = f"p50 / {section.against}" if section.against else ""
    yield section.title + (f"   ({against})" if against else "")
    head = "".join(column.rjust(TIME) for column in COLUMNS)
    yield f"  {'':{NAME - 2}}{head}{'ratio [95 %]' if against else '':>{RATIO}}".rstrip()
    yield from (line(row) for row in section.rows)
    yield ""


def line(row: Row) -> str:
    """Return a condition's line."""
    name = row.name if len(row.name) <= NAME - 2 else f"{row.name[: NAME - 3]}~"
    times = "".join(row.time(column).rjust(TIME) for column in COLUMNS)
    return f"  {name:{NAME - 2}}{times}{ratio(row.ratio) if row.ratio else '':>{RATIO}}".rstrip()


def ratio(found: Ratio) -> str:
    """Return a ratio with its interval."""
    return f"{ratio_text(found.value)} [{interval_text(found.low, found.high, ', ')}]"


def claim(verdict: Verdict) -> Iterator[str]:
    """Yield a claim's outcome, its ratio and the sentence it is about."""
    told = f"{ratio(verdict.ratio)}, {count_text(verdict.ratio.blocks, 'block')}" if verdict.ratio else ""
    yield f"  {verdict.outcome.upper():11}{verdict.claim.name:23} {told}".rstrip()
    yield from wrapped(verdict.claim.text, 13)
    for reason in verdict.reasons:
        yield from wrapped(f"({reason})", 13)


def proof(finding: Finding) -> Iterator[str]:
    """Yield a proof's outcome, on how many readings it rests, and the sentence."""
    told = (
        f"{count_text(finding.readings, 'reading')} in {count_text(finding.runs, 'run')}, {finding.contrary:,} contrary"
    )
    yield f"  {finding.outcome.upper():11}{finding.proof.name:24}{told if finding.readings else ''}".rstrip()
    yield from wrapped(finding.proof.text, 13)
    for reason in finding.reasons:
        yield from wrapped(f"({reason})", 13)


def not_made(groups: Sequence[Missing]) -> Iterator[str]:
    """Yield why runs could not be made, each reason once."""
    if groups:
        yield "Could not be measured"
    for group in groups:
        yield from wrapped(f"{count_text(group.runs, 'run')} {group.status}: {group.note.text} [{group.note.slug}]", 2)
        if group.note.remedy:
            yield from wrapped(f"what changes that: {group.note.remedy}", 6)
    if groups:
        yield ""


def noted(results: Sequence[Result]) -> Iterator[str]:
    """Yield what else a reader must know."""
    notes = remarks(results)
    if notes:
        yield "Notes"
    for note, times in notes:
        yield from wrapped(f"{note.text} [{note.slug}]" + (f" ({times} times)" if times > 1 else ""), 2)


def wrapped(text: str, indent: int = 0) -> list[str]:
    """Return a text as lines that fit; numbers keep their units, and names with hyphens are whole."""
    joined = UNIT.sub(HELD, text)
    lines = textwrap.wrap(
        joined, WIDTH, initial_indent=" " * indent, subsequent_indent=" " * indent, break_on_hyphens=False
    )
    return [line.replace(HELD, " ") for line in lines]
