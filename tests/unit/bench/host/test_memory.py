"""Memory: page sizes, pools, and free pages that go back to the host."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from bench.host import memory

Plant = Callable[[dict[str, str]], Path]

ORDER = str(memory.REPORTING_ORDER)
BALLOON = {"sys/bus/virtio/devices/virtio0/device": "0x0005\n"}
OFFERED = {**BALLOON, "sys/bus/virtio/devices/virtio0/features": "0110010100000000\n"}
NOT_OFFERED = {**BALLOON, "sys/bus/virtio/devices/virtio0/features": "0110000100000000\n"}
DISK = {"sys/bus/virtio/devices/virtio0/device": "0x0002\n", "sys/bus/virtio/devices/virtio0/features": "111111\n"}


@pytest.mark.parametrize(
    ("tree", "said"),
    [
        ({**OFFERED, ORDER: "9\n"}, "on (order 9)"),
        (OFFERED, "on (order unknown)"),
        ({**NOT_OFFERED, ORDER: "9\n"}, "off (the balloon does not offer it)"),
        ({ORDER: "-1\n"}, "off (no device asked for it)"),
        ({ORDER: "4294967295\n"}, "off (no device asked for it)"),
        ({**DISK, ORDER: "9\n"}, "unknown (order 9, no balloon to be seen)"),
        ({"proc/meminfo": ""}, "off (not in this kernel)"),
    ],
)
def test_free_page_reporting_is_told_from_module_and_balloon(plant: Plant, tree: dict[str, str], said: str) -> None:
    assert memory.free_page_reporting(plant(tree)) == said


def test_choice_is_the_word_in_brackets() -> None:
    assert memory.choice("always [madvise] never") == "madvise"
    assert memory.choice("unset") == "unset"


def test_free_pages_of_a_pool_are_without_those_reserved(metal: Path) -> None:
    assert memory.pools(metal) == (memory.Pool(2 << 20, 8, 3), memory.Pool(1 << 30, 0, 0))


def test_nodes_are_in_the_order_of_their_numbers(plant: Plant) -> None:
    root = plant({f"sys/devices/system/node/node{n}/cpulist": f"{n}\n" for n in (10, 2, 0)})
    assert [node.node for node in memory.nodes(root)] == [0, 2, 10]


def test_totals_of_an_empty_text_are_zero() -> None:
    assert memory.total_bytes("") == memory.available_bytes("") == 0
