"""./lab show"""

from __future__ import annotations

import click

from analysis.load import load
from analysis.report.summary import summary
from cli.place import find, newest


@click.command("show", epilog="RESULT is a result's folder, or an experiment's name for its newest result.")
@click.argument("results", metavar="[RESULT]...", nargs=-1)
def command(results: tuple[str, ...]) -> None:
    """Print results as a table: how long a touch or a phase took, against ordinary memory, and how sure that is.

    Without RESULT, the newest of each experiment.
    """
    folders = tuple(map(find, results)) or newest()
    click.echo(summary([load(folder) for folder in folders]))
