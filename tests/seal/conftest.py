"""Runs code in a process of its own: what is sealed stays sealed, so the suite itself never is."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import textwrap
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

HEAD = """
import ctypes, errno, json, os, sys, threading
from pathlib import Path
from photoroll import seal

found = {}
libc = ctypes.CDLL(None, use_errno=True)

def seal_worker(role, *, keep=(), **named):
    return seal.seal_worker(role, keep=[report, *keep], **named)

def outcome(action, *arguments):
    try:
        action(*arguments)
    except OSError as exc:
        return errno.errorcode.get(exc.errno, str(exc))
    except ValueError as exc:
        return str(exc)
    return "done"

def native_socket(family=2):
    descriptor = libc.socket(family, 1, 0)
    if descriptor < 0:
        return errno.errorcode[ctypes.get_errno()]
    os.close(descriptor)
    return "done"
"""
TAIL = "\nos.write(report, json.dumps(found).encode())\n"


@pytest.fixture
def in_a_process(checkout: Path, tmp_path: Path) -> Callable[..., dict[str, Any]]:
    """Run code that fills `found`; give `found`. It comes by a pipe: a sealed process can write no file."""

    def run(code: str, **environment: str) -> dict[str, Any]:
        reader, writer = os.pipe()
        program = f"report = {writer}\n" + HEAD + textwrap.dedent(code) + TAIL
        child = subprocess.Popen(
            [sys.executable, "-c", program],
            env={**os.environ, "PYTHONPATH": str(checkout), **environment},
            cwd=tmp_path,
            pass_fds=[writer],
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
        )
        os.close(writer)
        with open(reader, "rb") as pipe, child:
            answer = pipe.read()
            words = child.communicate(timeout=60)[0].decode()
        assert answer, words
        return json.loads(answer)

    return run
