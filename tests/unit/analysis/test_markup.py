"""Markup: records show themselves in a notebook, and nothing that a result holds is obeyed there."""

from __future__ import annotations

from pathlib import Path

import pytest

from analysis import markup
from analysis.cells import cells
from analysis.overview import overview
from analysis.plots import machines, ratios
from analysis.plots.figure import Figure
from analysis.report.study import study
from tests.unit.analysis.plots.made import page_cost_result, removal_result
from tests.unit.bench.run.fake import environment

EVIL = "<script>alert(1)</script><img src=x onerror=alert(1)>\"'&"


def test_everything_in_a_table_is_escaped() -> None:
    shown = markup.titled(EVIL, markup.folded(EVIL, markup.table((EVIL,), ((EVIL, EVIL),))), EVIL)
    assert "<script" not in shown and "<img" not in shown and shown.count("&lt;script") == 6


@pytest.fixture(scope="module")
def shown(tmp_path_factory: pytest.TempPathFactory) -> str:
    """What a notebook shows of results whose every name is hostile."""
    evil = environment().model_copy(update={"cpu": EVIL, "kernel": EVIL, "virtualisation": EVIL})
    told = {"environment": evil, "machine": EVIL, "commit": EVIL}
    folder = tmp_path_factory.mktemp("hostile")
    timed, looked = page_cost_result(folder, blocks=2, **told), removal_result(folder, blocks=2, **told)
    found = study(timed)
    drawn = [machines.draw([found]), ratios.draw(timed, found.cells)]
    records = [timed, looked, found, study(looked), found.verdicts[0], *(each for each in drawn if each)]
    return "".join(record._repr_html_() for record in records)


def test_what_a_result_holds_is_not_obeyed_in_a_notebook(shown: str) -> None:
    assert "<script" not in shown and "<img" not in shown and "&lt;script" in shown


def test_a_study_shows_its_claims_and_its_proofs(shown: str) -> None:
    assert "What was claimed before the run" in shown and "Proofs" in shown


def test_a_figure_shows_its_table_below_its_picture() -> None:
    html = Figure("a", "Title", "Told", "<svg></svg>", ("one", "two"), (("1", "<b>"),), "Note")._repr_html_()
    assert html.index("<svg>") < html.index("The same as a table") < html.index("&lt;b&gt;")


def test_an_unfinished_result_says_so(tmp_path: Path) -> None:
    assert "NOT FINISHED" in page_cost_result(tmp_path, made=3)._repr_html_()


def test_overview_has_a_row_a_cell_and_the_factors_that_differ(tmp_path: Path) -> None:
    measured = cells(page_cost_result(tmp_path, blocks=3))
    rows = overview(measured)
    assert len(rows) == len(measured) and {"backing", "threads"} <= set(rows) and "workload" not in rows
    assert rows["p50"].tolist() == [cell.typical["p50"] for cell in measured]
    assert (rows["p50_low"] <= rows["p50"]).all() and len(overview(())) == 0
