"""A kernel out of a distribution's package: resolved to a version, downloaded, unpacked, and never installed."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path

from bench.guest.archive import Archive, open_archive
from bench.model.record import Record
from bench.run.journal import replace
from workloads.spec import Unsupported

FRESH_S = 24 * 3600.0
"""So long a meta-package is not looked up again: what it stands for changes every few weeks."""
DEBIAN = {"x86_64": "amd64", "aarch64": "arm64"}
PATIENCE_S = 300.0


class Resolved(Record):
    """What a package stood for when it was looked up: the package that holds the kernel, and its version."""

    package: str
    version: str


@dataclass(frozen=True, slots=True)
class Unpacked:
    """A kernel that lies in the store."""

    path: Path
    package: str
    version: str


def fetch(package: str, release: str | None, architecture: str, store: Path) -> Unpacked | Unsupported:
    """Return the kernel of a package, from the store where it lies there; an old one where no newer can be had.

    Unsupported (kernel-package-missing): no apt-get here, no such package or release, or it cannot be downloaded.
    """
    debian = DEBIAN[architecture]
    note = store / f"{package}_{release or 'here'}_{debian}.json"
    known = remembered(note)
    kept = stored(known, debian, store) if known else None
    if kept and is_fresh(note):
        return kept
    found = look_up(package, release, debian, store)
    if isinstance(found, Unsupported):
        return kept or found
    replace(note, Resolved(package=found.package, version=found.version).model_dump_json().encode())
    return found


def remembered(note: Path) -> Resolved | None:
    """Return what a package stood for when it was looked up last, None where nobody looked."""
    try:
        return Resolved.model_validate_json(note.read_bytes())
    except (OSError, ValueError):
        return None


def is_fresh(note: Path) -> bool:
    """Tell whether a package was looked up not long ago."""
    return time.time() - note.stat().st_mtime < FRESH_S


def look_up(package: str, release: str | None, debian: str, store: Path) -> Unpacked | Unsupported:
    """Return what a package stands for today, downloaded where it is not in the store."""
    if not all(map(shutil.which, ("apt-get", "apt-cache", "dpkg-deb"))):
        reason = f"the kernel's package {package} takes apt-get and dpkg-deb, which are not here"
        return Unsupported("kernel-package-missing", reason, "name a kernel by its path in the matrix")
    archive = open_archive(release, debian, store)
    if isinstance(archive, Unsupported):
        return archive
    resolved = resolve(package, archive)
    if isinstance(resolved, Unsupported):
        return resolved
    return stored(resolved, debian, store) or download(resolved, debian, archive, store)


def place(resolved: Resolved, debian: str, store: Path) -> Path:
    """Return where a kernel lies in the store."""
    return store / f"{resolved.package}_{resolved.version.replace(':', '%3a')}_{debian}"


def stored(resolved: Resolved, debian: str, store: Path) -> Unpacked | None:
    """Return a kernel out of the store, None where it is not there."""
    path = place(resolved, debian, store)
    return Unpacked(path, resolved.package, resolved.version) if path.is_file() else None


def resolve(package: str, archive: Archive) -> Resolved | Unsupported:
    """Return what a meta-package stands for today; a package that is no meta-package stands for itself."""
    asked = archive.ask("apt-cache", "show", "--no-all-versions", package)
    version = re.search(r"^Version: (\S+)$", asked, re.MULTILINE)
    if not version:
        reason = f"{archive.name} has no package {package}"
        return Unsupported("kernel-package-missing", reason, "name a package, and the release that has it")
    image = re.search(r"^Depends:.*?\b(linux-image-[0-9]\S*)", asked, re.MULTILINE)
    if not image:
        return Resolved(package=package, version=version[1])
    return resolve(image[1].rstrip(","), archive)


def download(resolved: Resolved, debian: str, archive: Archive, store: Path) -> Unpacked | Unsupported:
    """Download a package and keep its kernel; nothing else of it stays."""
    with tempfile.TemporaryDirectory(dir=store) as name:
        folder = Path(name)
        said = archive.call("apt-get", "download", f"{resolved.package}={resolved.version}", cwd=folder)
        packages = list(folder.glob("*.deb"))
        if not packages:
            reason = f"{resolved.package} {resolved.version} could not be downloaded: {said}"
            return Unsupported("kernel-package-missing", reason, "look at the network, then try again")
        kernel = unpack(packages[0], folder)
        if kernel is None:
            return Unsupported("kernel-package-missing", f"there is no kernel in {resolved.package}", "name another")
        os.replace(kernel, place(resolved, debian, store))
    return Unpacked(place(resolved, debian, store), resolved.package, resolved.version)


def unpack(package: Path, folder: Path) -> Path | None:
    """Return the kernel of a package, taken out of it without the rest, which is 20 times as large."""
    tree = folder / "tree"
    tree.mkdir()
    with subprocess.Popen(("dpkg-deb", "--fsys-tarfile", package), stdout=subprocess.PIPE) as archive:
        words = ("tar", "-x", "-C", tree, "--no-same-owner", "--wildcards", "./boot/vmlinuz-*")
        subprocess.run(words, stdin=archive.stdout, stderr=subprocess.DEVNULL, timeout=PATIENCE_S, check=False)
    return next(iter(sorted(tree.glob("boot/vmlinuz-*"))), None)
