"""What every sealed child does before its work; it runs in the child."""

from __future__ import annotations

import fcntl
import multiprocessing
import os
import select
import signal
import traceback
from collections.abc import Callable, Sequence
from multiprocessing.connection import Connection
from pathlib import Path
from typing import Any

from photoroll import seal
from photoroll.errors import PhotoRollError, UnreadablePhoto, UnsupportedFile
from photoroll.seal import SealState
from photoroll.workers.answers import pack

MEMORY_WORDS = ("insufficient memory", "cannot allocate memory", "out of memory", "bad_alloc")
"""How native libraries say that memory ran out, in lower case."""


def begin(
    role: str,
    channel: Connection,
    *,
    read: Sequence[Path] = (),
    address_space: int | None,
    file_size: int | None = 0,
    open_files: int = 64,
) -> SealState:
    """Tie this child's life to its parent's, shut its mouth, seal it."""
    _die_with_parent()
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    signal.signal(signal.SIGTERM, signal.SIG_DFL)
    _say_nothing()
    return seal.seal_worker(
        role,
        read=read,
        address_space=address_space,
        file_size=file_size,
        open_files=open_files,
        keep=(channel.fileno(), _parent_pipe()),
    )


def _parent_pipe() -> int:
    """Give the descriptor that hangs up when the parent ends, however it ends."""
    parent = multiprocessing.parent_process()
    assert parent is not None
    return int(parent.sentinel)


def _die_with_parent() -> None:
    # The kernel kills this process by SIGIO when the parent's end of the pipe closes, even while native code
    # hangs. PR_SET_PDEATHSIG would fire as soon as the *thread* that started this child ends.
    pipe = _parent_pipe()
    signal.signal(signal.SIGIO, signal.SIG_DFL)
    fcntl.fcntl(pipe, fcntl.F_SETOWN, os.getpid())
    fcntl.fcntl(pipe, fcntl.F_SETFL, fcntl.fcntl(pipe, fcntl.F_GETFL) | os.O_ASYNC)
    if select.select([pipe], [], [], 0)[0]:
        os._exit(1)


def _say_nothing() -> None:
    # Native decoders print their warnings; a terminal must not show a stranger's bytes, nor stdout hold them.
    nowhere = os.open(os.devnull, os.O_RDWR)
    for standard in (0, 1, 2):
        os.dup2(nowhere, standard)
    if nowhere > 2:
        os.close(nowhere)


def answer_to(function: Callable[..., Any], *arguments: Any) -> tuple[Any, ...]:
    """Call ``function`` and give what happened as plain data: the worker boundary.

    ``("ok", pickled value)``, ``("unreadable", code, sentence)``, ``("unsupported", sentence)``,
    ``("error", pickled PhotoRollError)`` or ``("bug", traceback)``.
    """
    try:
        return ("ok", pack(function(*arguments)))
    except UnreadablePhoto as exc:
        return ("unreadable", exc.code, _sentence(exc))
    except UnsupportedFile as exc:
        return ("unsupported", _sentence(exc))
    except PhotoRollError as exc:
        return ("error", pack(exc))
    except MemoryError:
        return ("unreadable", "memory", "It needs more memory than one photo may take")
    except Exception as exc:  # noqa: BLE001 - the worker boundary: anything else is a bug, and is reported as one
        if any(words in str(exc).lower() for words in MEMORY_WORDS):
            return ("unreadable", "memory", "It needs more memory than one photo may take")
        return ("bug", "".join(traceback.format_exception(exc)))


def _sentence(error: PhotoRollError) -> str:
    return f"{error.title}. {error.advice}".strip(". ").replace("..", ".") if error.advice else error.title
