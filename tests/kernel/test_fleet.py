"""A fleet for real: sshd in network namespaces; one host fails, one is cut off, and nobody measures twice."""

from __future__ import annotations

import os
import re
import shutil
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from analysis.load import load
from bench.fleet.roll import read_roll
from cli.suite import understand
from tests.kernel.fleet_ground import Ground, Host, call, ground, lacking, processes, small_disk, until
from tests.kernel.fleet_liar import DONE, OWNED, Liar, liars, settle

ROOT = Path(__file__).resolve().parents[2]
WORDS = ("--", "--blocks", "1", "--pages", "16", "copies")
LONGER = ("--", "--blocks", "12", "--pages", "16", "copies")
LONGEST = ("--", "--blocks", "2000", "--pages", "16", "copies")
AT_ONCE = ("--wait", "--now")


@pytest.fixture
def field(tmp_path: Path) -> Iterator[Ground]:
    """A ground without hosts."""
    pytest.importorskip("ansible", reason="Ansible is not installed: LAB_FLEET=1 ./lab --help")
    if why := lacking():
        pytest.skip(why)
    with ground(tmp_path) as made:
        yield made


def ask(field: Ground, *words: str | Path) -> tuple[int, str]:
    """Call ./lab fleet; what it says stands with a test that fails, or with all of them (pytest -rA)."""
    status, said = field.lab(*words)
    sys.stdout.write(f"$ ./lab fleet {' '.join(map(str, words))}\n{said}\n")
    return status, said


def suite_of(field: Ground) -> Path:
    """Return the folder of the only suite, here."""
    (found,) = (field.folder / "results" / "fleet").iterdir()
    return found


def fetched(field: Ground) -> dict[str, list[Path]]:
    """Return the results that are here, by host."""
    suite = suite_of(field)
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
        status, said = ask(field, "run", hosts, *LONGER)
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
    sys.stdout.write(f"$ ./lab fleet fetch {hosts} {' '.join(AT_ONCE)}\n{said}\n")
    assert fetching.returncode == 1, said
    return suite, said


def go_on(field: Ground, hosts: Path) -> None:
    """Begin the same suite again, where one host is done here, one there, and one was broken off; and fetch it."""
    status, said = ask(field, "run", hosts, *LONGER)
    assert "good: fetched" in said and "cut: finished: before" in said and "full: started" in said, said
    status, said = ask(field, "fetch", hosts, *AT_ONCE)
    assert (status, len(fetched(field))) == (0, 3), said
    for (result,) in fetched(field).values():
        assert load(result).seal


def test_nothing_is_asked_of_a_host_that_measures_and_nothing_of_the_fleet_works_beside_it(field: Ground) -> None:
    host = field.add("one")
    hosts = field.inventory(host.line())
    status, said = ask(field, "run", hosts, *LONGEST)
    assert (status, "one: started" in said) == (0, True), said
    until(lambda: list(host.job().glob("results/*/*/runs.jsonl")) != [], "the first run", 60)
    beside = [pid for pid, line in processes(host.space).items() if "host.sh hold" in line or "sshd" in line]
    before = switches(beside)
    assert len(before) == 2
    for words, expected in (("fetch", hosts), 1), (("run", hosts, *LONGEST), 0), (("status", hosts), 1):
        status, said = ask(field, *words)
        assert (status, "measuring until about" in said) == (expected, True), said
    (suite,) = measuring(host)
    assert switches(beside) == before
    os.kill(suite, signal.SIGTERM)
    status, said = ask(field, "fetch", hosts, *AT_ONCE)
    assert (status, "one: failed: stopped by SIGTERM" in said) == (1, True), said
    assert begins(host.job()) == 1


def switches(pids: list[int]) -> list[list[str]]:
    """Return how often each process gave up its CPU, and how often it was taken from it: no more while it sleeps."""
    return [re.findall(r"ctxt_switches:\s+(\d+)", Path(f"/proc/{pid}/status").read_text()) for pid in pids]


def test_second_suite_on_one_host_is_refused_by_its_lock_and_goes_on_later(field: Ground) -> None:
    host = field.add("one")
    hosts = field.inventory(host.line(), host.line(lab_jobs=host.folder / "other").replace("one ", "alias ", 1))
    ask(field, "run", hosts, *WORDS)
    status, said = ask(field, "fetch", hosts, *AT_ONCE)
    assert status == 1
    assert "another run has this machine" in said and "1 fetched" in said, said
    ask(field, "run", hosts, *WORDS)
    status, said = ask(field, "fetch", hosts, *AT_ONCE)
    assert (status, "2 fetched" in said) == (0, True), said


def test_results_that_are_too_large_or_not_what_they_seem_are_refused(field: Ground) -> None:
    host = field.add("one")
    hosts = field.inventory(host.line())
    ask(field, "run", hosts, *WORDS)
    status, said = ask(field, "fetch", hosts, *AT_ONCE, "--most", "4K")
    assert status == 1 and "[parcel-missing]" in said, said
    (samples,) = host.job().glob("results/*/*/samples.parquet")
    samples.write_bytes(samples.read_bytes()[:-1])
    (host.job() / "parcel.tar").unlink()
    status, said = ask(field, "fetch", hosts, *AT_ONCE)
    assert status == 1 and "samples.parquet has another checksum" in said and "[parcel-refused]" in said, said
    assert fetched(field) == {}


def test_hosts_that_lie_are_named_with_a_reason_each_while_the_others_arrive(field: Ground) -> None:
    host, job = field.add("one"), understand("hosts", WORDS[1:])[0].name
    told = liars(field.folder)
    twin = Liar(r"refused: one has sent the same result.* \[parcel-refused\]", DONE)
    lines = [settle(host, name, liar, job) for name, liar in (told | {"twin": twin}).items()]
    hosts = field.inventory(host.line(), *lines)
    status, said = ask(field, "run", hosts, *WORDS)
    assert (status, said.count(": started")) == (0, len(lines) + 1), said
    until(lambda: (host.job() / "status").exists(), "the honest host to be done", 60)
    call("sh", ROOT / "bench/fleet/host.sh", "pack", host.job())
    shutil.copy(host.job() / "parcel.tar", host.folder / "twin" / "jobs" / job)

    status, said = ask(field, "fetch", hosts, "--now", "--patience", "20", "--most", "16M")
    assert status == 1
    assert "one: fetched, 1 result" in said.splitlines(), said
    for name, liar in (told | {"twin": twin}).items():
        assert re.search(rf"^{name}: {liar.told}$", said, re.MULTILINE), (name, said)
    assert list(fetched(field)) == ["one"]
    assert list(field.folder.rglob(OWNED)) == []
    assert "\x1b" not in said and "\\u001b" not in (suite_of(field) / "roll.json").read_text()
    assert call("ip", "netns", "pids", field.controller) == "", "a connection was left"


@pytest.mark.parametrize("text", ["[broken\nnonsense without end", "", "../up ansible_host=10.231.1.2\n"])
def test_inventory_that_names_no_host_is_told(field: Ground, text: str) -> None:
    hosts = field.folder / "hosts.ini"
    hosts.write_text(text)
    status, said = ask(field, "run", hosts, *WORDS)
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
