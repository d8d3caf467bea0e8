"""A fleet for real: sshd in network namespaces; one host fails, one is cut off, and nobody measures twice."""

from __future__ import annotations

import os
import re
import signal
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

from analysis.load import load
from bench.fleet.roll import read_roll
from tests.kernel.fleet_ground import Ground, Host, call, ground, lacking, processes, small_disk, until

WORDS = ("--", "--blocks", "1", "--pages", "16", "copies")
LONGER = ("--", "--blocks", "12", "--pages", "16", "copies")
AT_ONCE = ("--wait", "--now")


@pytest.fixture
def field(tmp_path: Path) -> Iterator[Ground]:
    """A ground without hosts."""
    pytest.importorskip("ansible", reason="Ansible is not installed: LAB_FLEET=1 ./lab --help")
    if why := lacking():
        pytest.skip(why)
    with ground(tmp_path) as made:
        yield made


def fetched(field: Ground) -> dict[str, list[Path]]:
    """Return the results that are here, by host."""
    (suite,) = (field.folder / "results" / "fleet").iterdir()
    found = {host: sorted(suite.glob(f"{host}/*/*")) for host in field.hosts}
    assert sorted(path for path in suite.iterdir() if path.name.startswith(".")) == [], "a draft was left"
    return {host: results for host, results in found.items() if results}


def measuring(host: Host) -> list[int]:
    """Return the processes that are the lab itself on a host."""
    return [pid for pid, line in processes(host.space).items() if " -m cli run " in line]


def begins(job: Path) -> int:
    """Return how often a host began to work on a suite."""
    return (job / "log").read_text().count("begun ")


def test_failing_and_vanished_hosts_are_named_while_the_others_arrive_and_nobody_measures_twice(field: Ground) -> None:
    good, cut, full, bare, shut = (field.add(name) for name in ("good", "cut", "full", "bare", "shut"))
    with small_disk(full.jobs, "96k"):
        hosts = field.inventory(
            good.line(), cut.line(), full.line(), bare.line(lab_checkout="/nonexistent"),
            shut.line(ansible_ssh_private_key_file=field.folder / "wrong_key"),
            good.line(ansible_host="10.231.1.9").replace("good ", "nobody ", 1),
        )  # fmt: skip
        status, said = field.lab("run", hosts, *LONGER)
        assert (status, said.count(": started\n")) == (1, 3), said
        assert re.search(r"^bare: failed: .*/nonexistent/bench/fleet/host.sh.* \[host-failed\]$", said, re.MULTILINE)
        assert re.search(r"^shut: unreachable: .*Permission denied.* \[host-unreachable\]$", said, re.MULTILINE)
        assert re.search(r"^nobody: unreachable: .+ \[host-unreachable\]$", said, re.MULTILINE)

        suite, said = cut_off(field, cut, hosts)
        assert re.search(r"^good: fetched, 1 result$", said, re.MULTILINE), said
        assert re.search(r"^cut: unreachable: .+ \[host-unreachable\]$", said, re.MULTILINE), said
        assert re.search(r"^full: [a-z-]+: .*(No space left|disk is full).*\[host-[a-z-]+\]$", said, re.MULTILINE), said
        assert list(fetched(field)) == ["good"]

        os.kill(suite, signal.SIGCONT)
        field.cable(cut, "up")
        call("mount", "-o", "remount,size=64m", full.jobs)
        until(lambda: (cut.job() / "status").exists(), "the one that was cut off to end", 60)
        go_on(field, field.inventory(good.line(), cut.line(), full.line()))
        assert [begins(host.job()) for host in (good, cut, full)] == [1, 1, 2]


def cut_off(field: Ground, host: Host, hosts: Path) -> tuple[int, str]:
    """Cut a host off while it measures and a fetch waits for it; returns its suite's process, and what the fetch says.

    The suite is held meanwhile, so that it measures for as long as that takes.
    """
    until(lambda: list(host.job().glob("results/*/*/runs.jsonl")) != [], "the first run", 60)
    (suite,) = measuring(host)
    os.kill(suite, signal.SIGSTOP)
    fetching = field.start("fetch", hosts, *AT_ONCE)
    until(lambda: any("flock --shared" in line for line in processes(host.space).values()), "the fetch to wait", 60)
    field.cable(host, "down")
    said = fetching.communicate(timeout=120)[0]
    assert fetching.returncode == 1, said
    return suite, said


def go_on(field: Ground, hosts: Path) -> None:
    """Begin the same suite again, where one host is done here, one there, and one was broken off; and fetch it."""
    status, said = field.lab("run", hosts, *LONGER)
    assert "good: fetched" in said and "cut: finished: before" in said and "full: started" in said, said
    status, said = field.lab("fetch", hosts, *AT_ONCE)
    assert (status, len(fetched(field))) == (1, 3), said  # the inventory has lost the other three
    for (result,) in fetched(field).values():
        assert load(result).seal


def test_nothing_is_asked_of_a_host_that_measures_and_nothing_of_the_fleet_works_beside_it(field: Ground) -> None:
    host = field.add("one")
    hosts = field.inventory(host.line())
    status, said = field.lab("run", hosts, *WORDS)
    assert (status, "one: started" in said) == (0, True), said
    beside = processes(host.space)
    runner = [pid for pid, line in beside.items() if "host.sh hold" in line]
    listener = [pid for pid, line in beside.items() if "sshd" in line]
    assert len(runner) == 1 and len(listener) == 1, beside
    before = ticks(runner + listener)
    status, said = field.lab("fetch", hosts)
    assert (status, "measuring until about" in said) == (1, True), said
    status, said = field.lab("run", hosts, *WORDS)
    assert (status, "measuring until about" in said) == (0, True), said
    assert (host.job() / "status").exists() or ticks(runner + listener) == before
    until(lambda: (host.job() / "status").exists(), "its end", 60)
    assert field.lab("fetch", hosts, "--now")[0] == 0
    assert begins(host.job()) == 1


def ticks(pids: list[int]) -> list[tuple[int, int]]:
    """Return the switches to each process that it asked for and that it did not: none while it sleeps."""
    found = []
    for pid in pids:
        status = Path(f"/proc/{pid}/status").read_text()
        found.append(tuple(int(number) for number in re.findall(r"ctxt_switches:\s+(\d+)", status)))
    return found  # type: ignore[return-value]


def test_second_suite_on_one_host_is_refused_by_its_lock_and_goes_on_later(field: Ground) -> None:
    host = field.add("one")
    hosts = field.inventory(host.line(), host.line(lab_jobs=host.folder / "other").replace("one ", "alias ", 1))
    field.lab("run", hosts, *WORDS)
    status, said = field.lab("fetch", hosts, *AT_ONCE)
    assert status == 1
    assert "another run has this machine" in said and "1 fetched" in said, said
    field.lab("run", hosts, *WORDS)
    status, said = field.lab("fetch", hosts, *AT_ONCE)
    assert (status, "2 fetched" in said) == (0, True), said


def test_results_that_are_too_large_or_not_what_they_seem_are_refused(field: Ground) -> None:
    host = field.add("one")
    hosts = field.inventory(host.line())
    field.lab("run", hosts, *WORDS)
    status, said = field.lab("fetch", hosts, *AT_ONCE, "--most", "4K")
    assert status == 1 and "[parcel-missing]" in said, said
    (samples,) = host.job().glob("results/*/*/samples.parquet")
    samples.write_bytes(samples.read_bytes()[:-1])
    (host.job() / "parcel.tar").unlink()
    status, said = field.lab("fetch", hosts, *AT_ONCE)
    assert status == 1 and "samples.parquet has another checksum" in said and "[parcel-refused]" in said, said
    assert fetched(field) == {}


@pytest.mark.parametrize("text", ["[broken\nnonsense without end", "", "../up ansible_host=10.231.1.2\n"])
def test_inventory_that_names_no_host_is_told(field: Ground, text: str) -> None:
    hosts = field.folder / "hosts.ini"
    hosts.write_text(text)
    status, said = field.lab("run", hosts, *WORDS)
    assert (status, "[fleet-failed]" in said) == (1, True), said
    assert read_roll(field.folder) is None


def test_ground_leaves_nothing(tmp_path: Path) -> None:
    if why := lacking():
        pytest.skip(why)
    before = call("ip", "netns", "list"), call("ip", "link")
    with pytest.raises(ZeroDivisionError), ground(tmp_path) as field:
        host = field.add("one")
        raise ZeroDivisionError
    assert (call("ip", "netns", "list"), call("ip", "link")) == before
    assert subprocess.run(("pgrep", "-f", str(host.folder)), capture_output=True, check=False).stdout == b""
