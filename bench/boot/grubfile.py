"""The text of a grub.cfg: which entry booted this kernel, and how it reads with other words on the command line.

What `grub-mkconfig` writes: GNU GRUB manual, "Simple configuration handling" and "menuentry".
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from bench.boot.sight import name
from bench.host.parameter import split
from bench.model.boot import Kind

BEGIN, END = "### BEGIN secretmem-lab ###", "### END secretmem-lab ###"
BLOCK = re.compile(rf"\n?{re.escape(BEGIN)}\n.*?{re.escape(END)}\n", re.DOTALL)
PREFIX = "secretmem-lab-"
HEAD = re.compile(r"\s*menuentry\s")
LOAD = re.compile(r"(\s*linux(?:efi|16)?\s+)(\S+)(.*)")
KEEPS_DEFAULT = "savedefault"
"""A command that would make our entry the one of every later boot."""
OTHER_STATES = re.compile(r"single|recovery|1|s|rd\.break|systemd\.unit=(rescue|emergency)\.target")


@dataclass(frozen=True, slots=True)
class Entry:
    """A menu entry: the lines between its braces, the kernel's path and the words that it gets."""

    lines: tuple[str, ...]
    kernel: str
    words: tuple[str, ...]


def entries(text: str) -> Iterator[Entry]:
    """Yield the entries that load a Linux kernel, those of submenus too."""
    lines = iter(text.splitlines())
    for line in lines:
        if HEAD.match(line):
            body = list(until_brace(lines))
            loads = [found for each in body if (found := LOAD.fullmatch(each))]
            if loads:
                yield Entry(tuple(body), loads[0][2], split(loads[0][3]))


def until_brace(lines: Iterator[str]) -> Iterator[str]:
    """Yield the lines up to the brace that stands alone."""
    for line in lines:
        if line.strip() == "}":
            return
        yield line


def booted(text: str, command_line: tuple[str, ...]) -> Entry | None:
    """Return the entry that is nearest to a command line: of its kernel, with the fewest other words.

    None where no entry has the kernel that BOOT_IMAGE names, or where all that do lead to a recovery that this is not.
    """
    image = next((word.partition("=")[2] for word in command_line if name(word) == "BOOT_IMAGE"), "")
    given = {word for word in command_line if name(word) != "BOOT_IMAGE"}
    near = [each for each in entries(text) if image and each.kernel == on_disk(image) and is_usual(each, given)]
    return min(near, key=lambda each: len(given ^ known(each.words)), default=None)


def on_disk(image: str) -> str:
    """Return a path without the disk that GRUB may name before it, as (hd0,gpt2)."""
    return re.sub(r"^\([^)]*\)", "", image)


def known(words: Iterable[str]) -> set[str]:
    """Return the words whose value GRUB does not put in itself."""
    return {word for word in words if "$" not in word}


def is_usual(entry: Entry, given: set[str]) -> bool:
    """Tell whether an entry leads to no recovery, unless this boot is one."""
    return not any(OTHER_STATES.fullmatch(word) and word not in given for word in entry.words)


def with_words(entry: Entry, kind: Kind) -> Iterator[str]:
    """Yield an entry's lines as a kind of boot has them."""
    ours = {*kind.remove, *map(name, kind.add)}
    for line in entry.lines:
        found = LOAD.fullmatch(line)
        if found:
            kept = [word for word in split(found[3]) if name(word) not in ours]
            yield found[1] + " ".join((found[2], *kept, *kind.add))
        elif line.strip() != KEEPS_DEFAULT:
            yield line


def block(entry: Entry, kinds: Iterable[Kind]) -> str:
    """Return the entries of all kinds, between two lines by which they are found again."""
    made = [
        "\n".join(
            (f"menuentry 'secretmem-lab: {kind.name}' --id {PREFIX}{kind.name} {{", *with_words(entry, kind), "}")
        )
        for kind in kinds
    ]
    return "\n".join((BEGIN, *made, END, ""))


def without_block(text: str) -> str:
    """Return a text without what the lab put there."""
    return BLOCK.sub("", text)


def with_block(text: str, ours: str) -> str:
    """Return a text with the lab's entries at its end, in the place of earlier ones."""
    rest = without_block(text)
    return rest + ("\n" if rest and not rest.endswith("\n") else "") + ("\n" if rest else "") + ours
