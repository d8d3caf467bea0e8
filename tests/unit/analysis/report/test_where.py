"""Where the time goes, in words that say no more than the samples do."""

from __future__ import annotations

import dataclasses
from html import unescape
from pathlib import Path

from analysis.load import Result
from analysis.plots import flame, kernel
from analysis.report.page import render
from analysis.report.study import study
from analysis.report.summary import summary
from analysis.report.where import where
from bench.model.note import Note
from bench.model.profile import Profile
from tests.unit.analysis.plots.made import page_cost_result
from tests.unit.analysis.sampled import profile, sampled
from workloads.instruments.perf import HIDDEN

EVIL = "<script>alert(1)</script>"


def with_profile(folder: Path, **changes: object) -> Result:
    result = page_cost_result(folder, blocks=1)
    made = profile(result.manifest.experiment).model_copy(update=changes)
    return dataclasses.replace(result, profile=made)


def test_largest_share_comes_first_with_its_interval(tmp_path: Path) -> None:
    first, *relatives = where(study(with_profile(tmp_path)))
    assert "70 % of the kernel's work (95 % interval 70 to 70 %) is telling the other CPUs" in first
    assert "10 % is clearing the page" in first and "800 samples" in first and "8 processes" in first
    assert len(relatives) == 2
    assert all("the other CPUs are told nothing" in text and "60 %, is clearing" in text for text in relatives)


def test_nothing_is_said_without_a_profile(tmp_path: Path) -> None:
    assert list(where(study(page_cost_result(tmp_path, blocks=1)))) == []


def test_nothing_is_said_where_no_kind_of_work_was_met(tmp_path: Path) -> None:
    secret = next(each.condition for each in with_profile(tmp_path).profile.conditions)  # type: ignore[union-attr]
    only_entry = Profile(frequency_hz=1, conditions=(sampled(secret, {"exc_page_fault": 3}),))
    assert list(where(study(with_profile(tmp_path / "other", conditions=only_entry.conditions)))) == []


def test_page_and_summary_say_it_and_show_both_pictures(tmp_path: Path) -> None:
    result = with_profile(tmp_path)
    html = unescape(render([result]))
    assert "Where does that time go?" in html
    assert kernel.TITLE in html and flame.TITLE in html
    assert "interrupts off" in html and "fentry-unused" in html
    assert "Where does that time go?" in summary([result])


def test_a_profile_that_could_not_be_made_says_why_on_the_page(tmp_path: Path) -> None:
    note = Note(slug=HIDDEN.slug, text=HIDDEN.reason, remedy=HIDDEN.remedy)
    html = render([with_profile(tmp_path, conditions=(), notes=(note,))])
    assert HIDDEN.remedy in html and "symbols-hidden" in html
    assert kernel.TITLE not in unescape(html) and "Where does that time go?" not in html


def test_what_a_profile_holds_is_escaped(tmp_path: Path) -> None:
    result = with_profile(tmp_path)
    assert result.profile is not None
    evil = tuple(
        sampled(each.condition, {f"exc_page_fault;{EVIL}": 9}).model_copy(update={"event": EVIL})
        for each in result.profile.conditions
    )
    html = render([dataclasses.replace(result, profile=result.profile.model_copy(update={"conditions": evil}))])
    assert "<script" not in html and "&lt;script&gt;" in html


def test_timers_are_told_from_cycles_in_the_note(tmp_path: Path) -> None:
    result = with_profile(tmp_path)
    assert result.profile is not None
    cycles = tuple(each.model_copy(update={"event": "cycles"}) for each in result.profile.conditions)
    counted = dataclasses.replace(result, profile=result.profile.model_copy(update={"conditions": cycles}))
    timed, exact = kernel.draw(result, ()), kernel.draw(counted, ())
    assert timed is not None and exact is not None
    assert "interrupts off" in timed.note and "interrupts off" not in exact.note and "cycles" in exact.note


def test_boxes_of_the_flame_graph_stand_on_their_callers() -> None:
    boxes = {box.frames: box for box in flame.stacked({("a", "b"): 3, ("a", "c"): 1, ("a",): 4})}
    assert {frames: (box.level, box.left, box.width) for frames, box in boxes.items()} == {
        ("a",): (0, 0.0, 1.0),
        ("a", "b"): (1, 0.5, 0.375),
        ("a", "c"): (1, 0.875, 0.125),
    }


def test_names_stand_only_where_they_have_room() -> None:
    assert flame.fitted("secretmem_fault", 500, 7) == "secretmem_fault"
    assert flame.fitted("secretmem_fault", 53, 7) == "secretmem.."
    assert flame.fitted("secretmem_fault", 10, 7) == ""
