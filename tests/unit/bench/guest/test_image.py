"""The initramfs: an archive that other programs can read, too."""

from __future__ import annotations

import shutil
import subprocess
from pathlib import Path

import pytest

from bench.guest.image import make_image
from bench.guest.job import Job

JOBS = (Job("probe", ("--fentry",)), Job("removal", output=True), Job("probe"))


def programs(folder: Path) -> Path:
    for name in ("guest", "probe", "removal", "atlas"):
        (folder / name).write_bytes(name.encode())
    return folder


def test_only_what_is_run_is_in_it_each_once(tmp_path: Path) -> None:
    if shutil.which("cpio") is None:
        pytest.skip("cpio is not installed")
    whole = make_image(programs(tmp_path), JOBS, ("/proc/cpuinfo", "?/sys/x"))
    listed = subprocess.run(("cpio", "-t", "--quiet"), input=whole, capture_output=True, check=True).stdout.split()
    names = {b"init", b"dev/console", b"lab/bin/probe", b"lab/bin/removal", b"lab/jobs", b"lab/wanted"}
    assert names <= set(listed) and len(listed) == len(set(listed)) and b"lab/bin/atlas" not in listed


def test_its_files_hold_what_they_are_to_hold(tmp_path: Path) -> None:
    if shutil.which("cpio") is None:
        pytest.skip("cpio is not installed")
    whole, out = make_image(programs(tmp_path), JOBS, ("/proc/cpuinfo", "?/sys/x")), tmp_path / "out"
    out.mkdir()
    wanted = ("cpio", "-id", "--quiet", "init", "lab/*")
    subprocess.run(wanted, input=whole, cwd=out, capture_output=True, check=True)
    assert (out / "init").read_text() == "guest" and (out / "init").stat().st_mode & 0o111
    assert (out / "lab/jobs").read_bytes() == b"".join(job.line() for job in JOBS)
    assert (out / "lab/wanted").read_text() == "/proc/cpuinfo\n?/sys/x\n"
