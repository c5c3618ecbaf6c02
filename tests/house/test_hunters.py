"""The hunters find what a test leaves behind, and name the line; the books are kept right."""

from __future__ import annotations

import os
import subprocess
import sys
import threading
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.support import leaks, sample_guard, skips

LEAKS = {
    "thread": (
        "def test_it():\n    threading.Thread(target=time.sleep, args=(9,), daemon=True, name='x').start()",
        "thread “x” still runs, started at tests/planted/test_planted.py:4",
    ),
    "process": (
        "def test_it():\n    KEPT.append(subprocess.Popen(['sleep', '9']))",
        "“sleep 9” is left, started at tests/planted/test_planted.py:4",
    ),
    "file": (
        "def test_it(tmp_path):\n    KEPT.append(os.open(tmp_path / 'x', os.O_CREAT))",
        "x” is open, opened at tests/planted/test_planted.py:4",
    ),
    "library": (
        "def test_it(tmp_path):\n    KEPT.append(sqlite3.connect(tmp_path / 'x.db'))\n"
        "    KEPT[-1].execute('create table a (b)')",
        "x.db” is open, opened at tests/planted/test_planted.py:4",
    ),
    "survivor": (
        "def test_it():\n    subprocess.run(['sh', '-c', 'sleep 9 >/dev/null 2>&1 &'])",
        "sleep 9 — tests/planted/test_planted.py::test_it",
    ),
}
HEAD = "import os, sqlite3, subprocess, threading, time\nKEPT = []\n"

# A suite of its own: the project's conftest and hunters over a folder that looks like a checkout.
SUITE = "import sys; sys.path.insert(0, '.'); import pytest; sys.exit(pytest.main(sys.argv[1:]))"


@pytest.fixture
def planted_suite(tmp_path: Path, checkout: Path) -> Callable[..., subprocess.CompletedProcess[str]]:
    """Run the hunters over one planted test file."""
    tests = tmp_path / "tests"
    (tests / "planted").mkdir(parents=True)
    (tests / "support").mkdir()
    for path in (checkout / "tests/conftest.py", *(checkout / "tests/support").glob("*.py")):
        (tmp_path / path.relative_to(checkout)).write_bytes(path.read_bytes())
    (tests / "EXPECTED_SKIPS").write_text("root without samples: 0\nuser without samples: 0\n")
    (tmp_path / "pytest.ini").write_text("[pytest]\ntestpaths = tests\n")

    def run(text: str, *options: str, **variables: str) -> subprocess.CompletedProcess[str]:
        (tests / "planted" / "test_planted.py").write_text(HEAD + text + "\n")
        inherited = {key: value for key, value in os.environ.items() if not key.startswith("PYTEST_")}
        return subprocess.run(
            [sys.executable, "-c", SUITE, "-q", "-p", "no:cacheprovider", "-p", "no:randomly", *options],
            cwd=tmp_path,
            env={
                **inherited,
                "PYTHONPATH": "",
                "PHOTOROLL_LEAK_GRACE_S": "0.7",
                "PHOTOROLL_SAMPLES": str(tmp_path / "none"),
                **variables,
            },
            capture_output=True,
            text=True,
            timeout=100,
            check=False,
        )

    return run


@pytest.mark.parametrize("kind", LEAKS)
def test_what_is_left_behind_is_named(
    kind: str, planted_suite: Callable[..., subprocess.CompletedProcess[str]]
):
    text, sentence = LEAKS[kind]
    done = planted_suite(text)
    assert sentence in done.stdout, done.stdout + done.stderr
    assert done.returncode == 1


def test_what_ends_in_time_is_no_leak(planted_suite: Callable[..., subprocess.CompletedProcess[str]]):
    done = planted_suite(
        "import pytest\n"
        "@pytest.fixture(scope='module')\ndef wide(tmp_path_factory):\n"
        "    program = subprocess.Popen(['sleep', '9'])\n    yield\n    program.kill()\n    program.wait()\n"
        "def test_one(wide):\n    threading.Thread(target=time.sleep, args=(0.3,)).start()\n"
        "def test_two(wide, tmp_path):\n    (tmp_path / 'x').write_text('x')\n"
    )
    assert done.returncode == 0, done.stdout + done.stderr


def test_a_changed_sample_fails_the_run(
    tmp_path: Path, planted_suite: Callable[..., subprocess.CompletedProcess[str]]
):
    samples = tmp_path / "photos"
    samples.mkdir()
    (samples / "a.jpg").write_bytes(b"a")
    done = planted_suite(
        f"def test_it():\n    os.utime({str(samples / 'a.jpg')!r}, (1, 1))", PHOTOROLL_SAMPLES=str(samples)
    )
    assert "a.jpg has another mtime_ns" in done.stdout, done.stdout + done.stderr
    assert done.returncode == 1


def test_every_kind_of_change_is_seen(tmp_path: Path):
    for name in ("same", "written", "gone", "mode"):
        (tmp_path / name).write_bytes(b"1234")
    before = sample_guard.picture_of(tmp_path)
    info = (tmp_path / "written").stat()
    (tmp_path / "written").write_bytes(b"1243")
    os.utime(tmp_path / "written", ns=(info.st_atime_ns, info.st_mtime_ns))  # size and time as before
    (tmp_path / "gone").unlink()
    (tmp_path / "mode").chmod(0o600)
    (tmp_path / "new").write_bytes(b"")
    found = sample_guard.differences(before, sample_guard.picture_of(tmp_path))
    assert {"gone is gone", "new is new", "written has another digest", "mode has another mode"} <= set(found)
    assert not [line for line in found if line.startswith("same")]


def test_another_number_of_skips_fails_a_whole_run(
    planted_suite: Callable[..., subprocess.CompletedProcess[str]],
):
    text = "import pytest\ndef test_it():\n    pytest.skip('for a reason')"
    whole = planted_suite(text)
    assert "1 tests were skipped, but tests/EXPECTED_SKIPS says" in whole.stdout, whole.stdout + whole.stderr
    assert whole.returncode == 1
    part = planted_suite(text, "tests/planted")
    assert part.returncode == 0, part.stdout + part.stderr
    parallel = planted_suite(text, "-n", "2")
    assert "1 tests were skipped, but" in parallel.stdout, parallel.stdout + parallel.stderr
    assert parallel.returncode == 1


def test_the_book_of_skips():
    book = skips.read_book("# why\nroot: 3  # xvfb\n\nuser without samples: 12\n")
    assert book == {"root": 3, "user without samples": 12}
    assert skips.verdict(book, skips.situation(root=True, with_samples=True), 3) is None
    assert "says 3" in (skips.verdict(book, "root", 4) or "")
    assert "no number" in (skips.verdict(book, "user", 0) or "")
    assert set(skips.read_book(skips.BOOK.read_text("utf-8"))) == {
        skips.situation(root=root, with_samples=samples)
        for root in (True, False)
        for samples in (True, False)
    }


def test_something_unended_in_this_process_is_seen():
    before = leaks._now()
    stop = threading.Event()
    thread = threading.Thread(target=stop.wait, name="here")
    thread.start()
    try:
        assert ["thread “here” still runs" in line for line in leaks.what_is_left(before, grace_s=0.1)] == [
            True
        ]
    finally:
        stop.set()
        thread.join()
    assert leaks.what_is_left(before, grace_s=0.1) == []
