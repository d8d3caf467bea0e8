"""./lab setup"""

from __future__ import annotations

import click

from bench.server.catalog import CATALOG
from bench.server.install import install
from bench.server.package import lacking, locate
from cli.machine import held

EPILOG = """
\b
Example:
  sudo ./lab setup neighbours    Redis, PostgreSQL, nginx and their load generators
"""


@click.command("setup", epilog=EPILOG)
@click.argument("what", type=click.Choice(["neighbours"]))
def command(what: str) -> None:
    """Install what WHAT needs beyond the lab itself.

    neighbours: the servers that neighbour_servers measures beside secret memory (Redis or Valkey, PostgreSQL, nginx),
    and their usual load generators (redis-benchmark, pgbench, wrk), from the distribution's packages, by apt-get or dnf
    as root. For anybody else, and elsewhere, it says which line to type and ends with status 1.

    No service is started, and none that comes with the packages will be at the next boot: the lab starts each server by
    itself, on the loopback, with data of its own, and stops it again. What is installed already is left as it is. With
    LAB_NO_INSTALL=1 nothing is installed.
    """
    missing = lacking(CATALOG)
    if missing:
        click.echo(f"missing: {', '.join(program.names[0] for program in missing)}", err=True)
    with held():
        fresh = install()
    for server in CATALOG:
        for program in server.programs:
            click.echo(f"{server.name}: {locate(program)}{' (installed)' if program in fresh else ''}")
