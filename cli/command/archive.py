"""./lab archive"""

from __future__ import annotations

import click

from analysis.load import load
from bench.run.publish import archive
from cli.place import PUBLISHED, find


@click.command("archive")
@click.argument("result")
def command(result: str) -> None:
    """Copy a finished result to results/, where git sees it, so that it can be committed and published.

    Nothing there is ever overwritten.
    """
    folder = find(result)
    load(folder)  # refuses what is damaged or newer
    click.echo(f"archived: {archive(folder, PUBLISHED)}")
