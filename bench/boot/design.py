"""The design of a series: its kinds chosen, its order drawn, all of it fixed in a plan; and whose plan it is."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime

from bench.boot.kind import USUAL, known, obstacle
from bench.boot.order import drawn
from bench.boot.sight import Sight
from bench.error import LabError
from bench.host import machine
from bench.model.boot import BootClaim, BootPlan, Kind
from bench.run.commit import commit
from bench.run.session import Machine

TRIES = 3
"""How often one boot is asked for, before the series gives up."""
BLOCKS = 5
"""Of two kinds, ten boots: with fewer the interval of a ratio is hardly of use."""


def chosen(names: Sequence[str], architecture: str) -> tuple[Kind, ...]:
    """Return the kinds that were asked for, the usual ones where none was.

    Raises LabError where there is no such kind, where one is named twice, or where this machine cannot make one.
    """
    there = {kind.name: kind for kind in known(architecture)}
    if not there:
        raise LabError("boot-unknown", f"no kinds of boots are known for {architecture}")
    wanted = tuple(names) or usual(architecture)
    for name in wanted:
        if name not in there:
            raise LabError("boot-unknown", f"there is no kind of boot {name!r}", f"there are: {', '.join(there)}")
    if len(set(wanted)) != len(wanted):
        raise LabError("boot-unknown", "a kind of boot is named twice", "each is made once a block already")
    for name in wanted:
        if names and (cannot := obstacle(there[name])):
            raise LabError(cannot.slug, f"boots of kind {name} cannot be had", cannot.reason, cannot.remedy)
    return tuple(there[name] for name in wanted)


def usual(architecture: str) -> tuple[str, ...]:
    """Return the names of the kinds that are made by default, without those that this machine cannot make."""
    there = {kind.name: kind for kind in known(architecture)}
    return tuple(name for name in USUAL[architecture] if obstacle(there[name]) is None)


def make_plan(
    here: Machine, seen: Sight, kinds: tuple[Kind, ...], blocks: int, seed: int, loader: str,
    words: tuple[str, ...], experiments: tuple[str, ...], claims: tuple[BootClaim, ...],
) -> BootPlan:  # fmt: skip
    """Return everything that is fixed before the first boot."""
    return BootPlan(
        created=datetime.now(UTC).isoformat(timespec="seconds"),
        commit=commit(),
        machine=machine.name(),
        name=here.name,
        architecture=here.environment.architecture,
        kernel=seen.kernel,
        boot=seen.boot,
        words=words,
        experiments=experiments,
        kinds=kinds,
        blocks=blocks,
        seed=seed,
        order=drawn([kind.name for kind in kinds], blocks, seed),
        tries=TRIES,
        loader=loader,
        claims=claims,
    )


def refuse_foreign(plan: BootPlan, seen: Sight) -> None:
    """Raise LabError where a series is another machine's, or was begun by another version of the lab.

    Another kernel is the boot's affair, not the series': such a boot is spoiled, and asked for again.
    """
    if plan.machine != machine.name():
        why = f"it was planned on {plan.machine}, and this is {machine.name()}"
        raise LabError("boots-elsewhere", "this series is of another machine", why, "go on with it there")
    if plan.commit != commit():
        why = f"it was planned by {plan.commit}, and this is {commit()}"
        remedy = "check that commit out again, or: ./lab plan reboots --abandon"
        raise LabError("boots-other-lab", "this series is of another version of the lab", why, remedy)
    if not seen.boot:
        raise LabError("boots-nameless", "this kernel does not name its boots", "/proc has no random/boot_id")
