"""What stops a command: one error with what, why and what to do, printed by the command line as one line."""

from __future__ import annotations

from bench.text import one_line


class LabError(Exception):
    """An end that a person can act on; `slug` leads to docs/messages.md."""

    def __init__(self, slug: str, what: str, why: str = "", remedy: str = "") -> None:
        super().__init__(what)
        self.slug = slug
        self.what = what
        self.why = why
        self.remedy = remedy

    def __reduce__(self) -> tuple[type[LabError], tuple[str, str, str, str]]:
        """Return how to make it again: it may have happened in another process."""
        return type(self), (self.slug, self.what, self.why, self.remedy)

    def __str__(self) -> str:
        """Return the one line."""
        why = f": {self.why}" if self.why else ""
        remedy = f"; {self.remedy}" if self.remedy else ""
        return one_line(f"{self.what}{why}{remedy} [{self.slug}]")
