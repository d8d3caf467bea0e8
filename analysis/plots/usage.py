"""Usage: names and colours of the ways in which secret memory is had, and how counts are told."""

from __future__ import annotations

from analysis.course import Course
from analysis.plots.palette import BLUE, GREEN, GREY, ORANGE, PURPLE, SKY, VERMILLION

USES = {
    "one_size": ("one area", BLUE),
    "mixed": ("areas of 4 KB to 256 KB", GREEN),
    "churn": ("coming and going", ORANGE),
    "processes": ("several processes", PURPLE),
    "steered": ("steered", VERMILLION),
    "steered_one": ("steered, one page at a time", SKY),
}
GROUNDS = {"as_found": "as found", "used_up": "pieces used up"}
TITLES = {
    "as_found": "Memory as it was found",
    "used_up": "After free pieces of memory, which were split before, had been used up",
}
STOPS = {"end": "-", "budget": "the budget for splits", "share": "its share of the budget", "memory": "free memory"}


def use_name(use: str) -> str:
    """Return the plain name of a use."""
    return USES.get(use, (use, GREY))[0]


def use_colour(use: str) -> str:
    """Return the colour of a use."""
    return USES.get(use, (use, GREY))[1]


def ground_name(ground: str) -> str:
    """Return the plain name of what the free memory was."""
    return GROUNDS.get(ground, ground)


def ground_title(ground: str) -> str:
    """Return what the free memory was, as a panel's title."""
    return TITLES.get(ground, ground)


def stop_names(group: list[Course]) -> str:
    """Return what ended some courses early, each once."""
    return ", ".join(dict.fromkeys(STOPS.get(course.stopped_by, course.stopped_by) for course in group))


def range_text(values: list[int]) -> str:
    """Return the middle of ascending counts, and their range where they differ, as "3 (2 to 9)"."""
    middle = values[len(values) // 2]
    return f"{middle:,}" if values[0] == values[-1] else f"{middle:,} ({values[0]:,} to {values[-1]:,})"
