"""./lab show"""

from __future__ import annotations

import click

from analysis.report.summary import summary
from cli.place import find, newest
from cli.shelf import loaded, tell


@click.command("show", epilog="RESULT is a result's folder, or an experiment's name for its newest result.")
@click.argument("results", metavar="[RESULT]...", nargs=-1)
def command(results: tuple[str, ...]) -> None:
    """Print results as a table: how long a touch or a phase took, against ordinary memory, and how sure that is.

    Without RESULT, the newest of each experiment. One that cannot be read is left out and named where there are others;
    the status is then 1.
    """
    found, wrong = loaded(tuple(map(find, results)) or newest())
    click.echo(summary(found))
    tell(wrong)
