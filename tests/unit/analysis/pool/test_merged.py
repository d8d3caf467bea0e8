"""The merged kernel's model: pages come in pieces, what was given up comes back first, a split keeps a table."""

from __future__ import annotations

import pytest

from analysis.pool.merged import different_pages, replay
from analysis.pool.trace import Trace
from tests.unit.analysis.pool.made import ground, pieces

REUSE = Trace.of("t", "t", "made up", [(0, 100), (0, 0), (1, 100), (1, 0), (2, 50)])


def area(pages: int) -> Trace:
    return Trace.of("t", "t", "made up", [(0, pages)])


@pytest.mark.parametrize(("pages", "blocks"), [(1, 1), (512, 1), (513, 2), (1024, 2)])
def test_whole_blocks_are_filled_one_by_one(pages: int, blocks: int) -> None:
    found = replay(area(pages), ground(pieces([512], [2])), seed=1, replays=5)
    assert set(found.blocks) == set(found.splits) == set(found.table_blocks) == {blocks}


def test_pieces_of_one_page_split_a_block_each() -> None:
    assert set(replay(area(70), ground(pieces([1], [2])), seed=1, replays=5).splits) == {70}


def test_blocks_that_were_split_before_cost_nothing_unless_all_are_taken_as_whole() -> None:
    scarred = ground(pieces([64, 64], [1, 1]))
    assert set(replay(area(640), scarred, seed=1, replays=5).splits) == {0}
    assert set(replay(area(640), scarred, seed=1, whole=True, replays=5).splits) == {10}


def test_pages_that_were_given_up_come_back_first() -> None:
    assert different_pages(REUSE, 0.0) == 100
    assert different_pages(REUSE, 0.2) == 130


def test_table_of_a_piece_of_one_page_lies_in_the_next_block() -> None:
    """Two such in a row share no block, but the last one's table is beyond what the trace has."""
    found = replay(area(2), ground(pieces([1], [2])), seed=1, replays=5)
    assert set(found.table_blocks) == {2}
    mixed = replay(area(3), ground(pieces([1, 2], [2, 2])), seed=1, replays=200)
    assert min(mixed.table_blocks - mixed.splits) < 0, "a piece of one page before one of two: both tables in one block"


def test_a_replay_draws_pieces_of_one_run_alone() -> None:
    either = ground(pieces([512], [2]), pieces([1], [2]))
    assert set(replay(area(512), either, seed=1, replays=50).blocks) == {1, 512}


def test_same_seed_gives_the_same_replays_and_another_others() -> None:
    known = ground(pieces([3, 50, 200], [2, 1, 2]))
    first, again, other = (replay(area(500), known, seed=seed).blocks.tolist() for seed in (1, 1, 2))
    assert first == again != other


def test_blocks_in_entries_of_1_gb_are_told_apart() -> None:
    known = ground(pieces([512, 512], [3, 3]), pieces([512, 512], [2, 2]))
    assert set(replay(area(1024), known, seed=1, replays=50).in_giants) == {0, 2}
    assert set(replay(area(1024), known, seed=1, replays=5, whole=True).in_giants) == {2}
