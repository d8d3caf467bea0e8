"""The notebooks run from their first cell to their last, on what is published and on results of the reader's own."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import jupytext
import pytest

from tests.unit.analysis.plots.made import fragmentation_result, page_cost_result, refused, removal_result
from tests.unit.notebooks.kernel import NOTEBOOKS, run

FIVE = 5
SETTING = re.compile(r'^(RESULT|SPLITS|READS|REMOVAL|EXPERIMENT) = "(\w+)"', re.MULTILINE)
NAMES = re.compile(r"p50|p90|p99(\.9)?|95 %|split_2m")
"""What has a digit in its name."""


@pytest.fixture(autouse=True)
def published(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Stand where a notebook stands, and see only what is published."""
    monkeypatch.setenv("LAB_RESULTS", str(tmp_path / "none"))
    monkeypatch.chdir(NOTEBOOKS[0].parent)


def of(name: str) -> str:
    [path] = [path for path in NOTEBOOKS if name in path.name]
    return path.read_text()


def with_result(source: str, **folders: Path) -> str:
    """Return a notebook in which the line that a reader changes names a folder."""
    changed = SETTING.sub(
        lambda found: f'{found[1]} = "{folders[found[1]]}"' if found[1] in folders else found[0], source
    )
    assert changed != source
    return changed


def test_there_are_five_and_each_says_at_its_top_what_to_change() -> None:
    assert len(NOTEBOOKS) == FIVE
    for path in NOTEBOOKS:
        assert SETTING.search(path.read_text().split("# %%\n")[1]), path.name


@pytest.mark.parametrize("path", NOTEBOOKS, ids=lambda path: path.stem)
def test_notebook_runs_on_published_results_and_shows_pictures_with_their_tables(path: Path) -> None:
    shown = run(path.read_text())
    pictures = [html for html in shown.html if "<svg" in html]
    assert pictures and all("The same as a table" in html for html in pictures)
    assert len(shown.text.splitlines()) >= 2


def test_first_look_is_at_whatever_the_reader_names(tmp_path: Path) -> None:
    made = page_cost_result(tmp_path, blocks=2, machine="mine")
    shown = run(with_result(of("first_look"), RESULT=made.path))
    assert any("mine, A CPU" in html for html in shown.html)
    assert "first_touch: first" in shown.text


def test_first_look_at_a_result_in_which_nothing_could_be_measured_says_why(tmp_path: Path) -> None:
    shown = run(with_result(of("first_look"), RESULT=page_cost_result(tmp_path, blocks=1, answer=refused).path))
    assert "secret memory is switched off [secret-disabled]" in shown.text


def test_direct_map_of_results_without_one_shows_the_rest(tmp_path: Path) -> None:
    folders = {"SPLITS": fragmentation_result(tmp_path, blocks=2), "REMOVAL": removal_result(tmp_path, blocks=2)}
    shown = run(with_result(of("direct_map"), **{name: made.path for name, made in folders.items()}))
    assert any("<svg" in html for html in shown.html) and "small entries" not in shown.text


def test_own_question_comes_to_a_verdict_on_the_readers_own_result(tmp_path: Path) -> None:
    source = with_result(of("own_question"), RESULT=page_cost_result(tmp_path, blocks=6).path)
    shown = run(source.replace('"pages": 1024', '"pages": 64'))
    assert sum("<td" in html and "Outcome" in html for html in shown.html) == 2


def test_own_question_has_ten_cells() -> None:
    cells = [cell for cell in jupytext.reads(of("own_question"), fmt="py:percent").cells if cell.cell_type == "code"]
    numbers = ["One", "Two", "Three", "Four", "Five", "Six", "Seven", "Eight", "Nine", "Ten"]
    assert [re.match(r"# (\w+)", cell.source)[1] for cell in cells] == numbers


@pytest.mark.parametrize("fault", ["1 / 0", "print(", "import nothing_of_that_name"])
def test_a_cell_that_raises_fails_the_test(fault: str) -> None:
    with pytest.raises((ZeroDivisionError, SyntaxError, ImportError)):
        run(f"# %%\nprint(1)\n\n# %%\n{fault}\n")


def said(source: str) -> Iterator[str]:
    """Yield what a notebook states: its prose, its comments, and the words between what it computes."""
    for cell in jupytext.reads(source, fmt="py:percent").cells:
        if cell.cell_type == "markdown":
            yield cell.source
            continue
        yield from re.findall(r"#.*", cell.source)
        nodes = list(ast.walk(ast.parse(cell.source)))
        formats = {id(node.format_spec) for node in nodes if isinstance(node, ast.FormattedValue)}
        for node in nodes:
            if isinstance(node, ast.JoinedStr) and id(node) not in formats:
                yield from (part.value for part in node.values if isinstance(part, ast.Constant))


@pytest.mark.parametrize("path", NOTEBOOKS, ids=lambda path: path.stem)
def test_notebook_states_no_figure_that_it_did_not_compute(path: Path) -> None:
    typed = [text for text in said(path.read_text()) if re.search(r"\d", NAMES.sub("", text))]
    assert typed == []
