"""What the command line prints: results to stdout, progress and sentences to stderr."""

from __future__ import annotations

import json
import os
import sys
import time
from collections.abc import Callable, Generator, Iterable, Mapping
from typing import TypeVar

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, TextColumn, TimeRemainingColumn
from rich.progress import Progress as Bar

from photoroll.core.progress import Progress
from photoroll.errors import show_path

R = TypeVar("R")
LINE_EVERY_S = 5.0

_stderr = Console(stderr=True, highlight=False, markup=False)


def say(text: str) -> None:
    """Print one line of a result for a person."""
    sys.stdout.write(_encodable(text, sys.stdout.encoding) + "\n")


def complain(text: str) -> None:
    """Print one sentence to stderr."""
    sys.stderr.write(_encodable(text, sys.stderr.encoding) + "\n")


def emit(value: Mapping[str, object]) -> None:
    """Print one JSON object on one line, UTF-8, without NaN, whatever the terminal's encoding."""
    line = json.dumps(value, ensure_ascii=False, allow_nan=False, separators=(", ", ": "), default=_plain)
    sys.stdout.flush()
    # A lone surrogate (a byte that is no UTF-8) becomes \udcXX, which is valid in JSON.
    sys.stdout.buffer.write(line.encode("utf-8", "backslashreplace") + b"\n")


def path_text(path: bytes | str | os.PathLike[str]) -> str:
    """Give a path for JSON: as it is when it is valid Unicode, else with its odd bytes escaped."""
    text = os.fsdecode(path)
    try:
        text.encode("utf-8")
    except UnicodeEncodeError:
        return show_path(text)
    return text


def follow(work: Generator[Progress, None, R], *, quiet: bool) -> R:
    """Run ``work`` to its end, show how far it is on stderr, and give its result."""
    if quiet:
        return _drain(work, lambda _progress: None)
    if _stderr.is_terminal:
        return _with_bar(work)
    return _drain(work, _Lines().show)


def _drain(work: Generator[Progress, None, R], show: Callable[[Progress], None]) -> R:
    while True:
        try:
            show(next(work))
        except StopIteration as done:
            result: R = done.value
            return result


class _Lines:
    """One line every few seconds, for logs."""

    def __init__(self) -> None:
        self._last = time.monotonic()
        self._phase = ""
        self._phase_began = self._last

    def show(self, progress: Progress) -> None:
        now = time.monotonic()
        if progress.phase != self._phase:
            self._phase, self._phase_began = progress.phase, now
        if now - self._last < LINE_EVERY_S:
            return
        self._last = now
        complain(_as_line(progress, now - self._phase_began))


def _as_line(progress: Progress, seconds: float) -> str:
    if not progress.total:
        return f"{progress.phase}: {progress.done:,}" if progress.done else progress.phase
    rate = progress.done / seconds if seconds > 0 else 0.0
    left = f", {(progress.total - progress.done) / rate:,.0f} s left" if rate else ""
    return f"{progress.phase}: {progress.done:,} of {progress.total:,} ({rate:,.0f}/s{left})"


def _with_bar(work: Generator[Progress, None, R]) -> R:
    columns = (
        TextColumn("{task.description}"),
        BarColumn(bar_width=30),
        MofNCompleteColumn(),
        TextColumn("{task.fields[rate]}"),
        TimeRemainingColumn(),
    )
    with Bar(*columns, console=_stderr, transient=True) as bar:
        task = bar.add_task("", total=None, rate="")
        phase = ""
        began = time.monotonic()

        def show(progress: Progress) -> None:
            nonlocal phase, began
            if progress.phase != phase:
                phase, began = progress.phase, time.monotonic()
                bar.reset(task, description=phase, total=progress.total)
            seconds = time.monotonic() - began
            rate = f"{progress.done / seconds:,.0f}/s" if seconds > 0.5 else ""
            bar.update(task, completed=progress.done, total=progress.total, rate=rate)

        return _drain(work, show)


def table(rows: Iterable[tuple[str, ...]]) -> None:
    """Print rows as columns of equal width."""
    kept = [tuple(show_path(cell) for cell in row) for row in rows]
    widths = [max(len(row[column]) for row in kept) for column in range(len(kept[0]))] if kept else []
    for row in kept:
        say("  ".join(cell.ljust(width) for cell, width in zip(row, widths)).rstrip())


def _plain(value: object) -> object:
    if isinstance(value, bytes):
        return path_text(value)
    if isinstance(value, os.PathLike):
        return path_text(value)
    raise TypeError(f"cannot print {type(value).__name__} as JSON")


def _encodable(text: str, encoding: str | None) -> str:
    return text.encode(encoding or "utf-8", "backslashreplace").decode(encoding or "utf-8", "replace")
