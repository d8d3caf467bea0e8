"""Quarantine: what came from a host is looked at in a process of its own, which cannot take all of this machine."""

from __future__ import annotations

import resource
import time
from collections.abc import Callable
from concurrent.futures import ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from dataclasses import dataclass
from multiprocessing import get_context
from pathlib import Path
from types import TracebackType
from typing import Self

from analysis.atlas import store
from analysis.load import load, readings
from bench.error import LabError
from bench.fleet.parcel import refused, unpack
from bench.run.journal import ATLASES
from bench.run.session import folder_name
from cli.crew import deaf

MOST_MEMORY_BYTES = 3 << 30
MOST_CPU_S = 60
"""For one parcel; that of the full profile takes a few seconds."""


@dataclass(frozen=True, slots=True)
class Looked:
    """The results in a parcel that can be believed, and why others cannot."""

    sound: tuple[Path, ...]
    refused: tuple[str, ...]


class Quarantine:
    """A process that looks at one parcel after the other; one that an enemy has ended is replaced by another."""

    def __init__(self, most_bytes: int) -> None:
        """Write at most so many bytes into one file."""
        self.most_bytes = most_bytes
        self.pool: ProcessPoolExecutor | None = None

    def __enter__(self) -> Self:
        """Begin; the process starts with the first parcel."""
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """End the process."""
        self.close()

    def look(self, parcel: Path, into: Path) -> Looked:
        """Unpack a parcel into an empty folder and read every result in it, down to the last reading.

        Raises LabError where it is none, or where reading it took more memory or time than any honest one takes.
        """
        if self.pool is None:
            self.pool = ProcessPoolExecutor(1, get_context("spawn"), initializer=confine, initargs=(self.most_bytes,))
        try:
            return self.pool.submit(examine, parcel, into).result()
        except (BrokenProcessPool, MemoryError):
            self.close()
            why = "reading it took too much memory or time, or ended the process that read it"
            raise refused(why) from None
        except LabError:
            raise
        except Exception as error:  # noqa: BLE001 - an enemy chose the bytes: whatever reading them raises is a reason
            raise refused(f"{type(error).__name__}: {error}") from None

    def close(self) -> None:
        """End the process, if there is one."""
        if self.pool is not None:
            self.pool.shutdown(cancel_futures=True)
            self.pool = None


def confine(most_bytes: int) -> None:
    """Limit this process, and leave Ctrl-C to the one that started it."""
    deaf()
    for what, most in ((resource.RLIMIT_AS, MOST_MEMORY_BYTES), (resource.RLIMIT_FSIZE, most_bytes)):
        resource.setrlimit(what, (most, most))


def examine(parcel: Path, into: Path) -> Looked:
    """Return which results of a parcel can be believed; ends the process where that takes too long."""
    spent_s = int(time.process_time())
    resource.setrlimit(resource.RLIMIT_CPU, (spent_s + MOST_CPU_S, resource.RLIM_INFINITY))
    sound, wrong = [], []
    for result in unpack(parcel, into):
        if why := objection(lambda result=result: believe(result)):  # type: ignore[misc]
            wrong.append(f"{result.parent.name}/{result.name}: {why.replace(f'{into}/', '')}")
        else:
            sound.append(result)
    return Looked(tuple(sound), tuple(wrong))


def objection(believing: Callable[[], None]) -> str:
    """Return why something cannot be believed, "" where it can."""
    try:
        believing()
    except LabError as error:
        return str(error)
    except Exception as error:  # noqa: BLE001 - an enemy chose the bytes: whatever reading them raises is a reason
        return f"{type(error).__name__}: {error}"
    return ""


def believe(result: Path) -> None:
    """Read all of a result; raises LabError, or whatever its bytes make a reader raise, where it cannot be believed."""
    found = load(result)
    if found.seal is None:
        raise refused("it is not finished")
    if (result.parent.name, result.name) != (found.manifest.experiment.name, folder_name(found.manifest)):
        raise refused("its folder has another name than its manifest")
    for _ in readings(found):
        pass
    if (result / ATLASES).exists():
        for _ in store.states(found):
            pass
