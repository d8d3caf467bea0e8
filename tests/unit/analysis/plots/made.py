"""Made-up results: what a real run would leave on the disk, with readings that are the same every time."""

from __future__ import annotations

import zlib
from collections.abc import Callable
from itertools import count
from pathlib import Path

import numpy as np

from analysis.load import Result, load
from bench.experiments.access import design as access
from bench.experiments.copies import design as copies
from bench.experiments.fragmentation import design as fragmentation
from bench.experiments.lifetime import ALLOWED
from bench.experiments.page_cost import design as page_cost
from bench.experiments.removal import design as removal
from bench.experiments.secret_life import design as secret_life
from bench.experiments.uncached import design as uncached
from bench.experiments.wish import Wish
from bench.model.experiment import Experiment
from bench.model.manifest import Manifest
from bench.run.conduct import conduct
from bench.run.executor import Outcome
from bench.run.journal import Journal
from bench.run.plan import make_plan
from bench.run.publish import seal
from tests.unit.analysis.plots.caching import worked
from tests.unit.analysis.plots.drawn import drawn
from tests.unit.analysis.plots.staying import stay
from tests.unit.bench.run.fake import FakeExecutor, manifest, report
from workloads.catalog import units
from workloads.program import Success
from workloads.spec import Condition, Samples, Series, Unsupported

TYPICAL_NS = {"anonymous": 1000, "anonymous_locked": 1200, "memfd": 2000, "memfd_locked": 2400, "secret": 15000}
HUGE_NS = 180_000
READ_PS = {
    "kernel_loop": 1_000,
    "kernel_4k": 60_000,
    "kernel_2m": 45_000,
    "kernel_1g": 44_000,
    "kernel_1g_other": 44_000,
}
PATH_PS = {True: 1_300_000, False: 1_000_000}
"""A page on a path through 4 KB entries, and through others."""
PHASES = {
    "file_each": ("create", "ftruncate", "mmap", "first_touch", "second_touch", "munmap", "close"),
    "arena": ("create", "ftruncate", "mmap", "first_touch", "second_touch", "wipe", "munmap", "close"),
    "arena_reuse": ("create", "ftruncate", "mmap", "first_touch", "second_touch", "wipe", "munmap", "close"),
    "malloc": ("malloc", "first_touch", "second_touch", "wipe", "free"),
    "mmap_mlock": ("mmap", "lock", "first_touch", "second_touch", "munmap"),
    "memfd_mlock": ("create", "ftruncate", "mmap", "lock", "first_touch", "second_touch", "munmap", "close"),
}
ONCE = ("create", "ftruncate", "mmap", "munmap", "close")
REFUSED = Unsupported("secret-disabled", "secret memory is switched off", "boot with secretmem.enable=1")
SENTENCE = "This is a claim, in a sentence that is long enough to need a second line in a terminal of usual width."
"""Stands for every claim's text, so that a claim may be put better without any test here noticing."""
NO_AREA = ("offered_before", "offered_after")
TELLING = ("fragmentation", "memlock", "access")
"""Workloads whose runs say something in their settings that an analysis reads."""
Answer = Callable[[Condition, Path], Outcome]


def page_cost_result(folder: Path, **changes: object) -> Result:
    """Return a small page_cost result of two CPUs, sealed."""
    return result(folder, page_cost(Wish(cpus=2, pages=64)), **changes)


def secret_life_result(folder: Path, **changes: object) -> Result:
    """Return a small secret_life result, sealed."""
    return result(folder, secret_life(Wish(pages=64)), **changes)


def removal_result(folder: Path, *, least: int | None = None, **changes: object) -> Result:
    """Return a small removal result of two CPUs, sealed; `least` readings are enough for its proofs, if set."""
    made = removal(Wish(cpus=2, pages=64))
    few = tuple(proof.model_copy(update={"least": least}) for proof in made.proofs)
    return result(folder, made.model_copy(update={"proofs": few}) if least else made, **changes)


def access_result(folder: Path, **changes: object) -> Result:
    """Return a small access result, sealed."""
    return result(folder, access(Wish()), **changes)


def copies_result(folder: Path, **changes: object) -> Result:
    """Return a small result of copies, sealed."""
    return result(folder, copies(Wish()), **changes)


def uncached_result(folder: Path, **changes: object) -> Result:
    """Return a small result of uncached, sealed."""
    return result(folder, uncached(Wish()), **changes)


def fragmentation_result(folder: Path, **changes: object) -> Result:
    """Return a fragmentation result, sealed."""
    return result(folder, fragmentation(Wish(pages=512)), **changes)


def result(
    folder: Path,
    experiment: Experiment,
    *,
    blocks: int = 6,
    answer: Answer | None = None,
    made: int | None = None,
    **of: object,
) -> Result:
    """Return the result of an experiment that was never run; with `made`, only so many runs of it, and no seal."""
    claims = tuple(claim.model_copy(update={"text": SENTENCE}) for claim in experiment.claims)
    short = experiment.model_copy(update={"blocks": blocks, "claims": claims})
    stated = manifest(short).model_copy(update=of)
    journal = Journal.create(folder / short.name / "one", Manifest.model_validate(stated))
    plan = make_plan(short, 7)
    conduct(plan[:made], FakeExecutor(answer or measured()), journal, dict, lambda run: None)
    if made is None:
        seal(journal)
    return load(journal.folder)


def measured() -> Answer:
    """Return an answer that writes readings drawn from a seed that belongs to the run."""
    turn = count()

    def answer(condition: Condition, samples: Path) -> Outcome:
        rng = np.random.default_rng((next(turn), zlib.crc32(condition.label().encode())))
        readings = list(series(condition, rng))
        samples.write_bytes(b"".join(ns.astype("<u8").tobytes() for _, ns in readings))
        named = tuple(Series(metric, 0, len(ns)) for metric, ns in readings)
        extra = {"settings": settings(condition)} if condition.workload in TELLING else {}
        return Success(
            report=told(sum(len(ns) for name, ns in readings if not name.startswith("touch_split"))) | extra,
            samples=Samples(samples, named),
        )

    return answer


def told(touches: int) -> dict[str, object]:
    """Return a program's report with counters that fit its touches."""
    names = ("minor_faults", "cal_own_cpus", "cal_other_cpus", "steal_ticks")
    after = dict(zip(names, (touches, 0, touches, 0), strict=True))
    return report(before=dict.fromkeys(names, 0), after=after)


def refused(condition: Condition, samples: Path) -> Outcome:
    """Answer that the machine would not let it."""
    return REFUSED


def series(condition: Condition, rng: np.random.Generator) -> list[tuple[str, np.ndarray]]:
    """Return the readings of one run by metric."""
    if condition.workload == "fault_latency":
        typical = TYPICAL_NS.get(str(condition.get("backing")), HUGE_NS)
        slower = 1.6 if condition.get("history") == "fresh" else 1.0
        touches = drawn(rng, typical * slower, int(condition.get("pages") or 0))
        split = [("touch_split_2m", touches[:1] * 3), ("touch_split_nothing", touches[1:])] if slower > 1 else []
        return [("first_touch", touches), *split]
    if condition.workload == "memory_neighbour":
        return asked(condition, rng)
    if condition.workload == "tlb_pressure":
        return [(metric, drawn(rng, READ_PS.get(metric, 35_000), 4)) for metric in units("tlb_pressure")]
    if condition.workload == "kernel_path":
        return [(metric, drawn(rng, PATH_PS[metric.endswith("_4k")], 4)) for metric in units("kernel_path")]
    if condition.workload == "tlb_reach":
        return [("small_pages", drawn(rng, 70_000, 4)), ("huge_pages", drawn(rng, 40_000, 4))]
    if condition.workload in ("removal", "stale_entry"):
        return [(metric, np.ones(int(condition.get("pages") or 64), dtype=np.int64)) for metric in looked_at(condition)]
    if condition.workload == "access":
        return attempts(condition)
    if condition.workload == "copy_latency":
        return [(metric, drawn(rng, 900, 16)) for metric in units("copy_latency")]
    if condition.workload == "uncached":
        return worked(condition, rng)
    if condition.workload == "fragmentation":
        return course(condition, rng)
    if condition.workload == "memlock":
        fine = condition.get("attempt") in ALLOWED
        return [("allowed", np.full(4, int(fine))), ("refused_errno", np.full(4, 0 if fine else 11))]
    if condition.workload == "lifetime":
        return stay(condition, rng)
    if condition.workload == "hibernation":
        return [(metric, np.full(4, int(metric in NO_AREA))) for metric in units("hibernation")]
    if condition.workload == "arena":
        return [*served(condition, rng), *((m, np.array([60])) for m in ("frames", "blocks"))]
    if condition.workload == "process_latency":
        metrics = ("execve",) if condition.get("event") == "execve" else ("fork", "child_touch", "child_exit")
        return [(metric, drawn(rng, 50_000, 32)) for metric in metrics]
    return life(condition, rng)


def served(condition: Condition, rng: np.random.Generator) -> list[tuple[str, np.ndarray]]:
    """Return the times of requests: a page of an arena is there at once."""
    typical = 200 if condition.get("way") == "arena" else TYPICAL_NS[str(condition.get("backing"))]
    return [("request", drawn(rng, typical, 64)), ("opening", drawn(rng, HUGE_NS, 1))]


def asked(condition: Condition, rng: np.random.Generator) -> list[tuple[str, np.ndarray]]:
    """Return what a neighbour of held memory gets, and how long that takes."""
    times = [(m, drawn(rng, HUGE_NS, 8)) for m in ("fill_2m", "pool_time", "compaction_time", "read_64k")]
    counts = ("huge_pages", "pool_pages", "pool_pages_left", "compact_stall", "pgmigrate_success")
    return [*((m, np.array([30])) for m in counts), *held(condition), *times]


def held(condition: Condition) -> list[tuple[str, np.ndarray]]:
    """Return what is held and where: secret memory in ten times as many blocks as it fills."""
    if condition.get("holder") == "none":
        return [("held_bytes", np.zeros(1, dtype=np.int64))]
    size = int(condition.get("held") or 0)
    blocks = -(-size // (2 << 20)) * (10 if condition.get("holder") == "secret" else 1)
    return [("held_bytes", np.array([size])), ("held_blocks", np.array([blocks]))]


def attempts(condition: Condition) -> list[tuple[str, np.ndarray]]:
    """Return what came of attempts: some calls pin secret memory and are refused, some copy it and are not."""
    secret, who = condition.get("backing") == "secret", condition.get("who")
    refused, absent = (14, 8192) if secret else (0, 0)
    ways = {
        "owner": {"load": 0, "write": 0, "vmsplice": refused, "core_dump": absent},
        "child": {"load": 0, "write": 0, "vmsplice": refused, "madvise_cold": 0},
        "other": {"process_vm_readv": refused, "pidfd_getfd": 1 if condition.get("guarded") == "yes" else 0},
        "root": {"process_vm_readv": refused, "direct_map": refused, "after_free": 61 if secret else 0, "store": 4103},
    }[str(who)]
    family = "copy" if who in ("owner", "child") else "takeover"
    reached = [(f"reached_{family}", np.array([0 if condition.get("guarded") else 1]))]
    return [*((way, np.array([code])) for way, code in ways.items()), *reached]


def looked_at(condition: Condition) -> tuple[str, ...]:
    """Return what is looked at in a page of secret or of ordinary memory."""
    if condition.workload == "stale_entry":
        return tuple(units("stale_entry"))
    if condition.get("backing") != "secret":
        return ("word_read", "mapped_while_held", "owner_reads")
    return ("refused_while_held", "absent_while_held", "owner_reads", "readable_after", "mapped_after")


def settings(condition: Condition) -> dict[str, str | int]:
    """Return what a run of one of TELLING says of itself."""
    if condition.workload == "memlock":
        fine = condition.get("attempt") in ALLOWED
        return {"outcome": "allowed" if fine else "EAGAIN", "last_step": "touch" if fine else "mmap"}
    if condition.workload == "access":
        who = str(condition.get("who"))
        return {"who": who, "user": "root", "ways_lacking": "rdma:ENODEV" if who == "owner" else ""}
    steered = str(condition.get("use")).startswith("steered")
    return {"stopped_by": "share" if steered else "end", "plug_pages": 100_000 if steered else 0}


def course(condition: Condition, rng: np.random.Generator) -> list[tuple[str, np.ndarray]]:
    """Return the readings of one run of fragmentation: natural use splits a region a MB, steered use one a page."""
    use, pages, rounds = str(condition.get("use")), int(condition.get("pages") or 0), int(condition.get("rounds") or 1)
    steered = use.startswith("steered")
    touched = np.arange(1, 33) if steered else np.linspace(pages // 16, pages * rounds, 16).astype(np.int64)
    splits = touched if steered else np.cumsum(rng.poisson(touched[0] / 256, len(touched)))
    held = np.ones(len(touched), dtype=np.int64) if use == "steered_one" else np.minimum(touched, pages)
    of_rounds = np.cumsum(rng.poisson(1.0, rounds)) + splits[-1]
    steps = (("touched_bytes", touched * 4096), ("peak_bytes", held * 4096), ("level2_splits", splits))
    after = (("touched_bytes", of_rounds * 4096), ("level2_splits", of_rounds), ("level3_splits", 0 * of_rounds))
    seen = (
        ("scar_bytes", of_rounds << 21),
        ("unglobal_bytes", of_rounds * 40960),
        ("table_bytes", of_rounds * 4096),
        ("table_blocks", of_rounds),
    )
    return [
        *steps,
        ("level3_splits", 0 * splits),
        *((f"round_{name}", values) for name, values in (*after, *seen)),
        ("round_healed_regions", 0 * of_rounds),
        *beside(int(held[-1]), rng),
    ]


def beside(pages: int, rng: np.random.Generator) -> list[tuple[str, np.ndarray]]:
    """Return what is in the blocks that so many secret pages come from, at most 32 in each."""
    secret = np.array([min(32, pages - at) for at in range(0, pages, 32)])
    others = rng.multinomial(512 - 32, (0.4, 0.1, 0.4, 0.1), len(secret)).T
    others[0] += 32 - secret
    kinds = zip(("free", "user", "kernel", "unnamed"), others, strict=True)
    rows = [("secret", secret), *kinds]
    level = ("region_level_before", np.where(secret > 30, 2, 1))
    return [*((f"region_{name}_pages", values) for name, values in rows), level]


def life(condition: Condition, rng: np.random.Generator) -> list[tuple[str, np.ndarray]]:
    """Return the readings of one run of secrets' lives."""
    way, held = str(condition.get("way")), int(condition.get("count") or 1)
    cost = 4000 if way == "file_each" else 900
    once = ONCE if way.startswith("arena") else ()
    phases = [(phase, drawn(rng, cost, 1 if phase in once else held)) for phase in PHASES[way]]
    return [*phases, ("ready", drawn(rng, 3 * cost, held)), ("gone", drawn(rng, cost, held))]
