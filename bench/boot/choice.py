"""Which loader a series uses."""

from __future__ import annotations

from pathlib import Path

from bench.boot.grub import Grub
from bench.boot.loader import Loader
from bench.boot.manual import Manual
from bench.boot.series import FOUND
from bench.host.cpu import ROOT

LOADERS = ("grub", "manual")


def loader(name: str, folder: Path, root: Path = ROOT) -> Loader:
    """Return a loader by name, for the series in a folder."""
    return Grub(folder / FOUND, root) if name == "grub" else Manual()


def usable(root: Path = ROOT) -> str:
    """Return the name of the first loader that can be used here without anybody at the console, else manual."""
    return "manual" if Grub(Path(FOUND), root).obstacle() else "grub"
