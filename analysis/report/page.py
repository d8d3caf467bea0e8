"""The page: one HTML file that needs nothing but itself."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup

from analysis.load import Result
from analysis.plots.catalog import figures
from analysis.plots.duration import interval_text, ratio_text
from analysis.plots.figure import Figure
from analysis.report.answer import answer
from analysis.report.control import Control, controls
from analysis.report.cover import map_controls
from analysis.report.environment import Fact, facts
from analysis.report.prior import Prior, prior
from analysis.report.study import Study, missing, remarks, study
from analysis.report.table import COLUMNS, Section, sections
from bench.model.manifest import Manifest

TEMPLATE = "page.html.j2"
PLAIN_OUTCOMES = {
    "supported": "the data speak for it",
    "refuted": "the data speak against it",
    "undecided": "the data leave it open",
    "not run": "it could not be measured",
}


PROOF_OUTCOMES = {
    "supported": "nothing speaks against it",
    "refuted": "readings speak against it",
    "undecided": "there are too few readings",
    "not run": "it could not be looked at",
}


@dataclass(frozen=True, slots=True)
class Chapter:
    """One result as the page shows it."""

    study: Study
    sections: tuple[Section, ...]
    figures: tuple[Figure, ...]
    controls: tuple[Control, ...]
    prior: tuple[Prior, ...]
    facts: tuple[Fact, ...]


def render(results: Sequence[Result]) -> str:
    """Return the report of some results as one HTML document without outside references.

    Everything that a result holds is escaped. The same results give the same bytes.
    """
    chapters = [chapter(study(result)) for result in results]
    studies = [each.study for each in chapters]
    return (
        templates()
        .get_template(TEMPLATE)
        .render(
            chapters=chapters,
            answer=answer(studies),
            machines=machines(chapters),
            missing=missing(results),
            remarks=remarks(results),
            virtual=any(is_virtual(result) for result in results),
        )
    )


def chapter(each: Study) -> Chapter:
    """Return everything that the page shows of a study."""
    manifest = each.result.manifest
    return Chapter(
        study=each,
        sections=sections(each),
        figures=figures(each.result, each.cells),
        controls=(*controls(each), *map_controls(each)),
        prior=prior(manifest.experiment.name),
        facts=facts(manifest.environment),
    )


def machines(chapters: Sequence[Chapter]) -> tuple[tuple[str, tuple[Fact, ...]], ...]:
    """Return the machines that the results come from, each once: its name and what is the same of it throughout."""
    found: dict[str, tuple[Fact, ...]] = {}
    for each in chapters:
        name = each.study.result.manifest.machine
        found[name] = tuple(fact for fact in found.get(name, each.facts) if fact in each.facts)
    return tuple(found.items())


def command(manifest: Manifest) -> str:
    """Return the command line that makes the same plan again."""
    experiment = manifest.experiment
    words = ["./lab run", experiment.name, "--profile", experiment.profile, "--blocks", str(experiment.blocks)]
    secret = [c.get("pages") for c in experiment.conditions if c.get("backing") == "secret"]
    pages = [count for count in secret if isinstance(count, int)]
    return " ".join(
        [
            *words,
            *(["--pages", str(Counter(pages).most_common(1)[0][0])] if pages else []),
            "--seed",
            str(manifest.seed),
        ]
    )


def is_virtual(result: Result) -> bool:
    """Tell whether a result was measured in a virtual machine."""
    return result.manifest.environment.virtualisation not in ("", "none")


def templates() -> Environment:
    """Return the templates with the words that they use; whatever they put in is escaped, but for our own pictures."""
    found = Environment(
        loader=FileSystemLoader(Path(__file__).parent),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    found.filters |= {"ratio": ratio_text, "picture": picture}
    found.globals |= {"interval": interval_text, "columns": COLUMNS, "outcomes": PLAIN_OUTCOMES, "command": command}
    found.globals["proof_outcomes"] = PROOF_OUTCOMES
    return found


def picture(figure: Figure) -> Markup:
    """Return a figure's picture as markup: canvas.svg wrote it, and matplotlib escapes the text in it."""
    return Markup(figure.svg)
