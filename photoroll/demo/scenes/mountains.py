"""Mountains in summer and in winter."""

from __future__ import annotations

from photoroll.demo.scenes.canvas import Canvas, Colour, mix, rise, scaled
from photoroll.demo.scenes.effects import mirror
from photoroll.demo.scenes.nature import day_sky, ridge


def conifers(
    art: Canvas, base: float, count: int, size: tuple[float, float], colour: Colour, *, snow: bool = False
) -> None:
    """Plant fir trees along a height, the far ones first."""
    rng = art.rng
    for _ in range(count):
        high = rng.uniform(*size)
        x, foot = rng.uniform(-0.02, 1.02), base + rng.uniform(-0.02, 0.03)
        half = high * rng.uniform(0.16, 0.24) * art.unit / art.width
        tall = high * art.unit / art.height
        tone = scaled(colour, rng.uniform(0.75, 1.2))
        steps = 5
        outline = [(x, foot - tall)]
        for k in range(1, steps + 1):
            wide = half * k / steps
            outline.append((x + wide, foot - tall * (1 - k / steps)))
            outline.append((x + wide * 0.62, foot - tall * (1 - k / steps) - 0.004))
        back = [(2 * x - px, py) for px, py in reversed(outline)]
        art.polygon(outline + back, tone, fade=scaled(tone, 0.72))
        if snow:
            white = [(px * 0.55 + x * 0.45, py + tall * 0.02) for px, py in outline + back]
            art.polygon(white, (0.93, 0.95, 0.99), fade=tone)


def mountain(art: Canvas) -> None:
    """Ranges behind ranges in the haze, snow on the highest, often a lake."""
    import numpy as np

    rng = art.rng
    horizon = rng.uniform(0.56, 0.66)
    haze = day_sky(art, horizon, cover=rng.uniform(0.1, 0.6))
    rock = rng.choice(((0.30, 0.36, 0.44), (0.36, 0.36, 0.42), (0.28, 0.38, 0.40)))
    _peaks(art, horizon, mix(rock, haze, 0.42), haze)
    tones: tuple[Colour, ...] = ((0.30, 0.42, 0.44), (0.22, 0.38, 0.30), (0.15, 0.30, 0.17))
    for k, tone in enumerate(tones):
        ridge(
            art,
            horizon + 0.03,
            0.26 - 0.075 * k,
            mix(tone, haze, 0.42 - 0.18 * k),
            mix(tone, haze, 0.55 - 0.18 * k),
            rough=0.10 + 0.05 * k,
        )
    if rng.random() < 0.55:
        conifers(art, horizon + 0.01, 26, (0.03, 0.07), (0.10, 0.22, 0.14))
        mirror(art, horizon + 0.02, tint=(0.10, 0.24, 0.28), dim=0.75, ripple=art.unit / 900)
    else:
        edge = horizon + 0.06 + 0.05 * art.line(0.06)
        grass = art.below(edge)
        green = rng.choice(((0.34, 0.48, 0.18), (0.28, 0.44, 0.20), (0.46, 0.48, 0.22)))
        depth = np.clip((art.y - horizon) / (1 - horizon), 0, 1)[..., None]
        art.blend(grass, np.asarray(green, np.float32) * (1.15 - 0.5 * depth))
        art.texture(grass, 0.13, 0.8, 0.4)
        conifers(art, horizon + 0.12, rng.randint(6, 16), (0.08, 0.2), (0.10, 0.21, 0.12))


def _peaks(art: Canvas, horizon: float, rock: Colour, haze: Colour) -> None:
    """Paint the highest range: faces in light and shadow, snow above a ragged line."""
    import numpy as np

    height = art.rng.uniform(0.34, 0.46)
    profile = 0.5 + 0.5 * art.line(0.11, slope=1.75)
    rows = min(art.height, round((horizon + 0.08) * art.height))
    edge = horizon - height * (0.25 + 0.75 * profile)
    relief = art.noise_patch(art.width, rows, 0.45, 0.35, slope=1.75)
    # Gullies run down from the crest: the relief is bent along with the profile, and lit from the left.
    lit = np.clip(0.5 + 1.5 * rise(relief + 2.2 * profile, max(1, art.width // 160)), 0, 1)
    above = (horizon - art.y[:rows]) / height
    cover = np.clip((above - 0.36 + 0.09 * relief) * 8, 0, 1)
    fog = 0.75 * np.clip((art.y[:rows] - (horizon - 0.22)) / 0.26, 0, 1)
    light, dark = mix(rock, (1, 0.97, 0.9), 0.28), scaled(rock, 0.78)
    tones = []
    for k, (white, sheen) in enumerate(((0.72, 0.26), (0.79, 0.20), (0.89, 0.10))):
        stone = dark[k] + lit * (light[k] - dark[k])
        tone = stone + cover * (white + lit * sheen - stone)
        tones.append(tone + fog * (haze[k] - tone))
    art.blend(art.below(edge)[:rows], np.stack(tones, axis=-1))


def snow(art: Canvas) -> None:
    """A winter day: white slopes, blue shadows, fir trees, tracks."""
    import numpy as np

    rng = art.rng
    horizon = rng.uniform(0.5, 0.62)
    haze = day_sky(art, horizon, cover=rng.uniform(0.0, 0.45))
    _peaks(art, horizon, mix((0.42, 0.48, 0.58), haze, 0.4), mix(haze, (1, 1, 1), 0.5))
    ridge(art, horizon + 0.03, 0.14, mix((0.30, 0.40, 0.46), haze, 0.35), (0.80, 0.86, 0.93), rough=0.2)
    conifers(art, horizon + 0.03, 30, (0.03, 0.07), (0.16, 0.26, 0.26), snow=True)
    edge = horizon + 0.02 + 0.07 * (art.x - 0.5) * rng.uniform(-1, 1) + 0.02 * art.line(0.05)
    slope = art.below(edge, soft=3)
    waves = art.noise(0.10, 0.22, slope=1.5)
    lit = np.clip(0.6 + 0.77 * rise(waves, art.width // 40 + 1), 0, 1)[..., None]
    paint = np.asarray((0.66, 0.76, 0.90), np.float32) + lit * np.asarray((0.32, 0.23, 0.10), np.float32)
    art.blend(slope, paint)
    art.texture(slope, 0.012, 1.0, 1.0)
    if rng.random() < 0.6:
        start, bend = rng.uniform(0.2, 0.8), rng.uniform(-0.35, 0.35)
        for side in (-0.008, 0.008):
            track = [
                (start + side * (1 + 2 * t) + bend * t * t, horizon + 0.08 + (0.95 - horizon) * t)
                for t in (0.0, 0.25, 0.5, 0.75, 1.0)
            ]
            art.stroke(track, 0.006, (0.58, 0.68, 0.84))
    conifers(art, horizon + 0.16, rng.randint(3, 9), (0.14, 0.34), (0.13, 0.23, 0.2), snow=True)
