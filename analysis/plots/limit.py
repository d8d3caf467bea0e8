"""What the limit of locked memory allows and refuses of secret memory, attempt by attempt."""

from __future__ import annotations

from collections import Counter

from matplotlib.axes import Axes

from analysis.cells import Cell
from analysis.load import Result
from analysis.plots import canvas
from analysis.plots.dots import ROW_HEIGHT
from analysis.plots.figure import Figure
from analysis.plots.palette import BLUE, GREEN
from workloads.memlock import ATTEMPTS, WORKLOAD

TITLE = "What the limit of locked memory counts"
DESCRIPTION = (
    "For each attempt against a limit of 16 pages, that it was allowed, or at which call it was refused; the table has "
    "each in full, with its error."
)
NOTE = (
    "The kernel's reason: secretmem_mmap() asks mlock_future_ok() and adds the mapping to mm->locked_vm of its address "
    "space, the account of mlock; a touch asks nothing. Since the fix of CVE-2026-93243 a touch counts for the user."
)
HEADER = ("attempt", "outcome", "at", "runs")
NAMES = {
    "size_beyond": ("file larger", "a file larger than the limit"),
    "take_all": ("all of it", "mapped and touched, up to the limit"),
    "map_beyond": ("more, untouched", "mapped beyond the limit, not touched"),
    "take_beyond": ("more, touched", "mapped beyond the limit and touched"),
    "mlock_beyond": ("mlock of more", "ordinary memory, mlock beyond the limit"),
    "two_files": ("two files", "two files, together beyond it"),
    "one_file_twice": ("one file twice", "one file mapped twice, together beyond it"),
    "beside_mlock": ("beside mlock", "secret memory beside locked, beyond it"),
    "mlock_beside": ("mlock beside it", "mlock beside secret memory, beyond it"),
    "second_process": ("second process", "a second process of the same user, its own limit"),
    "child_of_holder": ("child of holder", "a child of who holds all, the same again"),
    "keep_unmapped": ("kept, unmapped", "four times the limit, unmapped, descriptors kept"),
    "with_capability": ("CAP_IPC_LOCK", "beyond the limit, with CAP_IPC_LOCK"),
}
"""Each attempt, short as in the picture and whole as in the table."""
PLACES = ("allowed", "mmap", "touch", "mlock", "elsewhere")
Told = tuple[str, str, str, int]
"""An attempt, its outcome, the step that was refused, or "allowed", and how many runs ended so."""


def draw(result: Result, cells: tuple[Cell, ...]) -> Figure | None:
    """Return the outcome of each attempt; None where none was made."""
    found = outcomes(result)
    if not found:
        return None
    names = list(dict.fromkeys(attempt for attempt, *_ in found))
    places = [place for place in PLACES if any(where(told) == place for told in found)]
    with canvas.style():
        picture = canvas.picture(7.6, 0.9 + ROW_HEIGHT * len(names))
        panel(picture.subplots(), found, names, places)
        svg = canvas.svg(picture, "limit", TITLE, DESCRIPTION)
    rows = tuple((NAMES[attempt][1], outcome, step or "-", str(runs)) for attempt, outcome, step, runs in found)
    return Figure("limit", TITLE, DESCRIPTION, svg, HEADER, rows, NOTE)


def outcomes(result: Result) -> list[Told]:
    """Return how the runs of each attempt ended, in the order of ATTEMPTS; several ends of one are told apart."""
    counted: Counter[tuple[str, str, str]] = Counter()
    for run in result.runs:
        if run.trial.condition.workload == WORKLOAD.name and run.status == "ok" and run.native:
            said = run.native.settings
            outcome = str(said.get("outcome"))
            step = "" if outcome == "allowed" else str(said.get("last_step"))
            counted[str(run.trial.condition.get("attempt")), outcome, step] += 1
    ordered = sorted(counted.items(), key=lambda each: (ATTEMPTS.index(each[0][0]), each[0]))
    return [(*key, runs) for key, runs in ordered]


def where(told: Told) -> str:
    """Return at which of PLACES an attempt ended."""
    _, outcome, step, _ = told
    place = "allowed" if outcome == "allowed" else step
    return place if place in PLACES else "elsewhere"


def panel(axes: Axes, found: list[Told], names: list[str], places: list[str]) -> None:
    """Draw a row an attempt and a column a place, round where it was allowed."""
    for told in found:
        attempt, outcome, *_ = told
        x, y = places.index(where(told)), names.index(attempt)
        fine = outcome == "allowed"
        axes.plot(x, y, "o" if fine else "X", markersize=8, color=GREEN if fine else BLUE)
    axes.set_yticks(range(len(names)), [NAMES[name][0] for name in names])
    axes.set_ylim(len(names) - 0.5, -0.5)
    axes.set_xticks(range(len(places)), places)
    axes.set_xlim(-0.5, len(places) - 0.5)
    axes.tick_params(axis="x", top=True, bottom=False, labeltop=True, labelbottom=False)
    axes.spines["bottom"].set_visible(False)
    canvas.grid(axes, "y")
