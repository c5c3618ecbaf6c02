"""The decoders: sealed processes that read photos, each with a time limit, a memory limit and two tries.

Every decoder has its own channel and its own mark of what it is working on, so a crash is always laid to
the one item that caused it. pebble's pool was tried first: its workers share one pipe and one lock, so a
worker killed in the middle of an answer stops the others, one killed while idle ends the pool, and an exit
with code 0 is not noticed at all (pebble 5.2.3).
"""

from __future__ import annotations

import itertools
import logging
import pickle
import select
import time
from collections import deque
from collections.abc import Callable, Iterable, Iterator, Sequence
from pathlib import Path
from types import TracebackType
from typing import Any, Self, TypeVar

from photoroll.core.progress import CancelToken
from photoroll.errors import PhotoRollError
from photoroll.seal import SealState, prepare_environment
from photoroll.workers import decoder
from photoroll.workers.cell import Cell
from photoroll.workers.outcome import Failure, Outcome, Task, failure_of, outcome_of
from photoroll.workers.process import START_LIMIT_S, Child, Gone

__all__ = ["DecoderPool", "Failure", "Outcome"]

T = TypeVar("T")
R = TypeVar("R")

_log = logging.getLogger(__name__)
_QUEUED_CALLS = 2
"""How many calls a decoder has at hand, so that it need not wait for the app between two."""
_FRUITLESS_STARTS = 4
_TURN_S = 0.5
"""How often at least the app looks at time limits and at its own cancel token."""


class _Run:
    """One use of the pool: where its items come from, and the outcomes that are not fetched yet."""

    def __init__(
        self, function: Callable[[Any], Any], items: Iterable[Any], *, chunk: int, in_flight: int
    ) -> None:
        self.function = function
        self.chunk = max(1, min(chunk, in_flight))
        self.in_flight = in_flight
        self.out = 0
        """Items that were taken from the source and whose outcome was not fetched yet."""
        self.done: deque[Outcome[Any, Any]] = deque()
        self._source = (Task(item) for item in items)
        self._again: deque[Task] = deque()
        self._exhausted = False

    def next_tasks(self) -> list[Task]:
        """Give the tasks of the next call: a suspect alone, others by the chunk."""
        if self._again:
            first = self._again.popleft()
            return [first] if first.suspect else [first, *self._innocents(self.chunk - 1)]
        room = min(self.chunk, self.in_flight - self.out)
        tasks = list(itertools.islice(self._source, room)) if room > 0 and not self._exhausted else []
        self._exhausted = self._exhausted or (room > 0 and len(tasks) < room)
        self.out += len(tasks)
        return tasks

    def _innocents(self, most: int) -> Iterator[Task]:
        while most > 0 and self._again and not self._again[0].suspect:
            most -= 1
            yield self._again.popleft()

    def put_back(self, tasks: Iterable[Task]) -> None:
        """Queue tasks again that were lost through no fault of their own, or that get a second try."""
        for task in tasks:
            (self._again.append if task.suspect else self._again.appendleft)(task)

    def settle(self, task: Task, outcome: Outcome[Any, Any] | None) -> None:
        """Keep an outcome; ``None`` gives the task another try."""
        if outcome is None:
            task.suspect = True
            self.put_back([task])
        else:
            self.done.append(outcome)

    def fetch(self) -> Outcome[Any, Any]:
        """Give the oldest outcome that was not fetched yet."""
        self.out -= 1
        return self.done.popleft()

    @property
    def finished(self) -> bool:
        """Whether every item has been taken and its outcome fetched."""
        return self._exhausted and self.out == 0


class _Call:
    """Some tasks that one decoder has at hand; ``run`` is ``None`` once nobody waits for them."""

    def __init__(self, number: int, run: _Run, tasks: list[Task]) -> None:
        self.number = number
        self.run: _Run | None = run
        self.tasks = tasks
        self.answered = 0

    @property
    def alone(self) -> bool:
        """Whether nothing may wait behind it: what comes of it must be laid to it and to nothing else."""
        return self.tasks[0].suspect


class _Slot:
    """One decoder, the memory that it marks, and its calls."""

    def __init__(self, start: Callable[[Cell], Child]) -> None:
        self._start = start
        self.cell = Cell()
        self.calls: deque[_Call] = deque()
        self.renew()

    def renew(self) -> None:
        """Start a decoder in place of one that has ended."""
        self.cell.mark(-1, -1, working=False)
        self.child = self._start(self.cell)
        self.served = 0
        self.started = time.monotonic()

    def working_on(self) -> tuple[_Call, int, float] | None:
        """Give call, index and start time of what the decoder marked last, if that is open."""
        number, index, since = self.cell.read()
        for call in self.calls:
            if call.number == number and call.answered <= index < len(call.tasks):
                return call, index, since
        return None

    def close(self) -> None:
        """End the decoder and give everything back."""
        self.child.end()
        self.cell.close()


class DecoderPool:
    """Sealed decoders for the photos under ``roots``; a new folder needs a new pool.

    Parameters
    ----------
    roots
        The folders that decoders may read; nothing else but Python's and PhotoRoll's own files.
    workers
        How many decoders. They start at once, in the background.
    time_limit_s
        For one item, wall clock.
    memory_limit
        Address space of one decoder in bytes.
    warm_up
        Called in each new decoder after it is sealed, to import what the work needs. A picklable function.
    recycle_after
        A decoder is replaced after so many items, in case a library leaks.
    """

    def __init__(
        self,
        *,
        roots: Sequence[Path],
        workers: int = 2,
        time_limit_s: float = 10.0,
        memory_limit: int = 3 * 2**29,
        warm_up: Callable[[], object] | None = None,
        recycle_after: int = 20_000,
    ) -> None:
        if workers < 1 or time_limit_s <= 0 or recycle_after < 1:
            raise ValueError("workers, time_limit_s and recycle_after must be positive")
        prepare_environment()
        self._arguments = (tuple(roots), memory_limit, warm_up)
        self._time_limit_s = time_limit_s
        self._recycle_after = recycle_after
        self._numbers = itertools.count(1)
        self._fruitless = 0
        self._running = False
        self._slots = [_Slot(self._start) for _ in range(workers)]

    def _start(self, cell: Cell) -> Child:
        return Child(decoder.serve, cell, *self._arguments, name="photoroll-decoder")

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def close(self) -> None:
        """End all decoders at once; they have nothing to lose."""
        for slot in self._slots:
            slot.close()
        self._slots = []

    def seals(self) -> list[SealState]:
        """Wait until every decoder is ready and give how each one is sealed."""
        return [self._ready(slot) for slot in self._slots]

    def _ready(self, slot: _Slot) -> SealState:
        try:
            return slot.child.wait_until_ready()
        except Gone as exc:
            raise _cannot_start() from exc

    def run(
        self,
        function: Callable[[T], R],
        items: Iterable[T],
        *,
        token: CancelToken | None = None,
        in_flight: int | None = None,
        chunk: int = 1,
    ) -> Iterator[Outcome[T, R]]:
        """Call ``function`` on each item in the decoders; give outcomes as they come, one for each item.

        Items are taken lazily: at most ``in_flight`` of them are taken whose outcome was not fetched yet.
        ``chunk`` items travel together, which pays below some 10 ms an item; time limit and tries count for
        each item all the same. ``function`` and items are pickled; values must be plain data (numbers,
        texts, bytes, containers, NumPy arrays, values of core and imaging).

        Raises
        ------
        Cancelled
            Once ``token`` is cancelled.
        PhotoRollError
            If decoders cannot be started.
        """
        if self._running or not self._slots:
            raise RuntimeError("the pool is closed, or in use by another run")
        most = in_flight if in_flight is not None else len(self._slots) * _QUEUED_CALLS * chunk
        run = _Run(function, items, chunk=chunk, in_flight=max(1, most))
        self._running = True
        try:
            yield from self._outcomes(run, token)
        finally:
            self._running = False
            self._forget(run)

    def _outcomes(self, run: _Run, token: CancelToken | None) -> Iterator[Outcome[Any, Any]]:
        while True:
            if token is not None:
                token.check()
            self._hand_out(run)
            if run.finished:
                return
            self._listen(0.0 if run.done else self._patience())
            fresh = time.monotonic()
            while run.done and time.monotonic() - fresh < 0.005:  # then give the decoders new work
                yield run.fetch()

    def _forget(self, run: _Run) -> None:
        for slot in self._slots:
            for call in slot.calls:
                if call.run is run:
                    call.run = None

    def _hand_out(self, run: _Run) -> None:
        while True:
            free = [slot for slot in self._slots if self._has_room(slot)]
            tasks = run.next_tasks() if free else []
            if not tasks:
                return
            slot = min(free, key=lambda s: len(s.calls))
            if tasks[0].suspect and slot.calls:
                run.put_back(tasks)  # it waits until a decoder has nothing else to do
                return
            payload = pickle.dumps((run.function, [task.item for task in tasks]), protocol=5)
            call = _Call(next(self._numbers), run, tasks)
            slot.calls.append(call)
            try:
                slot.child.send((call.number, len(tasks), payload))
            except Gone as exc:
                self._lost(slot, "crash", exc)

    def _has_room(self, slot: _Slot) -> bool:
        if slot.served >= self._recycle_after or any(call.alone for call in slot.calls):
            return False
        return len(slot.calls) < _QUEUED_CALLS

    def _patience(self) -> float:
        """Give how long to wait for answers: until the next time limit, but not too long for a cancel."""
        now = time.monotonic()
        ends = [found[2] + self._time_limit_s - now for s in self._slots if (found := s.working_on())]
        return max(0.0, min([_TURN_S, *ends]))

    def _listen(self, timeout_s: float) -> None:
        poll = select.poll()
        by_descriptor = {slot.child.channel.fileno(): slot for slot in self._slots}
        for descriptor in by_descriptor:
            poll.register(descriptor, select.POLLIN)
        for descriptor, _ in poll.poll(timeout_s * 1000):
            self._take_all(by_descriptor[descriptor])
        for slot in self._slots:
            self._check_time(slot)

    def _take_all(self, slot: _Slot) -> None:
        try:
            while message := slot.child.receive(0.0):
                self._take(slot, message)
        except Gone as exc:
            self._lost(slot, "crash", exc)
            return
        if slot.served >= self._recycle_after and not slot.calls:
            slot.child.end()
            slot.renew()

    def _take(self, slot: _Slot, message: tuple[Any, ...]) -> None:
        if slot.child.state is None:
            slot.child.take_ready(message)
            return
        call = slot.calls[0] if slot.calls else None
        if call is None or message[:3] != ("answers", call.number, call.answered):
            slot.child.distrust("it answered what nobody asked")
        answers = message[3] if len(message) == 4 and isinstance(message[3], list) else []
        if not 0 < len(answers) <= len(call.tasks) - call.answered:
            slot.child.distrust("it gave too many answers, or none")
        self._fruitless = 0
        for answer in answers:
            self._settle(slot, call, answer)
        if call.answered == len(call.tasks):
            slot.calls.popleft()

    def _settle(self, slot: _Slot, call: _Call, answer: object) -> None:
        task = call.tasks[call.answered]
        call.answered += 1
        slot.served += 1
        if call.run is not None:
            outcome = outcome_of(task, answer)
            call.run.settle(task, outcome)
        if isinstance(answer, tuple) and answer[:2] == ("unreadable", "memory"):
            slot.served = self._recycle_after  # what was left of its memory is in pieces

    def _check_time(self, slot: _Slot) -> None:
        now = time.monotonic()
        if slot.child.state is None:
            if now - slot.started > START_LIMIT_S:
                self._lost(slot, "timeout", Gone("it did not start in time"))
            return
        found = slot.working_on()
        if found and now - found[2] > self._time_limit_s:
            self._lost(slot, "timeout", Gone(f"it took longer than {self._time_limit_s:g} s"))

    def _lost(self, slot: _Slot, code: str, why: Gone) -> None:
        """Lay the loss of a decoder to the item that it was working on; the others are innocent.

        A decoder that lied may have gone on to later items before its words were read: then all that it had
        at hand since its last true answer is tried again, each item alone.
        """
        slot.child.end()
        found = slot.working_on()
        _log.info("a decoder was lost: %s (exit code %s)", why, why.code)
        suspects = self._suspects(slot, found, lied=why.lied)
        if not suspects:
            self._fruitless += 1
            if self._fruitless >= _FRUITLESS_STARTS:
                raise _cannot_start() from why
        for call in slot.calls:
            for task in call.tasks[call.answered :]:
                if call.run is None:
                    continue
                if task in suspects and len(suspects) == 1:
                    call.run.settle(task, failure_of(task, code, limit_s=self._time_limit_s))
                else:
                    task.suspect = task.suspect or task in suspects
                    call.run.put_back([task])
        slot.calls.clear()
        slot.renew()

    def _suspects(self, slot: _Slot, found: tuple[_Call, int, float] | None, *, lied: bool) -> list[Task]:
        if not lied:
            return [found[0].tasks[found[1]]] if found else []
        open_now: list[Task] = []
        for call in slot.calls:
            if found and call is found[0]:
                return open_now + call.tasks[call.answered : found[1] + 1]
            open_now += call.tasks[call.answered :]
        return open_now


def _cannot_start() -> PhotoRollError:
    return PhotoRollError(
        "The helpers that read photos could not be started",
        "Close other programs and try again; if that does not help, install PhotoRoll again.",
    )
