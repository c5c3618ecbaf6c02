"""Jobs that sealed children can import, and scripts that run as programs of their own."""

from __future__ import annotations

import os
import subprocess
import sys
import textwrap
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from types import ModuleType

import pytest

JOBS = Path(__file__).parent / "jobs"


@pytest.fixture
def jobs(monkeypatch: pytest.MonkeyPatch) -> ModuleType:
    """The module of jobs; children find it by the path that they are given."""
    monkeypatch.syspath_prepend(str(JOBS))
    import worker_jobs

    return worker_jobs


@pytest.fixture
def jobs_folder() -> Path:
    """The folder that children must be able to read to import the jobs."""
    return JOBS


@pytest.fixture
def script(checkout: Path, tmp_path: Path) -> Callable[..., object]:
    """Start a program of its own, in a process group of its own, that may import PhotoRoll and the jobs."""

    @contextmanager
    def start(code: str, *argv: str) -> Iterator[subprocess.Popen[str]]:
        path = tmp_path / "script.py"
        path.write_text(textwrap.dedent(code))
        program = subprocess.Popen(
            [sys.executable, *(argv or [str(path)])],
            env={**os.environ, "PYTHONPATH": os.pathsep.join([str(checkout), str(JOBS), str(tmp_path)])},
            cwd=tmp_path,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
            start_new_session=True,
        )
        with program:
            try:
                yield program
            finally:
                program.kill()

    return start
