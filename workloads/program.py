"""The border to the native programs: flags in; a line of JSON, a raw file and an exit status out.

Nothing that a program prints is believed unread, and nothing that it does, a crash or a hang, raises here.
"""

from __future__ import annotations

import contextlib
import json
import os
import signal
import subprocess
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from workloads.spec import Failed, Samples, Series

CHECKOUT = Path(__file__).resolve().parent.parent
PROGRAMS = CHECKOUT / "build" / "native" / "bin"
FORMAT = 1
OK, UNSUPPORTED = 0, 3
READING_BYTES = 8


@dataclass(frozen=True, slots=True)
class Success:
    """A program that did what it was asked: its report, and its samples where it was given a file for them."""

    report: dict[str, Any]
    samples: Samples | None = None


@dataclass(frozen=True, slots=True)
class Refused:
    """A program that this machine would not let do it: the step, the errno by name, and the program's own sentence."""

    step: str
    errno_name: str
    message: str


Outcome = Success | Refused | Failed


def run_program(
    name: str, arguments: tuple[str, ...], samples: Path | None, timeout_s: float, folder: Path = PROGRAMS
) -> Outcome:
    """Run a program to its end and return what came of it; after `timeout_s` it is killed with its children."""
    wanted = ("--samples", str(samples)) if samples else ()
    try:
        ended = run_to_end((str(folder / name), *arguments, *wanted), timeout_s)
    except subprocess.TimeoutExpired:
        return Failed("timed-out", f"{name} had not ended after {timeout_s:.0f} s and was killed")
    except OSError as error:
        return Failed("not-started", f"{name}: {error.strerror}", "execve", error.errno)
    return judge(name, ended, samples)


def run_to_end(
    command: tuple[str, ...], timeout_s: float, env: Mapping[str, str] | None = None
) -> subprocess.CompletedProcess[bytes]:
    """Run a command in a process group of its own, of which nothing is left, however this function is left."""
    with subprocess.Popen(
        command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, env=env or environment(), process_group=0
    ) as process:
        try:
            output, complaint = process.communicate(timeout=timeout_s)
        except BaseException:
            with contextlib.suppress(ProcessLookupError):  # it may have ended by itself in this very moment
                os.killpg(process.pid, signal.SIGKILL)
            raise
    return subprocess.CompletedProcess(command, process.returncode, output, complaint)


def environment() -> dict[str, str]:
    """Return the environment of a program: it is to end with this process, however that ends (native/parent.h)."""
    return {**os.environ, "LAB_PARENT_PID": str(os.getpid())}


def judge(name: str, ended: subprocess.CompletedProcess[bytes], samples: Path | None) -> Outcome:
    """Return what an ended program's status and line amount to."""
    if ended.returncode < 0:
        number = -ended.returncode
        return Failed("crashed", f"{name} was ended by {signal_name(number)}", signal=number)
    report = parse(ended.stdout)
    if report is None or report.get("format") != FORMAT or report.get("program") != name:
        said = ended.stderr.decode(errors="replace").strip().splitlines()[-1:]
        return Failed("report-unreadable", f"{name} ended with {ended.returncode} and no report: {' '.join(said)}")
    if ended.returncode == OK:
        return accept(name, report, samples)
    return refuse(report, unsupported=ended.returncode == UNSUPPORTED)


def signal_name(number: int) -> str:
    """Return the name of a signal; most real-time signals have none."""
    try:
        return signal.Signals(number).name
    except ValueError:
        return f"signal {number}"


def parse(output: bytes) -> dict[str, Any] | None:
    """Return a program's line as a mapping, None where it is none."""
    try:
        report = json.loads(output)
    except (ValueError, RecursionError):
        return None
    return report if isinstance(report, dict) else None


def accept(name: str, report: dict[str, Any], samples: Path | None) -> Outcome:
    """Return the success, if the raw file holds as many readings as the report says."""
    if samples is None:
        return Success(report)
    series = read_series(report.get("series"))
    held = samples.stat().st_size if samples.exists() else 0
    if series is None or held != READING_BYTES * sum(s.count for s in series):
        return Failed("samples-truncated", f"{name} wrote {held} bytes of samples, and its report says otherwise")
    return Success(report, Samples(samples, series))


def read_series(told: object) -> tuple[Series, ...] | None:
    """Return the series that a report tells of, None where that is no list of series."""
    read = tuple(read_one_series(one) for one in told) if isinstance(told, list) else (None,)
    series = tuple(one for one in read if one is not None)
    return series if len(series) == len(read) else None


def read_one_series(told: object) -> Series | None:
    """Return one series, None where a key is missing or its value is of another kind."""
    match told:
        case {"metric": str(metric), "thread": int(thread), "count": int(count)} if min(thread, count) >= 0:
            return Series(metric, thread, count)
    return None


def refuse(report: Mapping[str, Any], *, unsupported: bool) -> Refused | Failed:
    """Return why a program did not do it: this machine would not let it, or it went wrong."""
    step, errno_name, message = (str(report.get(key, "")) for key in ("step", "errno_name", "message"))
    if unsupported:
        return Refused(step, errno_name, message)
    number = report.get("errno")
    return Failed(
        "program-failed", f"{message} ({step}: {errno_name})", step, number if isinstance(number, int) else None
    )
