"""The picture of a direct map: readable for a few gigabytes and for terabytes, and the same for the same map."""

from __future__ import annotations

from pathlib import Path
from xml.etree import ElementTree

import numpy as np
import pytest

from analysis.atlas.region import HUGE, LARGE, REMOVED_FEW, SCARRED, kinds
from analysis.plots import canvas, direct_map
from analysis.plots.atlas import View, draw_maps, lines, narrow_layout, save, wide_layout
from analysis.plots.palette import REGIONS
from tests.unit.analysis.atlas.made import grown, result, scarred
from tests.unit.analysis.plots.made import page_cost_result
from tests.unit.workloads.mapped import atlas

TERABYTES = 4096
COUNTS = (2, 5, 9, 9)


def pixel(value: float) -> float:
    """Return inches in pixels of a page."""
    return value * 96


def drawn(*words: str) -> bytes:
    return save([View("A map", kinds(atlas(*words)))], wide_layout(len(words)), "svg")


@pytest.mark.parametrize("rows", [1, 24, 96, 97, 512, 513, TERABYTES])
def test_every_row_is_in_a_panel_and_every_cell_can_be_seen(rows: int) -> None:
    for layout in (wide_layout(rows), narrow_layout(rows)):
        assert (layout.panels - 1) * layout.rows < rows <= layout.panels * layout.rows
        assert 512 % layout.columns == 0
        assert pixel(layout.panel_width) / layout.columns >= 0.9
        assert pixel(layout.row_height) >= 0.9


@pytest.mark.parametrize("rows", [24, TERABYTES])
def test_a_picture_in_a_page_is_as_wide_as_the_page(rows: int) -> None:
    assert narrow_layout(rows).width == pytest.approx(7.6)
    assert wide_layout(rows).columns == 512


def test_a_line_goes_through_each_run_of_cells() -> None:
    chosen = np.array([[True, True, False, True], [False, False, False, False], [False, True, True, True]])
    points = lines(chosen).vertices.tolist()
    assert points == [[0, 0.5], [2, 0.5], [3, 0.5], [4, 0.5], [1, 2.5], [4, 2.5]]


def test_legend_names_what_occurs_and_nothing_else() -> None:
    text = drawn("1G", "2M").decode()
    assert REGIONS[HUGE][0] in text and REGIONS[LARGE][0] in text
    assert REGIONS[SCARRED][0] not in text and REGIONS[REMOVED_FEW][0] not in text


def test_every_kind_has_a_colour_of_its_own() -> None:
    assert len({colour for _, colour in REGIONS}) == len(REGIONS) == len({name for name, _ in REGIONS})


def test_picture_is_well_formed_and_the_same_for_the_same_map() -> None:
    ElementTree.fromstring(drawn("1G", "hole", "2M"))
    assert drawn("1G", "2M") == drawn("1G", "2M") != drawn("2M", "1G")


def test_picture_may_be_a_png() -> None:
    assert save([View("A map", kinds(atlas("1G")))], wide_layout(1), "png").startswith(b"\x89PNG")


def test_a_split_region_among_four_terabytes_is_drawn(tmp_path: Path) -> None:
    cells = np.full((TERABYTES, 512), HUGE)
    whole = save([View("A map", cells)], narrow_layout(TERABYTES), "svg")
    cells[3000, 77] = REMOVED_FEW
    assert REGIONS[REMOVED_FEW][1].lower().encode() in save([View("A map", cells)], narrow_layout(TERABYTES), "svg")
    assert REGIONS[REMOVED_FEW][1].lower().encode() not in whole


def test_what_did_not_change_is_pale() -> None:
    cells = kinds(atlas("1G", "2M"))
    marked = np.zeros(cells.shape, bool)
    marked[1, 5] = True
    with canvas.style():
        picture = draw_maps([View("After", cells, marked)], wide_layout(2))
    alphas = sorted({patch.get_alpha() for patch in picture.axes[0].patches})
    assert alphas[0] < 0.5 and alphas[-1] == 1


def test_figure_of_a_result_shows_before_and_after_and_says_the_same_as_a_table(tmp_path: Path) -> None:
    figure = direct_map.draw(result(tmp_path, grown(COUNTS)), ())
    assert figure is not None
    assert "Before the first run" in figure.svg and "After the last run" in figure.svg
    assert [row[4:6] for row in figure.rows] == [("2", "2"), ("9", "9")]
    assert {len(row) for row in figure.rows} == {len(figure.header)}


def test_journey_counts_run_by_run(tmp_path: Path) -> None:
    found = direct_map.journey(result(tmp_path, grown(COUNTS)))
    assert found is not None
    assert [(run, taken) for run, _, taken in found.growth] == [(0, 5 * 4096), (1, 9 * 4096), (2, 9 * 4096)]
    assert found.first.name() == scarred(2).name() and found.last.name() == scarred(9).name()


def test_no_figure_where_no_atlas_was_taken(tmp_path: Path) -> None:
    assert direct_map.draw(page_cost_result(tmp_path, blocks=1), ()) is None
