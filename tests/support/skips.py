"""The number of skipped tests of a whole run must be the one written in `tests/EXPECTED_SKIPS`."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from tests.support.sample_guard import samples_folder

BOOK = Path(__file__).resolve().parents[1] / "EXPECTED_SKIPS"


def read_book(text: str) -> dict[str, int]:
    """Parse lines `root: 3`; `#` begins a comment."""
    numbers = {}
    for line in text.splitlines():
        if line := line.partition("#")[0].strip():
            who, _, number = line.partition(":")
            numbers[" ".join(who.split())] = int(number)
    return numbers


def situation(*, root: bool, with_samples: bool) -> str:
    """The name of this run in the book."""
    return ("root" if root else "user") + ("" if with_samples else " without samples")


def verdict(book: dict[str, int], who: str, skipped: int) -> str | None:
    """A sentence when the number is not the expected one."""
    if who not in book:
        return f"tests/EXPECTED_SKIPS has no number for “{who}”; this run skipped {skipped}."
    if book[who] == skipped:
        return None
    return (
        f"{skipped} tests were skipped, but tests/EXPECTED_SKIPS says {book[who]} for “{who}”. "
        "Make the missing thing present, or write the new number there in the same change and say why."
    )


def is_whole_suite(config: pytest.Config) -> bool:
    """Whether everything was asked for: no path, no selection, no early end."""
    option = config.option
    chosen = option.keyword or option.markexpr or getattr(option, "deselect", None) or option.collectonly
    again = getattr(option, "lf", False) or getattr(option, "stepwise", False) or option.maxfail
    return config.args_source is pytest.Config.ArgsSource.TESTPATHS and not chosen and not again


class SkipBook:
    """Counts at the end of a whole run."""

    def __init__(self, config: pytest.Config) -> None:
        self.config = config
        self.sentence: str | None = None
        self.who = situation(root=os.geteuid() == 0, with_samples=samples_folder() is not None)

    def pytest_sessionfinish(self, session: pytest.Session) -> None:
        """Compare, unless the run already ended otherwise than by its tests."""
        if session.exitstatus not in (pytest.ExitCode.OK, pytest.ExitCode.TESTS_FAILED):
            return
        reporter = self.config.pluginmanager.get_plugin("terminalreporter")
        assert reporter is not None
        skipped = len({report.nodeid for report in reporter.stats.get("skipped", [])})
        self.sentence = verdict(read_book(BOOK.read_text("utf-8")), self.who, skipped)
        if self.sentence:
            session.exitstatus = pytest.ExitCode.TESTS_FAILED

    def pytest_terminal_summary(self, terminalreporter: pytest.TerminalReporter) -> None:
        """Say it."""
        if self.sentence:
            terminalreporter.section("skipped tests", red=True)
            terminalreporter.line(self.sentence)
        else:
            terminalreporter.line(f"skipped tests: as many as expected for “{self.who}”")


def pytest_configure(config: pytest.Config) -> None:
    """Keep the book for whole runs only, and once in a parallel run."""
    if not hasattr(config, "workerinput") and is_whole_suite(config):
        config.pluginmanager.register(SkipBook(config), "photoroll-skip-book")
