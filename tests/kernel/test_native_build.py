"""The C programs: no warning from two compilers or on a second architecture, and nothing for the sanitizers to find."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from workloads.access import WHO
from workloads.catalog import CATALOG
from workloads.lifetime import LIVES
from workloads.memlock import ATTEMPTS
from workloads.neighbour_throughput import AGGRESSORS, VICTIMS
from workloads.program import CHECKOUT

TOOLS = Path(sys.executable).parent
NAMES = (
    "atlas",
    "atlas_walk",
    "follower",
    "guest",
    "holder",
    "probe",
    "secrets_held",
    *(workload.name for workload in CATALOG),
)
SOURCES = sorted(path for folder in ("workloads", "benchmarks") for path in (CHECKOUT / folder).rglob("*.[ch]"))
ARM = "aarch64-linux-gnu-gcc"
SMALL = ("--pages", "65")
SHORT = ("--window-ms", "60", "--settle-ms", "20", "--chunk", "16")
RUNS = [
    ("probe",),
    ("probe", "--clock"),
    ("guest", "--help"),
    ("guest", "--jobs", "/dev/null", "--wanted", "/dev/null"),
    *(
        ("fault_latency", *SMALL, "--backing", name)
        for name in ("anonymous", "anonymous_locked", "memfd", "memfd_locked")
    ),
    ("fault_latency", *SMALL, "--backing", "secret"),
    ("fault_latency", *SMALL, "--backing", "secret", "--threads", "2", "--cpus", "1,0"),
    ("fault_latency", *SMALL, "--backing", "secret", "--others", "spin_user", "--cpus", "1,0"),
    ("fault_latency", *SMALL, "--backing", "secret", "--others", "spin_kernel", "--cpus", "1,0"),
    ("fault_latency", "--backing", "thp", "--pages", "2"),
    ("fault_latency", "--backing", "hugetlb_1g", "--pages", "1"),
    *(
        ("alloc_latency", "--way", way, "--count", "5", "--size", "8192")
        for way in ("file_each", "arena", "arena_reuse")
    ),
    *(
        ("alloc_latency", "--way", way, "--count", "5", "--size", "8192")
        for way in ("malloc", "mmap_mlock", "memfd_mlock")
    ),
    *(
        ("secrets_held", "--secrets", "20", "--size", "5000", "--way", way)
        for way in ("file_each", "arena", "arena_guarded", "malloc_mlock", "memfd_mlock")
    ),
    *(
        ("arena", "--way", way, "--requests", "9", "--held", "4", "--between", between)
        for way in ("each", "arena")
        for between in ("none", "busy")
    ),
    ("arena", "--backing", "memfd_locked", "--requests", "1", "--held", "2"),
    *(("process_latency", *SMALL, "--repeats", "3", "--event", event) for event in ("fork", "execve")),
    ("process_latency", *SMALL, "--repeats", "3", "--event", "fork", "--backing", "secret"),
    ("known_delay", "--batch", "4", "--batches", "3", "--delay-per-mille", "50", "--backing", "secret"),
    ("known_delay", "--batch", "4", "--batches", "3", "--rounds", "1", "--backing", "anonymous_locked"),
    ("process_latency", *SMALL, "--repeats", "3", "--event", "execve", "--backing", "secret", "--cloexec", "no"),
    *(
        ("removal", *SMALL, "--life", life, "--threads", threads, "--cpus", "1,0")
        for life, threads in (("held", "2"), ("forked", "1"), ("executed", "2"), ("exited", "1"), ("killed", "1"))
    ),
    ("removal", *SMALL, "--backing", "memfd", "--life", "forked"),
    *(("stale_entry", "--rounds", "2", "--keeper", keeper, "--between", "flush") for keeper in ("other", "own")),
    *(("lifetime", *SMALL, "--repeats", "2", "--life", life, "--cpus", "1,0") for life in LIVES),
    ("lifetime", *SMALL, "--life", "in_flight", "--backing", "memfd_locked", "--cpus", "1,0"),
    *(("memlock", "--attempt", attempt) for attempt in ATTEMPTS),
    ("hibernation",),
    ("hibernation", "--folder", "/proc/self"),
    *(("access", "--who", who, "--backing", backing) for who in WHO for backing in ("secret", "memfd")),
    ("access", "--who", "other", "--guarded", "yes"),
    ("copy_latency", *SMALL, "--rounds", "2"),
    ("uncached", "--bytes", "8192", "--rounds", "2"),
    ("uncached", "--caching", "uncached", "--range", "1000-100fff"),
    *(
        ("fragmentation", *SMALL, "--split-budget", "2097152", "--use", use)
        for use in ("one_size", "mixed", "churn", "processes")
    ),
    ("fragmentation", *SMALL, "--split-budget", "2097152", "--rounds", "2", "--between", "busy"),
    ("fragmentation", *SMALL, "--split-budget", "2097152", "--use", "steered"),
    ("fragmentation", "--split-budget", "0"),
    *(
        ("memory_neighbour", "--question", question, "--held", "1048576", "--region", "4194304", *how)
        for question, how in (
            ("thp", ("--holder", "secret", "--placement", "churned")),
            ("hugetlb", ("--holder", "memfd_locked")),
            ("page_cache", ("--holder", "anonymous")),
        )
    ),
    ("fault_latency", "--pages", "none"),
    ("alloc_latency", "--help"),
    ("atlas",),
    *(
        ("atlas_walk", "--gigabytes", "1", "--share", "8", "--levels", levels, "--content", content)
        for levels, content in (("4", "plain"), ("5", "removed"), ("5", "hole"), ("4", "misplaced"), ("5", "scarred"))
    ),
    ("holder", "--help"),
    ("follower", "--cpus", "0", "--", "/bin/true"),
    ("follower", "--cpus", "none"),
    ("tlb_pressure", "--footprint", "1048576", "--rounds", "1", "--look-through", "64"),
    ("tlb_reach", "--pages", "2", "--rounds", "1"),
    ("kernel_path", "--footprint", "1048576", "--rounds", "1", "--look-through", "256"),
    *(("neighbour_throughput", "--victim", name, *SHORT, "--timeline", "secret:2000,spin") for name in VICTIMS),
    ("neighbour_throughput", *SHORT, "--timeline", ",".join(AGGRESSORS)),
    ("neighbour_throughput", *SHORT, "--timeline", "secret:nobody"),
]


def tool(name: str) -> str:
    """Return a tool of the environment, or skip."""
    path = TOOLS / name
    if not path.exists():
        pytest.skip(f"{name} is not installed in the environment")
    return str(path)


def build(folder: Path, *settings: str) -> Path:
    """Build all programs into a folder and return where they are; a warning fails."""
    ninja = f"-DCMAKE_MAKE_PROGRAM={tool('ninja')}"
    configure = (tool("cmake"), "-G", "Ninja", ninja, "-S", str(CHECKOUT), "-B", str(folder), *settings)
    for command in (configure, (tool("cmake"), "--build", str(folder))):
        ended = subprocess.run(command, cwd=CHECKOUT, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
        assert ended.returncode == 0, ended.stdout[-4000:]
    return folder / "bin"


@pytest.fixture(scope="module")
def sanitized(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return the folder of the programs as the preset `sanitize` builds them."""
    return build(tmp_path_factory.mktemp("sanitize"), "--preset", "sanitize")


@pytest.mark.parametrize("compiler", ["gcc", "clang"])
def test_compiler_has_nothing_to_say(compiler: str, tmp_path: Path) -> None:
    if shutil.which(compiler) is None:
        pytest.skip(f"{compiler} is not installed")
    programs = build(tmp_path, f"-DCMAKE_C_COMPILER={compiler}")
    assert sorted(path.name for path in programs.iterdir()) == sorted(NAMES)
    told = json.loads(subprocess.run((programs / "probe",), capture_output=True, check=True).stdout)["build"]
    assert told["compiler"].startswith({"gcc": "GNU", "clang": "Clang"}[compiler])


@pytest.fixture(scope="module")
def for_arm(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return the folder of the programs built for arm64."""
    if shutil.which(ARM) is None:
        pytest.skip(f"{ARM} is not installed")
    system = ("-DCMAKE_SYSTEM_NAME=Linux", "-DCMAKE_SYSTEM_PROCESSOR=aarch64", "-DCMAKE_EXE_LINKER_FLAGS=-static")
    return build(tmp_path_factory.mktemp("arm"), f"-DCMAKE_C_COMPILER={ARM}", *system)


def test_programs_are_built_for_arm64_too(for_arm: Path) -> None:
    machines = {path.name: path.read_bytes()[18:20] for path in for_arm.iterdir()}
    assert machines == dict.fromkeys(NAMES, b"\xb7\x00")  # EM_AARCH64 in e_machine


@pytest.mark.optional(reason="an emulator shows that the counter of arm64 is read, not how it behaves")
def test_probe_answers_on_arm64(for_arm: Path) -> None:
    emulator = shutil.which("qemu-aarch64-static") or shutil.which("qemu-aarch64")
    if emulator is None:
        pytest.skip("no emulator of arm64")
    report = json.loads(subprocess.run((emulator, for_arm / "probe"), capture_output=True, check=True).stdout)
    assert (report["clock"]["source"], report["clock"]["rate_from"]) == ("cntvct", "architecture")
    assert report["build"]["architecture"] == "aarch64"


def test_the_preset_puts_the_sanitizers_in(sanitized: Path) -> None:
    told = json.loads(subprocess.run((sanitized / "probe",), capture_output=True, check=True).stdout)["build"]
    assert "-fsanitize=address,undefined" in told["flags"]


@pytest.mark.parametrize("words", RUNS, ids=" ".join)
def test_program_runs_clean_under_the_sanitizers(sanitized: Path, words: tuple[str, ...]) -> None:
    if "1,0" in words and not {0, 1} <= os.sched_getaffinity(0):
        pytest.skip("one CPU only")
    ended = subprocess.run((sanitized / words[0], *words[1:]), capture_output=True, text=True, check=False)
    assert "Sanitizer" not in ended.stderr and "runtime error" not in ended.stderr, ended.stderr
    assert ended.returncode in (0, 2, 3), ended.stderr  # a sanitizer ends a program with 1


def test_sources_are_laid_out_by_clang_format() -> None:
    command = (tool("clang-format"), "--dry-run", "-Werror", *map(str, SOURCES))
    ended = subprocess.run(command, capture_output=True, text=True, check=False)
    assert SOURCES and ended.returncode == 0, ended.stderr
