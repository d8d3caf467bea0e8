"""The memory limits of the control groups that this process is in."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path, PurePosixPath

from bench.host.cpu import ROOT
from workloads.instruments.procfs import pick, read_integer, read_text

UNLIMITED_BYTES = 1 << 60
"""Version 1 says "no limit" by a number near 2^63."""


@dataclass(frozen=True, slots=True)
class Bound:
    """One control group with a limit: the limit, and what is left of it once reclaimable file pages are dropped."""

    limit_bytes: int
    left_bytes: int


@dataclass(frozen=True, slots=True)
class Files:
    """Where a version keeps limit and usage, and its name for file pages that are easy to drop."""

    limit: str
    usage: str
    reclaimable: str


VERSION_1 = Files("memory.limit_in_bytes", "memory.usage_in_bytes", "total_inactive_file")
VERSION_2 = Files("memory.max", "memory.current", "inactive_file")


def parse_membership(text: str) -> tuple[str | None, str | None]:
    """Read /proc/self/cgroup: the process's group in version 1's memory controller, and in version 2."""
    first = second = None
    for line in text.splitlines():
        number, controllers, path = line.split(":", 2)
        if "memory" in controllers.split(","):
            first = path
        elif number == "0" and not controllers:
            second = path
    return first, second


def parse_mounts(text: str) -> tuple[tuple[str, str] | None, tuple[str, str] | None]:
    """Read /proc/self/mountinfo: (root, mount point) of version 1's memory controller, and of version 2.

    In a container the mount's root is often the container's own group, and membership is told from there or from above.
    """
    first = second = None
    for line in text.splitlines():
        left, _, right = line.partition(" - ")
        kind, _, options = right.split(" ", 2)
        root, point = left.split()[3:5]
        if kind == "cgroup" and "memory" in options.split(","):
            first = (root, point)
        elif kind == "cgroup2":
            second = (root, point)
    return first, second


def folders(group: str, mount: tuple[str, str]) -> tuple[PurePosixPath, ...]:
    """Return the folders of a group and of all above it that the mount shows, the group's own first."""
    mount_root, point = mount
    inside = PurePosixPath(group)
    if mount_root != "/" and inside.is_relative_to(mount_root):
        inside = PurePosixPath("/") / inside.relative_to(mount_root)
    own = PurePosixPath(point) / inside.relative_to("/")
    return tuple(folder for folder in (own, *own.parents) if folder.is_relative_to(point))


def bound(folder: Path, files: Files) -> Bound | None:
    """Return the limit of one control group, None where it has none."""
    limit_bytes, usage_bytes = read_integer(folder / files.limit), read_integer(folder / files.usage)
    if limit_bytes is None or limit_bytes >= UNLIMITED_BYTES:
        return None
    droppable = pick(read_text(folder / "memory.stat"), {files.reclaimable: "file"})["file"] or 0
    return Bound(limit_bytes, max(0, limit_bytes - (usage_bytes or 0) + droppable))


def bounds(root: Path = ROOT) -> tuple[Bound, ...]:
    """Return every limit that binds this process, its own group's and those above; empty where there is none."""
    groups = parse_membership(read_text(root / "proc/self/cgroup"))
    mounts = parse_mounts(read_text(root / "proc/self/mountinfo"))
    found = []
    for group, mount, files in zip(groups, mounts, (VERSION_1, VERSION_2), strict=True):
        if group is not None and mount is not None:
            found += [bound(root / str(folder).lstrip("/"), files) for folder in folders(group, mount)]
    return tuple(one for one in found if one is not None)


def nursery(root: Path = ROOT) -> Path | None:
    """Return where a memory group of one's own can be made, None where no memory controller is there.

    Below this process's own group in version 1. In version 2 a group with processes has no groups with limits below it,
    so there it is the top of what is mounted.
    """
    text = read_text(root / "proc/self/cgroup")
    first, second = parse_mounts(read_text(root / "proc/self/mountinfo"))
    group, _ = parse_membership(text)
    if group is not None and first is not None:
        return root / str(folders(group, first)[0]).lstrip("/")
    top = root / second[1].lstrip("/") if second else None
    return top if top and "memory" in read_text(top / "cgroup.subtree_control").split() else None
