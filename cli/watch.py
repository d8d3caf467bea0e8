"""Watch the direct map: a line for everything that happens to it."""

from __future__ import annotations

import sys
import time
from collections.abc import Iterator
from datetime import datetime

import click

from analysis.atlas.tally import is_removed
from analysis.plots.duration import count_text
from analysis.report.atlas import changes
from bench.run.cartographer import answer
from cli.fallback import instead, kernel_says
from workloads.atlas import Atlas
from workloads.instruments.atlas import Reader


def watch_map(every_s: float) -> bool:
    """Print what happens to the map until Ctrl-C; returns whether it could be read."""
    with Reader() as reader:
        try:
            last = answer(reader)
            if isinstance(last, Atlas):
                say(f"watching every {every_s:g} s, until Ctrl-C; {removed(last)}")
            while isinstance(last, Atlas):
                time.sleep(every_s)
                now = answer(reader)
                for line in news(last, now):
                    say(line)
                last = now
        except KeyboardInterrupt:
            return True
    for line in instead(last, kernel_says()):
        click.echo(line, err=True)
    return False


def news(before: Atlas, now: object) -> Iterator[str]:
    """Yield what happened between two looks, with how much is taken out now where that changed."""
    if not isinstance(now, Atlas):
        return
    yield from changes(before, now)
    if count(before) != count(now):
        yield f"{removed(now)} ({count(now) - count(before):+,})"


def count(atlas: Atlas) -> int:
    """Return how many pages are taken out of a map."""
    return int(atlas.pages[is_removed(atlas)].sum())


def removed(atlas: Atlas) -> str:
    """Say how many pages are taken out of a map."""
    return f"{count_text(count(atlas), 'page')} taken out now"


def say(line: str) -> None:
    """Print a line with the time, at once, also into a pipe."""
    click.echo(f"{datetime.now().astimezone():%H:%M:%S} {line}")
    sys.stdout.flush()
