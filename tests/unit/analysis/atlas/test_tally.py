"""What a state amounts to, and the kinds of its regions."""

from __future__ import annotations

import numpy as np
import pytest

from analysis.atlas.region import (
    HUGE,
    LARGE,
    NOTHING,
    REMOVED_FEW,
    REMOVED_MOST,
    REMOVED_SOME,
    SCARRED,
    SMALL,
    coarse,
    kinds,
)
from analysis.atlas.tally import pages_by, tally
from tests.unit.workloads.mapped import GIB_PAGES, atlas
from workloads.atlas import Atlas


def test_every_size_and_every_scar_is_counted() -> None:
    found = tally(atlas("1G", "4K:500", "gone:4", "scar:8", f"2M:{GIB_PAGES - 512}", "hole", "1G"))
    assert (found.huge_bytes, found.large_bytes, found.small_bytes) == (2 << 30, (1 << 30) - (2 << 20), 2 << 20)
    assert (found.removed_pages, found.scar_pages, found.small_regions) == (4, 8, 1)
    assert (found.whole_rows, found.split_rows) == (2, 1)
    assert (found.mapped_bytes, found.table_bytes) == (3 << 30, 3 * 4096)


def test_scars_cannot_be_told_where_no_page_is_global() -> None:
    plain = atlas("1G", "2M")
    isolated = Atlas(plain.facts, plain.first_page, plain.pages, plain.code & ~8)
    assert tally(plain).scar_pages == 0
    assert tally(isolated).scar_pages is None
    assert set(np.unique(kinds(isolated))) == {HUGE, LARGE}


def test_each_region_has_the_kind_of_what_is_furthest_from_whole() -> None:
    found = kinds(
        atlas("1G", "4K:512", "4K:511", "scar:1", "4K:510", "scar:1", "gone:1", "gone:128", "4K:384", "gone:384",
              "4K:128", f"2M:{GIB_PAGES - 5 * 512}", "hole", "2M:1024")
    )  # fmt: skip
    assert found.shape == (4, 512)
    assert set(found[0]) == {HUGE}
    assert found[1].tolist()[:6] == [SMALL, SCARRED, REMOVED_FEW, REMOVED_SOME, REMOVED_MOST, LARGE]
    assert set(found[2]) == {NOTHING}
    assert found[3].tolist()[:3] == [LARGE, LARGE, NOTHING]


def test_coarse_cells_show_the_worst_of_what_they_stand_for() -> None:
    cells = np.full((2, 512), HUGE)
    cells[1, 300] = REMOVED_FEW
    assert coarse(cells, 4).tolist() == [[HUGE] * 4, [HUGE, HUGE, REMOVED_FEW, HUGE]]
    assert (coarse(cells, 512) == cells).all()


@pytest.mark.parametrize("seed", range(5))
def test_pages_are_counted_region_by_region(seed: int) -> None:
    rng = np.random.default_rng(seed)
    lengths = rng.integers(1, 300, 80).tolist()
    made = atlas(*(f"{word}:{n}" for word, n in zip(["4K", "scar"] * 40, lengths, strict=True)))
    chosen = made.flags == 3
    plain = np.repeat(chosen, made.pages)
    expected = [int(plain[at : at + 64].sum()) for at in range(0, made.end_page, 64)]
    assert pages_by(made, chosen, 64).tolist() == expected
