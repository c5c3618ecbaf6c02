"""Drawn people, alone and in groups, plausible enough to have faces; nobody who lives."""

from __future__ import annotations

from photoroll.demo.scenes.canvas import Canvas, Colour, mix, scaled
from photoroll.demo.scenes.effects import bokeh
from photoroll.demo.scenes.local import Local

_SKINS: tuple[Colour, ...] = (
    (0.94, 0.78, 0.68), (0.90, 0.71, 0.58), (0.80, 0.60, 0.46), (0.62, 0.43, 0.31), (0.45, 0.30, 0.22),
)  # fmt: skip
_HAIRS: tuple[Colour, ...] = (
    (0.14, 0.10, 0.08), (0.30, 0.19, 0.11), (0.52, 0.35, 0.18), (0.80, 0.66, 0.40), (0.62, 0.60, 0.58),
)  # fmt: skip
_CLOTHES: tuple[Colour, ...] = (
    (0.72, 0.26, 0.24), (0.22, 0.34, 0.52), (0.86, 0.82, 0.74), (0.30, 0.44, 0.36), (0.88, 0.66, 0.28),
    (0.40, 0.40, 0.44), (0.60, 0.46, 0.62), (0.92, 0.92, 0.92),
)  # fmt: skip


def portrait(art: Canvas) -> None:
    """One person, head and shoulders."""
    rng = art.rng
    _backdrop(art)
    _person(art, 0.5 + rng.uniform(-0.07, 0.07), rng.uniform(0.38, 0.44), rng.uniform(0.21, 0.26))


def group(art: Canvas) -> None:
    """Two to five people side by side."""
    rng = art.rng
    _backdrop(art)
    wide = art.width / art.unit
    count = rng.randint(2, 5) if wide > 1 else rng.randint(2, 3)
    size = min(0.15, 0.40 * wide / (count + 0.6))
    for row in (0, 1):
        for k in range(count):
            if k % 2 == row:
                x = 0.5 + (k - (count - 1) / 2) * size * 2.15 / wide
                y = 0.40 + 0.09 * row + rng.uniform(-0.03, 0.03)
                _person(art, x + rng.uniform(-0.01, 0.01), y, size * rng.uniform(0.92, 1.05))


def _backdrop(art: Canvas) -> None:
    """Paint what is behind people, out of focus: a garden, a room or a street."""
    rng = art.rng
    kind = rng.randrange(3)
    if kind == 0:
        green: Colour = rng.choice(((0.34, 0.50, 0.24), (0.28, 0.42, 0.28), (0.52, 0.54, 0.26)))
        art.gradient([(0, mix(green, (0.95, 0.97, 0.85), 0.6)), (0.6, green), (1, scaled(green, 0.6))])
        art.texture(None, 0.16, 0.06)
        bokeh(art, 24, [(1, 1, 0.86), mix(green, (1, 1, 0.8), 0.5)], size=(0.03, 0.09), area=0.7)
    elif kind == 1:
        wall: Colour = rng.choice(((0.78, 0.70, 0.60), (0.62, 0.66, 0.68), (0.72, 0.58, 0.50)))
        art.gradient([(0, scaled(wall, 1.1)), (1, scaled(wall, 0.6))])
        for _ in range(5):
            x, tone = rng.uniform(-0.1, 0.9), scaled(wall, rng.uniform(0.6, 1.25))
            art.rectangle(x, rng.uniform(0, 0.4), rng.uniform(0.1, 0.3), rng.uniform(0.2, 0.5), tone)
        bokeh(art, 10, [(1.0, 0.84, 0.55), (1.0, 0.92, 0.76)], size=(0.03, 0.08), area=0.6)
    else:
        art.gradient([(0, (0.80, 0.88, 0.95)), (0.5, (0.80, 0.74, 0.66)), (1, (0.42, 0.40, 0.40))])
        for _ in range(8):
            tone = rng.choice(
                ((0.86, 0.70, 0.56), (0.66, 0.60, 0.56), (0.90, 0.84, 0.72), (0.50, 0.54, 0.60))
            )
            art.rectangle(rng.uniform(-0.1, 0.95), rng.uniform(0.05, 0.35), rng.uniform(0.1, 0.24), 0.5, tone)
    art.blur(0.022)


def _person(art: Canvas, x: float, y: float, size: float) -> None:
    rng = art.rng
    head = Local(art, x, y, size)
    skin = scaled(rng.choice(_SKINS), rng.uniform(0.94, 1.03))
    hair, cloth = rng.choice(_HAIRS), rng.choice(_CLOTHES)
    long_hair = rng.random() < 0.5
    if long_hair:
        head.ellipse(0, 0.35, 0.98, 1.42, scaled(hair, 0.8), shade=0.3, soft=3, rough=0.05)
    _body(head, skin, cloth)
    head.ellipse(0, -0.3, 0.86, 0.86, scaled(hair, 0.85), soft=3)
    for side in (-1, 1):
        head.ellipse(side * 0.76, 0.10, 0.13, 0.22, scaled(skin, 0.86), soft=2)
    head.ellipse(0, 0.02, 0.74, 0.94, skin, shade=0.24, soft=2)
    head.ellipse(0, 0.36, 0.60, 0.62, skin, shade=0.20, haze=0.12)
    iris: Colour = rng.choice(((0.28, 0.18, 0.10), (0.30, 0.42, 0.50), (0.32, 0.40, 0.26)))
    for side in (-1, 1):
        _eye(head, side, skin, hair, iris)
        head.ellipse(side * 0.4, 0.3, 0.17, 0.13, mix(skin, (0.92, 0.42, 0.38), 0.35), haze=0.12, opacity=0.6)
    _nose(head, skin)
    _mouth(head, skin)
    _fringe(head, hair, long=long_hair)


def _body(head: Local, skin: Colour, cloth: Colour) -> None:
    half = [(0.34, 1.22), (1.1, 1.48), (1.62, 1.9), (1.85, 4.6)]
    outline = half + [(-x, y) for x, y in reversed(half)]
    head.polygon(outline, scaled(cloth, 1.05), fade=scaled(cloth, 0.6), soft=2.0)
    head.ellipse(0.9, 2.8, 0.7, 1.4, scaled(cloth, 0.7), haze=0.5, opacity=0.5)
    neck = [(-0.36, 0.6), (0.36, 0.6), (0.4, 1.32), (0, 1.62), (-0.4, 1.32)]
    head.polygon(neck, scaled(skin, 0.72), fade=scaled(skin, 0.92), soft=1.5)


def _eye(head: Local, side: int, skin: Colour, hair: Colour, iris: Colour) -> None:
    x, y = side * 0.31, -0.04
    head.ellipse(x, y - 0.02, 0.22, 0.15, scaled(skin, 0.74), haze=0.09, opacity=0.75)
    head.ellipse(x, y, 0.145, 0.075, (0.95, 0.94, 0.92), soft=1.4)
    head.ellipse(x, y, 0.07, 0.072, iris)
    head.ellipse(x, y, 0.035, 0.036, (0.04, 0.03, 0.03))
    head.ellipse(x - 0.025, y - 0.028, 0.018, 0.018, (1, 1, 1))
    lid = [(x - 0.16, y + 0.01), (x - 0.06, y - 0.075), (x + 0.06, y - 0.075), (x + 0.16, y + 0.01)]
    head.stroke(lid, 0.03, scaled(hair, 0.55))
    brow = [(x - side * 0.17, y - 0.185), (x + side * 0.02, y - 0.235), (x + side * 0.19, y - 0.17)]
    head.stroke(brow, 0.048, mix(scaled(hair, 0.75), skin, 0.15))


def _nose(head: Local, skin: Colour) -> None:
    head.ellipse(0.06, 0.16, 0.09, 0.26, scaled(skin, 0.86), haze=0.06, opacity=0.7)
    head.ellipse(-0.02, 0.16, 0.05, 0.2, scaled(skin, 1.1), haze=0.05, opacity=0.7)
    for side in (-1, 1):
        head.ellipse(side * 0.085, 0.335, 0.045, 0.027, scaled(skin, 0.52), soft=2, opacity=0.8)


def _mouth(head: Local, skin: Colour) -> None:
    rng = head.art.rng
    lips = mix(skin, (0.74, 0.28, 0.28), 0.6)
    y, corner = 0.57, 0.57 - rng.uniform(0.03, 0.09)
    upper = [(-0.25, corner), (-0.06, y - 0.045), (0, y - 0.03), (0.06, y - 0.045), (0.25, corner)]
    lower = [(0.13, y + 0.10), (0, y + 0.135), (-0.13, y + 0.10)]
    head.polygon(upper + lower, lips, fade=scaled(lips, 1.12), soft=0.8)
    if rng.random() < 0.6:
        teeth = [(-0.18, y - 0.03), (0.18, y - 0.03), (0.1, y + 0.055), (-0.1, y + 0.055)]
        head.polygon(teeth, (0.97, 0.96, 0.94), soft=0.6)
    else:
        head.stroke([(-0.24, corner), (0, y + 0.03), (0.24, corner)], 0.028, scaled(lips, 0.6))
    head.ellipse(0, y + 0.22, 0.16, 0.045, scaled(skin, 0.84), haze=0.05, opacity=0.6)


def _fringe(head: Local, hair: Colour, *, long: bool) -> None:
    part = head.art.rng.uniform(-0.4, 0.4)
    over = [
        (-0.86, 0.05),
        (-0.84, -0.45),
        (-0.55, -0.95),
        (0, -1.17),
        (0.55, -0.95),
        (0.84, -0.45),
        (0.86, 0.05),
    ]
    under = [(0.72, -0.1), (0.62, -0.42), (part, -0.72), (-0.62, -0.42), (-0.72, -0.1)]
    head.polygon(over + under, hair, fade=scaled(hair, 0.75), soft=2.0)
    head.ellipse(-0.3, -0.9, 0.3, 0.12, mix(hair, (1, 0.95, 0.85), 0.35), turn=-28, haze=0.1, opacity=0.55)
    for side in (-1, 1) if long else ():
        head.ellipse(side * 0.84, 0.55, 0.17, 0.85, hair, turn=side * 3, shade=0.3, soft=3)
