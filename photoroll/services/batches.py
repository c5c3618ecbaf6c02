"""Gathers results into batches that are written together: quick to write, little to lose."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Generic, TypeVar

T = TypeVar("T")

LARGEST = 200
LONGEST_S = 0.25


class Batch(Generic[T]):
    """Collects items and hands them to ``write`` at 200 of them, after 250 ms, or on :meth:`flush`."""

    def __init__(self, write: Callable[[list[T]], object]) -> None:
        self._write = write
        self._items: list[T] = []
        self._since = time.monotonic()

    def add(self, item: T) -> None:
        """Take one item; write all when the batch is full or old."""
        if not self._items:
            self._since = time.monotonic()
        self._items.append(item)
        if len(self._items) >= LARGEST or time.monotonic() - self._since >= LONGEST_S:
            self.flush()

    def flush(self) -> None:
        """Write what is there."""
        if self._items:
            items, self._items = self._items, []
            self._write(items)
