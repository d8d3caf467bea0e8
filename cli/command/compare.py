"""./lab compare"""

from __future__ import annotations

import click

from analysis.contrast import contrast
from analysis.report.contrast import document, text
from cli.name import Name
from cli.place import find
from cli.shelf import alone

STATISTICS = ("p50", "p90", "p99", "p99.9", "mean")
EPILOG = """
A and B are results' folders. B / A above 1 is slower in B. The interval rests on the blocks of either sitting, which
are not paired.

\b
Examples:
  ./lab compare results/page_cost/20261124T... results/local/page_cost/20261125T...
  ./lab compare A B --statistic p99
  ./lab compare A B --json > change.json
"""


@click.command("compare", epilog=EPILOG)
@click.argument("first", metavar="A")
@click.argument("second", metavar="B")
@click.option("--statistic", type=Name("statistic", STATISTICS), default="p50", metavar="NAME",
              help=f"Of each condition: {', '.join(STATISTICS)} [p50]. A claim keeps its own.")  # fmt: skip
@click.option("--json", "as_json", is_flag=True, help="Print JSON for a program instead of a table.")
def command(first: str, second: str, statistic: str, as_json: bool) -> None:
    """Say what changed between two results of the same experiment, condition by condition and claim by claim.

    Another machine, kernel or commit is named. What cannot be compared is refused: another experiment, a workload with
    other settings, an emulated machine against a real one, another format.
    """
    found = contrast(alone(find(first)), alone(find(second)), statistic)
    click.echo(document(found) if as_json else text(found))
