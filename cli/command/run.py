"""./lab run"""

from __future__ import annotations

import secrets
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import click

from analysis.load import load
from analysis.report.summary import summary
from bench.error import LabError
from bench.experiments.catalog import names, select
from bench.experiments.wish import DEFAULT_PAGES, Wish
from bench.host.lock import Lock, LockHeld
from bench.host.tuning import recover
from bench.model.experiment import Experiment, Profile
from bench.run import session
from bench.run.fit import fit
from bench.run.journal import Journal
from bench.run.plan import Estimate, estimate, footprint
from bench.run.profile import PROCESSES, explained, seconds
from cli.command.report import write as write_report
from cli.place import unfinished, unpublished
from cli.progress import Meter
from workloads.instruments.perf import obstacle

MIB = 1 << 20
EPILOG = """
\b
Examples:
  ./lab run --dry-run                    the plan, its time, memory and lasting effect
  ./lab run                              the quick profile
  ./lab run --profile full page_cost     one experiment in full
  ./lab run --resume                     go on where a run was broken off
  ./lab run --profile-kernel page_cost   then sample where the kernel's time goes
"""


@dataclass(frozen=True, slots=True)
class Ask:
    """What was typed."""

    experiments: tuple[str, ...]
    profile: Profile
    pages: int | None
    blocks: int | None
    seed: int
    machine: str | None
    keep_command_line: bool
    profile_kernel: bool


@click.command("run", epilog=EPILOG)
@click.argument("experiments", nargs=-1, type=click.Choice(names()), metavar="[EXPERIMENT]...")
@click.option("--profile", type=click.Choice(["quick", "full"]), default="quick", show_default=True)
@click.option("--dry-run", is_flag=True, help="Print the plan and what it takes; touch nothing.")
@click.option("--resume", is_flag=False, flag_value="newest", metavar="[RESULT]", help="Go on with a broken-off run.")
@click.option("--pages", type=click.IntRange(1), help=f"4 KB pages a run touches [default: {DEFAULT_PAGES}].")
@click.option("--blocks", type=click.IntRange(1), help="Repeat every condition so often [default: the profile's].")
@click.option("--seed", type=click.IntRange(0), help="Draw the order from this seed [default: a new one].")
@click.option("--machine", metavar="NAME", help="Name the machine in the result [default: a short hash].")
@click.option("--results", type=click.Path(file_okay=False, path_type=Path), help="Where results go.")
@click.option("--keep-command-line", is_flag=True, help="Record the whole kernel command line, private or not.")
@click.option("--profile-kernel", is_flag=True, help="Afterwards sample, with perf, where the kernel's time goes.")
def command(
    experiments: tuple[str, ...],
    profile: Profile,
    dry_run: bool,
    resume: str | None,
    pages: int | None,
    blocks: int | None,
    seed: int | None,
    machine: str | None,
    results: Path | None,
    keep_command_line: bool,
    profile_kernel: bool,
) -> None:
    """Measure this machine and write a report.

    Runs each condition of each EXPERIMENT once in every block, in random order, one process a run. Without EXPERIMENT
    it runs the profile's own; see ./lab list. Secret memory splits the kernel's direct map until the next reboot:
    --dry-run says how much of it this may be. Ctrl-C loses the trial in flight and nothing else.
    """
    drawn = secrets.randbelow(2**32) if seed is None else seed
    ask = Ask(experiments, profile, pages, blocks, drawn, machine, keep_command_line, profile_kernel)
    for note in recover():
        click.echo(f"{note.text} [{note.slug}]", err=True)
    here = session.survey(ask.machine, ask.keep_command_line)
    if dry_run:
        describe(ask, here)
        return
    where = results or unpublished()
    folders = hold(lambda: go_on(ask, unfinished(resume), here) if resume else start(ask, here, where))
    finish(folders)


def design(ask: Ask, here: session.Machine) -> tuple[Experiment, ...]:
    """Return the experiments that were asked for, as the machine allows them.

    Raises LabError where a size that was asked for by number does not fit: nothing was touched by then.
    """
    wish = Wish(ask.profile, len(here.cpus), ask.pages or DEFAULT_PAGES)
    chosen = select(ask.experiments, wish)
    if ask.blocks:
        chosen = tuple(each.model_copy(update={"blocks": ask.blocks}) for each in chosen)
    if ask.pages:
        for each in chosen:
            refuse_what_does_not_fit(each, here)
    return chosen


def refuse_what_does_not_fit(experiment: Experiment, here: session.Machine) -> None:
    """Raise LabError where a condition takes more than a run may have."""
    for condition in experiment.conditions:
        if not here.room.holds(condition):
            taken = footprint(condition)
            need = f"{taken.memory_bytes / MIB:.1f} MiB, {taken.secret_bytes / MIB:.1f} MiB of it secret"
            memory, secret = (
                "any" if b is None else f"{b / MIB:.1f} MiB" for b in (here.room.memory_bytes, here.room.secret_bytes)
            )
            why = f"{condition.label()} takes {need}; a run may take {memory}, {secret} of it secret"
            raise LabError("size-beyond-limit", "that size is refused", why, "ask for fewer --pages or raise ulimit -l")


def start(ask: Ask, here: session.Machine, results: Path) -> list[Path]:
    """Measure every experiment that was asked for, each into a result of its own."""
    folders = []
    for experiment in design(ask, here):
        journal = session.begin(experiment, ask.seed, here, results)
        for note in journal.manifest().notes:
            click.echo(f"{note.text} [{note.slug}]", err=True)
        folders += measure(ask, journal, here)
    return folders


def go_on(ask: Ask, folder: Path, here: session.Machine) -> list[Path]:
    """Measure what a broken-off result lacks."""
    journal = session.resume(folder, here)
    click.echo(f"going on with {folder}: {len(journal.runs())} runs are there", err=True)
    return measure(ask, journal, here)


def measure(ask: Ask, journal: Journal, here: session.Machine) -> list[Path]:
    """Measure one result to its end, and say how to go on where it is broken off."""
    plan, experiment = session.plan_of(journal), journal.manifest().experiment
    flag = " --profile-kernel" if ask.profile_kernel else ""
    if ask.profile_kernel and (line := profile_text(experiment)):
        click.echo(f"{experiment.name}: {line}", err=True)
    try:
        with Meter(experiment.name, len(plan), len(journal.runs())) as meter:
            session.measure(journal, here, meter, profiled=ask.profile_kernel)
    except BaseException:
        click.echo(f"what was measured is kept; go on with: ./lab run{flag} --resume {journal.folder}", err=True)
        raise
    return [journal.folder]


def profile_text(experiment: Experiment) -> str:
    """Return what the profile pass will do, or that it cannot; "" where the experiment has nothing to explain."""
    conditions = explained(experiment)
    if conditions and (lacking := obstacle()):
        return f"where the kernel's time goes cannot be sampled: {lacking.reason} [{lacking.slug}]"
    processes = f"{len(conditions)} conditions in {PROCESSES} processes each"
    after = f"after the runs, {processes} are sampled for where the kernel's time goes"
    return f"{after}: about {seconds(experiment):.0f} s more" if conditions else ""


def hold(measuring: Callable[[], list[Path]]) -> list[Path]:
    """Call with the machine's lock held; raises LabError that names who has it."""
    try:
        with Lock():
            return measuring()
    except LockHeld as held:
        raise LabError(held.slug, str(held)) from None


def finish(folders: list[Path]) -> None:
    """Write each result's own report and that of all of them, and print the table."""
    for folder in folders:
        write_report((folder,), folder / "report.html")
    click.echo(summary([load(folder) for folder in folders]))
    for folder in folders:
        click.echo(f"result: {folder}")
    click.echo(f"report: {write_report(tuple(folders)) if len(folders) > 1 else folders[0] / 'report.html'}")


def describe(ask: Ask, here: session.Machine) -> None:
    """Print what a run would do, and take; nothing is touched."""
    for wanted in design(ask, here):
        experiment, notes = fit(wanted, here.room)
        click.echo(plan_text(experiment, estimate(experiment), here.environment.memory_bytes))
        for note in notes:
            click.echo(f"  {note.text} [{note.slug}]")
        if ask.profile_kernel and (line := profile_text(experiment)):
            click.echo(f"  {line}")
    click.echo("Splits of the direct map last until the next reboot; everything else is put back.")


def plan_text(experiment: Experiment, takes: Estimate, memory_bytes: int) -> str:
    """Return an experiment's plan as lines."""
    claims = "".join(f"\n  claim {claim.name}: {claim.text}" for claim in experiment.claims)
    return (
        f"{experiment.name} ({experiment.profile}): {experiment.question}\n"
        f"  {len(experiment.conditions)} conditions in {experiment.blocks} blocks: {takes.trials} runs, "
        f"about {takes.seconds:.0f} s of measuring\n"
        f"  at most {takes.memory_bytes / MIB:.0f} MiB of memory at a time, {takes.secret_bytes / MIB:.1f} MiB secret\n"
        f"  splits up to about {takes.split_bytes / MIB:.0f} MiB of the direct map to 4 KB pages for good "
        f"(at the very worst {min(takes.split_worst_bytes, memory_bytes) / MIB:.0f} MiB){claims}"
    )
