"""A site on the disk: each result's report and data in a folder of its own, whole or not at all."""

from __future__ import annotations

import hashlib
import os
import re
import shutil
from collections.abc import Sequence
from functools import partial
from pathlib import Path

from analysis.site.entry import Entry, LeftOut, SiteFile
from analysis.site.index import index
from bench.error import LabError
from bench.experiments.validation import NAME as VALIDATION
from bench.model.codec import decode
from bench.run.journal import SEAL, digest, read
from cli import source
from cli.crew import KILLED, each
from cli.exhibit import CLAIMS, Hall, put
from cli.swap import building

INDEX, SITE = "index.html", "site.json"
FOLDER = re.compile(r"[0-9a-f]{16}")


def publish(results: Sequence[Path], target: Path, *, anew: bool = False) -> SiteFile:
    """Write the site of some results, in the place of a former one if there is one; returns what is in it.

    Reports of the former one are taken over where neither result nor code changed, unless all are wanted `anew`.
    Raises LabError where the folder is there and no site, or cannot be written; then it is as it was.
    """
    former = former_site(target)
    known = {} if anew or former is None else {entry.folder: entry for entry in former.entries}
    sound = tuple(path for path in results if path.parent.name == VALIDATION)
    with building(target) as draft:
        hall = Hall(draft, target if known else None, known, sound, made_by(sound))
        made = each(partial(put, hall=hall), results, killed)
        shutil.rmtree(draft / CLAIMS, ignore_errors=True)
        site = SiteFile(
            entries=tuple(sorted((e for e in made if isinstance(e, Entry)), key=newest_first, reverse=True)),
            left_out=tuple(sorted((e for e in made if isinstance(e, LeftOut)), key=lambda left: left.name)),
        )
        (draft / SITE).write_text(site.model_dump_json(indent=1) + "\n")
        (draft / INDEX).write_text(index(site))
    return site


def killed(result: Path) -> LeftOut:
    """Return what stands in the place of a result over which its process ended."""
    return LeftOut(name=f"{result.parent.name}/{result.name}", why=f"{KILLED} [process-killed]")


def made_by(validations: Sequence[Path]) -> str:
    """Return a checksum of the code, and of the validations that stand in its reports."""
    seals = sorted(digest(path / SEAL) for path in validations if (path / SEAL).is_file())
    return hashlib.sha256(" ".join((source.checksum(), *seals)).encode()).hexdigest()


def newest_first(entry: Entry) -> tuple[str, str]:
    """Return what entries are sorted by, backwards."""
    return entry.created, entry.folder


def former_site(target: Path) -> SiteFile | None:
    """Return what is in a site that is there, None where nothing is.

    Raises LabError where it is something else, or holds what is not of a site: it would be lost.
    """
    if not os.path.lexists(target):
        return None
    strange = "it is no folder"
    if target.is_dir() and not target.is_symlink():
        others = [path.name for path in sorted(target.iterdir()) if not is_ours(path)]
        strange = f"it holds {others[0]}" if others else "" if (target / SITE).is_file() else f"it has no {SITE}"
    if strange:
        why = f"{strange}, and what is not a site is never replaced"
        raise LabError("site-exists", f"{target} is there already", why, "name a new folder")
    try:
        return decode(SiteFile, read(target / SITE), SITE)
    except LabError:
        return SiteFile(entries=(), left_out=())  # another version's: nothing of it can be taken over


def is_ours(path: Path) -> bool:
    """Tell whether something has a name that a site gives."""
    return path.name in (INDEX, SITE) or bool(FOLDER.fullmatch(path.name))
