"""The command lines of the native programs: the same words as in Python, and plain answers to wrong ones."""

from __future__ import annotations

import json
import re
import subprocess

import pytest

from bench.run.executor import flags
from workloads.catalog import CATALOG
from workloads.program import PROGRAMS
from workloads.spec import Condition, Workload

NAMES = ("probe", *(workload.name for workload in CATALOG))
OWN = {"cpus", "samples", "help"}
BY_HAND = {"seed", "look-through", "timeline", "recording", "server", "group", "folder"}
"""What only a person gives, or the harness for several conditions at once."""
OPTION = re.compile(r"^  --([a-z-]+) ", re.MULTILINE)
EACH = pytest.mark.parametrize("workload", CATALOG, ids=lambda workload: str(workload.name))

WRONG = [
    (("probe", "--pages", "1"), "--pages"),
    (("fault_latency", "--no-such-option", "1"), "--no-such-option"),
    (("fault_latency", "pages"), "pages"),
    (("fault_latency", "--pages"), "--pages"),
    (("fault_latency", "--pages", "0"), "--pages"),
    (("fault_latency", "--pages", "-1"), "--pages"),
    (("fault_latency", "--pages", "12x"), "--pages"),
    (("fault_latency", "--pages", ""), "--pages"),
    (("fault_latency", "--pages", "99999999999999999999"), "--pages"),
    (("fault_latency", "--others", "asleep"), "--others"),
    (("fault_latency", "--backing", "paper"), "--backing"),
    (("fault_latency", "--cpus", "1;0"), "--cpus"),
    (("fault_latency", "--cpus", "1,,0"), "--cpus"),
    (("fault_latency", "--cpus", ""), "--cpus"),
    (("fault_latency", "--cpus", "0,"), "--cpus"),
    (("fault_latency", "--cpus", "0,0"), "--cpus"),
    (("fault_latency", "--threads", "2", "--cpus", "0"), "--threads"),
    (("fault_latency", "--history", "fresh", "--backing", "memfd"), "--history"),
    (("alloc_latency", "--way", "by_hand"), "--way"),
    (("alloc_latency", "--size", "4097"), "--size"),
    (("alloc_latency", "--count", "0"), "--count"),
    (("process_latency", "--event", "vfork"), "--event"),
    (("neighbour_throughput", "--victim", "nobody"), "--victim"),
    (("neighbour_throughput", "--victim", "compute+"), "--victim"),
    (("neighbour_throughput", "--aggressor", "nobody"), "--aggressor"),
    (("neighbour_throughput", "--rate", "-1"), "--timeline"),
    (("neighbour_throughput", "--timeline", "secret:,spin"), "--timeline"),
    (("neighbour_throughput", "--timeline", "secret:1,nobody"), "--timeline"),
    (("neighbour_throughput", "--window-ms", "50"), "--window-ms"),
    (("process_latency", "--cloexec", "maybe"), "--cloexec"),
    (("process_latency", "--backing", "hugetlb_2m"), "--backing"),
    (("known_delay", "--backing", "thp"), "--backing"),
    (("known_delay", "--delay-per-mille", "-1"), "--delay-per-mille"),
    (("lifetime", "--life", "immortal"), "--life"),
    (("lifetime", "--backing", "anonymous"), "--backing"),
    (("memlock", "--attempt", "nothing"), "--attempt"),
    (("uncached", "--bytes", "4097"), "--bytes"),
    (("uncached", "--range", "auto"), "--range"),
    (("uncached", "--backing", "thp"), "--backing"),
]


UNSUPPORTED = 3
LITTLE = ("--footprint", "1048576", "--rounds", "1", "--look-through", "64")
SMALL = {
    "fault_latency": ("--pages", "4"),
    "alloc_latency": ("--way", "malloc"),
    "arena": ("--requests", "8", "--held", "4"),
    "process_latency": (),
    "removal": ("--pages", "4"),
    "stale_entry": ("--pages", "4", "--rounds", "1"),
    "lifetime": ("--pages", "4", "--repeats", "1"),
    "memlock": (),
    "hibernation": (),
    "access": ("--who", "other"),
    "copy_latency": ("--pages", "4", "--rounds", "1"),
    "uncached": ("--bytes", "4096", "--rounds", "1"),
    "fragmentation": ("--pages", "4"),
    "known_delay": ("--batch", "2", "--batches", "2", "--rounds", "1"),
    "tlb_pressure": LITTLE,
    "tlb_reach": ("--pages", "2", "--rounds", "1"),
    "kernel_path": LITTLE,
    "memory_neighbour": ("--held", "1048576", "--region", "2097152"),
    "neighbour_throughput": ("--window-ms", "60", "--settle-ms", "20", "--chunk", "8"),
}


def run(name: str, *words: str) -> subprocess.CompletedProcess[str]:
    """Run a program by hand, without the border."""
    if not (PROGRAMS / name).exists():
        pytest.skip("the C programs are not built")
    return subprocess.run((PROGRAMS / name, *words), capture_output=True, text=True, check=False)


@EACH
def test_options_are_the_factors_that_the_program_applies(workload: Workload) -> None:
    told = set(OPTION.findall(run(workload.name, "--help").stdout))
    applied = {f.name.replace("_", "-") for f in workload.factors if f.applied_by not in ("host", "name")}
    assert told - OWN - (BY_HAND - applied) == applied
    assert told >= OWN


@EACH
def test_help_names_every_choice_and_default(workload: Workload) -> None:
    text = run(workload.name, "--help").stdout
    for factor in workload.factors:
        if factor.applied_by == "program":
            assert f"[{factor.default}]" in text, factor.name
        if factor.applied_by == "program" and factor.name != "backing":  # probe lists the backings
            assert "|".join(map(str, factor.choices)) in text, factor.name


@EACH
def test_every_choice_is_taken_by_the_program(workload: Workload) -> None:
    for factor in workload.factors:
        for choice in factor.choices:
            words = flags(workload, (Condition.of(workload.name, **{factor.name: choice}),), (0,))
            assert run(workload.name, *words, "--help").returncode == 0, choice


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize("word", ["--help", "-h"])
def test_help_says_what_the_program_is_and_how_it_ends(name: str, word: str) -> None:
    ended = run(name, word)
    assert (ended.returncode, ended.stderr) == (0, "")
    assert ended.stdout.startswith(f"{name}: ")
    assert "2: wrong options" in ended.stdout


@pytest.mark.parametrize(("words", "option"), WRONG, ids=[" ".join(words) for words, _ in WRONG])
def test_wrong_option_is_named_on_one_line(words: tuple[str, ...], option: str) -> None:
    ended = run(*words)
    assert ended.returncode == 2
    (line,) = ended.stderr.splitlines()
    assert line.startswith(f"{words[0]}: ") and option in line
    assert json.loads(ended.stdout)["status"] == "usage"


def test_value_may_follow_an_equals_sign() -> None:
    ended = run("fault_latency", "--pages=3", "--backing=memfd")
    assert json.loads(ended.stdout)["settings"]["pages"] == 3


@EACH
def test_by_hand_a_person_gets_a_summary_and_no_file(workload: Workload) -> None:
    ended = run(workload.name, *SMALL[workload.name])
    if ended.returncode == UNSUPPORTED:
        assert len(ended.stderr.splitlines()) == 1
        return
    assert ended.returncode == 0
    assert len(ended.stdout.splitlines()) == 1
    told = {line.split()[0] for line in ended.stderr.splitlines()}
    assert told == {series["metric"] for series in json.loads(ended.stdout)["series"]}


def test_report_says_how_the_program_was_built() -> None:
    build = json.loads(run("probe").stdout)["build"]
    assert all(build[key] for key in ("compiler", "flags", "architecture"))
    assert "-std=c11" in build["flags"]
