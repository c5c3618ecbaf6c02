"""What every test gets: sample photos, folders of its own, a calm environment, hunters for what it leaves."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[1]
if str(ROOT) not in sys.path:  # `pytest` from anywhere; spawned children take this path over
    sys.path.insert(0, str(ROOT))

# Set before anything can load numpy, Qt or a locale: all read these once, when they are imported.
for _name in ("OPENBLAS", "OMP", "MKL", "NUMEXPR", "VECLIB_MAXIMUM", "BLIS"):
    os.environ[f"{_name}_NUM_THREADS"] = "1"
os.environ["LC_ALL"] = os.environ["LANG"] = "C.UTF-8"
os.environ["TZ"] = os.environ.get("PHOTOROLL_TEST_TZ", "UTC")
os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")

pytest_plugins = [
    "tests.support.leaks",
    "tests.support.sample_guard",
    "tests.support.skips",
    "tests.support.users",
]


def pytest_configure(config: pytest.Config) -> None:
    """Calm hypothesis: no clock limits on a busy machine, nothing written into the checkout."""
    from hypothesis import settings

    settings.register_profile("photoroll", deadline=None, max_examples=60, database=None)
    settings.load_profile("photoroll")


@pytest.fixture(scope="session")
def checkout() -> Path:
    """The folder of the project."""
    return ROOT


@pytest.fixture(scope="session")
def samples() -> Path:
    """The folder of the real sample photos; the test skips where it is not there."""
    from tests.support.sample_guard import samples_folder

    if (folder := samples_folder()) is None:
        pytest.skip("the real sample photos are not here (PHOTOROLL_SAMPLES)")
    return folder


@pytest.fixture(autouse=True)
def own_folders(monkeypatch: pytest.MonkeyPatch, next_home: Callable[[], Path]) -> Path:
    """Point HOME and the XDG folders into an empty place of this test: real ones are never touched."""
    home = next_home()
    monkeypatch.setenv("HOME", str(home))
    for name, folder in (
        ("XDG_DATA_HOME", ".local/share"),
        ("XDG_STATE_HOME", ".local/state"),
        ("XDG_CONFIG_HOME", ".config"),
        ("XDG_CACHE_HOME", ".cache"),
        ("XDG_RUNTIME_DIR", ".runtime"),
        ("XDG_PICTURES_DIR", "Pictures"),
    ):
        monkeypatch.setenv(name, str(home / folder))
    (home / ".runtime").mkdir(mode=0o700)
    (home / ".local" / "share").mkdir(parents=True)  # Qt moves nothing to the trash without it
    return home


@pytest.fixture(scope="session")
def next_home(tmp_path_factory: pytest.TempPathFactory) -> Callable[[], Path]:
    """Make a new empty home folder at each call."""
    base = tmp_path_factory.mktemp("homes")
    made = 0

    def build() -> Path:
        nonlocal made
        made += 1
        home = base / str(made)
        home.mkdir(mode=0o700)
        return home

    return build
