"""The border to the native programs, against programs of a few lines of shell that do what real ones must never do."""

from __future__ import annotations

import json
import os
import signal
import time
from pathlib import Path

from workloads.program import Outcome, Refused, Success, parse, read_series, run_program
from workloads.spec import Failed, Samples, Series

PATIENCE_S = 30.0
SERIES = [{"metric": "first_touch", "thread": 0, "count": 2}, {"metric": "first_touch", "thread": 1, "count": 1}]


def report(**changes: object) -> str:
    """Return the line of a program that did well, with changes."""
    return json.dumps({"format": 1, "program": "sham", "status": "ok", "series": SERIES, **changes})


def sham(folder: Path, script: str) -> None:
    """Write a program that runs a shell script."""
    path = folder / "sham"
    path.write_text(f"#!/bin/sh\n{script}\n")
    path.chmod(0o755)


def say(line: str) -> str:
    """Return the shell for printing a line."""
    return f"cat <<'END'\n{line}\nEND"


def run(folder: Path, script: str, *, samples: bool = True, timeout_s: float = PATIENCE_S) -> Outcome:
    """Run a script through the border; its samples go to "$2"."""
    sham(folder, script)
    return run_program("sham", (), folder / "raw" if samples else None, timeout_s, folder)


def is_gone(pid: int) -> bool:
    """Tell whether a process has ended; a zombie has, though the init of a container may be slow to bury it."""
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] == "Z"
    except (FileNotFoundError, ProcessLookupError):
        return True


def wait_until_gone(pid: int) -> bool:
    """Wait for the end of a process, which follows its SIGKILL a moment later; True once it is there."""
    end_s = time.monotonic() + PATIENCE_S
    while not is_gone(pid) and time.monotonic() < end_s:
        time.sleep(0.01)
    return is_gone(pid)


def test_success_brings_report_and_samples(tmp_path: Path) -> None:
    outcome = run(tmp_path, say(report()) + '\nhead -c 24 /dev/zero > "$2"')
    assert isinstance(outcome, Success)
    assert outcome.report["status"] == "ok"
    assert outcome.samples == Samples(tmp_path / "raw", (Series("first_touch", 0, 2), Series("first_touch", 1, 1)))


def test_success_without_a_raw_file_brings_the_report_alone(tmp_path: Path) -> None:
    outcome = run(tmp_path, say(report(series=None)), samples=False)
    assert isinstance(outcome, Success)
    assert outcome.samples is None


def test_arguments_arrive_word_by_word_before_the_samples(tmp_path: Path) -> None:
    sham(tmp_path, 'printf "%s\\n" "$@" > "$0.words"')
    run_program("sham", ("--cpus", "1,0", "--text", "two words"), tmp_path / "raw", PATIENCE_S, tmp_path)
    words = (tmp_path / "sham.words").read_text().splitlines()
    assert words == ["--cpus", "1,0", "--text", "two words", "--samples", str(tmp_path / "raw")]


def test_samples_shorter_than_the_report_are_truncated(tmp_path: Path) -> None:
    outcome = run(tmp_path, say(report()) + '\nhead -c 23 /dev/zero > "$2"')
    assert isinstance(outcome, Failed) and outcome.slug == "samples-truncated"
    assert "23 bytes" in outcome.reason


def test_samples_longer_than_the_report_are_no_success(tmp_path: Path) -> None:
    outcome = run(tmp_path, say(report()) + '\nhead -c 32 /dev/zero > "$2"')
    assert isinstance(outcome, Failed) and outcome.slug == "samples-truncated"


def test_samples_that_were_never_written_are_truncated(tmp_path: Path) -> None:
    outcome = run(tmp_path, say(report()))
    assert isinstance(outcome, Failed) and outcome.slug == "samples-truncated"


def test_report_without_series_is_no_success_when_samples_were_asked_for(tmp_path: Path) -> None:
    outcome = run(tmp_path, say(report(series="many")))
    assert isinstance(outcome, Failed) and outcome.slug == "samples-truncated"


def test_crash_is_told_with_its_signal(tmp_path: Path) -> None:
    outcome = run(tmp_path, say(report()) + "\nkill -SEGV $$")
    assert isinstance(outcome, Failed)
    assert (outcome.slug, outcome.signal) == ("crashed", signal.SIGSEGV)
    assert "SIGSEGV" in outcome.reason


def test_signal_without_a_name_is_told_by_its_number(tmp_path: Path) -> None:
    outcome = run(tmp_path, "kill -40 $$")
    assert isinstance(outcome, Failed)
    assert (outcome.slug, outcome.signal) == ("crashed", 40)
    assert "signal 40" in outcome.reason


def test_hang_is_killed_with_its_children(tmp_path: Path) -> None:
    outcome = run(tmp_path, 'sleep 600 &\necho "$$ $!" > "$0.pids"\nwait', timeout_s=0.5)
    assert isinstance(outcome, Failed) and outcome.slug == "timed-out"
    pids = [int(word) for word in (tmp_path / "sham.pids").read_text().split()]
    assert len(pids) == 2
    assert all(wait_until_gone(pid) for pid in pids)


def test_program_runs_in_a_process_group_of_its_own(tmp_path: Path) -> None:
    run(tmp_path, 'cut -d" " -f5 /proc/self/stat > "$0.group"')
    assert int((tmp_path / "sham.group").read_text()) != os.getpgrp()


def test_garbage_is_no_report_and_the_complaint_is_passed_on(tmp_path: Path) -> None:
    outcome = run(tmp_path, "echo garbage\necho first >&2\necho 'out of luck' >&2")
    assert isinstance(outcome, Failed) and outcome.slug == "report-unreadable"
    assert outcome.reason.endswith("out of luck") and "first" not in outcome.reason


def test_silence_is_no_report(tmp_path: Path) -> None:
    outcome = run(tmp_path, "exit 0")
    assert isinstance(outcome, Failed) and outcome.slug == "report-unreadable"


def test_bytes_that_are_no_text_are_no_report(tmp_path: Path) -> None:
    outcome = run(tmp_path, "printf '\\377\\376'\nprintf '\\377' >&2\nexit 1")
    assert isinstance(outcome, Failed) and outcome.slug == "report-unreadable"


def test_report_of_another_format_is_not_read(tmp_path: Path) -> None:
    outcome = run(tmp_path, say(report(format=2)))
    assert isinstance(outcome, Failed) and outcome.slug == "report-unreadable"


def test_report_of_another_program_is_not_read(tmp_path: Path) -> None:
    outcome = run(tmp_path, say(report(program="other")))
    assert isinstance(outcome, Failed) and outcome.slug == "report-unreadable"


def test_unsupported_is_a_refusal_with_step_and_errno(tmp_path: Path) -> None:
    told = report(status="unsupported", step="memfd_secret", errno=38, errno_name="ENOSYS", message="no such call")
    outcome = run(tmp_path, say(told) + "\nexit 3")
    assert outcome == Refused("memfd_secret", "ENOSYS", "no such call")


def test_failure_is_told_with_step_and_errno(tmp_path: Path) -> None:
    told = report(status="failed", step="samples", errno=28, errno_name="ENOSPC", message="could not be written")
    outcome = run(tmp_path, say(told) + "\nexit 1")
    assert isinstance(outcome, Failed)
    assert (outcome.slug, outcome.step, outcome.errno) == ("program-failed", "samples", 28)


def test_wrong_options_are_a_failure_and_not_a_refusal(tmp_path: Path) -> None:
    told = report(status="usage", step="options", errno=22, errno_name="EINVAL", message="wrong")
    outcome = run(tmp_path, say(told) + "\nexit 2")
    assert isinstance(outcome, Failed) and outcome.slug == "program-failed"


def test_program_that_is_not_there_is_not_started(tmp_path: Path) -> None:
    outcome = run_program("absent", (), None, PATIENCE_S, tmp_path)
    assert isinstance(outcome, Failed)
    assert (outcome.slug, outcome.errno) == ("not-started", 2)


def test_program_that_is_not_executable_is_not_started(tmp_path: Path) -> None:
    (tmp_path / "plain").write_text("#!/bin/sh\n")
    outcome = run_program("plain", (), None, PATIENCE_S, tmp_path)
    assert isinstance(outcome, Failed)
    assert (outcome.slug, outcome.errno) == ("not-started", 13)


def test_report_is_a_mapping_or_none() -> None:
    assert parse(b'{"format": 1}') == {"format": 1}
    assert [parse(text) for text in (b"", b"[]", b"1", b"{", b"{}{}", b"[" * 100_000)] == [None] * 6


def test_series_with_a_negative_or_missing_count_are_none() -> None:
    assert read_series([{"metric": "fork", "thread": 0, "count": -1}]) is None
    assert read_series([{"metric": "fork", "thread": 0}]) is None
    assert read_series([{"metric": "fork", "thread": 0, "count": 1}, {}]) is None
    assert read_series({"metric": "fork"}) is None
    assert read_series([]) == ()


def test_series_of_other_kinds_of_value_are_none() -> None:
    good = {"metric": "fork", "thread": 0, "count": 1}
    assert read_series([good]) == (Series("fork", 0, 1),)
    wrong: list[dict[str, object]] = [{"metric": 1}, {"thread": "0"}, {"count": 1.0}, {"count": "1"}, {"thread": -1}]
    assert [read_series([good | change]) for change in wrong] == [None] * len(wrong)
