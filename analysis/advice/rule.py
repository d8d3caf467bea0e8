"""The rules by which a way is advised, fixed: docs/guidance.md states them, and the figures of a machine decide."""

from __future__ import annotations

from collections.abc import Iterator

from analysis.advice.advice import Advice, Holding
from analysis.advice.limit import MEMLOCK
from analysis.plots.duration import count_text, duration, figures, size_text


def recommend(advice: Advice) -> tuple[str, ...]:
    """Return what is advised, in plain words with the figures that it follows from, the most important first."""
    return tuple(told for rule in (first, apart, files, ordinary, again, raised) for told in rule(advice))


def fits(holding: Holding, secrets: int) -> bool:
    """Tell whether no limit that holds stops a way."""
    return holding.stop.most_secrets >= secrets


def first(advice: Advice) -> Iterator[str]:
    """Rule 1: one secret arena, packed, where it fits; where it does not, one key in it and the rest encrypted."""
    arena, n = advice.of("arena"), advice.wish.secrets
    if fits(arena, n):
        how = "Hold it in a secret file" if n == 1 else "Hold them in one secret arena"
        yield f"{how}: {takes(arena, n)}."
        return
    yield (
        f"This does not fit: even packed in one secret arena, {arena.stop.limit} is reached after "
        f"{count_text(arena.stop.most_secrets, 'secret')}. Hold one key in secret memory and the rest encrypted under "
        "it, or raise the limit."
    )


def apart(advice: Advice) -> Iterator[str]:
    """Rule 2: a page each with a guard between, only where one secret's code must not reach the next."""
    n = advice.wish.secrets
    guarded, own = advice.of("arena_guarded"), advice.of("arena_pages")
    if n == 1:
        return
    for holding in (guarded, own):
        if fits(holding, n):
            guard = " with a guard page between" if holding is guarded else ""
            yield (
                "Only if a fault in the use of one secret must not reach the next, give each pages of its own"
                f"{guard}: {takes(holding, n)}."
            )
            return
    yield (
        f"A page each does not fit: {own.stop.limit} is reached after {count_text(own.stop.most_secrets, 'secret')} "
        f"of {size_text(advice.wish.size_bytes)}."
    )


def files(advice: Advice) -> Iterator[str]:
    """Rule 3: a file each never for its own sake; only where a secret is passed on, or given back alone."""
    own, n = advice.of("file_each"), advice.wish.secrets
    if n == 1:
        return
    stopped = "" if fits(own, n) else f", and {own.stop.limit} stops it at {own.stop.most_secrets:,}"
    yield (
        "Take a secret file each only if a secret is passed to another process by its descriptor, or its page is to go "
        f"back to the kernel before the others: {takes(own, n)}{stopped}."
    )


def ordinary(advice: Advice) -> Iterator[str]:
    """Rule 4: locked ordinary memory only where swap is all that is feared, or where secret memory cannot be had."""
    locked = advice.of("mmap_mlock").cost
    ratios = [
        f"{name} takes {figures(held.each.value_ns / locked.each.value_ns)} times as long as mmap and mlock each"
        for way, name in (("file_each", "a secret file each"), ("arena", "the secret arena"))
        if locked and (held := advice.of(way).cost) and (way == "file_each" or advice.wish.secrets > 1)
    ]
    price = ", ".join(ratios) or "what it saves was not measured here"
    yield (
        "Locked ordinary memory keeps secrets out of swap and no more: the kernel, and whoever may debug the process, "
        f"can read it. Take it where memfd_secret cannot be had ({price})."
    )


def again(advice: Advice) -> Iterator[str]:
    """Rule 5: pay once: make and touch the arena at the start, and use its blocks again."""
    if advice.reuse:
        yield (
            "Make and touch the arena at the start and use its blocks again: a used block of "
            f"{size_text(advice.reuse_bytes)} is ready after {duration(advice.reuse.value_ns)}."
        )
    else:
        yield "Make and touch the arena at the start and use its blocks again: only the first touch of a page is dear."


def raised(advice: Advice) -> Iterator[str]:
    """Rule 6: say what the limit has to be, in whole pages, where a process is exempt or the limit is too low."""
    arena, limits = advice.of("arena"), advice.limits
    need_kib = arena.locked_bytes // 1024
    if limits.exempt:
        yield (
            "This process is exempt from RLIMIT_MEMLOCK (CAP_IPC_LOCK). A program without that needs a limit of at "
            f"least {size_text(arena.locked_bytes)} for the arena (ulimit -l {need_kib})."
        )
    elif arena.stop.limit == MEMLOCK and not fits(arena, advice.wish.secrets):
        yield f"The arena needs a limit of {size_text(arena.locked_bytes)}: ulimit -l {need_kib}, or LimitMEMLOCK=."


def takes(holding: Holding, secrets: int) -> str:
    """Return what a way takes, as words."""
    locked = f"{size_text(holding.locked_bytes)} locked, {count_text(holding.files, 'descriptor')}"
    if not holding.cost:
        return f"{locked}; its time was {holding.lacking}"
    total = duration(holding.cost.total.value_ns)
    each = f" ({duration(holding.cost.each.value_ns)} each)" if secrets > 1 else ""
    return f"{locked}, {total} to make, touch and give up{each}"
