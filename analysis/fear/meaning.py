"""What a ruling means for a reader, and the figure that it rests on, in words made of the data."""

from __future__ import annotations

from analysis.fear.ruling import Ruling, Vote
from analysis.plots.duration import count_text, interval_text, ratio_text
from analysis.verdict import Verdict


def meaning(ruling: Ruling) -> str:
    """Return the sentence for a reader."""
    if ruling.outcome == "not run":
        return "Nothing can be said from here."
    sentence = getattr(ruling.fear.meaning, ruling.outcome)
    return str(sentence).format(effect=effect(ruling), readings=readings(ruling))


def effect(ruling: Ruling) -> str:
    """Return the ratio of the first claim that carries a ruling, as "2.12 times (1.66 to 2.72)"."""
    ratio = next((v.judged.ratio for v in ruling.carrying if isinstance(v.judged, Verdict) and v.judged.ratio), None)
    return f"{ratio_text(ratio.value)[:-1]} times ({interval_text(ratio.low, ratio.high)})" if ratio else "as shown"


def readings(ruling: Ruling) -> str:
    """Return on how many readings the proofs of a ruling rest."""
    return count_text(
        sum(0 if isinstance(vote.judged, Verdict) else vote.judged.readings for vote in ruling.votes), "reading"
    )


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
        if judged.ratio is None:
            return "-"
        return f"{ratio_text(judged.ratio.value)} [{interval_text(judged.ratio.low, judged.ratio.high, ', ')}]"
    return f"{judged.contrary:,} of {count_text(judged.readings, 'reading')} contrary" if judged.readings else "-"


def carried(ruling: Ruling) -> str:
    """Return how many of how many claims carry a ruling, and the name of the one whose figure is shown."""
    if not ruling.votes or ruling.outcome == "not run":
        return "; ".join(ruling.reasons)
    first = next(iter(ruling.carrying), None)
    shown = f"{first.name}; " if first else ""
    return (
        f"{shown}{len(ruling.carrying)} of {count_text(len(ruling.votes), 'claim')} say so"
        if first
        else "the claims differ"
    )
