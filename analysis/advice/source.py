"""Sources: the results of one machine and kernel that an advice rests on, and what is lacking without the others."""

from __future__ import annotations

from collections.abc import Sequence

from analysis.emulation import emulated
from analysis.report.study import Study
from bench.error import LabError
from bench.model.record import Record

LIFE, SPLITS, COLD, PROOF = "secret_life", "fragmentation", "page_cost", "removal"
WANTED = {
    LIFE: "what each way costs in time",
    SPLITS: "how many regions of the kernel's map natural use splits",
    COLD: "how long a split takes",
    PROOF: "whether the pages of this machine are out of the kernel's reach",
}
"""The experiments that an advice rests on, and what each tells."""


class Origin(Record):
    """A result that figures come from."""

    result: str
    experiment: str
    created: str
    commit: str
    finished: bool


class Lacking(Record):
    """Something that was not measured here: what, why, and what to run."""

    what: str
    why: str
    run: str


def refuse_mixture(studies: Sequence[Study]) -> None:
    """Raise LabError where studies are of several machines or kernels: costs of one say nothing of another."""
    found = {(s.result.manifest.machine, s.result.manifest.environment.kernel) for s in studies}
    if len(found) > 1:
        named = " and ".join(f"{machine} with Linux {kernel}" for machine, kernel in sorted(found))
        raise LabError("advice-mixed", "these results are of several machines", named, "name results of one of them")


def newest(studies: Sequence[Study]) -> dict[str, Study]:
    """Return the newest study of each experiment that an advice rests on."""
    ordered = sorted(studies, key=lambda study: study.result.manifest.created)
    found = {study.result.manifest.experiment.name: study for study in ordered}
    return {name: found[name] for name in WANTED if name in found}


def origin(study: Study) -> Origin:
    """Return where figures come from."""
    manifest = study.result.manifest
    return Origin(
        result=f"{manifest.experiment.name}/{study.result.path.resolve().name}",
        experiment=manifest.experiment.name,
        created=manifest.created,
        commit=manifest.commit,
        finished=study.result.seal is not None,
    )


def lacking(found: dict[str, Study]) -> tuple[Lacking, ...]:
    """Return what is lacking: experiments without a result, and those whose times are none of any hardware."""
    absent = [
        Lacking(what=what, why=f"{name} was not measured on this machine", run=f"./lab run {name}")
        for name, what in WANTED.items()
        if name not in found
    ]
    played = [
        Lacking(what=WANTED[name], why="the machine was emulated, so its times are none", run=f"./lab run {name}")
        for name in (LIFE, COLD)
        if name in found and emulated(found[name].result.manifest.environment)
    ]
    return (*absent, *played)
