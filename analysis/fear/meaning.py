"""What a ruling means for a reader, and the figure that it rests on, in words made of the data."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Sequence

from analysis.fear.ruling import Ruling, Vote
from analysis.plots.duration import count_text, effect_text, figures, interval_text, ratio_text
from analysis.proof import Finding
from analysis.verdict import Outcome, Verdict

SAY: dict[Outcome, tuple[str, str]] = {
    "supported": ("says it is right", "say it is right"),
    "refuted": ("says it is wrong", "say it is wrong"),
    "undecided": ("leaves it open", "leave it open"),
    "not run": ("could not be measured", "could not be measured"),
}
"""What one vote says, and what several say."""


def meaning(rulings: Sequence[Ruling]) -> str:
    """Return the sentence for a reader, of rulings on one fear with one outcome: of several machines, for instance."""
    first = rulings[0]
    if first.outcome == "not run":
        return "Nothing can be said from here."
    sentence = str(getattr(first.fear.meaning, first.outcome))
    return sentence.format(effect=effects(rulings), readings=readings(rulings), unseen=unseen(rulings))


def effects(rulings: Sequence[Ruling]) -> str:
    """Return the ratio of the first claim that carries a ruling, as "2.12 times (1.66 to 2.72)", of several without."""
    found = [
        next((v.judged.ratio for v in each.carrying if isinstance(v.judged, Verdict) and v.judged.ratio), None)
        for each in rulings
    ]
    ratios = [ratio for ratio in found if ratio]
    if len(ratios) == 1:
        return f"{figures(ratios[0].value)} times ({interval_text(ratios[0].low, ratios[0].high)})"
    return f"{joined([figures(ratio.value) for ratio in ratios])} times" if ratios else "as shown"


def readings(rulings: Sequence[Ruling]) -> str:
    """Return on how many readings the proofs of each ruling rest."""
    counts = [sum(v.judged.readings for v in each.votes if isinstance(v.judged, Finding)) for each in rulings]
    return count_text(counts[0], "reading") if len(counts) == 1 else f"{joined([f'{n:,}' for n in counts])} readings"


def unseen(rulings: Sequence[Ruling]) -> str:
    """Return which changes the claims that leave a fear open could not have seen."""
    votes = [vote.judged for each in rulings for vote in each.carrying]
    found = [v.ratio.detectable for v in votes if isinstance(v, Verdict) and v.ratio and v.ratio.blocks > 1]
    if not votes:
        return "not everything that answers it could be measured"
    if not found:
        return "there were too few repetitions to tell"
    low, high = (effect_text(value) for value in (min(found), max(found)))
    bounds = low if low == high else f"{low} to {high}, by claim,"
    return f"it takes more repetitions to tell; a change of less than {bounds} could not have been seen"


def joined(words: Sequence[str]) -> str:
    """Return words as an enumeration, as "a, b and c"."""
    return " and ".join(filter(None, (", ".join(words[:-1]), words[-1])))


def figure(ruling: Ruling) -> str:
    """Return what a ruling rests on, short: the first carrying claim with its interval, or the readings of proofs."""
    first = next(iter(ruling.carrying), None)
    if first is None or ruling.outcome == "not run":
        return ""
    return told(first)


def told(vote: Vote) -> str:
    """Return a vote's figure with its interval, or how many readings speak for and against a proof."""
    judged = vote.judged
    if isinstance(judged, Verdict):
        ratio = judged.ratio
        if ratio is None:
            return "-"
        bounds = interval_text(ratio.low, ratio.high, ", ") if math.isfinite(ratio.high) else "one block, no interval"
        return f"{ratio_text(ratio.value)} [{bounds}]"
    contrary = f"{judged.contrary:,}" if judged.contrary else "none"
    return f"{contrary} of {count_text(judged.readings, 'reading')} contrary" if judged.readings else "-"


def carried(ruling: Ruling) -> str:
    """Return the sentence whose figure is shown, and what all that answer the fear say.

    Of a claim that speaks against the fear its own outcome is told, too: what refutes it speaks for the fear.
    """
    first = next(iter(ruling.carrying), None)
    turned = f"{first.judged.outcome.capitalize()}: " if first and first.judged.outcome != first.outcome else ""
    return " ".join((f"{turned}{first.text}" if first else "", said(ruling.votes))).strip()


def said(votes: Sequence[Vote]) -> str:
    """Return what votes say, counted, as "Of 14 claims 6 say it is right, 8 could not be measured."; "" of one."""
    if len(votes) < 2:
        return ""
    noun = "proofs" if all(isinstance(vote.judged, Finding) for vote in votes) else "claims"
    counted = Counter(vote.outcome for vote in votes)
    if len(counted) == 1:
        return f"All {len(votes)} {noun} {SAY[votes[0].outcome][1]}."
    parts = (f"{times} {SAY[outcome][times > 1]}" for outcome in SAY if (times := counted[outcome]))
    return f"Of {len(votes)} {noun} {', '.join(parts)}."


def why_not(ruling: Ruling) -> str:
    """Return why a fear was not looked at."""
    return "; ".join(ruling.reasons)
