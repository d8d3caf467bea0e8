"""A series of boots planned, shown, stopped and given up."""

from __future__ import annotations

import os
import shutil
from dataclasses import dataclass
from pathlib import Path

import click

from bench.boot import service
from bench.boot.choice import loader, usable
from bench.boot.design import chosen, make_plan
from bench.boot.happening import happened
from bench.boot.loader import Loader
from bench.boot.series import Series, running
from bench.boot.sight import see
from bench.boot.step import measured
from bench.error import LabError
from bench.experiments import whole_boot
from bench.experiments.wish import DEFAULT_PAGES, Wish
from bench.model.boot import BootClaim, BootPlan, Kind
from bench.model.experiment import Experiment
from bench.run import session
from bench.run.plan import estimate
from cli.boots import open_series, place, put_back, say, tell
from cli.command import run
from cli.machine import held
from cli.place import CHECKOUT, unpublished

BOOT_S = 90
"""For the forecast: what a reboot takes, from the command to the service."""
OURS = ("resume", "go_on", "reboot", "dry_run", "results", "seed", "profile_kernel")
"""Options of `./lab run` that a series has its own way with."""


@dataclass(frozen=True, slots=True)
class Ask:
    """What was typed."""

    words: tuple[str, ...]
    kinds: tuple[str, ...]
    blocks: int
    loader: str
    seed: int
    service: bool


def begin(ask: Ask, *, dry_run: bool) -> None:
    """Plan a series, or show one; of an open one, the service alone can be added.

    Raises LabError where another series is open, or where this machine cannot do what was asked.
    """
    with held():
        there = running(place())
        if there and not dry_run:
            add_service(there, ask)
            return
        here = session.survey()
        plan = planned(ask, here)
        telling = loader(plan.loader, place())
        refuse(telling, ask)
        describe(plan, telling, here, ask.service)
        if not dry_run:
            keep(plan, ask.service)


def planned(ask: Ask, here: session.Machine) -> BootPlan:
    """Return the plan of what was asked; raises LabError where it cannot be."""
    words = ask.words or (whole_boot.NAME,)
    refuse_words(words)
    wanted = run.understood(words, ask.seed)
    here = here if wanted.machine is None else session.survey(wanted.machine)
    experiments = run.design(wanted, here)
    kinds = chosen(ask.kinds, here.environment.architecture)
    name = usable() if ask.loader == "auto" else ask.loader
    seen, claims = see(here.atlas), judged(wanted, here, experiments, kinds)
    names = tuple(experiment.name for experiment in experiments)
    return make_plan(here, seen, kinds, ask.blocks, ask.seed, name, words, names, claims)


def refuse_words(words: tuple[str, ...]) -> None:
    """Raise LabError for options of `./lab run` that a series does not pass on."""
    typed = run.typed(run.command.make_context("./lab run", list(words)))
    for name, word in typed.items():
        if name in OURS:
            raise LabError("boots-words", f"{word} is not passed on to the boots", remedy="leave it out")


def judged(
    wanted: run.Ask, here: session.Machine, experiments: tuple[Experiment, ...], kinds: tuple[Kind, ...]
) -> tuple[BootClaim, ...]:
    """Return the claims between kinds, fixed before the first boot; only whole_boot has any."""
    if whole_boot.NAME not in [each.name for each in experiments]:
        return ()
    return whole_boot.between_boots(Wish(wanted.profile, len(here.cpus), wanted.pages or DEFAULT_PAGES), kinds)


def refuse(telling: Loader, ask: Ask) -> None:
    """Raise LabError where the loader cannot be used, or not by a service."""
    if cannot := telling.obstacle():
        raise LabError(cannot.slug, f"--loader {telling.name} cannot be used", cannot.reason, cannot.remedy)
    if ask.service and not telling.alone:
        why = f"--loader {telling.name} needs somebody at the boot menu"
        raise LabError("boots-by-hand", "a service cannot go on with this series", why, "leave --service out")


def describe(plan: BootPlan, telling: Loader, here: session.Machine, serviced: bool) -> None:
    """Print the order, the time and what is changed."""
    blocks = [plan.order[at : at + len(plan.kinds)] for at in range(0, len(plan.order), len(plan.kinds))]
    seconds = sum(estimate(each).seconds for each in run.design(run.understood(plan.words, plan.seed), here))
    a_boot = seconds + BOOT_S + service.WAIT_S * serviced
    click.echo(f"{len(plan.order)} boots, order drawn from seed {plan.seed}: {' | '.join(map(' '.join, blocks))}")
    for kind in plan.kinds:
        words = " ".join((*kind.add, *(f"without {name}" for name in kind.remove)))
        click.echo(f"  {kind.name}: direct map in {kind.entries} entries; command line: {words}")
        if kind.note:
            click.echo(f"      {kind.note}")
    click.echo(f"in each: ./lab run {' '.join(plan.words)}; about {seconds:.0f} s of measuring")
    click.echo(f"all together about {a_boot * len(plan.order) / 60:.0f} min; {len(plan.claims)} claims between boots")
    click.echo(f"next boots are chosen by {telling.name}, which changes:")
    for line in telling.changes(plan.kinds):
        click.echo(f"  {line}")
    if serviced:
        click.echo(f"  {service.FOLDER / service.UNIT}, until the series is over")
    elif not telling.alone and (cannot := loader("grub", place()).obstacle()):
        click.echo(f"  (by itself it could not be: {cannot.reason} [{cannot.slug}])")


def keep(plan: BootPlan, serviced: bool) -> None:
    """Write the plan, then the entries and the service; where one of these fails nothing stays."""
    series = Series.create(place(), plan)
    telling = loader(plan.loader, series.folder)
    try:
        telling.prepare(plan.kinds)
        if serviced:
            write_service(series)
    except BaseException:
        put_back(telling)
        shutil.rmtree(series.folder)
        raise
    click.echo(f"series: {series.folder}")
    say("nothing was chosen yet; begin with: ./lab run --continue" + (" --reboot" if telling.alone else ""))


def add_service(series: Series, ask: Ask) -> None:
    """Write the service of a series that is open; raises LabError where anything else was wanted."""
    plan = series.plan()
    if not ask.service:
        why = f"{measured(series.events())} of {len(plan.order)} boots of {series.folder} are measured"
        remedy = "go on: ./lab run --continue; or give it up: ./lab plan reboots --abandon"
        raise LabError("boots-open", "another series of boots is open", why, remedy)
    refuse(loader(plan.loader, series.folder), ask)
    write_service(series)
    say("begin, or go on, with: ./lab run --continue --reboot")


def write_service(series: Series) -> None:
    """Write the unit and say where it is."""
    unit = service.written(CHECKOUT, series.folder.resolve(), unpublished().resolve())
    click.echo(f"service: {unit}")
    say(f"it can be stopped: ./lab plan reboots --stop, or {service.STOP_WORD} on the kernel's command line")


def status() -> None:
    """Print how the open series stands."""
    from analysis.boots import load_series
    from analysis.report.boots import text

    click.echo(text(load_series(open_series().folder)))


def stop() -> None:
    """Take the service and the chosen boot away; the series can be gone on with."""
    series = open_series()
    was = service.removed()
    notes = loader(series.plan().loader, series.folder).disarm()
    what = "the service is gone" if was else "there was no service"
    chosen_too = ", and the next boot is the usual one" if notes else ""
    say(f"{what}{chosen_too}; the series is open: ./lab run --continue, or ./lab plan reboots --abandon")


def abandon() -> None:
    """Put everything back and end the series; what was measured stays."""
    series = open_series()
    plan = series.plan()
    with held():
        notes = put_back(loader(plan.loader, series.folder))
        events, seen = series.events(), see(None)
        series.append(happened("ended", measured(events), seen, notes=notes, outcome="abandoned"))
    tell(notes)
    say(f"the series is given up after {measured(events)} of {len(plan.order)} boots; what was measured stays")
    say(f"what it says: ./lab show {os.path.relpath(series.folder, Path.cwd())}")
