"""The report of a series of boots: Markdown, with one figure beside it."""

from __future__ import annotations

from pathlib import Path

from analysis.boots import judge, load_series
from analysis.plots.boots import draw
from analysis.report.boots import markdown
from bench.run.journal import replace


def write(folder: Path, output: Path | None) -> Path:
    """Write the report, by default into the series' folder, and return where."""
    from analysis.report.paper import WIDTH_MM, alone

    series = load_series(folder)
    target = output or folder / "report.md"
    picture = draw(judge(series))
    figure = target.with_suffix(".svg")
    if picture:
        replace(figure, alone(picture, WIDTH_MM).encode())
    replace(target, markdown(series, figure.name if picture else "").encode())
    return target
