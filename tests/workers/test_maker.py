"""The maker: writes into the one file that it is handed, and nowhere else."""

from __future__ import annotations

import os
import time
from collections.abc import Iterator
from pathlib import Path
from threading import Timer
from types import ModuleType

import pytest

from photoroll.core.progress import CancelToken
from photoroll.errors import Cancelled, CannotMake, NotFound
from photoroll.workers.maker import Maker


@pytest.fixture
def maker(jobs: ModuleType, jobs_folder: Path) -> Iterator[Maker]:
    """A maker that may read the jobs."""
    with Maker(roots=[jobs_folder]) as made:
        yield made


@pytest.fixture
def target(tmp_path: Path) -> Iterator[int]:
    """An open file to be written."""
    descriptor = os.open(tmp_path / "out", os.O_RDWR | os.O_CREAT)
    yield descriptor
    os.close(descriptor)


def test_it_writes_and_reports(maker: Maker, jobs: ModuleType, target: int, tmp_path: Path):
    seen: list[float] = []
    document = {"bytes": b"picture ", "times": 5, "pause_s": 0.06}
    assert maker.make(jobs.write, document, target, progress=seen.append) == {"written": 40}
    assert (tmp_path / "out").read_bytes() == b"picture " * 5
    assert seen == sorted(seen)
    assert seen[-1] == 1.0
    assert len(seen) >= 3
    assert maker.seal().level == "sealed"


@pytest.mark.parametrize("flags", [os.O_WRONLY, os.O_RDWR])
def test_it_may_go_back_and_cut(maker: Maker, jobs: ModuleType, tmp_path: Path, flags: int):
    descriptor = os.open(tmp_path / "cut", flags | os.O_CREAT)
    try:
        maker.make(jobs.patch, b"ab", descriptor)
    finally:
        os.close(descriptor)
    assert (tmp_path / "cut").read_bytes() == b"01ab45"


def test_it_makes_several_one_after_another_in_one_process(maker: Maker, jobs: ModuleType, tmp_path: Path):
    for number in range(3):
        descriptor = os.open(tmp_path / str(number), os.O_WRONLY | os.O_CREAT)
        try:
            maker.make(jobs.write, {"bytes": str(number).encode(), "times": 1}, descriptor)
        finally:
            os.close(descriptor)
        assert (tmp_path / str(number)).read_text() == str(number)


def test_it_can_write_nowhere_else(maker: Maker, jobs: ModuleType, target: int, tmp_path: Path):
    with pytest.raises(RuntimeError, match="PermissionError"):
        maker.make(jobs.write_elsewhere, str(tmp_path / "elsewhere"), target)
    assert not (tmp_path / "elsewhere").exists()


@pytest.mark.parametrize("deed", ["segv", "exit 0", "garbage", "a trap", "half an answer"])
def test_a_crash_is_told_in_a_sentence_and_the_next_work_goes_on(
    maker: Maker, jobs: ModuleType, target: int, deed: str
):
    with pytest.raises(CannotMake, match="The helper that makes pictures crashed"):
        maker.make(jobs.make, deed, target)
    assert maker.make(jobs.write, {"bytes": b"x", "times": 1}, target) == {"written": 1}
    assert not Path(jobs.TRAP).exists()


def test_our_errors_travel_whole(maker: Maker, jobs: ModuleType, target: int):
    with pytest.raises(NotFound, match="Nothing answers to this") as caught:
        maker.make(jobs.make, "not found", target)
    assert caught.value.path == Path("/x/y")


@pytest.mark.parametrize(("deed", "words"), [("damaged", "could not be read"), ("bomb", "more memory")])
def test_what_cannot_be_made_is_said(maker: Maker, jobs: ModuleType, target: int, deed: str, words: str):
    with pytest.raises(CannotMake, match=words):
        maker.make(jobs.make, deed, target)


def test_cancel_kills_it_at_once(maker: Maker, jobs: ModuleType, target: int):
    maker.seal()
    token = CancelToken()
    timer = Timer(0.3, token.cancel)
    timer.start()
    start = time.monotonic()
    with pytest.raises(Cancelled):
        maker.make(jobs.write_for_ever, None, target, token=token)
    timer.join()
    assert time.monotonic() - start < 20
    size = os.fstat(target).st_size
    time.sleep(0.1)
    assert os.fstat(target).st_size == size, "somebody still writes"


def test_a_time_limit_holds(maker: Maker, jobs: ModuleType, target: int):
    maker.seal()
    with pytest.raises(CannotMake, match="too long"):
        maker.make(jobs.make, "hang", target, time_limit_s=0.3)


def test_a_maker_that_cannot_start_is_said(jobs: ModuleType, jobs_folder: Path, target: int):
    with (
        Maker(roots=[jobs_folder], warm_up=jobs.crash_at_start) as maker,
        pytest.raises(CannotMake, match="could not be started"),
    ):
        maker.make(jobs.write, {"bytes": b"", "times": 1}, target)


def test_a_full_disk_is_said_as_such(maker: Maker, jobs: ModuleType):
    with open("/dev/full", "wb") as full, pytest.raises(CannotMake, match="disk is full"):
        maker.make(jobs.write, {"bytes": b"x" * 100_000, "times": 3}, full.fileno())
