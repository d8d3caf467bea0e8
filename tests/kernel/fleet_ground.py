"""Hosts of a fleet on one machine: each a network namespace with an sshd of its own, and nothing of it on any network.

The controller stands in a namespace, too, with a cable (veth) to each host; the machine's own network is not touched.
Keys are made for the ground, and go with it.
"""

from __future__ import annotations

import contextlib
import os
import re
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
SSHD = "/usr/sbin/sshd"
RUNTIME = Path("/run/sshd")
"""Where sshd leaves its rights; Debian's service would make it."""
NETNS = Path("/run/netns")
PREFIX = "labfleet"
PATIENCE_S = 20.0
SSHD_CONFIG = """
ListenAddress {address}
HostKey {folder}/host_key
AuthorizedKeysFile {folder}/authorized_keys
PidFile none
StrictModes no
UsePAM no
PermitRootLogin prohibit-password
PasswordAuthentication no
KbdInteractiveAuthentication no
Subsystem sftp internal-sftp
LogLevel ERROR
MaxStartups 100
"""
SSH = ("-F none", "-o BatchMode=yes", "-o ControlMaster=no", "-o ConnectTimeout=3", "-o StrictHostKeyChecking=yes",
       "-o ServerAliveInterval=1", "-o ServerAliveCountMax=2")  # fmt: skip


def lacking() -> str:
    """Return why there can be no ground here, "" where there can."""
    if os.geteuid() != 0:
        return "network namespaces need root"
    missing = [name for name in ("ip", "nsenter", "ssh", "ssh-keygen", SSHD) if shutil.which(name) is None]
    if not missing:
        tried = f"{PREFIX}-{os.getpid()}-try"
        if subprocess.run(("ip", "netns", "add", tried), capture_output=True, check=False).returncode:
            return "this kernel or container gives no network namespaces"
        call("ip", "netns", "del", tried)
    return f"not installed: {', '.join(missing)}" if missing else ""


def call(*words: str | Path) -> str:
    """Run a command that has to succeed and return what it prints."""
    return subprocess.run(words, capture_output=True, text=True, check=True).stdout


@dataclass(frozen=True)
class Host:
    """A host: its namespace, its address, and the folder that is all it has of its own."""

    name: str
    space: str
    address: str
    folder: Path

    @property
    def jobs(self) -> Path:
        """Return where its suites are."""
        return self.folder / "jobs"

    def job(self) -> Path:
        """Return the folder of its only suite."""
        (found,) = self.jobs.iterdir()
        return found

    def line(self, **variables: object) -> str:
        """Return its line of an inventory; variables given here replace the usual ones."""
        ssh = " ".join((*SSH, f"-o UserKnownHostsFile={self.folder.parent}/known_hosts"))
        usual = {
            "ansible_host": self.address,
            "ansible_user": "root",
            "ansible_ssh_private_key_file": self.folder.parent / "key",
            "ansible_ssh_args": f"'{ssh}'",
            "lab_checkout": ROOT,
            "lab_jobs": self.jobs,
        }
        return " ".join((self.name, *(f"{name}={value}" for name, value in (usual | variables).items())))


class Ground:
    """The hosts by name, and a controller that reaches them."""

    def __init__(self, folder: Path, stack: contextlib.ExitStack) -> None:
        """Begin with a controller alone; the stack takes away what is made."""
        self.folder, self.stack = folder, stack
        self.hosts: dict[str, Host] = {}
        self.controller = self.space("controller")
        call("ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-f", folder / "key")
        call("ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-f", folder / "wrong_key")

    def space(self, name: str) -> str:
        """Make a network namespace with a loopback."""
        space = f"{PREFIX}-{os.getpid()}-{name}"
        call("ip", "netns", "add", space)
        self.stack.callback(remove, space)
        call("ip", "-n", space, "link", "set", "lo", "up")
        return space

    def add(self, name: str) -> Host:
        """Add a host, its cable and its sshd."""
        number = len(self.hosts) + 1
        folder = self.folder / name
        folder.mkdir()
        host = Host(name, self.space(name), f"10.231.{number}.2", folder)
        peer = ("peer", "name", "eth0", "netns", host.space)
        call("ip", "-n", self.controller, "link", "add", name, "type", "veth", *peer)
        for space, link, address in ((self.controller, name, f"10.231.{number}.1"), (host.space, "eth0", host.address)):
            call("ip", "-n", space, "address", "add", f"{address}/30", "dev", link)
            call("ip", "-n", space, "link", "set", link, "up")
        self.serve(host)
        self.hosts[name] = host
        return host

    def serve(self, host: Host) -> None:
        """Start a host's sshd, which lets in one key."""
        call("ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-f", host.folder / "host_key")
        shutil.copy(self.folder / "key.pub", host.folder / "authorized_keys")
        with (self.folder / "known_hosts").open("a") as known:
            known.write(f"{host.address} {(host.folder / 'host_key.pub').read_text()}")
        config = host.folder / "sshd_config"
        config.write_text(SSHD_CONFIG.format(address=host.address, folder=host.folder))
        with (host.folder / "sshd.log").open("wb") as log:
            server = subprocess.Popen(inside(host.space, SSHD, "-D", "-e", "-f", str(config)), stderr=log)
        self.stack.callback(end, server)
        until(lambda: ":22 " in call(*inside(host.space, "ss", "-ltn")), "sshd to listen")

    def cable(self, host: Host, state: str) -> None:
        """Set a host's cable up or down."""
        call("ip", "-n", self.controller, "link", "set", host.name, state)

    def inventory(self, *lines: str) -> Path:
        """Write an inventory."""
        path = self.folder / "hosts.ini"
        path.write_text("\n".join(lines) + "\n")
        return path

    def start(self, *words: str | Path) -> subprocess.Popen[str]:
        """Start ./lab fleet on the controller."""
        command = (sys.executable, "-P", "-m", "cli", "fleet", *map(str, words))
        environment = os.environ | {"LAB_RESULTS": str(self.folder / "results")}
        return subprocess.Popen(
            inside(self.controller, *command), cwd=ROOT, env=environment, stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT, text=True,
        )  # fmt: skip

    def lab(self, *words: str | Path) -> tuple[int, str]:
        """Call ./lab fleet on the controller; returns its status and what it said."""
        called = self.start(*words)
        said = called.communicate(timeout=180)[0]
        return called.returncode, said


def end(server: subprocess.Popen[bytes]) -> None:
    """End a process of ours."""
    server.kill()
    server.wait()


def inside(space: str, *words: str) -> tuple[str, ...]:
    """Return a command line that runs in a namespace; unlike `ip netns exec` it leaves /sys as it is."""
    return ("nsenter", f"--net={NETNS / space}", "--", *words)


def processes(space: str) -> dict[int, str]:
    """Return the command lines of all processes in a namespace, by process."""
    found = {}
    for pid in map(int, call("ip", "netns", "pids", space).split()):
        with contextlib.suppress(OSError):
            found[pid] = Path(f"/proc/{pid}/cmdline").read_bytes().replace(b"\0", b" ").decode(errors="replace")
    return found


def remove(space: str) -> None:
    """End every process in a namespace, then the namespace."""
    for _ in range(50):
        pids = call("ip", "netns", "pids", space).split()
        for pid in map(int, pids):
            with contextlib.suppress(ProcessLookupError):
                os.kill(pid, signal.SIGKILL)
        if not pids:
            break
        time.sleep(0.02)
    call("ip", "netns", "del", space)


def until(done: Callable[[], bool], what: str, patience_s: float = PATIENCE_S) -> None:
    """Wait until something is so; raises TimeoutError where that takes too long."""
    end = time.monotonic() + patience_s
    while not done():
        if time.monotonic() > end:
            raise TimeoutError(f"waited {patience_s:.0f} s for {what}")
        time.sleep(0.02)


def sweep() -> None:
    """Take away the namespaces and disks of grounds whose process was killed."""
    for path in NETNS.glob(f"{PREFIX}-*"):
        if is_left(path.name):
            remove(path.name)
    for line in Path("/proc/mounts").read_text().splitlines():
        source, target = line.split()[:2]
        if is_left(source):
            call("umount", "--lazy", target)


def is_left(name: str) -> bool:
    """Tell whether something was made by a ground whose process is gone."""
    found = re.fullmatch(rf"{PREFIX}-(\d+)-.*", name)
    return bool(found and not Path(f"/proc/{found[1]}").exists())


@contextlib.contextmanager
def ground(folder: Path) -> Iterator[Ground]:
    """Give a ground, and take all of it away again, however it ends."""
    sweep()
    with contextlib.ExitStack() as stack:
        if not RUNTIME.exists():
            RUNTIME.mkdir(mode=0o755)
            stack.callback(RUNTIME.rmdir)
        yield Ground(folder, stack)


@contextlib.contextmanager
def small_disk(folder: Path, size: str) -> Iterator[None]:
    """Have a folder be a disk of so many bytes."""
    folder.mkdir()
    call("mount", "-t", "tmpfs", "-o", f"size={size}", f"{PREFIX}-{os.getpid()}-disk", folder)
    try:
        yield
    finally:
        call("umount", "--lazy", folder)
