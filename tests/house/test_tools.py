"""Lint, format and types: the same tools and settings as at the keyboard."""

from __future__ import annotations

import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from tests.support.source import ROOT


def run(*command: str, timeout_s: float = 280) -> str:
    """Run one tool in the checkout; its words, when it complains, are the message of the failure."""
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=timeout_s, check=False)
    assert done.returncode == 0, done.stdout[-6000:] + done.stderr[-2000:]
    return done.stdout


def test_lint_is_clean():
    run(sys.executable, "-m", "ruff", "check", "--no-cache", ".")


def test_everything_is_formatted():
    run(sys.executable, "-m", "ruff", "format", "--check", "--no-cache", ".")


@pytest.mark.timeout(300)
def test_types_are_strict_and_right(tmp_path: Path):
    assert "Success" in run(sys.executable, "-m", "mypy", "--cache-dir", str(tmp_path / "cache"))


@pytest.mark.parametrize("script", ["photoroll.sh", ".ci/run", "packaging/try-fresh.sh"])
def test_scripts_parse_and_may_be_run(script: str):
    first = (ROOT / script).read_text("utf-8").splitlines()[0]
    shell = shutil.which(first.removeprefix("#!/usr/bin/env ").removeprefix("#!/bin/"))
    assert shell is not None
    run(shell, "-n", script, timeout_s=30)
    assert (ROOT / script).stat().st_mode & 0o111
