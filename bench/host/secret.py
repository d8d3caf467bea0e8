"""Why memfd_secret(2) does not work here: one errno stands for many reasons, each with a remedy of its own."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from bench.host import kernel, parameter, privilege
from bench.host.cpu import ROOT
from workloads.instruments.procfs import read_line, read_text
from workloads.spec import Unsupported

MODULE = Path("sys/module/secretmem")
FIRST_WITH_CALL = (5, 14)
FIRST_ON_BY_DEFAULT = (6, 5)  # commit b758fe6df50d
BOOT_LINE = "add {} to the kernel's command line (GRUB_CMDLINE_LINUX in /etc/default/grub, then update-grub) and reboot"


@dataclass(frozen=True, slots=True)
class Evidence:
    """What tells the reasons apart; `enabled` is what the kernel's parameter says, None where it may not be read."""

    release: str
    built: bool
    enabled: bool | None
    command_line: tuple[str, ...]
    filtered: bool

    def is_enabled(self) -> bool:
        """Tell whether the call is switched on: by the parameter, else the command line, else the default."""
        if self.enabled is not None:
            return self.enabled
        for one in reversed(self.command_line):
            name, _, value = one.partition("=")
            if name.replace("_", ".") == "secretmem.enable":
                return value.lower() in ("1", "y", "yes", "on", "true", "")
        return kernel.version(self.release) >= FIRST_ON_BY_DEFAULT


def collect(root: Path = ROOT) -> Evidence:
    """Gather the evidence; the parameter's file is root's to read, that it is there is for all to see."""
    said = read_line(root / MODULE / "parameters/enable")
    return Evidence(
        release=kernel.release(root),
        built=(root / MODULE).is_dir(),
        enabled=said == "Y" if said else None,
        command_line=parameter.split(read_line(root / "proc/cmdline")),
        filtered=privilege.parse(read_text(root / "proc/self/status")).filtered,
    )


def diagnose(backing: Mapping[str, Any], evidence: Evidence) -> Unsupported:
    """Name the reason why the probe's `secret` backing is not supported.

    `backing` is its entry in the probe's report (step, errno_name, message). Slugs: secret-kernel-too-old,
    secret-not-built, secret-disabled, secret-filtered, secret-direct-map-fixed, secret-limit, secret-refused.
    """
    name = backing["errno_name"]
    if backing["step"] == "memfd_secret" and name == "ENOSYS":
        return _missing(evidence)
    if backing["step"] == "memfd_secret" and name in ("EPERM", "EACCES"):
        return _filtered(name)
    if name in ("EAGAIN", "ENOMEM", "SIGBUS"):
        reason = f"secret memory was refused by RLIMIT_MEMLOCK ({backing['step']}: {name})"
        return Unsupported("secret-limit", reason, "ulimit -l 8192")
    reason = f"{backing['step']} failed with {name}: {backing['message']}"
    return Unsupported("secret-refused", reason, "report it: this is not a known refusal")


def _missing(evidence: Evidence) -> Unsupported:
    release, enabled = evidence.release, evidence.is_enabled()
    if evidence.built and not enabled:
        reason = "memfd_secret(2) is switched off in this kernel (secretmem.enable=0)"
        return Unsupported("secret-disabled", reason, BOOT_LINE.format("secretmem.enable=1"))
    if evidence.filtered and (evidence.built or kernel.version(release) >= FIRST_WITH_CALL):
        return _filtered("ENOSYS")
    if evidence.built:
        reason = "this kernel cannot change its direct map, so memfd_secret(2) is off (arm64 without rodata=full)"
        return Unsupported("secret-direct-map-fixed", reason, BOOT_LINE.format("rodata=full"))
    if kernel.version(release) < FIRST_WITH_CALL:
        reason = f"Linux {release} is older than memfd_secret(2), which came with 5.14"
        return Unsupported("secret-kernel-too-old", reason, "boot a kernel of 5.14 or later, best 6.5 or later")
    reason = f"Linux {release} was built without memfd_secret(2)"
    return Unsupported("secret-not-built", reason, "boot a kernel built with CONFIG_SECRETMEM=y, such as Debian's own")


def _filtered(name: str) -> Unsupported:
    reason = f"a seccomp filter (of a container or a service) refuses memfd_secret(2) with {name}"
    return Unsupported("secret-filtered", reason, "docker run --security-opt seccomp=unconfined ..., or run outside")
