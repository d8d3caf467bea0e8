"""Where the kernel's time goes in a fault: sampled stacks sorted into a few kinds of work, as shares with intervals."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from analysis.stats.interval import Floats, Interval
from analysis.stats.share import share_interval
from bench.model.profile import Profile, Sampled
from workloads.spec import Condition

Frames = tuple[str, ...]
"""A chain of calls, outermost first."""
DEEPEST = 128
FAULT = re.compile(r"(asm_)?exc_page_fault|handle_mm_fault|do_page_fault|do_mem_abort|el0_da")
INTERRUPTED = re.compile(r"(asm_)?sysvec_.*|asm_common_interrupt|handle_softirqs|el1h?_(64_)?irq.*|(__)?schedule")
RULES = (
    ("flush", re.compile(r"smp_call_function.*|on_each_cpu.*|flush_tlb.*|.*send_(call_func.*|IPI.*|ipi.*)")),
    ("clear", re.compile(r"clear_(page|huge_page|user_page|highpage).*|folio_zero.*|kernel_init_pages")),
    ("direct_map", re.compile(r"set_direct_map.*|(__)?change_page_attr.*|cpa_.*|lookup_address.*|update_range_prot")),
    ("accounting", re.compile(r".*(mem_cgroup|memcg|lruvec|vm_enough_memory).*|(try_)?charge_.*|percpu_counter.*")),
    ("accounting", re.compile(r"(__)?filemap_(get|add).*|shmem_(add_to_page_cache|inode_acct.*|recalc.*)|xas_.*")),
    ("accounting", re.compile(r"(__)?folio_(add_.*|batch_.*|mod_stat|mark_accessed)|(__)?m(un)?lock_.*|lru_.*")),
    ("allocation", re.compile(r".*alloc_(folio|pages?|frozen_pages|mpol)(_.*)?|folio_alloc.*|vma_alloc_folio.*")),
    ("allocation", re.compile(r".*rmqueue.*|get_page_from_freelist|prep_new_page|post_alloc_hook|get_.*_policy")),
)
"""Kinds of work by the names of functions; from the innermost function outward, the first that matches decides."""
INTERRUPT, REST = "interrupts", "rest"
GROUPS = ("flush", "direct_map", "clear", "allocation", "accounting", REST, INTERRUPT)
"""All kinds, in the order in which they are drawn."""


@dataclass(frozen=True, slots=True)
class Share:
    """The part of a fault's samples that is one kind of work, 0 to 1, and how far it may be off."""

    value: float
    interval: Interval


@dataclass(frozen=True, slots=True)
class Breakdown:
    """One condition's faults: how many samples fell into them, in how many processes, and the share of each kind."""

    condition: Condition
    event: str
    samples: int
    processes: int
    shares: dict[str, Share]


def group_of(frames: Sequence[str]) -> str:
    """Return the kind of work that a chain of calls ends in; what interrupts a fault is no work of its own."""
    if any(INTERRUPTED.fullmatch(frame) for frame in frames):
        return INTERRUPT
    for frame in reversed(frames):
        for group, rule in RULES:
            if rule.fullmatch(frame):
                return group
    return REST


def faults(sampled: Sampled) -> dict[Frames, NDArray[np.int64]]:
    """Return the stacks that are inside of a page fault, from the fault inward, with counts by process."""
    found: dict[Frames, NDArray[np.int64]] = {}
    for stack in sampled.stacks:
        frames = tuple(stack.frames.split(";"))[:DEEPEST]
        start = next((place for place, frame in enumerate(frames) if FAULT.fullmatch(frame)), None)
        if start is not None:
            inward = frames[start:]
            found[inward] = found.get(inward, 0) + np.array(stack.counts, dtype=np.int64)
    return found


def breakdowns(profile: Profile | None) -> tuple[Breakdown, ...]:
    """Return every condition's breakdown, of those that have samples."""
    made = (breakdown(sampled) for sampled in (profile.conditions if profile else ()))
    return tuple(each for each in made if each is not None)


def breakdown(sampled: Sampled) -> Breakdown | None:
    """Return one condition's shares; the intervals rest on whole processes, whose samples hang together."""
    stacks = faults(sampled)
    counted = np.zeros((len(GROUPS), sampled.processes))
    for frames, counts in stacks.items():
        counted[GROUPS.index(group_of(frames))] += counts
    wholes = counted.sum(axis=0)
    if not wholes.any():
        return None
    shares = {name: share(counted[n], wholes) for n, name in enumerate(GROUPS)}
    return Breakdown(sampled.condition, sampled.event, int(wholes.sum()), sampled.processes, shares)


def share(counts: Floats, wholes: Floats) -> Share:
    """Return the share of one kind of work with its interval."""
    return Share(float(counts.sum() / wholes.sum()), share_interval(counts, wholes))
