"""One sealed child process, seen from the app: starting it, talking with it, ending it."""

from __future__ import annotations

import contextlib
import multiprocessing
import os
import pickle
import select
import signal
import struct
import time
from collections import deque
from collections.abc import Callable
from typing import Any, NoReturn

from photoroll.seal import SealState
from photoroll.workers.answers import BadAnswer, unpack

START_LIMIT_S = 120.0
"""How long a child may take to start and to load its libraries, on a busy machine."""
_LONGEST_ANSWER = 1 << 30
_READ_SIZE = 1 << 20
_HEADER = struct.Struct("!i")
_LONG_HEADER = struct.Struct("!iQ")

context = multiprocessing.get_context("spawn")


class Gone(Exception):
    """The child has ended (``code`` is its exit code), or ``lied``: it said what no child of ours says."""

    def __init__(self, sentence: str, code: int | None = None, *, lied: bool = False) -> None:
        super().__init__(sentence)
        self.code = code
        self.lied = lied


class Child:
    """A child process that runs ``main(channel, *arguments)``; its end of the channel is its only way out.

    The app's end never blocks on a message that stops in the middle: a hostile child, or one killed while
    it answers, must not stop the app.
    """

    def __init__(self, main: Callable[..., None], *arguments: object, name: str) -> None:
        self.channel, theirs = context.Pipe(duplex=True)
        self._process = context.Process(target=main, args=(theirs, *arguments), name=name, daemon=True)
        # A blocked signal stays blocked in the child: Ctrl-C is the app's business from the first moment on.
        before = signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT})
        try:
            self._process.start()
        finally:
            signal.pthread_sigmask(signal.SIG_SETMASK, before)
            theirs.close()
        os.set_blocking(self.channel.fileno(), False)
        self.pid: int = self._process.pid or 0
        self.state: SealState | None = None
        """The child's seal, once it has said that it is ready."""
        self._buffer = bytearray()
        self._messages: deque[tuple[Any, ...]] = deque()
        self._hung_up = False
        self._exit_code: int | None = None

    def send(self, message: object) -> None:
        """Hand over a call; raise :exc:`Gone` if there is nobody any more."""
        data = pickle.dumps(message, protocol=5)
        short = len(data) <= 0x7FFFFFFF
        header = _HEADER.pack(len(data)) if short else _LONG_HEADER.pack(-1, len(data))
        for part in (header, data):
            rest = memoryview(part)
            while rest:
                rest = rest[self._write(rest) :]

    def _write(self, data: memoryview) -> int:
        try:
            return os.write(self.channel.fileno(), data)
        except BlockingIOError:
            # The child may itself wait until its answer is taken: take it, then both go on.
            if self._wait(1.0, events=select.POLLIN | select.POLLOUT) & select.POLLIN:
                self._read()
            return 0
        except OSError as exc:
            raise Gone("the child has ended", self.end(grace_s=1.0)) from exc

    def receive(self, timeout_s: float | None) -> tuple[Any, ...] | None:
        """Give the next message, ``None`` if none comes in time; raise :exc:`Gone` if none can come."""
        deadline = None if timeout_s is None else time.monotonic() + timeout_s
        while not self._messages:
            if self._hung_up:
                raise Gone("the child has ended", self.end(grace_s=1.0))
            left = None if deadline is None else deadline - time.monotonic()
            if self._wait(left):
                self._read()
            elif left is not None and left <= 0:
                return None
        return self._messages.popleft()

    def _wait(self, timeout_s: float | None, *, events: int = select.POLLIN) -> int:
        poll = select.poll()
        poll.register(self.channel.fileno(), events)
        found = poll.poll(None if timeout_s is None else max(0.0, timeout_s) * 1000)
        return found[0][1] if found else 0

    def _read(self) -> None:
        try:
            data = os.read(self.channel.fileno(), _READ_SIZE)
        except BlockingIOError:
            return
        except OSError:
            data = b""
        self._hung_up = not data
        self._buffer += data
        self._split()

    def _split(self) -> None:
        start = 0
        while len(self._buffer) - start >= _HEADER.size:
            (length,) = _HEADER.unpack_from(self._buffer, start)
            if not 0 < length <= _LONGEST_ANSWER:
                self.distrust("its answer has an impossible length")
            end = start + _HEADER.size + length
            if len(self._buffer) < end:
                break
            self._messages.append(self._understood(bytes(self._buffer[start + _HEADER.size : end])))
            start = end
        if start:
            del self._buffer[:start]

    def _understood(self, data: bytes) -> tuple[Any, ...]:
        try:
            message = unpack(data)
        except BadAnswer as exc:
            self.distrust(str(exc))
        if not isinstance(message, tuple) or not message:
            self.distrust("its answer made no sense")
        return tuple(message)

    def distrust(self, why: str) -> NoReturn:
        """End a child that does not keep to the rules."""
        self.end()
        raise Gone(f"the child was ended: {why}", lied=True)

    def wait_until_ready(self, *, limit_s: float = START_LIMIT_S) -> SealState:
        """Wait for the child's first message and give its seal."""
        if self.state is None:
            message = self.receive(limit_s)
            if message is None:
                raise Gone("the child did not start in time", self.end())
            self.take_ready(message)
        assert self.state is not None
        return self.state

    def take_ready(self, message: tuple[Any, ...]) -> None:
        """Take the child's first message, by which it says how it is sealed."""
        if len(message) != 2 or message[0] != "ready" or not isinstance(message[1], SealState):
            self.distrust(
                f"it could not start ({message[-1]})" if message[0] == "failed" else "a wrong first word"
            )
        self.state = message[1]

    def end(self, *, grace_s: float = 0.0) -> int | None:
        """Give the child ``grace_s`` to end by itself, then kill it; give its exit code."""
        with contextlib.suppress(ValueError):  # ended before
            self._process.join(grace_s)
            self._process.kill()
            self._process.join()
            self._exit_code = self._process.exitcode
            self._process.close()
        self.channel.close()
        return self._exit_code
