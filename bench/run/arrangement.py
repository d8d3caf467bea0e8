"""Arrangements: which conditions one start of a program can make together."""

from __future__ import annotations

from collections.abc import Iterable

from workloads.catalog import find
from workloads.spec import Condition


def common(condition: Condition) -> Condition:
    """Return what the windows of a condition's timeline have in common: the condition itself where it is in none."""
    return find(condition.workload).common(condition)


def arranged(conditions: Iterable[Condition]) -> tuple[tuple[Condition, ...], ...]:
    """Return conditions by the timeline that they can share; most are alone."""
    groups: dict[Condition, list[Condition]] = {}
    for condition in conditions:
        groups.setdefault(common(condition), []).append(condition)
    return tuple(map(tuple, groups.values()))
