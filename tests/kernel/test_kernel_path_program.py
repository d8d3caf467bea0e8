"""kernel_path on the running kernel: each path visits pages of each size that can be had, and copies what is there."""

from __future__ import annotations

import os
import socket
import struct
from pathlib import Path

import pytest

from workloads.instruments.counters import snapshot
from workloads.kernel_path import PATHS, WORKLOAD
from workloads.program import Failed, Refused, Success, run_program

pytestmark = pytest.mark.optional(
    "the kernel may hand out pages of one size alone, and splitting more is not for a test"
)
ROUNDS, PAGES = 3, 256
SMALL = ("--footprint", str(PAGES * 4096), "--rounds", str(ROUNDS), "--look-through", "256", "--split-budget", "0")
"""Pages in 1 GB entries may lie deeper than that: then they are lacking, and the others are visited."""


@pytest.fixture(scope="module")
def visited(tmp_path_factory: pytest.TempPathFactory) -> tuple[Success, int | None]:
    """Return a run, and by how much the direct map was split meanwhile; or skip where the map cannot be read."""
    before = snapshot()["direct_map_level2_splits"]
    outcome = run_program("kernel_path", SMALL, tmp_path_factory.mktemp("samples") / "samples", 60)
    after = snapshot()["direct_map_level2_splits"]
    if isinstance(outcome, Refused) and outcome.step.startswith("bpf"):
        pytest.skip(f"no BPF here: {outcome}")
    if isinstance(outcome, Refused) and outcome.step == "holding":
        pytest.skip(f"pages of one size alone: {outcome}")
    assert isinstance(outcome, Success), outcome
    return outcome, None if before is None or after is None else after - before


def test_every_path_visits_every_set_that_was_had_or_says_why_not(visited: tuple[Success, int | None]) -> None:
    settings = visited[0].report["settings"]
    lacking, untaken = str(settings["lacking"]).split(), str(settings["paths_lacking"])
    samples = visited[0].samples
    assert samples is not None
    counts = {series.metric: series.count for series in samples.series}
    for metric in WORKLOAD.metrics:
        path, name = metric.name.split("_", 1)
        if name in lacking:
            assert metric.name not in counts
        elif path == "clear":
            assert counts.get(metric.name, 0) in range(1, ROUNDS + 1) or metric.name in untaken
        else:
            assert counts.get(metric.name) == ROUNDS or f"{path} at " in untaken
    assert len(lacking) <= 2


def test_each_reading_is_of_something_that_took_time(visited: tuple[Success, int | None]) -> None:
    samples = visited[0].samples
    assert samples is not None
    data = samples.path.read_bytes()
    readings = struct.unpack(f"<{len(data) // 8}Q", data)
    assert len(readings) == sum(series.count for series in samples.series) and min(readings) > 0


def test_without_a_budget_nothing_is_split_and_the_pages_stay_what_they_were(
    visited: tuple[Success, int | None],
) -> None:
    outcome, splits = visited
    assert splits in (0, None)
    assert outcome.report["settings"]["split_bytes"] == 0
    assert outcome.report["settings"]["changed_pages"] == 0


def test_a_fresh_page_is_one_fault_and_no_other_path_faults(visited: tuple[Success, int | None]) -> None:
    report = visited[0].report
    touched = sum(int(word.split("/")[1]) for word in str(report["settings"]["fresh"]).split() if "/" in word)
    filled = report["after"]["major_faults"] - report["before"]["major_faults"]
    passes = 2  # one untimed, one timed
    # The kernel counts the filling of a hole in a file as a major fault.
    assert touched * passes <= filled <= touched * passes + 16
    assert report["settings"]["visit_faults"] < PAGES // 8  # one path that met its pages by faults has at least PAGES


def test_a_cipher_that_the_kernel_does_not_offer_is_named_with_the_error(visited: tuple[Success, int | None]) -> None:
    assert "alg at socket(AF_ALG), E" in str(visited[0].report["settings"]["paths_lacking"])
    assert "alg" not in PATHS


@pytest.mark.parametrize("words", [("--footprint", "1"), ("--rounds", "0"), ("--threads", "2")])
def test_wrong_options_are_refused_before_anything_is_touched(tmp_path: Path, words: tuple[str, ...]) -> None:
    outcome = run_program("kernel_path", words, tmp_path / "samples", 60)
    assert isinstance(outcome, Failed) and outcome.slug == "program-failed"
    assert not (tmp_path / "samples").exists()


def test_what_sendfile_hands_on_is_the_page_itself_and_is_read_when_it_is_received() -> None:
    """Written after it was handed on and before it is received, the later word arrives: nothing was copied before."""
    with (
        os.fdopen(os.memfd_create("page"), "r+b", buffering=0) as file,
        socket.create_server(("127.0.0.1", 0)) as server,
        socket.create_connection(server.getsockname()) as sender,
    ):
        file.write(b"early" * 100)
        receiver, _ = server.accept()
        with receiver:
            os.sendfile(sender.fileno(), file.fileno(), 0, 64)
            os.pwrite(file.fileno(), b"later" * 100, 0)
            assert receiver.recv(64, socket.MSG_WAITALL).startswith(b"later")
