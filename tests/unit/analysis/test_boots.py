"""A series of boots: the boot is what counts, and what a single boot has of its own is no difference between kinds."""

from __future__ import annotations

import json
import math
import random
from pathlib import Path

import pytest

from analysis.boots import judge, load_series
from analysis.plots.boots import draw
from analysis.report.boots import markdown, text
from bench.boot.series import LOG
from bench.error import LabError
from cli.bootreport import write
from tests.unit.analysis.booted import claim, make
from tests.unit.bench.run.fake import environment


def twice(place: int, kind: str, run: int) -> tuple[int, ...]:
    """Boots without 1 GB entries take twice as long, with a little between boots and between runs."""
    return tuple((200_000 if kind == "2m" else 100_000) + 100 * place + 10 * run + n for n in range(8))


def own(seed: int, share: float) -> dict[int, float]:
    """Return how much slower each boot is than another, for no reason but that it is another boot."""
    drawn = random.Random(seed)
    return {place: math.exp(drawn.gauss(0, share)) for place in range(64)}


def test_a_difference_between_kinds_is_found_in_its_size(tmp_path: Path) -> None:
    (found,) = judge(make(tmp_path, twice))
    assert found.verdict.outcome == "refuted" and found.verdict.ratio
    assert found.verdict.ratio.value == pytest.approx(2, rel=0.01)
    assert found.verdict.ratio.blocks == 4 and found.baseline and found.baseline.runs and len(found.baseline.runs) == 4


def test_boots_that_differ_by_themselves_make_no_difference_of_kinds_however_many_readings(tmp_path: Path) -> None:
    wrong = 0
    for seed in range(12):
        slow = own(seed, 0.1)
        series = make(
            tmp_path / str(seed),
            lambda place, kind, run, slow=slow: tuple(int(1e5 * slow[place]) + n % 3 for n in range(200)),
            claims=(claim("greater", 0.0), claim("less", 0.0)),
        )
        wrong += any(each.verdict.outcome == "supported" for each in judge(series))
    assert wrong <= 3  # one in ten is expected of two claims; with readings as the unit it would be nearly all


def test_interval_counts_boots_and_not_runs(tmp_path: Path) -> None:
    slow = own(3, 0.05)
    widths = []
    for runs in (2, 12):
        series = make(tmp_path / str(runs), lambda place, kind, run: (int(1e5 * slow[place]),) * 4, runs=runs)
        (found,) = judge(series)
        assert found.verdict.ratio
        widths.append(found.verdict.ratio.high / found.verdict.ratio.low)
    assert widths[0] == pytest.approx(widths[1])


def test_spread_within_and_between_boots_is_told_apart(tmp_path: Path) -> None:
    slow = own(5, 0.2)
    (found,) = judge(make(tmp_path, lambda place, kind, run: (int(1e5 * slow[place] * (1 + 0.01 * run)),)))
    assert found.within and found.between and found.within == pytest.approx(0.01, rel=0.1) and found.between > 0.05


def test_few_boots_are_said_to_be_few(tmp_path: Path) -> None:
    told = text(make(tmp_path, twice, blocks=2))
    assert "it rests on 2 blocks only" in told and "These are few boots" in told
    assert "These are few boots" not in text(make(tmp_path / "many", twice, blocks=5))


def test_one_block_has_no_interval(tmp_path: Path) -> None:
    (found,) = judge(make(tmp_path, twice, blocks=1))
    assert found.verdict.outcome == "undecided" and found.verdict.ratio and found.verdict.ratio.high == math.inf


def test_a_claim_without_readings_is_not_run(tmp_path: Path) -> None:
    other = claim().model_copy(update={"metric": "touch_split_2m", "name": "other"})
    (found,) = judge(make(tmp_path, twice, claims=(other,)))
    assert found.verdict.outcome == "not run" and found.verdict.ratio is None
    assert "Not run, for a boot of each kind" in text(load_series(next(tmp_path.iterdir())))


def test_an_emulated_series_shows_no_times(tmp_path: Path) -> None:
    series = make(tmp_path, twice, here=environment().model_copy(update={"virtualisation": "qemu"}))
    assert series.emulated and judge(series) == () and draw(judge(series)) is None
    for told in (text(series), markdown(series)):
        assert "[emulated]" in told and "REFUTED" not in told and "2.00x" not in told
    target = write(series.path, None)
    assert target.exists() and not target.with_suffix(".svg").exists()


def test_the_report_has_each_boot_each_claim_and_one_figure(tmp_path: Path) -> None:
    series = make(tmp_path, twice)
    target = write(series.path, None)
    told = target.read_text()
    assert "![" in told and "(report.svg)" in told and target.with_suffix(".svg").read_text().startswith("<?xml")
    assert told.count("| whole_boot/boot") + told.count("whole_boot/boot") >= 8
    assert "| secret-2m-1g | refuted | 2.00x |" in told
    assert load_series(series.path).plan == series.plan  # the report is no part of the series


@pytest.mark.parametrize("name", ["/etc", "../other", "whole_boot/../../x", "whole_boot"])
def test_a_series_names_no_result_but_its_own(tmp_path: Path, name: str) -> None:
    path = make(tmp_path, twice, blocks=1).path
    lines = [json.loads(line) for line in (path / LOG).read_text().splitlines()]
    lines[-1]["results"] = [name]
    (path / LOG).write_text("".join(f"{json.dumps(line)}\n" for line in lines))
    with pytest.raises(LabError):
        load_series(path)


def test_a_result_of_another_boot_is_refused(tmp_path: Path) -> None:
    path = make(tmp_path, twice, blocks=1).path
    lines = [json.loads(line) for line in (path / LOG).read_text().splitlines()]
    lines[-1]["results"] = lines[1]["results"]
    (path / LOG).write_text("".join(f"{json.dumps(line)}\n" for line in lines))
    with pytest.raises(LabError, match="result-damaged"):
        load_series(path)
