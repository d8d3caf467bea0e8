"""./lab plan"""

from __future__ import annotations

import secrets

import click

from bench.boot.choice import LOADERS
from bench.boot.design import BLOCKS
from cli.count import Count

EPILOG = """
WORDS are for ./lab run, which makes one result in each boot; without them it is whole_boot. docs/reboots.md says more.

\b
Examples:
  ./lab plan reboots --dry-run            what would be changed, in which order, how long
  ./lab plan reboots                      boots with 1 GB entries against boots without, five of each
  ./lab run --continue                    in each boot: check, measure, choose the next
  ./lab plan reboots --service            the same by itself, at each boot (systemd, GRUB)
  ./lab plan reboots --stop               no reboot by itself any more; the series stays
  ./lab plan reboots --abandon            put everything back, and end it
  ./lab plan reboots --blocks 8 -- --profile full whole_boot
"""
ENDS = ("status", "stop", "abandon")


@click.group("plan")
def command() -> None:
    """Plan an experiment that outlives this boot."""


@command.command("reboots", epilog=EPILOG, context_settings={"ignore_unknown_options": True})
@click.argument("words", nargs=-1, type=click.UNPROCESSED, metavar="[-- WORDS]")
@click.option("--conditions", metavar="KIND,KIND", help="Kinds of boots, the first the baseline [default: 1g,2m].")
@click.option("--blocks", type=Count(1), default=BLOCKS, show_default=True, help="Boot every kind so often.")
@click.option("--loader", type=click.Choice(["auto", *LOADERS]), default="auto", show_default=True,
              help="What chooses the next boot; manual: you.")  # fmt: skip
@click.option("--seed", type=Count(0), help="Draw the order from this seed [default: a new one].")
@click.option("--dry-run", is_flag=True, help="Say what would be changed, and change nothing.")
@click.option("--service", is_flag=True, help="Have systemd go on at each boot, and reboot, until it is over.")
@click.option("--status", is_flag=True, help="Say how the open series stands.")
@click.option("--stop", is_flag=True, help="Take the service and the chosen boot away; the series stays open.")
@click.option("--abandon", is_flag=True, help="End the open series, and put everything back.")
def reboots(
    words: tuple[str, ...],
    conditions: str | None,
    blocks: int,
    loader: str,
    seed: int | None,
    dry_run: bool,
    service: bool,
    **ends: bool,
) -> None:
    """Plan a series of boots: an experiment whose conditions only a boot can bring about.

    Each boot is measured once, by ./lab run --continue, and counts as one. The order is drawn now. The boot that you
    have by default stays as it is: each of the series is chosen for one boot alone.
    """
    from cli import bootplan

    wanted = [name for name in ENDS if ends[name]]
    if len(wanted) + (service or dry_run) > 1 or (service and dry_run):
        raise click.UsageError("--dry-run, --service, --status, --stop and --abandon exclude each other")
    if wanted:
        {"status": bootplan.status, "stop": bootplan.stop, "abandon": bootplan.abandon}[wanted[0]]()
        return
    kinds = tuple(name for name in (conditions or "").split(",") if name)
    drawn = secrets.randbelow(2**32) if seed is None else seed
    bootplan.begin(bootplan.Ask(words, kinds, blocks, loader, drawn, service), dry_run=dry_run)
