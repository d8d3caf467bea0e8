"""What happened between two states."""

from __future__ import annotations

import pytest

from analysis.atlas.event import Event, events
from tests.unit.workloads.mapped import GIB_PAGES, atlas

CASES = [
    (("1G", "1G"), ("1G", "2M"), [("split_1g", 1, ((GIB_PAGES, GIB_PAGES),))]),
    (("2M",), ("2M:512", "4K:1024", f"2M:{GIB_PAGES - 1536}"), [("split_2m", 2, ((512, 1024),))]),
    (
        ("1G",),
        ("4K:100", "gone:5", "4K:407", f"2M:{GIB_PAGES - 512}"),
        [("split_1g", 1, ((0, GIB_PAGES),)), ("split_2m", 1, ((0, 512),)), ("removed", 5, ((100, 5),))],
    ),
    (
        ("4K:100", "gone:5", f"4K:{GIB_PAGES - 105}"),
        ("4K:100", "scar:4", f"4K:{GIB_PAGES - 104}"),
        [("scarred", 4, ((100, 4),)), ("returned", 1, ((104, 1),))],
    ),
    (("4K:512", f"2M:{GIB_PAGES - 512}"), ("2M",), [("joined_2m", 1, ((0, 512),))]),
    (("2M",), ("1G",), [("joined_1g", 1, ((0, GIB_PAGES),))]),
    (("4K:9", "scar:3", f"4K:{GIB_PAGES - 12}"), ("4K",), [("other", 3, ((9, 3),))]),
    (("1G", "hole"), ("1G", "1G"), [("other", GIB_PAGES, ((GIB_PAGES, GIB_PAGES),))]),
    (("1G",), ("1G", "2M"), [("other", GIB_PAGES, ((GIB_PAGES, GIB_PAGES),))]),
    (("1G",), ("1G",), []),
]


@pytest.mark.parametrize(("before", "after", "expected"), CASES)
def test_events_are_told_by_their_kind(
    before: tuple[str, ...], after: tuple[str, ...], expected: list[tuple[object, ...]]
) -> None:
    found = events(atlas(*before), atlas(*after))
    assert [(event.kind, event.count, event.spans) for event in found] == expected


def test_a_page_that_stays_a_scar_is_no_event() -> None:
    before = atlas("4K:9", "scar:3", f"4K:{GIB_PAGES - 12}")
    after = atlas("4K:9", "scar:3", "gone:1", f"4K:{GIB_PAGES - 13}")
    assert events(before, after) == (Event("removed", 1, ((12, 1),)),)


def test_a_scar_that_is_taken_out_and_put_back_is_one_again() -> None:
    scar = atlas("4K:9", "scar:3", f"4K:{GIB_PAGES - 12}")
    out = atlas("4K:9", "gone:3", f"4K:{GIB_PAGES - 12}")
    assert [event.kind for event in (*events(scar, out), *events(out, scar))] == ["removed", "scarred"]


def test_where_no_page_is_global_none_is_a_scar() -> None:
    out, back = (atlas("scar:9", f"{word}:3", f"scar:{GIB_PAGES - 12}") for word in ("gone", "scar"))
    flags = {event.kind for event in events(out, back)}
    assert flags <= {"returned", "scarred"}
