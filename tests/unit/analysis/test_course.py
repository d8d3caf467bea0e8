"""Courses: read run by run, apart by what was done."""

from __future__ import annotations

from pathlib import Path

from analysis.course import courses, grouped, natural
from tests.unit.analysis.plots.made import fragmentation_result, refused, removal_result


def test_there_is_one_course_a_run_in_the_order_of_conditions(tmp_path: Path) -> None:
    made = fragmentation_result(tmp_path, blocks=2)
    found = courses(made)
    assert len(found) == len(made.runs)
    assert tuple(grouped(found)) == made.manifest.experiment.conditions
    assert {len(group) for group in grouped(found).values()} == {2}


def test_natural_use_is_neither_steered_nor_in_rounds(tmp_path: Path) -> None:
    every = courses(fragmentation_result(tmp_path, blocks=1))
    assert {course.use for course in natural(every)} == {"one_size", "mixed", "churn", "processes"}
    assert not any(course.is_round for course in natural(every))


def test_what_a_program_found_itself_is_known(tmp_path: Path) -> None:
    found = {course.use: course for course in courses(fragmentation_result(tmp_path, blocks=1))}
    assert (found["steered"].stopped_by, found["steered"].plug_pages) == ("share", 100_000)
    assert found["churn"].stopped_by == "end"


def test_metric_that_was_not_read_has_no_readings(tmp_path: Path) -> None:
    course = courses(fragmentation_result(tmp_path, blocks=1))[0]
    assert course.of("nonsense").size == 0 and course.last("nonsense") == 0


def test_other_results_have_none(tmp_path: Path) -> None:
    assert courses(removal_result(tmp_path, blocks=1)) == ()
    assert courses(fragmentation_result(tmp_path, blocks=1, answer=refused)) == ()
