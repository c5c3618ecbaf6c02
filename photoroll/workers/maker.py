"""The maker: one sealed process that makes a collage or a recap and can write into one open file only."""

from __future__ import annotations

import errno
import fcntl
import os
import time
from collections.abc import Callable, Sequence
from multiprocessing import reduction
from multiprocessing.connection import Connection
from pathlib import Path
from types import TracebackType
from typing import Any, BinaryIO, Self, TypeVar

from photoroll.core.progress import CancelToken
from photoroll.errors import Cancelled, CannotMake, PhotoRollError
from photoroll.seal import SealState, prepare_environment
from photoroll.workers.answers import BadAnswer, pack, unpack
from photoroll.workers.child import answer_to, begin
from photoroll.workers.process import Child, Gone

D = TypeVar("D")
R = TypeVar("R")

Report = Callable[[float], None]

_LARGEST_FILE = 1 << 36
_LEAST_ROOM = 1 << 16
_TURN_S = 0.1
_REPORT_EVERY_S = 0.05


class Maker:
    """Runs makers' functions in a sealed child that may read photos under ``roots`` and nothing else.

    The child is started with the first call and stays for the next ones. ``memory_limit`` is its address
    space in bytes; ``warm_up`` is called in it after it is sealed, to import what the work needs.
    """

    def __init__(
        self,
        *,
        roots: Sequence[Path],
        memory_limit: int = 6 * 2**30,
        warm_up: Callable[[], object] | None = None,
    ) -> None:
        self._arguments = (tuple(roots), memory_limit, warm_up)
        self._child: Child | None = None

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def close(self) -> None:
        """End the child, also in the middle of its work."""
        if self._child is not None:
            self._child.end()
            self._child = None

    def start(self) -> None:
        """Start the child ahead of its first work; it gets ready in the background."""
        if self._child is None:
            prepare_environment()
            self._child = Child(_serve, *self._arguments, name="photoroll-maker")

    def seal(self) -> SealState:
        """Start the child if need be, wait for it, and give how it is sealed."""
        self.start()
        assert self._child is not None
        try:
            return self._child.wait_until_ready()
        except Gone as exc:
            self.close()
            raise CannotMake("The helper that makes pictures could not be started", "Try again.") from exc

    def make(
        self,
        function: Callable[[D, BinaryIO, Report], R],
        document: D,
        target_fd: int,
        *,
        progress: Callable[[float], None] | None = None,
        token: CancelToken | None = None,
        time_limit_s: float | None = None,
    ) -> R:
        """Run ``function(document, out_file, report)`` in the child and give what it returns.

        ``target_fd`` is open for writing; it stays open here, and what was written lies in it when this
        returns (the caller syncs and renames). ``report`` takes the share that is done, 0 to 1.

        Raises
        ------
        Cancelled
            Once ``token`` is cancelled: the child is killed at once.
        CannotMake
            If the child crashes, takes longer than ``time_limit_s`` or runs out of memory.
        PhotoRollError
            Whatever of that family ``function`` raises.
        """
        self.seal()
        assert self._child is not None
        deadline = None if time_limit_s is None else time.monotonic() + time_limit_s
        try:
            self._child.send((function, document))
            reduction.send_handle(self._child.channel, target_fd, self._child.pid)
            answer = self._answer(progress, token, deadline)
        except Gone as exc:
            self.close()
            raise _crashed(exc) from exc
        except BaseException:
            self.close()  # cancelled, too late, or Ctrl-C: what it still does is of no use
            raise
        return _value_of(answer)  # type: ignore[no-any-return]

    def _answer(
        self, progress: Callable[[float], None] | None, token: CancelToken | None, deadline: float | None
    ) -> tuple[Any, ...]:
        assert self._child is not None
        while True:
            if token is not None and token.is_cancelled:
                raise Cancelled
            if deadline is not None and time.monotonic() > deadline:
                raise CannotMake("Making it took too long", "Choose fewer photos or a smaller size.")
            match self._child.receive(_TURN_S):
                case None:
                    continue
                case ("progress", float(share)):
                    if progress is not None:
                        progress(min(1.0, max(0.0, share)))
                case ("answer", tuple(answer)):
                    return answer
                case _:
                    self._child.distrust("it answered what nobody asked")


def _value_of(answer: tuple[Any, ...]) -> Any:
    try:
        match answer:
            case ("ok", bytes(value)):
                return unpack(value)
            case ("error", bytes(value)) if isinstance(error := unpack(value), PhotoRollError):
                raise error
            case ("unreadable", "memory", _):
                raise CannotMake("Making it needs more memory than it may take", "Choose a smaller size.")
            case ("unreadable", _, str(reason)) | ("unsupported", str(reason)):
                raise CannotMake(f"A photo in it could not be read: {reason}", "Leave that photo out.")
    except BadAnswer as exc:
        raise RuntimeError(f"the maker's answer cannot be used: {exc}") from exc
    raise RuntimeError(f"the maker met a bug: {answer[-1] if answer else 'no answer'}")


def _crashed(why: Gone) -> CannotMake:
    return CannotMake(
        "The helper that makes pictures crashed",
        "Nothing of yours was changed. Try again, or leave out the photo that you added last."
        if why.code is not None
        else "Try again.",
    )


def _serve(
    channel: Connection, roots: Sequence[Path], memory_limit: int, warm_up: Callable[[], object] | None
) -> None:
    state = begin(
        "maker", channel, read=roots, address_space=memory_limit, file_size=_LARGEST_FILE, open_files=256
    )
    if warm_up is not None:
        warm_up()
    channel.send_bytes(pack(("ready", state)))
    while True:
        try:
            call = channel.recv_bytes()
            descriptor = reduction.recv_handle(channel)
        except (EOFError, OSError):
            return
        answer = answer_to(_make, call, descriptor, _Reporter(channel))
        channel.send_bytes(pack(("answer", answer)))


def _make(call: bytes, descriptor: int, report: Report) -> Any:
    writable_only = fcntl.fcntl(descriptor, fcntl.F_GETFL) & os.O_ACCMODE == os.O_WRONLY
    with open(descriptor, "wb" if writable_only else "r+b") as out:
        function, document = reduction.ForkingPickler.loads(call)
        try:
            return function(document, out, report)
        except Exception as exc:
            # Encoders tell a full disk in many ways, some without saying that it is one.
            if _is_full(descriptor, exc):
                raise CannotMake("Not saved: the disk is full", "Choose another folder.") from exc
            raise


def _is_full(descriptor: int, exc: Exception) -> bool:
    if isinstance(exc, PhotoRollError):
        return False
    if isinstance(exc, OSError) and exc.errno in (errno.ENOSPC, errno.EDQUOT, errno.EFBIG):
        return True
    disk = os.fstatvfs(descriptor)
    return disk.f_bavail * disk.f_frsize < _LEAST_ROOM


class _Reporter:
    """Tells the app how far the work is, at most 20 times a second."""

    def __init__(self, channel: Connection) -> None:
        self._channel = channel
        self._last = 0.0

    def __call__(self, share: float) -> None:
        now = time.monotonic()
        if now - self._last >= _REPORT_EVERY_S or share >= 1.0:
            self._last = now
            self._channel.send_bytes(pack(("progress", float(share))))
