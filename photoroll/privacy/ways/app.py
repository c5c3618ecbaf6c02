"""Plays the app: an own process that is sealed as the app is sealed, and then tries every way."""

from __future__ import annotations

import json
import sys
import threading

from photoroll import seal
from photoroll.privacy.ways.attempts import Aim, Tried, attempt
from photoroll.privacy.ways.network import APP_WAYS, LIMIT_S, THREAD, WAYS, aims, by_ctypes


def play_the_app() -> None:
    """Start a thread, seal this process as the app is sealed, and try every way; talk by lines of JSON."""
    go, done = threading.Event(), threading.Event()
    from_thread: list[Tried] = []
    each: dict[str, Aim] = {}

    def early() -> None:
        go.wait()
        from_thread.append(attempt(THREAD, by_ctypes, each[THREAD]))
        done.set()

    threading.Thread(target=early, daemon=True).start()
    order = json.loads(sys.stdin.readline() or "null")
    if order is None:
        return
    state = seal.seal_app() if order["sealed"] else None
    each.update(aims("app", tcp=order["tcp"], udp=order["udp"], nonce=order["nonce"]))
    tried = [attempt(name, way, each[name]) for name, way in {**WAYS, **APP_WAYS}.items()]
    go.set()
    done.wait(2 * LIMIT_S)
    words = state.describe() if state is not None else "not sealed"
    sys.stdout.write(json.dumps({"tried": [*tried, *from_thread], "seal": words}) + "\n")
    sys.stdout.flush()
