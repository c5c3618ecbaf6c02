"""Single photos on demand, for tests and examples."""

from __future__ import annotations

import os
import random
from datetime import UTC, datetime
from pathlib import Path

from photoroll.core.models import GeoPoint
from photoroll.demo.devices import household_devices
from photoroll.demo.encode import encoded, turned
from photoroll.demo.exif import Tags, exposure_value, utc_of_wall
from photoroll.demo.models import CameraTruth, Look, Scene
from photoroll.demo.scenes import draw

_CONTAINERS = {".jpg": "JPEG", ".jpeg": "JPEG", ".png": "PNG", ".heic": "HEIC", ".heif": "HEIC"}


def a_camera(name: str = "anna-phone") -> CameraTruth:
    """Give a device of the demo household: ``anna-phone``, ``ben-phone``, ``ben-camera``, ``old-camera``."""
    devices = {device.id: device for device in household_devices(random.Random(0), wrong_clock=False)}
    return devices[name]


def draw_photo(
    path: Path,
    *,
    taken: datetime | None = None,
    offset_min: int | None = None,
    point: GeoPoint | tuple[float, float] | None = None,
    scene: Scene | str = Scene.MEADOW,
    size: tuple[int, int] = (640, 480),
    seed: int = 0,
    scene_seed: int | None = None,
    orientation: int = 1,
    sharp: bool = True,
    look: Look = Look.PHOTO,
    camera: str | None = "anna-phone",
    exif: bool = True,
) -> Path:
    """Draw one photo into a file and give its path; parent folders are made.

    The suffix chooses JPEG, PNG or HEIC. ``size`` is upright width and height; the file's pixels are turned
    for ``orientation`` (1, 3, 6 or 8). ``taken`` is wall-clock time and the file's modification time (as UTC
    where ``offset_min`` is unknown). ``scene_seed`` chooses the subject, ``seed`` the moment.
    """
    subject, moved = (seed, False) if scene_seed is None else (scene_seed, True)
    pixels = draw(Scene(scene), *size, scene_seed=subject, seed=seed, look=look, sharp=sharp, moved=moved)
    tags = Tags(
        taken=taken,
        offset_min=offset_min,
        subsec=taken is not None and taken.microsecond > 0,
        point=GeoPoint(*point) if isinstance(point, tuple) else point,
        utc=utc_of_wall(taken, offset_min) if taken and offset_min is not None else None,
        camera=a_camera(camera) if camera is not None else None,
        orientation=orientation,
        exposure_value=exposure_value(Scene(scene), 30.0),
        size=size,
    )
    data = encoded(turned(pixels, orientation), _CONTAINERS[path.suffix.lower()], tags if exif else None)
    return _written(path, data, taken, offset_min or 0)


def _written(path: Path, data: bytes, taken: datetime | None, offset_min: int) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(data)
    if taken is not None:
        moment = utc_of_wall(taken, offset_min).replace(tzinfo=UTC).timestamp()
        os.utime(path, (moment, moment))
    return path
