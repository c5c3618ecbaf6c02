"""The decoder's side of the pool: takes calls of several items, answers for each; it runs in the child."""

from __future__ import annotations

import logging
import pickle
import time
from collections.abc import Callable, Sequence
from multiprocessing.connection import Connection
from pathlib import Path
from typing import Any

from photoroll.workers.answers import pack
from photoroll.workers.cell import Cell
from photoroll.workers.child import answer_to, begin

_SEND_EVERY_S = 0.03
"""Answers wait for one another this long: a message for each 1.5 ms photo would cost too much."""


def serve(
    channel: Connection,
    cell: Cell,
    roots: Sequence[Path],
    memory_limit: int,
    warm_up: Callable[[], object] | None,
) -> None:
    """Seal this process, say so, then answer calls until the app hangs up."""
    state = begin("decoder", channel, read=roots, address_space=memory_limit)
    logging.lastResort = None  # nothing of a stranger's file is printed
    if warm_up is not None:
        warm_up()
    channel.send_bytes(pack(("ready", state)))
    while True:
        try:
            number, count, payload = channel.recv()
        except (EOFError, OSError):
            return
        _serve_call(channel, cell, number, count, payload)


def _serve_call(channel: Connection, cell: Cell, number: int, count: int, payload: bytes) -> None:
    try:
        function, items = pickle.loads(payload)  # noqa: S301 - from the app, which is trusted
    except Exception as exc:  # noqa: BLE001 - the worker boundary: a call that cannot be understood is a bug
        bug = ("bug", f"the call could not be understood: {type(exc).__name__}: {exc}")
        channel.send_bytes(pack(("answers", number, 0, [bug] * count)))
        return
    answers: list[tuple[Any, ...]] = []
    sent, since = 0, time.monotonic()
    for index, item in enumerate(items):
        cell.mark(number, index)
        answers.append(answer_to(function, item))
        if time.monotonic() - since > _SEND_EVERY_S or index == count - 1:
            cell.mark(number, index, working=False)
            channel.send_bytes(pack(("answers", number, sent, answers)))
            sent, since, answers = index + 1, time.monotonic(), []
