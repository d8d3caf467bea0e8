"""./lab list"""

from __future__ import annotations

import os

import click

from bench.experiments.catalog import CATALOG
from bench.experiments.wish import Wish
from bench.run.plan import estimate


@click.command("list")
@click.option("--conditions", is_flag=True, help="Print every condition too.")
def command(conditions: bool) -> None:
    """List the experiments: the question, the claims that are fixed before the run, and what is measured."""
    cpus = len(os.sched_getaffinity(0))
    for entry in CATALOG:
        quick, full = (entry.design(Wish(profile, cpus)) for profile in ("quick", "full"))
        click.echo(f"{entry.name}: {quick.question}")
        for each in (quick, full):
            took = estimate(each)
            click.echo(
                f"  {each.profile}: {len(each.conditions)} conditions in {each.blocks} blocks, {took.seconds:.0f} s"
            )
        for claim in quick.claims:
            click.echo(f"  claim {claim.name}: {claim.text}")
        for proof in quick.proofs:
            click.echo(f"  proof {proof.name}: {proof.text}")
        if conditions:
            click.echo("".join(f"    {condition.label()}\n" for condition in full.conditions), nl=False)
    usual, others = ([e.name for e in CATALOG if ("quick" in e.by_default) is unasked] for unasked in (True, False))
    click.echo(f"By default ./lab run makes {', '.join(usual)}.")
    click.echo(f"The others are made where they are asked for, as in ./lab run lifetime: {', '.join(others)}.")
