"""Change: what differs between two states of the direct map, and one state made of another and what differs."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from workloads.atlas import HIGHEST_PAGE, Atlas, Facts, Integers, checked

OUTSIDE = -1
"""Stands for the code of a page that an atlas does not reach to."""


@dataclass(frozen=True, slots=True, eq=False)
class Change:
    """Stretches in which two states differ: where, how long, and the codes (level << 8 | flags) before and after."""

    first_page: Integers
    pages: Integers
    was: Integers
    now: Integers


def compare(before: Atlas | None, after: Atlas) -> Change:
    """Return where two states differ, ascending, as far as `after` reaches: everywhere where there is none before."""
    starts = edges(after) if before is None else unshared_edges(before, after)
    starts = starts[starts < after.end_page]
    was, now = codes(before, starts), codes(after, starts)
    pages = np.diff(np.append(starts, after.end_page))
    differs = was != now
    return Change(*(column[differs] for column in (starts, pages, was, now)))


def edges(atlas: Atlas | None) -> Integers:
    """Return the pages at which something begins or ends, ascending."""
    return np.zeros(0, np.int64) if atlas is None else np.append(atlas.first_page, atlas.end_page)


def unshared_edges(before: Atlas, after: Atlas) -> Integers:
    """Return the pages at which a stretch begins or ends that only one of two states has, ascending.

    Mostly these are few: states of one machine have nearly all stretches in common.
    """
    same = np.minimum(np.searchsorted(before.first_page, after.first_page), len(before.first_page) - 1)
    shared = (before.first_page[same] == after.first_page) & (before.code[same] == after.code)
    shared &= before.pages[same] == after.pages
    left = np.ones(len(before.first_page), bool)
    left[same[shared]] = False
    first = np.concatenate([before.first_page[left], after.first_page[~shared]])
    return distinct(np.concatenate([first, first + np.concatenate([before.pages[left], after.pages[~shared]])]))


def distinct(pages: Integers) -> Integers:
    """Return pages in ascending order, each once: numpy's unique() hashes, which takes 20 times as long on these."""
    ordered = np.sort(pages, kind="stable")  # which merges what is in order already
    return ordered[np.append(True, ordered[1:] != ordered[:-1])] if len(ordered) else ordered


def codes(atlas: Atlas | None, pages: Integers) -> Integers:
    """Return the code of each of some pages, OUTSIDE where the atlas does not reach to."""
    if atlas is None:
        return np.full(len(pages), OUTSIDE, np.int64)
    found = atlas.code[np.searchsorted(atlas.first_page, pages, side="right") - 1]
    return np.where(pages < atlas.end_page, found, OUTSIDE)


def patched(before: Atlas | None, rows: tuple[Integers, Integers, Integers], end_page: int, facts: Facts) -> Atlas:
    """Return the state that is `before` with other pages in it: `rows` are first pages, lengths, and codes.

    Raises ValueError where the rows overlap or the outcome cannot be a direct map of `end_page` pages.
    """
    first, pages, code = rows
    ends = refuse_overlap(first, pages, end_page)
    old, old_code = open_ended(before)
    begin, end = np.searchsorted(old, first), np.searchsorted(old, ends)
    size = len(old) + 1
    covered = (np.bincount(begin, minlength=size) - np.bincount(end, minlength=size)).cumsum()[:-1] > 0
    kept = ~covered & (old < end_page)
    goes_on = old_code[np.searchsorted(old, ends, side="right") - 1]
    cut = (ends < end_page) & (old[np.minimum(end, len(old) - 1)] != ends) & (np.append(first[1:], end_page) != ends)
    starts = np.concatenate([old[kept], first, ends[cut]])
    new = np.concatenate([old_code[kept], code, goes_on[cut]])
    order = np.argsort(starts, kind="stable")  # which merges what is in order already
    return joined(starts[order], new[order], end_page, facts)


def open_ended(atlas: Atlas | None) -> tuple[Integers, Integers]:
    """Return where stretches begin and their codes, with what lies behind the end as one more."""
    if atlas is None:
        return np.zeros(1, np.int64), np.full(1, OUTSIDE, np.int64)
    return edges(atlas), np.append(atlas.code, OUTSIDE)


def refuse_overlap(first: Integers, pages: Integers, end_page: int) -> Integers:
    """Return where rows end; raises ValueError where they overlap, are empty, or reach beyond the end."""
    if not 0 < end_page <= HIGHEST_PAGE:
        raise ValueError(f"no memory ends with page {end_page}")
    if len(first) and (first.min() < 0 or first.max() >= end_page or pages.min() < 1 or pages.max() > end_page):
        raise ValueError("a row lies outside of memory")
    ends: Integers = first + pages
    if (first[1:] < ends[:-1]).any() or (ends > end_page).any():
        raise ValueError("rows overlap or reach beyond the memory")
    return ends


def joined(starts: Integers, code: Integers, end_page: int, facts: Facts) -> Atlas:
    """Return the atlas of stretches that may have equal neighbours, with those made one."""
    begins = np.append(True, code[1:] != code[:-1]) if len(code) else np.zeros(0, bool)
    first = starts[begins]
    return checked(Atlas(facts, first, np.diff(np.append(first, end_page)), code[begins]))
