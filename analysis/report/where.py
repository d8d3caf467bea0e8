"""Where the time goes, in words: what the kernel does during the first touch of a secret page."""

from __future__ import annotations

import math
from collections.abc import Iterator

from analysis.profile import GROUPS, INTERRUPT, REST, Breakdown, Share, breakdowns
from analysis.report.study import Study

WORDS = {
    "flush": "telling the other CPUs to forget the page, and waiting until they have",
    "direct_map": "changing the kernel's own map",
    "clear": "clearing the page",
    "allocation": "finding a free page",
    "accounting": "accounting and the page cache",
}
MEMORY = {"anonymous_locked": "ordinary, locked memory", "memfd_locked": "a locked memfd"}
"""What secret memory is compared with, the nearest relative last."""


def where(study: Study) -> Iterator[str]:
    """Yield the shares of a secret page's fault as a sentence, and those of its ordinary relatives as another."""
    plain = {
        each.condition.get("backing"): each
        for each in breakdowns(study.result.profile)
        if each.condition.get("others") in (None, "idle")
    }
    secret = plain.get("secret")
    if secret is None or not ordered(secret):
        return
    (words, largest), *others = ordered(secret)
    yield (
        f"Where does that time go? When a secret page is touched for the first time, {percent(largest)} of the "
        f"kernel's work ({interval(largest)}) is {words}; {', '.join(f'{percent(s)} is {w}' for w, s in others)}; "
        f"{percent(secret.shares[REST])} is the rest of the page fault. These are shares of {secret.samples} samples, "
        f"taken from {secret.processes} processes that were not timed."
    )
    yield from (relative(name, plain[backing]) for backing, name in MEMORY.items() if backing in plain)


def ordered(each: Breakdown) -> list[tuple[str, Share]]:
    """Return the kinds of work that have a name, the largest share first."""
    named = [(WORDS[group], each.shares[group]) for group in GROUPS if group not in (INTERRUPT, REST)]
    return sorted((pair for pair in named if pair[1].value), key=lambda pair: -pair[1].value)


def interval(share: Share) -> str:
    """Return a share's interval in words."""
    found = share.interval
    if not math.isfinite(found.high - found.low):
        return f"{found.replicates} processes, too few for an interval"
    return f"{100 * found.confidence:g} % interval {100 * found.low:.0f} to {100 * found.high:.0f} %"


def relative(name: str, each: Breakdown) -> str:
    """Return what is the largest part for another memory, and how much the other CPUs are of it."""
    flush = each.shares["flush"]
    told = f"{percent(flush)} is telling the other CPUs" if flush.value else "the other CPUs are told nothing"
    largest = "".join(f"; the largest part, {percent(share)}, is {words}" for words, share in ordered(each)[:1])
    return f"In the first touch of {name} {told}{largest}."


def percent(share: Share) -> str:
    """Return a share as whole per cents, "less than 1 %" below that."""
    return f"{100 * share.value:.0f} %" if share.value >= 0.01 else "less than 1 %"
