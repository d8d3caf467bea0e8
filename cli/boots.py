"""A series of boots, gone on with in the boot that runs: checked, measured, and the next one asked for."""

from __future__ import annotations

from pathlib import Path

import click

from bench.boot import service
from bench.boot.choice import loader
from bench.boot.design import refuse_foreign
from bench.boot.happening import happened
from bench.boot.loader import Loader
from bench.boot.order import seed_of
from bench.boot.restart import reboot
from bench.boot.series import FOLDER, Series, running
from bench.boot.sight import UNSEEN, Sight, changed, see, wrong
from bench.boot.step import Ask, Check, Done, Measure, Settle, Spoil, Step, next_step
from bench.error import LabError
from bench.model.boot import BootPlan
from bench.model.note import Note
from bench.run import session
from bench.run.cartographer import ask_atlas
from cli.command import run
from cli.machine import held
from cli.place import unpublished


def place() -> Path:
    """Return where series of boots are."""
    return unpublished() / FOLDER


def open_series() -> Series:
    """Return the series that has not ended; raises LabError where there is none."""
    series = running(place())
    if series is None:
        remedy = "plan one with ./lab plan reboots"
        raise LabError("boots-none", "there is no series of boots to go on with", f"none is open in {place()}", remedy)
    return series


def go_on(restarts: bool) -> None:
    """Go on with the open series as far as this boot allows; then reboot where that is wanted, else say what to do.

    Called again in the same boot, or after a power failure, it does what is left and nothing twice.
    """
    series = open_series()
    plan = series.plan()
    chosen = loader(plan.loader, series.folder)
    if restarts and not chosen.alone:
        why = "somebody has to stand at the boot menu"
        raise LabError("boots-by-hand", f"--reboot cannot be used with --loader {chosen.name}", why, "leave it out")
    with held():
        seen = see(ask_atlas())
        refuse_foreign(plan, seen)
        last = steps(series, plan, chosen, seen)
    leave(series, plan, chosen, last, restarts)


def steps(series: Series, plan: BootPlan, chosen: Loader, seen: Sight) -> Ask | Settle | Done:
    """Take every step that this boot allows, and return the one after which it has to end."""
    while True:
        step = next_step(plan, series.events(), seen.boot)
        take(step, series, plan, chosen, seen)
        if isinstance(step, Ask | Settle | Done):
            return step


def take(step: Step, series: Series, plan: BootPlan, chosen: Loader, seen: Sight) -> None:
    """Take one step; what it did is on the disk when it returns."""
    match step:
        case Ask(place=at, again=again):
            if not again:  # the log before the loader: a boot that nobody can tell of never comes
                series.append(happened("asked", at, seen))
            chosen.arm(plan.kind(at))
        case Check(place=at):
            check(series, plan, chosen, seen, at)
        case Spoil(place=at, note=note):
            spoil(series, at, seen, note)
        case Measure(place=at):
            measure(series, plan, at)
        case Settle(outcome=outcome, notes=notes):
            notes = (*notes, *put_back(chosen))
            series.append(happened("ended", len(plan.order), seen, notes=notes, outcome=outcome))
        case Done():
            pass


def check(series: Series, plan: BootPlan, chosen: Loader, seen: Sight, at: int) -> None:
    """Write down whether this boot is what was asked for."""
    notes, kind = chosen.disarm(), plan.kind(at)
    if note := wrong(seen, kind, plan.kernel):
        spoil(series, at, seen, note, *notes)
        return
    notes += () if seen.seen_by else (UNSEEN,)
    series.append(happened("booted", at, seen, notes=notes))
    say(f"boot {at + 1} of {len(plan.order)}: this is a boot of kind {kind.name}")
    tell(notes)


def spoil(series: Series, at: int, seen: Sight, *notes: Note) -> None:
    """Write down that a boot does not count, and why."""
    series.append(happened("spoiled", at, seen, notes=notes))
    say(f"boot {at + 1} does not count:")
    tell(notes)


def measure(series: Series, plan: BootPlan, at: int) -> None:
    """Make the results of this boot that are not whole yet, each an ordinary one, as `./lab run` makes them."""
    ask = run.understood(plan.words, seed_of(plan.seed, at))
    here = session.survey(ask.machine, ask.keep_command_line)
    there = series.of_boot(here.environment.boot)
    journals = []
    for experiment in run.design(ask, here):
        journal = there.get(experiment.name)
        if journal is None:
            journal = session.begin(experiment, ask.seed, here, series.folder)
        elif not journal.sealed():
            journal = session.resume(journal.folder, here)
        journals.append(journal)
    for journal in journals:
        if not journal.sealed():
            run.measure_one(ask, journal, here)
    names = [str(journal.folder.relative_to(series.folder)) for journal in journals]
    left = see(ask_atlas())
    notes = (note,) if (note := changed(left, plan.kind(at))) else ()
    series.append(happened("measured", at, left, results=names, notes=notes))
    say(f"boot {at + 1} of {len(plan.order)} is measured")
    tell(notes)


def put_back(chosen: Loader) -> tuple[Note, ...]:
    """Take away the service and the entries, and put back what was there before."""
    service.removed()
    return chosen.restore()


def leave(series: Series, plan: BootPlan, chosen: Loader, last: Ask | Settle | Done, restarts: bool) -> None:
    """Say how it goes on, and reboot where that is wanted."""
    if isinstance(last, Ask):
        kind = plan.kind(last.place)
        say(f"next is boot {last.place + 1} of {len(plan.order)}, of kind {kind.name}")
        if not restarts:
            for line in chosen.told(kind):
                say(f"  - {line}")
    else:
        ended = next(event for event in series.events() if event.event == "ended")
        say(f"the series is over: {ended.outcome}; entries and service are taken away")
        tell(ended.notes)
        say(f"what it says: ./lab show {series.folder}")
    if restarts and not isinstance(last, Done):
        say("rebooting")
        reboot()
    if isinstance(last, Settle) and last.outcome == "gave-up":
        raise LabError("boots-gave-up", f"the series gave up after {plan.tries} tries of one boot", last.notes[0].text)


def say(text: str) -> None:
    """Print a line on stderr, as progress is."""
    click.echo(text, err=True)


def tell(notes: tuple[Note, ...]) -> None:
    """Print notes."""
    for note in notes:
        say(f"  {note.text} [{note.slug}]" + (f"; {note.remedy}" if note.remedy else ""))
