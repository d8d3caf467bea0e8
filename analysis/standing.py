"""Standing: which validation stands for each machine of a report, or why none does."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from analysis.emulation import emulated
from analysis.load import Result, load
from analysis.validation import Validation, validate
from bench.error import LabError
from bench.experiments.validation import NAME
from bench.model.manifest import Manifest
from bench.model.note import Note
from bench.run.journal import SEAL, Journal, digest


@dataclass(frozen=True, slots=True)
class Standing:
    """A machine by its name, with its newest validation; the notes say which could not be used."""

    machine: str
    kernels: tuple[str, ...]
    validation: Validation | None
    notes: tuple[Note, ...]


def standings(folders: Iterable[Path], results: Sequence[Result]) -> tuple[Standing, ...]:
    """Return what stands for each machine that some results are of; validations are among them, and among `folders`.

    Nothing that a folder holds raises here: what cannot be read is a note.
    """
    known = list(candidates([*folders, *(result.path for result in results)]))
    manifests = [result.manifest for result in results]
    found = []
    for name in dict.fromkeys(each.machine for each in manifests):
        own = [each for each in manifests if each.machine == name]
        newest, notes = choose(known, own)
        found.append(Standing(name, tuple(dict.fromkeys(each.environment.kernel for each in own)), newest, notes))
    return tuple(found)


def candidates(folders: Iterable[Path]) -> Iterator[tuple[Path, Manifest | Note]]:
    """Yield the validations, the newest first, behind those that are none though they lie where one should."""
    there = {path.resolve(): path for path in folders if path.resolve().parent.name == NAME}
    read = [(path, manifest_of(path)) for path in there.values()]
    yield from ((path, told) for path, told in read if isinstance(told, Note))
    whole = [(path, told) for path, told in read if isinstance(told, Manifest) and told.experiment.name == NAME]
    yield from sorted(whole, key=lambda each: each[1].created, reverse=True)


def manifest_of(path: Path) -> Manifest | Note:
    """Return a result's manifest, or the note that it cannot be read."""
    try:
        return Journal(path).manifest()
    except LabError as error:
        return unusable(path, str(error))


def choose(
    known: Sequence[tuple[Path, Manifest | Note]], own: Sequence[Manifest]
) -> tuple[Validation | None, tuple[Note, ...]]:
    """Return the newest validation of a machine that can be used, and why newer ones cannot."""
    notes: list[Note] = []
    for path, told in known:
        if isinstance(told, Note):
            notes.append(told)
        elif any(of_one_machine(told, each) for each in own):
            found = read(path, told)
            if isinstance(found, Validation):
                return found, tuple(notes)
            notes.append(found)
    return None, tuple(notes)


def of_one_machine(one: Manifest, other: Manifest) -> bool:
    """Tell whether two results are of one machine: by its name, or where that was given by hand, by the boot."""
    return one.machine == other.machine or one.environment.boot == other.environment.boot != ""


def read(path: Path, manifest: Manifest) -> Validation | Note:
    """Return what a validation says, or why it cannot be used."""
    if emulated(manifest.environment):
        return unusable(path, "the machine was emulated")
    if not (path / SEAL).exists():
        return unusable(path, "it is not finished")
    try:
        return validated(path, digest(path / SEAL))
    except LabError as error:
        return unusable(path, str(error))


@lru_cache(maxsize=8)
def validated(path: Path, seal: str) -> Validation:
    """Return what a validation says, read once for all the reports that it stands in; `seal` tells it from others."""
    return validate(load(path))


def unusable(path: Path, why: str) -> Note:
    """Return the note that a validation says nothing; where its folder is, is nobody's business."""
    text = f"The validation {path.name} is not used: {why.replace(str(path), path.name)}"
    return Note(slug="validation-unusable", text=text, remedy="./lab validate")
