"""How long work tells where it is, and how it is asked to stop."""

from __future__ import annotations

import threading
from dataclasses import dataclass

from photoroll.errors import Cancelled


@dataclass(frozen=True, slots=True, kw_only=True)
class Progress:
    """One step of long work: what is being done, how much of how much."""

    phase: str
    """A short verb phrase for a person: "Reading dates and places"."""
    done: int = 0
    total: int | None = None
    """``None`` while the amount is not known yet."""
    detail: str = ""


class CancelToken:
    """Asks long work to stop, or to wait, between two steps; safe to use from any thread."""

    def __init__(self) -> None:
        self._cancelled = threading.Event()
        self._running = threading.Event()
        self._running.set()

    def cancel(self) -> None:
        """Ask the work to stop at its next step."""
        self._cancelled.set()
        self._running.set()

    def pause(self) -> None:
        """Ask the work to wait at its next step."""
        self._running.clear()

    def resume(self) -> None:
        """Let paused work go on."""
        self._running.set()

    @property
    def is_cancelled(self) -> bool:
        """Whether :meth:`cancel` was called."""
        return self._cancelled.is_set()

    @property
    def is_paused(self) -> bool:
        """Whether the work is asked to wait."""
        return not self._running.is_set()

    def check(self) -> None:
        """Wait while paused; raise :exc:`Cancelled` once cancelled."""
        self._running.wait()
        if self._cancelled.is_set():
            raise Cancelled
