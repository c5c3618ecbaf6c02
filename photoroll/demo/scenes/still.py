"""Close things: food on a plate, flowers."""

from __future__ import annotations

from math import pi

from photoroll.demo.scenes.canvas import Canvas, Colour, mix, scaled
from photoroll.demo.scenes.effects import bokeh


def food(art: Canvas) -> None:
    """A plate on a table, seen from above at a slant."""
    rng = art.rng
    table: Colour = rng.choice(
        ((0.50, 0.34, 0.22), (0.64, 0.50, 0.36), (0.86, 0.84, 0.80), (0.30, 0.26, 0.25), (0.42, 0.50, 0.52))
    )
    art.gradient([(0, scaled(table, 0.7)), (1, scaled(table, 1.12))])
    art.texture(None, 0.09, 0.9, 0.06)
    art.texture(None, 0.03, 0.6)
    if rng.random() < 0.5:
        _glass(art, rng.choice((0.14, 0.86)), 0.16)
    x, y, size = 0.5 + rng.uniform(-0.06, 0.06), 0.56 + rng.uniform(-0.04, 0.04), rng.uniform(0.36, 0.42)
    flat = rng.uniform(0.66, 0.85)
    art.ellipse(
        x + 0.02, y + 0.04, size * 1.04, size * flat * 1.04, scaled(table, 0.35), soft=22, opacity=0.75
    )
    china: Colour = rng.choice(
        ((0.96, 0.95, 0.93), (0.88, 0.91, 0.92), (0.93, 0.89, 0.82), (0.34, 0.38, 0.42))
    )
    art.ellipse(x, y, size, size * flat, china, shade=0.16)
    art.ellipse(x, y, size * 0.74, size * 0.74 * flat, scaled(china, 0.86), soft=5)
    art.ellipse(x, y + 0.006, size * 0.72, size * 0.72 * flat, scaled(china, 0.97), soft=5)
    rng.choice((_salad, _pasta, _pizza, _soup, _cake))(art, x, y, size * 0.66, flat)
    _cutlery(art, x, y, size)
    art.glow(0.1, 0.0, 0.5, (1.0, 0.92, 0.8), 0.16)
    art.blur(0.010, bottom=0.16)
    art.blur(0.004, top=0.9)


def _spot(art: Canvas, x: float, y: float, reach: float, flat: float) -> tuple[float, float]:
    """Give a random point on the plate, in fractions of the canvas."""
    dx, dy, _ = art.ring(1, radius=reach * art.rng.random() ** 0.5, start=art.rng.uniform(0, 2 * pi))[0]
    return x + dx * art.unit / art.width, y + dy * flat * art.unit / art.height


def _salad(art: Canvas, x: float, y: float, reach: float, flat: float) -> None:
    rng = art.rng
    greens: tuple[Colour, ...] = (
        (0.36, 0.58, 0.18),
        (0.24, 0.44, 0.12),
        (0.56, 0.70, 0.30),
        (0.42, 0.16, 0.24),
    )
    for k in range(42):
        px, py = _spot(art, x, y, reach * (1 - k / 80), flat)
        art.ellipse(
            px,
            py,
            rng.uniform(0.05, 0.1),
            rng.uniform(0.02, 0.05),
            scaled(rng.choice(greens), rng.uniform(0.8, 1.15)),
            turn=rng.uniform(0, 180),
            shade=0.5,
            rough=0.35,
        )
    for _ in range(9):
        px, py = _spot(art, x, y, reach * 0.8, flat)
        art.ellipse(px, py, 0.036, 0.034, (0.84, 0.18, 0.12), shade=0.7)
        art.ellipse(px - 0.008, py - 0.01, 0.009, 0.007, (1, 0.86, 0.8), soft=2.5)


def _pasta(art: Canvas, x: float, y: float, reach: float, flat: float) -> None:
    rng = art.rng
    art.ellipse(x, y, reach * 0.85, reach * 0.85 * flat, (0.72, 0.52, 0.24), soft=12, rough=0.15)
    for _ in range(80):
        px, py = _spot(art, x, y, reach * 0.55, flat)
        curl, start = rng.uniform(0.03, 0.11), rng.uniform(0, 2 * pi)
        arc = art.ring(14, radius=curl, start=start)[: rng.randint(5, 10)]
        bend = [(px + dx * art.unit / art.width, py + dy * 0.7 * art.unit / art.height) for dx, dy, _ in arc]
        art.stroke(bend, 0.011, scaled((0.96, 0.80, 0.46), rng.uniform(0.74, 1.06)))
    for _ in range(12):
        px, py = _spot(art, x, y, reach * 0.45, flat)
        art.ellipse(
            px,
            py,
            0.05,
            0.035,
            scaled((0.74, 0.20, 0.10), rng.uniform(0.8, 1.1)),
            shade=0.6,
            rough=0.4,
            soft=2,
        )
    for _ in range(7):
        px, py = _spot(art, x, y, reach * 0.4, flat)
        art.ellipse(px, py, 0.03, 0.014, (0.22, 0.48, 0.16), turn=rng.uniform(0, 180), shade=0.5)


def _pizza(art: Canvas, x: float, y: float, reach: float, flat: float) -> None:
    rng = art.rng
    reach *= 1.25
    art.ellipse(x, y, reach, reach * flat, (0.82, 0.58, 0.30), shade=0.25, rough=0.06)
    art.ellipse(x, y, reach * 0.87, reach * 0.87 * flat, (0.78, 0.28, 0.14), soft=5, rough=0.06)
    for _ in range(28):
        px, py = _spot(art, x, y, reach * 0.78, flat)
        art.ellipse(
            px,
            py,
            rng.uniform(0.03, 0.07),
            rng.uniform(0.025, 0.05),
            (0.98, 0.88, 0.62),
            opacity=0.85,
            soft=6,
            rough=0.4,
        )
    for _ in range(9):
        px, py = _spot(art, x, y, reach * 0.72, flat)
        art.ellipse(px, py, 0.04, 0.034, (0.66, 0.14, 0.10), shade=0.5)
    for _ in range(8):
        px, py = _spot(art, x, y, reach * 0.7, flat)
        art.ellipse(px, py, 0.035, 0.016, (0.20, 0.44, 0.14), turn=rng.uniform(0, 180), shade=0.5)


def _soup(art: Canvas, x: float, y: float, reach: float, flat: float) -> None:
    rng = art.rng
    broth: Colour = rng.choice(
        ((0.90, 0.54, 0.16), (0.72, 0.24, 0.12), (0.56, 0.64, 0.28), (0.86, 0.76, 0.52))
    )
    art.ellipse(x, y, reach * 1.02, reach * 1.02 * flat, scaled(broth, 0.82), soft=3)
    art.ellipse(x, y + 0.008, reach * 0.98, reach * 0.97 * flat, broth, shade=0.15, soft=8)
    for k in range(22):
        dx, dy, _ = art.ring(1, radius=reach * (0.08 + 0.025 * k), start=0.55 * k)[0]
        art.ellipse(
            x + dx * art.unit / art.width,
            y + dy * flat * art.unit / art.height,
            0.016,
            0.012,
            mix(broth, (1, 0.98, 0.9), 0.7),
            soft=5,
        )
    for _ in range(16):
        px, py = _spot(art, x, y, reach * 0.5, flat)
        art.ellipse(
            px, py, 0.016, 0.008, scaled((0.26, 0.50, 0.16), rng.uniform(0.8, 1.2)), turn=rng.uniform(0, 180)
        )


def _cake(art: Canvas, x: float, y: float, reach: float, flat: float) -> None:
    rng = art.rng
    sponge: Colour = rng.choice(((0.90, 0.74, 0.46), (0.42, 0.24, 0.16), (0.86, 0.60, 0.52)))
    icing: Colour = rng.choice(((0.98, 0.95, 0.92), (0.96, 0.72, 0.74), (0.36, 0.20, 0.14)))
    wide, high = reach * 0.75 * art.unit / art.width, reach * 0.5 * art.unit / art.height
    left, right, tip = (
        (x - wide, y - high * 0.3),
        (x + wide * 0.85, y - high * 0.75),
        (x + wide * 0.15, y + high * 0.6),
    )
    drop = high * 0.75
    art.ellipse(x + 0.02, y + drop, reach * 0.8, reach * 0.28, (0.3, 0.26, 0.24), soft=14, opacity=0.5)
    for k in range(6):
        step = drop * k / 6
        tone = sponge if k % 2 == 0 else icing
        art.polygon(
            [
                (left[0], left[1] + step),
                (tip[0], tip[1] + step),
                (tip[0], tip[1] + step + drop / 5.6),
                (left[0], left[1] + step + drop / 5.6),
            ],
            tone,
            fade=scaled(tone, 0.9),
        )
        art.polygon(
            [
                (tip[0], tip[1] + step),
                (right[0], right[1] + step),
                (right[0], right[1] + step + drop / 5.6),
                (tip[0], tip[1] + step + drop / 5.6),
            ],
            scaled(tone, 0.82),
            fade=scaled(tone, 0.72),
        )
    art.polygon([left, right, tip], icing, fade=scaled(icing, 0.94))
    for _ in range(5):
        px, py = x + rng.uniform(-0.35, 0.35) * wide, y - high * rng.uniform(0.1, 0.5)
        art.ellipse(px, py, 0.04, 0.04, (0.80, 0.12, 0.16), shade=0.7)
        art.ellipse(px - 0.01, py - 0.014, 0.009, 0.008, (1, 0.85, 0.85), soft=2)


def _cutlery(art: Canvas, x: float, y: float, size: float) -> None:
    side = x - (size + 0.08) * art.unit / art.width
    other = x + (size + 0.08) * art.unit / art.width
    for at in (side, other):
        art.stroke([(at + 0.008, y - 0.18), (at + 0.008, y + 0.24)], 0.02, (0.20, 0.17, 0.15))
        art.stroke([(at, y - 0.02), (at, y + 0.23)], 0.02, (0.78, 0.79, 0.80))
        art.stroke([(at - 0.003, y - 0.02), (at - 0.003, y + 0.23)], 0.006, (0.97, 0.97, 0.97))
    art.ellipse(other, y - 0.1, 0.022, 0.1, (0.82, 0.83, 0.84), shade=0.3)
    for k in (-1, 0, 1):
        art.stroke([(side + k * 0.011, y - 0.19), (side + k * 0.009, y - 0.06)], 0.008, (0.80, 0.81, 0.82))


def _glass(art: Canvas, x: float, y: float) -> None:
    drink: Colour = art.rng.choice(((0.58, 0.10, 0.16), (0.92, 0.72, 0.30), (0.82, 0.90, 0.92)))
    art.ellipse(x, y + 0.05, 0.12, 0.1, (0.2, 0.16, 0.14), soft=16, opacity=0.5)
    art.ellipse(x, y, 0.11, 0.085, (0.90, 0.94, 0.95), shade=0.2, opacity=0.75)
    art.ellipse(x, y, 0.095, 0.07, drink, shade=0.35)
    art.ellipse(x - 0.02, y - 0.02, 0.03, 0.012, (1, 1, 1), soft=4, opacity=0.7)


def flowers(art: Canvas) -> None:
    """Blossoms close up before a green blur."""
    rng = art.rng
    green: Colour = rng.choice(
        ((0.24, 0.42, 0.16), (0.18, 0.36, 0.20), (0.36, 0.46, 0.20), (0.14, 0.26, 0.16))
    )
    art.gradient([(0, mix(green, (0.85, 0.92, 0.7), 0.45)), (1, scaled(green, 0.6))])
    art.texture(None, 0.22, 0.06)
    petal: Colour = rng.choice(
        (
            (0.90, 0.26, 0.34),
            (0.98, 0.80, 0.22),
            (0.96, 0.94, 0.96),
            (0.62, 0.40, 0.80),
            (0.96, 0.56, 0.68),
            (0.95, 0.50, 0.16),
        )
    )
    bokeh(art, 26, [mix(green, (1, 1, 0.8), 0.6), mix(petal, green, 0.3), (0.95, 1, 0.85)], size=(0.03, 0.09))
    for _ in range(6):
        x, y = rng.random(), rng.random()
        art.ellipse(x, y, 0.08, 0.06, petal, soft=26, opacity=0.55)
    art.blur(0.012)
    count = rng.randint(1, 4)
    for k in range(count):
        near = (k + 1) / count
        x, y = (
            (0.5, 0.48)
            if count == 1
            else (0.16 + 0.68 * (k + rng.uniform(0.2, 0.8)) / count, rng.uniform(0.28, 0.66))
        )
        size = rng.uniform(0.20, 0.30) if count < 3 else rng.uniform(0.11, 0.18)
        _blossom(art, x, y, size * (0.8 + 0.3 * near), scaled(petal, rng.uniform(0.9, 1.05)), green)


def _blossom(art: Canvas, x: float, y: float, size: float, petal: Colour, green: Colour) -> None:
    rng = art.rng
    sway = rng.uniform(-0.1, 0.1)
    art.stroke([(x, y), (x + sway * 0.4, (y + 1.05) / 2), (x + sway, 1.05)], size * 0.07, scaled(green, 0.9))
    art.ellipse(
        x + sway * 0.5, y + size * 1.6, size * 0.5, size * 0.14, scaled(green, 1.3), turn=-30, shade=0.5
    )
    count, start = rng.choice((5, 6, 8, 13)), rng.random()
    for layer, reach in ((0, 1.0), (1, 0.72)):
        for dx, dy, turn in art.ring(count, start=start + layer * pi / count):
            tone = scaled(mix(petal, (1, 1, 1), 0.12 * layer), rng.uniform(0.86, 1.06) * (0.9 + 0.1 * layer))
            px, py = (
                x + dx * size * 0.55 * reach * art.unit / art.width,
                y + dy * size * 0.5 * reach * art.unit / art.height,
            )
            art.ellipse(
                px, py, size * 0.5 * reach, size * (1.9 / count + 0.05) * reach, tone, turn=turn, shade=0.45
            )
            vein = (
                x + dx * size * reach * 0.95 * art.unit / art.width,
                y + dy * size * reach * 0.9 * art.unit / art.height,
            )
            art.stroke([(x, y), vein], size * 0.014, scaled(tone, 0.9))
    heart: Colour = (0.94, 0.76, 0.18) if petal[1] < 0.7 or petal[2] > 0.7 else (0.36, 0.22, 0.10)
    art.ellipse(x, y, size * 0.2, size * 0.18, scaled(heart, 0.8), shade=0.6, rough=0.2)
    for _ in range(26):
        dx, dy, _turn = art.ring(1, radius=size * 0.17 * rng.random() ** 0.5, start=rng.uniform(0, 6.3))[0]
        art.ellipse(
            x + dx * art.unit / art.width,
            y + dy * art.unit / art.height,
            size * 0.022,
            size * 0.022,
            scaled(heart, rng.uniform(0.9, 1.3)),
        )
