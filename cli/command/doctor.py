"""./lab doctor"""

from __future__ import annotations

import itertools

import click
from bench.host.checks import Check, run_checks

from bench.run.session import ask_probe

MARK = {True: "yes", False: "no "}


@click.command("doctor")
@click.option("--all/--only-no", "everything", default=True, help="Print everything, or only what is missing.")
def command(everything: bool) -> None:
    """Say what this machine can measure; each no has its reason and the line that changes it.

    Ends with status 0 where secret memory can be measured, else with 1.
    """
    checks = run_checks(ask_probe())
    for group, members in itertools.groupby(checks, key=lambda check: check.group):
        shown = [line for check in members if everything or not check.ok for line in lines(check)]
        if shown:
            click.echo("\n".join((group, *shown)))


def lines(check: Check) -> list[str]:
    """Return one check as a line, and its remedy as another."""
    remedy = [f"         -> {check.remedy}"] if check.remedy and not check.ok else []
    return [f"  {MARK[check.ok]}  {check.name}: {check.value}", *remedy]
