"""Where figures are hung: a folder with an SVG and a PNG of each, under names that no result can choose."""

from __future__ import annotations

import os
import re
from collections.abc import Mapping
from pathlib import Path

from analysis.report.block import Document
from bench.run.journal import replace, unwritable


def hang(report: Document, folder: Path, target: Path) -> Mapping[str, str]:
    """Write every figure of a report and return its address by its SVG, as seen from the report.

    Raises LabError where the folder or a file cannot be written.
    """
    from analysis.report.paper import alone, png

    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise unwritable(folder, error) from None
    addresses = {}
    for number, figure in enumerate(report.figures, 1):
        name = f"{number:02}-{re.sub(r'[^a-z0-9]+', '-', figure.name.lower())}"
        replace(folder / f"{name}.svg", alone(figure).encode())
        replace(folder / f"{name}.png", png(figure))
        addresses[figure.svg] = Path(os.path.relpath(folder / f"{name}.svg", target.parent)).as_posix()
    return addresses
