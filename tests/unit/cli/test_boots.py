"""A series gone on with: whatever breaks off, wherever, each boot is measured once and everything is put back."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from bench.boot import service
from bench.boot.happening import happened
from bench.boot.series import Series
from bench.boot.sight import Sight
from bench.boot.step import Ask, Done, Settle
from bench.model.boot import BootPlan, Kind
from bench.model.note import Note
from cli import boots
from tests.unit.bench.boot.paper import plan, sight
from workloads.spec import Unsupported


class PowerFailed(BaseException):
    """The machine is off at this very moment."""


@dataclass
class World:
    """A machine that boots: it counts its boots, takes a choice once, and fails at the n-th thing that is done."""

    fails_at: int = -1
    ignores: int = 0
    """So many choices lead to the usual boot, whatever was chosen."""
    done: int = 0
    boot: int = 0
    kind: str = "1g"
    choice: str | None = None
    changed: bool = False
    name: str = "world"
    alone: bool = True
    measured: list[tuple[int, str]] = field(default_factory=list)

    def act(self) -> None:
        """Count something that leaves a trace, and fail where it is the one."""
        self.done += 1
        if self.done == self.fails_at:
            raise PowerFailed

    def restart(self) -> None:
        """Boot what was chosen, once; else the usual kind."""
        self.boot += 1
        if self.choice and self.ignores:
            self.ignores -= 1
            self.choice = None
        self.kind, self.choice = self.choice or "1g", None

    def see(self) -> Sight:
        """Look at this boot."""
        return sight(f"boot{self.boot}", "2m" if self.kind == "2m" else "")

    def obstacle(self) -> Unsupported | None:
        return None

    def changes(self, kinds: Sequence[Kind]) -> tuple[str, ...]:
        return ()

    def prepare(self, kinds: Sequence[Kind]) -> None:
        self.changed = True

    def arm(self, kind: Kind) -> None:
        self.act()
        self.choice = kind.name
        self.act()

    def disarm(self) -> tuple[Note, ...]:
        self.choice = None
        return ()

    def restore(self) -> tuple[Note, ...]:
        self.act()
        self.choice, self.changed = None, False
        self.act()
        return ()

    def told(self, kind: Kind) -> tuple[str, ...]:
        return (kind.name,)


@pytest.fixture
def world(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> World:
    """Return a machine whose power may fail before and after each line of the log, each choice and each result."""
    made = World()
    append = Series.append

    def failing(series: Series, event: object) -> None:
        made.act()
        append(series, event)  # type: ignore[arg-type]
        made.act()

    def measure(series: Series, fixed: BootPlan, at: int) -> None:
        made.act()
        made.measured.append((made.boot, made.kind))
        series.append(happened("measured", at, made.see(), results=[f"whole_boot/{made.boot}"]))

    monkeypatch.setattr(Series, "append", failing)
    monkeypatch.setattr(boots, "measure", measure)
    monkeypatch.setattr(service, "removed", lambda: False)
    return made


def live(world: World, series: Series, fixed: BootPlan, most: int = 60) -> Settle | Done:
    """Switch the machine on until the series is over."""
    for _ in range(most):
        try:
            last = boots.steps(series, fixed, world, world.see())
            if not isinstance(last, Ask):
                return last
        except PowerFailed:
            pass
        world.restart()
    raise AssertionError("it never ends")


def begun(world: World, folder: Path, fixed: BootPlan) -> Series:
    world.prepare(fixed.kinds)
    return Series.create(folder, fixed)


def counted(series: Series) -> list[tuple[int, str]]:
    """Return the places that were measured, with the boots that did."""
    return [(event.place, event.boot) for event in series.events() if event.event == "measured"]


def test_undisturbed_each_boot_is_measured_in_the_order_that_was_drawn(world: World, tmp_path: Path) -> None:
    fixed = plan(blocks=3)
    series = begun(world, tmp_path, fixed)
    assert isinstance(live(world, series, fixed), Settle)
    assert [kind for _, kind in world.measured] == list(fixed.order)
    assert world.boot == len(fixed.order) and not world.changed and world.choice is None


@pytest.mark.parametrize("fails_at", range(1, 60))
def test_a_power_failure_anywhere_costs_two_boots_at_most(world: World, tmp_path: Path, fails_at: int) -> None:
    fixed = plan(blocks=2)
    world.fails_at = fails_at
    series = begun(world, tmp_path, fixed)
    live(world, series, fixed)
    places = counted(series)
    assert [place for place, _ in places] == list(range(len(fixed.order)))
    assert len({boot for _, boot in places}) == len(places)
    for place, boot in places:
        (booted,) = (e for e in series.events() if e.event == "booted" and e.place == place and e.boot == boot)
        assert ("nogbpages" in booted.command_line) == (fixed.order[place] == "2m")
    assert [event.outcome for event in series.events() if event.event == "ended"] == ["complete"]
    assert not world.changed and world.choice is None
    assert world.boot <= len(fixed.order) + 2  # the usual one that follows, and the one that is made anew


def test_called_again_in_the_same_boot_it_does_nothing_twice(world: World, tmp_path: Path) -> None:
    fixed = plan(blocks=1)
    series = begun(world, tmp_path, fixed)
    for _ in range(8):
        first = boots.steps(series, fixed, world, world.see())
        before = series.events()
        again = boots.steps(series, fixed, world, world.see())
        assert series.events() == before
        if isinstance(first, Settle):
            assert isinstance(again, Done)
            break
        assert isinstance(first, Ask) and again == Ask(first.place, again=True)
        world.restart()
    assert len(world.measured) == 2


def test_a_boot_that_does_not_come_is_asked_for_again(world: World, tmp_path: Path) -> None:
    fixed = plan(blocks=1)
    world.ignores = 2
    series = begun(world, tmp_path, fixed)
    assert isinstance(live(world, series, fixed), Settle)
    spoiled = [event for event in series.events() if event.event == "spoiled"]
    assert {note.slug for event in spoiled for note in event.notes} == {"boot-other-words"}
    assert len(counted(series)) == 2


def test_a_boot_that_never_comes_ends_the_series_and_all_is_put_back(world: World, tmp_path: Path) -> None:
    fixed = plan(blocks=2)
    world.ignores = 1000
    series = begun(world, tmp_path, fixed)
    last = live(world, series, fixed)
    assert isinstance(last, Settle) and (last.outcome, last.notes[0].slug) == ("gave-up", "boot-other-words")
    assert world.boot <= len(fixed.order) * fixed.tries
    assert not world.changed and series.events()[-1].outcome == "gave-up"


def test_a_kernel_that_was_updated_meanwhile_spoils_each_boot(world: World, tmp_path: Path) -> None:
    fixed = plan(blocks=1).model_copy(update={"kernel": "6.11"})
    series = begun(world, tmp_path, fixed)
    last = live(world, series, fixed)
    assert isinstance(last, Settle) and last.notes[0].slug == "boot-other-kernel" and not world.measured
