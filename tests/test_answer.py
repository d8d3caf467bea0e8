"""The answer in the README, held against the committed report: a figure that is quoted is one that was measured."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import pytest

ROOT = Path(__file__).resolve().parents[1]
REPORT = ROOT / "docs" / "report"
A, B, C = "e262c2f2", "f9e572cd", "a396cfa4"
CLAIMS = (
    (A, "page_cost", "touch-p50", "{ratio:.1f} times as long (95 % interval {low:.1f} to {high:.1f}, {blocks} blocks)"),
    (B, "page_cost", "touch-p50", "{ratio:.1f} times ({low:.1f} to {high:.1f}). C:"),
    (C, "page_cost", "touch-p50", "{ratio:.0f} times ({low:.0f} to {high:.0f}). Against"),
    (B, "page_cost", "cold-2m", "{ratio:.1f} times ({low:.1f} to {high:.1f}, B)"),
    (A, "online_cpus", "flush-share", "{ratio:.1f} times as long ({low:.1f} to {high:.1f}, A)"),
    (C, "online_cpus", "flush-share", "{ratio:.1f} times ({low:.1f} to {high:.1f})."),
    (C, "direct_map_reads", "split-1g", "{ratio:.2f} over 64 MB ({low:.2f} to {high:.2f})"),
    (B, "direct_map_reads", "split-4k-2m", "{ratio:.1f} over 64 MB ({low:.1f} to {high:.1f})"),
    (C, "direct_map_reads", "split-4k", "{ratio:.2f} ({low:.2f} to {high:.2f})"),
    (B, "kernel_paths", "readv-4k-2m", "{ratio:.2f} times for process_vm_readv"),
    (B, "kernel_paths", "pread-4k-2m", "{ratio:.2f} pread"),
    (B, "kernel_paths", "send-4k-2m", "{ratio:.2f} sendfile"),
    (C, "memory_neighbours", "fill_2m-100-natural-locked", "{ratio:.2f} times beside 10 % ({low:.2f} to {high:.2f};"),
    (C, "memory_neighbours", "read_64k-1-inside-locked", "({ratio:.2f} times, {low:.2f} to {high:.2f}: not alike"),
    (C, "uncached", "flushed-aes", "{ratio:.1f} times as long ({low:.2f} to {high:.2f})"),
    (C, "uncached", "flushed-table", "AES by tables {ratio:.0f}"),
    (C, "uncached", "flushed-copy", "a copy {ratio:.1f}"),
    (C, "uncached", "flushed-chase", "a chase of pointers {ratio:.0f} times"),
)
TIMES = (
    (r"A: ([\d.]+ us) in the median", "takes {} in the median"),
    (r"C: ([\d.]+ us), 32 times", "takes {} in the median"),
    (r"ready after ([\d.]+ us) \(A\)", "is ready after {} (median)"),
    (r"and ([\d.]+ us) \(C\); a block", "is ready after {} (median)"),
)


def answer() -> str:
    """Return the README's answer as one line."""
    return " ".join((ROOT / "README.md").read_text().split("<!-- end of the answer -->")[0].split())


def claim(machine: str, experiment: str, name: str) -> dict[str, Any]:
    """Return what the report says of a claim."""
    columns = json.loads((REPORT / "verdicts.json").read_text())["columns"]
    claims = (claim for column in columns if column["machine"] == machine for claim in column["claims"])
    return next(each for each in claims if (each["experiment"], each["name"]) == (experiment, name))


@pytest.mark.parametrize(("machine", "experiment", "name", "phrase"), CLAIMS, ids=lambda text: text.split()[0])
def test_ratio_that_is_quoted_is_that_of_the_report(machine: str, experiment: str, name: str, phrase: str) -> None:
    assert phrase.format(**claim(machine, experiment, name)) in answer()


@pytest.mark.parametrize(("quoted", "told"), TIMES, ids=lambda text: text.split("(")[0].strip())
def test_time_that_is_quoted_is_that_of_the_report(quoted: str, told: str) -> None:
    times = re.findall(quoted, answer())
    assert len(times) == 1
    assert told.format(times[0]) in (REPORT / "README.md").read_text()
