"""The 29 readable statistics of a photo's looks; they are also the words that explain a theme."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    Floats = NDArray[np.float32]
    Pixels = NDArray[np.uint8]
    Mask = NDArray[np.bool_]

STATISTICS: tuple[str, ...] = (
    "sky",
    "overcast",
    "green",
    "snow",
    "snow_below",
    "sand",
    "water",
    "warm",
    "warm_above",
    "skin",
    "dark",
    "bright",
    "grey",
    "brightness",
    "brightness_spread",
    "saturation",
    "colourfulness",
    "edges",
    "edges_level",
    "edges_upright",
    "one_colour",
    "colours",
    "night_lights",
    "brightness_above",
    "brightness_below",
    "saturation_above",
    "saturation_below",
    "edges_above",
    "edges_below",
)
"""Names, in order; shares of pixels (0-1) unless said otherwise.

``brightness`` and ``saturation`` are means (0-1), ``_spread`` a standard deviation, ``_above`` and ``_below``
the upper and lower half; ``edges_level`` and ``edges_upright`` are shares of the edges within 10 degrees;
``one_colour`` is the share of the commonest of 512 colours, ``colours`` how many of them are used (0-1);
``night_lights`` is the share of bright spots in a dark picture; ``colourfulness`` is not clipped.
"""

_EDGE, _SMOOTH = 12.0, 6.0
"""Grey levels a pixel: more is an edge, less is smooth."""


@dataclass(frozen=True, slots=True, kw_only=True)
class _Planes:
    """One picture taken apart; hue in degrees / 2 as OpenCV has it, the rest 0-255."""

    rgb: Pixels
    hue: Pixels
    saturation: Pixels
    value: Pixels
    across: Floats
    down: Floats
    steepness: Floats


def measure(rgb: Pixels) -> Floats:
    """Measure a picture (96 x 96 x 3); see :data:`STATISTICS`."""
    import numpy as np

    planes = _take_apart(rgb)
    found = {**_materials(planes), **_tones(planes), **_edges(planes), **_palette(rgb)}
    found["night_lights"] = float(np.mean(planes.value > 217)) if found["dark"] > 0.5 else 0.0
    return np.array([found[name] for name in STATISTICS], np.float32)


def colourfulness(rgb: Pixels) -> float:
    """Hasler and Suesstrunk (2003), divided by 100."""
    import numpy as np

    red, green, blue = (rgb[..., band].astype(np.float32) for band in range(3))
    red_green, yellow_blue = red - green, 0.5 * (red + green) - blue
    spread = np.hypot(red_green.std(), yellow_blue.std())
    return float(spread + 0.3 * np.hypot(red_green.mean(), yellow_blue.mean())) / 100


def _take_apart(rgb: Pixels) -> _Planes:
    import cv2
    import numpy as np

    hsv = cv2.cvtColor(rgb, cv2.COLOR_RGB2HSV)
    grey = cv2.cvtColor(rgb, cv2.COLOR_RGB2GRAY)
    across = np.asarray(cv2.Sobel(grey, cv2.CV_32F, 1, 0, ksize=1, scale=0.5), np.float32)
    down = np.asarray(cv2.Sobel(grey, cv2.CV_32F, 0, 1, ksize=1, scale=0.5), np.float32)
    hue, saturation, value = (np.ascontiguousarray(hsv[..., band], np.uint8) for band in range(3))
    return _Planes(
        rgb=rgb,
        hue=hue,
        saturation=saturation,
        value=value,
        across=across,
        down=down,
        steepness=np.asarray(cv2.magnitude(across, down), np.float32),
    )


def _materials(planes: _Planes) -> dict[str, float]:
    """Guess at what things are made of, by colour and place; thresholds in 255ths."""
    hue, saturation, value = planes.hue, planes.saturation, planes.value
    height = hue.shape[0]
    smooth = planes.steepness < _SMOOTH
    sky = (hue >= 93) & (hue <= 130) & (saturation > 31) & (value > 89) & smooth
    overcast = (saturation < 31) & (value > 140) & smooth
    snow = (saturation < 38) & (value > 178)
    sand = (hue >= 10) & (hue <= 26) & (saturation >= 31) & (saturation <= 153) & (value > 115)
    water = (hue >= 80) & (hue <= 130) & (saturation > 26)
    warm = ((hue < 25) | (hue > 165)) & (saturation > 115)
    upper, lower, half = 2 * height // 3, 2 * height // 5, height // 2
    return {
        "sky": float(sky[:upper].sum()) / hue.size,
        "overcast": float(overcast[:half].mean()),
        "green": float(((hue >= 30) & (hue <= 85) & (saturation > 38)).mean()),
        "snow": float(snow.mean()),
        "snow_below": float(snow[half:].mean()),
        "sand": float(sand[lower:].mean()),
        "water": float(water[lower:].mean()),
        "warm": float(warm.mean()),
        "warm_above": float(warm[:half].mean()),
        "skin": float(_skin(planes.rgb).mean()),
    }


def _skin(rgb: Pixels) -> Mask:
    """The daylight rule of Kovac, Peer and Solina (2003)."""
    import numpy as np

    red, green, blue = (rgb[..., band].astype(np.int16) for band in range(3))
    most, least = np.maximum(np.maximum(red, green), blue), np.minimum(np.minimum(red, green), blue)
    bright = (red > 95) & (green > 40) & (blue > 20)
    mask: Mask = bright & (most - least > 15) & (red - green > 15) & (red > blue)
    return mask


def _tones(planes: _Planes) -> dict[str, float]:
    saturation, value = planes.saturation, planes.value
    half = value.shape[0] // 2
    return {
        "dark": float((value < 51).mean()),
        "bright": float((value > 235).mean()),
        "grey": float((saturation < 15).mean()),
        "brightness": float(value.mean()) / 255,
        "brightness_spread": float(value.std()) / 255,
        "saturation": float(saturation.mean()) / 255,
        "colourfulness": colourfulness(planes.rgb),
        "brightness_above": float(value[:half].mean()) / 255,
        "brightness_below": float(value[half:].mean()) / 255,
        "saturation_above": float(saturation[:half].mean()) / 255,
        "saturation_below": float(saturation[half:].mean()) / 255,
    }


def _edges(planes: _Planes) -> dict[str, float]:
    """Share of edges, and which way they run: a level edge has an upright gradient."""
    import numpy as np

    steep = planes.steepness > _EDGE
    count = max(int(steep.sum()), 1)
    across, down = np.abs(planes.across), np.abs(planes.down)
    slant = np.float32(np.tan(np.radians(10)))
    half = steep.shape[0] // 2
    return {
        "edges": float(steep.mean()),
        "edges_level": float((steep & (across <= down * slant)).sum()) / count,
        "edges_upright": float((steep & (down <= across * slant)).sum()) / count,
        "edges_above": float(steep[:half].mean()),
        "edges_below": float(steep[half:].mean()),
    }


def _palette(rgb: Pixels) -> dict[str, float]:
    import numpy as np

    coarse = (rgb >> 5).astype(np.uint16)
    code = (coarse[..., 0] << 6) | (coarse[..., 1] << 3) | coarse[..., 2]
    counts = np.bincount(code.ravel(), minlength=512)
    total = coarse.shape[0] * coarse.shape[1]
    return {"one_colour": float(counts.max()) / total, "colours": float((counts > total // 1000).sum()) / 512}
