"""The edition: the report of published results as a repository shows it, in Markdown with its figures beside it."""

from __future__ import annotations

import os
from collections.abc import Sequence
from pathlib import Path

from analysis.load import load
from analysis.plots.catalog import figures
from analysis.plots.figure import Figure
from analysis.report import markdown
from analysis.report.outline import arrange
from analysis.report.paper import alone
from analysis.report.study import Study, study
from analysis.report.verdictfile import verdicts_of
from analysis.standing import standings
from bench.error import LabError
from bench.run.journal import Journal
from cli.crew import each
from cli.gallery import file_name
from cli.place import CHECKOUT
from cli.swap import building

EDITION = CHECKOUT / "docs" / "report"
TEXT, VERDICTS, FIGURES = "README.md", "verdicts.json", "figures"


def renew(results: Sequence[Path], target: Path) -> Path:
    """Write the edition of some results in the place of the former one and return its text's path.

    Raises LabError where the folder is something else, or cannot be written; then it is as it was.
    """
    refuse_other(target)
    files = edition(newest_by_machine(results))
    with building(target) as draft:
        (draft / FIGURES).mkdir()
        for name, text in files.items():
            (draft / name).write_text(text)
    return target / TEXT


def refuse_other(target: Path) -> None:
    """Raise LabError where a folder is there that holds anything but an edition."""
    if not os.path.lexists(target):
        return
    plain = target.is_dir() and not target.is_symlink()
    others = [path.name for path in target.iterdir() if path.name not in (TEXT, VERDICTS, FIGURES)] if plain else ["?"]
    if others or not (target / TEXT).is_file():
        why = "it is not a report that the lab wrote, and is not replaced"
        raise LabError("site-exists", f"{target} is there already", why, "name a new folder")


def edition(results: Sequence[Path]) -> dict[str, str]:
    """Return the files of the edition of some results by their paths in it: the same bytes for the same results."""
    drawn = each(draw, results)
    sound = standings(results, [found.result for found, _ in drawn])
    report = arrange(drawn, sound)
    names = {figure.svg: f"{FIGURES}/{file_name(n, figure)}.svg" for n, figure in enumerate(report.figures, 1)}
    pictures = {names[figure.svg]: alone(figure) for figure in report.figures}
    verdicts = verdicts_of([found for found, _ in drawn], sound)
    text = markdown.write(report, names)
    return {TEXT: text, VERDICTS: verdicts.model_dump_json(indent=2) + "\n", **pictures}


def draw(result: Path) -> tuple[Study, tuple[Figure, ...]]:
    """Return a result's study and figures."""
    found = study(load(result))
    _ = found.steady  # worked out here, beside those of other results, and kept
    return found, figures(found.result, found.cells)


def newest_by_machine(results: Sequence[Path]) -> tuple[Path, ...]:
    """Return the last of each experiment on each machine and kernel, of results the first begun first."""
    latest = {told(path): path for path in results}
    return tuple(sorted(latest.values(), key=results.index))


def told(result: Path) -> tuple[str, str, str]:
    """Return the experiment, machine and kernel of a result, as its manifest says."""
    manifest = Journal(result).manifest()
    return manifest.experiment.name, manifest.machine, manifest.environment.kernel
