"""./lab show"""

from __future__ import annotations

from pathlib import Path

import click

from analysis.report.summary import summary
from cli.place import find, newest, series
from cli.shelf import loaded, tell


@click.command(
    "show", epilog="RESULT is a result's folder, an experiment's name for its newest result, or a series of boots."
)
@click.argument("results", metavar="[RESULT]...", nargs=-1)
def command(results: tuple[str, ...]) -> None:
    """Print results as a table: how long a touch or a phase took, against ordinary memory, and how sure that is.

    Without RESULT, the newest of each experiment. One that cannot be read is left out and named where there are others;
    the status is then 1.
    """
    boots = [path for each in results if (path := series(each))]
    for folder in boots:
        show_series(folder)
    if boots and len(boots) == len(results):
        return
    found, wrong = loaded(tuple(find(each) for each in results if not series(each)) or newest())
    click.echo(summary(found))
    tell(wrong)


def show_series(folder: Path) -> None:
    """Print what a series of boots came to."""
    from analysis.boots import load_series
    from analysis.report.boots import text

    click.echo(text(load_series(folder)))
