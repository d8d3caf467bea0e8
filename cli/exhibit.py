"""An exhibit: one result in a site, its report and its data in a folder that is named after its seal."""

from __future__ import annotations

import hashlib
import os
import shutil
import stat
from dataclasses import dataclass
from pathlib import Path

from analysis.load import load
from analysis.report import page
from analysis.report.outline import compose
from analysis.report.study import Study, study
from analysis.report.verdictfile import verdicts_of
from analysis.site.entry import Download, Entry, LeftOut, entry
from analysis.standing import standings
from bench.error import LabError
from bench.model.codec import decode
from bench.model.manifest import Seal
from bench.run.journal import CHUNK_BYTES, SEAL, SEALED, SEALED_TOO

HOME = "../index.html"
"""The index, as seen from a report."""
KNOWN = (*SEALED, *SEALED_TOO, SEAL)
REPORT, VERDICTS = "report.html", "verdicts.json"
DIGITS = 16
CLAIMS = ".claims"
"""Links from the names of folders to their results, while a site is written."""
MOST_JSON_BYTES = 1 << 28
"""A manifest of seal and runs beyond this would take more memory to read than a site is worth."""


@dataclass(frozen=True, slots=True)
class Hall:
    """A site that grows in `draft`: the former one, if any, with what it holds, and the validations of its machines.

    `made_by` tells the code and the validations by which reports are written from any other.
    """

    draft: Path
    former: Path | None
    known: dict[str, Entry]
    validations: tuple[Path, ...]
    made_by: str


def put(result: Path, hall: Hall) -> Entry | LeftOut:
    """Write one result to a site that grows, from a former site where nothing of it has changed since.

    What is wrong with a result is said, and keeps no other out.
    """
    name = f"{result.parent.name}/{result.name}"
    try:
        return written(result, hall)
    except LabError as error:
        return LeftOut(name=name, why=str(error).replace(str(result), name))
    except Exception as error:  # noqa: BLE001 - whatever numbers that nobody could measure lead to
        return LeftOut(name=name, why=f"its report cannot be made: {type(error).__name__}")


def written(result: Path, hall: Hall) -> Entry:
    """Write one result; raises LabError where it is damaged, unfinished, there already, or not all plain files."""
    refuse_what_is_not_plain(result)
    if not (result / SEAL).exists():
        raise LabError("result-unfinished", f"{result} is not finished", remedy="finish it with ./lab run --resume")
    target = claimed(result, hall.draft, copy(result / SEAL, None)[1][:DIGITS])
    try:
        data = put_data(result, target)
        old = hall.known.get(target.name)
        if old and hall.former and old.made_by == hall.made_by and reused(old, hall.former / target.name, target):
            return old.model_copy(update={"downloads": data})
        found = study(load(target))
        return entry(found, target.name, report(found, target, hall.validations), data, hall.made_by)
    except BaseException:
        shutil.rmtree(target, ignore_errors=True)
        (hall.draft / CLAIMS / target.name).unlink()  # a copy of it may be sound
        raise


def claimed(result: Path, draft: Path, name: str) -> Path:
    """Return an empty folder of a site that is this result's alone; raises LabError where another one has its name.

    What a process left of it that ended over it, or beside another that did, is thrown away.
    """
    claim, target = draft / CLAIMS / name, draft / name
    claim.parent.mkdir(exist_ok=True)
    try:
        claim.symlink_to(result)  # at once, and with whose it is
    except FileExistsError:
        if claim.readlink() != result:
            raise LabError("result-exists", f"{result} is in the site already", "it is a copy of another") from None
        shutil.rmtree(target, ignore_errors=True)
    target.mkdir()
    return target


def put_data(result: Path, target: Path) -> tuple[Download, ...]:
    """Copy what a seal names and the seal; raises LabError where a file is foreign, or not what was sealed."""
    size_bytes, digest = copy(result / SEAL, target / SEAL)
    sums = decode(Seal, (target / SEAL).read_bytes(), SEAL).sha256
    if not set(SEALED) <= set(sums) <= {*SEALED, *SEALED_TOO}:
        raise LabError("result-damaged", f"{result} was changed after it was sealed", "the seal names other files")
    made = [put_file(result, name, target, sums[name]) for name in KNOWN if name in sums]
    return (*made, Download(name=SEAL, size_bytes=size_bytes, sha256=digest))


def put_file(result: Path, name: str, target: Path, expected: str) -> Download:
    """Copy one file of a result, of a name that the lab itself gives; raises LabError where it is not as sealed."""
    size_bytes, digest = copy(result / name, target / name)
    if digest != expected:
        raise LabError("result-damaged", f"{result} was changed after it was sealed", f"{name} has another checksum")
    if not name.endswith(".parquet") and size_bytes > MOST_JSON_BYTES:
        raise LabError("result-unreadable", f"{result} cannot be read", f"{name} is longer than any that a run writes")
    return Download(name=name, size_bytes=size_bytes, sha256=digest)


def report(found: Study, target: Path, validations: tuple[Path, ...]) -> tuple[Download, Download]:
    """Write the report and the verdicts of a study, which is of the copy in the site: so they name the data set."""
    sound = standings(validations, [found.result])
    return (
        put_text(target / REPORT, page.write(compose([found], sound), HOME)),
        put_text(target / VERDICTS, verdicts_of([found], sound).model_dump_json(indent=2) + "\n"),
    )


def put_text(target: Path, text: str) -> Download:
    """Write a file of our own."""
    data = text.encode()
    target.write_bytes(data)
    return Download(name=target.name, size_bytes=len(data), sha256=hashlib.sha256(data).hexdigest())


def reused(old: Entry, former: Path, target: Path) -> bool:
    """Take report and verdicts over from a former site, where they are as it says."""
    try:
        return all(copy(former / each.name, target / each.name)[1] == each.sha256 for each in ours(old))
    except LabError:
        return False


def ours(old: Entry) -> tuple[Download, Download]:
    """Return what the site wrote itself, under the names that it gives."""
    names = {REPORT: old.report, VERDICTS: old.verdicts}
    report, verdicts = (each.model_copy(update={"name": name}) for name, each in names.items())
    return report, verdicts


def copy(given: Path, target: Path | None) -> tuple[int, str]:
    """Read a plain file, never through a link, and write it; returns its size in bytes and its SHA-256."""
    try:
        descriptor = os.open(given, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK)
    except OSError as error:
        raise LabError("result-unreadable", f"{given} cannot be read", error.strerror or "") from None
    state, size_bytes = hashlib.sha256(), 0
    with os.fdopen(descriptor, "rb") as file, (target or Path(os.devnull)).open("wb") as out:
        while piece := file.read(CHUNK_BYTES):
            state.update(piece)
            size_bytes += out.write(piece)
    return size_bytes, state.hexdigest()


def refuse_what_is_not_plain(result: Path) -> None:
    """Raise LabError where a result is not a folder of plain files: a link could show what it is not meant to."""
    folders = ((path, stat.S_ISDIR) for path in (result.parent, result))
    for path, plain in (*folders, *((result / name, stat.S_ISREG) for name in KNOWN)):
        if os.path.lexists(path) and not plain(os.lstat(path).st_mode):
            raise LabError("result-unreadable", f"{path} is a link or no plain file", remedy="copy the result itself")
