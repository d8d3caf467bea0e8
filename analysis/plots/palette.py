"""The palette: one colour and one plain name for each thing that is drawn, the same in every picture.

Okabe and Ito, Color Universal Design (2008): told apart by colour-blind readers, legible on light and on dark.
"""

from __future__ import annotations

from analysis.plots.canvas import INK

BLUE, SKY, GREEN, ORANGE = "#0072B2", "#56B4E9", "#009E73", "#E69F00"
VERMILLION, PURPLE, YELLOW, GREY = "#D55E00", "#CC79A7", "#F0E442", "#8A8F98"
SECRET = VERMILLION
"""Secret memory is the one warm colour among the backings."""
BACKINGS = {
    "anonymous": ("ordinary", SKY),
    "anonymous_locked": ("ordinary, locked", BLUE),
    "memfd": ("memfd", GREEN),
    "memfd_locked": ("memfd, locked", PURPLE),
    "secret": ("secret", SECRET),
    "thp": ("transparent 2 MB", ORANGE),
    "hugetlb_2m": ("hugetlb 2 MB", GREY),
    "hugetlb_1g": ("hugetlb 1 GB", INK),
    "none": ("nothing mapped", GREY),
}
HUGE = ("thp", "hugetlb_2m", "hugetlb_1g")
WAYS = {
    "file_each": "secret, a file each",
    "arena": "secret arena",
    "arena_reuse": "secret arena, reused",
    "malloc": "malloc",
    "mmap_mlock": "mmap + mlock",
    "memfd_mlock": "memfd + mlock",
}
PHASES = {
    "create": BLUE,
    "ftruncate": SKY,
    "mmap": "#A9D6F2",
    "malloc": "#7A86C8",
    "lock": PURPLE,
    "first_touch": VERMILLION,
    "second_touch": ORANGE,
    "wipe": YELLOW,
    "munmap": "#7FCDB4",
    "close": GREEN,
    "free": "#006B4F",
}
"""Phases in the order of a life: asking for memory is blue, touching it warm, giving it back green."""
WORK = {
    "flush": ("telling the other CPUs (flush)", VERMILLION),
    "direct_map": ("changing the direct map", PURPLE),
    "clear": ("clearing the page", SKY),
    "allocation": ("finding a page", BLUE),
    "accounting": ("accounting and page cache", GREEN),
    "rest": ("entry and the rest of the fault", "#C9CCD1"),
    "interrupts": ("interrupts meanwhile", GREY),
}
"""Kinds of work in a fault, with what secrecy adds in warm colours."""
REGIONS = (
    ("no memory", "#DADDE1"),
    ("one page of 1 GB", BLUE),
    ("2 MB pages", SKY),
    ("4 KB pages, all there", YELLOW),
    ("4 KB pages, some once taken out", ORANGE),
    ("up to 1/4 taken out", VERMILLION),
    ("up to 3/4 taken out", "#963F00"),
    ("more taken out", "#4A1D00"),
)
"""Kinds of regions of the direct map (analysis/atlas/region.py): whole is blue, in pieces warm, taken out dark."""
OTHERS = {"idle": "idle", "spin_user": "computing", "spin_kernel": "in kernel"}


def backing_name(backing: str) -> str:
    """Return the plain name of a backing, or the backing itself where it has none."""
    return BACKINGS.get(backing, (backing, GREY))[0]


def backing_colour(backing: str) -> str:
    """Return the colour of a backing."""
    return BACKINGS.get(backing, (backing, GREY))[1]


def way_name(way: str) -> str:
    """Return the plain name of a way to hold secrets."""
    return WAYS.get(way, way)


def phase_name(metric: str) -> str:
    """Return a metric's name as words."""
    return metric.replace("_", " ")
