"""A job: what every host of a fleet is to measure, under a name that no other words have."""

from __future__ import annotations

import hashlib
import re
from dataclasses import dataclass

from bench.error import LabError

WORD = re.compile(r"[A-Za-z0-9%._=-]{1,64}", re.ASCII)
"""What reaches the shell of a host: nothing in it means anything to a shell."""
DIGITS = 8


@dataclass(frozen=True, slots=True)
class Job:
    """The options and experiments of `./lab run`, and `fleet`, the name of the inventory that it is for."""

    fleet: str
    options: tuple[str, ...]
    experiments: tuple[str, ...]

    @property
    def words(self) -> tuple[str, ...]:
        """Return the words for `./lab run`: options, then the experiments behind a `--`."""
        return (*self.options, "--", *self.experiments)

    @property
    def name(self) -> str:
        """Return the name of its folders, here and on the hosts: the fleet's, and a digest of the words."""
        return f"{self.fleet}-{hashlib.sha256(' '.join(self.words).encode()).hexdigest()[:DIGITS]}"


def refuse_words(words: tuple[str, ...]) -> None:
    """Raise LabError for a word that a shell could take for more than a word."""
    for word in words:
        if not WORD.fullmatch(word):
            raise LabError("fleet-words", f"{word!r} cannot be passed on to hosts", "letters, digits and %._=- only")
