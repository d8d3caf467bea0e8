"""A seccomp filter that answers one system call with an errno, as the filters of containers do."""

from __future__ import annotations

import ctypes
import struct
from collections.abc import Callable

MEMFD_SECRET = 447  # the same number on every architecture
PR_SET_NO_NEW_PRIVS, PR_SET_SECCOMP, MODE_FILTER = 38, 22, 2
LOAD, EQUAL, RETURN = 0x20, 0x15, 0x06  # BPF_LD|BPF_W|BPF_ABS, BPF_JMP|BPF_JEQ|BPF_K, BPF_RET|BPF_K
ALLOW, ERRNO = 0x7FFF0000, 0x00050000


class Program(ctypes.Structure):
    """struct sock_fprog: so many instructions of eight bytes each."""

    _fields_ = (("length", ctypes.c_ushort), ("instructions", ctypes.c_char_p))


def refusal(number: int, errno: int) -> bytes:
    """Return the filter: load the call's number (offset 0 of struct seccomp_data); that one fails, all others pass."""
    steps = ((LOAD, 0, 0, 0), (EQUAL, 0, 1, number), (RETURN, 0, 0, ERRNO | errno), (RETURN, 0, 0, ALLOW))
    return b"".join(struct.pack("=HBBI", *step) for step in steps)


def refuse(number: int, errno: int) -> Callable[[], None]:
    """Return what installs the filter for good in the process that calls it: a preexec_fn for subprocess."""
    libc, code = ctypes.CDLL(None, use_errno=True), refusal(number, errno)
    program = Program(len(code) // 8, code)

    def install() -> None:
        for words in ((PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0), (PR_SET_SECCOMP, MODE_FILTER, ctypes.byref(program), 0, 0)):
            if libc.prctl(*(ctypes.c_ulong(word) if isinstance(word, int) else word for word in words)):
                raise OSError(ctypes.get_errno(), "prctl")

    return install
