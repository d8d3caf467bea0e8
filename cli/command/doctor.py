"""./lab doctor"""

from __future__ import annotations

import click

from bench.host.check import Check, Group
from bench.host.checks import examine
from bench.run.cartographer import ask_atlas
from bench.run.session import ask_probe
from cli.machine import held
from cli.place import unpublished

DOCTOR_PATIENCE_S = 1.0
"""For the direct map: the whole of it is to be said within two seconds."""
MARK = {True: "yes", False: "no "}


@click.command("doctor")
@click.option("--missing", is_flag=True, help="Print only what is missing.")
def command(missing: bool) -> None:
    """Say what this machine can measure; each no has its reason and, behind an arrow, the line that changes it.

    Ends with status 0 where secret memory can be measured, else with 1. Waits for nobody: while a run is being made, it
    would disturb it by trying things out, and says so instead.
    """
    with held():
        groups = examine(ask_probe(), ask_atlas(DOCTOR_PATIENCE_S), unpublished())
    for group in groups:
        shown = [line for check in group.checks if not (missing and check.ok) for line in lines(check)]
        if shown:
            click.echo("\n".join((group.title, *shown)))
    raise click.exceptions.Exit(0 if measurable(groups) else 1)


def lines(check: Check) -> list[str]:
    """Return one check as a line, and its remedy as another."""
    slug = f" [{check.slug}]" if check.slug else ""
    return [f"  {MARK[check.ok]}  {check.name}: {check.text}{slug}"] + [f"         -> {check.remedy}"] * bool(
        check.remedy
    )


def measurable(groups: tuple[Group, ...]) -> bool:
    """Tell whether there is secret memory to measure."""
    return all(check.ok for group in groups if group.title == "secret memory" for check in group.checks)
