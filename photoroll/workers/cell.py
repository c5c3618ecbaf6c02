"""One number pair that a decoder writes and the app reads: what is it working on, since when.

It lies in shared memory, so that it costs no message and is still there when the decoder has died.
"""

from __future__ import annotations

import math
import mmap
import os
import struct
import time
from multiprocessing import reduction
from typing import Any

_LAYOUT = struct.Struct("=qqd")  # call, index of the item in it, start of the item on the monotonic clock


class Cell:
    """What one decoder works on. Made by the app, handed to the child when it is started."""

    def __init__(self) -> None:
        self._fd = os.memfd_create("photoroll-cell")
        os.ftruncate(self._fd, mmap.PAGESIZE)
        self._map = mmap.mmap(self._fd, mmap.PAGESIZE)
        self.mark(-1, -1)

    def __getstate__(self) -> Any:
        """Hand the descriptor to a child that is just being started."""
        return reduction.DupFd(self._fd)

    def __setstate__(self, handed: Any) -> None:
        """Open the same memory in the child."""
        self._fd = handed.detach()
        self._map = mmap.mmap(self._fd, mmap.PAGESIZE)
        os.close(self._fd)

    def mark(self, call: int, index: int, *, working: bool = True) -> None:
        """Say that work on item ``index`` of ``call`` starts now, or (not ``working``) that it has ended."""
        _LAYOUT.pack_into(self._map, 0, call, index, time.monotonic() if working else math.inf)

    def read(self) -> tuple[int, int, float]:
        """Give the call, the index and the start time that were marked last."""
        call, index, since = _LAYOUT.unpack_from(self._map, 0)
        return call, index, since

    def close(self) -> None:
        """Give the memory back (in the app)."""
        self._map.close()
        os.close(self._fd)
