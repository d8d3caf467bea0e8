"""The systemd unit that goes on with a series at each boot: written, and taken away again.

It stops by itself where nothing is left to do, where a boot was asked for too often, and at a word on the kernel's
command line. It is enabled by the link that `systemctl enable` makes, which holds from the next boot on.
"""

from __future__ import annotations

import contextlib
import os
from pathlib import Path

from bench.error import LabError
from bench.host.cpu import ROOT
from bench.run.journal import replace, sync_folder

UNIT = "secretmem-lab-boots.service"
STOP_WORD = "secretmem-lab.stop"
WAIT_S = 60
"""So long after start-up the machine is left to come to rest; it is also the time in which a person may stop it."""
FOLDER, WANTS = Path("etc/systemd/system"), "multi-user.target.wants"
TEXT = """\
# Written by ./lab plan reboots --service, taken away at the end of the series or by: ./lab plan reboots --stop
[Unit]
Description=secretmem-lab goes on with its series of boots
After=multi-user.target
ConditionPathExists={series}/plan.json
ConditionKernelCommandLine=!{stop}

[Service]
Type=exec
WorkingDirectory={checkout}
Environment=LAB_NO_INSTALL=1 {results}
TimeoutStartSec=300
ExecStartPre=/bin/sleep {wait_s}
ExecStart={checkout}/lab run --continue --reboot
StandardOutput=journal+console
StandardError=journal+console

[Install]
WantedBy=multi-user.target
"""


def written(checkout: Path, series: Path, results: Path, root: Path = ROOT) -> Path:
    """Write the unit and enable it; returns its path.

    Raises LabError where there is no systemd, where a path has white space, or where it cannot be written.
    """
    if not (root / "run/systemd/system").exists():
        raise LabError("boot-no-systemd", "there is no systemd here to go on at each boot", remedy="type it by hand")
    for path in (checkout, series, results):
        if len(str(path).split()) != 1 or "%" in str(path):
            raise LabError("boot-unwritable", f"{str(path)!r} cannot stand in a unit", "it has a space or a %")
    unit = root / FOLDER / UNIT
    told = TEXT.format(
        checkout=checkout, series=series, results=f"LAB_RESULTS={results}", wait_s=WAIT_S, stop=STOP_WORD
    )
    try:
        (unit.parent / WANTS).mkdir(parents=True, exist_ok=True)
        replace(unit, told.encode())
        with contextlib.suppress(FileExistsError):
            (unit.parent / WANTS / UNIT).symlink_to(f"../{UNIT}")
        sync_folder(unit.parent / WANTS)
    except (OSError, LabError) as error:
        removed(root)
        why = error.why if isinstance(error, LabError) else error.strerror or ""
        raise LabError("boot-unwritable", f"cannot write to {unit}", why, "call it as root") from None
    return unit


def removed(root: Path = ROOT) -> bool:
    """Take the unit away; tells whether there was one. Raises LabError where it cannot be taken away."""
    folder = root / FOLDER
    paths = [path for path in (folder / WANTS / UNIT, folder / UNIT) if os.path.lexists(path)]
    for path in paths:
        try:
            path.unlink()
            sync_folder(path.parent)
        except OSError as error:
            raise LabError(
                "boot-unwritable", f"cannot remove {path}", error.strerror or "", "call it as root"
            ) from None
    return bool(paths)


def is_there(root: Path = ROOT) -> bool:
    """Tell whether a unit is there."""
    return os.path.lexists(root / FOLDER / WANTS / UNIT)
