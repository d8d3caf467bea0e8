"""./lab report"""

from __future__ import annotations

from pathlib import Path

import click

from analysis.load import load
from analysis.report.page import render
from bench.run.journal import replace
from cli.place import find, newest, unpublished


@click.command("report", epilog="RESULT is a result's folder, or an experiment's name for its newest result.")
@click.argument("results", metavar="[RESULT]...", nargs=-1)
@click.option("--output", "-o", type=click.Path(dir_okay=False, path_type=Path), help="Where to write the HTML file.")
def command(results: tuple[str, ...], output: Path | None) -> None:
    """Write one HTML file, without any outside reference, from one or several results.

    Without RESULT, from the newest of each experiment.
    """
    folders = tuple(map(find, results)) or newest()
    click.echo(f"report: {write(folders, output)}")


def write(folders: tuple[Path, ...], output: Path | None = None) -> Path:
    """Write the report of some results and return where; by default beside the results that are not published."""
    target = output or unpublished() / "report.html"
    replace(target, render([load(folder) for folder in folders]).encode())
    return target
