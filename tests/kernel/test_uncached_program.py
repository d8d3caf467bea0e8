"""uncached on the running kernel: every work in every state, and no physical range but a reserved one that was named.

No speed is asserted. A folder with a memory map and a file in place of /dev/mem stands in where that is not there.
"""

from __future__ import annotations

import json
import os
import re
import subprocess
from pathlib import Path

import pytest

from tests.kernel.test_refused_program import NOBODY
from workloads.program import PROGRAMS, Failed, Outcome, Refused, Success, run_program
from workloads.uncached import WORKS

ROUNDS, SIZE = 3, 4096
SMALL = ("--bytes", str(SIZE), "--rounds", str(ROUNDS))
MAP = """\
00000000-00000fff : Reserved
00001000-0000ffff : System RAM
  00002000-00007fff : reserved
00010000-0001ffff : Reserved
00020000-0002ffff : Reserved
  00021000-00021fff : PCI ECAM 0000
00030000-0003ffff : ACPI Tables
00050000-0005ffff : reserved
"""
"""0x40000 to 0x4ffff is not in it. A run takes 16 KB."""
WRONG = ("auto", "1000", "1000-1ffe", "1001-1fff", "2000-1fff", "1000-1fff,", "-1-fff", "1000-ffffffffffffffff")
HIDDEN = "".join(f"00000000-00000000 : {name}\n" for name in ("Reserved", "System RAM"))
REFUSED = {
    "System RAM": "00008000-0000bfff",
    "reserved for the kernel inside System RAM": "00002000-00005fff",
    "half of it System RAM": "0000f000-00013fff",
    "something in it": "00020000-00023fff",
    "another kind": "00030000-00033fff",
    "not in the map": "00040000-00043fff",
    "reaches out of the map": "0005e000-00061fff",
    "two neighbours": "0001d000-00020fff",
    "too small": "00010000-00012fff",
}


def run(folder: Path, *words: str) -> Outcome:
    if not (PROGRAMS / "uncached").exists():
        pytest.skip("the C programs are not built")
    return run_program("uncached", (*SMALL, *words), folder / "raw", 60.0)


def made(folder: Path, text: str = MAP) -> Path:
    """Return a folder with a memory map, and bytes that are to be there again afterwards."""
    (folder / "iomem").write_text(text)
    (folder / "mem").write_bytes(bytes(range(256)) * 0x600)
    return folder


def counts(outcome: Outcome) -> dict[str, int]:
    assert isinstance(outcome, Success) and outcome.samples is not None, outcome
    assert min(memoryview(outcome.samples.path.read_bytes()).cast("Q")) > 0
    return {series.metric: series.count for series in outcome.samples.series}


def expected(outcome: Outcome, *states: str) -> dict[str, int]:
    assert isinstance(outcome, Success)
    built_in = outcome.report["settings"]["aes"] == "instructions"
    return {f"{work}_{state}": ROUNDS for work in WORKS for state in states if built_in or work != "aes"}


@pytest.mark.parametrize("backing", ["secret", "memfd_locked", "anonymous"])
def test_each_work_has_a_reading_in_each_state_and_round(backing: str, tmp_path: Path) -> None:
    outcome = run(tmp_path, "--backing", backing)
    if isinstance(outcome, Refused):
        pytest.skip(f"{outcome.step} is refused here: {outcome.errno_name}")
    assert counts(outcome) == expected(outcome, "cached", "flushed", "elsewhere", "ordinary")
    assert isinstance(outcome, Success)
    assert outcome.report["settings"]["flush"] in ("clflushopt", "clflush", "dc civac")


@pytest.mark.parametrize("named", ["00010000-00013fff", "0001c000-0001ffff", "00050000-0005ffff"])
def test_a_reserved_range_is_worked_on_and_what_lay_there_is_put_back(named: str, tmp_path: Path) -> None:
    before = (made(tmp_path) / "mem").read_bytes()
    outcome = run(tmp_path, "--caching", "uncached", "--range", named, "--folder", str(tmp_path))
    assert counts(outcome) == expected(outcome, "ordinary", "uncached", "flushed")
    assert (tmp_path / "mem").read_bytes() == before


@pytest.mark.parametrize("named", REFUSED.values(), ids=list(REFUSED))
def test_any_other_range_is_refused_and_left_alone(named: str, tmp_path: Path) -> None:
    before = (made(tmp_path) / "mem").read_bytes()
    outcome = run(tmp_path, "--caching", "uncached", "--range", named, "--folder", str(tmp_path))
    assert isinstance(outcome, Refused) and (outcome.step, outcome.errno_name) == ("reserved", "EACCES")
    assert (tmp_path / "mem").read_bytes() == before


def test_no_address_is_guessed(tmp_path: Path) -> None:
    outcome = run(tmp_path, "--caching", "uncached", "--folder", str(made(tmp_path)))
    assert isinstance(outcome, Refused) and (outcome.step, outcome.errno_name) == ("range", "EOPNOTSUPP")


def test_a_map_without_addresses_says_nothing_of_a_range(tmp_path: Path) -> None:
    folder = made(tmp_path, HIDDEN)
    outcome = run(tmp_path, "--caching", "uncached", "--range", "00010000-00013fff", "--folder", str(folder))
    assert isinstance(outcome, Refused) and (outcome.step, outcome.errno_name) == ("reserved", "EPERM")


def test_a_kernel_without_the_device_is_told(tmp_path: Path) -> None:
    (made(tmp_path) / "mem").unlink()
    outcome = run(tmp_path, "--caching", "uncached", "--range", "00010000-00013fff", "--folder", str(tmp_path))
    assert isinstance(outcome, Refused) and (outcome.step, outcome.errno_name) == ("dev-mem", "ENODEV")


def test_memory_that_the_running_kernel_uses_is_refused_before_the_device_is_looked_at(tmp_path: Path) -> None:
    if os.geteuid() != 0:
        pytest.skip("only root is told addresses")
    lines = Path("/proc/iomem").read_text().splitlines()
    whole = (line.split()[0] for line in lines if re.match(r"[0-9a-f]+000-[0-9a-f]+fff : System RAM", line))
    ram = max(whole, key=lambda text: int(text.split("-")[0], 16))
    outcome = run(tmp_path, "--caching", "uncached", "--range", ram)
    assert isinstance(outcome, Refused) and (outcome.step, outcome.errno_name) == ("reserved", "EACCES")


def test_an_ordinary_user_gets_no_range(tmp_path: Path) -> None:
    if os.geteuid() != 0 or not (PROGRAMS / "uncached").exists():
        pytest.skip("only root can become another user, and the C programs have to be built")
    words = (PROGRAMS / "uncached", "--caching", "uncached", "--range", "00001000-00100fff")
    ended = subprocess.run((*NOBODY, *words), capture_output=True, text=True, check=False)
    if "Permission denied" in ended.stderr:
        pytest.skip("other users cannot reach the programs here")
    told = json.loads(ended.stdout)
    assert (ended.returncode, told["step"], told["errno_name"]) == (3, "reserved", "EPERM")


@pytest.mark.parametrize(
    "words",
    [
        ("--backing", "thp"),
        ("--bytes", "4097"),
        ("--bytes", "0"),
        ("--rounds", "0"),
        ("--caching", "none"),
        *(("--range", text) for text in WRONG),
    ],
)
def test_wrong_options_are_refused(words: tuple[str, ...], tmp_path: Path) -> None:
    outcome = run_program("uncached", words, tmp_path / "raw", 60.0) if (PROGRAMS / "uncached").exists() else None
    if outcome is None:
        pytest.skip("the C programs are not built")
    assert isinstance(outcome, Failed) and outcome.step == "options"
