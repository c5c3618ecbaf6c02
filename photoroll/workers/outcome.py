"""What became of one item that was given to the decoders."""

from __future__ import annotations

import logging
from dataclasses import dataclass
from typing import Any, Generic, TypeVar

from photoroll.workers.answers import BadAnswer, unpack

T = TypeVar("T")
R = TypeVar("R")

_log = logging.getLogger(__name__)
_TRIES = 2
_TRIED_AGAIN = frozenset({"crash", "timeout", "memory"})


@dataclass(frozen=True, slots=True, kw_only=True)
class Failure:
    """Why an item has no value."""

    code: str
    """A code of :class:`~photoroll.errors.UnreadablePhoto`, ``unsupported``, or ``bug`` (which is logged)."""
    reason: str
    """A sentence for a person."""
    tries: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome(Generic[T, R]):
    """One item and what became of it: a value, or a failure."""

    item: T
    value: R | None = None
    failure: Failure | None = None


@dataclass(slots=True, eq=False)
class Task:
    """One item on its way, and how often it was tried in vain."""

    item: Any
    tries: int = 0
    suspect: bool = False
    """Whether it must be tried alone: it, or one that was at hand with it, cost a decoder's life."""


def outcome_of(task: Task, answer: object) -> Outcome[Any, Any] | None:
    """Read a decoder's answer; ``None`` if the item is to be tried again."""
    task.tries += 1
    match answer:
        case ("ok", bytes(value)):
            return _value(task, value)
        case ("unreadable", str(code), str(reason)):
            if code in _TRIED_AGAIN and task.tries < _TRIES:
                return None
            return _failed(task, code, reason)
        case ("unsupported", str(reason)):
            return _failed(task, "unsupported", reason)
        case ("error", bytes(value)):
            return _bug(task, _sentence(value))
        case ("bug", str(trace)):
            return _bug(task, trace)
        case _:
            return _failed(task, "crash", "The decoder answered nonsense")


def failure_of(task: Task, code: str, *, limit_s: float) -> Outcome[Any, Any] | None:
    """Say that ``task`` cost its decoder's life; ``None`` if it is to be tried again."""
    task.tries += 1
    if task.tries < _TRIES:
        return None
    if code == "timeout":
        return _failed(task, code, f"Reading it took longer than {limit_s:g} seconds")
    return _failed(task, code, "Reading it made the decoder crash")


def _value(task: Task, value: bytes) -> Outcome[Any, Any]:
    try:
        return Outcome(item=task.item, value=unpack(value))
    except BadAnswer as exc:
        return _bug(task, str(exc))


def _sentence(value: bytes) -> str:
    try:
        return str(unpack(value))
    except BadAnswer as exc:
        return str(exc)


def _bug(task: Task, trace: str) -> Outcome[Any, Any]:
    last = trace.strip().rsplit("\n", 1)[-1]
    _log.error("a decoder met a bug of ours: %s", trace.strip())
    return _failed(task, "bug", f"PhotoRoll made a mistake with this file ({last})")


def _failed(task: Task, code: str, reason: str) -> Outcome[Any, Any]:
    return Outcome(item=task.item, failure=Failure(code=code, reason=reason, tries=task.tries))
