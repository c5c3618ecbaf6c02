"""One small organized library for all command-line tests that only read, and a way to run commands."""

import json
import shutil
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path

import pytest

from photoroll.cli.main import run
from photoroll.demo.helpers import draw_photo

HOME = (48.2082, 16.3738)
LISBON = (38.7139, -9.1394)


@dataclass(frozen=True)
class Result:
    """What a command gave."""

    code: int
    out: str
    err: str

    @property
    def objects(self) -> list[dict]:
        """The JSON objects on stdout; anything else there is an error."""
        return [json.loads(line) for line in self.out.splitlines()]

    @property
    def object(self) -> dict:
        """The only one."""
        (only,) = self.objects
        return only


Command = Callable[..., Result]


@pytest.fixture
def command(capfdbinary: pytest.CaptureFixture[bytes]) -> Command:
    """Run a command line in this process and give what it printed."""

    def call(*arguments: object) -> Result:
        capfdbinary.readouterr()
        code = run([str(one) for one in arguments])
        out, err = capfdbinary.readouterr()
        return Result(code, out.decode(), err.decode())

    return call


@dataclass(frozen=True)
class Made:
    """A folder of photos with a known story, and the library that holds it."""

    photos: Path
    library: Path


@pytest.fixture(scope="session")
def story(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Eight weeks at home, then four days in Lisbon; a copy, a burst, a text file and a broken photo."""
    folder = tmp_path_factory.mktemp("story") / "photos"
    seed = 0
    for week in range(8):
        for shot in range(2):
            taken = datetime(2024, 3, 2, 15) + timedelta(weeks=week, minutes=9 * shot)
            seed += 1
            draw_photo(
                folder / "home" / f"h{seed:02}.jpg",
                taken=taken,
                offset_min=60,
                point=HOME,
                seed=seed,
                size=(320, 240),
            )
    for day in range(4):
        for shot, scene in enumerate(("beach", "city-day", "sunset")):
            taken = datetime(2024, 5, 16, 10) + timedelta(days=day, hours=3 * shot)
            seed += 1
            draw_photo(
                folder / "lisbon" / f"l{seed:02}.jpg",
                taken=taken,
                offset_min=60,
                point=LISBON,
                scene=scene,
                seed=seed,
                size=(960, 640),
            )
    burst = datetime(2024, 5, 17, 12, 0, 0)
    for shot in range(3):
        taken = burst + timedelta(seconds=shot)
        draw_photo(
            folder / "lisbon" / f"b{shot}.jpg",
            taken=taken,
            offset_min=60,
            point=LISBON,
            scene="flowers",
            seed=shot,
            scene_seed=5,
            size=(960, 640),
            sharp=shot == 1,
        )
    shutil.copy(folder / "lisbon" / "b1.jpg", folder / "home" / "copy of b1.jpg")
    (folder / "notes.txt").write_text("milk, bread")
    (folder / "broken.jpg").write_bytes((folder / "home" / "h01.jpg").read_bytes()[:900])
    return folder


@pytest.fixture(scope="session")
def organized(story: Path, tmp_path_factory: pytest.TempPathFactory) -> Made:
    """The story, organized once; tests that write take :func:`own_copy`."""
    library = tmp_path_factory.mktemp("organized") / "library"
    assert run(["organize", str(story), "--library", str(library), "--quiet"]) == 3  # one photo is broken
    return Made(story, library)


@pytest.fixture
def own_copy(organized: Made, tmp_path: Path) -> Made:
    """A copy of the library that the test may change; the photos stay where they are."""
    library = tmp_path / "library"
    shutil.copytree(organized.library, library)
    return Made(organized.photos, library)
