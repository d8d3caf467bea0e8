"""./lab advise"""

from __future__ import annotations

import click

from cli.count import Count
from cli.size import Size

EPILOG = """
RESULT is a result's folder, or an experiment's name for its newest result; all of one machine and kernel. Without it,
the newest results of this machine, of secret_life, fragmentation, page_cost and removal.

\b
Examples:
  ./lab advise                                 1,000 secrets of 32 bytes
  ./lab advise --secrets 100 --size 4K
  ./lab advise --size 64K --json > advice.json
  ./lab advise results/secret_life/20261124T...   from the results of another machine
"""


@click.command("advise", epilog=EPILOG)
@click.argument("results", metavar="[RESULT]...", nargs=-1)
@click.option("--secrets", type=Count(1), default=1000, show_default=True, help="How many secrets are held at once.")
@click.option("--size", type=Size(least=1), default="32", show_default=True, help="Of each: bytes, or as 4K or 1M.")
@click.option("--json", "as_json", is_flag=True, help="Print JSON for a program instead of tables.")
def command(results: tuple[str, ...], secrets: int, size: int, as_json: bool) -> None:
    """Say what holding secrets costs by each way of holding them, from this machine's data, and which way to take.

    Time, locked memory, files, page tables, splits of the kernel's map, and at how many secrets which limit stops it.
    What was not measured on this machine is not guessed: it says what to run.
    """
    from analysis.advice.wish import MOST_BYTES, Wish

    if secrets * size > MOST_BYTES:
        raise click.UsageError("so many secrets of that size are more than a process can address (128 TB)")
    from analysis.advice.advice import advise
    from analysis.advice.source import refuse_mixture
    from analysis.report.advice import text
    from cli.evidence import gather, limits

    studies = gather(results)
    refuse_mixture(studies)
    advice = advise(studies, Wish(secrets=secrets, size_bytes=size), limits(studies, named=bool(results)))
    click.echo(advice.model_dump_json(indent=1) if as_json else text(advice))
