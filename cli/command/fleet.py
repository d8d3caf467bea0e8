"""./lab fleet"""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import click

from bench.fleet import playbook
from bench.fleet.roll import FETCHED, Roll
from cli.size import Size

ALSO = {"ignore_unknown_options": True}
INVENTORY = click.argument("inventory", type=click.Path(exists=True, dir_okay=False, path_type=Path))
WORDS = click.argument("words", nargs=-1, type=click.UNPROCESSED, metavar="[-- RUN-OPTION... EXPERIMENT...]")
EPILOG = """
INVENTORY is one of Ansible's. Each host has a checkout of the lab, in ~/secretmem-lab or where lab_checkout says, and
lets you in by ssh with a key. docs/fleet.md says more, and what to do where Slurm has the hosts.

\b
Examples:
  ./lab fleet run hosts.ini                              the quick profile on every host
  ./lab fleet run hosts.ini -- --profile full page_cost  whatever ./lab run may be told
  ./lab fleet fetch hosts.ini --wait                     what they measured, once they are done
  ./lab fleet run hosts.ini                              again: what is done is not repeated
  ./lab report results/local/fleet/hosts-*/*/page_cost/*
"""


@click.group("fleet", epilog=EPILOG)
def command() -> None:
    """Measure many hosts, by Ansible, and fetch what they measured.

    The suite runs detached: it outlives the connection, and none is open while a host measures.
    """


@command.command("run", context_settings=ALSO)
@INVENTORY
@WORDS
def run(inventory: Path, words: tuple[str, ...]) -> None:
    """Begin a suite on every host of INVENTORY, at most one at a time on each; the words behind -- go to ./lab run.

    Again, it goes on where it was broken off, and leaves alone what measures or is done. Ends with status 1 where a
    host did not begin; the others measure all the same.
    """
    from cli.fleet import begin

    playbook.require()
    roll = begin(inventory, words)
    tell(roll)
    if not all(host.is_well() for host in roll.hosts.values()):
        raise click.exceptions.Exit(1)


@command.command("fetch", context_settings=ALSO)
@INVENTORY
@WORDS
@click.option("--wait", is_flag=True, help="Until every host is done; nobody is asked while they should measure.")
@click.option("--now", is_flag=True, help="Ask hosts that should be measuring, too; it disturbs them.")
@click.option("--most", type=Size(1), default="1G", show_default=True, help="Refuse more than this from one host.")
@click.option("--patience", type=click.IntRange(1), default=600, show_default=True, metavar="SECONDS",
              help="Give up a host that has not answered by then, or not sent all.")  # fmt: skip
def fetch(inventory: Path, words: tuple[str, ...], wait: bool, now: bool, most: int, patience: int) -> None:
    """Fetch what the hosts of INVENTORY have finished: of the suite begun last, or of the one that the words name.

    Every result is read to its end before it is taken in, whole, to results/local/fleet/SUITE/HOST. A host that should
    still be measuring is not asked. Ends with status 1 until the results of all hosts are here.
    """
    from cli.fleet import collect, known, sleep_until_due

    playbook.require()
    folder, roll = known(inventory, words)
    if wait and not now:
        sleep_until_due(roll)
    spared = () if now or wait else roll.left_alone(datetime.now(UTC))
    chosen = [name for name in roll.lacking() if name not in spared]
    roll = collect(inventory, folder, roll, chosen, most, patience, wait=wait)
    tell(roll)
    if roll.lacking():
        raise click.exceptions.Exit(1)


@command.command("status", context_settings=ALSO)
@INVENTORY
@WORDS
def status(inventory: Path, words: tuple[str, ...]) -> None:
    """Say how the hosts of INVENTORY stood when they were last asked; asks none of them.

    Ends with status 0 where the results of all are here, else with 1.
    """
    from cli.fleet import known

    roll = known(inventory, words)[1]
    tell(roll)
    if any(host.state != FETCHED for host in roll.hosts.values()):
        raise click.exceptions.Exit(1)


def tell(roll: Roll) -> None:
    """Print how each host stands."""
    from cli.fleet import lines

    click.echo("\n".join(lines(roll)))
