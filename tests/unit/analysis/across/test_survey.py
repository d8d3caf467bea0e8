"""Many results together: a fleet of known truth comes back, and each result says what its own report says."""

from __future__ import annotations

import dataclasses
import math
from pathlib import Path

import numpy as np
import pytest

from analysis.across.connection import connected
from analysis.across.effect import Effect
from analysis.across.factor import Factor, Shift
from analysis.across.finding import Finding, Place, findings
from analysis.across.machine import Machine
from analysis.across.source import Source, take
from analysis.across.survey import Survey, survey
from analysis.load import load
from analysis.place import PUBLISHED
from analysis.report.across import sorts
from analysis.report.study import study
from tests.unit.analysis.across.made import Truth, effects, fleet, written

TRUTH = Truth()
KINDS, HOSTS = 24, 2
TIMES = 200


@pytest.fixture(scope="module")
def found(tmp_path_factory: pytest.TempPathFactory) -> Survey:
    folder = tmp_path_factory.mktemp("fleet")
    paths = [written(folder, host, TRUTH).path for host in fleet(TRUTH, KINDS, HOSTS)]
    with connected("duckdb") as engine:
        return survey(engine, map(take, paths))


def is_near(shift: Shift, true: float) -> bool:
    """Tell whether a truth is within two half-widths of a 95 % interval: one in some ten thousand is not."""
    return abs(math.log(shift.ratio) - true) <= math.log(shift.high / shift.low)


def named(found: Survey, name: str) -> Finding:
    return next(each for each in found.findings if each.question.claim.name == name)


def factor(of: Finding, name: str) -> Factor:
    return next(each for each in of.factors if each.name == name)


def test_every_result_of_a_fleet_is_taken_in(found: Survey) -> None:
    assert found.skipped == ()
    assert len(found.machines) == KINDS * HOSTS
    assert len(found.effects) == 2 * KINDS * HOSTS
    assert found.readings == KINDS * HOSTS * 3 * 6 * 64
    assert {each.question.name for each in found.findings} == {"page_cost touch-p50", "page_cost touch-memfd"}


def test_flush_class_is_told_by_the_interrupts_that_were_counted(found: Survey) -> None:
    meant = {host.name: host.flush for host in fleet(TRUTH, KINDS, HOSTS)}
    assert {machine.name: machine.flush for machine in found.machines} == meant
    assert set(meant.values()) == {"IPI", "INVLPGB", "TLBI"}


def test_truth_that_depends_on_the_machine_comes_back(found: Survey) -> None:
    touch = named(found, "touch-p50")
    assert touch.kinds == KINDS and touch.results == KINDS * HOSTS
    flush = factor(touch, "flush")
    assert flush.matters
    for shift in flush.shifts:
        true = dict(TRUTH.flush)[shift.column.level] - dict(TRUTH.flush)[shift.column.usual]
        assert is_near(shift, true)
    [twice] = factor(touch, "cores").shifts
    assert is_near(twice, TRUTH.twice)
    assert factor(touch, "cores").matters
    assert not factor(touch, "kernel").matters


def test_truth_that_holds_on_every_machine_comes_back(found: Survey) -> None:
    memfd = named(found, "touch-memfd")
    assert memfd.outcome == "holds everywhere"
    assert memfd.typical and abs(math.log(memfd.typical.ratio / 3)) <= math.log(memfd.typical.high / memfd.typical.low)
    assert not any(each.matters for each in memfd.factors)
    assert memfd.apart < 1.05


@pytest.mark.parametrize("name", ["page_cost", "direct_map_reads", "secret_life"])
def test_each_result_says_what_its_own_report_says(name: str) -> None:
    path = max((PUBLISHED / name).iterdir())
    with connected("duckdb") as engine:
        made = survey(engine, [take(path)])
    said = {each.question.claim.name: each for each in made.effects}
    verdicts = [verdict for verdict in study(load(path)).verdicts if verdict.ratio]
    assert {verdict.claim.name for verdict in verdicts} == said.keys()
    assert len(said) > 2
    for verdict in verdicts:
        assert verdict.ratio
        ours = said[verdict.claim.name]
        assert ours.blocks == verdict.ratio.blocks
        if verdict.claim.statistic == "mean":  # a quotient of integers there, a mean of floats here
            assert math.isclose(ours.value, np.mean(verdict.ratio.logs), rel_tol=1e-12)
        else:
            assert ours.value == np.mean(verdict.ratio.logs)


def test_intervals_hold_the_truth_of_made_up_fleets_as_often_as_they_promise() -> None:
    held = {"flush": 0, "twice": 0, "next": 0}
    shifts = 0
    for seed in range(TIMES):
        hosts = list(fleet(TRUTH, 30, 2, seed=seed))
        [touch] = findings(effects(TRUTH, iter(hosts), seed=seed))
        for shift in factor(touch, "flush").shifts:
            true = dict(TRUTH.flush)[shift.column.level] - dict(TRUTH.flush)[shift.column.usual]
            held["flush"] += shift.low <= math.exp(true) <= shift.high
            shifts += 1
        [twice] = factor(touch, "cores").shifts
        held["twice"] += twice.low <= math.exp(TRUTH.twice) <= twice.high
        first = hosts[0].machine
        place = next(each for each in touch.places if is_there(each, first))
        another = TRUTH.of(first) + np.random.default_rng(seed).normal(0, math.hypot(TRUTH.kinds, TRUTH.hosts))
        held["next"] += place.span.next_low <= math.exp(another) <= place.span.next_high
    least = 0.95 - 3 * math.sqrt(0.95 * 0.05 / TIMES)
    assert held["flush"] / shifts >= least
    assert held["twice"] / TIMES >= least
    assert held["next"] / TIMES >= least


def is_there(place: Place, machine: Machine) -> bool:
    mine = (machine.flush, machine.kind.virtual, machine.series, machine.kind.cpus)
    return (place.flush, place.virtual, place.series, place.cpus) == mine


@pytest.mark.parametrize(("sizes", "told"), [((2, 2), "2 CPUs"), ((1, 1), "1 CPU"), ((1, 64), "1 to 64 CPUs")])
def test_sizes_of_machines_are_told_as_they_are(sizes: tuple[int, int], told: str) -> None:
    hosts = [effect.machine for effect in effects(TRUTH, fleet(TRUTH, 2, 1))]
    pairs = zip(hosts, sizes, strict=True)
    machines = [dataclasses.replace(host, kind=dataclasses.replace(host.kind, cpus=size)) for host, size in pairs]
    assert sorts(machines)[-1] == (told, 2, 2)


def test_few_kinds_say_nothing_of_others() -> None:
    [touch] = findings(effects(TRUTH, fleet(TRUTH, 4, 5)))
    assert touch.outcome == "open" and touch.typical is None
    assert "fewer than 5 kinds" in touch.why


def test_few_kinds_are_put_together_without_factors() -> None:
    [touch] = findings(effects(TRUTH, fleet(TRUTH, 6, 2)))
    assert touch.typical and touch.factors == ()


def test_results_of_one_kind_count_as_one_kind() -> None:
    one = list(fleet(TRUTH, 6, 1))
    often: list[Effect] = effects(TRUTH, iter(one * 10))
    [touch], [once] = findings(often), findings(effects(TRUTH, iter(one)))
    assert touch.typical and once.typical
    assert touch.kinds == once.kinds == 6 and touch.results == 60
    width, before = (math.log(each.high / each.low) for each in (touch.typical, once.typical))
    assert width > before / 2, "sixty results of six kinds were taken for sixty kinds"


def test_claims_that_mean_something_else_by_one_name_are_two_questions(tmp_path: Path) -> None:
    hosts = list(fleet(TRUTH, 2, 1))
    paths = [written(tmp_path, hosts[0], TRUTH, pages=64).path, written(tmp_path, hosts[1], TRUTH, pages=32).path]
    with connected("duckdb") as engine:
        made = survey(engine, map(take, paths))
    assert [each.question.claim.name for each in made.findings] == [
        "touch-memfd",
        "touch-memfd",
        "touch-p50",
        "touch-p50",
    ]
    assert all(each.results == 1 for each in made.findings)


def test_machine_that_cannot_be_told_takes_the_flush_class_of_its_other_results(tmp_path: Path) -> None:
    host = next(each for each in fleet(TRUTH, 40, 1) if each.flush == "INVLPGB")
    told = take(written(tmp_path, host, TRUTH).path)
    assert isinstance(told, Source) and told.machine.flush == "INVLPGB"
    silent = take(written(tmp_path / "silent", host, TRUTH, blocks=2, seed=4).path)
    assert isinstance(silent, Source)
    unknown = dataclasses.replace(silent, machine=dataclasses.replace(silent.machine, flush="not told"))
    with connected("duckdb") as engine:
        made = survey(engine, [told, unknown])
    assert [machine.flush for machine in made.machines] == ["INVLPGB", "INVLPGB"]
