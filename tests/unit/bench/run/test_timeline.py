"""Timelines: one start, a run a window, each with what is its own; what goes wrong in one is the matter of one."""

from __future__ import annotations

from collections import Counter
from itertools import groupby
from pathlib import Path

import pytest

from bench.error import LabError
from bench.model.experiment import Experiment
from bench.model.run import Run
from bench.run.arrangement import common
from bench.run.conduct import conduct, program_ns
from bench.run.executor import Outcome, flags
from bench.run.journal import Journal
from bench.run.plan import estimate, make_plan
from bench.run.publish import seal
from bench.run.timeline import group, outcomes
from tests.unit.bench.run.fake import FakeExecutor, condition, experiment, manifest
from tests.unit.bench.run.fake_timeline import WINDOW_NS, timeline
from workloads.catalog import find
from workloads.program import Success
from workloads.spec import Condition, Failed, Unsupported

DOSES = (("none", 0), ("spin", 0), ("anonymous", 500), ("secret", 500), ("secret", "max"))


def beside(victim: str, aggressor: str, rate: int | str) -> Condition:
    return Condition.of("neighbour_throughput", victim=victim, aggressor=aggressor, rate=rate)


EXPERIMENT = Experiment(
    name="neighbours",
    question="?",
    profile="quick",
    claims=(),
    conditions=tuple(beside(victim, *dose) for victim in ("compute", "timer", "pipe") for dose in DOSES),
    blocks=4,
)
PLAN = make_plan(EXPERIMENT, 7)


@pytest.fixture
def journal(tmp_path: Path) -> Journal:
    return Journal.create(tmp_path / "neighbours" / "one", manifest(EXPERIMENT))


def reading(of: Condition) -> int:
    return 1 + EXPERIMENT.conditions.index(of)


def tell(of: Condition) -> tuple[dict[str, list[int]], dict[str, int]]:
    return {"operations": [reading(of)] * reading(of), "latency_p99": [7]}, {"cal_cpu0": reading(of)}


def make(journal: Journal, executor: FakeExecutor) -> tuple[Run, ...]:
    conduct(PLAN, executor, journal, lambda: {"x": 1}, lambda run: None)
    return journal.runs()


def test_plan_keeps_the_windows_of_a_timeline_together_and_draws_both_orders() -> None:
    assert Counter((t.block, t.condition) for t in PLAN) == Counter(
        (b, c) for b in range(4) for c in EXPERIMENT.conditions
    )
    starts = list(group(PLAN))
    assert [len(each) for each in starts] == [len(DOSES)] * 3 * 4
    victims = [tuple(k for k, _ in groupby(t.condition.get("victim") for t in PLAN if t.block == b)) for b in range(4)]
    assert all(len(order) == 3 for order in victims) and len(set(victims)) > 1
    assert len({tuple(t.condition.get("aggressor") for t in each) for each in starts}) > 6


def test_conditions_of_other_workloads_are_groups_of_one() -> None:
    plan = make_plan(experiment("anonymous", "secret", blocks=1), 7) * 2
    assert [len(each) for each in group(plan)] == [1, 1, 1, 1]
    assert common(condition("secret")) == condition("secret")


def test_program_is_told_the_windows_in_the_order_of_the_plan_and_no_aggressor_of_its_own() -> None:
    asked = tuple(beside("timer", *dose) for dose in (("secret", "max"), ("spin", 0), ("secret", 500)))
    words = flags(find("neighbour_throughput"), asked, (1, 0))
    told = dict(zip(words[::2], words[1::2], strict=True))
    assert told["--timeline"] == "secret:max,spin:0,secret:500"
    assert told["--victim"] == "timer" and told["--cpus"] == "1,0"
    assert not {"--aggressor", "--rate", "--copy"} & set(told)


def test_each_window_becomes_a_run_with_its_own_readings_counters_and_time(journal: Journal) -> None:
    executor = FakeExecutor(timeline=timeline(tell))
    runs = make(journal, executor)
    assert tuple(run.trial for run in runs) == PLAN
    assert executor.asked == [trial.condition for trial in PLAN]
    for run in runs:
        expected = reading(run.trial.condition)
        assert run.status == "ok" and run.native is not None and run.samples is not None
        assert run.native.after["cal_cpu0"] == 1000 + expected
        assert run.samples.readings == expected + 1
        raw = journal.raw(run.trial.index).read_bytes()
        assert raw == expected.to_bytes(8, "little") * expected + (7).to_bytes(8, "little")
        begin_ns, end_ns = (run.native.settings[f"window_{end}_ns"] for end in ("begin", "end"))
        assert begin_ns == int(run.native.settings["place"]) * WINDOW_NS and end_ns == int(begin_ns) + WINDOW_NS
    assert seal(journal).runs == len(PLAN)


def test_a_run_took_as_long_as_its_window(tmp_path: Path) -> None:
    start = next(group(PLAN))
    made = timeline(tell)(tuple(trial.condition for trial in start), tmp_path / "draft")
    assert [program_ns(each, 10**12) for each in outcomes(made, start)] == [WINDOW_NS] * len(start)


def test_harness_time_of_a_start_is_told_once(journal: Journal) -> None:
    runs = make(journal, FakeExecutor(timeline=timeline(tell)))
    firsts = {start[0].index for start in group(PLAN)}
    assert {run.trial.index for run in runs if run.harness_ns} <= firsts


def test_a_window_that_could_not_be_made_is_one_run_and_no_more(journal: Journal) -> None:
    def refuse(of: Condition) -> object:
        if of.get("rate") == "max":
            why = {"step": "mlock", "errno_name": "ENOMEM", "message": "no more may be locked"}
            return {"status": "unsupported", **why}
        if of.get("aggressor") == "none":
            return {"status": "failed", "step": "fork", "errno": 11, "errno_name": "EAGAIN", "message": "no process"}
        return tell(of)

    runs = make(journal, FakeExecutor(timeline=timeline(refuse)))
    by_dose = {(r.trial.condition.get("aggressor"), r.trial.condition.get("rate")): r for r in runs}
    assert by_dose["secret", "max"].status == "unsupported"
    assert by_dose["secret", "max"].notes[0].slug == "limit-reached"
    assert by_dose["none", 0].status == "failed" and by_dose["none", 0].samples is None
    assert by_dose["secret", 500].status == by_dose["spin", 0].status == "ok"
    assert by_dose["secret", 500].samples is not None


def test_a_start_that_is_refused_refuses_each_of_its_windows(journal: Journal) -> None:
    def none(conditions: tuple[Condition, ...], samples: Path) -> Outcome:
        return Unsupported("not-supported", "no such CPU")

    runs = make(journal, FakeExecutor(timeline=none))
    assert {run.status for run in runs} == {"unsupported"} and len(runs) == len(PLAN)


@pytest.mark.parametrize(
    "spoil",
    [
        lambda report: report.pop("windows"),
        lambda report: report["windows"].pop(),
        lambda report: report["windows"][0].pop("begin_ns"),
        lambda report: report["windows"][0].update(settings=None),
        lambda report: report["windows"][0].update(series=[{"metric": "operations"}]),
        lambda report: report["windows"][0].update(series=[]),
        lambda report: report["windows"].reverse(),
        lambda report: report["windows"].__setitem__(0, 5),
    ],
)
def test_a_report_that_makes_no_sense_is_failed_runs_and_no_traceback(journal: Journal, spoil: object) -> None:
    right = timeline(tell)

    def wrong(conditions: tuple[Condition, ...], samples: Path) -> Outcome:
        made = right(conditions, samples)
        assert isinstance(made, Success) and callable(spoil)
        spoil(made.report)
        return made

    runs = make(journal, FakeExecutor(timeline=wrong))
    assert len(runs) == len(PLAN)
    failed = [run for run in runs if run.status == "failed"]
    assert failed and {note.slug for run in failed for note in run.notes} == {"report-unreadable"}


def test_a_program_that_crashed_failed_in_all_windows(journal: Journal) -> None:
    runs = make(journal, FakeExecutor(timeline=lambda conditions, samples: Failed("crashed", "killed", signal=11)))
    assert {run.status for run in runs} == {"failed"}


def test_resume_makes_only_the_windows_that_are_missing(journal: Journal) -> None:
    class Enough(Exception): ...

    seen: list[Run] = []

    def stop(run: Run) -> None:
        seen.append(run)
        if len(seen) == 7:
            raise Enough

    with pytest.raises(Enough):
        conduct(PLAN, FakeExecutor(timeline=timeline(tell)), journal, dict, stop)
    rest = FakeExecutor(timeline=timeline(tell))
    runs = make(journal, rest)
    assert tuple(run.trial for run in runs) == PLAN
    assert rest.asked == [trial.condition for trial in PLAN[7:]]


def test_samples_that_find_no_room_end_it_and_are_made_again(journal: Journal) -> None:
    (journal.folder / "raw" / "draft.0").symlink_to("/dev/full")
    with pytest.raises(LabError, match="No space left on device"):
        make(journal, FakeExecutor(timeline=timeline(tell)))
    assert journal.runs() == ()
    (journal.folder / "raw" / "draft.0").unlink()
    assert len(make(journal, FakeExecutor(timeline=timeline(tell)))) == len(PLAN)


def test_the_direct_map_is_taken_once_before_and_after_a_start(journal: Journal) -> None:
    taken: list[str] = []

    def atlas() -> str:
        taken.append(f"state {len(taken)}")
        return taken[-1]

    executor = FakeExecutor(timeline=timeline(tell))
    conduct(PLAN, executor, journal, dict, lambda run: None, atlas)
    assert len(taken) == 2 * 3 * 4
    for run in journal.runs():
        touched = run.trial.condition.get("aggressor") == "secret"
        assert (run.atlas_before is not None) is (run.atlas_after is not None) is touched


def test_estimate_counts_a_start_a_timeline_and_the_length_of_its_windows() -> None:
    assert estimate(EXPERIMENT).seconds == pytest.approx(4 * 3 * (0.03 + 5 * 0.5), rel=0.4)
    long = EXPERIMENT.model_copy(
        update={
            "conditions": tuple(
                Condition.of(c.workload, **dict(c.factors), window_ms=5000) for c in EXPERIMENT.conditions
            )
        }
    )
    assert estimate(long).seconds - estimate(EXPERIMENT).seconds == pytest.approx(4 * 15 * 4.5)
