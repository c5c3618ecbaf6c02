"""Asks the operating system to refuse this process what it has no use for; nothing can take that back.

Standard library only. Every entry point calls :func:`seal_app` before it imports anything else; children
inherit the refusals, and workers take more away with :func:`seal_worker`. Which system call is refused to
whom stands in :mod:`photoroll.seal.refused`.
"""

from __future__ import annotations

import contextlib
import ctypes
import errno
import os
import resource
import sys
import sysconfig
from collections.abc import Collection, Sequence
from dataclasses import replace
from pathlib import Path

from photoroll.seal import filters, landlock, rules
from photoroll.seal.state import Level, SealState

__all__ = ["Level", "SealState", "current", "prepare_environment", "readable_code", "seal_app", "seal_worker"]

_ROLES = ("decoder", "maker", "compute")
# What every program reads to start: shared libraries, time zones, processors and memory, /dev/null.
_SYSTEM = (
    "/usr/lib", "/usr/lib64", "/lib", "/lib64", "/usr/local/lib", "/usr/share/zoneinfo", "/etc/ld.so.cache",
    "/etc/localtime", "/proc/cpuinfo", "/proc/meminfo", "/sys/devices/system/cpu", "/dev/null", "/dev/zero",
    "/dev/urandom",
)  # fmt: skip

_state: SealState | None = None


def prepare_environment() -> None:
    """Keep numeric libraries on one thread, here and in children; call it before importing them."""
    for name in (
        "OPENBLAS_NUM_THREADS",
        "OMP_NUM_THREADS",
        "MKL_NUM_THREADS",
        "NUMEXPR_NUM_THREADS",
        "VECLIB_MAXIMUM_THREADS",
        "BLIS_NUM_THREADS",
    ):
        os.environ[name] = "1"
    # Each further malloc arena reserves 64 MiB of address space, which counts against a worker's limit.
    os.environ["MALLOC_ARENA_MAX"] = "2"
    # scikit-learn's helper would try semaphores and warn that the seal refuses them.
    os.environ["JOBLIB_MULTIPROCESSING"] = "0"


def current() -> SealState | None:
    """Give the seal of this process; ``None`` before it was asked for."""
    return _state


def seal_app() -> SealState:
    """Refuse this process, its threads and all its children every socket but AF_UNIX. Idempotent.

    Takes about 2 ms. Where the system cannot do it the state says ``app_rules`` and why; it never raises.
    """
    global _state
    if _state is not None:
        return _state
    rules.refuse_sockets()
    reason = _filtered_app()
    sealed = not reason
    _state = SealState(
        role="app", level="sealed" if sealed else "app_rules", seccomp=sealed,
        landlock_abi=landlock.abi(), reason=reason,
    )  # fmt: skip
    return _state


def _filtered_app() -> str:
    if not sys.platform.startswith("linux"):
        return "sealing is built for Linux only so far"
    try:
        filters.filter_app()
    except OSError as exc:
        return exc.strerror or str(exc)
    return _probe_sockets()


_NO_FAMILY = 0x7FFF
"""No kernel has such a family of sockets: unfiltered, it says EAFNOSUPPORT; our filter says EACCES first.

So the probe shows the rule at work (everything but AF_UNIX is refused) without ever asking for a network.
"""


def _probe_sockets() -> str:
    """Believe what happens, not what a library answers."""
    libc = ctypes.CDLL(None, use_errno=True)
    opened = libc.socket(_NO_FAMILY, 2, 0)
    if opened < 0 and ctypes.get_errno() == errno.EACCES:
        return ""
    if opened >= 0:
        os.close(opened)
    return "the filter is loaded, but a probe was not refused by it"


def seal_worker(
    role: str,
    *,
    read: Sequence[Path] = (),
    address_space: int | None = None,
    file_size: int | None = 0,
    open_files: int = 64,
    keep: Collection[int] = (),
) -> SealState:
    """Take from this worker everything but its work; call it while there is one thread.

    Parameters
    ----------
    role
        ``decoder`` (reads under ``read``), ``maker`` (the same, and writes into descriptors that are open) or
        ``compute`` (opens nothing at all).
    read
        The user's folders; Python's and PhotoRoll's own folders are added.
    address_space, file_size, open_files
        Limits; bytes for the first two, ``None`` for none. ``file_size`` 0 refuses every write into a file.
    keep
        Descriptors that stay open besides the three standard ones.

    A system that cannot seal raises nothing: the state says so. ValueError for an unknown role.
    """
    global _state
    if role not in _ROLES:
        raise ValueError(f"role must be one of {_ROLES}, got {role!r}")
    _close_others(keep)
    rules.refuse_sockets()
    state = SealState(role=role, level="sealed", landlock_abi=landlock.abi())
    folders = () if role == "compute" else (*read, *readable_code())
    # Built before Landlock hides the library, loaded last: it refuses what the other locks are made with.
    filtering, reason = _built_filter(role)
    limits = _limit(address_space, file_size, open_files)
    files = _restrict_files(folders)
    calls = _load_filter(filtering)
    state = replace(state, limits=limits == "", landlock=files == "", seccomp=calls == "")
    _state = _with_rules(state, "; ".join(part for part in (reason, calls, files, limits) if part))
    return _state


def _with_rules(state: SealState, reason: str) -> SealState:
    if not reason:
        return state
    rules.refuse_changes()
    if state.role == "compute":
        rules.refuse_opening()
    return replace(state, level="app_rules", reason=reason)


def _built_filter(role: str) -> tuple[filters.Filter | None, str]:
    try:
        return filters.worker_filter(role), ""
    except OSError as exc:
        return None, exc.strerror or str(exc)


def _load_filter(filtering: filters.Filter | None) -> str | None:
    """Give why the filter is not in force; ``None`` where there was none to load, which was said before."""
    if filtering is None:
        return None
    try:
        filtering.load()
    except OSError as exc:
        return exc.strerror or str(exc)
    return _probe_sockets()


def _restrict_files(folders: Sequence[Path]) -> str:
    if len(_entries("/proc/self/task")) > 1:
        return "a thread was started before the seal, which Landlock cannot reach"
    try:
        landlock.restrict(folders)
    except OSError as exc:
        return exc.strerror or str(exc)
    return ""


def _limit(address_space: int | None, file_size: int | None, open_files: int) -> str:
    wanted = {
        resource.RLIMIT_CORE: 0,
        resource.RLIMIT_NOFILE: open_files,
        resource.RLIMIT_AS: address_space,
        resource.RLIMIT_FSIZE: file_size,
    }
    try:
        for which, value in wanted.items():
            if value is not None:
                hard = resource.getrlimit(which)[1]
                value = value if hard == resource.RLIM_INFINITY else min(value, hard)
                resource.setrlimit(which, (value, value))
    except (OSError, ValueError) as exc:
        return f"the kernel refused a limit ({exc})"
    return ""


def _close_others(keep: Collection[int]) -> None:
    """Close what was inherited and is no channel: only descriptors that are already open get past a seal."""
    for number in _entries("/proc/self/fd"):
        if number > 2 and number not in keep:
            with contextlib.suppress(OSError):  # the listing's own descriptor is gone by now
                os.close(number)


def _entries(folder: str) -> list[int]:
    """Give the numbers in a folder of ``/proc``; empty where there is no such thing."""
    try:
        return [int(entry.name) for entry in os.scandir(folder)]
    except FileNotFoundError:
        return []


def readable_code() -> tuple[Path, ...]:
    """Give what Python itself must read to work: its own and the installed packages' folders, shared data.

    ``sys.path`` is not used as it is: ``python -m`` puts the current folder there, which may be the user's.
    """
    package = Path(__file__).resolve().parent.parent
    folders = {Path(sys.prefix) / "lib", Path(sys.base_prefix) / "lib", package, package.parent / "resources"}
    folders.update(Path(place) for place in sysconfig.get_paths().values() if "lib" in Path(place).parts)
    folders.update(Path(entry) for entry in sys.path if entry.endswith(("site-packages", "dist-packages")))
    folders.update(Path(place) for place in _SYSTEM)
    return tuple(sorted(folder.resolve() for folder in folders if folder.exists()))
