"""Memory limits of control groups of both versions, seen from the machine and from inside a container."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from bench.host import cgroup

Plant = Callable[[dict[str, str]], Path]

V1_MOUNT = "35 25 0:30 / /sys/fs/cgroup/memory rw,relatime shared:9 - cgroup cgroup rw,memory\n"
V2_MOUNT = "30 23 0:26 / /sys/fs/cgroup rw,nosuid shared:4 - cgroup2 cgroup2 rw,nsdelegate\n"
V1_IN_CONTAINER = "35 25 0:30 /docker/abc /sys/fs/cgroup/memory ro - cgroup cgroup rw,memory\n"
MIB = 1 << 20


def test_membership_of_both_versions_is_read() -> None:
    text = "9:name=systemd:/\n4:cpu,memory:/box/one\n3:cpuset:/\n0::/user.slice\n"
    assert cgroup.parse_membership(text) == ("/box/one", "/user.slice")
    assert cgroup.parse_membership("") == (None, None)


def test_mounts_are_read_past_their_optional_fields() -> None:
    assert cgroup.parse_mounts(V1_MOUNT + V2_MOUNT) == (("/", "/sys/fs/cgroup/memory"), ("/", "/sys/fs/cgroup"))
    assert cgroup.parse_mounts(V1_IN_CONTAINER)[0] == ("/docker/abc", "/sys/fs/cgroup/memory")


def test_hybrid_mount_without_controllers_is_no_limit(plant: Plant) -> None:
    root = plant(
        {"proc/self/cgroup": "0::/\n", "proc/self/mountinfo": V2_MOUNT.replace("/cgroup ", "/cgroup/unified ")}
    )
    assert cgroup.bounds(root) == ()


def test_limit_of_version_2_binds_from_any_level_above(plant: Plant) -> None:
    root = plant(
        {
            "proc/self/cgroup": "0::/a/b\n",
            "proc/self/mountinfo": V2_MOUNT,
            "sys/fs/cgroup/a/memory.max": f"{600 * MIB}\n",
            "sys/fs/cgroup/a/memory.current": f"{500 * MIB}\n",
            "sys/fs/cgroup/a/memory.stat": f"anon 1\ninactive_file {40 * MIB}\n",
            "sys/fs/cgroup/a/b/memory.max": "max\n",
            "sys/fs/cgroup/a/b/memory.current": "4096\n",
        }
    )
    assert cgroup.bounds(root) == (cgroup.Bound(600 * MIB, 140 * MIB),)


def test_limit_of_version_1_is_found_where_the_container_is_its_own_root(plant: Plant) -> None:
    root = plant(
        {
            "proc/self/cgroup": "4:memory:/docker/abc\n",
            "proc/self/mountinfo": V1_IN_CONTAINER,
            "sys/fs/cgroup/memory/memory.limit_in_bytes": f"{600 * MIB}\n",
            "sys/fs/cgroup/memory/memory.usage_in_bytes": f"{100 * MIB}\n",
            "sys/fs/cgroup/memory/memory.stat": "inactive_file 5\ntotal_inactive_file 7\n",
        }
    )
    assert cgroup.bounds(root) == (cgroup.Bound(600 * MIB, 500 * MIB + 7),)


def test_no_limit_of_version_1_is_a_number_and_still_none(plant: Plant) -> None:
    root = plant(
        {
            "proc/self/cgroup": "4:memory:/\n",
            "proc/self/mountinfo": V1_MOUNT,
            "sys/fs/cgroup/memory/memory.limit_in_bytes": "9223372036854771712\n",
        }
    )
    assert cgroup.bounds(root) == ()


def test_group_that_is_over_its_limit_has_nothing_left(plant: Plant) -> None:
    root = plant({"g/memory.max": "100\n", "g/memory.current": "300\n"})
    assert cgroup.bound(root / "g", cgroup.VERSION_2) == cgroup.Bound(100, 0)
