"""A boot: a guest from its start to its end, or to the end of our patience, and what came of it."""

from __future__ import annotations

import subprocess
import time
from dataclasses import dataclass
from pathlib import Path

from bench.guest.emulator import MACHINES, Accelerator, command_line
from bench.guest.frame import Console, read_console
from bench.guest.ground import Ground
from bench.guest.matrix import Cell
from workloads.program import run_to_end
from workloads.spec import Failed

LAST_LINES = 12
PANIC = "Kernel panic - not syncing"


@dataclass(frozen=True, slots=True)
class Boot:
    """What is booted: a cell on its ground, with an initramfs, and the file that its console goes to."""

    ground: Ground
    accelerator: Accelerator
    image: Path
    console: Path
    cell: Cell


@dataclass(frozen=True, slots=True)
class Booted:
    """A guest that ended: its console, why it did not do what it was to (None: it did), and how long it took here."""

    console: Console
    trouble: Failed | None
    took_s: float


def words(wish: Boot) -> tuple[str, ...]:
    """Return qemu's command line: no network, no disk, no display, a console that goes to a file."""
    ground, cell = wish.ground, wish.cell
    return (
        ground.emulator,
        *("-machine", f"{MACHINES[ground.architecture]},accel={wish.accelerator}"),
        *("-cpu", cell.cpu, "-smp", str(cell.cpus), "-m", str(cell.memory_mib)),
        *("-nodefaults", "-no-user-config", "-no-reboot"),
        *("-display", "none", "-serial", f"file:{wish.console}"),
        *("-kernel", ground.kernel.path, "-initrd", str(wish.image)),
        *("-append", command_line(ground.architecture, cell)),
    )


def boot(wish: Boot) -> Booted:
    """Boot a guest and wait for its end; after the cell's time it is killed. The console's file stays.

    Whatever the guest does is an outcome: guest-hung, guest-panicked, guest-ended, guest-torn, emulator-failed.
    """
    begun = time.monotonic()
    ended: subprocess.CompletedProcess[bytes] | None
    try:
        ended = run_to_end(words(wish), wish.cell.timeout_s)
    except subprocess.TimeoutExpired:
        ended = None
    took_s = time.monotonic() - begun
    console = read_console(wish.console.read_bytes() if wish.console.exists() else b"")
    return Booted(console, trouble(console, ended, wish.cell.timeout_s), took_s)


def trouble(console: Console, ended: subprocess.CompletedProcess[bytes] | None, timeout_s: float) -> Failed | None:
    """Return what kept a guest from doing all that it was to, None where nothing did."""
    panic = next((line for line in console.lines if PANIC in line), None)
    if panic is not None:
        return Failed("guest-panicked", panic[panic.index(PANIC) :].strip())
    if ended is None:
        return Failed("guest-hung", f"the guest had not ended after {timeout_s:g} s and was killed")
    if ended.returncode:
        said = ended.stderr.decode(errors="replace").strip().splitlines()[-1:]
        return Failed("emulator-failed", f"qemu ended with {ended.returncode}: {' '.join(said)}")
    if console.torn:
        return Failed("guest-torn", f"what the guest sent did not come through whole: {console.torn[0]}")
    if console.frames.get("done") != b"complete":
        return Failed("guest-ended", "the guest ended before it had done everything")
    return None


def last_lines(console: Console) -> tuple[str, ...]:
    """Return the end of what was written to a console beside the frames."""
    return console.lines[-LAST_LINES:]
