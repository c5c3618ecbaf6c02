"""The decoders: right answers, bounded queues, and nobody blamed for another's crash."""

from __future__ import annotations

import logging
import os
import signal
import time
from collections.abc import Iterator
from pathlib import Path
from types import ModuleType

import pytest

from photoroll.core.progress import CancelToken
from photoroll.errors import Cancelled, PhotoRollError
from photoroll.workers.pool import DecoderPool, Failure

DEADLY = (
    *("segv", "kill", "abort", "exit 0", "exit 3", "half an answer"),
    *("garbage", "no pickle", "a trap", "wrong id", "too long"),
)


@pytest.fixture
def pool(jobs: ModuleType, jobs_folder: Path, tmp_path: Path) -> Iterator[DecoderPool]:
    """Two decoders that may read the jobs and the test's folder."""
    with DecoderPool(roots=[jobs_folder, tmp_path], time_limit_s=5) as made:
        yield made


def failures(outcomes) -> dict[object, Failure]:
    return {o.item: o.failure for o in outcomes if o.failure is not None}


@pytest.mark.parametrize("chunk", [1, 7, 100])
def test_every_item_has_its_own_value(pool: DecoderPool, jobs: ModuleType, chunk: int):
    outcomes = list(pool.run(jobs.double, range(50), chunk=chunk))
    assert {o.item: o.value for o in outcomes} == {n: n * 2 for n in range(50)}
    assert len(outcomes) == 50
    assert failures(outcomes) == {}


def test_the_decoders_are_sealed(pool: DecoderPool):
    assert [(state.level, state.role) for state in pool.seals()] == [("sealed", "decoder")] * 2


def test_items_are_taken_lazily_and_only_so_many_are_in_flight(pool: DecoderPool, jobs: ModuleType):
    taken = 0

    def endless() -> Iterator[int]:
        nonlocal taken
        while True:
            taken += 1
            yield taken

    run = pool.run(jobs.double, endless(), in_flight=6, chunk=2)
    for fetched in range(1, 41):
        next(run)
        assert taken - fetched < 6
    run.close()


def test_no_items_give_no_outcomes(pool: DecoderPool, jobs: ModuleType):
    assert list(pool.run(jobs.double, [])) == []


@pytest.mark.parametrize("deed", DEADLY)
def test_a_crash_is_laid_to_its_own_item_only(pool: DecoderPool, jobs: ModuleType, deed: str):
    items = [1, 2, 3, deed, 4, 5, 6, 7, 8, 9]
    outcomes = list(pool.run(jobs.do, items, chunk=4))
    assert failures(outcomes) == {
        deed: Failure(code="crash", reason="Reading it made the decoder crash", tries=2)
    }
    assert sorted(o.value for o in outcomes if o.failure is None) == list(range(1, 10))
    assert not Path(jobs.TRAP).exists(), "an answer ran code in the app"


def test_many_crashes_in_a_row_leave_everybody_else_alone(pool: DecoderPool, jobs: ModuleType):
    items = [item for n in range(12) for item in (n, "segv" if n % 3 == 0 else f"photo {n}")]
    outcomes = list(pool.run(jobs.do, items, chunk=5))
    assert sorted(str(o.item) for o in outcomes) == sorted(map(str, items))
    assert {o.failure.code for o in outcomes if o.item == "segv"} == {"crash"}
    assert all(o.value == o.item for o in outcomes if o.item != "segv")


@pytest.mark.parametrize("deed", ["hang", "spin", "silence"])
def test_what_takes_too_long_is_stopped(jobs: ModuleType, jobs_folder: Path, deed: str):
    with DecoderPool(roots=[jobs_folder], time_limit_s=0.5) as pool:
        pool.seals()
        start = time.monotonic()
        outcomes = list(pool.run(jobs.do, [1, deed, 2, 3, 4], chunk=3))
    assert failures(outcomes) == {
        deed: Failure(code="timeout", reason="Reading it took longer than 0.5 seconds", tries=2)
    }
    assert sorted(o.value for o in outcomes if o.failure is None) == [1, 2, 3, 4]
    assert time.monotonic() - start < 20


def test_the_time_limit_counts_for_each_item_of_a_chunk(jobs: ModuleType, jobs_folder: Path):
    with DecoderPool(roots=[jobs_folder], workers=1, time_limit_s=1.0) as pool:
        outcomes = list(pool.run(jobs.sleep, [0.3] * 6, chunk=6))
    assert failures(outcomes) == {}


def test_a_slow_reader_of_outcomes_is_not_taken_for_a_slow_decoder(jobs: ModuleType, jobs_folder: Path):
    with DecoderPool(roots=[jobs_folder], workers=1, time_limit_s=0.5) as pool:
        pool.seals()
        run = pool.run(jobs.large, [400_000] * 6)
        outcomes = [next(run)]
        time.sleep(1.2)  # meanwhile the decoder cannot get rid of its answer
        outcomes += run
    assert failures(outcomes) == {}


def test_a_memory_bomb_is_found_out(pool: DecoderPool, jobs: ModuleType):
    outcomes = list(pool.run(jobs.do, ["a", "bomb", "b"], chunk=3))
    assert {item: (f.code, f.tries) for item, f in failures(outcomes).items()} == {"bomb": ("memory", 2)}


@pytest.mark.parametrize(
    ("deed", "code"),
    [
        ("damaged", "damaged"),
        ("unsupported", "unsupported"),
        ("bug", "bug"),
        ("lambda", "bug"),
        ("not found", "bug"),
    ],
)
def test_clean_errors_are_tried_once(
    pool: DecoderPool, jobs: ModuleType, caplog: pytest.LogCaptureFixture, deed: str, code: str
):
    with caplog.at_level(logging.ERROR):
        (outcome,) = pool.run(jobs.do, [deed])
    assert outcome.failure is not None
    assert (outcome.failure.code, outcome.failure.tries) == (code, 1)
    assert outcome.failure.reason
    assert bool(caplog.records) == (code == "bug"), "bugs are logged, unreadable photos are not"


def test_the_second_try_counts(jobs: ModuleType, jobs_folder: Path):
    with DecoderPool(roots=[jobs_folder], workers=1) as pool:
        (first,) = pool.run(jobs.process_id, [0])
        outcomes = list(pool.run(jobs.crash_in, [first.value, -1, -2], chunk=3))
    assert failures(outcomes) == {}
    assert [o.value for o in outcomes] == ["survived"] * 3


def test_a_decoder_killed_while_idle_is_replaced(pool: DecoderPool, jobs: ModuleType):
    pool.seals()
    pids = {o.value for o in pool.run(jobs.process_id, range(8))}
    for pid in pids:
        os.kill(pid, signal.SIGKILL)
    outcomes = list(pool.run(jobs.process_id, range(8)))
    assert failures(outcomes) == {}
    assert pids.isdisjoint(o.value for o in outcomes)


def test_only_the_roots_can_be_read(pool: DecoderPool, jobs: ModuleType, tmp_path: Path):
    inside, link = tmp_path / "a.jpg", tmp_path / "link.jpg"
    inside.write_bytes(b"a photo")
    link.symlink_to("/etc/passwd")
    by_path = {o.item: o for o in pool.run(jobs.read, [inside, link, Path("/etc/passwd")])}
    assert by_path[inside].value == b"a photo"
    assert "Permission denied" in by_path[link].failure.reason
    assert "Permission denied" in by_path[Path("/etc/passwd")].failure.reason


def test_decoders_are_recycled_without_losing_an_item(jobs: ModuleType, jobs_folder: Path):
    with DecoderPool(roots=[jobs_folder], workers=1, recycle_after=10) as pool:
        outcomes = list(pool.run(jobs.process_id, range(40), chunk=5))
    assert len(outcomes) == 40
    assert len({o.value for o in outcomes}) >= 3


def test_cancel_stops_soon_and_the_pool_still_works(pool: DecoderPool, jobs: ModuleType):
    token = CancelToken()
    run = pool.run(jobs.double, range(10_000), token=token, chunk=3)
    next(run)
    token.cancel()
    with pytest.raises(Cancelled):
        list(run)
    again = list(pool.run(jobs.double, range(100, 110)))
    assert {o.item: o.value for o in again} == {n: n * 2 for n in range(100, 110)}


def test_cancel_does_not_wait_for_a_hanging_photo(jobs: ModuleType, jobs_folder: Path):
    import threading

    token = CancelToken()
    with DecoderPool(roots=[jobs_folder], workers=1, time_limit_s=60) as pool:
        pool.seals()
        timer = threading.Timer(0.3, token.cancel)
        timer.start()
        start = time.monotonic()
        with pytest.raises(Cancelled):
            list(pool.run(jobs.do, ["hang"], token=token))
        timer.join()
    assert time.monotonic() - start < 10


def test_an_abandoned_run_does_not_reach_the_next(pool: DecoderPool, jobs: ModuleType):
    run = pool.run(jobs.double, range(1000), chunk=10)
    next(run)
    run.close()
    assert {o.item: o.value for o in pool.run(jobs.double, [7, 8])} == {7: 14, 8: 16}


def test_two_runs_at_once_are_refused(pool: DecoderPool, jobs: ModuleType):
    run = pool.run(jobs.double, range(5))
    next(run)
    with pytest.raises(RuntimeError, match="another run"):
        next(pool.run(jobs.double, range(5)))
    run.close()


def test_decoders_that_never_start_are_said(jobs: ModuleType, jobs_folder: Path):
    with DecoderPool(roots=[jobs_folder], workers=1, warm_up=jobs.crash_at_start) as pool:
        with pytest.raises(PhotoRollError, match="could not be started"):
            list(pool.run(jobs.double, [1]))
        with pytest.raises(PhotoRollError, match="could not be started"):
            pool.seals()


def test_large_answers_and_large_items_cross_at_once(pool: DecoderPool, jobs: ModuleType):
    items = [os.urandom(300_000) for _ in range(12)]
    outcomes = list(pool.run(jobs.double, items, chunk=2))
    assert sorted(o.value for o in outcomes) == sorted(item * 2 for item in items)


def test_closing_ends_every_decoder_even_a_hanging_one(jobs: ModuleType, jobs_folder: Path):
    pool = DecoderPool(roots=[jobs_folder], time_limit_s=60)
    pids = {o.value for o in pool.run(jobs.process_id, range(8))}
    run = pool.run(jobs.do, [0, "spin", "hang"])
    next(run)
    pool.close()
    for pid in pids:
        with pytest.raises(ProcessLookupError):
            os.kill(pid, 0)
    with pytest.raises(RuntimeError, match="closed"):
        next(pool.run(jobs.double, [1]))


def test_wrong_parameters_are_mistakes_of_ours(tmp_path: Path):
    with pytest.raises(ValueError, match="positive"):
        DecoderPool(roots=[tmp_path], workers=0)
