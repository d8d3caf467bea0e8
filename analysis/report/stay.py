"""Who keeps secret memory and when it is back, in words."""

from __future__ import annotations

from collections.abc import Iterator

from analysis.plots.duration import duration, interval_text, ratio_text, size_text
from analysis.plots.lives import ENDS, KEEPERS
from analysis.report.study import Study
from analysis.stay import SECRET, later, stays, usual_pages

ENOUGH = ("closed", "killed")
"""The ends whose times are told."""


def answers(study: Study) -> Iterator[str]:
    """Yield how soon after its end memory is back, and what counts for nobody while it is kept."""
    found = stays(study.result, study.cells)
    usual = [each for each in found if each.backing == SECRET and each.pages == usual_pages(found)]
    told = [each for each in usual if each.life in ENOUGH and "pages_free" in each.times]
    if told:
        ends = "; ".join(
            f"{duration(each.times['pages_free'].typical['p50'])} after {ENDS[each.life]}"
            + (
                f", {ratio_text(r.value)[:-1]} times ({interval_text(r.low, r.high)}) as long as locked memfd"
                if r
                else ""
            )
            for each in told
            for r in (later(found, each),)
        )
        yield f"{size_text(4096 * told[0].pages)} of secret memory are free again {ends}."
    free = [KEEPERS[e.life] for e in usual if e.counts.get("counted_while_kept", (1, 1))[0] == 0]
    if free:
        yield f"Secret memory counts against nobody's limit while it is kept by {', by '.join(dict.fromkeys(free))}."
