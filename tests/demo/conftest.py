from pathlib import Path

import pytest

from photoroll.demo.plan import plan_library
from photoroll.demo.write import write_library

SIZE = (160, 120)


@pytest.fixture(scope="session")
def small_plan():
    return plan_library(3, photos=200, years=2)


@pytest.fixture(scope="session")
def small_library(small_plan, tmp_path_factory) -> Path:
    folder = tmp_path_factory.mktemp("demo") / "photos"
    for _ in write_library(small_plan, folder, size=SIZE, jobs=1):
        pass
    return folder
