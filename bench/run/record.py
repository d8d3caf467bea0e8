"""From what came of a trial to the run that is written down."""

from __future__ import annotations

from dataclasses import dataclass

from pydantic import ValidationError

from bench.model.note import Note
from bench.model.run import Counters, Native, Run, SampleFile, Trial
from workloads.program import Success
from workloads.spec import Condition, Failed, Unsupported

NATIVE_KEYS = ("settings", "clock", "before", "after", "canary_before", "canary_after", "host_backing")
KEPT_SHARE = 0.95
"""An aggressor that makes so much of its rate has kept it: the last turn of a window is not always done."""


@dataclass(frozen=True, slots=True)
class Measured:
    """What the harness saw of a trial itself: when, how long, and the machine before and after.

    Counters, and the names of the direct map's states, None where none was taken; `notes` say why one is missing.
    """

    sitting: int
    started: str
    wall_ns: int
    harness_ns: int
    before: Counters
    after: Counters
    atlas_before: str | None = None
    atlas_after: str | None = None
    notes: tuple[Note, ...] = ()


def record(trial: Trial, outcome: Success | Unsupported | Failed, files: SampleFile | None, seen: Measured) -> Run:
    """Return the run of a trial; a success whose report makes no sense is a failed run, with the reason."""
    if isinstance(outcome, Success):
        return succeeded(trial, outcome, files, seen)
    status = "unsupported" if isinstance(outcome, Unsupported) else "failed"
    return Run.model_validate(base(trial, seen) | {"status": status, "notes": (reason(outcome), *seen.notes)})


def succeeded(trial: Trial, outcome: Success, files: SampleFile | None, seen: Measured) -> Run:
    """Return the run of a trial that went well, with the notes that its own counters call for."""
    try:
        native = Native.model_validate({key: outcome.report.get(key) for key in NATIVE_KEYS})
    except ValidationError as error:
        why = Failed("report-unreadable", f"the program's report lacks {error.errors()[0]['loc']}")
        return record(trial, why, None, seen)
    own = (faults_missing(native, files), sizes_lacking(native), paths_lacking(native), pages_changed(native))
    found = (*own, ways_lacking(native), rate_missed(trial.condition, native), *seen.notes)
    notes = tuple(note for note in found if note)
    extra = {"status": "ok", "native": native, "samples": files, "notes": notes}
    return Run.model_validate(base(trial, seen) | extra)


def base(trial: Trial, seen: Measured) -> dict[str, object]:
    """Return the fields that every run has."""
    return {
        "trial": trial,
        "sitting": seen.sitting,
        "started": seen.started,
        "wall_ns": seen.wall_ns,
        "harness_ns": seen.harness_ns,
        "before": seen.before,
        "after": seen.after,
        "atlas_before": seen.atlas_before,
        "atlas_after": seen.atlas_after,
    }


def reason(outcome: Unsupported | Failed) -> Note:
    """Return the note for something that could not be measured."""
    if isinstance(outcome, Unsupported):
        return Note(slug=outcome.slug, text=outcome.reason, remedy=outcome.remedy)
    return Note(slug=outcome.slug, text=outcome.reason)


def faults_missing(native: Native, files: SampleFile | None) -> Note | None:
    """Return a note where fewer page faults were counted than first touches were timed: then some were none."""
    before, after = native.before.get("minor_faults"), native.after.get("minor_faults")
    touches = sum(s.count for s in files.series if s.metric == "first_touch") if files else 0
    if before is None or after is None or native.settings.get("way") or after - before >= touches:
        return None
    return Note(slug="faults-missing", text=f"{touches} first touches were timed and {after - before} faults counted")


def sizes_lacking(native: Native) -> Note | None:
    """Return a note where a program could not own pages of every size of the direct map's entries."""
    lacking = str(native.settings.get("lacking", "")).split()
    if not lacking:
        return None
    text = f"not enough pages could be owned that the direct map has in {', '.join(lacking)}"
    return Note(slug="page-size-not-owned", text=text, remedy="for 4k: a larger --split-budget; for 1g: reboot")


def paths_lacking(native: Native) -> Note | None:
    """Return a note where a program could not take every path through the kernel, with what was refused."""
    lacking = str(native.settings.get("paths_lacking", ""))
    if not lacking:
        return None
    return Note(slug="path-not-taken", text=f"not every path through the kernel could be taken: {lacking}")


def ways_lacking(native: Native) -> Note | None:
    """Return a note where a program could not try every way to get at the bytes, with what stood in the way of each."""
    lacking = str(native.settings.get("ways_lacking", ""))
    who = native.settings.get("who", "")
    return Note(slug="way-not-tried", text=f"{who} could not try every way: {lacking}") if lacking else None


def rate_missed(condition: Condition, native: Native) -> Note | None:
    """Return a note where an aggressor made fewer pages a second than it was to; the rate that was reached counts."""
    asked, reached = condition.get("rate"), native.settings.get("rate_pages_a_s")
    if not isinstance(asked, int) or not isinstance(reached, int) or reached >= asked * KEPT_SHARE:
        return None
    return Note(slug="rate-not-kept", text=f"{asked:,} pages a second were to be made; {reached:,} were")


def pages_changed(native: Native) -> Note | None:
    """Return a note where pages were in another place, or in entries of another size, after the readings."""
    changed = int(native.settings.get("changed_pages", 0) or 0)
    if not changed:
        return None
    text = f"{changed} pages were moved, or their entries in the direct map split, while they were visited"
    return Note(slug="pages-changed", text=text)
