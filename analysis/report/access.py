"""The matrix of attempts in words, as a table of a report, and in lines of a terminal."""

from __future__ import annotations

from collections.abc import Iterator

from analysis.access import GUARDED, WORKS, Matrix, matrix
from analysis.report.block import Block, Heading, Table, Text
from analysis.report.study import Study
from workloads.access import WAYS

NAME, COLUMN = 31, 17
FAMILIES = {
    "plain": "By its own instructions",
    "copy": "System calls that copy",
    "pin": "System calls that pin the page",
    "dma": "Pages for a device",
    "guest": "Memory of a virtual machine",
    "descriptor": "The descriptor as a file",
    "outside": "Into another process",
    "takeover": "With the right to debug the owner",
    "told": "Not the bytes, but that they are there",
    "core": "Core files",
    "by_mapping": "The kernel, by the owner's mapping",
    "kernel": "The kernel, by its own map",
    "machine": "Files of all memory",
    "after": "When it was given up",
    "mapping": "What can be done with the mapping and its file",
    "advice": "madvise(2)",
}
WHOSE = {
    "owner": "owner",
    "child": "child",
    "other": "another process",
    "root": "root",
    GUARDED: "another, owner guarded",
}
STARTED = {
    "root": "Started by root: owner, child and the other process were an ordinary user. Root tries its own memory "
    "where a way is for an owner, and that of the ordinary user where it is for others.",
    "ordinary": "Started by an ordinary user: nothing was tried as root.",
}
LEGEND = (
    "Each cell: with secret memory / with an ordinary memfd. works: it did what it is for, and the bytes were compared "
    "where there are some. nothing: the kernel said yes, and no bytes were there, or nothing was done. In brackets: it "
    "was not tried, for something it needs gave that error. zero: the page held no byte of it any more."
)
BESIDE = {"memfd_locked": "owner, locked memfd", "anonymous": "owner, anonymous"}


def lines(study: Study) -> Iterator[str]:
    """Yield the lines of the matrix for a terminal of a hundred columns, nothing where there is none."""
    found = matrix(study.result)
    if found is None:
        return
    yield "Who gets at the bytes, and how   (secret memory / an ordinary memfd)"
    whose = [who for who in found.whose if who != GUARDED]
    yield f"  {'':{NAME - 2}}{''.join(f'{WHOSE[who]:{COLUMN}}' for who in whose)}".rstrip()
    for family, ways in found.ways:
        yield f" {FAMILIES[family]}"
        for way in ways:
            cells = "".join(f"{shortened(found.pair(who, way)):{COLUMN}}" for who in whose)
            yield f"  {WAYS[family][way]:{NAME - 2}}{cells}".rstrip()
    yield ""


def shortened(pair: str) -> str:
    """Return a cell that fits."""
    narrow = pair.replace(" / ", "/")
    return narrow if len(narrow) < COLUMN else f"{narrow[: COLUMN - 2]}~"


def blocks(study: Study) -> Iterator[Block]:
    """Yield the matrix as a table, nothing where there is none."""
    found = matrix(study.result)
    if found is None:
        return
    yield Heading("Who gets at the bytes, and how")
    yield Text(f"{LEGEND} {STARTED.get(found.user, '')}".strip(), "origin")
    for family, ways in found.ways:
        whose = [who for who in found.whose if any(found.pair(who, way) for way in ways)]
        beside = [each for each in BESIDE if any(found.told("owner", each, way) for way in ways)]
        header = ("Way", *(WHOSE[who] for who in whose), *(BESIDE[each] for each in beside))
        rows = tuple(
            (
                WAYS[family][way],
                *(found.pair(who, way) or "-" for who in whose),
                *(found.told("owner", each, way) or "-" for each in beside),
            )
            for way in ways
        )
        yield Table(header, rows, title=FAMILIES[family], fold="open")


def answers(study: Study) -> Iterator[str]:
    """Yield who got at the bytes in which ways, as a sentence each."""
    found = matrix(study.result)
    if found is None:
        return
    yield (
        f"Who got at the bytes of secret memory? Its owner: {listed(found, 'owner', ('plain', 'copy'))}. "
        f"Refused to it: {listed(found, 'owner', ('pin', 'dma', 'descriptor'), works=False)}."
    )
    for who in ("other", "root"):
        reached = listed(found, who, ("outside", "takeover", "by_mapping", "kernel", "machine"))
        refused = listed(found, who, ("outside", "takeover", "by_mapping", "kernel", "machine"), works=False)
        if reached or refused:
            name = "Another process of the same user" if who == "other" else "Root"
            yield f"{name} got at them by: {reached or 'none of the ways'}. Refused to it: {refused or 'nothing'}."


def listed(found: Matrix, who: str, families: tuple[str, ...], *, works: bool = True) -> str:
    """Return the ways of some families that worked with secret memory for somebody, or that were refused."""
    outcomes = {told: found.told(who, "secret", way) for family in families for way, told in WAYS[family].items()}
    return ", ".join(
        told for told, outcome in outcomes.items() if outcome and outcome[0] != "(" and (outcome == WORKS) == works
    )
