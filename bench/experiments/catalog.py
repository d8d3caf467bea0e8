"""The one list of experiments."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from bench.experiments import (
    access,
    copies,
    direct_map_reads,
    fragmentation,
    hibernation,
    kernel_paths,
    lifetime,
    memory_neighbours,
    neighbour_servers,
    neighbours,
    online_cpus,
    page_cost,
    pools,
    removal,
    secret_life,
    stale_entries,
    uncached,
    validation,
    whole_boot,
)
from bench.experiments.wish import Wish
from bench.model.experiment import Experiment, Profile


@dataclass(frozen=True, slots=True)
class Entry:
    """An experiment by name; `by_default` lists the profiles that run it when no experiment is named."""

    name: str
    design: Callable[[Wish], Experiment]
    by_default: tuple[Profile, ...]


CATALOG = (
    Entry("page_cost", page_cost.design, ("quick", "full")),
    Entry("secret_life", secret_life.design, ("quick", "full")),
    Entry("removal", removal.design, ("quick", "full")),
    Entry("stale_entries", stale_entries.design, ("quick", "full")),
    Entry("lifetime", lifetime.design, ("full",)),  # as long as half of all that is made by default
    Entry("hibernation", hibernation.design, ("quick", "full")),
    Entry("access", access.design, ("quick", "full")),
    Entry("copies", copies.design, ("quick", "full")),
    Entry("uncached", uncached.design, ("quick", "full")),
    Entry("fragmentation", fragmentation.design, ("full",)),  # the same
    Entry("pools", pools.design, ("quick", "full")),
    Entry("direct_map_reads", direct_map_reads.design, ("quick", "full")),
    Entry("kernel_paths", kernel_paths.design, ("full",)),
    Entry("memory_neighbours", memory_neighbours.design, ("full",)),
    Entry("neighbours", neighbours.design, ("quick", "full")),
    # It wants servers that ./lab setup neighbours installs.
    Entry("neighbour_servers", neighbour_servers.design, ("full",)),
    # About the lab itself: ./lab validate makes it.
    Entry(validation.NAME, validation.design, ()),
    # Of whole boots: ./lab plan reboots makes it in each of a series.
    Entry(whole_boot.NAME, whole_boot.design, ()),
    # It takes CPUs offline, which a user of the machine notices: only where that was asked for.
    Entry("online_cpus", online_cpus.design, ("full",)),
)


def names() -> tuple[str, ...]:
    """Return every experiment's name."""
    return tuple(entry.name for entry in CATALOG)


def select(wanted: tuple[str, ...], wish: Wish) -> tuple[Experiment, ...]:
    """Return the named experiments in the catalog's order, or a profile's own where none is named.

    Raises KeyError with the first name that the catalog does not hold.
    """
    for name in wanted:
        if name not in names():
            raise KeyError(name)
    chosen = (e for e in CATALOG if (e.name in wanted if wanted else wish.profile in e.by_default))
    return tuple(entry.design(wish) for entry in chosen)
