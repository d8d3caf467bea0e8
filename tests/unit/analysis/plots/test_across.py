"""The figure of many machines: all of them together, and the flush classes where they make a difference."""

from __future__ import annotations

import dataclasses
from xml.etree import ElementTree

from analysis.across.finding import findings
from analysis.across.question import question
from analysis.plots.across import ALL, LOOKS, draw
from tests.unit.analysis.across.made import Truth, effects, experiment, fleet

TRUTH = Truth()


def test_question_that_depends_on_the_flush_class_is_drawn_for_each() -> None:
    found = findings(effects(TRUTH, fleet(TRUTH, 30, 2)))
    figure = draw(found)
    assert figure
    assert figure.rows[0][1] == ALL
    assert {row[1] for row in figure.rows[1:]} == {"IPI", "INVLPGB", "TLBI"}
    assert sum(int(row[2]) for row in figure.rows[1:]) == 60
    assert {len(row) for row in figure.rows} == {len(figure.header)}
    assert ElementTree.fromstring(figure.svg).get("role") == "img"
    assert figure.svg == draw(found).svg  # type: ignore[union-attr]


def test_question_that_does_not_is_drawn_once() -> None:
    same = dataclasses.replace(TRUTH, flush=tuple((name, 0.0) for name, _ in TRUTH.flush))
    figure = draw(findings(effects(same, fleet(same, 30, 2))))
    assert figure and [row[1] for row in figure.rows] == [ALL]


def test_what_could_not_be_put_together_is_not_drawn() -> None:
    assert draw(findings(effects(TRUTH, fleet(TRUTH, 3, 2)))) is None
    assert draw(()) is None


def test_every_flush_class_has_a_look() -> None:
    classes = {"IPI", "INVLPGB", "TLBI", "one CPU", "not told", "others"}
    assert set(LOOKS) == {ALL, *classes}


def test_name_of_a_claim_is_text_in_the_picture() -> None:
    evil = experiment().claims[0].model_copy(update={"name": "<b>$x$&"})
    made = [dataclasses.replace(e, question=question("page_cost", evil)) for e in effects(TRUTH, fleet(TRUTH, 20, 1))]
    figure = draw(findings(made))
    assert figure and "<b>" not in figure.svg and "&lt;b&gt;$x$&amp;" in figure.svg
