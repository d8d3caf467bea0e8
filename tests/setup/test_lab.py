"""./lab on a copy of the checkout: it makes what is missing, says so, and otherwise keeps quiet and touches nothing."""

from __future__ import annotations

import os
import socket
import subprocess
import sys
import time
import tomllib
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from tests.setup.conftest import Call

PROBE = "build/native/bin/probe"


@pytest.fixture
def ready(made: Path, call: Call) -> Path:
    """The checkout, whole: the first call of all makes it, and a test that broke it has it healed here."""
    done = call(made, "--help")
    assert done.returncode == 0, done.stderr
    return made


def stamps(checkout: Path) -> dict[str, int]:
    paths = [*(checkout / ".venv/lab").iterdir(), checkout / "build/native/lab-built", checkout / PROBE]
    return {str(path): path.stat().st_mtime_ns for path in paths}


def newer(path: Path) -> None:
    """Make a file newer than all that was built, whatever the clock's grain."""
    later = time.time() + 2
    os.utime(path, (later, later))


def test_first_calls_at_once_make_one_whole_environment(made: Path, call: Call) -> None:
    with ThreadPoolExecutor() as pool:
        both = list(pool.map(lambda _: call(made, "--help"), range(2)))
    assert [done.returncode for done in both] == [0, 0], both
    said = sorted((done.stderr for done in both), key=len)
    assert "waiting" in said[0]
    assert "making the environment" not in said[0]
    assert "making the environment" in said[1]
    assert "building its C programs" in said[1]
    assert all("Usage: ./lab" in done.stdout for done in both)


def test_second_call_is_quiet_and_touches_nothing(ready: Path, call: Call) -> None:
    before = stamps(ready)
    assert call(ready, "--help").stderr == ""
    assert stamps(ready) == before


def test_call_works_through_a_link_and_beside_folders_of_our_names(ready: Path, tmp_path: Path) -> None:
    (tmp_path / "cli").mkdir()
    (tmp_path / "cli" / "__main__.py").write_text("raise SystemExit('the wrong cli')")
    (tmp_path / "link").symlink_to(ready / "lab")
    done = subprocess.run(["./link", "--help"], cwd=tmp_path, capture_output=True, text=True, check=False)
    assert (done.returncode, done.stderr) == (0, "")


@pytest.mark.parametrize("name", ["workloads/probe/probe.c", "workloads/native/clock.h", "CMakeLists.txt"])
def test_changed_source_is_built_once(ready: Path, call: Call, name: str) -> None:
    before = (ready / PROBE).stat().st_mtime_ns
    (ready / name).write_text((ready / name).read_text().replace("static", "static ", 1) + "\n")
    assert "building the C programs" in call(ready, "--help").stderr
    assert name == "CMakeLists.txt" or (ready / PROBE).stat().st_mtime_ns > before
    assert call(ready, "--help").stderr == ""


def test_source_that_does_not_compile_is_shown_and_stops(ready: Path, call: Call) -> None:
    source = ready / "workloads/probe/probe.c"
    text = source.read_text()
    source.write_text(text + "#error broken here\n")
    done = call(ready, "--help")
    source.write_text(text)
    assert (done.returncode, done.stdout) == (1, "")
    assert "broken here" in done.stderr
    assert done.stderr.splitlines()[-1].startswith("lab: the C programs could not be built")
    assert call(ready, "--help").returncode == 0


def test_changed_project_is_installed_again(ready: Path, call: Call) -> None:
    newer(ready / "pyproject.toml")
    assert "installing the lab itself" in call(ready, "--help").stderr
    os.utime(ready / "pyproject.toml")
    call(ready, "--help")
    assert call(ready, "--help").stderr == ""


def test_installer_that_is_out_of_reach_is_replaced(ready: Path, call: Call, tmp_path: Path) -> None:
    newer(ready / "pyproject.toml")
    (ready / ".venv/bin/uv").unlink(missing_ok=True)
    under_sudo = {"PATH": "/usr/sbin:/usr/bin:/sbin:/bin", "HOME": str(tmp_path), "LAB_NO_INSTALL": "1"}
    done = call(ready, "--help", env={**under_sudo, "LAB_PYTHON": os.path.realpath(sys.executable)})
    os.utime(ready / "pyproject.toml")
    assert done.returncode == 0, done.stderr
    assert "installing the lab itself" in done.stderr


@pytest.fixture
def measuring(ready: Path, tmp_path: Path) -> Iterator[None]:
    """What looks like a run from the checkout: its command line, and a socket whose name ends as the lock's."""
    # sitecustomize is imported before anything else: the process stops there and never measures.
    (tmp_path / "sitecustomize.py").write_text(
        "print('here', flush=True); import os, time; time.sleep(60); os._exit(1)"
    )
    run = (ready / ".venv/bin/python", "-P", "-m", "cli", "run")
    env = {**os.environ, "PYTHONPATH": str(tmp_path)}
    with socket.socket(socket.AF_UNIX) as lock, subprocess.Popen(run, env=env, stdout=subprocess.PIPE) as process:
        lock.bind("\0test@secretmem-lab")
        assert process.stdout
        process.stdout.readline()
        yield
        process.kill()


@pytest.mark.usefixtures("measuring")
def test_nothing_that_a_run_uses_is_replaced_under_it(ready: Path, call: Call) -> None:
    newer(ready / "workloads/probe/probe.c")
    before = stamps(ready)
    help_, test = call(ready, "--help"), call(ready, "test")
    os.utime(ready / "workloads/probe/probe.c")
    assert "is built after it" in help_.stderr
    assert help_.returncode == 0
    assert "wait for its end" in test.stderr
    assert test.returncode == 1
    assert stamps(ready) == before


def test_environment_whose_python_is_gone_heals(ready: Path, call: Call) -> None:
    (ready / ".venv/bin/python").unlink()
    (ready / ".venv/bin/python").symlink_to("/gone/python3")
    done = call(ready, "--help")
    assert done.returncode == 0, done.stderr
    assert "making the environment" in done.stderr


def test_half_made_environment_heals(ready: Path, call: Call) -> None:
    (ready / ".venv/lab/home").unlink()
    for path in (ready / ".venv/lib").rglob("click/core.py"):
        path.unlink()
    assert call(ready, "--help").returncode == 0


def test_changed_lock_makes_the_environment_anew(ready: Path, call: Call) -> None:
    lock = ready / "requirements/run.txt"
    lock.write_text(lock.read_text() + "# changed\n")
    done = call(ready, "--help")
    assert done.returncode == 0, done.stderr
    assert "requirements/run.txt" in done.stderr
    assert (ready / ".venv/lab/run.txt").read_text() == lock.read_text()


@pytest.mark.skipif(os.geteuid() != 0, reason="needs root, to become another user")
def test_other_user_runs_what_root_has_made_and_is_told_when_it_is_out_of_date(ready: Path, call: Call) -> None:
    if not os.access(os.path.realpath(ready / ".venv/bin/python"), os.X_OK):
        pytest.skip("the only Python here is not for everybody")
    done = call(ready, "--help", user=65534)
    assert (done.returncode, done.stderr) == (0, "")
    newer(ready / "workloads/probe/probe.c")
    done = call(ready, "--help", user=65534)
    assert (done.returncode, done.stdout) == (1, "")
    assert f"type: sudo {ready}/lab --help" in done.stderr
    os.utime(ready / "workloads/probe/probe.c")


@pytest.mark.skipif(os.geteuid() != 0, reason="needs root, to become another user")
@pytest.mark.parametrize(
    ("command", "word", "told"), [("notebook", "LAB_NOTEBOOK", "1_first_look"), ("fleet", "LAB_FLEET", "hosts.ini")]
)
def test_other_user_is_told_how_to_have_what_few_commands_need_and_may_read_of_them(
    ready: Path, call: Call, command: str, word: str, told: str
) -> None:
    if not os.access(os.path.realpath(ready / ".venv/bin/python"), os.X_OK):
        pytest.skip("the only Python here is not for everybody")
    done = call(ready, command, user=65534)
    assert (done.returncode, done.stdout) == (1, "")
    assert f"type: sudo {word}=1 {ready}/lab --help" in done.stderr
    done = call(ready, command, "--help", user=65534)
    assert (done.returncode, done.stderr) == (0, "") and told in done.stdout


def test_project_is_importable_from_anywhere(ready: Path) -> None:
    look = "import bench, workloads, analysis, cli, importlib.metadata as m; print(m.version('secretmem-lab'))"
    python = ready / ".venv/bin/python"
    done = subprocess.run([python, "-P", "-c", look], cwd="/", capture_output=True, text=True, check=True)
    assert done.stdout.strip() == tomllib.loads((ready / "pyproject.toml").read_text())["project"]["version"]
    assert sys.executable != str(python)
