"""One writer across processes: a lock on a file, which the system releases whatever way its holder ends."""

from __future__ import annotations

import fcntl
import os
import time
from pathlib import Path

from photoroll.errors import LibraryBusy, LibraryError

_PAUSE_S = 0.02


class WriterLock:
    """Held from opening for writing until closing; the file itself stays and means nothing."""

    def __init__(self, folder: Path, *, wait_s: float = 0.5) -> None:
        """Take the lock; ``wait_s`` outlasts a reader that holds it for a moment while it tidies up."""
        path = folder / "lock"
        try:
            self._fd = os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC | os.O_NOFOLLOW, 0o600)
        except OSError as error:
            raise LibraryError(
                "The library's folder cannot be written to",
                "Open it for reading, or choose another.",
                path=folder,
            ) from error
        last = time.monotonic() + wait_s
        while not self._take():
            if time.monotonic() >= last:
                self.release()
                raise LibraryBusy(
                    "Another PhotoRoll is writing to this library",
                    "Wait until it has finished, or close it.",
                    path=folder,
                )
            time.sleep(_PAUSE_S)

    def _take(self) -> bool:
        try:
            fcntl.flock(self._fd, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            return False
        return True

    def release(self) -> None:
        """Let others write; safe to call twice."""
        if self._fd >= 0:
            os.close(self._fd)
            self._fd = -1
