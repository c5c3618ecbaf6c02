"""Draws pictures that look like photos: landscapes, towns, people, food, papers; seeded, of any size."""

from __future__ import annotations

import random
from collections.abc import Callable
from functools import cache, lru_cache
from typing import TYPE_CHECKING, Any

from photoroll.demo.models import Look, Scene
from photoroll.demo.scenes import animals, mountains, nature, paper, people, still, town
from photoroll.demo.scenes.canvas import Canvas
from photoroll.demo.scenes.effects import bloom

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    Picture = NDArray[np.uint8]
    Field = NDArray[Any]

_PAINTERS: dict[Scene, Callable[[Canvas], None]] = {
    Scene.SUNSET: nature.sunset,
    Scene.BEACH: nature.beach,
    Scene.FOREST: nature.forest,
    Scene.MEADOW: nature.meadow,
    Scene.MOUNTAIN: mountains.mountain,
    Scene.SNOW: mountains.snow,
    Scene.CITY_DAY: town.city_day,
    Scene.CITY_NIGHT: town.city_night,
    Scene.INDOOR: town.indoor,
    Scene.FOOD: still.food,
    Scene.FLOWERS: still.flowers,
    Scene.PET: animals.pet,
    Scene.PORTRAIT: people.portrait,
    Scene.GROUP: people.group,
    Scene.DOCUMENT: paper.document,
    Scene.SCREENSHOT: paper.screenshot,
}
LARGEST_ART = 1280
"""Bigger pictures are painted at this long side, enlarged, and given sensor noise at full size."""


def draw(
    scene: Scene,
    width: int,
    height: int,
    *,
    scene_seed: int,
    seed: int = 0,
    look: Look = Look.PHOTO,
    sharp: bool = True,
    moved: bool = False,
) -> Picture:
    """Draw one picture, (height, width, 3) uint8 sRGB.

    ``scene_seed`` chooses the subject, ``seed`` the moment: the same subject with another seed differs by
    noise and, with ``moved``, by a hand's small shift and turn. ``sharp=False`` blurs as shaken hands do.
    """
    import cv2
    import numpy as np

    cv2.setNumThreads(1)
    share = min(1.0, LARGEST_ART / max(width, height))
    screen = look is Look.SCREENSHOT
    pixels = _painted(scene, max(8, round(width * share)), max(8, round(height * share)), scene_seed, screen)
    moment = random.Random(seed)
    if moved:
        pixels = _shifted(pixels, moment)
    if not sharp:
        pixels = _shaken(pixels, moment)
    if look is Look.BLACK_AND_WHITE:
        grey = pixels @ np.asarray((0.30, 0.59, 0.11), np.float32)
        pixels = np.repeat(np.clip((grey - 0.5) * 1.15 + 0.5, 0, 1)[..., None], 3, axis=2)
    if share < 1:
        pixels = cv2.resize(pixels, (width, height), interpolation=cv2.INTER_CUBIC)
    return _developed(pixels, moment, noise=0.0 if screen else _noise_of(scene))


@lru_cache(maxsize=2)  # the photos of a burst are drawn one after the other
def _painted(scene: Scene, width: int, height: int, scene_seed: int, screen: bool) -> Field:  # noqa: FBT001
    """Paint a subject; the array is shared, so it is never written to again."""
    art = Canvas(width, height, random.Random(scene_seed))
    _PAINTERS[scene](art)
    if not screen:
        bloom(art)
        _grade(art)
    art.px.flags.writeable = False
    return art.px


def _noise_of(scene: Scene) -> float:
    return 0.016 if scene in (Scene.CITY_NIGHT, Scene.INDOOR) else 0.009


def _grade(art: Canvas) -> None:
    """Give the picture a lens's falling off to the corners and a gentle mood of colour."""
    import cv2

    rng = art.rng
    edge = (art.x - 0.5) ** 2 + (art.y - 0.5) ** 2
    art.lighten(1 - 0.32 * edge)
    warm, light = rng.uniform(-0.025, 0.035), rng.uniform(0.94, 1.06)
    cv2.multiply(art.px, ((1 + warm) * light, light, (1 - warm) * light, 1.0), dst=art.px)  # type: ignore[call-overload]


def _shifted(pixels: Field, moment: random.Random) -> Field:
    """Move the frame a little, as between two presses of the button."""
    import cv2

    height, width = pixels.shape[:2]
    turn = cv2.getRotationMatrix2D(
        (width / 2, height / 2), moment.gauss(0, 0.5), 1.025 + moment.uniform(0, 0.02)
    )
    turn[0, 2] += moment.gauss(0, 0.006) * width
    turn[1, 2] += moment.gauss(0, 0.006) * height
    found: Field = cv2.warpAffine(
        pixels, turn, (width, height), flags=cv2.INTER_LINEAR, borderMode=cv2.BORDER_REFLECT
    )
    return found


def _shaken(pixels: Field, moment: random.Random) -> Field:
    """Blur along a short path (camera shake), or all round (missed focus)."""
    import cv2
    import numpy as np

    unit = min(pixels.shape[:2])
    if moment.random() < 0.4:
        blurred: Field = cv2.GaussianBlur(pixels, (0, 0), unit * moment.uniform(0.004, 0.008))
        return blurred
    reach = max(3, round(unit * moment.uniform(0.012, 0.026))) | 1
    kernel = np.zeros((reach, reach), np.float32)
    rise = moment.uniform(-1, 1) * reach / 2
    middle = reach // 2
    cv2.line(kernel, (0, round(middle - rise)), (reach - 1, round(middle + rise)), 1.0, 1)
    shaken: Field = cv2.filter2D(pixels, -1, kernel / kernel.sum())
    return shaken


def _developed(pixels: Field, moment: random.Random, *, noise: float) -> Picture:
    """Add sensor noise, stronger in the shadows, and round to 8 bits."""
    import cv2
    import numpy as np

    height, width = pixels.shape[:2]
    found: Picture = np.empty((height, width, 3), np.uint8)
    tile = _grain()
    top, left = moment.randrange(_GRAIN_SIZE), moment.randrange(_GRAIN_SIZE)
    for y in range(0, height, _GRAIN_SIZE):
        for x in range(0, width, _GRAIN_SIZE):
            block = pixels[y : y + _GRAIN_SIZE, x : x + _GRAIN_SIZE]
            high, wide = block.shape[:2]
            noisy = cv2.scaleAdd(tile[top : top + high, left : left + wide], noise, block)
            found[y : y + high, x : x + wide] = cv2.convertScaleAbs(np.maximum(noisy, 0), alpha=255)
    return found


_GRAIN_SIZE = 512


@cache
def _grain() -> Field:
    """Give slightly blurred white noise, as demosaiced sensor noise is (sd 1), doubled for easy cropping."""
    import numpy as np

    field = np.random.default_rng(7).standard_normal((_GRAIN_SIZE, _GRAIN_SIZE, 1))
    field = field + np.roll(field, 1, 0) + np.roll(field, 1, 1)
    colour = np.random.default_rng(8).standard_normal((_GRAIN_SIZE, _GRAIN_SIZE, 3))
    both = field / field.std() + 0.25 * colour
    return np.tile(both.astype(np.float32), (2, 2, 1))
