"""The pictures of fragmentation: each has a row a condition, and nothing of what was not measured."""

from __future__ import annotations

from pathlib import Path

import pytest

from analysis.load import Result
from analysis.plots import beside, growth, reach, scar
from analysis.plots.usage import range_text
from tests.unit.analysis.plots.made import fragmentation_result, measured, page_cost_result, refused
from workloads.program import Success
from workloads.spec import Condition, Samples, Unsupported

FIGURES = (growth, reach, scar, beside)


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Result:
    return fragmentation_result(tmp_path_factory.mktemp("result"), blocks=2)


@pytest.mark.parametrize("plot", FIGURES, ids=lambda plot: plot.__name__)
def test_every_row_is_as_wide_as_the_header(plot: object, made: Result) -> None:
    figure = plot.draw(made, ())
    assert figure is not None and figure.rows
    assert {len(row) for row in figure.rows} == {len(figure.header)}
    assert figure.svg.startswith("<svg")


def test_rows_are_those_of_the_conditions(made: Result) -> None:
    conditions = made.manifest.experiment.conditions
    steered = [c for c in conditions if str(c.get("use")).startswith("steered")]
    rounds = [c for c in conditions if c.get("rounds")]
    rows = {plot: len(plot.draw(made, ()).rows) for plot in FIGURES}
    natural = len(conditions) - len(steered) - len(rounds)
    assert rows == {growth: natural, beside: natural, scar: len(rounds), reach: len(steered) + 2}


def test_steered_use_reaches_a_region_a_page_and_one_page_reaches_all(made: Result) -> None:
    rows = {row[0]: row for row in reach.draw(made, ()).rows}
    assert rows["steered"][3:6] == ("32", "32", "1.00")
    assert rows["steered, one page at a time"][3:6] == ("1", "32", "32.0")


def test_page_tables_are_one_page_a_split(made: Result) -> None:
    for row in growth.draw(made, ()).rows:
        assert row[7] == f"{4 * int(row[4].split()[0])} KB"


@pytest.mark.parametrize("plot", FIGURES, ids=lambda plot: plot.__name__)
def test_other_results_have_no_such_picture(plot: object, tmp_path: Path) -> None:
    assert plot.draw(page_cost_result(tmp_path, blocks=1), ()) is None
    assert plot.draw(fragmentation_result(tmp_path, blocks=1, answer=refused), ()) is None


def test_without_frames_the_rest_is_drawn(tmp_path: Path) -> None:
    usual = measured()

    def blind(condition: Condition, samples: Path) -> Success | Unsupported:
        outcome = usual(condition, samples)
        series = outcome.samples.series
        known = next((n for n, s in enumerate(series) if s.metric == "round_scar_bytes"), len(series))
        samples.write_bytes(samples.read_bytes()[: 8 * sum(s.count for s in series[:known])])
        return Success(outcome.report, Samples(samples, series[:known]))

    result = fragmentation_result(tmp_path, blocks=1, answer=blind)
    assert beside.draw(result, ()) is None
    assert [row[7] for row in scar.draw(result, ()).rows] == ["-", "-"]
    assert growth.draw(result, ()) and reach.draw(result, ())


@pytest.mark.parametrize(("values", "text"), [([3], "3"), ([3, 3], "3"), ([2, 3, 9], "3 (2 to 9)"), ([1000], "1,000")])
def test_counts_are_told_with_their_range(values: list[int], text: str) -> None:
    assert range_text(values) == text
