"""Compute: pure functions on values in a process without files."""

from __future__ import annotations

import pkgutil
import threading
import time
from collections.abc import Iterator
from pathlib import Path
from types import ModuleType

import pytest

import photoroll.core
from photoroll.core.progress import CancelToken
from photoroll.errors import Cancelled, NotFound, PhotoRollError
from photoroll.workers.compute import Compute, Loaded

LIBRARIES = (
    *(
        "scipy.cluster.hierarchy",
        "scipy.spatial",
        "sklearn.cluster",
        "sklearn.linear_model",
        "sklearn.neighbors",
    ),
)


@pytest.fixture
def compute(jobs: ModuleType) -> Iterator[Compute]:
    """Compute with the jobs imported and one resource loaded."""
    with Compute(preload=[jobs.load_names], modules=["worker_jobs"]) as made:
        yield made


def test_clustering_works_behind_the_seal(jobs: ModuleType):
    with Compute(modules=["worker_jobs", *LIBRARIES]) as compute:
        assert compute.seal().level == "sealed", compute.seal().describe()
        labels, kinds, near = compute.run(jobs.clusters, 1)
    assert labels.shape == (60,)
    assert kinds == [2, 2, 2, 2]
    assert near.shape == (60, 2)


def test_core_and_what_its_functions_import_are_loaded_before_the_seal(jobs: ModuleType):
    names = [info.name for info in pkgutil.walk_packages(photoroll.core.__path__, "photoroll.core.")]
    assert names
    with Compute(modules=["worker_jobs", "photoroll.core"]) as compute:
        assert compute.seal().level == "sealed", compute.seal().describe()
        assert compute.run(jobs.not_loaded, [*names, "numpy"]) == []


def test_arguments_and_results_travel(compute: Compute, jobs: ModuleType):
    assert compute.run(jobs.double, 21) == 42
    assert compute.run(jobs.double, "ab") == "abab"


def test_a_loaded_resource_is_an_argument(compute: Compute, jobs: ModuleType):
    assert compute.run(jobs.length_of, Loaded(jobs.load_names), key="many") == 1_000_000


def test_a_resource_that_was_not_preloaded_is_a_mistake_of_ours(compute: Compute, jobs: ModuleType):
    with pytest.raises(ValueError, match="not among the preloaded"):
        compute.run(jobs.double, Loaded(jobs.never_loaded))


def test_no_file_can_be_opened(compute: Compute, jobs: ModuleType, tmp_path: Path):
    for path in ("/etc/hostname", str(tmp_path), "/dev/null", jobs.__file__):
        with pytest.raises(RuntimeError, match="PermissionError"):
            compute.run(jobs.read, path)


def test_our_errors_travel_whole(compute: Compute, jobs: ModuleType):
    with pytest.raises(NotFound, match="Nothing answers to this") as caught:
        compute.run(jobs.do, "not found")
    assert caught.value.path == Path("/x/y")


def test_a_bug_brings_its_traceback(compute: Compute, jobs: ModuleType):
    with pytest.raises(RuntimeError, match="KeyError: 'missing'"):
        compute.run(jobs.do, "bug")


@pytest.mark.parametrize("deed", ["segv", "exit 0", "garbage", "a trap", "half an answer"])
def test_a_crash_is_told_and_the_next_call_works(compute: Compute, jobs: ModuleType, deed: str):
    with pytest.raises(PhotoRollError, match="The helper that groups photos crashed"):
        compute.run(jobs.do, deed)
    assert compute.run(jobs.double, 1) == 2
    assert not Path(jobs.TRAP).exists()


def test_cancel_ends_it(compute: Compute, jobs: ModuleType):
    compute.seal()
    token = CancelToken()
    timer = threading.Timer(0.3, token.cancel)
    timer.start()
    start = time.monotonic()
    with pytest.raises(Cancelled):
        compute.run_until(token, jobs.do, "hang")
    timer.join()
    assert time.monotonic() - start < 20
    assert compute.run(jobs.double, 3) == 6


def test_calls_from_two_threads_get_their_own_answers(compute: Compute, jobs: ModuleType):
    answers: dict[int, int] = {}

    def ask(number: int) -> None:
        answers[number] = compute.run(jobs.double, number)

    threads = [threading.Thread(target=ask, args=(n,)) for n in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert answers == {n: 2 * n for n in range(8)}


def test_a_large_array_crosses_both_ways(compute: Compute, jobs: ModuleType):
    import numpy as np

    features = np.random.default_rng(0).random((20_000, 431), dtype=np.float32)
    np.testing.assert_array_equal(compute.run(jobs.double, features), features * 2)
