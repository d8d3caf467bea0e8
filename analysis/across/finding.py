"""Findings: what holds of every kind of machine, and what it depends on, question by question."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Literal

import numpy as np

from analysis.across.design import Column, Design, design, plain
from analysis.across.effect import Effect
from analysis.across.factor import Factor, Span, factors, span
from analysis.across.machine import Kind
from analysis.across.question import Question
from analysis.stats.mixed import Mixed, mixed
from analysis.stats.multiplicity import holm

Holds = Literal["holds everywhere", "holds nowhere", "depends", "open"]
FEWEST_KINDS = 5
"""With fewer kinds of machine nothing is said of others."""
SPARE = 5
"""So many more kinds than coefficients are asked for before factors are taken in."""


@dataclass(frozen=True, slots=True)
class Place:
    """What is expected of machines of one flush class, virtualisation, kernel and size that were measured."""

    flush: str
    virtual: bool
    series: str
    cpus: int
    results: int
    span: Span


@dataclass(frozen=True, slots=True)
class Finding:
    """What came of a question; without a model, `why` says why there is none.

    `apart` is by what factor machines typically differ beside all that the model knows of them, `mixed_up` what cannot
    be told from another factor.
    """

    question: Question
    text: str
    results: int
    kinds: int
    outcome: Holds
    typical: Span | None = None
    places: tuple[Place, ...] = ()
    factors: tuple[Factor, ...] = ()
    apart: float = 1.0
    mixed_up: tuple[Column, ...] = ()
    why: str = ""


def findings(effects: Sequence[Effect]) -> tuple[Finding, ...]:
    """Return the finding of every question, in the order of their names."""
    by_question: dict[Question, list[Effect]] = {}
    for effect in effects:
        by_question.setdefault(effect.question, []).append(effect)
    return tuple(allow_for([finding(by_question[question]) for question in sorted(by_question, key=key)]))


def key(question: Question) -> tuple[str, str]:
    """Return what questions are sorted by: the name, and then the whole of it."""
    return question.name, question.claim.model_dump_json()


def finding(effects: Sequence[Effect]) -> Finding:
    """Return what came of a question, each factor's p by itself alone."""
    first = effects[0]
    known = [effect for effect in effects if np.isfinite([effect.value, effect.error]).all()]
    kinds = list(dict.fromkeys(effect.machine.kind for effect in known))
    without = Finding(first.question, first.text, len(effects), len({e.machine.kind for e in effects}), "open")
    if len(kinds) < FEWEST_KINDS:
        why = f"of others nothing is said from fewer than {FEWEST_KINDS} kinds of machine with two blocks or more"
        return replace(without, why=why)
    columns = design(known)
    if len(kinds) < columns.matrix.shape[1] + SPARE:
        columns = plain(known)
    model = fitted(known, columns, kinds)
    if model is None:
        return replace(without, why="the model finds no end: the results may be alike to the last digit")
    places = tuple(expected(known, columns, model))
    return replace(
        without,
        results=len(known),
        kinds=len(kinds),
        outcome=outcome(first.question, places),
        typical=span(model, columns.matrix.mean(axis=0)),
        places=places,
        factors=tuple(factors(columns, model)),
        apart=float(np.exp(model.spread)),
        mixed_up=columns.mixed_up,
    )


def fitted(effects: Sequence[Effect], columns: Design, kinds: list[Kind]) -> Mixed | None:
    """Return the model of some effects, None where there is none for them."""
    groups = np.array([kinds.index(effect.machine.kind) for effect in effects])
    values, errors = (np.array([getattr(each, name) for each in effects]) for name in ("value", "error"))
    try:
        found = mixed(values, errors, columns.matrix, groups)
    except (np.linalg.LinAlgError, ValueError):
        return None
    known = (*found.coefficients, *found.covariance.ravel(), found.between, found.within)
    return found if np.isfinite(known).all() and (np.diag(found.covariance) > 0).all() else None


def expected(effects: Sequence[Effect], columns: Design, model: Mixed) -> list[Place]:
    """Return what is expected wherever something was measured, the most results first."""
    rows: dict[tuple[str, bool, str, int], list[int]] = {}
    for row, effect in enumerate(effects):
        machine = effect.machine
        rows.setdefault((machine.flush, machine.kind.virtual, machine.series, machine.kind.cpus), []).append(row)
    found = [Place(*where, len(its), span(model, columns.matrix[its[0]])) for where, its in rows.items()]
    return sorted(found, key=lambda place: (-place.results, place.flush, place.virtual, place.series, place.cpus))


def outcome(question: Question, places: Sequence[Place]) -> Holds:
    """Return what one more machine can be expected to show, wherever something was measured."""
    seen = {verdict(question, place.span) for place in places}
    if seen == {"supported"}:
        return "holds everywhere"
    if seen == {"refuted"}:
        return "holds nowhere"
    return "depends" if seen >= {"supported", "refuted"} else "open"


def verdict(question: Question, expected: Span) -> str:
    """Return what a claim amounts to on one more machine of a place; see verdict.py for the rule."""
    claim, low, high = question.claim, expected.next_low, expected.next_high
    above, below = 1 + claim.smallest_effect, 1 / (1 + claim.smallest_effect)
    holds = {"greater": low > above, "less": high < below, "equivalent": below < low and high < above}
    fails = {"greater": high < above, "less": low > below, "equivalent": low > above or high < below}
    return "supported" if holds[claim.relation] else "refuted" if fails[claim.relation] else "undecided"


def allow_for(found: Sequence[Finding]) -> list[Finding]:
    """Return the findings with every factor's p adjusted for all that was asked."""
    adjusted = iter(holm([factor.p for each in found for factor in each.factors]))
    return [replace(e, factors=tuple(replace(f, adjusted=next(adjusted)) for f in e.factors)) for e in found]
