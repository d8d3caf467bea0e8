"""The walk of page tables, by the program that makes tables up: it compares with what it made, and this with sums."""

from __future__ import annotations

import subprocess
from typing import Any

import pytest

from workloads.program import PROGRAMS, Success, run_program

GIB, MIB = 1 << 30, 1 << 20
LEVELS = pytest.mark.parametrize("levels", [4, 5])
SHIFTS = pytest.mark.parametrize("shift", [0, 1, 511])
TABLES = 128
"""Of 4 KB entries: a quarter of one GB, in pieces of 2 MB."""


def walk(*words: object) -> dict[str, Any]:
    """Return what the program says; it fails where the walk found anything else than was made up."""
    if not (PROGRAMS / "atlas_walk").exists():
        pytest.skip("the C programs are not built")
    outcome = run_program("atlas_walk", tuple(map(str, words)), None, 60.0)
    assert isinstance(outcome, Success), outcome
    return outcome.report


def quarter(levels: int, content: str = "plain") -> dict[str, Any]:
    """Return what a walk finds in one GB, a quarter of it in 4 KB entries."""
    return walk("--gigabytes", 1, "--share", 4, "--levels", levels, "--content", content)


def sizes(told: dict[str, Any]) -> tuple[int, int, int]:
    """Return the bytes in entries of 4 KB, 2 MB and 1 GB."""
    return told["bytes"]["4k"], told["bytes"]["2m"], told["bytes"]["1g"]


@LEVELS
@SHIFTS
def test_whole_memory_is_one_stretch_wherever_the_map_begins(levels: int, shift: int) -> None:
    told = walk("--gigabytes", 600, "--levels", levels, "--shift", shift)
    assert (told["stretches"], sizes(told)) == (1, (0, 0, 600 * GIB))
    assert told["tables"] == [0, 0, 3 if shift == 511 else 2, *[1] * (levels - 3)]


@LEVELS
def test_small_pieces_and_large_ones_are_told_apart(levels: int) -> None:
    told = quarter(levels)
    assert (told["stretches"], sizes(told)) == (2 * TABLES, (256 * MIB, 768 * MIB, 0))
    assert told["tables"] == [TABLES, 1, *[1] * (levels - 2)]


@LEVELS
def test_a_page_that_was_taken_out_is_a_stretch_that_is_not_there(levels: int) -> None:
    told = quarter(levels, "removed")
    assert (told["stretches"], told["removed_bytes"]) == (4 * TABLES, TABLES * 4096)
    assert (sizes(told)[0], told["bytes"]["none"]) == (256 * MIB - TABLES * 4096, 0)


@LEVELS
def test_a_hole_is_no_page_of_any_size(levels: int) -> None:
    told = quarter(levels, "hole")
    assert (told["stretches"], told["bytes"]["none"]) == (4 * TABLES, TABLES * 4096)
    assert told["removed_bytes"] == 0


@LEVELS
def test_an_entry_that_maps_another_page_is_counted(levels: int) -> None:
    told = quarter(levels, "misplaced")
    assert (told["misplaced"], told["stretches"], sizes(told)) == (TABLES, 2 * TABLES, (256 * MIB, 768 * MIB, 0))
    assert quarter(levels)["misplaced"] == 0


@LEVELS
def test_pages_with_other_flags_than_their_neighbours_are_stretches_of_their_own(levels: int) -> None:
    assert quarter(levels, "scarred")["stretches"] == TABLES * (512 + 1)


@pytest.mark.parametrize("words", [("--share", "3"), ("--levels", "6"), ("--gigabytes", "0")], ids=" ".join)
def test_tables_that_cannot_be_made_up_are_refused(words: tuple[str, ...]) -> None:
    if not (PROGRAMS / "atlas_walk").exists():
        pytest.skip("the C programs are not built")
    assert subprocess.run((PROGRAMS / "atlas_walk", *words), capture_output=True, check=False).returncode == 2
