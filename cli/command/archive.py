"""./lab archive"""

from __future__ import annotations

import click

from bench.run.publish import archive
from cli.place import PUBLISHED, find


@click.command("archive")
@click.argument("result")
def command(result: str) -> None:
    """Copy a finished result to results/, where git sees it, so that it can be committed and published.

    Nothing there is ever overwritten.
    """
    click.echo(f"archived: {archive(find(result), PUBLISHED)}")
