"""The index of a site: one HTML page that needs nothing but itself."""

from __future__ import annotations

import base64
import hashlib
from collections import Counter
from collections.abc import Iterable
from pathlib import Path
from typing import get_args

from jinja2 import Environment
from markupsafe import Markup

from analysis.plots.duration import count_text, size_text
from analysis.report.template import templates
from analysis.site.entry import Answer, Entry, SiteFile
from analysis.verdict import Outcome

HERE = Path(__file__).parent
WORDS = {"supported": "right", "refuted": "wrong", "undecided": "open"}
"""What an outcome says of a fear."""


def index(site: SiteFile) -> str:
    """Return the index of a site, in the order of its entries.

    Everything that a result holds is escaped. The policy of the page allows our own script alone, by its hash.
    """
    script = (HERE / "filter.js").read_text()
    return (
        environment()
        .get_template("index.html.j2")
        .render(
            site=site,
            choices=choices(site.entries),
            fears=fears(site.entries),
            script=Markup(script),
            script_hash=base64.b64encode(hashlib.sha256(script.encode()).digest()).decode(),
        )
    )


def choices(entries: tuple[Entry, ...]) -> dict[str, dict[str, str]]:
    """Return what each filter offers: values with the words they are shown by, in order."""
    return {
        "machine": {each: each for each in sorted({entry.machine for entry in entries})},
        "kernel": {each: each for each in sorted({entry.kernel for entry in entries})},
        "fear": texts(answer for entry in entries for answer in entry.fears),
        "claim": {each: each for each in sorted({answer.name for entry in entries for answer in entry.answers})},
    }


def texts(answers: Iterable[Answer]) -> dict[str, str]:
    """Return the sentence of each name, in the order of the sentences."""
    found = {answer.name: answer.text for answer in answers}
    return dict(sorted(found.items(), key=lambda pair: pair[1]))


def fears(entries: tuple[Entry, ...]) -> tuple[tuple[Answer, str], ...]:
    """Return each fear that any result says something of, and how many results say what."""
    known = {answer.name: answer for entry in entries for answer in entry.fears}
    said: dict[str, Counter[str]] = {}
    for answer in (answer for entry in entries for answer in entry.fears):
        said.setdefault(answer.name, Counter())[answer.outcome] += 1
    return tuple((known[name], tally(said[name])) for name in sorted(known, key=lambda name: known[name].text))


def tally(counted: Counter[str]) -> str:
    """Return how many results say what of a fear, as words."""
    parts = (f"{word} in {count_text(n, 'result')}" for outcome, word in WORDS.items() if (n := counted[outcome]))
    return ", ".join(parts)


def summed(answers: Iterable[Answer]) -> str:
    """Return how many claims there are, and what came of how many: "3 claims: 2 supported, 1 undecided"."""
    counted = Counter(answer.outcome for answer in answers)
    parts = (f"{counted[outcome]} {outcome}" for outcome in get_args(Outcome) if counted[outcome])
    return f"{count_text(counted.total(), 'claim')}: {', '.join(parts)}"


def environment() -> Environment:
    """Return the templates with the words that they use; our own script is the one thing that is not escaped."""
    found = templates(HERE, HERE.parent / "report")
    found.filters |= {"size": size_text, "summed": summed}
    return found
