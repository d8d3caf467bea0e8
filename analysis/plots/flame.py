"""A flame graph: which functions of the kernel call which in the first touch of a secret page, as wide as they last.

Gregg, The Flame Graph (2016).
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass

from matplotlib.axes import Axes

from analysis.cells import Cell
from analysis.load import Result
from analysis.plots import canvas
from analysis.plots.figure import Figure
from analysis.plots.palette import WORK
from analysis.profile import Frames, faults, group_of
from bench.model.profile import Profile

TITLE = "The kernel's functions in the first touch of a secret page"
DESCRIPTION = (
    "A flame graph: each box is a function, as wide as its share of the samples, and stands on the one that called it."
)
NOTE = (
    "From left to right there is no order in time. What ends at the top is where the samples fell. Colours are those "
    "of the bars. Boxes below 0.2 % are left out, and names where they have no room."
)
WIDTH_IN, LEVEL_IN, FONT = 7.6, 0.2, 7.0
FILLED, LETTER = 0.97, 0.6
"""The boxes' share of a picture's width; a generous width of a letter, in its size."""
FEWEST_LETTERS = 6
NARROWEST = 0.002
ROWS = 20
Counts = dict[Frames, int]


@dataclass(frozen=True, slots=True)
class Box:
    """A function in a chain of calls: its level from 0, and its place and width as shares of all samples."""

    frames: Frames
    left: float
    width: float

    @property
    def level(self) -> int:
        """Return how many callers stand below."""
        return len(self.frames) - 1


def draw(result: Result, cells: tuple[Cell, ...]) -> Figure | None:
    """Return the flame graph of secret memory with idle others; None where it was not sampled."""
    counts = secret_stacks(result.profile)
    if not counts:
        return None
    boxes = stacked(counts)
    with canvas.style():
        levels = 1 + max(box.level for box in boxes)
        picture = canvas.picture(WIDTH_IN, 0.2 + LEVEL_IN * levels)
        axes = picture.subplots()
        paint(axes, boxes, levels)
        svg = canvas.svg(picture, "flame", TITLE, DESCRIPTION)
    header = ("function", "kind of work", "itself", "with what it calls")
    return Figure("flame", TITLE, DESCRIPTION, svg, header, tuple(rows(counts)), NOTE)


def secret_stacks(profile: Profile | None) -> Counts:
    """Return the stacks of secret memory with their samples; empty where there are none."""
    for sampled in profile.conditions if profile else ():
        plain = (sampled.condition.get("backing"), sampled.condition.get("others") or "idle") == ("secret", "idle")
        found = {frames: int(counts.sum()) for frames, counts in faults(sampled).items()} if plain else {}
        if any(found.values()):
            return {frames: count for frames, count in found.items() if count}
    return {}


def stacked(counts: Counts) -> list[Box]:
    """Return the boxes that are wide enough to be seen; siblings stand in the order of their names."""
    total = sum(counts.values())
    lefts: dict[Frames, int] = {}
    widths: Counter[Frames] = Counter()
    left = 0
    for frames, count in sorted(counts.items()):
        for prefix in prefixes(frames):
            lefts.setdefault(prefix, left)
            widths[prefix] += count
        left += count
    boxes = [Box(frames, lefts[frames] / total, widths[frames] / total) for frames in widths]
    return [box for box in boxes if box.width >= NARROWEST]


def prefixes(frames: Frames) -> Iterable[Frames]:
    """Return a stack's beginnings, from its outermost function to all of it."""
    return (frames[:length] for length in range(1, len(frames) + 1))


def paint(axes: Axes, boxes: list[Box], levels: int) -> None:
    """Draw the boxes, each with its function's name where that has room; pale, so that a name can be read on it."""
    size, width_points = canvas.points(FONT), canvas.across(WIDTH_IN) * 72 * FILLED
    for box in boxes:
        colour = WORK[group_of(box.frames)][1]
        axes.barh(
            box.level,
            box.width,
            left=box.left,
            height=1.0,
            color=colour,
            alpha=0.45,
            edgecolor=canvas.INK,
            linewidth=0.3,
        )
        text = fitted(box.frames[-1], box.width * width_points, size)
        if text:
            axes.annotate(
                text,
                (box.left, box.level),
                xytext=(2, 0),
                textcoords="offset points",
                va="center",
                fontsize=size,
            )
    axes.set_xlim(0, 1)
    axes.set_ylim(-0.5, levels - 0.5)
    axes.set_axis_off()


def fitted(name: str, width_points: float, size: float) -> str:
    """Return a name in letters of a size as far as it has room, "" where only a few letters would."""
    room = int((width_points - 4) / (LETTER * size))
    if len(name) <= room:
        return name
    return f"{name[: room - 2]}.." if room >= FEWEST_LETTERS else ""


def rows(counts: Counts) -> Iterable[tuple[str, ...]]:
    """Yield the functions in which most samples fell, with the work that they mostly belong to."""
    total = sum(counts.values())
    itself: Counter[str] = Counter()
    within: Counter[str] = Counter()
    work: dict[str, Counter[str]] = {}
    for frames, count in counts.items():
        itself[frames[-1]] += count
        work.setdefault(frames[-1], Counter())[group_of(frames)] += count
        within.update(dict.fromkeys(frames, count))
    for name, count in sorted(itself.items(), key=lambda entry: (-entry[1], entry[0]))[:ROWS]:
        group = work[name].most_common(1)[0][0]
        yield name, WORK[group][0], f"{100 * count / total:.1f} %", f"{100 * within[name] / total:.1f} %"
