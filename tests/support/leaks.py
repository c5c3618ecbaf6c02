"""Hunters for what a test leaves behind: threads, child processes, open files, with the line that began each.

They look before the setup of a test and after its teardown. What a fixture of a wider scope starts belongs
to that fixture and is only missed when the run ends. Programs that outlive even their parent are found at
the end of the run by the mark that every descendant of the suite carries in its environment.
"""

from __future__ import annotations

import functools
import gc
import multiprocessing
import multiprocessing.process
import multiprocessing.resource_tracker
import os
import re
import subprocess
import sys
import threading
import time
import uuid
from collections.abc import Callable, Generator, Iterator
from contextlib import suppress
from pathlib import Path
from types import FrameType
from typing import Any, NamedTuple

import pytest

ROOT = str(Path(__file__).resolve().parents[2])
OURS = (f"{ROOT}/photoroll/", f"{ROOT}/tests/", f"{ROOT}/benchmarks/")
GRACE_S = float(
    os.environ.get("PHOTOROLL_LEAK_GRACE_S", "3")
)  # a thread or process that was told to stop may need a moment on a busy machine
MARK = "PHOTOROLL_SUITE_RUN"

# Threads that libraries keep for the life of the process.
KNOWN_THREADS = re.compile(r"pytest_timeout|execnet|pydevd|Dummy")
# Files that libraries and the kernel keep open: they belong to no test.
KNOWN_FILES = re.compile(
    r"anon_inode:|/dev/(u?random|null|tty|pts/|shm/pym-|dri/)|/memfd:|/proc/"
    r"|\.(so|so\.\d+|ttf|otf|pyc?|mo|qm|icu|dat|cache-\d+)( \(deleted\))?$|/fontconfig/"
)


class Left(NamedTuple):
    """What exists at one moment."""

    threads: frozenset[threading.Thread]
    children: frozenset[int]
    files: frozenset[tuple[int, str]]


# ------------------------------------------------------------ who began it
def _our_line(frame: FrameType | None) -> str:
    """The innermost line of the project on the stack, as `tests/x.py:12`."""
    while frame is not None:
        name = frame.f_code.co_filename
        if name.startswith(OURS) and "/tests/support/" not in name:
            return f"{name[len(ROOT) + 1 :]}:{frame.f_lineno}"
        frame = frame.f_back
    return "a library"


class Origins:
    """Remembers the line that started each thread and process and opened each file."""

    def __init__(self) -> None:
        self.processes: dict[int, str] = {}
        self.files: dict[str, str] = {}

    def install(self) -> None:
        """Wrap the three ways to start something; listen to opened files."""
        self._wrap(threading.Thread, "start", lambda thread, where: setattr(thread, "_began_at", where))
        self._wrap(subprocess.Popen, "__init__", self._note_process)
        self._wrap(multiprocessing.process.BaseProcess, "start", self._note_process)
        sys.addaudithook(self._note_file)

    @staticmethod
    def _wrap(owner: type, name: str, note: Callable[[Any, str], None]) -> None:
        original = getattr(owner, name)

        @functools.wraps(original)
        def wrapped(self: Any, *args: Any, **named: Any) -> Any:
            note(self, where := _our_line(sys._getframe(1)))
            result = original(self, *args, **named)
            note(self, where)  # now it has a number
            return result

        setattr(owner, name, wrapped)

    def _note_process(self, process: Any, where: str) -> None:
        if (number := getattr(process, "pid", None)) is not None:
            self.processes[number] = where

    def _note_file(self, event: str, args: tuple[Any, ...]) -> None:
        if event in ("open", "sqlite3.connect") and isinstance(args[0], (str, bytes, os.PathLike)):
            where = _our_line(sys._getframe(1))
            if where != "a library":
                with suppress(OSError, ValueError):
                    self.files[os.path.realpath(os.fsdecode(args[0]))] = where


ORIGINS = Origins()


# ------------------------------------------------------------ what is there
def _children() -> frozenset[int]:
    found = set()
    for task in Path("/proc/self/task").iterdir():
        with suppress(OSError):
            found.update(int(number) for number in (task / "children").read_text().split())
    return frozenset(found)


def _files() -> frozenset[tuple[int, str]]:
    found = set()
    for name in os.listdir("/proc/self/fd"):
        with suppress(OSError):
            found.add((int(name), os.readlink(f"/proc/self/fd/{name}")))
    return frozenset(found)


def _now() -> Left:
    return Left(frozenset(threading.enumerate()), _children(), _files())


def _command(pid: int) -> str:
    with suppress(OSError):
        if words := Path(f"/proc/{pid}/cmdline").read_bytes().replace(b"\0", b" ").decode(errors="replace"):
            return words.strip()[:160]
        return Path(f"/proc/{pid}/comm").read_text().strip() + " (ended, nobody waited for it)"
    return "gone"


def _is_helper(pid: int) -> bool:
    """Python's own resource tracker and fork server live until the interpreter ends."""
    if pid == getattr(multiprocessing.resource_tracker._resource_tracker, "_pid", None):
        return True
    return "multiprocessing.forkserver" in _command(pid) or "multiprocessing.resource_tracker" in _command(
        pid
    )


def _lines(before: Left, after: Left) -> Iterator[str]:
    for thread in after.threads - before.threads:
        if thread.is_alive() and not KNOWN_THREADS.search(thread.name):
            yield f"thread “{thread.name}” still runs, started at {getattr(thread, '_began_at', 'a library')}"
    for pid in after.children - before.children:
        if not _is_helper(pid) and (command := _command(pid)) != "gone":
            yield f"process {pid} “{command}” is left, started at {ORIGINS.processes.get(pid, 'a library')}"
    for number, target in after.files - before.files:
        if not KNOWN_FILES.search(target) and not _is_trackers_pipe(number):
            where = ORIGINS.files.get(target.removesuffix(" (deleted)"), "a library")
            yield f"file {number} “{target}” is open, opened at {where}"


def _is_trackers_pipe(number: int) -> bool:
    return number == getattr(multiprocessing.resource_tracker._resource_tracker, "_fd", None)


def what_is_left(before: Left, *, grace_s: float = GRACE_S) -> list[str]:
    """What is there now and was not `before`; what is about to end gets `grace_s` to do so."""
    if not (found := list(_lines(before, _now()))):
        return []
    gc.collect()  # cycles keep files open; the warnings of their ends fail the test by themselves
    until = time.monotonic() + grace_s
    while found and time.monotonic() < until:
        multiprocessing.active_children()  # reaps those that ended
        time.sleep(0.02)
        found = list(_lines(before, _now()))
    return sorted(found)


# ------------------------------------------------------------ around each test
class LeakHunter:
    """Fails the teardown of a test that leaves something behind."""

    def __init__(self) -> None:
        self._before = _now()
        self._kept: list[Left] = []  # what fixtures of a wider scope hold

    @pytest.hookimpl(wrapper=True, tryfirst=True)
    def pytest_runtest_setup(self) -> Generator[None]:
        """Look before anything is set up."""
        self._kept = []
        self._before = _now()
        return (yield)

    @pytest.hookimpl(wrapper=True)
    def pytest_fixture_setup(self, fixturedef: pytest.FixtureDef[Any]) -> Generator[None]:
        """Note what a fixture of a wider scope starts: it is not the test's."""
        if fixturedef.scope == "function":
            return (yield)
        start = _now()
        try:
            return (yield)
        finally:
            end = _now()
            self._kept.append(Left(*(after - before for before, after in zip(start, end, strict=True))))

    @pytest.hookimpl(wrapper=True, tryfirst=True)
    def pytest_runtest_teardown(self, item: pytest.Item) -> Generator[None]:
        """Look after everything was taken down."""
        result = yield
        before = self._before
        for kept in self._kept:
            before = Left(*(one | other for one, other in zip(before, kept, strict=True)))
        left = what_is_left(before)
        if left:
            pytest.fail(f"{item.nodeid} leaves behind:\n  " + "\n  ".join(left), pytrace=False)
        return result


# ------------------------------------------------------------ at the end
def survivors(mark: str) -> list[str]:
    """Programs of this run that still exist, with the test that was running when they were started."""
    found = []
    for folder in Path("/proc").glob("[0-9]*"):
        if folder.name == str(os.getpid()):
            continue
        with suppress(OSError):
            words = (folder / "environ").read_bytes().split(b"\0")
            if f"{MARK}={mark}".encode() in words and not _is_helper(int(folder.name)):
                tests = [
                    w.partition(b"=")[2].decode() for w in words if w.startswith(b"PYTEST_CURRENT_TEST=")
                ]
                found.append(
                    f"{_command(int(folder.name))} — {tests[0] if tests else 'started between tests'}"
                )
    return found


class SurvivorHunter:
    """Fails the run when a program that it started outlives it."""

    def __init__(self) -> None:
        self.mark = os.environ[MARK] = uuid.uuid4().hex
        self.found: list[str] = []

    @pytest.hookimpl(trylast=True)
    def pytest_sessionfinish(self, session: pytest.Session) -> None:
        """Look when all fixtures are gone."""
        until = time.monotonic() + GRACE_S
        while (found := survivors(self.mark)) and time.monotonic() < until:
            multiprocessing.active_children()
            time.sleep(0.05)
        self.found = found
        if found and session.exitstatus == 0:
            session.exitstatus = pytest.ExitCode.TESTS_FAILED

    def pytest_terminal_summary(self, terminalreporter: pytest.TerminalReporter) -> None:
        """Name them."""
        if self.found:
            terminalreporter.section("programs that outlive the tests", red=True)
            for line in self.found:
                terminalreporter.line(line)


def pytest_configure(config: pytest.Config) -> None:
    """Hunt in every process that runs tests; survivors of a parallel run are found by its controller."""
    ORIGINS.install()
    if not hasattr(config, "workerinput"):
        config.pluginmanager.register(SurvivorHunter(), "photoroll-survivor-hunter")
    config.pluginmanager.register(LeakHunter(), "photoroll-leak-hunter")
