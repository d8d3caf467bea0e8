"""A cell from its kernel to what was seen in it."""

from __future__ import annotations

from pathlib import Path
from tempfile import TemporaryDirectory

from bench.guest.boot import Boot, boot, last_lines
from bench.guest.emulator import Accelerator, command_line
from bench.guest.ground import Ground
from bench.guest.image import make_image
from bench.guest.job import Job, ended
from bench.guest.matrix import Architecture, Cell
from bench.guest.record import CONSOLE, CellReport, Seen
from bench.guest.result import Frames, Planned, host_of, keep_results, plan_experiments
from bench.guest.sight import CHECKS, Guest
from bench.guest.tree import WANTED, plant
from bench.host.kernel import release
from bench.run.record import reason
from workloads.spec import Failed, Unsupported

LOOKED_AT_PAGES = 64
ALWAYS = (
    Job("probe", ("--fentry",)),
    Job("atlas"),
    Job("removal", ("--pages", str(LOOKED_AT_PAGES)), output=True),
)
"""What runs in every guest, for the checks."""


def report_of(cell: Cell, architecture: Architecture, accelerator: Accelerator) -> CellReport:
    """Return the report of a cell of which nothing is known yet."""
    return CellReport(
        name=cell.name,
        status="failed",
        architecture=architecture,
        kernel=None,
        release="",
        command_line=command_line(architecture, cell),
        emulated=accelerator == "tcg",
        took_s=0.0,
        checks=(),
    )


def failed(report: CellReport, why: Unsupported | Failed) -> CellReport:
    """Return the report of a cell in which nothing could be seen."""
    return report.model_copy(update={"status": "failed", "notes": (*report.notes, reason(why))})


def run_cell(cell: Cell, ground: Ground, accelerator: Accelerator, folder: Path) -> CellReport:
    """Boot a cell and return what was seen; its console and its results stay in a new folder. Raises OSError."""
    blank = report_of(cell, ground.architecture, accelerator).model_copy(update={"kernel": ground.kernel})
    wanted = plan_experiments(cell)
    folder.mkdir(parents=True)
    with TemporaryDirectory() as name:
        scratch = Path(name)
        jobs = (*ALWAYS, *(start.job for start in wanted.starts))
        (scratch / "image").write_bytes(make_image(ground.programs, jobs, WANTED))
        booted = boot(Boot(ground, accelerator, scratch / "image", folder / CONSOLE, cell))
        report = blank.model_copy(update={"took_s": round(booted.took_s, 1)})
        if booted.trouble:
            return failed(report.model_copy(update={"last_lines": last_lines(booted.console)}), booted.trouble)
        return looked_at(cell, report, wanted, booted.console.frames, scratch, folder)


def looked_at(
    cell: Cell, report: CellReport, wanted: Planned, frames: Frames, scratch: Path, folder: Path
) -> CellReport:
    """Return the report of a guest that did everything: what is seen of the checks, and its experiments' results."""
    plant(frames, scratch / "root")
    said = [ended(n, job, frames, scratch / f"{n}.u64").outcome for n, job in enumerate(ALWAYS)]
    guest = Guest(scratch / "root", frames.get("machine", b"").decode(errors="replace"), *said)
    checks = tuple(
        Seen(check=name, meaning=check.meaning, expected=cell.expect.get(name), seen=check.see(guest))
        for name, check in CHECKS.items()
    )
    kept = keep_results(wanted, len(ALWAYS), frames, host_of(guest, cell, report.emulated), folder)
    return report.model_copy(
        update={
            "status": "differs" if any(seen.differs for seen in checks) else "ok",
            "release": release(guest.root),
            "checks": checks,
            "results": tuple(str(each.relative_to(folder)) for each in kept),
        }
    )
