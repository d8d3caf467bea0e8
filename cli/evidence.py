"""Evidence: the results that an advice for this machine rests on, and the limits that hold here."""

from __future__ import annotations

import platform
from collections.abc import Sequence

from analysis.advice.limit import Limits, usual
from analysis.advice.source import WANTED
from analysis.load import load
from analysis.place import everywhere, find, said
from analysis.report.study import Study, study
from bench.error import LabError
from bench.host import machine
from bench.host.ceiling import ceiling
from cli.shelf import alone

RUN = "./lab run secret_life fragmentation page_cost removal"


def gather(named: Sequence[str]) -> list[Study]:
    """Return the studies of the named results, else of the newest of this machine, of one kernel.

    Raises LabError where there is none.
    """
    if named:
        every = [alone(find(each)) for each in named]
        found = [result for result in every if result.manifest.experiment.name in WANTED]
        if not found:
            raise LabError(
                "no-advice",
                "none of these results tells what secrets cost",
                remedy=f"name those of {', '.join(WANTED)}",
            )
        return [study(result) for result in found]
    here = machine.name()
    newest = {
        path.parent.name: path
        for path in sorted(everywhere(), key=lambda path: said(path, "created"))
        if path.parent.name in WANTED and said(path, "machine") == here
    }
    if not newest:
        raise LabError("no-advice", f"there is no result of this machine ({here}) to advise from", remedy=RUN)
    return of_one_kernel([study(load(path)) for path in newest.values()])


def of_one_kernel(studies: list[Study]) -> list[Study]:
    """Return the studies of the kernel that runs where there are such, else of the kernel of the newest of them."""
    kernels = [each.result.manifest.environment.kernel for each in studies]
    running = platform.release()
    wanted = running if running in kernels else kernels[-1]
    return [each for each, kernel in zip(studies, kernels, strict=True) if kernel == wanted]


def limits(studies: Sequence[Study], *, named: bool) -> Limits:
    """Return the limits of this process as read now; of results that were named those of their machine."""
    first = studies[0].result.manifest
    told = usual(first.environment)
    if named and first.machine != machine.name():
        return told
    here = ceiling()
    return told.model_copy(
        update={
            "memlock_bytes": here.memlock_bytes,
            "exempt": here.exempt,
            "descriptors": here.descriptors,
            "mappings": here.mappings,
            "said_by": "of this process, as read now",
        }
    )
