"""Paper: a PDF of everything, whatever a result holds; figures that stand alone."""

from __future__ import annotations

import re
import struct
import xml.etree.ElementTree as ET
from pathlib import Path

import pytest

from analysis.plots.canvas import narrow
from analysis.plots.figure import Figure
from analysis.report.outline import document
from analysis.report.paper import COLUMN_MM, DOTS_AN_INCH, VIEW, WIDTH_MM, alone, pdf, png
from tests.unit.analysis.plots.made import page_cost_result
from tests.unit.bench.run.fake import environment

LEAST_POINTS = 6
SIZE = re.compile(r"font-size: ([\d.]+)px")
EVIL = '#read("/etc/passwd") *x* $y$ \\ "quoted" </svg> \x00\x1b[2J #import "@preview/x:1.0.0"'


@pytest.fixture(scope="module")
def figure(tmp_path_factory: pytest.TempPathFactory) -> Figure:
    return document([page_cost_result(tmp_path_factory.mktemp("one"), blocks=2)]).figures[0]


def test_report_is_a_pdf_the_same_each_time_whatever_a_result_holds(tmp_path: Path) -> None:
    evil = environment().model_copy(update={"cpu": EVIL, "kernel": EVIL})
    report = document([page_cost_result(tmp_path, blocks=2, environment=evil, machine=EVIL, commit=EVIL)])
    first = pdf(report)
    assert first.startswith(b"%PDF-") and b"/etc/passwd" in first, "it stands there as it is, in an alternative text"
    assert first == pdf(report)


def test_figure_alone_is_whole_and_refers_to_nothing(figure: Figure) -> None:
    root = ET.fromstring(alone(figure))
    assert root.get("width") == f"{WIDTH_MM}mm" and root.get("viewBox")
    assert "currentColor" not in alone(figure) and "system-ui" not in alone(figure)


@pytest.mark.parametrize("width_mm", [WIDTH_MM, COLUMN_MM])
def test_png_is_as_wide_as_it_says(figure: Figure, width_mm: int) -> None:
    data = png(figure, width_mm)
    assert data.startswith(b"\x89PNG")
    width = struct.unpack(">I", data[16:20])[0]
    assert abs(width - width_mm / 25.4 * DOTS_AN_INCH) <= 2


def test_text_of_a_figure_for_one_column_can_be_read(tmp_path: Path) -> None:
    """At least 6 points, as journals ask for; at two columns' drawing it would be 4."""
    with narrow():
        drawn = document([page_cost_result(tmp_path, blocks=2)]).figures
    assert drawn
    for each in drawn:
        across = float(VIEW.findall(each.svg)[0][0])
        smallest = min(float(size) for size in SIZE.findall(each.svg))
        assert smallest / across * COLUMN_MM / 25.4 * 72 >= LEAST_POINTS, each.name
