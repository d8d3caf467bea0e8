"""./lab kernels"""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import click

from analysis.report.kernels import table
from bench.guest.emulator import Accelerator, command_line
from bench.guest.matrix import Cell, Matrix
from bench.guest.matrixfile import read_matrix
from bench.guest.record import FILE, MatrixReport, read_report
from bench.guest.session import Session
from bench.guest.sight import CHECKS
from cli.cells import CellMeter
from cli.machine import held
from cli.name import Name
from cli.place import CHECKOUT, unpublished

DEFAULT = CHECKOUT / "bench" / "guest" / "ci.toml"
FOLDER = "kernels"
MATRIX = click.argument("matrix", required=False, type=click.Path(dir_okay=False, path_type=Path))
EPILOG = """
\b
Examples:
  ./lab kernels list             the cells of the lab's own matrix, and what is expected of each
  ./lab kernels list --checks    what can be expected
  ./lab kernels run              boot all of them: about two minutes where qemu plays the processor
  ./lab kernels run --cell 6.12-off --cell 6.1-default
  ./lab kernels run mine.toml    a matrix of your own
  ./lab kernels show             what was seen last

\b
A matrix is a TOML file:
  format = 1
  [kernel.mine]                  a kernel, by path ...
  path = "/boot/vmlinuz-6.12.48"
  [kernel.debian]                ... or by package: resolved to a version, downloaded, never installed
  package = "linux-image-cloud-amd64"
  release = "trixie"
  [[cell]]                       one boot
  name = "off"
  kernel = "mine"
  parameters = ["nokaslr", "secretmem.enable=0"]
  cpu = "max,la57=off"           as qemu names it; also cpus, memory_mib, timeout_s
  experiments = ["removal"]      of ./lab list; also blocks, pages
  expect = { call = "secret-disabled", map = "1G" }
"""


@click.group("kernels", epilog=EPILOG)
def command() -> None:
    """Boot other kernels in qemu, and say what each supports and does.

    Each cell of a matrix is one boot: a kernel, its command line, a machine played for it. In it run the lab's programs
    alone, from memory; nothing is installed and nothing of this machine is reached. What is seen is compared with what
    the matrix expects. Times out of an emulated machine are no times, and no report shows them.
    """


@command.command("list")
@MATRIX
@click.option("--checks", is_flag=True, help="List what is looked at in each cell, and what may be expected of it.")
def list_cells(matrix: Path | None, checks: bool) -> None:
    """List the cells of a MATRIX and what is expected of each. Boots nothing."""
    if checks:
        for name, check in CHECKS.items():
            click.echo(f"{name}: {check.meaning}\n  {' '.join(check.words)}")
        return
    found = read_matrix(matrix or DEFAULT)
    for cell in found.cells:
        click.echo("\n".join(lines(cell, found)))


def lines(cell: Cell, matrix: Matrix) -> tuple[str, ...]:
    """Return a cell in a few lines."""
    kernel = matrix.kernels[cell.kernel]
    release = f" of {kernel.release}" if kernel.release else ""
    expected = ", ".join(f"{name} {word}" for name, word in cell.expect.items()) or "nothing"
    return (
        f"{cell.name}: {kernel.path or f'{kernel.package}{release}'}, {kernel.architecture}",
        f"  command line: {command_line(kernel.architecture, cell)}",
        f"  machine: {cell.cpu}, {cell.cpus} CPU, {cell.memory_mib} MiB, at most {cell.timeout_s:g} s",
        *((f"  experiments: {', '.join(cell.experiments)}",) if cell.experiments else ()),
        f"  expected: {expected}",
    )


@command.command("run")
@MATRIX
@click.option("--cell", "wanted", multiple=True, metavar="NAME", help="Only this cell; may be given several times.")
@click.option(
    "--accelerator",
    type=click.Choice(["auto", "kvm", "tcg"]),
    default="auto",
    show_default=True,
    help="What runs the guests; auto: KVM where a boot that is tried with it works, else qemu plays the processor.",
)
@click.option("--results", type=click.Path(file_okay=False, path_type=Path), help="Where results go.")
@click.option("--json", "as_json", is_flag=True, help="Print what was seen as JSON.")
def run(matrix: Path | None, wanted: tuple[str, ...], accelerator: str, results: Path | None, as_json: bool) -> None:
    """Boot the cells of a MATRIX, and say what was seen.

    One after the other, each check with what was expected of it.

    A cell that cannot be booted, panics or hangs is a failed cell with its console's last lines, and the next one
    follows. Ends with status 0 where all was as expected, else with 1. Each console is kept beside the results.
    """
    path = matrix or DEFAULT
    found = read_matrix(path)
    cells = chosen(found, wanted)
    folder = (results or unpublished()) / FOLDER / datetime.now(UTC).strftime("%Y%m%dT%H%M%SZ")
    forced: Accelerator | None = "kvm" if accelerator == "kvm" else "tcg" if accelerator == "tcg" else None
    with held(), CellMeter([(cell.name, cell.timeout_s) for cell in cells]) as meter:
        report = Session(found, path.resolve(), folder, forced).run(cells, meter.tell)
    tell(report, folder, as_json=as_json)
    click.echo(f"result: {folder}", err=as_json)
    raise click.exceptions.Exit(0 if report.ok else 1)


def chosen(matrix: Matrix, wanted: tuple[str, ...]) -> tuple[Cell, ...]:
    """Return the cells that were named, all where none was."""
    every = Name("cell", tuple(cell.name for cell in matrix.cells))
    names = {every.convert(name, None, click.get_current_context()) for name in wanted}
    return tuple(cell for cell in matrix.cells if not names or cell.name in names)


@command.command("show")
@click.argument("folder", required=False, type=click.Path(file_okay=False, path_type=Path))
@click.option("--json", "as_json", is_flag=True, help="Print it as JSON.")
def show(folder: Path | None, as_json: bool) -> None:
    """Print what was seen in the matrix that was run last, or in that of a FOLDER."""
    place = folder or newest()
    tell(read_report(place), place, as_json=as_json)


def newest() -> Path:
    """Return the folder of the matrix that was run last."""
    ran = sorted((unpublished() / FOLDER).glob(f"*/{FILE}"))
    return ran[-1].parent if ran else unpublished() / FOLDER


def tell(report: MatrixReport, folder: Path, *, as_json: bool) -> None:
    """Print a report."""
    click.echo(report.model_dump_json(indent=2) if as_json else table(report, folder))
