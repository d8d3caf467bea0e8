"""A reboot, asked of whatever started the machine up: orderly, so that every file system is unmounted.

GRUB replays no journal: what sync(2) alone leaves in one, as on XFS, would be there for Linux and not for GRUB.
"""

from __future__ import annotations

import shutil
import signal
import subprocess
from pathlib import Path

from bench.error import LabError
from bench.host.cpu import ROOT


def reboot(root: Path = ROOT) -> None:
    """Ask for a reboot, and return; raises LabError where it is refused."""
    command = ("systemctl", "reboot") if (root / "run/systemd/system").exists() else ("reboot",)
    if shutil.which(command[0]) is None:
        raise LabError("boot-refused", "this machine cannot be rebooted from here", f"there is no {command[0]}")
    signal.signal(signal.SIGTERM, signal.SIG_IGN)  # it comes to everybody now, and nothing is left to break off
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    if done.returncode:
        raise LabError("boot-refused", "the reboot was refused", done.stderr.strip(), "reboot by hand")
