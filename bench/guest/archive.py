"""The distribution's archive, asked with this machine's own settings: another release of it, another architecture.

Lists and downloads are kept in the lab's own folder: nothing of the machine's packages changes.
"""

from __future__ import annotations

import os
import re
import subprocess
from dataclasses import dataclass
from pathlib import Path

from workloads.spec import Unsupported

PATIENCE_S = 300.0
FORMAT = "$(CREATED_BY)|$(REPO_URI)|$(SIGNED_BY)|$(COMPONENT)|$(RELEASE)"
SECURITY = "security"
ADDRESS = re.compile(r"\w+://[^\s']+")
"""Where this machine's packages come from is nobody's business, and can hold a password."""
FEW_LISTS = tuple(
    word
    for kind in ("DEP-11", "DEP-11-icons", "DEP-11-icons-small", "Contents-deb", "Translations", "CNF")
    for word in ("-o", f"Acquire::IndexTargets::deb::{kind}::DefaultEnabled=false")
)


@dataclass(frozen=True, slots=True)
class Source:
    """A repository that this machine's packages come from."""

    address: str
    signed_by: str
    component: str
    release: str


@dataclass(frozen=True, slots=True)
class Archive:
    """An archive that can be asked: its name for people, and the options with which apt asks it."""

    name: str
    options: tuple[str, ...]

    def run(self, program: str, *words: str, cwd: Path | None = None) -> subprocess.CompletedProcess[str]:
        """Run an apt program with the archive's options; its answers are in English."""
        plain = os.environ | {"LC_ALL": "C.UTF-8", "DEBIAN_FRONTEND": "noninteractive"}
        line = (program, *self.options, *words)
        try:
            return subprocess.run(
                line, cwd=cwd, env=plain, capture_output=True, text=True, timeout=PATIENCE_S, check=False
            )
        except subprocess.TimeoutExpired:
            return subprocess.CompletedProcess(line, 1, "", f"E: no answer after {PATIENCE_S:.0f} s")

    def ask(self, program: str, *words: str) -> str:
        """Return what an apt program prints, "" where it fails."""
        ended = self.run(program, *words)
        return ended.stdout if ended.returncode == 0 else ""

    def call(self, program: str, *words: str, cwd: Path | None = None) -> str:
        """Run an apt program and return its last complaint, without addresses, "" where all went well."""
        ended = self.run(program, *words, cwd=cwd)
        complaints = [line for line in ended.stderr.splitlines() if line.startswith("E:")]
        return ADDRESS.sub("the archive", complaints[-1]) if ended.returncode and complaints else ""


def sources(text: str) -> tuple[Source, ...]:
    """Read the answer of apt-get indextargets: the repositories of packages, each once."""
    rows = [line.split("|") for line in text.splitlines()]
    return tuple(dict.fromkeys(Source(*row[1:]) for row in rows if len(row) == 5 and row[0] == "Packages"))


def main_source(found: tuple[Source, ...]) -> Source | None:
    """Return the repository that has the distribution's own packages: neither its security updates nor a stranger's."""
    own = [each for each in found if each.component == "main" and SECURITY not in each.address + each.release]
    return own[0] if own else None


def open_archive(release: str | None, architecture: str, store: Path) -> Archive | Unsupported:
    """Return the archive of a release (None: this machine's own), with its lists brought up to date.

    Unsupported (kernel-package-missing) where this machine's packages come from nowhere, or the release cannot be had.
    """
    machine = Archive("this machine", ())
    source = main_source(sources(machine.ask("apt-get", "indextargets", "--format", FORMAT)))
    if source is None:
        reason = "apt-get does not say where this machine's packages come from"
        return Unsupported("kernel-package-missing", reason, "apt-get update, as root")
    wanted = release or source.release
    folder = store / "apt" / f"{wanted}_{architecture}"
    try:
        return prepared(source, wanted, architecture, folder)
    except OSError as error:
        return Unsupported("kernel-package-missing", f"{folder} cannot be written: {error.strerror}", "make room")


def prepared(source: Source, release: str, architecture: str, folder: Path) -> Archive | Unsupported:
    """Write the private settings of an archive and fetch its lists; raises OSError."""
    for name in ("lists/partial", "cache/archives/partial"):
        (folder / name).mkdir(parents=True, exist_ok=True)
    signed = f" signed-by={source.signed_by}" if source.signed_by.startswith("/") else ""
    line = f"deb [arch={architecture}{signed}] {source.address} {release} {source.component}\n"
    (folder / "sources.list").write_text(line)
    (folder / "status").touch()
    archive = Archive(f"{release} ({architecture})", options(folder, architecture))
    complaint = archive.call("apt-get", "update", "-q")
    if complaint:
        reason = f"the lists of {archive.name} cannot be had: {complaint}"
        return Unsupported("kernel-package-missing", reason, "look at the release's name and at the network")
    return archive


def options(folder: Path, architecture: str) -> tuple[str, ...]:
    """Return what keeps apt in a folder of its own; the machine's proxies, keys and passwords stay in force."""
    settings = {
        "Dir::Etc::SourceList": folder / "sources.list",
        "Dir::Etc::SourceParts": "-",
        "Dir::State::Lists": folder / "lists",
        "Dir::State::Status": folder / "status",
        "Dir::Cache": folder / "cache",
        "APT::Architecture": architecture,
        "APT::Architectures": architecture,
        "APT::Sandbox::User": "root",
        "Acquire::Languages": "none",
    }
    return (*(word for name, value in settings.items() for word in ("-o", f"{name}={value}")), *FEW_LISTS)
