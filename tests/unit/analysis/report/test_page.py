"""The page: it stands alone, believes nothing that a result holds, and shows what there is and why the rest is not."""

from __future__ import annotations

import re
from html.parser import HTMLParser
from pathlib import Path

import pytest
from markupsafe import escape

from analysis.fear.catalog import FEARS
from analysis.plots.catalog import figures
from analysis.report.page import render
from analysis.report.study import study
from bench.model.note import Note
from bench.run.executor import Outcome
from tests.unit.analysis.plots.made import measured, page_cost_result, refused, removal_result, secret_life_result
from tests.unit.bench.run.fake import environment
from workloads.spec import Condition

EVIL = "<script>alert(1)</script>\"'&{{ 7 * 7 }}"
VOID = {"meta", "wbr", "br", "img", "link", "hr", "input"}
FETCHING = {"src", "srcset", "action", "formaction", "data", "poster", "background", "ping", "manifest"}


class Reader(HTMLParser):
    """Reads a page: its elements, the text of each kind, its attributes, and whether tags close as they opened."""

    def __init__(self) -> None:
        super().__init__()
        self.open: list[str] = []
        self.elements: list[str] = []
        self.attributes: list[tuple[str, str]] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.elements.append(tag)
        self.attributes += [(name, value or "") for name, value in attrs]
        if tag not in VOID:
            self.open.append(tag)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.elements.append(tag)
        self.attributes += [(name, value or "") for name, value in attrs]

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag, f"</{tag}>"


def read(html: str) -> Reader:
    reader = Reader()
    reader.feed(html)
    reader.close()
    assert reader.open == []
    return reader


@pytest.fixture(scope="module")
def page(tmp_path_factory: pytest.TempPathFactory) -> str:
    folder = tmp_path_factory.mktemp("results")
    return render([page_cost_result(folder), secret_life_result(folder)])


def test_page_refers_to_nothing_outside_of_itself(page: str) -> None:
    reader = read(page)
    references = [value for name, value in reader.attributes if name in ("href", "xlink:href")]
    assert [value for value in references if not value.startswith("#")] == []
    assert [name for name, _ in reader.attributes if name in FETCHING] == []
    assert not {"script", "link", "img", "iframe", "object", "embed", "base", "image"} & set(reader.elements)
    assert re.findall(r"@import|url\((?!#)", page) == []


def test_no_id_occurs_twice_on_a_page(page: str) -> None:
    ids = [value for name, value in read(page).attributes if name == "id"]
    assert len(ids) == len(set(ids))


def test_every_figure_has_its_table(page: str) -> None:
    parts = page.split("<figure>")[1:]
    assert len(parts) == 11
    assert all(part.count("<svg") == 1 and "<table>" in part.split("</figure>")[0] for part in parts)


def test_answer_stands_before_everything_that_is_measured(page: str) -> None:
    assert page.index('class="answer"') < page.index("<table")
    assert f"1 right, {len(FEARS) - 1} not looked at." in page.split("<table")[0]
    assert "times as long" in page.split("</section>")[1]


def test_what_a_result_holds_is_escaped(tmp_path: Path) -> None:
    evil = environment().model_copy(update={"cpu": EVIL, "kernel": EVIL, "virtualisation": EVIL})
    note = Note(slug=EVIL, text=EVIL, remedy=EVIL)
    html = render([page_cost_result(tmp_path, blocks=2, environment=evil, machine=EVIL, commit=EVIL, notes=(note,))])
    assert "script" not in read(html).elements
    assert "<script" not in html and "&lt;script&gt;" in html
    assert "49" not in re.findall(r"alert\(1\).{0,60}?(49)", html)


def test_result_with_nothing_supported_says_why(tmp_path: Path) -> None:
    html = render([page_cost_result(tmp_path, answer=refused)])
    assert "Nothing was measured that answers the question" in html
    assert "secret memory is switched off" in html and "boot with secretmem.enable=1" in html
    assert "<figure>" not in html and "Controls" not in html
    read(html)


def test_unfinished_result_says_so(tmp_path: Path) -> None:
    unfinished = page_cost_result(tmp_path, made=40)
    html = render([unfinished])
    assert 'class="warning">Not finished.' in html and "40 of 90 runs were made so far" in html
    assert "Not finished" not in render([page_cost_result(tmp_path / "whole", blocks=1)])


def test_result_of_a_single_run_renders(tmp_path: Path) -> None:
    read(render([page_cost_result(tmp_path, made=1)]))


def test_result_without_any_run_renders(tmp_path: Path) -> None:
    read(render([page_cost_result(tmp_path, made=0)]))


def test_proofs_stand_on_the_page_and_in_the_answer(tmp_path: Path) -> None:
    made = removal_result(tmp_path)
    html = render([made])
    read(html)
    assert all(str(escape(proof.text)) in html for proof in made.manifest.experiment.proofs)
    assert "3,840 secret pages" in html.split("</section>")[1]
    assert ">p50</th>" not in html and "<figure>" not in html


def test_page_that_speaks_against_a_proof_is_in_the_answer(tmp_path: Path) -> None:
    usual = measured()

    def answer(condition: Condition, samples: Path) -> Outcome:
        outcome = usual(condition, samples)
        if condition.get("life") == "killed":
            samples.write_bytes(bytes(8) + samples.read_bytes()[8:])
        return outcome

    told = render([removal_result(tmp_path, answer=answer)]).split("</section>")[1]
    assert "Not all of what secret memory promises held here" in told
    assert "failed for 12 of 3,840 pages" in told


def test_page_says_how_to_make_the_same_plan_again(page: str) -> None:
    assert "./lab run page_cost --profile quick --blocks 6 --pages 64 --seed 7" in page


def test_section_is_absent_where_there_are_no_data(page: str) -> None:
    assert "What could not be measured" not in page
    assert "<h2>Notes</h2>" not in page


def test_same_results_give_the_same_page(tmp_path: Path) -> None:
    result = page_cost_result(tmp_path, blocks=2)
    assert render([result]) == render([result])


def test_figures_of_a_study_are_those_of_the_page(tmp_path: Path) -> None:
    result = page_cost_result(tmp_path, blocks=2)
    html = render([result])
    assert all(figure.svg in html for figure in figures(result, study(result).cells))


def test_one_table_is_open_and_the_others_follow_the_figures(tmp_path: Path) -> None:
    html = render([secret_life_result(tmp_path, blocks=2)]).split('<section id="result-')[1]
    first, *others = [found.start() for found in re.finditer('<details class="section"', html)]
    assert html.count('<details class="section" open>') == 1 and html[first:].startswith(
        '<details class="section" open'
    )
    assert first < html.index("<figure>") < min(others) and len(others) > 4


def test_the_ratio_stands_beside_the_median_where_a_narrow_screen_shows_it(page: str) -> None:
    assert re.search(r"<th .*>Memory</th><th .*>p50</th><th .*>Ratio</th>", page)
