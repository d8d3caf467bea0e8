"""What secret memory leaves behind in the kernel's map, in words and in lines for a terminal."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from analysis.course import MIB, PAGE_BYTES, REGION_BYTES, STEERED, Course, courses, grouped, natural
from analysis.plots import growth, reach, scar
from analysis.plots.duration import count_text, figures, size_text
from analysis.report.study import Study


def remains(study: Study) -> Iterator[str]:
    """Yield what natural use splits, how far a user gets who steers, and what of it heals."""
    every = courses(study.result)
    yield from of_natural_use(natural(every))
    yield from of_steering(tuple(course for course in every if course.use in STEERED))
    yield from of_healing(study)


def of_natural_use(found: tuple[Course, ...]) -> Iterator[str]:
    """Yield how many regions a megabyte of secret memory turned to 4 KB, on either kind of ground."""
    as_found, used_up = (rate([c for c in found if c.ground == ground]) for ground in ("as_found", "used_up"))
    if as_found:
        yield (
            f"In natural use a megabyte of secret memory turned {as_found} regions of 2 MB of the kernel's map into 4 "
            "KB pages, on memory as it was found: pages that had been split before cost nothing. "
            + (f"Where such pages had been used up before, it turned {used_up}." if used_up else "")
        ).rstrip()


def rate(group: list[Course]) -> str:
    """Return regions split a MB touched over all courses, on how little that rests, "" where nothing was touched."""
    touched = sum(course.last("touched_bytes") for course in group)
    if not touched:
        return ""
    little = f" (by {size_text(touched)} that were touched in all)" if touched < MIB else ""
    return f"{figures(sum(course.last('level2_splits') for course in group) / (touched / MIB))}{little}"


def of_steering(found: tuple[Course, ...]) -> Iterator[str]:
    """Yield what a page of the limit reaches in the hands of somebody who steers where pages come from."""
    best = {use: [course for course in found if course.use == use] for use in STEERED}
    if holding := max(best["steered"], key=lambda course: course.last("level2_splits"), default=None):
        regions, pages = holding.last("level2_splits"), holding.last("peak_bytes") // PAGE_BYTES
        yield (
            f"A user who steers where pages come from turned {count_text(regions, 'region')} "
            f"({size_text(regions * REGION_BYTES)}) with {count_text(pages, 'page')} of the limit{ended(holding)}."
        )
    if one := max(best["steered_one"], key=lambda course: course.last("level2_splits"), default=None):
        regions = one.last("level2_splits")
        yield (
            f"With one single page of the limit, given up and had again each time, it was "
            f"{count_text(regions, 'region')} ({size_text(regions * REGION_BYTES)}){ended(one)}: the limit bounds how "
            "much secret memory is held, and not how much of the map it splits."
        )


def ended(course: Course) -> str:
    """Return what stopped a run before it was through."""
    told = {"budget": ", where the budget for splits ended it", "share": ", where its share of the budget ended it"}
    return {**told, "memory": ", where free memory ended it"}.get(course.stopped_by, "")


def of_healing(study: Study) -> Iterator[str]:
    """Yield whether anything became whole again when it was given up."""
    found = next((f for f in study.findings if f.proof.name == "nothing-heals" and f.readings), None)
    if found and found.outcome != "refuted":
        yield (
            f"Nothing of this heals: {found.readings} times all secret memory was given up, and not one region of 2 MB "
            "became whole again. It stays so until the next boot."
        )


def lines(study: Study) -> tuple[str, ...]:
    """Return the same as lines of a terminal, an empty one at the end; none where nothing of it was measured."""
    every = courses(study.result)
    found = (
        *titled("Regions of 2 MB that natural use split to 4 KB", natural(every), of_growth),
        *titled("How far one user gets", reach.chosen(every), of_reach),
        *titled("What stays, over rounds", tuple(course for course in every if course.is_round), of_rounds),
    )
    return (*found, "") if found else ()


def titled(title: str, found: tuple[Course, ...], tell: Callable[[list[Course]], str]) -> Iterator[str]:
    """Yield a title and a line a condition."""
    if found:
        yield title
    yield from (f"  {tell(group)}" for group in grouped(found).values())


def of_growth(group: list[Course]) -> str:
    """Return the line of natural use."""
    use, ground, _, touched, regions, a_mib, *_ = growth.row(group)
    return f"{use}, {ground}, {touched}: regions split {regions}, or {a_mib} a MB"


def of_reach(group: list[Course]) -> str:
    """Return the line of a user's reach."""
    user, ground, _, held, regions, a_page, plugged, stopped = reach.row(group)
    plug = "" if plugged == "-" else f", {plugged} of other memory used up"
    stop = "" if stopped == "-" else f"; stopped by {stopped}"
    return f"{user}, {ground}, pages held {held}: regions split {regions}, or {a_page} a page{plug}{stop}"


def of_rounds(group: list[Course]) -> str:
    """Return the line of rounds."""
    between, _, rounds, touched, first, last, left, marked, *_ = scar.row(group)
    return (
        f"{between}, rounds {rounds}, {touched} touched: regions split {first} in the first, {last} in all ({left}); "
        f"pages marked {marked}"
    )
