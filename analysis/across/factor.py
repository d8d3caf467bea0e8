"""Factors: by what a question's ratio is multiplied from one sort of machine to another."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from analysis.across.design import CORES, FACTORS, Column, Design
from analysis.stats.interval import Floats
from analysis.stats.mixed import Mixed

ALPHA = 0.05
MOST_LOG = 700.0


@dataclass(frozen=True, slots=True)
class Span:
    """A ratio with its interval, and where that of one more machine is to be expected (95 % both)."""

    ratio: float
    low: float
    high: float
    next_low: float
    next_high: float


@dataclass(frozen=True, slots=True)
class Level:
    """What is expected at one level of a factor, all else being as it is on average over the results."""

    name: str
    results: int
    span: Span


@dataclass(frozen=True, slots=True)
class Shift:
    """By what a column multiplies the ratio, with its 95 % interval."""

    column: Column
    ratio: float
    low: float
    high: float


@dataclass(frozen=True, slots=True)
class Factor:
    """What a question has to do with a factor; `adjusted` is p among all factors of all questions (Holm)."""

    name: str
    p: float
    adjusted: float
    shifts: tuple[Shift, ...]
    levels: tuple[Level, ...]

    @property
    def matters(self) -> bool:
        """Tell whether it makes a difference, with all that was asked allowed for."""
        return self.adjusted < ALPHA


def span(model: Mixed, at: Floats) -> Span:
    """Return what the model says of a row of its design, as ratios."""
    value, near, wide = model.estimate(at)
    return Span(*ratios(value, near.low, near.high, wide.low, wide.high))


def ratios(*logs: float) -> list[float]:
    """Return ratios from their logarithms; none is beyond what a number can hold, whoever sent what they rest on."""
    found: list[float] = np.exp(np.clip(logs, -MOST_LOG, MOST_LOG)).tolist()
    return found


def factors(columns: Design, model: Mixed) -> list[Factor]:
    """Return what the question has to do with every factor that varies, each p by itself alone."""
    found = []
    for name in (*FACTORS, CORES):
        its = columns.of(name)
        if its:
            p = model.p(its)
            shifts = tuple(shift(columns, model, n) for n in its)
            levels = () if name == CORES else tuple(each_level(columns, model, its))
            found.append(Factor(name, p, p, shifts, levels))
    return found


def shift(columns: Design, model: Mixed, place: int) -> Shift:
    """Return by what a column multiplies the ratio."""
    row = np.zeros(columns.matrix.shape[1])
    row[place] = 1
    value, near, _ = model.estimate(row)
    return Shift(columns.columns[place - 1], *ratios(value, near.low, near.high))


def each_level(columns: Design, model: Mixed, its: list[int]) -> list[Level]:
    """Return a factor's levels, the usual one first."""
    usual = columns.columns[its[0] - 1].usual
    names = [usual, *(columns.columns[n - 1].level for n in its)]
    found = []
    for place, name in enumerate(names):
        row = columns.matrix.mean(axis=0)
        row[its] = [float(n == place) for n in range(1, len(names))]
        mine = columns.matrix[:, its[place - 1]] == 1 if place else (columns.matrix[:, its] == 0).all(axis=1)
        found.append(Level(name, int(mine.sum()), span(model, row)))
    return found
