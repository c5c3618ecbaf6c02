"""Writes a planned library into a folder, on several cores, and tells the truth about it as JSON."""

from __future__ import annotations

import dataclasses
import multiprocessing
import os
from collections.abc import Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor, as_completed
from datetime import UTC, datetime
from enum import Enum
from pathlib import Path

from photoroll.core.models import Json
from photoroll.core.progress import Progress
from photoroll.demo.encode import file_bytes, modified_at
from photoroll.demo.faults import NO_DATE, NO_PICTURE
from photoroll.demo.models import CameraTruth, Plan, PlannedPhoto
from photoroll.errors import PhotoRollError

SIZE = (640, 480)
_CHUNK = 16

_Task = tuple[Sequence[tuple[PlannedPhoto, CameraTruth]], str, tuple[int, int], bool, float]


def write_library(
    plan: Plan, folder: Path, *, size: tuple[int, int] = SIZE, tiny: bool = False, jobs: int = 2
) -> Iterator[Progress]:
    """Draw and write every file of a plan into ``folder``; existing files are never replaced.

    The same plan and size give the same bytes and modification times, whatever the number of jobs. Stopping
    the generator early stops the work. Raises :exc:`PhotoRollError` where the folder holds files already.
    """
    _check(folder)
    folder.mkdir(parents=True, exist_ok=True)
    for parent in sorted({Path(photo.path).parent for photo in plan.photos}):
        (folder / parent).mkdir(parents=True, exist_ok=True)
    tasks = _tasks(plan, folder, size, tiny=tiny)
    total, done = len(plan.photos), 0
    for count in _done(tasks, jobs):
        done += count
        yield Progress(phase="Drawing photos", done=done, total=total)


def _check(folder: Path) -> None:
    if folder.exists() and not folder.is_dir():
        raise PhotoRollError("A file is where the demo folder should be", "Choose another name.", path=folder)
    if folder.is_dir() and any(folder.iterdir()):
        raise PhotoRollError(
            "The folder is not empty", "Choose a new or empty folder for the demo.", path=folder
        )


def _tasks(plan: Plan, folder: Path, size: tuple[int, int], *, tiny: bool) -> list[_Task]:
    cameras = {camera.id: camera for camera in plan.cameras}
    # Copies are drawn again as their originals were: no file depends on another.
    pairs = [(_source(plan, photo), cameras[photo.camera]) for photo in plan.photos]
    end = plan.end.replace(tzinfo=UTC).timestamp()
    chunk = _CHUNK * 8 if tiny else _CHUNK
    return [(pairs[k : k + chunk], str(folder), size, tiny, end) for k in range(0, len(pairs), chunk)]


def _source(plan: Plan, photo: PlannedPhoto) -> PlannedPhoto:
    """Give a copy the seed of its original, whose pixels it has."""
    if photo.copy_of is None:
        return photo
    original = plan.original(photo)
    return dataclasses.replace(photo, seed=original.seed, copy_of=None)


def _done(tasks: Sequence[_Task], jobs: int) -> Iterator[int]:
    if jobs <= 1 or len(tasks) <= 1:
        yield from map(_write, tasks)
        return
    context = multiprocessing.get_context("spawn")  # never fork: the caller may have threads
    with ProcessPoolExecutor(min(jobs, len(tasks)), mp_context=context) as pool:
        futures = [pool.submit(_write, task) for task in tasks]
        try:
            for future in as_completed(futures):
                yield future.result()
        finally:
            for future in futures:
                future.cancel()


def _write(task: _Task) -> int:
    pairs, folder, size, tiny, end = task
    for photo, camera in pairs:
        path = Path(folder, photo.path)
        with path.open("xb") as file:
            file.write(file_bytes(photo, camera, size=size, tiny=tiny))
        moment = round(modified_at(photo, library_end_s=end) * 1000) * 1_000_000
        os.utime(path, ns=(moment, moment))
    return len(pairs)


def truth(plan: Plan) -> dict[str, Json]:
    """Give all that is true about a library, ready for JSON; kept beside the photos' folder, never inside."""
    return {
        "seed": plan.seed,
        "style": plan.style.value,
        "start": plan.start.isoformat(),
        "end": plan.end.isoformat(),
        "photos": [_photo_truth(photo) for photo in plan.photos],
        "events": [_plain(event) for event in plan.events],
        "trips": [_plain(trip) for trip in plan.trips],
        "days_out": list(plan.days_out),
        "homes": [_plain(home) for home in plan.homes],
        "places": [_plain(place) for place in plan.places],
        "cameras": [_plain(camera) for camera in plan.cameras],
    }


def _photo_truth(photo: PlannedPhoto) -> Json:
    found = _plain(photo)
    assert isinstance(found, dict)
    readable = photo.fault not in NO_PICTURE
    dated = photo.has_exif and photo.fault not in NO_DATE
    return {**found, "readable": readable, "exif_date": photo.camera_wall.isoformat() if dated else None}


def _plain(value: object) -> Json:
    if (
        value is None
        or isinstance(value, bool | int | float)
        or (isinstance(value, str) and not isinstance(value, Enum))
    ):
        return value
    if isinstance(value, Enum):
        return str(value.value)
    if isinstance(value, datetime):
        return value.isoformat(timespec="milliseconds")
    if isinstance(value, tuple):
        return [_plain(item) for item in value]
    if dataclasses.is_dataclass(value):
        return {field.name: _plain(getattr(value, field.name)) for field in dataclasses.fields(value)}
    raise TypeError(f"No JSON for {type(value).__name__}")
