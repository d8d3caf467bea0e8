"""The sight of a boot: what this one is, and whether it is what was asked for."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from bench.host import kernel
from bench.host.cpu import ROOT
from bench.host.parameter import split
from bench.model.boot import Kind
from bench.model.note import Note
from bench.run.cartographer import Refusal
from workloads.atlas import SIZES, Atlas
from workloads.instruments import directmap
from workloads.instruments.procfs import read_line, read_text

LEAST_GIANT, LEAST_LARGE, LEAST_SMALL = 0.25, 0.5, 0.9
"""So much of the direct map is in entries of 1 GB, of 2 MB, of 4 KB: in any boot some is in smaller ones than wished.

As the kernel starts it splits whatever holds its own text, tables and devices: of three gigabytes one or two.
"""
UNSEEN = Note(
    slug="boot-map-unseen",
    text="What the direct map of this boot is made of could not be seen: the command line alone speaks for it.",
    remedy="measure as root, where BPF can be used",
)


@dataclass(frozen=True, slots=True)
class Sight:
    """This boot: its hash, its kernel, its command line, and the bytes of its direct map by size, as somebody says."""

    boot: str
    kernel: str
    command_line: tuple[str, ...]
    map_bytes: dict[str, int]
    seen_by: Literal["atlas", "meminfo", ""]


def see(atlas: Atlas | Refusal | None, root: Path = ROOT) -> Sight:
    """Look at the boot that runs; the atlas counts, and /proc/meminfo where it cannot be had."""
    found = sizes(atlas, root)
    told: Literal["atlas", "meminfo"] = "atlas" if isinstance(atlas, Atlas) else "meminfo"
    words = split(read_line(root / "proc/cmdline"))
    return Sight(kernel.boot(root), kernel.release(root), words, found, told if found else "")


def sizes(atlas: Atlas | Refusal | None, root: Path) -> dict[str, int]:
    """Return the bytes of the direct map by the size of its entries; {} where nobody says."""
    if isinstance(atlas, Atlas):
        return {name: atlas.mapped_bytes(level) for name, level in SIZES.items()}
    told = directmap.parse(read_text(root / "proc/meminfo"), "")
    if not told.counted:
        return {}
    # A kernel without gbpages has no line of 1 GB: it has none of these.
    return {"4k": told.map_4k_bytes or 0, "2m": told.map_2m_bytes or 0, "1g": told.map_1g_bytes or 0}


def wrong(seen: Sight, kind: Kind, release: str) -> Note | None:
    """Return why a boot is not what was asked for: another kernel, other words, or another direct map."""
    if seen.kernel != release:
        text = f"This boot runs kernel {seen.kernel}, the series {release}."
        return Note(slug="boot-other-kernel", text=text, remedy="boot that kernel, or abandon the series")
    if lacking := [word for word in kind.add if word not in seen.command_line]:
        return Note(slug="boot-other-words", text=f"The kernel's command line lacks {' '.join(lacking)}.")
    if kept := [word for word in seen.command_line if name(word) in kind.remove and word not in kind.add]:
        return Note(slug="boot-other-words", text=f"The kernel's command line has {' '.join(kept)}.")
    return wrong_map(seen, kind)


def wrong_map(seen: Sight, kind: Kind) -> Note | None:
    """Return how the direct map is not as wished, None where it is or nobody says."""
    total = sum(seen.map_bytes.values())
    if not total:
        return None
    share = {size: seen.map_bytes.get(size, 0) / total for size in ("4k", "2m", "1g")}
    fits = {
        "1g": share["1g"] >= LEAST_GIANT,
        "2m": share["2m"] >= LEAST_LARGE and not share["1g"],
        "4k": share["4k"] >= LEAST_SMALL,
        "blocks": share["2m"] + share["1g"] >= LEAST_LARGE,
    }
    if fits[kind.entries]:
        return None
    told = ", ".join(f"{value:.0%} in {size}" for size, value in share.items())
    return Note(slug="boot-other-map", text=f"The direct map is not what {kind.name} asks for: {told}.")


def changed(seen: Sight, kind: Kind) -> Note | None:
    """Return that a measured boot no longer has the direct map that was wished: a small machine has little to lose."""
    found = wrong_map(seen, kind)
    if found is None:
        return None
    text = f"Secret memory split the map of this boot while it was measured. {found.text} What came last met that."
    return Note(slug="boot-map-changed", text=text, remedy="measure a machine with more memory")


def name(word: str) -> str:
    """Return a parameter's name; - and _ are one letter to the kernel."""
    return word.partition("=")[0].replace("-", "_")
