"""Results that ended when they knew enough: how they ended, what it costs their intervals, and what is not believed."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest

from analysis.load import Result, load
from analysis.report import closing, stopping
from analysis.report.study import study
from analysis.report.summary import summary
from analysis.stopping import half_width, look, stop, widest
from analysis.verdict import judge
from bench.error import LabError
from bench.model.claim import Claim
from bench.model.experiment import Experiment
from bench.model.manifest import Manifest
from bench.run.conduct import conduct
from bench.run.executor import Outcome
from bench.run.journal import Journal, digest
from bench.run.look import at_looks, limited
from bench.run.plan import make_plan
from bench.run.publish import seal
from tests.unit.bench.run.fake import FakeExecutor, condition, experiment, manifest, success
from workloads.spec import Condition, Unsupported

BASELINE, TREATMENT = condition("anonymous"), condition("secret")
CLAIM = Claim(
    name="slower", text="It is slower.", metric="first_touch", statistic="p50", baseline=BASELINE, treatment=TREATMENT,
    relation="greater", smallest_effect=0.1,
)  # fmt: skip
PLAIN = experiment("anonymous", "secret").model_copy(update={"claims": (CLAIM,)})


def measured(folder: Path, spread: float, width: float = 0.05, most: int = 20, *, sealed: bool = True) -> Result:
    """Return the result of an experiment that was ended by its rule; processes differ by `spread`."""
    rng = np.random.default_rng(3)

    def answer(condition: Condition, samples: Path) -> Outcome:
        return success(samples, (int(100_000 * (1 + (condition == TREATMENT)) * np.exp(rng.normal(0, spread))),))

    return by_rule(folder, limited(PLAIN, width, most), FakeExecutor(answer), sealed=sealed)


def by_rule(folder: Path, of: Experiment, executor: FakeExecutor, *, sealed: bool = True) -> Result:
    """Make an experiment as its own rule has it."""
    journal = Journal.create(folder / of.name / "made", manifest(of))
    plan = make_plan(of, 7)

    def is_enough() -> bool:
        assert of.until
        return look(load(journal.folder)).half_width <= of.until.half_width

    conduct(plan, executor, journal, dict, lambda run: None, enough=at_looks(of.until, is_enough))
    if sealed:
        seal(journal)
    return load(journal.folder)


def test_narrow_intervals_end_a_run_at_the_first_look(tmp_path: Path) -> None:
    result = measured(tmp_path, 0.01)
    found = stop(result, study(result).verdicts)
    assert found and (found.blocks, found.look, found.enough) == (8, 1, True)
    assert found.widest.claim == "slower" and 0 < found.widest.half_width <= 0.05


def test_wide_intervals_go_on_to_the_last_block(tmp_path: Path) -> None:
    result = measured(tmp_path, 0.5)
    found = stop(result, study(result).verdicts)
    assert found and (found.blocks, found.look, found.enough) == (20, 3, False)


def test_interval_is_as_wide_as_all_looks_ask(tmp_path: Path) -> None:
    ended = study(measured(tmp_path / "a", 0.01))
    (verdict,) = ended.verdicts
    assert verdict.ratio and verdict.ratio.looks == 3
    fixed = PLAIN.model_copy(update={"blocks": 8})
    as_if = Result(
        ended.result.path, ended.result.manifest.model_copy(update={"experiment": fixed}), ended.result.runs,
        ended.result.seal,
    )  # fmt: skip
    narrow = judge(CLAIM, study(as_if).cells, as_if).ratio
    assert narrow and narrow.value == verdict.ratio.value and narrow.looks == 1
    assert verdict.ratio.low < narrow.low < narrow.high < verdict.ratio.high
    assert verdict.ratio.detectable > narrow.detectable
    assert verdict.ratio.difference.above(0.6) == pytest.approx(3 * narrow.difference.above(0.6))
    wide, slim = (each.cells[0].intervals["p50"] for each in (ended, study(as_if)))
    assert wide.high - wide.low > slim.high - slim.low


def test_report_says_how_it_ended_and_how_to_do_it_again(tmp_path: Path) -> None:
    result = measured(tmp_path, 0.01)
    of = study(result)
    assert of.stop and (of.blocks, of.planned, of.made) == (8, 16, 16)
    text = stopping.told(of.stop)
    assert "looked at after 8, 16, 20 blocks. Ended after 8, at look 1 of 3" in text and "that was enough" in text
    assert "16 of 16 runs" in summary([result]) and "Ended after 8" in summary([result])
    assert closing.command(result.manifest) == (
        "./lab run page_cost --profile quick --until 5% --max-blocks 20 --pages 4 --seed 7"
    )


def test_report_says_that_it_was_not_enough(tmp_path: Path) -> None:
    of = study(measured(tmp_path, 0.5))
    assert of.stop and "not enough, but the blocks had come to their end" in stopping.told(of.stop)


def test_result_that_is_not_finished_did_not_stop(tmp_path: Path) -> None:
    of = study(measured(tmp_path, 0.01, sealed=False))
    assert of.stop is None and of.planned == 40


def test_result_of_a_fixed_number_of_blocks_did_not_stop(tmp_path: Path) -> None:
    assert study(by_rule(tmp_path, PLAIN, FakeExecutor())).stop is None


def test_claim_that_cannot_be_measured_keeps_no_run_going(tmp_path: Path) -> None:
    refused = FakeExecutor(lambda condition, samples: Unsupported("secret-disabled", "switched off"))
    result = by_rule(tmp_path, limited(PLAIN, 0.05, 20), refused)
    found = study(result).stop
    assert found and found.blocks == 8 and "no claim that could be measured" in stopping.told(found)


def test_single_block_is_as_wide_as_can_be(tmp_path: Path) -> None:
    (verdict,) = study(by_rule(tmp_path, PLAIN.model_copy(update={"blocks": 1}), FakeExecutor())).verdicts
    assert verdict.ratio and half_width(verdict.ratio) == np.inf
    assert widest([("a", None), ("b", verdict.ratio)]).claim == "b"


Lie = Callable[[dict[str, object]], dict[str, object]]
LIES: dict[str, Lie] = {
    "no looks": lambda rule: rule | {"looks": []},
    "looks that go down": lambda rule: rule | {"looks": [20, 8]},
    "another end": lambda rule: rule | {"looks": [8, 16]},
    "a look twice": lambda rule: rule | {"looks": [8, 8, 20]},
    "fewer looks than there were": lambda rule: rule | {"looks": [16, 20]},
    "no width": lambda rule: rule | {"half_width": 0},
    "every width": lambda rule: rule | {"half_width": 1e300},
}


@pytest.mark.parametrize("lie", LIES.values(), ids=LIES)
def test_rule_that_cannot_be_is_refused(tmp_path: Path, lie: Lie) -> None:
    path = measured(tmp_path, 0.01).path
    told = json.loads((path / "manifest.json").read_text())
    told["experiment"]["until"] = lie(told["experiment"]["until"])
    Manifest.model_validate(told)
    (path / "manifest.json").write_text(json.dumps(told))
    sealed = json.loads((path / "seal.json").read_text())
    sealed["sha256"]["manifest.json"] = digest(path / "manifest.json")
    (path / "seal.json").write_text(json.dumps(sealed))
    with pytest.raises(LabError, match=r"stopping rule cannot be believed.*result-inconsistent"):
        load(path)
