"""./lab run"""

from __future__ import annotations

import secrets
from collections.abc import Callable
from dataclasses import dataclass, fields, replace
from pathlib import Path

import click
from click.core import ParameterSource

from analysis.plots.duration import count_text
from bench.error import LabError
from bench.experiments.catalog import names, select
from bench.experiments.wish import DEFAULT_PAGES, DEFAULT_SPLIT_BUDGET_BYTES, Wish
from bench.model.experiment import Experiment, Profile
from bench.run import session
from bench.run.fit import fit
from bench.run.journal import Journal
from bench.run.look import limited
from bench.run.plan import estimate
from bench.run.publish import drop_raw
from cli.count import Count
from cli.forecast import budget_text, plan_text, profile_text, until_text
from cli.machine import held
from cli.name import Name
from cli.percent import Percent
from cli.physical import Physical
from cli.place import experiments, unfinished, unpublished
from cli.progress import Meter
from cli.size import Size

MIB = 1 << 20
MAX_BLOCKS = 64
WITH_RESUME = {"resume", "profile_kernel"}
"""What may stand beside --resume: a profile of the kernel comes after the runs."""
EPILOG = """
\b
Examples:
  ./lab run --dry-run                    the plan, its time, memory and lasting effect
  ./lab run                              the quick profile
  ./lab run --profile full page_cost     one experiment in full
  ./lab run --until 2% page_cost         until every claim is known to 2 %
  ./lab run --resume                     go on where a run was broken off
  ./lab run --profile-kernel page_cost   then sample where the kernel's time goes
"""


@dataclass(frozen=True, slots=True)
class Ask:
    """What was typed."""

    experiments: tuple[str, ...]
    profile: Profile
    seed: int
    pages: int | None = None
    blocks: int | None = None
    split_budget_bytes: int = DEFAULT_SPLIT_BUDGET_BYTES
    until: float | None = None
    max_blocks: int | None = None
    machine: str | None = None
    keep_command_line: bool = False
    profile_kernel: bool = False
    uncached_range: str = ""


@click.command("run", epilog=EPILOG)
@click.argument("experiments", nargs=-1, type=Name("experiment", names()), metavar="[EXPERIMENT]...")
@click.option("--profile", type=click.Choice(["quick", "full"]), default="quick", show_default=True)
@click.option("--dry-run", is_flag=True, help="Print the plan and what it takes; measure nothing.")
@click.option("--resume", is_flag=False, flag_value="all", metavar="[RESULT]", help="Go on with what was broken off.")
@click.option("--continue", "go_on", is_flag=True, help="Go on with the series of boots: ./lab plan reboots.")
@click.option("--reboot", is_flag=True, help="With --continue, reboot whenever the next boot is due.")
@click.option("--pages", type=Count(1), help=f"4 KB pages a run touches [default: {DEFAULT_PAGES}].")
@click.option("--blocks", type=Count(1), help="Repeat every condition so often [default: the profile's].")
@click.option(
    "--until", type=Percent(), help="End as soon as every claim's interval reaches this little to either side."
)
@click.option("--max-blocks", type=Count(2), help=f"With --until, end there at the latest [default: {MAX_BLOCKS}].")
@click.option("--seed", type=Count(0), help="Draw the order from this seed [default: a new one].")
@click.option(
    "--split-budget",
    type=Size(),
    default=f"{DEFAULT_SPLIT_BUDGET_BYTES >> 20}M",
    show_default=True,
    help="How much of the direct map an experiment that splits it on purpose may turn to 4 KB pages, for good.",
)
@click.option(
    "--uncached-range",
    type=Physical(),
    help="Reserved physical memory that `uncached` may map, overwrite and put back.",
)
@click.option("--machine", metavar="NAME", help="Name the machine in the result [default: a short hash].")
@click.option("--results", type=click.Path(file_okay=False, path_type=Path), help="Where results go.")
@click.option("--keep-command-line", is_flag=True, help="Record the whole kernel command line, private or not.")
@click.option("--profile-kernel", is_flag=True, help="Afterwards sample, with perf, where the kernel's time goes.")
def command(
    experiments: tuple[str, ...],
    profile: Profile,
    dry_run: bool,
    resume: str | None,
    go_on: bool,
    reboot: bool,
    pages: int | None,
    blocks: int | None,
    until: float | None,
    max_blocks: int | None,
    seed: int | None,
    split_budget: int,
    uncached_range: str | None,
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
    if go_on or reboot:
        continue_boots(go_on, reboot)
        return
    drawn = secrets.randbelow(2**32) if seed is None else seed
    ask = Ask(
        experiments, profile, drawn, pages, blocks, split_budget, until, max_blocks, machine, keep_command_line,
        profile_kernel, uncached_range or "",
    )  # fmt: skip
    if resume:
        refuse_changes()
    refuse_two_numbers(ask.blocks, ask.until, ask.max_blocks)
    finish(act(ask, resume, results or unpublished(), dry_run=dry_run))


def continue_boots(go_on: bool, reboot: bool) -> None:
    """Go on with the series of boots that is open; its plan fixed everything else."""
    from cli import boots

    if not go_on:
        raise click.UsageError("--reboot goes with --continue")
    here = typed(click.get_current_context())
    if beside := [word for name, word in here.items() if name not in ("go_on", "reboot")]:
        why = f"a series goes on as its plan fixed it, without {', '.join(beside)}"
        raise LabError("resume-changes-nothing", "--continue takes no other option but --reboot", why, "leave them out")
    boots.go_on(reboot)


def understood(words: tuple[str, ...], seed: int) -> Ask:
    """Return what some words for `./lab run` ask for; raises what it would raise for them."""
    given = command.make_context("./lab run", list(words)).params
    own = {field.name for field in fields(Ask)} & set(given)
    ask = Ask(**{name: given[name] for name in own} | {"seed": seed})
    ask = replace(ask, split_budget_bytes=given["split_budget"], uncached_range=ask.uncached_range or "")
    refuse_two_numbers(ask.blocks, ask.until, ask.max_blocks)
    return ask


def typed(context: click.Context) -> dict[str, str]:
    """Return the options that somebody typed, by the names of their parameters."""
    options = {str(each.name): each.opts[-1] for each in context.command.params}
    return {n: word for n, word in options.items() if context.get_parameter_source(n) is ParameterSource.COMMANDLINE}


def refuse_changes() -> None:
    """Raise LabError where anything was typed that a broken-off run has fixed already."""
    here = typed(click.get_current_context())
    if beside := [word for name, word in here.items() if name not in WITH_RESUME]:
        why = f"a broken-off run goes on as its manifest fixed it, without {', '.join(beside)}"
        raise LabError("resume-changes-nothing", "--resume takes no other option", why, "leave the others out")


def refuse_two_numbers(blocks: int | None, until: float | None, max_blocks: int | None) -> None:
    """Stop where a fixed number of blocks was asked for together with one that the data decide, or half of that."""
    if until and blocks:
        raise click.UsageError("--blocks fixes what --until leaves to the data; give --max-blocks in its place")
    if max_blocks and not until:
        raise click.UsageError("--max-blocks goes with --until; a fixed number of blocks is --blocks")


def act(ask: Ask, resume: str | None, results: Path, *, dry_run: bool) -> list[Path]:
    """Do what was typed, with the machine to itself where anything is measured; returns the results of that."""
    if dry_run:
        describe(ask, session.glance(ask.machine))
        return []
    with held():
        here = session.survey(ask.machine, ask.keep_command_line)
        for result in experiments(results):
            drop_raw(Journal(result))
        return go_on(ask, unfinished(resume), here) if resume else start(ask, here, results)


def design(ask: Ask, here: session.Machine) -> tuple[Experiment, ...]:
    """Return the experiments that were asked for, as the machine allows them.

    Raises LabError where a size that was asked for by number does not fit: nothing was touched by then.
    """
    wish = Wish(ask.profile, len(here.cpus), ask.pages or DEFAULT_PAGES, ask.split_budget_bytes, ask.uncached_range)
    chosen = select(ask.experiments, wish)
    if ask.blocks:
        chosen = tuple(each.model_copy(update={"blocks": ask.blocks}) for each in chosen)
    if ask.until:
        chosen = tuple(limited(each, ask.until, ask.max_blocks or MAX_BLOCKS) for each in chosen)
    if ask.pages:
        for each in chosen:
            refuse_what_does_not_fit(each, here)
    return chosen


def refuse_what_does_not_fit(experiment: Experiment, here: session.Machine) -> None:
    """Raise LabError where a condition takes more than a run may have."""
    for condition in experiment.conditions:
        if lack := here.room.lack(condition):
            need, bound = lack.need_bytes / MIB, lack.bound_bytes / MIB
            why = f"{condition.label()} takes {need:.1f} MiB of {lack.what}; a run may take {bound:.1f} MiB"
            remedy = f"ask for fewer --pages, or {lack.remedy}"
            raise LabError("size-beyond-limit", "that size is refused", why, remedy)


def start(ask: Ask, here: session.Machine, results: Path) -> list[Path]:
    """Measure every experiment that was asked for, each into a result of its own.

    All results are begun before the first is measured: whatever breaks it off, --resume finds what is left to do.
    """
    journals = [session.begin(experiment, ask.seed, here, results) for experiment in design(ask, here)]
    for note in dict.fromkeys(note for journal in journals for note in journal.manifest().notes):
        click.echo(f"{note.text} [{note.slug}]", err=True)
    return measure(ask, journals, here)


def go_on(ask: Ask, folders: list[Path], here: session.Machine) -> list[Path]:
    """Measure what broken-off results lack."""
    journals = [session.resume(folder, here) for folder in folders]
    for journal in journals:
        click.echo(f"going on with {journal.folder}: {count_text(len(journal.runs()), 'run')} made so far", err=True)
    return measure(ask, journals, here)


def measure(ask: Ask, journals: list[Journal], here: session.Machine) -> list[Path]:
    """Measure results to their end, and say how to go on where it is broken off."""
    flag = " --profile-kernel" if ask.profile_kernel else ""
    try:
        for journal in journals:
            measure_one(ask, journal, here)
    except BaseException:
        click.echo(f"what was measured is kept; go on with: ./lab run{flag} --resume", err=True)
        raise
    return [journal.folder for journal in journals]


def measure_one(ask: Ask, journal: Journal, here: session.Machine) -> None:
    """Measure one result to its end."""
    plan, experiment = session.plan_of(journal), journal.manifest().experiment
    for line in (
        budget_text(experiment).strip(),
        until_text(experiment, ask.until).strip(),
        profile_text(experiment) if ask.profile_kernel else "",
    ):
        if line:
            click.echo(f"{experiment.name}: {line}", err=True)
    with Meter(experiment.name, len(plan), len(journal.runs())) as meter:
        enough = judge(journal, meter.say)
        sealed = session.measure(journal, here, meter, profiled=ask.profile_kernel, judge=enough)
        meter.total = sealed.runs


def finish(folders: list[Path]) -> None:
    """Write reports and print the table, where something was measured; what draws is not there until then."""
    if folders:
        from cli import outcome

        outcome.tell(folders)


def judge(journal: Journal, say: Callable[[str], None]) -> Callable[[], bool]:
    """Return what tells whether a result knows its claims well enough; nothing asks where its blocks are fixed."""
    if journal.manifest().experiment.until is None:
        return bool
    from cli import look

    return look.judge(journal, say)


def describe(ask: Ask, here: session.Machine) -> None:
    """Print what a run would do, and take; nothing is touched."""
    fitted = [fit(wanted, here.room) for wanted in design(ask, here)]
    for experiment, notes in fitted:
        click.echo(plan_text(experiment, estimate(experiment), here.environment.memory_bytes))
        if line := until_text(experiment, ask.until):
            click.echo(line)
        for note in notes:
            click.echo(f"  {note.text} [{note.slug}]")
        if ask.profile_kernel and (line := profile_text(experiment)):
            click.echo(f"  {line}")
    if len(fitted) > 1:
        click.echo(
            f"All together: about {sum(estimate(experiment).seconds for experiment, _ in fitted):.0f} s of measuring."
        )
    click.echo("Splits of the direct map last until the next reboot; everything else is put back.")
