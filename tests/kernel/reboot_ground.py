"""A machine that reboots: qemu, BIOS, GRUB on a disk, Debian's kernel, and this host's files as its root, read-only.

Nothing is shortened: GRUB reads its menu and its one-shot choice from a /boot that the guest mounts, and clears the
choice itself. The guest has the checkout with its environment and programs at the path that they have here; what it
writes goes to /boot or to /mnt, two disks that stay. It runs one command at every boot, as a service would.
"""

from __future__ import annotations

import compileall
import contextlib
import os
import shlex
import shutil
import socket
import subprocess
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from bench.guest.ground import alone
from bench.guest.kernelfile import STORE, find_kernel
from bench.guest.matrix import Kernel
from tests.kernel.reboot_disk import GRUB, boot_file, copy_kept, make_boot_disk, make_kept_disk
from workloads.spec import Unsupported

ROOT = Path(__file__).resolve().parents[2]
INIT = Path(__file__).with_name("reboot_init.sh")
KERNEL = Kernel(package="linux-image-cloud-amd64", release="trixie")
"""The disk's driver, ext4 and virtiofs are in it, not in modules: it needs no initramfs."""
FLOORS = ("workloads", "bench", "analysis", "cli")
RELEASE = "6.12-cloud-amd64"
EMULATOR = "qemu-system-x86_64"
SERVER = Path("/usr/lib/qemu/virtiofsd")
MEMORY_MIB = 3072
"""So much that the kernel maps a part of it with 1 GB entries."""
PROCESSOR = "max,la57=off"
PANIC = "Kernel panic - not syncing"
LAST_LINES = 25
LIMIT_S = 120.0
PAUSE_S = 0.1
READ_ONLY = 'mount -o remount,bind,ro / && exec "$@"'
"""In a mount namespace of its own: whatever the guest does, it cannot change this host's root."""
ASK = """#!/bin/sh
# Asks the first process, as systemctl does, and returns at once.
case "${0##*/} $*" in
'reboot '* | 'systemctl reboot'*) kill -TERM 1 ;;
'poweroff '* | 'systemctl poweroff'*) kill -USR2 1 ;;
*) echo "this guest knows only reboot and poweroff, not: ${0##*/} $*" >&2 && exit 1 ;;
esac
"""


class GuestFailed(Exception):
    """The guest did not do what it was to; the message ends with the last lines of its console."""


@dataclass(frozen=True)
class Boot:
    """A boot as its first process saw it: the kernel's name of it, its command line, and what 1 GB entries map."""

    boot_id: str
    parameters: tuple[str, ...]
    map_1g_kb: int | None


def lacking() -> str:
    """Return why there can be no such guest here, "" where there can."""
    if os.geteuid() != 0:
        return "sharing this host's root needs root"
    wanted = (EMULATOR, str(SERVER), "grub-mkimage", "grub-editenv", "mke2fs", "debugfs", "unshare")
    missing = [name for name in wanted if shutil.which(name) is None]
    if not (GRUB / "boot.img").is_file():
        missing.append("grub-pc-bin")
    return f"not installed: {', '.join(missing)}" if missing else ""


def kernel() -> Path | Unsupported:
    """Return the kernel that is booted, downloaded where it is not here."""
    with alone(STORE):
        found = find_kernel(KERNEL, ROOT, STORE)
    return found if isinstance(found, Unsupported) else Path(found.path)


class Guest:
    """A guest that runs: its console, and two ways to its end."""

    def __init__(self, emulator: subprocess.Popen[bytes], console: Path) -> None:
        """Watch an emulator whose console goes to a file."""
        self.emulator, self.console = emulator, console

    def text(self) -> str:
        """Return what stands on the console so far."""
        return self.console.read_text(errors="replace") if self.console.exists() else ""

    def until(self, wanted: str, limit_s: float) -> None:
        """Wait until something stands on the console; raises GuestFailed."""
        self._watch(lambda: wanted in self.text(), f"waited {limit_s:.0f} s for {wanted!r}", limit_s)

    def wait(self, limit_s: float) -> str:
        """Wait until the guest has powered off, over all its reboots, and return its console; raises GuestFailed."""
        self._watch(lambda: self.emulator.poll() is not None, f"the guest had not ended after {limit_s:.0f} s", limit_s)
        if self.emulator.returncode:
            raise self.failed(f"qemu ended with {self.emulator.returncode}")
        return self.text()

    def cut(self) -> None:
        """Take the power away: what the guest had not written to a disk is lost."""
        self.emulator.kill()
        self.emulator.wait()

    def _watch(self, done: Callable[[], bool], what: str, limit_s: float) -> None:
        """Wait until something is so; raises GuestFailed where it panics, ends before, or takes too long."""
        end = time.monotonic() + limit_s
        while not done():
            if PANIC in self.text():
                raise self.failed("the guest's kernel panicked")
            if self.emulator.poll() is not None and not done():
                raise self.failed(f"{what}, and the guest is off")
            if time.monotonic() > end:
                raise self.failed(what)
            time.sleep(PAUSE_S)

    def failed(self, why: str) -> GuestFailed:
        """Return why it failed, with the end of the console, and of what qemu said."""
        said = self.console.with_name("qemu.log").read_text(errors="replace").splitlines()
        return GuestFailed("\n".join((why, *said[-3:], *self.text().splitlines()[-LAST_LINES:])))


class Ground:
    """A machine by its two disks, which stay when it is off; it can be switched on again and again."""

    def __init__(self, folder: Path, kernel: Path, parameters: str = "") -> None:
        """Make the disks in a folder; `parameters` are more words for the kernel's usual command line."""
        self.folder = folder
        self.boot_disk, self.kept_disk = folder / "boot.disk", folder / "kept.disk"
        usual = f"root=rootfs rootfstype=virtiofs ro console=ttyS0 quiet nokaslr init={INIT} LAB_GROUND={folder}"
        make_boot_disk(self.boot_disk, kernel, RELEASE, f"{usual} {parameters}".strip())
        make_kept_disk(self.kept_disk)
        for name in ("reboot", "poweroff", "systemctl"):
            asking = folder / "bin" / name
            asking.parent.mkdir(exist_ok=True)
            asking.write_text(ASK)
            asking.chmod(0o755)

    @contextlib.contextmanager
    def started(self, command: str) -> Iterator[Guest]:
        """Switch the machine on; `command` is a line for sh, run in the checkout as root at every boot."""
        (self.folder / "service").write_text(f"cd {shlex.quote(str(ROOT))} || exit 1\n{command}\n")
        console, log = self.folder / "console", self.folder / "qemu.log"
        console.unlink(missing_ok=True)
        with share(self.folder / "virtiofsd.log") as address, log.open("wb") as said:
            emulator = subprocess.Popen(self.words(address, console), stdin=subprocess.DEVNULL, stderr=said)
            try:
                yield Guest(emulator, console)
            finally:
                end(emulator)

    def words(self, address: str, console: Path) -> tuple[str, ...]:
        """Return qemu's command line; nothing in it ends the emulator when the guest reboots."""
        memory = f"memory-backend-memfd,id=memory,size={MEMORY_MIB}M,share=on"
        disks = (self.boot_disk, self.kept_disk)
        return (
            *(EMULATOR, "-nodefaults", "-no-user-config", "-display", "none", "-serial", f"file:{console}"),
            *("-object", memory, "-machine", "pc,accel=tcg,memory-backend=memory", "-m", str(MEMORY_MIB)),
            *("-cpu", PROCESSOR, "-smp", "1"),
            *("-chardev", f"socket,id=root,path={address},abstract=on"),
            *("-device", "vhost-user-fs-pci,chardev=root,tag=rootfs"),
            *("-device", "nvme,id=disks,serial=disks"),
            *(w for n, disk in enumerate(disks) for w in ("-drive", f"if=none,id=disk{n},format=raw,file={disk}")),
            *(w for n in range(len(disks)) for w in ("-device", f"nvme-ns,drive=disk{n},bus=disks,nsid={n + 1}")),
        )

    def run(self, command: str, limit_s: float = LIMIT_S) -> str:
        """Switch the machine on, wait until it is off, and return its console; raises GuestFailed."""
        with self.started(command) as guest:
            return guest.wait(limit_s)

    def kept(self) -> Path:
        """Return a folder with a copy of what is on /mnt; only while the machine is off."""
        copy_kept(self.kept_disk, self.folder / "kept")
        return self.folder / "kept"

    def boots(self) -> tuple[Boot, ...]:
        """Return every boot since the disks were made."""
        rows = [line.split("\t") for line in (self.kept() / "boots").read_text().splitlines()]
        return tuple(Boot(name, tuple(words.split()), int(size) if size else None) for name, size, words in rows)

    def boot_file(self, path: str) -> str:
        """Return a file of /boot, "" where there is none; only while the machine is off."""
        return boot_file(self.boot_disk, path)

    def environment(self) -> dict[str, str]:
        """Return GRUB's environment block, by which it is told what to boot next."""
        lines = [line for line in self.boot_file("grub/grubenv").splitlines() if not line.startswith("#")]
        return dict(line.split("=", 1) for line in lines)


@contextlib.contextmanager
def share(log: Path) -> Iterator[str]:
    """Share this host's root, read-only, and give the address, an abstract unix(7) socket, at which it is shared."""
    address = f"lab-reboot-ground-{os.getpid()}-{time.monotonic_ns()}"
    with contextlib.closing(socket.socket(socket.AF_UNIX)) as listener, log.open("wb") as said:
        listener.bind(f"\0{address}")
        listener.listen(1)
        serve = (SERVER, f"--fd={listener.fileno()}", "-o", "source=/", "-o", "sandbox=chroot", "-o", "cache=always")
        apart = ("unshare", "--mount", "--propagation", "private", "sh", "-c", READ_ONLY, "sh")
        server = subprocess.Popen((*apart, *serve), pass_fds=(listener.fileno(),), stdout=said, stderr=said)
        try:
            yield address
        finally:
            end(server)


def end(process: subprocess.Popen[bytes]) -> None:
    """End a process of ours."""
    process.kill()
    process.wait()


def ground(folder: Path, parameters: str = "") -> Ground:
    """Return a machine that is off, made in a folder; skips the test where there can be none."""
    if why := lacking():
        pytest.skip(why)
    found = kernel()
    if isinstance(found, Unsupported):
        pytest.skip(f"{found.reason} [{found.slug}]")
    for floor in FLOORS:  # the guest, which cannot write here, would compile them at each start of Python
        compileall.compile_dir(ROOT / floor, quiet=1)
    return Ground(folder, found, parameters)
