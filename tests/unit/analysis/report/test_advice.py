"""An advice as text and as a chapter: the same figures, in a terminal's width, and nothing that a terminal obeys."""

from __future__ import annotations

from pathlib import Path

import pytest

from analysis.advice.advice import Advice, advise
from analysis.advice.wish import Wish
from analysis.fear.column import columns
from analysis.report import guidance
from analysis.report.advice import TIMES, memory, split, text, times
from analysis.report.block import Bullets, Picture, Table, Text
from analysis.report.study import study
from tests.unit.analysis.advice.lived import limits
from tests.unit.analysis.plots.made import fragmentation_result, page_cost_result, secret_life_result


@pytest.fixture(scope="module")
def advice(tmp_path_factory: pytest.TempPathFactory) -> Advice:
    folder = tmp_path_factory.mktemp("results")
    studies = [study(secret_life_result(folder, machine="\x1b[31mred")), study(fragmentation_result(folder))]
    return advise(studies, Wish(secrets=1000, size_bytes=32), limits())


def test_text_has_every_table_and_says_what_is_lacking(advice: Advice) -> None:
    told = text(advice)
    assert "1,000 secrets of 32 B each" in told
    assert all(" ".join(title.split()[:3]) in told for title in ("What to do", "Time: to make", "Memory and limits"))
    assert "Run ./lab run page_cost" in told.replace("\n", " ")
    assert "From secret_life/one" in told


def test_no_paragraph_is_wider_than_a_terminal_and_nothing_commands_it(advice: Advice) -> None:
    told = text(advice)
    assert "\x1b" not in told
    assert [line for line in told.splitlines() if len(line) > 110] == []


def test_way_without_a_time_has_dashes_and_its_reason_stands_once(advice: Advice) -> None:
    bare = advice.model_copy(
        update={"holdings": tuple(h.model_copy(update={"cost": None, "lacking": "gone"}) for h in advice.holdings)}
    )
    assert all(row[1:] == (*("-",) * (len(TIMES) - 2), "not measured") for row in times(bare))
    assert text(bare).count(": gone.") == 1


def test_rows_are_one_a_way_and_splits_of_secret_ways_alone(advice: Advice) -> None:
    assert len(times(advice)) == len(memory(advice)) == 7
    assert len(split(advice)) == 4


def test_chapter_has_tables_a_figure_and_what_is_not_protected(tmp_path: Path) -> None:
    (part,) = guidance.parts(columns([study(secret_life_result(tmp_path)), study(fragmentation_result(tmp_path))]))
    assert len([block for block in part.blocks if isinstance(block, Table)]) == 3
    assert [block.figure.name for block in part.blocks if isinstance(block, Picture)] == ["holding"]
    assert isinstance(part.blocks[-1], Bullets)


def test_chapter_without_measured_lives_says_what_to_run(tmp_path: Path) -> None:
    (part,) = guidance.parts(columns([study(page_cost_result(tmp_path))]))
    (block,) = part.blocks
    assert isinstance(block, Text)
    assert "./lab run secret_life" in block.text


def test_machines_stand_in_stretches_of_their_own(tmp_path: Path) -> None:
    studies = [study(secret_life_result(tmp_path / name, machine=name)) for name in ("one", "two")]
    (part,) = guidance.parts(columns(studies))
    assert len([block for block in part.blocks if isinstance(block, Picture)]) == 2
