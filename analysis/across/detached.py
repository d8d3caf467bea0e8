"""An engine in a process of its own: a file that ends it ends nothing else, and is found like any that it cannot read.

What decodes a file is C++, and the file came from anybody: a crash, or a want of memory, is one more way to be damaged.
"""

from __future__ import annotations

import contextlib
import signal
from collections.abc import Callable, Sequence
from multiprocessing import get_context
from multiprocessing.connection import Connection
from multiprocessing.process import BaseProcess
from pathlib import Path

import pyarrow as pa

from analysis.across.engine import Engine, File, reason

Question = tuple[Sequence[File], pa.Table] | None
"""Files and what is looked up in them; None asks nothing but an answer."""
FIRST_TO_GO = "1000"
"""The kernel's oom_score_adj of a process that it ends before any other."""


class EngineError(Exception):
    """What an engine said of files that it cannot read, or that it ended over them."""


class Detached:
    """An engine behind a pipe, to be closed; a question begins its process where there is none, or none any more."""

    errors: tuple[type[Exception], ...] = (EngineError,)

    def __init__(self, name: str, opened: Callable[[Path], Engine], scratch: Path) -> None:
        """Take what opens the engine there, and the folder that it may use."""
        self.name, self.opened, self.scratch = name, opened, scratch
        self.worker: tuple[BaseProcess, Connection] | None = None

    def blocks(self, files: Sequence[File], plan: pa.Table) -> pa.Table:
        """Return the rows that per_block() makes of some files; raises EngineError where they cannot be had."""
        return self.ask((files, plan))

    def is_alive(self) -> bool:
        """Tell whether a process of it answers: after an error, whether that came of what it read."""
        try:
            return self.ask(None) is None
        except EngineError:
            return False

    def ask(self, question: Question) -> pa.Table | None:
        """Return the answer to a question; raises EngineError where there is none."""
        pipe = self.pipe()
        try:
            pipe.send(question)
            answer = pipe.recv()
        except (EOFError, OSError):
            self.close()
            raise EngineError("it ended the process that read it") from None
        if isinstance(answer, str):
            raise EngineError(answer)
        return answer

    def pipe(self) -> Connection:
        """Return the pipe to the process, which is started where there is none."""
        if self.worker is None:
            context = get_context("forkserver")
            context.set_forkserver_preload([__name__, self.opened.__module__])
            ours, theirs = context.Pipe()
            process = context.Process(target=work, args=(theirs, self.opened, self.scratch), daemon=True)
            process.start()
            theirs.close()
            self.worker = process, ours
        return self.worker[1]

    def close(self) -> None:
        """End the process, if there is one, whatever it does."""
        if self.worker is not None:
            process, pipe = self.worker
            process.kill()
            process.join()
            pipe.close()
            self.worker = None


def work(pipe: Connection, opened: Callable[[Path], Engine], scratch: Path) -> None:
    """Answer questions until nobody asks any more; an error of the engine is answered in words."""
    settle()
    engine = opened(scratch)
    with contextlib.suppress(EOFError):
        while True:
            pipe.send(answer(engine, pipe.recv()))


def answer(engine: Engine, question: Question) -> pa.Table | str | None:
    """Return what an engine answers, or why it does not."""
    try:
        return engine.blocks(*question) if question else None
    except MemoryError as error:
        return reason(error)
    except engine.errors as error:
        return reason(error)


def settle() -> None:
    """Leave Ctrl-C to who asks, be the first to go where memory runs out, and leave no core behind."""
    import resource  # Unix alone has it

    signal.signal(signal.SIGINT, signal.SIG_IGN)
    resource.setrlimit(resource.RLIMIT_CORE, (0, resource.getrlimit(resource.RLIMIT_CORE)[1]))
    with contextlib.suppress(OSError):
        Path("/proc/self/oom_score_adj").write_text(FIRST_TO_GO)
