"""The direct map in words."""

from __future__ import annotations

from analysis.report.atlas import changes, summary
from tests.unit.workloads.mapped import GIB_PAGES, atlas

MAP = atlas("1G", "4K:500", "gone:4", "scar:8", f"2M:{GIB_PAGES - 512}", "1G")
SAYS = {"DirectMap4k": 2 << 20, "DirectMap2M": (1 << 30) - (2 << 20), "DirectMap1G": 2 << 30}


def text(kernel_says: dict[str, int]) -> str:
    return " ".join(" ".join(summary(MAP, kernel_says)).split())


def test_summary_says_sizes_scars_and_what_is_out_now() -> None:
    said = text(SAYS)
    parts = (
        "direct map: 3.00 GB",
        "in 1 GB pages 2.00 GB 66.7%",
        "in 4 KB pages 0.00 GB 0.1%",
        "2 whole, 1 in smaller",
    )
    for part in (*parts, "8 pages, by the Global bit", "secret right now 4 pages", "/proc/meminfo says the same"):
        assert part in said, part


def test_summary_says_by_how_much_meminfo_is_off() -> None:
    said = text({**SAYS, "DirectMap1G": 4 << 30})
    assert "/proc/meminfo is off: DirectMap1G by +2,048.0 MB; believe the map" in said


def test_fewer_tables_than_splits_disagree() -> None:
    assert "agrees tables of 4 KB pages and splits counted: 1 tables, 1 splits" in text({"direct_map_level2_splits": 1})
    assert "DISAGREES tables of 4 KB pages" in text({"direct_map_level2_splits": 2})
    assert "DISAGREES" not in text({"direct_map_level2_splits": 2, "direct_map_level2_collapses": 1})


def test_changes_say_what_how_much_and_where() -> None:
    (split, removed) = changes(atlas("2M"), atlas("2M:512", "4K:9", "gone:1", "4K:502", f"2M:{GIB_PAGES - 1024}"))
    assert split == "1 page of 2 MB split to 4 KB: at 0.002 GB"
    assert removed == "1 page taken out: at 0.0020 GB"


def test_many_places_are_counted_and_not_listed() -> None:
    (line,) = changes(atlas("4K"), atlas(*["4K:5", "gone:1"] * 20, f"4K:{GIB_PAGES - 120}"))
    assert line.startswith("20 pages taken out: at ") and line.endswith("and in 14 other places")


def test_nothing_is_said_where_nothing_changed() -> None:
    assert list(changes(MAP, MAP)) == []
