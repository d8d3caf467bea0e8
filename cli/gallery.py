"""Where figures are hung: a folder with an SVG and a PNG of each, wide and narrow, under names no result can choose."""

from __future__ import annotations

import os
import re
from collections.abc import Mapping
from pathlib import Path

from analysis.plots.figure import Figure
from analysis.report.block import Document
from bench.run.journal import replace, unwritable


def hang(report: Document, columns: Document, folder: Path, target: Path) -> Mapping[str, str]:
    """Write every figure of a report and return its address by its SVG, as seen from the report.

    `columns` is the same report with figures drawn for one column of a paper, which are written beside the others.
    Raises LabError where the folder or a file cannot be written.
    """
    from analysis.report.paper import COLUMN_MM, WIDTH_MM, alone, png

    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise unwritable(folder, error) from None
    addresses = {}
    for number, (figure, thin) in enumerate(zip(report.figures, columns.figures, strict=True), 1):
        name = file_name(number, figure)
        for each, width_mm, ending in ((figure, WIDTH_MM, ""), (thin, COLUMN_MM, "-column")):
            replace(folder / f"{name}{ending}.svg", alone(each, width_mm).encode())
            replace(folder / f"{name}{ending}.png", png(each, width_mm))
        addresses[figure.svg] = Path(os.path.relpath(folder / f"{name}.svg", target.parent)).as_posix()
    return addresses


def file_name(number: int, figure: Figure) -> str:
    """Return the name of a figure's files, without what tells their kind."""
    return f"{number:02}-{re.sub(r'[^a-z0-9]+', '-', figure.name.lower())}"
