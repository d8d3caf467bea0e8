"""Controls: counted from the runs' own counters."""

from __future__ import annotations

from pathlib import Path

from analysis.load import Result
from analysis.report.control import backing, controls, spread
from analysis.report.study import study
from bench.model.run import Run
from tests.unit.analysis.plots.made import page_cost_result, refused


def found(result: Result) -> dict[str, str]:
    return {control.name: control.found for control in controls(study(result))}


def test_faults_are_held_against_touches(tmp_path: Path) -> None:
    assert found(page_cost_result(tmp_path, blocks=2))["Page faults beside the first touches"] == "0 to 0 a run"


def test_preparing_is_told_for_each_size_of_page_apart(tmp_path: Path) -> None:
    def prepared(run: Run, backing: str, ns: float) -> Run:
        assert run.native
        how = run.native.host_backing.model_copy(update={"prepared_with": backing, "prepare_ns_per_page": ns})
        return run.model_copy(update={"native": run.native.model_copy(update={"host_backing": how})})

    first, second, third, *_ = page_cost_result(tmp_path, blocks=2).runs
    runs = [prepared(first, "secret", 9e3), prepared(second, "mmap_mlock", 1e3), prepared(third, "hugetlb_1g", 2.7e9)]
    assert {control.name: control.found for control in backing(runs)} == {
        "Preparing the memory, pages of 4 KB": "1.00 to 9.00 us a page, median 5.00 us",
        "Preparing the memory, pages of 1 GB": "2.70 to 2.70 s a page, median 2.70 s",
    }


def test_calls_are_told_by_what_the_others_do(tmp_path: Path) -> None:
    names = [name for name in found(page_cost_result(tmp_path, blocks=2)) if name.startswith("Calls")]
    assert [name.rsplit("others ")[-1] for name in names] == ["idle", "computing", "in kernel"]


def test_idle_neighbour_makes_the_calls_a_lower_bound(tmp_path: Path) -> None:
    told = {c.name: c.meaning for c in controls(study(page_cost_result(tmp_path, blocks=2)))}
    assert [name for name, meaning in told.items() if "lower bound" in meaning] == [
        "Calls to other CPUs a page, others idle"
    ]


def test_no_controls_where_nothing_ran(tmp_path: Path) -> None:
    assert controls(study(page_cost_result(tmp_path, answer=refused, blocks=1))) == ()


def test_splits_of_two_sittings_are_added_up_without_what_lies_between(tmp_path: Path) -> None:
    first, *_, last = page_cost_result(tmp_path, blocks=1).runs
    runs = (split(first, 0, 10, 14), split(last, 1, 0, 3))
    assert spread(runs, "direct_map_level2_splits") == 7


def test_splits_that_are_not_counted_are_not_none_of_them(tmp_path: Path) -> None:
    assert spread(page_cost_result(tmp_path, blocks=1).runs, "direct_map_level2_splits") is None


def split(run: Run, sitting: int, before: int, after: int) -> Run:
    counted: dict[str, object] = {"sitting": sitting}
    for name, count in (("before", before), ("after", after)):
        counted[name] = {"direct_map_level2_splits": count}
    return run.model_copy(update=counted)
