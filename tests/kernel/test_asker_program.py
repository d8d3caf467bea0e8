"""The program that asks servers: it reads answers however they come, and says what is wrong with one that is none."""

from __future__ import annotations

import contextlib
import json
import os
import socket
import subprocess
import threading
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from workloads.program import PROGRAMS

HELLO = b"R\0\0\0\x08\0\0\0\0" + b"Z\0\0\0\x05I"
Answer = Callable[[bytes, int], list[bytes]]
"""What a server answers to a question, the n-th, in pieces."""


def redis(question: bytes, n: int) -> list[bytes]:
    """Answer as Redis that has done 100 commands for others, and counts what it is asked here too."""
    if b"INFO" not in question:
        return [b"$-1\r\n"] if n % 3 else [b"$2", b"\r\nhi\r", b"\n"]
    told = b"# Stats\r\ntotal_connections_received:3\r\ntotal_commands_processed:%d\r\n" % (100 + n)
    return [b"$%d\r\n" % len(told), told[:20], told[20:] + b"\r\n"]


def nginx(question: bytes, n: int) -> list[bytes]:
    """Answer as nginx that has answered 100 requests of others."""
    body = b"x" * 3000
    if b"/count" in question:
        body = b"Active connections: 1 \nserver accepts handled requests\n 7 7 %d \nReading: 0 \n" % (100 + n)
    head = b"HTTP/1.1 200 OK\r\nServer: nginx\r\nContent-Length: %d\r\n\r\n" % len(body)
    return [head[:15], head[15:], body]


def postgresql(question: bytes, n: int) -> list[bytes]:
    """Answer as PostgreSQL at transaction 100."""
    if n == 0:
        return [HELLO]
    cell = b"100" if b"snapshot" in question else b"0"
    row = b"D" + (10 + len(cell)).to_bytes(4, "big") + b"\0\x01" + len(cell).to_bytes(4, "big") + cell
    return [b"T\0\0\0\x06\0\0", row + b"C\0\0\0\x0dSELECT 1\0", b"Z\0\0", b"\0\x05I"]


@contextlib.contextmanager
def serving(answer: Answer) -> Iterator[str]:
    """Serve one caller after the other and yield the address."""
    with socket.create_server(("127.0.0.1", 0)) as listener:
        threading.Thread(target=serve_all, args=(listener, answer), daemon=True).start()
        yield f"127.0.0.1:{listener.getsockname()[1]}"
        listener.shutdown(socket.SHUT_RDWR)


def serve_all(listener: socket.socket, answer: Answer) -> None:
    """Answer until the listener is closed."""
    with contextlib.suppress(OSError):
        while True:
            caller, _ = listener.accept()
            with caller:
                serve(caller, answer)


def serve(caller: socket.socket, answer: Answer) -> None:
    """Answer one caller until it goes, or until there is nothing more to say."""
    caller.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    n = 0
    with contextlib.suppress(OSError):
        while question := caller.recv(4096):
            pieces = answer(question, n)
            if not pieces:
                return
            for piece in pieces:
                caller.sendall(piece)
            n += 1


def ask(victim: str, *words: str) -> tuple[int, dict[str, Any]]:
    """Return how the program ended and what it said."""
    if len(os.sched_getaffinity(0)) < 2:
        pytest.skip("one CPU alone: neighbours need a CPU each")
    small = ("--timeline", "spin,none", "--window-ms", "200", "--settle-ms", "20")
    command = (PROGRAMS / "neighbour_throughput", "--victim", victim, *small, *words)
    ended = subprocess.run(command, capture_output=True, text=True, timeout=60, check=False)
    return ended.returncode, json.loads(ended.stdout)


@pytest.mark.parametrize(("victim", "answer"), [("redis", redis), ("nginx", nginx), ("postgresql", postgresql)])
def test_its_own_questions_are_not_in_the_count_and_answers_may_come_in_pieces(
    victim: str, answer: Answer, tmp_path: Path
) -> None:
    raw = tmp_path / "raw"
    with serving(answer) as address:
        status, report = ask(victim, "--server", address, "--samples", str(raw))
    assert status == 0, report
    readings = iter(memoryview(raw.read_bytes()).cast("Q"))
    for window in report["windows"]:
        by_metric = {s["metric"]: [next(readings) for _ in range(s["count"])] for s in window["series"]}
        assert set(by_metric["operations"]) == {0}
        assert by_metric["latency_p50"][0] > 0
        assert window["settings"]["victim_turns"] >= 30


def test_what_is_done_for_others_is_counted(tmp_path: Path) -> None:
    def busy(question: bytes, n: int) -> list[bytes]:
        return nginx(question, n + 10 * n)

    raw = tmp_path / "raw"
    with serving(busy) as address:
        status, report = ask("nginx", "--server", address, "--samples", str(raw))
    assert status == 0, report
    readings = memoryview(raw.read_bytes()).cast("Q")
    turns = report["windows"][0]["settings"]["victim_turns"]
    assert (
        sum(readings[: report["series"][0]["count"]]) == 20 * turns
    )  # two questions a turn, ten for others beside each


@pytest.mark.parametrize(
    ("victim", "answer", "errno_name"),
    [
        ("redis", lambda question, n: [b"-NOAUTH Authentication required.\r\n"], "EPROTO"),
        ("redis", lambda question, n: [b"$5\r\nempty\r\n"], "EPROTO"),
        ("nginx", lambda question, n: [b"HTTP/1.1 404 Not Found\r\nContent-Length: 0\r\n\r\n"], "EPROTO"),
        ("nginx", lambda question, n: [b"x" * 20000], "EMSGSIZE"),
        ("postgresql", lambda question, n: [b"E\0\0\0\x0aSFATAL\0\0"], "EPROTO"),
        ("postgresql", lambda question, n: [], "ECONNRESET"),
    ],
)
def test_server_that_is_not_what_it_should_be_is_a_failure(victim: str, answer: Answer, errno_name: str) -> None:
    with serving(answer) as address:
        status, report = ask(victim, "--server", address)
    assert (status, report["step"], report["errno_name"]) == (1, "server", errno_name)


def test_server_that_goes_in_the_middle_is_a_failure() -> None:
    with serving(lambda question, n: redis(question, n) if n < 30 else []) as address:
        status, report = ask("redis", "--server", address)
    assert (status, report["step"], report["errno_name"]) == (1, "turn", "ECONNRESET")


@pytest.mark.parametrize(
    ("words", "errno_name"),
    [
        ((), "EDESTADDRREQ"),
        (("--server", "nowhere"), "EINVAL"),
        (("--server", "localhost:80"), "EINVAL"),
        (("--server", "127.0.0.1:70000"), "EINVAL"),
        (("--server", "/tmp/" + "x" * 200), "EINVAL"),
        (("--server", "/nowhere/socket"), "ENOENT"),
        (("--server", "127.0.0.1:1"), "ECONNREFUSED"),
    ],
)
def test_address_where_no_server_is_is_a_failure(words: tuple[str, ...], errno_name: str) -> None:
    status, report = ask("redis", *words)
    assert (status, report["step"], report["errno_name"]) == (1, "server", errno_name)
