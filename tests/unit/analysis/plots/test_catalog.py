"""Figures: well-formed pictures that stand beside their tables, the same bytes for the same data."""

from __future__ import annotations

import dataclasses
import re
from collections.abc import Iterator
from pathlib import Path
from xml.etree import ElementTree

import pytest

from analysis.cells import Cell, cells
from analysis.load import Result
from analysis.plots.canvas import COLUMN_IN, INK, narrow
from analysis.plots.catalog import FIGURES, figures
from analysis.plots.figure import Figure
from analysis.report.paper import COLUMN_MM, VIEW
from bench.experiments.direct_map_reads import design as direct_map_reads
from bench.experiments.kernel_paths import design as kernel_paths
from bench.experiments.lifetime import design as lifetime
from bench.experiments.memory_neighbours import design as memory_neighbours
from bench.experiments.online_cpus import design as online_cpus
from bench.experiments.page_cost import design as page_cost
from bench.experiments.wish import Wish
from tests.unit.analysis.atlas.made import grown
from tests.unit.analysis.atlas.made import result as mapped_result
from tests.unit.analysis.neighbour.made import Truth
from tests.unit.analysis.neighbour.made import experiment as neighbours
from tests.unit.analysis.neighbour.made import result as neighbour_result
from tests.unit.analysis.plots.made import (
    fragmentation_result,
    page_cost_result,
    refused,
    result,
    secret_life_result,
    uncached_result,
)
from tests.unit.analysis.sampled import profile

LEAST_POINTS = 6
"""As journals ask for."""
SIZE = re.compile(r"font-size: ([\d.]+)px")
SVG = "{http://www.w3.org/2000/svg}"
Measured = tuple[Result, tuple[Cell, ...]]


@pytest.fixture(scope="module")
def measured(tmp_path_factory: pytest.TempPathFactory) -> list[Measured]:
    folder = tmp_path_factory.mktemp("results")
    online = result(folder, online_cpus(Wish(cpus=2, pages=64)), blocks=3)
    cost, splits = page_cost_result(folder), fragmentation_result(folder, blocks=2)
    cost = dataclasses.replace(cost, profile=profile(cost.manifest.experiment))
    amounts = result(folder / "full", page_cost(Wish("full", pages=64)), blocks=3)
    reads = result(folder, direct_map_reads(Wish("full", cpus=2)), blocks=3)
    paths = result(folder, kernel_paths(Wish("full")), blocks=3)
    beside = neighbour_result(folder, neighbours(("compute", "timer"), blocks=6), Truth())
    held = result(folder, memory_neighbours(Wish()), blocks=3)
    kept = result(folder, lifetime(Wish(cpus=2)), blocks=3)
    caches = uncached_result(folder, blocks=3)
    mapped = mapped_result(folder / "mapped", grown((2, 5, 9, 9)))
    first = (cost, secret_life_result(folder), online, splits, reads, paths)
    every = (*first, beside, held, kept, caches, mapped, amounts)
    return [(made, cells(made)) for made in every]


@pytest.fixture(scope="module")
def drawn(measured: list[Measured]) -> list[tuple[Figure, ...]]:
    """Every figure of each result."""
    return [tuple(figures(*each)) for each in measured]


@pytest.fixture(scope="module")
def every(drawn: list[tuple[Figure, ...]]) -> list[Figure]:
    return [figure for each in drawn for figure in each]


def test_every_figure_of_the_catalog_is_drawn(every: list[Figure]) -> None:
    assert {figure.name for figure in every} == {
        "ratios", "ecdf", "order", "history", "threads", "others", "online", "phases", "processes",
        "kernel", "flame", "amounts", "direct_map", "growth", "reads", "coldness", "reach", "scar", "beside", "paths",
        "caches", "losses", "responses", "interrupts", "windows", "beside-memory", "held-memory", "lives", "returns",
        "limit",
    }  # fmt: skip
    assert len(FIGURES) == 30


def test_every_picture_is_well_formed_and_says_what_it_shows(every: list[Figure]) -> None:
    for figure in every:
        root = ElementTree.fromstring(figure.svg)
        told = {element.get("id"): element.text for element in root if element.tag in (f"{SVG}title", f"{SVG}desc")}
        assert root.get("role") == "img"
        assert [told[name] for name in root.get("aria-labelledby", "").split()] == [figure.title, figure.description]


def test_every_table_has_a_value_for_every_column(every: list[Figure]) -> None:
    for figure in every:
        assert figure.rows
        assert {len(row) for row in figure.rows} == {len(figure.header)}


def test_no_id_occurs_twice_among_all_pictures(every: list[Figure]) -> None:
    ids = [name for figure in every for name in re.findall(r'\bid="([^"]*)"', figure.svg)]
    assert len(ids) == len(set(ids)) > 0


def test_ids_are_counted_for_their_hashes_are_another_on_another_cpu(every: list[Figure]) -> None:
    for figure in every:
        counted = re.compile(rf"{figure.name.replace('-', '.')}-[0-9a-f]{{8}}-(?:title|desc|\d+)")
        ids = re.findall(r'\bid="([^"]*)"', figure.svg)
        assert [name for name in ids if not counted.fullmatch(name)] == []


def test_every_reference_of_a_picture_meets_an_id_of_its_own(every: list[Figure]) -> None:
    for figure in every:
        known = set(re.findall(r'\bid="([^"]*)"', figure.svg))
        assert set(re.findall(r'(?:url\(#|href="#)([^")]*)', figure.svg)) <= known


def test_text_takes_the_colour_of_the_page(every: list[Figure]) -> None:
    for figure in every:
        fills = {style for style in texts(figure) if "fill: currentColor" not in style}
        assert (fills, INK in figure.svg) == (set(), False)


def texts(figure: Figure) -> Iterator[str]:
    for element in ElementTree.fromstring(figure.svg).iter(f"{SVG}text"):
        yield element.get("style", "")


def test_every_text_can_be_read_in_one_column_of_a_paper(measured: list[Measured]) -> None:
    with narrow():
        drawn = [figure for each in measured for figure in figures(*each)]
    assert {figure.name: round(smallest(figure), 2) for figure in drawn if smallest(figure) < LEAST_POINTS} == {}
    assert max(map(across, drawn)) == pytest.approx(COLUMN_IN * 72)


def smallest(figure: Figure) -> float:
    """Return the size of the smallest text in points, once the picture is as wide as a column."""
    sizes = [float(SIZE.findall(style)[0]) for style in texts(figure)]
    return min(sizes) * COLUMN_MM / 25.4 * 72 / across(figure)


def across(figure: Figure) -> float:
    """Return a picture's width in its own units."""
    return float(VIEW.findall(figure.svg)[0][0])


def test_same_data_give_the_same_bytes(measured: list[Measured]) -> None:
    for each in measured:
        assert figures(*each) == figures(*each)


def test_nothing_is_drawn_where_nothing_was_measured(tmp_path: Path) -> None:
    empty = page_cost_result(tmp_path, answer=refused)
    assert figures(empty, cells(empty)) == ()


def test_drawing_leaves_the_style_of_the_caller_alone(measured: list[Measured]) -> None:
    import matplotlib as mpl

    before = dict(mpl.rcParams)
    figures(*measured[0])
    assert dict(mpl.rcParams) == before


def test_the_number_of_pages_is_drawn_where_it_was_varied(drawn: list[tuple[Figure, ...]]) -> None:
    *others, full = drawn
    (figure,) = [figure for figure in full if figure.name == "amounts"]
    assert [row[0] for row in figure.rows] == [
        f"{memory}, {pages}"
        for memory in ("ordinary, locked", "secret")
        for pages in ("1 page", "8 pages", "64 pages", *(["512 pages"] if memory == "secret" else []))
    ]
    assert not [figure for each in others for figure in each if figure.name == "amounts"]


@pytest.mark.parametrize(("name", "word"), [("ecdf", "memfd"), ("order", "memfd"), ("phases", "mmap")])
def test_names_stand_below_where_a_narrow_screen_shows_them(every: list[Figure], name: str, word: str) -> None:
    """Beside the axes they would be the first that is cut off."""
    root = ElementTree.fromstring(next(figure.svg for figure in every if figure.name == name))
    _, _, width, height = map(float, str(root.get("viewBox")).split())
    texts = {text.text: text for text in root.iter(f"{SVG}text")}
    ticks = [float(text.get("y", 0)) for words, text in texts.items() if words and words[0].isdigit()]
    assert max(ticks) < float(texts[word].get("y", 0)) < height
    assert float(texts[word].get("x", 0)) < 0.6 * width
