"""What came of a matrix, for people and programs: matrix.json in its folder; docs/schema/matrixreport.json tells it."""

from __future__ import annotations

from pathlib import Path
from typing import Literal

from bench.error import LabError
from bench.guest.matrix import Architecture
from bench.model.codec import decode
from bench.model.note import Note
from bench.model.record import Record
from bench.run.journal import read

FORMAT: Literal[1] = 1
FILE, CONSOLE = "matrix.json", "console.log"


class KernelFile(Record):
    """A kernel of a matrix as it was found: its package with its version, or "" for one that was given by its path."""

    path: str
    package: str
    version: str
    sha256: str


class Seen(Record):
    """A check of a cell: what it looks at, what was expected, None where nothing was, and what was seen."""

    check: str
    meaning: str
    expected: str | None
    seen: str

    @property
    def differs(self) -> bool:
        """Tell whether something else was expected."""
        return self.expected is not None and self.expected != self.seen


class CellReport(Record):
    """What came of a cell.

    `status`: whether all was as expected (ok), something was not (differs), or nothing could be seen (failed, and the
    notes say why). `last_lines` are the end of a failed cell's console, `results` its experiments' folders, `took_s`
    what the boot took here, which tells nothing of the guest's machine. `emulated`: its times are none.
    """

    name: str
    status: Literal["ok", "differs", "failed"]
    architecture: Architecture
    kernel: KernelFile | None
    release: str
    command_line: str
    emulated: bool
    took_s: float
    checks: tuple[Seen, ...]
    notes: tuple[Note, ...] = ()
    last_lines: tuple[str, ...] = ()
    results: tuple[str, ...] = ()


class MatrixReport(Record):
    """Every cell of a matrix; `created` is when the first was booted, `commit` the lab's."""

    format: Literal[1] = FORMAT
    matrix: str
    created: str
    commit: str
    cells: tuple[CellReport, ...]

    @property
    def ok(self) -> bool:
        """Tell whether every cell was as expected."""
        return all(cell.status == "ok" for cell in self.cells)


def read_report(folder: Path) -> MatrixReport:
    """Return what came of a matrix; raises LabError where a folder has no such file, or it cannot be read."""
    if not (folder / FILE).exists():
        raise LabError("no-matrix", f"{folder} holds no matrix that was run", remedy="make one with ./lab kernels run")
    return decode(MatrixReport, read(folder / FILE), str(folder / FILE))
