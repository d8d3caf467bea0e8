"""A series of boots on a machine that boots: real GRUB, a real kernel, real power failures; times of it are none."""

from __future__ import annotations

from pathlib import Path

import pytest

from analysis.boots import judge, load_series
from analysis.report.boots import text
from bench.boot.happening import happened
from bench.boot.series import Series
from bench.boot.sight import see
from bench.host import machine as host
from bench.run.commit import commit
from cli import boots
from cli.command import run
from tests.kernel.reboot_ground import Ground, ground
from tests.unit.bench.boot.paper import plan

LAB = ".venv/bin/python -P -m cli"
ONE_BLOCK = f"{LAB} plan reboots --blocks 1 --seed 3 -- --blocks 1 whole_boot"
"""Seed 3 draws the boot without 1 GB entries first."""
EACH = f"""
if [ "$(wc -l </mnt/boots)" = 1 ]; then
    {ONE_BLOCK} || exit
elif ! [ -e /boot/grub/custom.cfg ]; then
    echo nothing is left of it
    exit
fi
{LAB} run --continue --reboot && sleep 100
"""
LIMIT_S = 600.0


@pytest.fixture
def machine(tmp_path: Path) -> Ground:
    """A machine that is off."""
    return ground(tmp_path)


def test_a_series_survives_a_power_failure_and_leaves_nothing_behind(machine: Ground) -> None:
    with machine.started(EACH) as guest:
        guest.until("boot 1 of 2: this is a boot of kind 2m", LIMIT_S)
        guest.cut()
    said = machine.run(EACH, LIMIT_S)
    assert "[boot-left]" in said and "the series is over: complete" in said and "nothing is left of it" in said
    assert machine.boot_file("grub/custom.cfg") == "" and machine.environment() == {}
    lost, made = ["nogbpages" in boot.parameters for boot in machine.boots()], machine.kept() / "results/boots"
    assert lost == [
        False,
        True,
        False,
        True,
        False,
        False,
    ]  # planned, cut, the usual one, made anew, the other, after it
    (folder,) = made.iterdir()
    series = load_series(folder)
    assert [(boot.kind, len(boot.results)) for boot in series.boots] == [("2m", 1), ("1g", 1)]
    assert [bool(boot.booted.map_bytes["1g"]) for boot in series.boots] == [False, True]
    assert [event.event for event in series.events] == [
        "asked", "booted", "spoiled", "asked", "booted", "measured", "asked", "booted", "measured", "ended"
    ]  # fmt: skip
    assert {run.status for boot in series.boots for result in boot.results for run in result.runs} >= {"ok"}
    assert series.emulated and judge(series) == () and "[emulated]" in text(series)


def test_a_boot_that_was_broken_off_goes_on_in_the_same_result(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("LAB_RESULTS", str(tmp_path))
    here, whole = see(None), run.measure_one
    words = ("--blocks", "1", "hibernation")
    facts = {"machine": host.name(), "commit": commit(), "kernel": here.kernel, "words": words}
    series = Series.create(boots.place(), plan(blocks=1).model_copy(update=facts))
    series.append(happened("booted", 0, here))

    def broken_off(*_: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(run, "measure_one", broken_off)
    with pytest.raises(KeyboardInterrupt):
        boots.go_on(restarts=False)
    (begun,) = series.folder.glob("hibernation/*")
    monkeypatch.setattr(run, "measure_one", whole)
    boots.go_on(restarts=False)
    boots.go_on(restarts=False)
    assert [event.event for event in series.events()] == ["booted", "measured", "asked"]
    assert list(series.folder.glob("hibernation/*")) == [begun]
    (boot,) = load_series(series.folder).boots
    assert boot.results[0].seal and boot.results[0].manifest.environment.boot == here.boot
    assert capsys.readouterr().err.count("./lab run --continue") == 2  # what to do is said each time
