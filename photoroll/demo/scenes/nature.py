"""Landscapes: sunset over the sea, beach, forest, meadow."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from photoroll.demo.scenes.canvas import Canvas, Colour, mix, scaled
from photoroll.demo.scenes.effects import bokeh, clouds, mirror

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Field = NDArray[Any]

_DUSKS: tuple[tuple[Colour, Colour, Colour, Colour], ...] = (
    ((0.14, 0.20, 0.42), (0.62, 0.36, 0.50), (0.98, 0.58, 0.34), (1.0, 0.82, 0.52)),
    ((0.20, 0.30, 0.52), (0.72, 0.52, 0.56), (0.99, 0.70, 0.46), (1.0, 0.88, 0.62)),
    ((0.10, 0.12, 0.30), (0.45, 0.20, 0.42), (0.90, 0.36, 0.30), (1.0, 0.66, 0.36)),
    ((0.25, 0.42, 0.62), (0.70, 0.66, 0.68), (1.0, 0.78, 0.58), (1.0, 0.90, 0.72)),
)
_SKIES: tuple[tuple[Colour, Colour], ...] = (
    ((0.20, 0.45, 0.80), (0.76, 0.88, 0.96)),
    ((0.28, 0.52, 0.82), (0.85, 0.91, 0.95)),
    ((0.36, 0.55, 0.76), (0.88, 0.90, 0.90)),
    ((0.16, 0.38, 0.70), (0.66, 0.82, 0.94)),
)

_DEEP: Colour = (0.08, 0.33, 0.55)


def day_sky(art: Canvas, horizon: float, *, cover: float | None = None) -> Colour:
    """Paint a sky of a fair day with clouds; gives the colour of the haze at the horizon."""
    top, low = art.rng.choice(_SKIES)
    art.gradient([(0, top), (0.55, mix(top, low, 0.55)), (1, low)], bottom=min(1.0, horizon + 0.03))
    amount = art.rng.uniform(0.15, 0.75) if cover is None else cover
    clouds(art, amount, (1.0, 1.0, 0.99), (0.70, 0.76, 0.84), bottom=horizon)
    return low


def ridge(
    art: Canvas,
    base: float,
    height: float,
    colour: Colour,
    low: Colour,
    *,
    rough: float = 0.12,
    slope: float = 1.8,
) -> Field:
    """Paint one range of hills whose foot fades into haze; gives its mask."""
    edge = base - height * (0.5 + 0.5 * art.line(rough, slope=slope))
    mask = art.below(edge)
    import numpy as np

    depth = np.clip((art.y - (base - height)) / (height * 1.4), 0, 1)[..., None]
    paint = np.asarray(colour, np.float32) + depth * (
        np.asarray(low, np.float32) - np.asarray(colour, np.float32)
    )
    art.blend(mask, np.broadcast_to(paint, art.px.shape))
    return mask


def sunset(art: Canvas) -> None:
    """The sun low over the sea: lit clouds, a path of glitter, now and then a headland, boat or palm."""
    import numpy as np

    rng = art.rng
    top, high, low, line = rng.choice(_DUSKS)
    horizon = rng.uniform(0.5, 0.68)
    art.gradient([(0, top), (0.45, high), (0.82, low), (1, line)], bottom=horizon + 0.02)
    sun_x, sun_y = rng.uniform(0.2, 0.8), horizon - rng.uniform(0.015, 0.14)
    clouds(
        art,
        rng.uniform(0.35, 0.75),
        mix(low, (1, 0.95, 0.8), 0.35),
        mix(top, high, 0.4),
        bottom=horizon,
        opacity=0.75,
    )
    art.glow(sun_x, sun_y, 0.40, (0.50, 0.24, 0.06), 0.34)
    art.glow(sun_x, sun_y, 0.11, (0.8, 0.52, 0.22), 0.36)
    art.ellipse(sun_x, sun_y, 0.035, 0.035, (1.0, 0.95, 0.78), soft=3)
    if rng.random() < 0.6:
        dark = mix(top, (0.08, 0.06, 0.12), 0.6)
        ridge(
            art,
            horizon + 0.01,
            rng.uniform(0.05, 0.14),
            mix(dark, low, 0.35),
            mix(dark, low, 0.5),
            rough=0.05,
        )
    mirror(art, horizon, tint=mix(top, (0.05, 0.09, 0.16), 0.5), dim=0.85, ripple=art.unit / 420)
    depth = np.clip((art.y - horizon) / (1 - horizon), 0, 1)
    streaks = np.clip(art.noise(0.35, 0.98, slope=0.9) - 0.25, 0, 2)
    path = np.exp(-(((art.x - sun_x) / (0.03 + 0.13 * depth)) ** 2)) * (art.y > horizon)
    art.shine(path * streaks * (0.75 - 0.3 * depth), (1.0, 0.72, 0.42))
    _foreground_at_dusk(art, horizon, scaled(top, 0.28))


def _foreground_at_dusk(art: Canvas, horizon: float, dark: Colour) -> None:
    rng = art.rng
    draw = rng.random()
    if draw < 0.3:
        x, y = rng.uniform(0.2, 0.8), horizon + rng.uniform(0.02, 0.1)
        art.polygon([(x - 0.05, y), (x + 0.055, y), (x + 0.035, y + 0.022), (x - 0.035, y + 0.022)], dark)
        art.polygon([(x, y - 0.13), (x + 0.045, y - 0.01), (x, y - 0.01)], mix(dark, (0.6, 0.4, 0.35), 0.3))
        art.polygon([(x - 0.004, y - 0.12), (x - 0.004, y - 0.01), (x - 0.03, y - 0.01)], dark)
    elif draw < 0.5:
        _palm(art, rng.choice((0.1, 0.88)), 1.02, rng.uniform(0.55, 0.75), dark)
    elif draw < 0.72:
        edge = 0.93 - 0.07 * art.line(0.12)
        art.blend(art.below(edge), scaled(dark, 0.8))
        for _ in range(rng.randint(30, 90)):
            x, high, lean = rng.random(), rng.uniform(0.02, 0.09), rng.uniform(-0.04, 0.04)
            blade = [(x, 0.97), (x + lean * 0.3, 0.94 - high * 0.7), (x + lean, 0.94 - high)]
            art.stroke(blade, 0.002, scaled(dark, 0.8))


def _palm(art: Canvas, x: float, foot: float, tall: float, dark: Colour) -> None:
    rng = art.rng
    lean = 0.06 if x < 0.5 else -0.06
    trunk = [(x + lean * k * k / 64, foot - tall * k / 8) for k in range(9)]
    art.stroke(trunk, 0.022, dark)
    crown = trunk[-1]
    for dx, dy, _ in art.ring(9, radius=1.0, start=rng.random()):
        reach = rng.uniform(0.13, 0.2)
        leaf = [
            (crown[0] + dx * reach * t, crown[1] + dy * reach * 0.6 * t + 0.14 * t * t)
            for t in (0, 0.35, 0.7, 1)
        ]
        for k in range(3):
            art.stroke(leaf[k : k + 2], 0.02 - 0.005 * k, dark)


def beach(art: Canvas) -> None:
    """Sea, foam and sand on a fine day."""
    rng = art.rng
    horizon = rng.uniform(0.3, 0.45)
    haze = day_sky(art, horizon, cover=rng.uniform(0.05, 0.6))
    shallow = rng.choice(((0.26, 0.70, 0.72), (0.35, 0.74, 0.70), (0.30, 0.62, 0.74)))
    shore = rng.uniform(0.6, 0.74)
    if rng.random() < 0.5:
        ridge(
            art,
            horizon + 0.006,
            rng.uniform(0.04, 0.12),
            mix((0.25, 0.38, 0.36), haze, 0.45),
            mix((0.3, 0.42, 0.4), haze, 0.6),
            rough=0.06,
        )
    _surf_and_sand(art, horizon, shore, mix(_DEEP, haze, 0.3), shallow)
    for _ in range(rng.choice((0, 0, 1, 2, 3))):
        _umbrella(art, rng.uniform(0.1, 0.9), rng.uniform(0.76, 0.86))


def _surf_and_sand(art: Canvas, horizon: float, shore: float, far: Colour, shallow: Colour) -> None:
    import numpy as np

    rng = art.rng
    art.gradient(
        [(0, far), (0.25, _DEEP), (0.8, shallow), (1, mix(shallow, (0.9, 0.95, 0.9), 0.4))],
        top=horizon,
        bottom=shore + 0.16,
    )
    water = np.clip((art.y - horizon) * 60, 0, 1)
    depth = np.clip((art.y - horizon) / 0.4, 0.05, 1)
    art.lighten(1 + 0.09 * water * depth * art.noise(0.16, 0.95, slope=0.9))
    tilt = rng.uniform(-0.14, 0.14)
    edge = shore + tilt * (art.x - 0.5) + 0.02 * art.line(0.05)
    sand_low = rng.choice(((0.86, 0.75, 0.56), (0.90, 0.81, 0.64), (0.80, 0.70, 0.54)))
    art.blend(art.below(edge, soft=4), scaled(sand_low, 0.74))
    dry = art.below(edge + 0.07 + 0.012 * art.line(0.08), soft=10)
    art.blend(dry, sand_low)
    art.texture(dry, 0.05, 0.9, 0.9)
    for k in range(3):
        swash = edge - 0.012 - k * rng.uniform(0.035, 0.07) + 0.012 * art.line(0.12)
        crest = np.exp(-(((art.y - swash) / (0.010 - 0.002 * k)) ** 2)) * np.clip(
            0.6 + 0.7 * art.noise(0.5, slope=1.0), 0, 1
        )
        art.blend(np.clip(crest, 0, 1), (0.97, 0.99, 0.98))


def _umbrella(art: Canvas, x: float, y: float) -> None:
    rng = art.rng
    colour: Colour = rng.choice(
        ((0.86, 0.25, 0.22), (0.95, 0.75, 0.25), (0.2, 0.5, 0.75), (0.95, 0.95, 0.92))
    )
    art.ellipse(x + 0.05, y + 0.1, 0.12, 0.022, (0.45, 0.38, 0.30), soft=6, opacity=0.55)
    art.stroke([(x, y - 0.09), (x + 0.01, y + 0.1)], 0.008, (0.92, 0.9, 0.86))
    wide, high = 0.13 * art.unit / art.width, 0.085 * art.unit / art.height
    for k in range(6):
        a, b = -1 + k / 3, -1 + (k + 1) / 3
        tone = colour if k % 2 else (0.97, 0.96, 0.93)
        rim = [(x + wide * t, y - 0.04 + high * 0.25 * (1 - abs(t))) for t in (a, b)]
        art.polygon(
            [(x, y - 0.04 - high), *reversed(rim)],
            scaled(tone, 1 - 0.05 * k),
            fade=scaled(tone, 0.85 - 0.03 * k),
        )


def forest(art: Canvas) -> None:
    """Trunks behind trunks in green light, a path, ferns."""
    import numpy as np

    rng = art.rng
    light = rng.choice(((0.80, 0.90, 0.60), (0.92, 0.90, 0.66), (0.72, 0.86, 0.72)))
    shade = rng.choice(((0.10, 0.22, 0.09), (0.14, 0.24, 0.08), (0.07, 0.20, 0.13)))
    art.gradient([(0, mix(shade, light, 0.55)), (0.45, light), (0.62, mix(shade, light, 0.6)), (1, shade)])
    bokeh(art, 26, [light, (1, 1, 0.85), mix(light, shade, 0.4)], size=(0.015, 0.06), area=0.6)
    ground = rng.uniform(0.6, 0.7)
    for layer in range(4):
        near = (layer + 1) / 4
        tone = mix(mix((0.20, 0.16, 0.11), light, 0.75), (0.13, 0.10, 0.07), near)
        _trunks(art, 12 - 2 * layer, ground + 0.12 * near * near, near, tone)
        leaves = np.clip(
            art.noise(0.22 + 0.1 * (3 - layer), slope=1.15) - 0.35 + 1.3 * np.clip(0.36 - art.y, -1, 1), 0, 1
        )
        art.blend(leaves * 0.75, mix(mix(shade, light, 0.65), scaled(shade, 1.15), near))
    floor_edge = ground + 0.03 * art.line(0.2)
    floor = art.below(floor_edge, soft=14)
    art.blend(floor * 0.9, mix(shade, (0.40, 0.42, 0.16), 0.35))
    art.texture(floor, 0.22, 0.5, 0.9)
    if rng.random() < 0.7:
        bend, foot = rng.uniform(-0.1, 0.1), rng.uniform(0.35, 0.65)
        path = np.exp(
            -(
                (
                    (art.x - 0.5 - bend - (foot - 0.5) * (art.y - ground) / 0.35)
                    / (0.02 + 0.55 * np.clip(art.y - ground, 0, 1))
                )
                ** 4
            )
        )
        art.blend(path * floor * 0.8, (0.62, 0.53, 0.38))
    art.glow(rng.uniform(0.3, 0.7), 0.25, 0.45, light, 0.28)
    _rays(art, light)


def _trunks(art: Canvas, count: int, foot: float, near: float, tone: Colour) -> None:
    rng = art.rng
    for _ in range(count):
        x, half = rng.random(), (0.006 + 0.026 * near * near) * rng.uniform(0.6, 1.4) * art.unit / art.width
        lean = rng.uniform(-0.02, 0.02)
        low = foot + rng.uniform(-0.02, 0.05)
        lit = scaled(tone, 1.25)
        outline = [
            (x - half * 0.7 + lean, -0.02),
            (x + half * 0.7 + lean, -0.02),
            (x + half, low - 0.03),
            (x + half * 1.7, low),
            (x - half * 1.7, low),
            (x - half, low - 0.03),
        ]
        art.polygon(outline, tone, fade=scaled(tone, 0.7))
        art.polygon(
            [
                (x - half * 0.7 + lean, -0.02),
                (x - half * 0.2 + lean, -0.02),
                (x - half * 0.4, low - 0.02),
                (x - half, low - 0.03),
            ],
            lit,
            fade=tone,
            soft=1.0,
        )


def _rays(art: Canvas, light: Colour) -> None:
    import numpy as np

    lean = art.rng.uniform(-0.6, 0.6)
    along = art.x + lean * art.y
    index = np.clip((along - along.min()) / np.ptp(along) * (art.width - 1), 0, art.width - 1).astype(
        np.int32
    )
    bands = np.clip(art.line(0.12, slope=1.0)[0][index], 0, 1)
    fade = np.clip(1 - art.y * 1.15, 0, 1)
    art.shine(0.22 * bands * fade, light)


def meadow(art: Canvas) -> None:
    """A meadow with flowers, hills behind, a tree."""
    import numpy as np

    rng = art.rng
    horizon = rng.uniform(0.4, 0.55)
    haze = day_sky(art, horizon)
    for k in range(3):
        tone = mix((0.22, 0.42, 0.20), haze, 0.62 - 0.2 * k)
        ridge(art, horizon + 0.02 * k, 0.11 - 0.025 * k, tone, scaled(tone, 1.1), rough=0.06 + 0.03 * k)
    near, far = rng.choice(
        (
            ((0.20, 0.40, 0.10), (0.50, 0.66, 0.26)),
            ((0.32, 0.45, 0.10), (0.68, 0.72, 0.30)),
            ((0.14, 0.36, 0.12), (0.40, 0.62, 0.30)),
        )
    )
    edge = horizon + 0.035 + 0.02 * art.line(0.04)
    field = art.below(edge)
    depth = np.clip((art.y - horizon) / (1 - horizon), 0, 1)
    paint = np.asarray(far, np.float32) + (depth**0.8)[..., None] * (
        np.asarray(near, np.float32) - np.asarray(far, np.float32)
    )
    art.blend(field, np.broadcast_to(paint, art.px.shape))
    art.texture(field * (0.25 + depth), 0.16, 0.95, 0.35)
    art.texture(field * depth, 0.10, 0.2, 0.2)
    if rng.random() < 0.75:
        _tree(art, rng.uniform(0.12, 0.88), horizon + rng.uniform(0.06, 0.14), rng.uniform(0.14, 0.26), near)
    _blossoms(art, horizon)
    art.blur(0.006, top=0.9)


def _blossoms(art: Canvas, horizon: float) -> None:
    rng = art.rng
    colours: list[Colour] = rng.choice(
        (
            [(0.86, 0.16, 0.12)],
            [(0.98, 0.86, 0.2)],
            [(0.95, 0.95, 0.97), (0.98, 0.86, 0.3)],
            [(0.55, 0.4, 0.8), (0.9, 0.5, 0.7)],
        )
    )
    for _ in range(rng.randint(60, 170)):
        far_off = rng.random() ** 0.6
        y = horizon + 0.08 + (0.95 - horizon) * far_off
        size = 0.0022 + 0.009 * far_off * far_off
        art.ellipse(rng.random(), y, size, size * 0.8, rng.choice(colours), shade=0.4)


def _tree(art: Canvas, x: float, foot: float, size: float, green: Colour) -> None:
    rng = art.rng
    art.ellipse(x + 0.02, foot, size * 0.9, size * 0.12, scaled(green, 0.5), soft=5, opacity=0.6)
    tall = size * 1.1 * art.unit / art.height
    half = size * 0.06 * art.unit / art.width
    art.polygon(
        [(x - half, foot - tall), (x + half, foot - tall), (x + 1.6 * half, foot), (x - 1.6 * half, foot)],
        (0.26, 0.18, 0.11),
    )
    for k in range(14):
        dx, dy = rng.gauss(0, 0.42) * size, rng.gauss(0, 0.3) * size
        tone = scaled(green, 1.25 - 0.03 * k if dy < 0 else 0.8)
        art.ellipse(
            x + dx * art.unit / art.width,
            foot - tall * 1.25 + dy * art.unit / art.height,
            size * 0.36,
            size * 0.31,
            tone,
            shade=0.5,
            soft=3,
            rough=0.5,
        )
