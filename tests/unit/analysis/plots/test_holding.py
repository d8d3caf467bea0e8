"""The figure of what secrets take by how many there are."""

from __future__ import annotations

from analysis.advice.way import find
from analysis.plots.holding import COUNTS, SHOWN, draw, fits, points
from tests.unit.analysis.advice.lived import known


def test_figure_has_a_row_for_each_way_and_a_column_for_each_number() -> None:
    figure = draw(known(), 32)
    assert figure is not None
    assert figure.header == ("held as", *(f"{count:,}" for count in SHOWN))
    assert len(figure.rows) == 7
    assert "secret arena, packed" in figure.svg


def test_line_ends_where_nothing_larger_was_measured() -> None:
    found = points(known(), find("arena_pages"), 4096)
    assert max(found) == 1000
    assert max(points(known(), find("file_each"), 4096)) == max(COUNTS)


def test_nothing_is_drawn_of_nothing() -> None:
    assert draw({}, 32) is None


def test_usual_limit_parts_what_fits() -> None:
    assert fits(find("file_each"), 2048, 32)
    assert not fits(find("file_each"), 2049, 32)
