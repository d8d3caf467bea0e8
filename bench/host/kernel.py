"""The running kernel: version, boot, mitigations, clock source, and the state of secret memory in it."""

from __future__ import annotations

import gzip
import hashlib
import re
from pathlib import Path

from bench.host.cpu import ROOT
from workloads.instruments.procfs import read_line, read_text

VULNERABILITIES = Path("sys/devices/system/cpu/vulnerabilities")
CLOCKSOURCE = Path("sys/devices/system/clocksource/clocksource0/current_clocksource")
BOOT_ID = Path("proc/sys/kernel/random/boot_id")
BOOT_SALT = "secretmem-lab boot "


def release(root: Path = ROOT) -> str:
    """Return the kernel's release, such as 6.12.48-amd64."""
    return read_line(root / "proc/sys/kernel/osrelease")


def version(release_text: str) -> tuple[int, int]:
    """Return the two leading numbers of a release; (0, 0) where it has none. For words only: features are tried."""
    match = re.match(r"(\d+)\.(\d+)", release_text)
    return (int(match[1]), int(match[2])) if match else (0, 0)


def boot_id(root: Path = ROOT) -> str:
    """Return the kernel's random name of this boot, as it is; not for publishing."""
    return read_line(root / BOOT_ID)


def boot(root: Path = ROOT) -> str:
    """Return 12 hex digits that are equal within one boot and tell nothing else; "" where the kernel has no boot_id."""
    name = boot_id(root)
    return hashlib.sha256(f"{BOOT_SALT}{name}".encode()).hexdigest()[:12] if name else ""


def mitigations(root: Path = ROOT) -> dict[str, str]:
    """Return what the kernel does about each known hardware weakness, by the kernel's names."""
    return {path.name: read_line(path) for path in sorted((root / VULNERABILITIES).glob("*")) if path.is_file()}


def clocksource(root: Path = ROOT) -> str:
    """Return the name of the clock that the kernel keeps time by."""
    return read_line(root / CLOCKSOURCE) or "unknown"


def build_option(name: str, root: Path = ROOT) -> str | None:
    """Return an option of the kernel's build (y, m, a value, or n where it is not set); None where it is not told.

    Reads /proc/config.gz or /boot/config-<release>; about 10 ms.
    """
    text = _config(root)
    if not text:
        return None
    match = re.search(rf"^{re.escape(name)}=(.*)$", text, re.MULTILINE)
    return match[1] if match else "n"


def _config(root: Path) -> str:
    try:
        return gzip.decompress((root / "proc/config.gz").read_bytes()).decode("utf-8", "replace")
    except (OSError, EOFError, gzip.BadGzipFile):
        return read_text(root / f"boot/config-{release(root)}")
