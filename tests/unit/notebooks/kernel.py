"""A notebook run cell by cell, as Jupyter does, in this process; what each cell shows is kept."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import jupytext
from IPython.core.interactiveshell import InteractiveShell
from IPython.display import display
from IPython.utils.capture import capture_output
from traitlets.config import Config

NOTEBOOKS = sorted((Path(__file__).resolve().parents[3] / "notebooks").glob("*.py"))


@dataclass(frozen=True, slots=True)
class Shown:
    """What a notebook printed, and the HTML that its cells showed."""

    text: str
    html: tuple[str, ...]


@contextmanager
def shell() -> Iterator[InteractiveShell]:
    """Give a fresh shell that writes no history."""
    quiet = Config({"HistoryManager": {"enabled": False}})
    InteractiveShell.clear_instance()
    try:
        yield InteractiveShell.instance(config=quiet, colors="nocolor")
    finally:
        InteractiveShell.clear_instance()


def run(source: str) -> Shown:
    """Run a notebook's text to its end; raises what its first cell that fails raises."""
    notebook = jupytext.reads(source, fmt="py:percent")
    text, html = "", []
    with shell() as python:
        python.display_trap.hook = display
        for cell in notebook.cells:
            if cell.cell_type == "code":
                with capture_output() as shown:
                    done = python.run_cell(cell.source)
                done.raise_error()
                text += shown.stdout
                html += [output.data["text/html"] for output in shown.outputs if "text/html" in output.data]
    return Shown(text, tuple(html))
