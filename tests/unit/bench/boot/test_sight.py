"""The sight of a boot: whether it is what was asked for."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from bench.boot.kind import ARM, X86, obstacle
from bench.boot.sight import Sight, changed, see, wrong
from tests.unit.bench.boot.paper import FOUR, GIB, ONE, TWO, sight
from workloads.spec import Unsupported

NONE_SEEN = Unsupported("bpf-missing", "no BPF")


def slug(seen: Sight, kind: object) -> str:
    found = wrong(seen, kind, "6.12")  # type: ignore[arg-type]
    return found.slug if found else ""


@pytest.mark.parametrize(
    ("seen", "kind", "expected"),
    [
        (sight("b", "1g"), ONE, ""),
        (sight("b", "2m"), TWO, ""),
        (sight("b", "1g"), TWO, "boot-other-words"),
        (sight("b", "2m"), ONE, "boot-other-words"),
        (sight("b", "1g", "6.13"), ONE, "boot-other-kernel"),
        (replace(sight("b", "1g"), map_bytes={"1g": GIB, "2m": 9 * GIB, "4k": GIB}), ONE, "boot-other-map"),
        (replace(sight("b", "2m"), map_bytes={"1g": GIB, "2m": 14 * GIB, "4k": GIB}), TWO, "boot-other-map"),
        (replace(sight("b", "2m"), map_bytes={}, seen_by=""), TWO, ""),
        (sight("b", "1g"), FOUR, "boot-other-words"),
    ],
)
def test_a_boot_is_what_was_asked_for_or_it_is_said_why_not(seen: Sight, kind: object, expected: str) -> None:
    assert slug(seen, kind) == expected


def test_4k_boots_have_nothing_larger_to_speak_of() -> None:
    asked = replace(sight("b"), command_line=("quiet", "debug_pagealloc=on"))
    assert slug(replace(asked, map_bytes={"1g": 0, "2m": 0, "4k": 16 * GIB}), FOUR) == ""
    assert slug(replace(asked, map_bytes={"1g": 0, "2m": 8 * GIB, "4k": 8 * GIB}), FOUR) == "boot-other-map"


def test_a_map_that_measuring_has_split_is_told() -> None:
    after = replace(sight("b", "1g"), map_bytes={"1g": 0, "2m": 15 * GIB, "4k": GIB})
    found = changed(after, ONE)
    assert (
        found
        and found.slug == "boot-map-changed"
        and "0% in 1g" in found.text
        and changed(sight("b", "1g"), ONE) is None
    )


def test_a_word_with_another_value_is_not_the_word() -> None:
    full, off = ARM
    seen = Sight("b", "6.12", ("rodata=full",), {}, "")
    assert (slug(seen, full), slug(seen, off)) == ("", "boot-other-words")


def test_meminfo_speaks_where_there_is_no_atlas(tmp_path: Path) -> None:
    for name, text in {
        "proc/meminfo": "MemTotal: 16 kB\nDirectMap4k:  1024 kB\nDirectMap2M:  8192 kB\n",
        "proc/cmdline": 'quiet nogbpages acpi="a b"\n',
        "proc/sys/kernel/osrelease": "6.12\n",
        "proc/sys/kernel/random/boot_id": "11111111-2222-3333-4444-555555555555\n",
    }.items():
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_text(text)
    seen = see(NONE_SEEN, tmp_path)
    assert (seen.map_bytes, seen.seen_by) == ({"4k": 1 << 20, "2m": 8 << 20, "1g": 0}, "meminfo")
    assert seen.command_line == ("quiet", "nogbpages", 'acpi="a b"') and len(seen.boot) == 12
    (tmp_path / "proc/meminfo").write_text("MemTotal: 16 kB\n")  # arm64
    assert (see(NONE_SEEN, tmp_path).map_bytes, see(NONE_SEEN, tmp_path).seen_by) == ({}, "")


def test_a_cpu_without_pages_of_1_gb_is_told_before(tmp_path: Path) -> None:
    (tmp_path / "proc").mkdir()
    (tmp_path / "proc/cpuinfo").write_text("flags\t: fpu tsc\n")
    found = obstacle(X86[0], tmp_path, "x86_64")
    assert found and found.slug == "boot-no-1g" and obstacle(X86[1], tmp_path, "x86_64") is None
    (tmp_path / "proc/cpuinfo").write_text("flags\t: fpu pdpe1gb\n")
    assert obstacle(X86[0], tmp_path, "x86_64") is None


def test_a_kernel_that_cannot_map_all_in_4_kb_is_told_before(tmp_path: Path) -> None:
    (tmp_path / "proc/sys/kernel").mkdir(parents=True)
    (tmp_path / "boot").mkdir()
    (tmp_path / "proc/sys/kernel/osrelease").write_text("6.12\n")
    (tmp_path / "boot/config-6.12").write_text("# CONFIG_DEBUG_PAGEALLOC is not set\n")
    found = obstacle(FOUR, tmp_path, "x86_64")
    assert found and found.slug == "boot-no-4k"
    (tmp_path / "boot/config-6.12").write_text("CONFIG_DEBUG_PAGEALLOC=y\n")
    assert obstacle(FOUR, tmp_path, "x86_64") is None
