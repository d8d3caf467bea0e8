"""The answer first: what a secret page costs here, in words for somebody who has never met one."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence

from analysis.cells import Cell
from analysis.compare import Ratio, compare
from analysis.plots.choice import backings
from analysis.plots.duration import count_text, duration, duration_range, figures, interval_text, size_text
from analysis.proof import Finding
from analysis.report import access, neighbour, paths, reads, stay, uncached
from analysis.report.remains import remains
from analysis.report.study import Study
from analysis.report.where import where
from bench.experiments.catalog import names

PAGES_A_MEGABYTE = 256
FEW_BLOCKS = 5
PROVEN = {
    "refused": "While {pages} were held, the kernel tried to read each of them through its own map, and was refused.",
    "refused-many": "It made no difference whether one thread had filled them or threads on all CPUs at once.",
    "refused-fork": "Pages that a forked child alone still had were refused, too.",
    "readable": "After they were given up the kernel could read every one of them again.",
    "ordinary": "From {ordinary} pages of ordinary memory it read what had been written there.",
}
"""What there is to say of proofs that nothing speaks against."""
LIMIT = "limit-"
"""Proofs of what the limit counts, in which kernels differ: no promise is broken where one does not hold."""


def answer(studies: Sequence[Study]) -> tuple[str, ...]:
    """Return the answer as paragraphs, only of what was measured; it says why where there is nothing."""
    found = [
        text
        for study in sorted(studies, key=place)
        for told in (
            touch,
            where,
            life,
            proven,
            stay.answers,
            access.answers,
            reads.answers,
            paths.answers,
            uncached.answers,
            neighbour.answers,
            remains,
        )
        for text in told(study)
    ]
    unsure = " ".join(doubts(studies))
    nothing = "Nothing was measured that answers the question: the reasons stand below."
    return (*(found or [nothing]), *([f"How sure is this? {unsure}"] if unsure else []))


def place(study: Study) -> int:
    """Return where a study stands: what a page costs first, then as experiments are listed."""
    name, known = study.result.manifest.experiment.name, names()
    return known.index(name) if name in known else len(known)


def touch(study: Study) -> Iterator[str]:
    """Yield what the first touch of a page costs, and how much that is against ordinary, locked memory."""
    found = backings(study.cells)
    secret, locked = found.get("secret"), found.get("anonymous_locked")
    if secret is None:
        return
    yield (
        f"On this machine the first use of a page of secret memory (4 KB) takes {duration(secret.typical['p50'])} in "
        f"the median ({interval(secret, 'p50')}) and {slowest(secret)} in the slowest hundredth. Filling 1 MB of it "
        f"takes about {duration(PAGES_A_MEGABYTE * secret.typical['mean'])}."
    )
    ratio = compare(locked, secret, "p50") if locked else None
    if locked and ratio:
        yield (
            f"The same first use of ordinary memory that is locked in RAM takes {duration(locked.typical['p50'])}: "
            f"secret memory takes {compared(ratio)}. Later uses of a page that is there already do not pay this again."
        )


def slowest(cell: Cell) -> str:
    """Return from which time on a touch belongs to the slowest hundredth."""
    return f"at least {duration(cell.typical['p99'])}"


def interval(cell: Cell, statistic: str) -> str:
    """Return a statistic's interval as words."""
    found = cell.intervals[statistic]
    if not math.isfinite(found.high - found.low):
        return f"{found.replicates} processes, too few for an interval"
    return (
        f"{100 * found.confidence:g} % interval {duration_range(found.low, found.high)}, {found.replicates} processes"
    )


def compared(ratio: Ratio) -> str:
    """Return a ratio of times as words, and how sure it is."""
    sure = f"(95 % interval {interval_text(ratio.low, ratio.high)}, {ratio.blocks} comparisons)"
    if not math.isfinite(ratio.high):
        return f"{figures(ratio.value)} times as long, in a single comparison"
    if ratio.low <= 1 <= ratio.high:
        return f"{figures(ratio.value)} times as long {sure}, which cannot be told from no difference"
    return f"{figures(ratio.value)} times as long {sure}"


def life(study: Study) -> Iterator[str]:
    """Yield how long a program waits for its smallest secret, by the way in which it holds it."""
    ready = {c.condition.get("way"): c for c in smallest(study.cells, "ready")}
    own, reused, locked = (ready.get(way) for way in ("file_each", "arena_reuse", "mmap_mlock"))
    if own is None:
        return
    size = size_text(int(own.condition.get("size") or 0))
    text = f"A new secret of {size} in a secret file of its own is ready after {duration(own.typical['p50'])} (median)"
    ratio = compare(locked, own, "p50") if locked else None
    if locked and ratio:
        text += f"; mmap and mlock take {duration(locked.typical['p50'])}. The secret file takes {compared(ratio)}"
    if reused:
        text += f". A block that an arena has used before is ready after {duration(reused.typical['p50'])}"
    yield text + "."


def proven(study: Study) -> Iterator[str]:
    """Yield whether secret pages leave the kernel's map and come back, and what speaks against it."""
    if study.result.manifest.experiment.name == "access":
        return  # of what was tried there, access.answers tells
    found = {finding.proof.name: finding for finding in study.findings if finding.readings}
    refused = found.get("refused")
    contrary = [f for f in study.findings if f.outcome == "refuted" and not f.proof.name.startswith(LIMIT)]
    if contrary:
        yield "Not all of what secret memory promises held here: " + " ".join(map(broken, contrary))
    elif refused:
        back = "readable" if any(name.startswith("readable") for name in found) else ""
        yield " ".join(text for name, text in PROVEN.items() if name in found or name == back).format(
            pages=count_text(refused.readings, "secret page"),
            ordinary=f"{found['ordinary'].readings:,}" if "ordinary" in found else "",
        )


def broken(finding: Finding) -> str:
    """Return a sentence that was refuted, and by how much."""
    return f'"{finding.proof.text}" failed for {finding.contrary:,} of {count_text(finding.readings, "page")}.'


def smallest(cells: Sequence[Cell], metric: str) -> list[Cell]:
    """Return the cells of a metric of a secret's life at the smallest size."""
    lives = [cell for cell in cells if cell.condition.workload == "alloc_latency" and cell.metric == metric]
    least = min((int(cell.condition.get("size") or 0) for cell in lives), default=0)
    return [cell for cell in lives if cell.condition.get("size") == least]


def doubts(studies: Sequence[Study]) -> Iterator[str]:
    """Yield what makes results less sure than their intervals: unfinished, few blocks, many disturbed runs."""
    named = [(study.result.manifest.experiment.name, study) for study in studies]
    few = [(name, s.blocks) for name, s in named if s.made]
    told = {
        "Not finished": [
            f"{name} ({len(s.result.runs)} of {s.planned} runs were made so far)"
            for name, s in named
            if not s.result.seal
        ],
        "A first look of few repetitions, with wide intervals": [f"{n} ({b})" for n, b in few if b <= FEW_BLOCKS],
        "Something else disturbed runs, which are kept and marked": [
            f"{name} ({len(s.disturbed)} of {s.made})" for name, s in named if len(s.disturbed) > s.made / 10
        ],
    }
    yield from (f"{what}: {', '.join(names)}." for what, names in told.items() if names)
