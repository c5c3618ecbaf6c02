"""Lets the maker make one file, which appears whole or not at all, and tells how far it is."""

from __future__ import annotations

import queue
from collections.abc import Callable, Generator, Iterable, Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any, BinaryIO, TypeVar

from photoroll.core.framing import Interest
from photoroll.core.progress import CancelToken, Progress
from photoroll.imaging.saliency import interest_of_thumbnail
from photoroll.services.writing import writing_new
from photoroll.workers.maker import Maker
from photoroll.workers.pool import DecoderPool

R = TypeVar("R")
Make = Callable[[str, BinaryIO, Callable[[float], None]], R]


def folders_of(paths: Iterable[Path]) -> list[Path]:
    """Give the folders that the maker must be able to read, and no others."""
    return sorted({path.parent for path in paths})


def make_file(
    maker: Maker,
    function: Make[R],
    document: str,
    target: Path,
    *,
    phase: str,
    token: CancelToken,
) -> Generator[Progress, None, R]:
    """Run ``function`` on a document in the maker and keep what it wrote as ``target``.

    Raises
    ------
    Cancelled
        If ``token`` was cancelled; no file is left.
    CannotMake
        If the file cannot be made or written.
    """
    shares: queue.SimpleQueue[float | None] = queue.SimpleQueue()
    with writing_new(target) as out, ThreadPoolExecutor(1, "making") as thread:
        future = thread.submit(maker.make, function, document, out.fileno(), progress=shares.put, token=token)
        future.add_done_callback(lambda _future: shares.put(None))
        while (share := shares.get()) is not None:
            yield Progress(phase=phase, done=round(100 * share), total=100)
        return future.result()


def interests(thumbnails: Sequence[bytes | None]) -> list[Interest | None]:
    """Find where pictures are worth looking at, in a sealed worker; ``None`` where that cannot be told."""
    known = {jpeg for jpeg in thumbnails if jpeg is not None}
    found: dict[bytes, Any] = {}
    if known:
        with DecoderPool(roots=[], workers=1) as pool:
            for outcome in pool.run(interest_of_thumbnail, sorted(known), chunk=4):
                found[outcome.item] = outcome.value
    return [found.get(jpeg) if jpeg is not None else None for jpeg in thumbnails]
