"""./lab validate"""

from __future__ import annotations

import secrets
from pathlib import Path

import click

from analysis.load import load
from analysis.report.summary import wrapped
from analysis.report.validation import lines
from analysis.validation import validate
from bench.experiments import validation
from bench.model.experiment import Profile
from bench.text import printable
from cli.command.report import write
from cli.command.run import Ask, act
from cli.count import Count
from cli.place import unpublished

EPILOG = """
\b
Examples:
  ./lab validate                  about two minutes on two CPUs
  ./lab validate --profile full   a quarter of an hour, for rates that are known better
"""


@click.command("validate", epilog=EPILOG)
@click.option("--profile", type=click.Choice(["quick", "full"]), default="quick", show_default=True)
@click.option("--dry-run", is_flag=True, help="Print the plan and what it takes; measure nothing.")
@click.option("--blocks", type=Count(1), help="Repeat every condition so often [default: the profile's].")
@click.option("--seed", type=Count(0), help="Draw the order from this seed [default: a new one].")
@click.option("--machine", metavar="NAME", help="Name the machine in the result [default: a short hash].")
@click.option("--results", type=click.Path(file_okay=False, path_type=Path), help="Where results go.")
def command(
    profile: Profile, dry_run: bool, blocks: int | None, seed: int | None, machine: str | None, results: Path | None
) -> None:
    """Say how often this lab would cry wolf on this machine.

    Compares first touches with first touches that are the same, and puts in delays of 1, 2 and 5 % that have to come
    back: in random blocks, by the code that judges claims. The result is kept as any other and stands in every report
    of this machine. Where it is broken off, ./lab run --resume goes on with it.
    """
    drawn = secrets.randbelow(2**32) if seed is None else seed
    ask = Ask((validation.NAME,), profile, blocks=blocks, seed=drawn, machine=machine)
    for folder in act(ask, None, results or unpublished(), dry_run=dry_run):
        write((load(folder),), folder / "report.html")
        tell(folder)


def tell(folder: Path) -> None:
    """Print what a result says of its machine."""
    for text in lines(validate(load(folder))):
        rows = (text,) if text.startswith(" ") else wrapped(text)
        click.echo(printable("\n".join(rows)))
    click.echo(f"result: {folder}")
