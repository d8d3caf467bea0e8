"""The answer in the README, held against the committed report: a figure that is quoted is one that was measured."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import pytest

ROOT = Path(__file__).resolve().parents[1]
REPORT = ROOT / "docs" / "report"
A, B, C, D = "e262c2f2", "f9e572cd", "a396cfa4", "346fa657"
CLAIMS = (
    (D, "page_cost", "touch-p50", "{ratio:.1f} times as long (95 % interval {low:.1f} to {high:.1f}, {blocks} blocks)"),
    (A, "page_cost", "touch-p50", "A: {ratio:.1f} times, B:"),
    (B, "page_cost", "touch-p50", "B: {ratio:.1f}, C:"),
    (C, "page_cost", "touch-p50", "C: {ratio:.0f}. Against"),
    (D, "page_cost", "touch-memfd", "secrecy differs: {ratio:.1f} times"),
    (D, "online_cpus", "flush-share", "{ratio:.1f} times as long ({low:.1f} to {high:.1f}; A"),
    (A, "online_cpus", "flush-share", "A {ratio:.1f}, C"),
    (C, "online_cpus", "flush-share", "C {ratio:.1f}). It is"),
    (D, "page_cost", "cold-2m", "{ratio:.1f} times ({low:.1f} to {high:.1f}; B"),
    (B, "page_cost", "cold-2m", "B {ratio:.1f}, {low:.1f} to {high:.1f})"),
    (D, "direct_map_reads", "split-1g", "{ratio:.2f} over 64 MB ({low:.2f} to {high:.2f}), 1.01 over 256 MB"),
    (C, "direct_map_reads", "split-1g", "and over 64 MB ({low:.2f} to {high:.2f})"),
    (D, "direct_map_reads", "split-4k", "{ratio:.2f} over 64 MB ({low:.2f} to {high:.2f}), 1.26 over 256 MB"),
    (C, "direct_map_reads", "split-4k", "{ratio:.2f} ({low:.2f} to {high:.2f}) over 64 MB"),
    (D, "direct_map_reads", "split-4k-2m", "over 64 MB: {ratio:.2f} ({low:.2f} to {high:.2f})"),
    (B, "direct_map_reads", "split-4k-2m", "and B {ratio:.1f} ({low:.1f} to {high:.1f})"),
    (D, "kernel_paths", "readv-4k-2m", "{ratio:.2f} times for process_vm_readv"),
    (D, "kernel_paths", "pread-4k-2m", "{ratio:.2f} pread and pwrite"),
    (D, "kernel_paths", "pwrite-4k-2m", "{ratio:.2f} pread and pwrite"),
    (D, "kernel_paths", "pipe-4k-2m", "{ratio:.2f} a pipe"),
    (D, "kernel_paths", "send-4k-2m", "{ratio:.2f} sendfile"),
    (B, "kernel_paths", "readv-4k-2m", "B: {ratio:.2f}, 1.25"),
    (D, "memory_neighbours", "fill_2m-10-natural-locked", "({ratio:.2f} times, {low:.2f} to {high:.2f}). At 10 %"),
    (
        D,
        "memory_neighbours",
        "huge_pages-100-natural-locked",
        "({ratio:.2f} times, {low:.2f} to {high:.2f}: undecided)",
    ),
    (
        D,
        "memory_neighbours",
        "huge_pages-100-churned-locked",
        "got {ratio:.1f} times as many beside secret memory ({low:.1f}",
    ),
    (D, "memory_neighbours", "read_64k-10-inside-locked", "as fast ({ratio:.2f} times, {low:.2f} to {high:.2f})"),
    (D, "uncached", "flushed-aes", "{ratio:.1f} times as long ({low:.2f} to {high:.2f}; C"),
    (D, "uncached", "flushed-table", "AES by tables {ratio:.0f}"),
    (D, "uncached", "flushed-copy", "a copy {ratio:.1f}"),
    (D, "uncached", "flushed-chase", "a chase of pointers {ratio:.0f} times"),
)
PROOFS = (
    (D, "removal", "refused", "Yet {contrary} of them the kernel could read"),
    (D, "removal", "absent", "Of {readings:,} secret pages each was absent"),
    (D, "stale_entries", "other-space", "% of {readings:,} pages"),
)
TIMES = (
    (r"ordinary page\*\*: ([\d.]+ us) in the median", "takes {} in the median"),
    (r"was ready after ([\d.]+ us); a block", "is ready after {} (median)"),
)


def answer() -> str:
    """Return the README's answer as one line."""
    return " ".join((ROOT / "README.md").read_text().split("<!-- end of the answer -->")[0].split())


def claim(machine: str, experiment: str, name: str) -> dict[str, Any]:
    """Return what the report says of a claim or a proof."""
    columns = json.loads((REPORT / "verdicts.json").read_text())["columns"]
    mine = [column for column in columns if column["machine"] == machine]
    claims = (claim for column in mine for claim in (*column["claims"], *column["proofs"]))
    return next(each for each in claims if (each["experiment"], each["name"]) == (experiment, name))


@pytest.mark.parametrize(("machine", "experiment", "name", "phrase"), CLAIMS, ids=lambda text: text.split()[0])
def test_ratio_that_is_quoted_is_that_of_the_report(machine: str, experiment: str, name: str, phrase: str) -> None:
    assert phrase.format(**claim(machine, experiment, name)) in answer()


@pytest.mark.parametrize(("machine", "experiment", "name", "phrase"), PROOFS, ids=lambda text: text.split()[0])
def test_count_that_is_quoted_is_that_of_the_report(machine: str, experiment: str, name: str, phrase: str) -> None:
    assert phrase.format(**claim(machine, experiment, name)) in answer()


@pytest.mark.parametrize(("quoted", "told"), TIMES, ids=lambda text: text.split("(")[0].strip())
def test_time_that_is_quoted_is_that_of_the_report(quoted: str, told: str) -> None:
    times = re.findall(quoted, answer())
    assert len(times) == 1
    assert told.format(times[0]) in (REPORT / "README.md").read_text()
