"""A result in a report: its tables, its figures, its controls."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from analysis.plots.duration import interval_text, ratio_text
from analysis.plots.figure import Figure
from analysis.report import access, copies, steady, uncached
from analysis.report.block import Block, Heading, Part, Picture, Table, Text, Value
from analysis.report.control import controls
from analysis.report.cover import map_controls
from analysis.report.stopping import told
from analysis.report.study import Study
from analysis.report.table import COLUMNS, Row, Section, sections

ATLAS = "direct_map"
"""The figure that stands in a part of its own."""


def chapter(study: Study, figures: tuple[Figure, ...]) -> Part:
    """Return the part of one result."""
    told = (*blocks(study, figures), *steady.blocks(study.steady))
    return Part(anchor(study), study.result.manifest.experiment.question, told)


def anchor(study: Study) -> str:
    """Return the anchor of a result's part."""
    return f"result-{study.result.manifest.experiment.name}-{study.folder}"


def blocks(study: Study, figures: tuple[Figure, ...]) -> Iterator[Block]:
    """Yield what there is to show of a result."""
    manifest, experiment = study.result.manifest, study.result.manifest.experiment
    yield Text(
        f"{experiment.name}, {experiment.profile} profile: {study.made} of {study.planned} runs, each a process of its "
        f"own, in {study.blocks} blocks. Machine {manifest.machine}, begun {manifest.created}.",
        "origin",
    )
    if study.stop:
        yield Text(told(study.stop), "origin")
    if not study.result.seal:
        yield Text("Not finished. Go on with ./lab run --resume.", "warning")
    yield from access.blocks(study)
    yield from copies.blocks(study.cells)
    yield from uncached.blocks(study.cells)
    found = sections(study)
    if found:
        yield Text(
            "A dash stands where there are too few readings for a quantile, or nothing to compare with.", "origin"
        )
        yield table(found[0], is_open=True)
    yield from (Picture(figure) for figure in figures if figure.name != ATLAS)
    if found[1:]:
        yield Heading("All the other tables")
    yield from (table(section, is_open=False) for section in found[1:])
    checks = (*controls(study), *map_controls(study))
    if checks:
        yield Heading("Controls")
        rows = tuple((control.name, control.found, control.meaning) for control in checks)
        yield Table(("What was checked", "Found", "How to read it"), rows)


def table(section: Section, *, is_open: bool) -> Table:
    """Return a section as a table; a narrow screen shows the ratio beside the median."""
    ratio = ("Ratio", "95 % interval") if section.against else ()
    header = ("Memory", COLUMNS[0], *ratio, *COLUMNS[1:], "Mean, 95 % interval", "Runs")
    rows = tuple(cells(row, with_ratio=bool(ratio)) for row in section.rows)
    said = f"Ratio: the p50 over that of {section.against}, block by block." if section.against else ""
    numbers = frozenset(range(1, len(header)))
    return Table(header, rows, numbers, "", section.title, said, "open" if is_open else "closed")


def cells(row: Row, *, with_ratio: bool) -> tuple[Value, ...]:
    """Return the cells of a row."""
    found = (ratio_text(row.ratio.value), interval_text(row.ratio.low, row.ratio.high)) if row.ratio else ("-", "-")
    ratio = found if with_ratio else ()
    times = map(row.time, COLUMNS[1:])
    return (row.name, row.time(COLUMNS[0]), *ratio, *times, row.range("mean"), str(len(row.cell.runs)))


def atlas(drawn: Sequence[tuple[Study, tuple[Figure, ...]]]) -> tuple[Part, ...]:
    """Return the part of the kernel's own map, before and after each result that has it; none where none has."""
    found: list[Block] = []
    for study, figures in drawn:
        for figure in (each for each in figures if each.name == ATLAS):
            manifest = study.result.manifest
            found += [Heading(f"{manifest.experiment.name} on {manifest.machine}"), Picture(figure)]
    return (Part("atlas", "The atlas: the kernel's own map", tuple(found)),) if found else ()
