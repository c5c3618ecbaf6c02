"""Builds system call filters with libseccomp, through ctypes.

pyseccomp does the same but costs 48 ms to import and starts programs while doing so; the dozen lines of
binding here cost 2 ms. The numbers are libseccomp's public constants (``seccomp.h``) and the kernel's.
"""

from __future__ import annotations

import ctypes
import errno
import os

from photoroll.seal import refused

_ALLOW = 0x7FFF0000
_ERRNO = 0x00050000
_ATTR_NO_NEW_PRIVS, _ATTR_TSYNC, _ATTR_OPTIMIZE = 3, 4, 8
_NOT_EQUAL, _MASKED_EQUAL = 1, 7

_AF_UNIX = 1
_CLONE_THREAD = 0x00010000
_TIOCSTI, _TIOCLINUX = 0x5412, 0x541C  # push keystrokes into a terminal


class CannotFilter(OSError):
    """The computer cannot filter system calls; the text says why."""


class _Comparison(ctypes.Structure):
    _fields_ = (
        ("arg", ctypes.c_uint),
        ("op", ctypes.c_int),
        ("a", ctypes.c_uint64),
        ("b", ctypes.c_uint64),
    )


def _unequal(arg: int, value: int) -> _Comparison:
    return _Comparison(arg, _NOT_EQUAL, value, 0)


def _masked(arg: int, mask: int, value: int) -> _Comparison:
    return _Comparison(arg, _MASKED_EQUAL, mask, value)


class Filter:
    """An allow-all filter to which refusals are added; :meth:`load` puts it in force for every thread."""

    def __init__(self) -> None:
        try:
            self._lib = ctypes.CDLL("libseccomp.so.2", use_errno=True)
        except OSError as exc:
            raise CannotFilter(errno.ENOENT, "libseccomp is not installed") from exc
        self._declare()
        self._context = self._lib.seccomp_init(_ALLOW)
        if not self._context:
            raise CannotFilter(errno.ENOMEM, "libseccomp could not start")
        self._attribute(_ATTR_NO_NEW_PRIVS, 1)
        # Without TSYNC a thread that was started earlier keeps all its rights.
        self._attribute(_ATTR_TSYNC, 1)

    def _declare(self) -> None:
        lib, word = self._lib, ctypes.c_uint32
        lib.seccomp_init.restype = ctypes.c_void_p
        lib.seccomp_init.argtypes = [word]
        lib.seccomp_attr_set.argtypes = [ctypes.c_void_p, ctypes.c_int, word]
        lib.seccomp_syscall_resolve_name.argtypes = [ctypes.c_char_p]
        lib.seccomp_rule_add_array.argtypes = [
            ctypes.c_void_p, word, ctypes.c_int, ctypes.c_uint, ctypes.POINTER(_Comparison),
        ]  # fmt: skip
        lib.seccomp_load.argtypes = [ctypes.c_void_p]
        lib.seccomp_release.argtypes = [ctypes.c_void_p]

    def _attribute(self, attribute: int, value: int) -> None:
        if code := self._lib.seccomp_attr_set(self._context, attribute, value):
            raise CannotFilter(-code, f"libseccomp refused a setting ({os.strerror(-code)})")

    def refuse(self, name: str, error: int, *when: _Comparison) -> None:
        """Answer the system call ``name`` with ``error`` where all comparisons hold."""
        number = int(self._lib.seccomp_syscall_resolve_name(name.encode()))
        if number == -1:
            number = refused.NUMBERS.get(name, -1)
        if number == -1:
            return
        array = (_Comparison * len(when))(*when)
        code = self._lib.seccomp_rule_add_array(self._context, _ERRNO | error, number, len(when), array)
        # EDOM, EOPNOTSUPP: the call does not exist on this processor.
        if code and -code not in (errno.EDOM, errno.EOPNOTSUPP):
            raise CannotFilter(-code, f"libseccomp refused a rule for {name} ({os.strerror(-code)})")

    def refuse_all(self, names: list[str], error: int = errno.EPERM) -> None:
        """Refuse every one of ``names`` without conditions."""
        for name in names:
            self.refuse(name, error)

    def load(self) -> None:
        """Put the filter in force in all threads; it can never be taken back."""
        try:
            if code := self._lib.seccomp_load(self._context):
                raise CannotFilter(-code, f"the kernel refused the filter ({os.strerror(abs(code))})")
        finally:
            self._lib.seccomp_release(self._context)
            self._context = None


def filter_app() -> None:
    """Refuse every socket but AF_UNIX, and the ways around that, in this process and its children."""
    made = Filter()
    made.refuse("socket", errno.EACCES, _unequal(0, _AF_UNIX))
    made.refuse("socketpair", errno.EACCES, _unequal(0, _AF_UNIX))
    made.refuse_all(refused.AROUND)
    _refuse_keystrokes(made)
    made.load()


def worker_filter(role: str) -> Filter:
    """Refuse what a worker has no use for: sockets, programs, changing files, reaching other processes.

    Compute may open nothing; the maker may be handed descriptors (SCM_RIGHTS) and cut what is behind them.
    The filter is only built: the caller loads it, last.
    """
    made = Filter()
    handed_over = ["recvmsg"] if role == "maker" else []
    made.refuse_all([name for name in refused.SOCKETS if name not in handed_over], errno.EACCES)
    made.refuse_all([*refused.AROUND, *refused.BEYOND, *refused.PROGRAMS])
    made.refuse_all(refused.CHANGES, errno.EACCES)
    if role != "maker":
        made.refuse_all(refused.CHANGES_OPEN, errno.EACCES)
    _refuse_processes(made)
    _refuse_opening(made, may_read=role != "compute")
    _refuse_keystrokes(made)
    return made


def _refuse_processes(made: Filter) -> None:
    # A new process has no CLONE_THREAD; glibc's threads have it. What clone3 would do is in memory that a
    # filter cannot see: with "not implemented" glibc falls back to clone.
    made.refuse("clone", errno.EPERM, _masked(0, _CLONE_THREAD, 0))
    made.refuse("clone3", errno.ENOSYS)
    own = os.getpid()
    for name in ("kill", "tgkill"):  # abort() must work
        made.refuse(name, errno.EPERM, _unequal(0, own))
    made.refuse("prlimit64", errno.EPERM, _unequal(2, 0))  # reading limits is harmless, root could raise them


def _refuse_opening(made: Filter, *, may_read: bool) -> None:
    made.refuse("openat2", errno.ENOSYS)
    for name, flags in (("open", 1), ("openat", 2)):
        if not may_read:
            made.refuse(name, errno.EACCES)
            continue
        for mode in (os.O_WRONLY, os.O_RDWR, os.O_ACCMODE):
            made.refuse(name, errno.EACCES, _masked(flags, os.O_ACCMODE, mode))
        for flag in (os.O_CREAT, os.O_TRUNC):
            made.refuse(name, errno.EACCES, _masked(flags, flag, flag))


def _refuse_keystrokes(made: Filter) -> None:
    for request in (_TIOCSTI, _TIOCLINUX):
        made.refuse("ioctl", errno.EPERM, _masked(1, 0xFFFFFFFF, request))
