"""./lab export"""

from __future__ import annotations

from pathlib import Path

import click

from analysis.emulation import NOTE, emulated
from analysis.export import csv, pyperf_suite
from bench.error import LabError
from bench.run.journal import drafting
from cli.name import Name
from cli.place import find
from cli.shelf import alone

FORMATS = {"pyperf": (pyperf_suite.write, "pyperf.json"), "csv": (csv.write, "samples.csv")}


@click.command("export")
@click.argument("result")
@click.argument("form", metavar="FORMAT", type=Name("format", tuple(FORMATS)))
@click.option("--output", "-o", type=click.Path(dir_okay=False, path_type=Path), help="Where to write it.")
def command(result: str, form: str, output: Path | None) -> None:
    """Export RESULT for other programs.

    pyperf: a suite for `python -m pyperf show`, `compare_to` and `hist`: one benchmark a condition and statistic, one
    value a run. csv: every reading in a line.
    """
    write, name = FORMATS[form]
    folder = find(result)
    target = output or Path(f"{folder.parent.name}-{name}")
    if target.exists():
        raise LabError("output-exists", f"{target} is there already", remedy="name another file with --output")
    found = alone(folder)
    if not any(run.samples for run in found.runs):
        raise LabError("nothing-to-export", f"{folder} has no run that gave readings", remedy="see ./lab show")
    if emulated(found.manifest.environment):
        click.echo(f"{NOTE.text} [{NOTE.slug}]", err=True)
    with drafting(target) as draft:
        write(found, draft)
    click.echo(f"exported: {target}")
