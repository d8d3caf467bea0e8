"""The journal: a result's folder while it grows. Only ever appended to; whole lines or none."""

from __future__ import annotations

import contextlib
import errno
import hashlib
import json
import os
import stat
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from bench.error import LabError
from bench.model.codec import decode, encode
from bench.model.manifest import FORMAT, Manifest, Seal
from bench.model.profile import Profile
from bench.model.run import Run, SampleFile
from workloads.spec import Samples

MANIFEST, RUNS, SAMPLES, SEAL, RAW = "manifest.json", "runs.jsonl", "samples.parquet", "seal.json", "raw"
ATLASES, PROFILE = "atlases.parquet", "profile.json"
SEALED, SEALED_TOO = (MANIFEST, RUNS, SAMPLES), (ATLASES, PROFILE)
"""What a seal holds the checksums of: always, and where a result has it."""
CHUNK_BYTES = 1 << 20
READING_BYTES = 8


@dataclass(frozen=True, slots=True)
class Journal:
    """A result's folder; every method leaves it whole, whenever the process is killed."""

    folder: Path

    @classmethod
    def create(cls, folder: Path, manifest: Manifest) -> Journal:
        """Make the folder and write the manifest, which nothing changes afterwards.

        Raises LabError where the folder cannot be made or is there already.
        """
        try:
            (folder / RAW).mkdir(parents=True)
            replace(folder / MANIFEST, encode(manifest))
        except FileExistsError:
            raise LabError("result-exists", f"{folder} is there already", "results are never overwritten") from None
        except OSError as error:
            raise unwritable(folder, error) from None
        return cls(folder)

    def manifest(self) -> Manifest:
        """Read the manifest; raises LabError where it cannot be read, is foreign, or a newer lab wrote it."""
        data = read(self.folder / MANIFEST)
        refuse_newer(data, self.folder)
        return decode(Manifest, data, MANIFEST)

    def sealed(self) -> bool:
        """Tell whether the result is whole."""
        return (self.folder / SEAL).exists()

    def seal(self) -> Seal:
        """Read the seal."""
        return decode(Seal, read(self.folder / SEAL), SEAL)

    def profile(self) -> Profile | None:
        """Read the profile; None where none was asked for."""
        path = self.folder / PROFILE
        return decode(Profile, read(path), PROFILE) if path.exists() else None

    def keep_profile(self, profile: Profile) -> None:
        """Write the profile, whole or not at all; raises LabError where it cannot be written."""
        try:
            replace(self.folder / PROFILE, encode(profile))
        except OSError as error:
            raise unwritable(self.folder, error) from None

    def runs(self) -> tuple[Run, ...]:
        """Read every whole line; a torn last line is the trial that was in flight, and counts as not made."""
        return tuple(self.each_run())

    def each_run(self) -> Iterator[Run]:
        """Read the whole lines one by one, for whoever does not want to hold all of them."""
        path = self.folder / RUNS
        lines = read(path).split(b"\n")[:-1] if path.exists() else []
        yield from (decode(Run, line, f"{RUNS} line {n}") for n, line in enumerate(lines, 1))

    def mend(self) -> None:
        """Cut a torn last line off, so that the next line starts where a line starts."""
        path = self.folder / RUNS
        if path.exists():
            whole = read(path)
            os.truncate(path, whole.rfind(b"\n") + 1)

    def raw(self, index: int) -> Path:
        """Return where a run's raw samples lie until the result is sealed."""
        return self.folder / RAW / f"{index}.u64"

    def refuse_missing(self) -> None:
        """Raise LabError where a run's raw samples are gone: it could not be sealed."""
        for run in self.runs():
            if run.samples and not self.raw(run.trial.index).exists():
                why = f"the samples of run {run.trial.index} are not there"
                raise LabError("samples-damaged", f"{self.folder} cannot go on", why, "start anew with ./lab run")

    def draft(self) -> Path:
        """Return where a program writes the samples of the trial in flight."""
        return self.folder / RAW / "draft"

    def keep(self, index: int, samples: Samples) -> SampleFile:
        """Take the draft over as a run's samples, on the disk before the line that names them.

        Raises LabError where the disk does not take it.
        """
        path = self.raw(index)
        with writing(self.folder):
            os.replace(samples.path, path)
            with path.open("rb") as file:
                os.fsync(file.fileno())
            size = path.stat().st_size
            return SampleFile(readings=size // READING_BYTES, sha256=digest(path), series=samples.series)

    def append(self, run: Run) -> None:
        """Write one run's line, at once and whole, and wait until it is on the disk."""
        with writing(self.folder):
            descriptor = os.open(self.folder / RUNS, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o644)
            try:
                write_whole(descriptor, encode(run))
            finally:
                os.close(descriptor)


def refuse_newer(manifest: bytes, folder: Path) -> None:
    """Raise LabError where a manifest says that a newer version of the lab wrote it."""
    try:
        said = json.loads(manifest)
    except (ValueError, RecursionError):
        return  # the codec says what is wrong with it
    version = said.get("format") if isinstance(said, dict) else None
    if isinstance(version, int) and version > FORMAT:
        why = f"it has format {version}, and this version reads up to {FORMAT}"
        raise LabError("result-newer", f"{folder} was written by a newer lab", why, "update the lab")


def write_whole(descriptor: int, data: bytes) -> None:
    """Write all of the data or, on a full disk, none of it; then wait for the disk."""
    start = os.fstat(descriptor).st_size
    try:
        if os.write(descriptor, data) != len(data):
            raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))
    except OSError:
        with contextlib.suppress(OSError):
            os.truncate(descriptor, start)
        raise
    os.fsync(descriptor)


def replace(path: Path, data: bytes) -> None:
    """Write a file so that it is there whole or not at all."""
    with drafting(path) as draft, draft.open("wb") as file:
        file.write(data)


@contextlib.contextmanager
def drafting(path: Path) -> Iterator[Path]:
    """Give a draft to write to, which then takes a file's place, on the disk and whole; nothing of it stays otherwise.

    Raises LabError where it cannot be written.
    """
    draft = path.with_name(path.name + ".draft")
    with writing(path):
        try:
            yield draft
            with draft.open("rb") as file:
                os.fsync(file.fileno())
            os.replace(draft, path)
            sync_folder(path.parent)
        finally:
            with contextlib.suppress(NotADirectoryError):  # then there is no draft either
                draft.unlink(missing_ok=True)


def sync_folder(folder: Path) -> None:
    """Put a folder's entries on the disk."""
    descriptor = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def digest(path: Path) -> str:
    """Return the SHA-256 of a file as hex digits, read in pieces."""
    state = hashlib.sha256()
    with path.open("rb") as file:
        while piece := file.read(CHUNK_BYTES):
            state.update(piece)
    return state.hexdigest()


def read(path: Path) -> bytes:
    """Read a file of a result; raises LabError where it cannot be read, or is no file, as a device without an end."""
    try:
        if not stat.S_ISREG(path.stat().st_mode):
            raise LabError("result-unreadable", f"{path} cannot be read", "it is no regular file")
        return path.read_bytes()
    except OSError as error:
        raise LabError("result-unreadable", f"{path} cannot be read", error.strerror or "") from None


@contextlib.contextmanager
def writing(path: Path) -> Iterator[None]:
    """Turn what the disk says against writing to a path into a LabError that names the path."""
    try:
        yield
    except OSError as error:
        raise unwritable(path, error) from None


def unwritable(path: Path, error: OSError) -> LabError:
    """Return the error for a folder or file of a result that cannot be written: full, read-only, somebody else's."""
    why = error.strerror or str(error)
    remedy = "make room or name another place with --results or --output; what was measured so far is kept"
    return LabError("results-unwritable", f"cannot write to {path}", why, remedy)
