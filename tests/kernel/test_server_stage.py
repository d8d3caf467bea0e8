"""Real servers: they answer, work under their load on their CPU, and leave nothing, however it ends."""

from __future__ import annotations

import os
import re
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from bench.host.belonging import PLACE, PREFIX
from bench.server import stage as staging
from bench.server.catalog import CATALOG, find
from bench.server.package import lacking
from bench.server.spec import Server
from bench.server.stage import Standing, answers, stage
from workloads.spec import Unsupported

ROOT = Path(__file__).parents[2]
NOBODY = 65534
STAGE_AND_WAIT = """
import os, sys
from bench.server.catalog import find
from bench.server.stage import stage
with stage(find(sys.argv[1]), (max(os.sched_getaffinity(0)),)) as standing:
    print(standing.server.pid, standing.load.pid, flush=True)
    sys.stdin.read()
"""


@pytest.fixture(autouse=True)
def runtime(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Have folders, listeners and shared memory afterwards as they were before."""
    before = scene()
    yield
    assert scene() == before


def scene() -> tuple[list[Path], set[str], str]:
    """Return the lab's folders, who listens, and the shared memory segments of this machine."""
    rows = [row.split() for row in Path("/proc/net/tcp").read_text().splitlines()[1:]]
    folders = sorted(PLACE.glob(f"{PREFIX}*-*/"))
    return folders, {row[1] for row in rows if row[3] == "0A"}, Path("/proc/sysvipc/shm").read_text()


def installed(name: str) -> Server:
    """Return a server, or skip."""
    server = find(name)
    assert server is not None
    if lacking((server,)):
        pytest.skip(f"{name} or its load generator is not installed: ./lab setup neighbours")
    return server


@pytest.fixture(params=[server.name for server in CATALOG])
def server(request: pytest.FixtureRequest) -> Server:
    """Return each server in its turn."""
    return installed(request.param)


def own_cpu() -> tuple[int, ...]:
    return (max(os.sched_getaffinity(0)),)


def user_of(pid: int) -> int:
    return Path(f"/proc/{pid}").stat().st_uid


def test_it_answers_under_load_where_it_was_put_and_as_nobody(server: Server) -> None:
    with stage(server, own_cpu()) as standing:
        assert isinstance(standing, Standing)
        assert standing.ended() is None
        assert re.fullmatch(r"[a-z-]+ \d+(\.\d+)+", standing.version)
        for child in (standing.server, standing.load):
            assert os.sched_getaffinity(child.pid) == set(own_cpu())
            assert user_of(child.pid) == (NOBODY if os.geteuid() == 0 else os.geteuid())
        assert Path(f"/proc/{standing.server.pid}/comm").read_text().strip() != "follower"
    assert standing.server.returncode is not None and standing.load.returncode is not None


def test_port_that_somebody_took_is_left_to_them(server: Server, monkeypatch: pytest.MonkeyPatch) -> None:
    with socket.socket() as taker:
        taker.bind(("127.0.0.1", 0))
        taker.listen()
        ports = iter((taker.getsockname()[1], staging.free_port()))
        monkeypatch.setattr(staging, "free_port", lambda: next(ports))
        with stage(server, own_cpu()) as standing:
            assert isinstance(standing, Standing)
            assert standing.ended() is None


def test_server_that_will_not_start_is_unsupported_with_its_last_lines() -> None:
    redis = installed("redis")
    broken = replace(redis, files=lambda place: {"redis.conf": "no-such-setting 1\n"})
    with stage(broken, own_cpu()) as refusal:
        assert isinstance(refusal, Unsupported)
    assert refusal.slug == "server-not-started"
    assert "no-such-setting" in refusal.reason and PREFIX not in refusal.reason


def test_data_that_cannot_be_made_is_unsupported_with_the_last_lines() -> None:
    postgresql = installed("postgresql")
    broken = replace(postgresql, prepare=lambda place: ((place.found["initdb"], "--no-such-option"),))
    with stage(broken, own_cpu()) as refusal:
        assert isinstance(refusal, Unsupported)
    assert "no-such-option" in refusal.reason


@pytest.mark.parametrize("victim", ["server", "load"])
def test_server_or_load_that_dies_in_the_middle_is_told(server: Server, victim: str) -> None:
    with stage(server, own_cpu()) as standing:
        assert isinstance(standing, Standing)
        child: subprocess.Popen[bytes] = getattr(standing, victim)
        child.kill()
        child.wait()
        failure = standing.ended()
        assert failure is not None and failure.slug == f"{victim}-ended"


def test_nothing_is_left_when_the_block_fails(server: Server) -> None:
    with pytest.raises(RuntimeError), stage(server, own_cpu()):
        raise RuntimeError


def test_the_next_command_clears_up_after_sigkill(server: Server, tmp_path: Path) -> None:
    environment = {**os.environ, "PYTHONPATH": str(ROOT)}
    command = (sys.executable, "-c", STAGE_AND_WAIT, server.name)
    with subprocess.Popen(command, env=environment, text=True, stdin=subprocess.PIPE, stdout=subprocess.PIPE) as lab:
        assert lab.stdout is not None
        pids = [int(word) for word in lab.stdout.readline().split()]
        lab.send_signal(signal.SIGKILL)
    ended = subprocess.run((sys.executable, "-m", "cli", "list"), cwd=ROOT, capture_output=True, text=True, check=True)
    assert "[belonging-removed]" in ended.stderr
    for pid in pids:
        wait_until_gone(pid)


def wait_until_gone(pid: int) -> None:
    """A process that got its signal from the kernel takes a moment to end, and this one is not its parent."""
    for _ in range(200):
        if not Path(f"/proc/{pid}").exists():
            return
        time.sleep(0.05)
    raise AssertionError(f"process {pid} is still there after 10 s")


def test_answer_of_another_kind_of_server_is_none() -> None:
    redis, nginx = installed("redis"), installed("nginx")
    with stage(nginx, own_cpu()) as standing:
        assert isinstance(standing, Standing)
        port = int(standing.address.rpartition(":")[2])
        place = staging.Place(standing.folder, port, {})
        assert answers(nginx, place)
        assert not answers(redis, place)
