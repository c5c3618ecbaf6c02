"""From a planned photo to the bytes of its file: drawn, turned, encoded, tagged, broken; deterministic."""

from __future__ import annotations

import random
from datetime import UTC, timedelta
from functools import cache
from io import BytesIO
from typing import TYPE_CHECKING

from photoroll.demo.exif import Tags, exif_bytes, exposure_value, utc_of_wall
from photoroll.demo.faults import IMPOSSIBLE_DATES, broken
from photoroll.demo.models import CameraTruth, CopyKind, Fault, Look, PlannedPhoto, Scene
from photoroll.demo.scenes import draw

if TYPE_CHECKING:
    from PIL import Image

    from photoroll.demo.scenes import Picture

JPEG_QUALITY = 86
PREVIEW = (160, 120)
TINY = (64, 48)
EDITOR = "PhotoRoll demo editor"
_TURNS = {1: 0, 3: 2, 6: 1, 8: -1}
_TINY_VARIANTS = 5


def pixel_size(photo: PlannedPhoto, size: tuple[int, int]) -> tuple[int, int]:
    """Give width and height, upright, for a nominal size such as 640x480; even numbers."""
    long = max(size)
    if photo.look is Look.PANORAMA:
        long = round(long * 1.5)
    wide, high = (long, long / photo.aspect) if photo.aspect >= 1 else (long * photo.aspect, long)
    return max(8, round(wide / 2) * 2), max(8, round(high / 2) * 2)


def file_bytes(
    photo: PlannedPhoto, camera: CameraTruth, *, size: tuple[int, int], tiny: bool = False
) -> bytes:
    """Give the whole file of one planned photo.

    ``tiny`` files carry full EXIF but 64x48 pixels of one of a few pictures a scene: for metadata at scale.
    """
    if photo.fault in (Fault.EMPTY, Fault.TEXT, Fault.BOMB):
        return broken(b"", photo.fault)
    pixels = _tiny(photo) if tiny else _drawn(photo, *pixel_size(photo, size))
    if photo.copy_kind is CopyKind.EDITED:
        pixels = _edited(pixels)
    data = encoded(turned(pixels, photo.orientation), photo.container, tags_of(photo, camera, pixels))
    return broken(data, photo.fault) if photo.fault is not None else data


def _drawn(photo: PlannedPhoto, width: int, height: int) -> Picture:
    return draw(
        photo.scene,
        width,
        height,
        scene_seed=photo.scene_seed,
        seed=photo.seed,
        look=photo.look,
        sharp=photo.best,
        moved=photo.burst is not None,
    )


def _tiny(photo: PlannedPhoto) -> Picture:
    import numpy as np

    pixels = _small_scene(photo.scene, photo.scene_seed % _TINY_VARIANTS, photo.aspect < 1).copy()
    mark = random.Random(photo.seed)
    row, column = mark.randrange(pixels.shape[0] - 2), mark.randrange(pixels.shape[1] - 2)
    pixels[row : row + 2, column : column + 2] = np.array([mark.randrange(256) for _ in range(3)], np.uint8)
    return pixels


@cache
def _small_scene(scene: Scene, variant: int, upright: bool) -> Picture:  # noqa: FBT001 - a key of the cache
    width, height = TINY[::-1] if upright else TINY
    return draw(scene, width, height, scene_seed=1000 + variant, seed=variant)


def turned(pixels: Picture, orientation: int) -> Picture:
    """Turn upright pixels so that a viewer who obeys the orientation sees them upright again."""
    import numpy as np

    return np.ascontiguousarray(np.rot90(pixels, _TURNS[orientation]))


def _edited(pixels: Picture) -> Picture:
    """Crop by a twentieth and make the picture brighter and warmer, as editing programs are used."""
    import cv2
    import numpy as np

    height, width = pixels.shape[:2]
    top, left = height // 20, width // 24
    cut = cv2.resize(pixels[top:, left : width - left // 2], (width, height), interpolation=cv2.INTER_CUBIC)
    tone = np.clip(np.linspace(0, 1, 256) ** 0.9 * 255 * 1.04, 0, 255).astype(np.uint8)
    found: Picture = tone[cut]
    return found


def tags_of(photo: PlannedPhoto, camera: CameraTruth, pixels: Picture) -> Tags | None:
    """Give what the camera writes about a planned photo; ``None`` for files without EXIF."""
    if not photo.has_exif:
        return None
    impossible = IMPOSSIBLE_DATES[photo.seed % len(IMPOSSIBLE_DATES)]
    return Tags(
        taken=photo.camera_wall,
        taken_text=impossible if photo.fault is Fault.IMPOSSIBLE_DATE else None,
        offset_min=photo.utc_offset_min if camera.writes_offset else None,
        subsec=camera.writes_subsec,
        point=photo.gps,
        utc=None if photo.fault is Fault.IMPOSSIBLE_DATE else utc_of_wall(photo.wall, photo.utc_offset_min),
        camera=camera,
        orientation=photo.orientation,
        exposure_value=exposure_value(photo.scene, photo.sun_altitude),
        software=EDITOR if photo.copy_kind is CopyKind.EDITED else "",
        size=(pixels.shape[1], pixels.shape[0]),
    )


def encoded(pixels: Picture, container: str, tags: Tags | None) -> bytes:
    """Encode pixels as JPEG, PNG or HEIC with their EXIF; one thread, no dates, the same bytes each time."""
    from PIL import Image

    picture = Image.fromarray(pixels)
    out = BytesIO()
    if container == "HEIC":
        _save_heic(picture, out, exif_bytes(tags) if tags else b"")
    elif container == "PNG":
        picture.save(out, "PNG", compress_level=3, exif=exif_bytes(tags) if tags else b"")
    else:
        data = exif_bytes(tags, _preview(picture)) if tags else b""
        picture.save(out, "JPEG", quality=JPEG_QUALITY, exif=data)
    return out.getvalue()


def _preview(picture: Image.Image) -> bytes:
    """Give the camera's small preview: 160x120 as Exif asks, stored turned like the picture itself."""
    from PIL import Image

    small = picture.copy()
    small.thumbnail(PREVIEW, Image.Resampling.BILINEAR, reducing_gap=2.0)
    frame = Image.new("RGB", PREVIEW)
    frame.paste(small, ((PREVIEW[0] - small.width) // 2, (PREVIEW[1] - small.height) // 2))
    out = BytesIO()
    frame.save(out, "JPEG", quality=75)
    return out.getvalue()


def _save_heic(picture: Image.Image, out: BytesIO, exif: bytes) -> None:
    import pillow_heif

    pillow_heif.register_heif_opener()
    picture.save(out, "HEIF", quality=70, exif=exif, enc_params={"preset": "ultrafast"})


def modified_at(photo: PlannedPhoto, *, library_end_s: float) -> float:
    """Give the file's modification time, seconds since 1970: phones keep the moment, copies do not.

    Phones and messengers write when the photo is taken or comes in; the card of the big camera keeps its own
    clock; everything from the old camera, and every backup, bears the minute of a later copy.
    """
    taken = utc_of_wall(photo.wall, photo.utc_offset_min).replace(tzinfo=UTC)
    draw_s = photo.seed % 10_000
    if photo.copy_kind is CopyKind.EDITED:
        return (taken + timedelta(days=3, seconds=draw_s)).timestamp()
    if photo.copy_kind is CopyKind.SAME or photo.camera == "old-camera":
        return library_end_s + draw_s % 60
    if not photo.has_exif and photo.look is not Look.SCREENSHOT:
        return (taken + timedelta(seconds=30 + draw_s)).timestamp()
    return (taken + (photo.camera_wall - photo.wall)).timestamp()
