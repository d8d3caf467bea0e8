"""A look at what was measured so far: is it enough?"""

from __future__ import annotations

from collections.abc import Callable

from analysis.load import load
from analysis.report.stopping import width_text
from analysis.stopping import blocks_made, look
from bench.run.journal import Journal


def judge(journal: Journal, say: Callable[[str], None]) -> Callable[[], bool]:
    """Return what tells, between two blocks, whether a result that is being made knows its claims well enough."""
    experiment = journal.manifest().experiment

    def is_enough() -> bool:
        result, rule = load(journal.folder), experiment.until
        found = look(result)
        enough = rule is not None and found.half_width <= rule.half_width
        say(
            f"{experiment.name}: after {blocks_made(result)} of at most {experiment.blocks} blocks intervals reach "
            f"{width_text(found)}: {'enough' if enough else 'going on'}"
        )
        return enough

    return is_enough
