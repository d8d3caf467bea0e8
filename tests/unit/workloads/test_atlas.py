"""An atlas: what the program tells is read whole or refused, and two states and their difference fit together."""

from __future__ import annotations

import json

import numpy as np
import pytest

from tests.unit.workloads.mapped import GIB_PAGES, atlas, line
from workloads.atlas import MAPPED_1G, MAPPED_2M, MAPPED_4K, Stretch, parse
from workloads.atlas.change import compare, patched

PLAIN = atlas("1G", "2M:1024", "4K:500", "gone:12", "2M:260608", "hole", "1G")
ROWS = np.frombuffer(PLAIN.raw(), "<u8").reshape(-1, 2)


def rows(*pairs: tuple[int, int, int, int]) -> bytes:
    """Return raw stretches of (first page, pages, level, flags)."""
    return np.array([(first, n << 16 | level << 8 | flags) for first, n, level, flags in pairs], "<u8").tobytes()


def test_what_the_program_tells_is_read_as_it_is() -> None:
    read = parse(line(PLAIN), PLAIN.raw())
    assert (read.name(), read.facts, read.walk_ns) == (PLAIN.name(), PLAIN.facts, 5)
    assert list(read.stretches())[1] == Stretch(GIB_PAGES, 1024, MAPPED_2M, 0b1011)
    assert [read.mapped_bytes(level) >> 12 for level in (MAPPED_4K, MAPPED_2M, MAPPED_1G)] == [512, 261632, 524288]


def test_a_page_is_found_in_the_stretch_that_holds_it() -> None:
    assert PLAIN.find(0) == Stretch(0, GIB_PAGES, MAPPED_1G, 0b1011)
    gone = PLAIN.find(GIB_PAGES + 1024 + 500)
    assert gone is not None and (gone.pages, gone.level, gone.flags & 1) == (12, MAPPED_4K, 0)
    assert PLAIN.find(PLAIN.end_page - 1) is not None
    assert PLAIN.find(PLAIN.end_page) is None and PLAIN.find(-1) is None


def test_no_address_of_the_kernel_is_in_what_is_kept() -> None:
    assert int(ROWS[:, 0].max()) < 1 << 40


CHANGES: list[dict[str, object]] = [
    {"format": 2}, {"program": "probe"}, {"status": "unsupported"}, {"levels": 6}, {"levels": True}, {"stretches": -1},
    {"stretches": 1 << 40}, {"stretches": 6}, {"stretches": "7"}, {"misplaced": -1}, {"misplaced": 1.5},
    {"walk_ns": None}, {"tables": {}}, {"tables": 3}, {"bytes": {"4k": 0, "2m": 0, "1g": 0}}, {"bytes": []},
    {"unmapped_ram_bytes": 1 << 70},
]  # fmt: skip


@pytest.mark.parametrize("change", CHANGES, ids=str)
def test_a_line_that_lies_is_refused(change: dict[str, object]) -> None:
    with pytest.raises(ValueError, match=r"."):
        parse(line(PLAIN, **change), PLAIN.raw())


@pytest.mark.parametrize("text", [b"", b"{", b"[]", b"7", b"null", b"[" * 100_000, b"\xff", json.dumps({}).encode()])
def test_a_line_that_is_none_is_refused(text: bytes) -> None:
    with pytest.raises(ValueError, match=r"."):
        parse(text, PLAIN.raw())


BYTES = {
    "cut short": PLAIN.raw()[:-1],
    "one more": PLAIN.raw() + b"\0" * 16,
    "empty": b"",
    "zeros": b"\0" * len(PLAIN.raw()),
    "ones": b"\xff" * len(PLAIN.raw()),
}
PATTERNS = {
    "begins behind page 0": rows((1, 512, 2, 11)),
    "a hole between": rows((0, 512, 2, 11), (1024, 512, 1, 11)),
    "an overlap": rows((0, 512, 2, 11), (511, 512, 1, 11)),
    "no length": rows((0, 0, 2, 11), (0, 512, 1, 11)),
    "alike neighbours": rows((0, 512, 2, 11), (512, 512, 2, 11)),
    "a level beyond": rows((0, 512, 4, 11)),
    "a flag beyond": rows((0, 512, 2, 32)),
    "flags without an entry": rows((0, 512, 0, 1)),
    "2 MB at an odd place": rows((0, 3, 1, 11), (3, 512, 2, 11)),
    "1 GB at an odd place": rows((0, 512, 2, 11), (512, 1 << 18, 3, 11)),
    "longer than can be addressed": rows((0, (1 << 40) + 1, 2, 11)),
    "in all longer than that": rows((0, 1 << 40, 2, 11), (1 << 40, 512, 1, 11)),
}


@pytest.mark.parametrize("raw", BYTES.values(), ids=BYTES.keys())
def test_bytes_that_are_not_what_the_line_says_are_refused(raw: bytes) -> None:
    with pytest.raises(ValueError, match=r"."):
        parse(line(PLAIN), raw)


@pytest.mark.parametrize("raw", PATTERNS.values(), ids=PATTERNS.keys())
def test_stretches_that_cannot_be_a_direct_map_are_refused(raw: bytes) -> None:
    pair = np.frombuffer(raw, "<u8").reshape(-1, 2)
    pages, level = pair[:, 1] >> np.uint64(16), pair[:, 1] >> np.uint64(8) & np.uint64(0xFF)
    sizes = {name: int(pages[level == n].sum()) * 4096 for n, name in ((1, "4k"), (2, "2m"), (3, "1g"))}
    with pytest.raises(ValueError, match=r"."):
        parse(line(PLAIN, stretches=len(pair), bytes=sizes), raw)


def test_a_small_map_that_fits_is_taken() -> None:
    raw = rows((0, 512, 1, 11), (512, 512, 2, 11))
    sizes = {"4k": 512 * 4096, "2m": 512 * 4096, "1g": 0}
    assert parse(line(PLAIN, stretches=2, bytes=sizes), raw).end_page == 1024


def drawn(seed: int) -> list[str]:
    """Return words of a map of two gigabytes of small pages, drawn from a seed."""
    rng = np.random.default_rng(seed)
    cuts = np.unique(np.append(rng.integers(1, 2 * GIB_PAGES, 200), [0, 2 * GIB_PAGES]))
    return [f"{rng.choice(['4K', 'scar', 'gone', 'hole'])}:{n}" for n in np.diff(cuts)]


@pytest.mark.parametrize("seed", range(20))
def test_a_state_and_what_changed_make_the_next_state(seed: int) -> None:
    before, after = atlas(*drawn(seed)), atlas(*drawn(seed + 1000))
    change = compare(before, after)
    again = patched(before, (change.first_page, change.pages, change.now), after.end_page, after.facts)
    assert again.name() == after.name()
    for first, n, was, now in zip(change.first_page, change.pages, change.was, change.now, strict=True):
        for page in (int(first), int(first + n - 1)):
            old, new = before.find(page), after.find(page)
            assert old and new and (old.level << 8 | old.flags, new.level << 8 | new.flags) == (was, now)


def test_one_page_that_changed_is_one_row() -> None:
    change = compare(atlas("4K", "1G"), atlas("4K:1000", "gone:1", "4K:261143", "1G"))
    assert (change.first_page.tolist(), change.pages.tolist()) == ([1000], [1])


def test_equal_states_differ_nowhere() -> None:
    assert len(compare(PLAIN, PLAIN).pages) == 0


@pytest.mark.parametrize(("before", "after"), [(("1G",), ("1G", "2M")), (("1G", "2M"), ("1G",)), (("2M",), ("1G",))])
def test_memory_may_come_and_go(before: tuple[str, ...], after: tuple[str, ...]) -> None:
    old, new = atlas(*before), atlas(*after)
    change = compare(old, new)
    rows = (change.first_page, change.pages, change.now)
    assert patched(old, rows, new.end_page, new.facts).name() == new.name()


def test_all_of_a_state_differs_from_none() -> None:
    change = compare(None, PLAIN)
    rows = (change.first_page, change.pages, change.now)
    assert patched(None, rows, PLAIN.end_page, PLAIN.facts).name() == PLAIN.name()


OVERLAPS = {
    "overlap": ([0, 5], [6, 6]), "descend": ([5, 0], [1, 1]), "are empty": ([5], [0]), "begin before": ([-1], [1]),
    "reach beyond": ([GIB_PAGES - 1], [2]), "are huge": ([1], [(1 << 63) - 1]),
}  # fmt: skip


@pytest.mark.parametrize("pair", OVERLAPS.values(), ids=OVERLAPS.keys())
def test_rows_that_make_no_sense_are_refused(pair: tuple[list[int], list[int]]) -> None:
    first, pages = (np.array(each, np.int64) for each in pair)
    before = atlas("1G")
    with pytest.raises(ValueError, match=r"."):
        patched(before, (first, pages, np.full(len(first), 0x10B)), before.end_page, before.facts)


@pytest.mark.parametrize("end", [0, -1, 1 << 41])
def test_a_map_without_or_beyond_all_memory_is_refused(end: int) -> None:
    before, nothing = atlas("1G"), np.zeros(0, np.int64)
    with pytest.raises(ValueError, match=r"."):
        patched(before, (nothing, nothing, nothing), end, before.facts)
