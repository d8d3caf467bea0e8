"""What stands at the end of every report: what is missing, notes, method, limits, machines, how to run it again."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence

from analysis.load import Result
from analysis.plots.duration import count_text
from analysis.report.block import Bullets, Part, Table, Terms, Text, Told
from analysis.report.environment import Fact, facts
from analysis.report.study import Missing, Study, missing, remarks
from bench.model.manifest import Manifest

METHOD = (
    (
        "Every run is a small C program of its own, pinned to a CPU, that does one thing and writes down how long each "
        "single step took. All conditions are run once in every block, in a random order, so that whatever drifts on "
        "the machine meets them all. Nothing is left out as an outlier."
    ),
    (
        "How sure is a figure? There are two levels. A process makes many readings, and they are alike because they "
        "share its luck: where its pages lie, what the machine did just then. So a thousand readings of one process "
        "are not a thousand looks at the machine. Each process therefore gives one value, its median for instance; two "
        "processes of one block, which ran close in time, give one ratio; and the interval says how far the mean of "
        "these ratios would move if all was done again with other processes and other blocks (Student's interval, on "
        "logarithms). Few blocks give a wide interval, a single one gives none."
    ),
    (
        "A claim is supported or refuted only when its whole 95 % interval lies on one side of the effect that was "
        "agreed on before; otherwise it is undecided, which is not the same as no difference. That two things are "
        "alike is said only where the whole interval is smaller than what matters."
    ),
    (
        "Before each run the memory is touched and given back once, so that a first touch is timed and not the virtual "
        "machine's host finding memory. The clock's own cost is part of every reading, and stands with the controls."
    ),
    (
        "A fear is right where any of the claims that answer it says so, or, for a promise, only where all of them "
        "hold. Results of several machines or kernels stand side by side and are never pooled."
    ),
)
VIRTUAL = (
    "This is a virtual machine. An interrupt to another CPU and a change of the page tables cost more there than on "
    "bare hardware, a halted CPU wakes up slowly, and the host's own page size limits what page sizes of the guest can "
    "show."
)
LIMITS = (
    "Figures are of this machine, this kernel and this configuration. Another number of CPUs changes them.",
    "A p99.9 rests on a few readings: its interval is rough.",
)
WORDS = (
    ("Page", "The unit in which memory is handed out: 4 KB, or 2 MB and 1 GB for huge pages."),
    ("First touch", "The first write to a page. Only then does the kernel find memory for it."),
    ("Direct map", "The kernel's own map of all memory, made of pages as large as possible."),
    ("Split", "A large page of the direct map broken up into small ones, because one of them became secret."),
    ("Fresh", "Memory that was never secret before; all other memory was used for the same purpose just before."),
    ("TLB flush", "Telling a CPU to forget what it remembers of a map. On x86 other CPUs are told by an interrupt."),
    ("Locked", "Memory that is never written out to swap (mlock). Secret memory is always locked."),
    ("memfd", "A file that lives in memory alone."),
    ("p50, p99, p99.9", "Half of the readings, 99 in 100, 999 in 1000 took at most this long. p50 is the median."),
    ("95 % interval", "The range that the data leave open for a figure: 95 of 100 such ranges hold the true one."),
    ("p", "How often luck alone would show as much: 0.01 is once in a hundred times."),
    ("Holm", "A way to allow for many claims that are judged at once, of which luck would decide some."),
    ("Drift", "Readings or ratios that go up or down while they are measured."),
    ("Block", "One round in which every condition is run once."),
    ("Arena", "One secret area that holds many secrets."),
    ("ns, us, ms", "A billionth, a millionth, a thousandth of a second."),
)


def parts(studies: Sequence[Study]) -> Iterator[Part]:
    """Yield the closing parts."""
    results = [study.result for study in studies]
    if groups := missing(results):
        rows = tuple(map(lacking, groups))
        table = Table(("Runs", "Why", "What changes that", "Which"), rows)
        yield Part("missing", "What could not be measured, and why", (table,))
    if notes := remarks(results):
        yield Part(
            "notes", "Notes", (Bullets(tuple(noted(note.text, note.remedy, note.slug, n) for note, n in notes)),)
        )
    yield Part("method", "How it was measured", tuple(map(Text, METHOD)))
    virtual = (VIRTUAL,) if any(map(is_virtual, results)) else ()
    yield Part("limits", "Limits", (Bullets((*virtual, *LIMITS)),))
    yield from machines(results)
    again = (
        Told(f"{m.experiment.name}: commit {m.commit}, then", code=command(m)) for m in (r.manifest for r in results)
    )
    yield Part("again", "Run it again", (Bullets(tuple(again)),))
    yield Part("words", "Words", (Terms(WORDS),))


def lacking(group: Missing) -> tuple[str | Told, ...]:
    """Return the row of runs that could not be made."""
    which = "; ".join(condition.label() for condition in group.conditions)
    count = count_text(len(group.conditions), "condition")
    why = Told(group.note.text, f"[{group.note.slug}]")
    return f"{group.runs} {group.status}", why, group.note.remedy or "-", Told(count, which)


def noted(text: str, remedy: str, slug: str, times: int) -> Told:
    """Return a note as a line."""
    end = "" if text.endswith(".") else "."
    changes = f"{end} What changes that: {remedy}." if remedy else ""
    return Told(text + changes, f"[{slug}]" + (f" {times} times" if times > 1 else ""))


def machines(results: Sequence[Result]) -> Iterator[Part]:
    """Yield the machines that the results come from, each once, with what is the same of it throughout."""
    found: dict[str, tuple[Fact, ...]] = {}
    for result in results:
        name, told = result.manifest.machine, facts(result.manifest.environment)
        found[name] = tuple(fact for fact in found.get(name, told) if fact in told)
    for number, (name, told) in enumerate(found.items()):
        title = "The machine" if len(found) == 1 else f"The machine {name}"
        yield Part(f"machine-{number}", title, (Table((), told, kind="facts"),))


def is_virtual(result: Result) -> bool:
    """Tell whether a result was measured in a virtual machine."""
    return result.manifest.environment.virtualisation not in ("", "none")


def command(manifest: Manifest) -> str:
    """Return the command line that makes the same plan again."""
    experiment = manifest.experiment
    words = ["./lab run", experiment.name, "--profile", experiment.profile]
    rule = experiment.until
    how = ["--until", f"{100 * rule.half_width:g}%", "--max-blocks"] if rule else ["--blocks"]
    words += [*how, str(experiment.blocks)]
    secret = [c.get("pages") for c in experiment.conditions if c.get("backing") == "secret"]
    pages = [count for count in secret if isinstance(count, int)]
    asked = ["--pages", str(Counter(pages).most_common(1)[0][0])] if pages else []
    return " ".join([*words, *asked, "--seed", str(manifest.seed)])
