"""Other processes as /proc shows them."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from bench.host import privilege, process

Plant = Callable[[dict[str, str]], Path]
STAT = "7 (a) b (c) S 1 7 7 0 -1 4194560 1 2 3 4 5 6 7 8 20 0 1 0 4242 9 10\n"


def test_start_is_counted_from_the_last_bracket_of_a_hostile_name() -> None:
    assert process.parse_start_ticks(STAT) == 4242
    assert process.parse_start_ticks("") is None


def test_start_is_a_date_from_the_boot_on(plant: Plant) -> None:
    root = plant({"proc/7/stat": STAT, "proc/stat": "cpu 1\nbtime 1700000000\n"})
    found = process.since(7, root)
    assert found is not None
    assert 1700000000 < found.timestamp() < 1700000100


def test_hidden_process_has_no_start_and_no_command(plant: Plant) -> None:
    root = plant({"proc/stat": "btime 1700000000\n"})
    assert process.since(7, root) is None
    assert process.command(7, root) == ""


def test_command_is_one_line_that_cannot_reach_the_terminal(plant: Plant) -> None:
    root = plant({"proc/7/cmdline": "lab\0run\0\x1b[2J\n\0"})
    assert process.command(7, root) == "lab run ?[2J?"


def test_capabilities_are_read_by_their_bits() -> None:
    root = privilege.parse("CapEff:\t000001ffffffffff\nSeccomp:\t0\n")
    assert root.capabilities == {"ipc_lock", "sys_admin", "sys_resource", "perfmon", "bpf"}
    assert not root.filtered
    assert privilege.parse("CapEff:\t0000000000004000\n").capabilities == {"ipc_lock"}
    assert privilege.parse("CapEff:\t000000c000000000\n").capabilities == {"perfmon", "bpf"}


def test_seccomp_filter_is_seen_and_strict_mode_is_not_one() -> None:
    assert privilege.parse("Seccomp:\t2\n").filtered
    assert not privilege.parse("Seccomp:\t1\nSeccomp_filters:\t2\n").filtered
