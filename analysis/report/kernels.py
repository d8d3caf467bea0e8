"""What came of a matrix of kernels, as text: a line a check, what was expected of it and what was seen."""

from __future__ import annotations

from collections import Counter
from pathlib import Path

from analysis.load import load
from analysis.proof import examine
from bench.guest.record import CellReport, MatrixReport, Seen
from bench.text import printable

WORDS = {"ok": "as expected", "differs": "NOT AS EXPECTED", "failed": "FAILED"}
FUNCTION_ALONE = "Where a processor was emulated (TCG), times say nothing: only what was or was not done."


def table(report: MatrixReport, folder: Path) -> str:
    """Return the whole matrix, every cell with its checks, the failed ones with their consoles' last lines.

    `folder` is the matrix's own; of the results in it is told what became of their proofs.
    """
    lines = [line for cell in report.cells for line in (*cell_lines(cell), *result_lines(cell, folder), "")]
    return printable("\n".join((*lines, *closing(report))))


def cell_lines(cell: CellReport) -> tuple[str, ...]:
    """Return one cell."""
    how = "emulated" if cell.emulated else "KVM"
    head = f"{cell.name}: {WORDS[cell.status]} (Linux {cell.release or '?'}, {cell.architecture}, {how})"
    notes = tuple(f"  {note.text}{f'; {note.remedy}' if note.remedy else ''} [{note.slug}]" for note in cell.notes)
    ends = tuple(f"  | {line}" for line in cell.last_lines)
    return (
        head,
        *kernel_lines(cell),
        f"  command line: {cell.command_line}",
        *notes,
        *ends,
        *map(check_line, cell.checks),
    )


def result_lines(cell: CellReport, folder: Path) -> tuple[str, ...]:
    """Return what became of the proofs of a cell's experiments, a line a result that is still there."""
    there = [path for path in cell.results if (folder / cell.name / path).is_dir()]
    return tuple(f"  {cell.name}/{path}: {proofs(folder / cell.name / path)}" for path in there)


def proofs(result: Path) -> str:
    """Return how many proofs of a result came to which outcome, and how many readings speak against one.

    A cell makes few readings, so that mostly none speaks against a proof and still it is undecided.
    """
    found = examine(load(result))
    if not found:
        return "no proofs"
    counts = ", ".join(f"{count} {outcome}" for outcome, count in Counter(each.outcome for each in found).items())
    against, all_of_them = sum(each.contrary for each in found), sum(each.readings for each in found)
    return f"proofs: {counts}; {against} of {all_of_them} readings against"


def kernel_lines(cell: CellReport) -> tuple[str, ...]:
    """Return where a cell's kernel came from."""
    if cell.kernel is None:
        return ()
    if not cell.kernel.package:
        return (f"  kernel: {cell.kernel.path} (sha256 {cell.kernel.sha256[:12]})",)
    return (f"  kernel: {cell.kernel.package} {cell.kernel.version}",)


def check_line(seen: Seen) -> str:
    """Return one check: what was seen, and whether that was expected."""
    verdict = "" if seen.expected is None else f"  NOT {seen.expected}, as expected" if seen.differs else "  expected"
    return f"  {seen.meaning:<36}{seen.seen:<26}{verdict}".rstrip()


def closing(report: MatrixReport) -> tuple[str, ...]:
    """Return how many cells there were of each kind."""
    each = [cell.status for cell in report.cells]
    counts = ", ".join(f"{each.count(status)} {words.lower()}" for status, words in WORDS.items() if status in each)
    checked = sum(seen.expected is not None for cell in report.cells for seen in cell.checks)
    first = f"{len(each)} cells: {counts}; {checked} checks had an expectation."
    return (first, *((FUNCTION_ALONE,) if any(cell.emulated for cell in report.cells) else ()))
