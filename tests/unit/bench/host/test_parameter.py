"""The command line is published by an allowlist."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bench.host import parameter


@pytest.mark.parametrize(
    "kept",
    """mitigations=auto nogbpages gbpages secretmem.enable=1 secretmem_enable rodata=full nokaslr kaslr hugepages=4
    hugepagesz=1G default_hugepagesz=2M transparent_hugepage=never page_reporting.page_reporting_order=9
    init_on_alloc=1 init_on_free=0 debug_pagealloc=on page_poison=1 slub_debug=P kfence.sample_interval=0 isolcpus=1
    nohz=off nohz_full=1 rcu_nocbs=1 idle=poll processor.max_cstate=1 intel_idle.max_cstate=0
    cpuidle_haltpoll.force=1 cpuidle.off=1 haltpoll.guest_halt_poll_ns=0 nosmt maxcpus=1 nr_cpus=2 mem=4G
    memmap=1G!4G numa=off numa_balancing=disable pti=on nopti spectre_v2=off l1tf=off mds=off tsc=reliable
    clocksource=hpet swiotlb=noforce iommu=pt no-kvmclock""".split(),  # noqa: SIM905  # as one would type it
)
def test_parameter_that_bears_on_the_measurement_is_kept(kept: str) -> None:
    assert parameter.select(kept) == ((kept,), 0)


@pytest.mark.parametrize(
    "hidden",
    ["root=UUID=1", "ip=10.0.0.7", "hostname=box", "BOOT_IMAGE=/home/me/vmlinuz", "cryptdevice=x", "memory_key=s",
     "systemd.setenv=TOKEN=s", "idle_token=s", "mitigationsx=off"],
)  # fmt: skip
def test_other_parameter_is_counted_and_not_kept(hidden: str) -> None:
    assert parameter.select(hidden) == ((), 1)


def test_hyphen_and_underscore_are_one_letter() -> None:
    assert parameter.select("nohz-full=1 no_kvmclock")[0] == ("nohz-full=1", "no_kvmclock")


def test_quoted_value_with_blanks_is_one_parameter() -> None:
    assert parameter.split('a="b c" d "e=f g"') == ('a="b c"', "d", '"e=f g"')


def test_what_is_meant_for_init_is_never_kept() -> None:
    assert parameter.select("nosmt quiet -- mem=secret --key x") == (("nosmt",), 4)


def test_all_are_kept_when_asked() -> None:
    assert parameter.select("root=/dev/sda nosmt", keep_all=True) == (("root=/dev/sda", "nosmt"), 0)


@given(st.text(max_size=200))
def test_every_parameter_is_either_kept_or_counted(line: str) -> None:
    kept, omitted = parameter.select(line)
    assert len(kept) + omitted == len([one for one in parameter.split(line) if one != "--"])
    assert all(parameter.is_allowed(one) for one in kept)
