"""The kinds of evidence that a theme may name: each measures n photos and can say what it saw.

A rule gives a strength for every photo: 1 speaks for the theme, -1 against it, 0 says nothing (not
known, or neither). Cues and their direction follow Boutell and Luo (2005, exposure, flash and subject
distance) and the conditions under which a picture can be what a theme says at all (a low sun, winter, a
screen's size).
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

from photoroll.core.models import Json
from photoroll.core.themes.model import ThemeFeatures

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    Floats = NDArray[np.float64]
    Mask = NDArray[np.bool_]

Settings = Mapping[str, Json]


@dataclass(frozen=True, slots=True, kw_only=True)
class Measured:
    """What one rule found."""

    strength: Floats
    """-1 to 1, shape (n,)."""
    known: Mask
    """Where the fact is known at all."""
    say: Callable[[int], dict[str, str]]
    """The words that the sentence may use for one photo."""


Rule = Callable[[ThemeFeatures, tuple[str, ...], Settings], Measured]


def exposure_value(f_number: Floats, exposure_s: Floats, iso: Floats) -> Floats:
    """Give EV100 = log2(N^2 / t) - log2(ISO / 100); NaN where a number is missing or not positive."""
    import numpy as np

    with np.errstate(divide="ignore", invalid="ignore"):
        value = np.log2(f_number**2 / exposure_s) - np.log2(iso / 100)
    good = (f_number > 0) & (exposure_s > 0) & (iso > 0)
    return np.where(good, value, np.nan)


def measure(kind: str, features: ThemeFeatures, statistics: tuple[str, ...], settings: Settings) -> Measured:
    """Apply the rule called ``kind``; ``statistics`` names the columns of ``features.statistics``."""
    return RULES[kind](features, statistics, settings)


def _number(settings: Settings, name: str, default: float) -> float:
    value = settings.get(name, default)
    if isinstance(value, bool) or not isinstance(value, int | float):
        raise TypeError(f"{name} must be a number, not {value!r}")
    return float(value)


def _words(settings: Settings, name: str) -> list[str]:
    value = settings.get(name, [])
    if not isinstance(value, list) or not all(isinstance(word, str) for word in value):
        raise TypeError(f"{name} must be a list of texts, not {value!r}")
    return [word for word in value if isinstance(word, str)]


def _within(values: Floats, settings: Settings, say: Callable[[int], dict[str, str]]) -> Measured:
    """1 between ``at_least`` and ``at_most``; -1 beyond ``against_below`` or ``against_above`` where
    set.
    """
    import numpy as np

    infinite = float("inf")
    known = ~np.isnan(values)
    filled = np.where(known, values, 0.0)
    inside = filled >= _number(settings, "at_least", -infinite)
    inside &= filled <= _number(settings, "at_most", infinite)
    beyond = filled < _number(settings, "against_below", -infinite)
    beyond |= filled > _number(settings, "against_above", infinite)
    strength = np.where(inside, 1.0, np.where(beyond, -1.0, 0.0))
    return Measured(strength=np.where(known, strength, 0.0), known=known, say=say)


def _statistic(features: ThemeFeatures, statistics: tuple[str, ...], settings: Settings) -> Measured:
    """A share of the picture, such as ``green``."""
    import numpy as np

    column = np.asarray(features.statistics[:, statistics.index(str(settings["name"]))], dtype=np.float64)
    return _within(column, settings, lambda i: {"percent": f"{100 * column[i]:.0f}"})


def _page(features: ThemeFeatures, statistics: tuple[str, ...], _: Settings) -> Measured:
    """Whether white without colour fills the picture, as a scanned page does."""
    import numpy as np

    bright = features.statistics[:, statistics.index("bright")]
    grey = features.statistics[:, statistics.index("grey")]
    strength = np.where((bright >= 0.6) & (grey >= 0.85), 1.0, 0.0)
    return Measured(
        strength=strength,
        known=np.ones(len(strength), dtype=bool),
        say=lambda i: {"percent": f"{100 * bright[i]:.0f}"},
    )


def _sheet(features: ThemeFeatures, statistics: tuple[str, ...], settings: Settings) -> Measured:
    """Whether paper lies in the picture: much is ``white``, few ``colours``, many ``level`` lines as of text,
    and hardly anything black.
    """
    import numpy as np

    names = {"snow": "white", "colours": "colours", "edges_level": "level", "dark": "dark"}
    share = {name: features.statistics[:, statistics.index(of)] for of, name in names.items()}
    holds = (share["white"] >= _number(settings, "white", 0.4)) & (share["dark"] < 0.1)
    holds &= share["colours"] <= _number(settings, "colours", 0.06)
    holds &= share["level"] >= _number(settings, "level", 0.28)
    return Measured(
        strength=holds.astype(np.float64),
        known=np.isfinite(share["white"]),
        say=lambda i: {"percent": f"{100 * share['white'][i]:.0f}"},
    )


def _exposure(features: ThemeFeatures, _: tuple[str, ...], settings: Settings) -> Measured:
    """How much light there was: EV100."""
    return _within(features.ev100, settings, lambda i: {"ev": f"{features.ev100[i]:.0f}"})


def _flash(features: ThemeFeatures, _: tuple[str, ...], settings: Settings) -> Measured:
    """Whether the flash fired."""
    return _within(features.flash, {"at_least": 1, **settings}, lambda _i: {})


def _distance(features: ThemeFeatures, _: tuple[str, ...], settings: Settings) -> Measured:
    """The subject distance that the camera wrote, in metres."""
    return _within(
        features.subject_distance_m,
        settings,
        lambda i: {"centimetres": f"{100 * features.subject_distance_m[i]:.0f}"},
    )


def _sun(features: ThemeFeatures, _: tuple[str, ...], settings: Settings) -> Measured:
    """The sun's elevation in degrees."""
    return _within(features.sun_elevation, settings, lambda i: {"sun": sun_words(features, i)})


def sun_words(features: ThemeFeatures, index: int) -> str:
    """Say when a photo was taken relative to sunrise or sunset, else where the sun stood."""
    import math

    minutes = float(features.sun_minutes[index])
    if not math.isnan(minutes) and abs(minutes) <= 90:
        which = "sunrise" if features.sun_rising[index] == 1 else "sunset"
        if abs(minutes) < 3:
            return f"taken at {which}"
        side = "before" if minutes < 0 else "after"
        return f"taken {abs(minutes):.0f} minutes {side} {which}"
    degrees = float(features.sun_elevation[index])
    if degrees < -6:
        return "taken at night: the sun was far below the horizon"
    if degrees < 0:
        return "taken at dusk or dawn: the sun was just below the horizon"
    return f"taken with the sun {degrees:.0f}° above the horizon"


def _winter(features: ThemeFeatures, _: tuple[str, ...], settings: Settings) -> Measured:
    """Winter where the photo was taken: December to March in the north, June to September in the south."""
    import numpy as np

    known = ~np.isnan(features.latitude) & ~np.isnan(features.month)
    latitude = np.where(known, features.latitude, 0.0)
    month = np.where(known, features.month, 0.0)
    month = np.where(latitude < 0, (month + 5) % 12 + 1, month)  # the southern year is half a year off
    winter = ((month >= 12) | (month <= 3)) & (np.abs(latitude) >= 30)
    summer = (month >= 6) & (month <= 9) & (np.abs(latitude) < 60)
    tropics = np.abs(latitude) < 23
    strength = np.where(winter, 1.0, np.where(summer | tropics, -1.0, 0.0))
    return Measured(strength=np.where(known, strength, 0.0), known=known, say=lambda _i: {})


def _ratio(features: ThemeFeatures, _: tuple[str, ...], settings: Settings) -> Measured:
    """Width divided by height."""
    import numpy as np

    shape = features.width / np.maximum(features.height, 1)
    return _within(shape, settings, lambda i: {"ratio": f"{shape[i]:.1f}"})


def _pixels(features: ThemeFeatures, _: tuple[str, ...], settings: Settings) -> Measured:
    """Width times height, in millions."""
    return _within(features.width * features.height / 1e6, settings, lambda _i: {})


def _faces(features: ThemeFeatures, _: tuple[str, ...], settings: Settings) -> Measured:
    """Count and size of faces.

    Holds with ``least`` to ``most`` faces of which the largest fills ``area`` of the picture or more;
    or, where ``similar`` is set, with that many faces at least half as large as the largest.
    """
    import numpy as np

    least, most = _number(settings, "least", 0), _number(settings, "most", 1e9)
    area, similar = _number(settings, "area", 0), _number(settings, "similar", 1e9)
    known = np.array([sizes is not None for sizes in features.faces], dtype=bool)
    found = [sorted(sizes or (), reverse=True) for sizes in features.faces]
    strength = np.zeros(len(found))
    for i, sizes in enumerate(found):
        largest = sizes[0] if sizes else 0.0
        alike = sum(1 for size in sizes if size >= largest / 2)
        many = least <= len(sizes) <= most or (sizes and alike >= similar)
        strength[i] = 1.0 if many and largest >= area else 0.0

    def say(i: int) -> dict[str, str]:
        sizes = found[i]
        return {"faces": str(len(sizes)), "percent": f"{100 * sizes[0]:.0f}" if sizes else "0"}

    return Measured(strength=strength, known=known, say=say)


_SCREENS = frozenset(
    {
        *(
            (640, 960),
            (640, 1136),
            (750, 1334),
            (828, 1792),
            (1080, 1920),
            (1125, 2436),
            (1170, 2532),
            (1179, 2556),
        ),
        *((1242, 2208), (1242, 2688), (1284, 2778), (1290, 2796), (1206, 2622), (1320, 2868), (1260, 2736)),
        *(
            (480, 800),
            (540, 960),
            (720, 1280),
            (720, 1440),
            (720, 1520),
            (720, 1560),
            (720, 1600),
            (720, 1612),
        ),
        *((1080, 2160), (1080, 2220), (1080, 2240), (1080, 2246), (1080, 2280), (1080, 2310), (1080, 2316)),
        *((1080, 2340), (1080, 2400), (1080, 2408), (1080, 2412), (1080, 2424), (1080, 2460), (1080, 2520)),
        *((1440, 2560), (1440, 2880), (1440, 2960), (1440, 3040), (1440, 3088), (1440, 3120), (1440, 3200)),
        *((1220, 2712), (1224, 2700), (1240, 2772), (1344, 2992), (1280, 2856), (1812, 2176), (1768, 2208)),
        *((768, 1024), (1536, 2048), (1488, 2266), (1620, 2160), (1640, 2360), (1668, 2224), (1668, 2388)),
        *((2048, 2732), (1200, 1920), (1600, 2560), (1752, 2800), (800, 1280), (900, 1440), (900, 1600)),
        *((768, 1366), (1050, 1680), (1080, 2560), (1440, 3440), (2160, 3840), (1800, 2880), (1964, 3024)),
        *((2234, 3456), (1864, 2880), (1664, 2560), (2304, 4096), (2880, 5120), (1504, 2256), (1824, 2736)),
        *((2000, 3000), (1600, 2400), (864, 1536), (1024, 1280), (1152, 2048), (1280, 2048)),
    }
)
"""Pixel sizes of common phone, tablet and computer screens, short side first (makers' data sheets)."""


def _screen(features: ThemeFeatures, _: tuple[str, ...], settings: Settings) -> Measured:
    """Whether the picture has exactly the size of a screen.

    The long shapes of phones and tablets are found on screens only; the shapes of monitors are those of
    wallpapers and film frames too and count half.
    """
    import numpy as np

    sizes = [(int(min(size)), int(max(size))) for size in zip(features.width, features.height, strict=True)]
    common = {(9, 16), (10, 16), (3, 4), (2, 3), (4, 5)}
    exact = np.array([float(size in _SCREENS) for size in sizes])
    exact *= np.array([0.5 if _in_lowest_terms(size) in common else 1.0 for size in sizes])

    def say(i: int) -> dict[str, str]:
        return {"width": f"{features.width[i]:.0f}", "height": f"{features.height[i]:.0f}"}

    return Measured(strength=exact, known=np.ones(len(sizes), dtype=bool), say=say)


def _in_lowest_terms(size: tuple[int, int]) -> tuple[int, int]:
    from math import gcd

    divisor = max(gcd(*size), 1)
    short, long = size[0] // divisor, size[1] // divisor
    return (short * 2, long * 2) if (short, long) == (5, 8) else (short, long)


def _camera(features: ThemeFeatures, _: tuple[str, ...], settings: Settings) -> Measured:
    """Whether a camera is named; with ``absent`` the other way round."""
    import numpy as np

    named = np.array([bool(camera.strip()) for camera in features.cameras], dtype=bool)
    sign = -1.0 if settings.get("absent") else 1.0
    strength = np.where(named, sign, -sign)
    return Measured(
        strength=strength,
        known=np.ones(len(named), dtype=bool),
        say=lambda i: {"camera": features.cameras[i]},
    )


def _format(features: ThemeFeatures, _: tuple[str, ...], settings: Settings) -> Measured:
    """Whether the file has one of the formats ``any``."""
    import numpy as np

    wanted = set(_words(settings, "any"))
    strength = np.array([1.0 if name in wanted else 0.0 for name in features.formats])
    return Measured(
        strength=strength,
        known=np.ones(len(strength), dtype=bool),
        say=lambda i: {"format": features.formats[i]},
    )


def _text(features: ThemeFeatures, _: tuple[str, ...], settings: Settings) -> Measured:
    """Whether one of the words ``any`` stands in the text ``of``: ``file_names``, ``software`` or
    ``lenses``.
    """
    import numpy as np

    texts = {"file_names": features.file_names, "software": features.software, "lenses": features.lenses}
    chosen = texts[str(settings["of"])]
    words = "|".join(re.escape(word) for word in _words(settings, "any"))
    pattern = re.compile(rf"(?:^|[\W\d_])(?:{words})", re.IGNORECASE)
    strength = np.array([1.0 if pattern.search(text) else 0.0 for text in chosen])
    return Measured(
        strength=strength,
        known=np.array([bool(text) for text in chosen], dtype=bool),
        say=lambda i: {"text": chosen[i]},
    )


def _front(features: ThemeFeatures, _: tuple[str, ...], settings: Settings) -> Measured:
    """A lens that looks at its owner: named so, or wide (``focal``, 35 mm equivalent)."""
    import numpy as np

    named = _text(features, (), {"of": "lenses", "any": ["front", "truedepth", "selfie"]})
    wide = np.nan_to_num(features.focal_35mm, nan=1e9) < _number(settings, "focal", 30)
    strength = np.maximum(named.strength, wide)
    return Measured(strength=strength, known=named.known | ~np.isnan(features.focal_35mm), say=lambda _i: {})


RULES: Mapping[str, Rule] = {
    "statistic": _statistic,
    "page": _page,
    "sheet": _sheet,
    "exposure": _exposure,
    "flash": _flash,
    "distance": _distance,
    "sun": _sun,
    "winter": _winter,
    "ratio": _ratio,
    "pixels": _pixels,
    "faces": _faces,
    "screen": _screen,
    "camera": _camera,
    "format": _format,
    "text": _text,
    "front": _front,
}
"""What ``kind`` may say in a theme's file."""
