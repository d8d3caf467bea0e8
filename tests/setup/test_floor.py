"""./lab where something is missing: one line that says what to type, and nothing done behind anybody's back."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from tests.setup.conftest import ROOT, Call

TOOLS = ("sh", "cat", "cmp", "cp", "cut", "date", "dirname", "find", "flock", "grep", "id", "mkdir", "mv", "readlink")
TOOLS += ("rm", "sed", "stat", "tail", "touch", "uname", "chmod", "tr")


def fake(folder: Path, name: str, script: str) -> None:
    """Put a program of our own on PATH."""
    path = folder / name
    path.unlink(missing_ok=True)
    path.write_text(f"#!/bin/sh\n{script}\n")
    path.chmod(0o755)


@pytest.fixture
def tools(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder for PATH with what the floor has: no compiler, and no package manager."""
    folder = tmp_path_factory.mktemp("tools")
    for name in TOOLS:
        found = shutil.which(name)
        assert found, name
        (folder / name).symlink_to(found)
    fake(folder, "python3", f'exec {os.path.realpath(sys.executable)} "$@"')
    return folder


def only(tools: Path, **more: str) -> dict[str, str]:
    return {"PATH": str(tools), "HOME": str(tools), **more}


def test_other_system_than_linux_is_named(bare: Path, tools: Path, call: Call) -> None:
    fake(tools, "uname", "echo Darwin")
    done = call(bare, "--help", env=only(tools))
    assert (done.returncode, done.stdout) == (1, "")
    assert done.stderr == "lab: this measures a system call of Linux; here is Darwin\n"


def test_python_that_is_none_is_named(bare: Path, call: Call) -> None:
    done = call(bare, "--help", env={"LAB_PYTHON": "/nowhere/python3"})
    assert (done.returncode, done.stdout) == (1, "")
    assert done.stderr == "lab: LAB_PYTHON=/nowhere/python3 is not a Python 3.11 or newer that runs here\n"


@pytest.mark.parametrize(
    ("manager", "line"),
    [
        ("apt-get", "sudo apt-get install -y gcc libc6-dev"),
        ("dnf", "sudo dnf install -y gcc glibc-devel"),
        ("zypper", "sudo zypper --non-interactive install gcc glibc-devel"),
        ("pacman", "sudo pacman -S --noconfirm gcc glibc"),
    ],
)
def test_missing_compiler_gives_an_ordinary_user_the_line_to_type(
    bare: Path, tools: Path, call: Call, manager: str, line: str
) -> None:
    fake(tools, "id", "echo 1000")
    fake(tools, manager, "echo called >&2; exit 1")
    fake(tools, "uv", "exit 0")
    done = call(bare, "--help", env=only(tools))
    assert (done.returncode, done.stdout) == (1, "")
    assert done.stderr == f"lab: a C compiler with its headers: missing; type: {line}\n"


def test_old_python_and_missing_compiler_are_one_line(bare: Path, tools: Path, call: Call) -> None:
    fake(tools, "id", "echo 1000")
    fake(tools, "apt-get", "exit 1")
    fake(tools, "python3", "exit 1")
    done = call(bare, "--help", env=only(tools))
    assert done.returncode == 1
    assert done.stderr.endswith("type: sudo apt-get install -y python3.11 python3.11-venv gcc libc6-dev\n")


def test_no_package_manager_still_says_what_is_missing(bare: Path, tools: Path, call: Call) -> None:
    fake(tools, "uv", "exit 0")
    done = call(bare, "--help", env=only(tools))
    assert done.returncode == 1
    assert done.stderr.startswith("lab: a C compiler with its headers: missing, and no package of it is known here")


def test_root_installs_what_is_missing_after_fetching_the_lists(bare: Path, tools: Path, call: Call) -> None:
    said = tools / "said"
    fake(tools, "id", "echo 0")
    fake(tools, "uv", "exit 0")
    fake(
        tools,
        "apt-get",
        f'echo "$DEBIAN_FRONTEND $*" >>{said}; case $* in *update*) touch {said}.new ;; esac; ls -d {said}.new',
    )
    (tools / "ls").symlink_to(shutil.which("ls") or "ls")
    done = call(bare, "--help", env=only(tools))
    assert re.search(r"installing with apt-get: gcc libc6-dev \.\.\. \d+ s\n", done.stderr)
    assert done.stderr.endswith("lab: a C compiler with its headers: still missing\n")
    calls = said.read_text().splitlines()
    assert [word in line for word, line in zip(("install", "update", "install"), calls, strict=True)] == [True] * 3
    assert all(line.startswith("noninteractive ") for line in calls)


def test_root_installs_nothing_when_asked_not_to(bare: Path, tools: Path, call: Call) -> None:
    fake(tools, "id", "echo 0")
    fake(tools, "uv", "exit 0")
    fake(tools, "apt-get", "echo called >&2")
    done = call(bare, "--help", env=only(tools, LAB_NO_INSTALL="1"))
    assert done.stderr == "lab: a C compiler with its headers: missing; type: apt-get install -y gcc libc6-dev\n"


def test_uv_is_told_what_pip_is_configured_with(tmp_path: Path) -> None:
    (tmp_path / "pip.conf").write_text(
        "[global]\nindex-url = https://one.example/simple\nextra-index-url = file:///two\n[list]\ncert = /no\n"
        "[install]\ntrusted-host: three.example\n"
    )
    script = f'. {ROOT}/requirements/environment.sh; uv_like_pip; echo "$UV_DEFAULT_INDEX|$UV_INDEX|$UV_INSECURE_HOST"'
    env = {"PATH": os.environ["PATH"], "PIP_CONFIG_FILE": str(tmp_path / "pip.conf"), "HOME": str(tmp_path)}
    done = subprocess.run(["sh", "-euc", script], env=env, capture_output=True, text=True, check=True)
    assert done.stdout == "https://one.example/simple|file:///two|three.example\n"


@pytest.mark.parametrize("shell", ["dash", "bash"])
def test_shell_reads_every_script(shell: str) -> None:
    if not shutil.which(shell):
        pytest.skip(f"no {shell} here")
    for script in [ROOT / "lab", *(ROOT / "requirements").glob("*.sh"), *(ROOT / "bench/fleet").glob("*.sh")]:
        subprocess.run([shell, "-n", script], check=True)


def test_shellcheck_finds_nothing() -> None:
    if not shutil.which("shellcheck"):
        pytest.skip("no shellcheck here")
    scripts = ["lab", ".ci/run", "bench/fleet/suite.sbatch", "tests/kernel/reboot_init.sh"]
    scripts += [str(path) for folder in ("requirements", "bench/fleet") for path in (ROOT / folder).glob("*.sh")]
    done = subprocess.run(["shellcheck", "-x", *scripts], cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout
