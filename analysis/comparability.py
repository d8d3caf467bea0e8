"""Comparability: what two results must share before a difference between them means anything."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass

from analysis.emulation import emulated
from analysis.load import Result
from analysis.residue import keys
from bench.error import LabError
from bench.model.manifest import Manifest
from workloads.spec import Condition

PLACED = ("cpus", "clock")
"""Settings that belong to the machine and not to what is measured."""
UNAFFECTED = "Not affected"
"""What a kernel says of a weakness that its CPU does not have; of others it says nothing."""
Settings = dict[Condition, dict[str, set[str]]]


@dataclass(frozen=True, slots=True)
class LeftOut:
    """A condition that cannot be compared, and why."""

    condition: Condition
    why: str


def refuse(first: Result, second: Result) -> None:
    """Raise LabError where two results cannot be compared at all."""
    a, b = first.manifest, second.manifest
    sealed_alike = first.seal is not None and second.seal is not None and first.seal.sha256 == second.seal.sha256
    if first.path.resolve() == second.path.resolve() or sealed_alike:
        raise incomparable("they are the same result", "name two sittings of one experiment")
    for what, one, other in (
        ("experiments", a.experiment.name, b.experiment.name),
        ("formats", a.format, b.format),
        ("CPUs, one emulated and one real,", *(("real", "emulated")[emulated(m.environment)] for m in (a, b))),
    ):
        if one != other:
            raise incomparable(f"they are of two {what}: {one} and {other}", "name two results that share it")
    left = left_out(first, second)
    if not shared(first, second):
        why = f"{left[0].condition.label()}: {left[0].why}" if left else "neither has a run that succeeded"
        raise incomparable(
            f"they share no condition, for instance {why}", "measure both with the same profile and --pages"
        )


def incomparable(why: str, remedy: str) -> LabError:
    """Return the error that says why two results are not compared."""
    return LabError("results-incomparable", "these two results cannot be compared", why, remedy)


def shared(first: Result, second: Result) -> tuple[Condition, ...]:
    """Return the conditions that both measured alike, in the order of the first."""
    before, after = settings(first), settings(second)
    return tuple(c for c in before if c in after and not apart(before[c], after[c]))


def left_out(first: Result, second: Result) -> tuple[LeftOut, ...]:
    """Return the conditions that only one has, or that were measured with other settings."""
    before, after = settings(first), settings(second)
    return (
        *(LeftOut(c, "the second has no run of it") for c in before if c not in after),
        *(LeftOut(c, "the first has no run of it") for c in after if c not in before),
        *(LeftOut(c, why) for c in before if c in after and (why := apart(before[c], after[c]))),
    )


def settings(result: Result) -> Settings:
    """Return what the runs of each condition were made with, every value by its name, in the order of the plan."""
    found: Settings = {}
    made = defaultdict(list)
    for run in result.runs:
        if run.status == "ok" and run.native:
            made[run.trial.condition].append(keys(run.native))
    for condition in result.manifest.experiment.conditions:
        for each in made.get(condition, ()):
            values = found.setdefault(condition, defaultdict(set))
            for name, value in each.items():
                values[name].add(value)
    return found


def apart(before: dict[str, set[str]], after: dict[str, set[str]]) -> str:
    """Return which setting of the workload differs and how, "" where none does."""
    for name in sorted((before.keys() | after.keys()) - set(PLACED)):
        one, other = (" and ".join(sorted(each.get(name, ()))) or "not told" for each in (before, after))
        if one != other:
            return f"{name} was {one} in the first and {other} in the second"
    return ""


def circumstances(first: Manifest, second: Manifest) -> Iterator[str]:
    """Yield what else differs: the machine, the kernel, and whatever can make a figure another."""
    a, b = first.environment, second.environment
    for what, one, other in (
        ("machine", first.machine, second.machine),
        ("kernel", a.kernel, b.kernel),
        ("architecture", a.architecture, b.architecture),
        ("CPU", a.cpu, b.cpu),
        ("CPUs online", a.cpus_online, b.cpus_online),
        ("virtualisation", a.virtualisation, b.virtualisation),
        ("transparent huge pages", a.transparent_hugepage, b.transparent_hugepage),
        *((f"mitigation of {name}", *pair) for name, *pair in mitigations(a.mitigations, b.mitigations)),
        ("compiler", a.compiler and a.compiler.compiler, b.compiler and b.compiler.compiler),
        ("compiler flags", a.compiler and a.compiler.flags.split(), b.compiler and b.compiler.flags.split()),
        ("commit of the lab", first.commit, second.commit),
        ("profile", first.experiment.profile, second.experiment.profile),
    ):
        if one != other:
            yield f"{what}: {text(one)} / {text(other)}"
    if a.boot == b.boot:
        yield "boot: the same, so that the second met a direct map that the first may have split"


def mitigations(first: dict[str, str], second: dict[str, str]) -> Iterator[tuple[str, str, str]]:
    """Yield every weakness of a CPU of which the kernels tell something, and what either says."""
    for name in sorted(first.keys() | second.keys()):
        yield name, first.get(name, UNAFFECTED), second.get(name, UNAFFECTED)


def text(value: object) -> str:
    """Return a circumstance as one text."""
    return (" ".join(value) if isinstance(value, list) else str(value or "")) or "not told"
