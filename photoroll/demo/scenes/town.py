"""Towns and rooms: a skyline by day, lights at night, an indoor room."""

from __future__ import annotations

from photoroll.demo.scenes.canvas import Canvas, Colour, mix, scaled
from photoroll.demo.scenes.effects import bokeh, clouds, mirror
from photoroll.demo.scenes.nature import day_sky

_FACADES: tuple[Colour, ...] = (
    (0.90, 0.80, 0.62),
    (0.86, 0.66, 0.52),
    (0.80, 0.82, 0.80),
    (0.92, 0.88, 0.80),
    (0.74, 0.58, 0.50),
    (0.72, 0.80, 0.84),
    (0.90, 0.72, 0.66),
)
_LIGHTS: tuple[Colour, ...] = ((1.0, 0.82, 0.48), (1.0, 0.90, 0.70), (0.98, 0.70, 0.36), (0.75, 0.86, 1.0))


def city_day(art: Canvas) -> None:
    """A skyline over the water, or a row of old houses on a square."""
    if art.rng.random() < 0.5:
        _skyline(art)
    else:
        _old_town(art)


def _skyline(art: Canvas) -> None:
    rng = art.rng
    horizon = rng.uniform(0.58, 0.80)
    haze = _evening_sky(art, horizon) if rng.random() < 0.35 else day_sky(art, horizon)
    tall = rng.uniform(0.6, 1.25)
    for layer in range(3):
        near = layer / 2
        x = -0.05
        while x < 1.05:
            wide = rng.uniform(0.04, 0.11)
            high = tall * (rng.uniform(0.10, 0.24) + (rng.random() ** 4) * (0.38 - 0.16 * near))
            glass: Colour = rng.choice(
                ((0.42, 0.52, 0.62), (0.58, 0.56, 0.54), (0.36, 0.44, 0.52), (0.66, 0.62, 0.56))
            )
            tone = mix(glass, haze, 0.66 - 0.5 * near)
            _tower(art, x, horizon - high, wide * 0.94, high + 0.02, tone, lit=0.0)
            x += wide * rng.uniform(0.8, 1.4)
    _trees(art, horizon, (0.20, 0.36, 0.18))
    mirror(art, horizon + 0.015, tint=(0.28, 0.42, 0.50), dim=0.55, ripple=art.unit / 500)


def _evening_sky(art: Canvas, horizon: float) -> Colour:
    """Paint the sky an hour before sunset; gives the colour of the haze at the horizon."""
    low: Colour = art.rng.choice(((1.0, 0.84, 0.64), (0.98, 0.78, 0.66), (0.96, 0.90, 0.74)))
    top: Colour = art.rng.choice(((0.42, 0.52, 0.72), (0.52, 0.50, 0.66)))
    art.gradient([(0, top), (0.6, mix(top, low, 0.6)), (1, low)], bottom=min(1.0, horizon + 0.03))
    clouds(art, art.rng.uniform(0.3, 0.7), (1.0, 0.92, 0.80), (0.70, 0.60, 0.64), bottom=horizon)
    return low


def _tower(art: Canvas, x: float, y: float, wide: float, high: float, tone: Colour, *, lit: float) -> None:
    """Paint one building: a light and a shaded side, rows of windows; ``lit`` is the share of lamps on."""
    rng = art.rng
    art.rectangle(x, y, wide, high, scaled(tone, 1.08), fade=scaled(tone, 0.92))
    art.rectangle(x + wide * 0.68, y, wide * 0.32, high, scaled(tone, 0.8), fade=scaled(tone, 0.72))
    if rng.random() < 0.2:
        art.stroke([(x + wide / 2, y), (x + wide / 2, y - 0.05)], 0.004, scaled(tone, 0.8))
    columns = max(2, int(wide * art.width / (0.022 * art.unit)))
    rows = max(2, int(high * art.height / (0.03 * art.unit)))
    pitch_x, pitch_y = wide / columns, high / rows
    pane = scaled(tone, 0.62)
    if not lit:
        for k in range(rows):
            art.rectangle(
                x + pitch_x * 0.2, y + pitch_y * (k + 0.3), wide - pitch_x * 0.4, pitch_y * 0.4, pane
            )
        for k in range(1, columns):
            art.rectangle(x + pitch_x * k - pitch_x * 0.14, y, pitch_x * 0.28, high, tone)
        return
    for k in range(rows):
        for j in range(columns):
            if rng.random() < lit:
                lamp = scaled(rng.choice(_LIGHTS), rng.uniform(0.5, 1.0))
                art.rectangle(
                    x + pitch_x * (j + 0.22), y + pitch_y * (k + 0.25), pitch_x * 0.5, pitch_y * 0.5, lamp
                )


def _trees(art: Canvas, foot: float, green: Colour) -> None:
    rng = art.rng
    for _ in range(rng.randint(14, 30)):
        size = rng.uniform(0.012, 0.034)
        tone = scaled(green, rng.uniform(0.75, 1.3))
        art.ellipse(rng.random(), foot - size * 0.4, size, size * 0.9, tone, shade=0.5, soft=2, rough=0.4)


def _old_town(art: Canvas) -> None:
    rng = art.rng
    haze = day_sky(art, 0.6)
    ground = rng.uniform(0.76, 0.84)
    if rng.random() < 0.6:
        _church(art, rng.uniform(0.2, 0.8), ground, mix((0.70, 0.66, 0.60), haze, 0.35))
    x = -0.06
    while x < 1.02:
        wide = rng.uniform(0.13, 0.22)
        _house(art, x, ground, wide, rng.uniform(0.32, 0.52))
        x += wide
    stone = rng.choice(((0.66, 0.62, 0.56), (0.58, 0.56, 0.54), (0.72, 0.66, 0.58)))
    art.gradient([(0, scaled(stone, 0.72)), (0.2, stone), (1, scaled(stone, 1.08))], top=ground)
    pavement = art.below(art.y[:1] * 0 + ground + 0 * art.x)
    art.texture(pavement, 0.06, 0.7, 0.95)
    _passers_by(art, ground)
    if rng.random() < 0.4:
        green: Colour = (0.22, 0.40, 0.18)
        for _ in range(9):
            x, y = rng.choice((0.04, 0.96)) + rng.gauss(0, 0.06), rng.uniform(0.0, 0.3)
            art.ellipse(x, y, 0.1, 0.08, scaled(green, rng.uniform(0.6, 1.2)), shade=0.5, soft=4, rough=0.6)


def _church(art: Canvas, x: float, ground: float, tone: Colour) -> None:
    half = 0.045
    art.rectangle(x - half, 0.2, 2 * half, ground - 0.2, tone, fade=scaled(tone, 0.85))
    art.rectangle(x + half * 0.3, 0.2, half * 0.7, ground - 0.2, scaled(tone, 0.8), fade=scaled(tone, 0.75))
    art.polygon(
        [(x, 0.03), (x + half * 1.15, 0.21), (x - half * 1.15, 0.21)],
        (0.36, 0.46, 0.42),
        fade=(0.28, 0.38, 0.35),
    )
    art.ellipse(x, 0.28, 0.02, 0.02, (0.93, 0.9, 0.8))


def _house(art: Canvas, x: float, ground: float, wide: float, high: float) -> None:
    rng = art.rng
    wall = scaled(rng.choice(_FACADES), rng.uniform(0.82, 1.0))
    top = ground - high
    roof = scaled(
        rng.choice(((0.62, 0.32, 0.22), (0.52, 0.28, 0.20), (0.40, 0.38, 0.38))), rng.uniform(0.85, 1.1)
    )
    art.polygon(
        [
            (x - 0.006, top),
            (x + wide * 0.18, top - 0.08),
            (x + wide * 0.82, top - 0.08),
            (x + wide + 0.006, top),
        ],
        scaled(roof, 1.1),
        fade=scaled(roof, 0.85),
    )
    art.rectangle(x, top, wide, high, wall, fade=scaled(wall, 0.86))
    art.rectangle(x + wide * 0.965, top, wide * 0.035, high, scaled(wall, 0.75))
    art.rectangle(x, top, wide, 0.012, scaled(wall, 1.12))
    floors, columns = max(2, round(high / 0.125)), max(2, round(wide / 0.06))
    for floor in range(floors):
        for column in range(columns):
            w, h = wide / columns * 0.42, high / floors * 0.55
            wx, wy = x + wide * (column + 0.29) / columns, top + high * (floor + 0.24) / floors
            art.rectangle(wx - 0.004, wy - 0.006, w + 0.008, h + 0.01, scaled(wall, 1.15))
            art.rectangle(wx, wy, w, h, (0.30, 0.36, 0.42), fade=(0.48, 0.55, 0.60))
            art.rectangle(wx + w * 0.46, wy, w * 0.08, h, scaled(wall, 1.15))
            if floor == floors - 1 and rng.random() < 0.4:
                awning: Colour = rng.choice(((0.70, 0.22, 0.20), (0.20, 0.40, 0.34), (0.85, 0.80, 0.68)))
                art.polygon(
                    [
                        (wx - 0.008, wy),
                        (wx + w + 0.008, wy),
                        (wx + w + 0.016, wy + 0.035),
                        (wx - 0.016, wy + 0.035),
                    ],
                    awning,
                    fade=scaled(awning, 0.8),
                )


def _passers_by(art: Canvas, ground: float) -> None:
    rng = art.rng
    for _ in range(rng.randint(2, 9)):
        far = rng.random()
        x, foot, tall = rng.random(), ground + 0.02 + 0.13 * far, 0.06 + 0.07 * far
        coat: Colour = rng.choice(
            (
                (0.24, 0.28, 0.36),
                (0.62, 0.26, 0.24),
                (0.80, 0.76, 0.68),
                (0.30, 0.40, 0.34),
                (0.18, 0.18, 0.20),
            )
        )
        art.ellipse(x + tall * 0.35, foot, tall * 0.5, tall * 0.07, (0.25, 0.23, 0.22), soft=3, opacity=0.5)
        for side in (-0.06, 0.06):
            art.stroke([(x, foot - tall * 0.45), (x + side * tall, foot)], tall * 0.13, (0.2, 0.2, 0.26))
        art.ellipse(x, foot - tall * 0.62, tall * 0.15, tall * 0.27, coat, shade=0.5)
        art.ellipse(x, foot - tall * 0.94, tall * 0.075, tall * 0.09, (0.82, 0.62, 0.50), shade=0.4)


def city_night(art: Canvas) -> None:
    """Lit windows against a blue hour, mirrored in water or behind lamps out of focus."""
    rng = art.rng
    horizon = rng.uniform(0.62, 0.74)
    glow: Colour = rng.choice(((0.85, 0.45, 0.30), (0.60, 0.36, 0.48), (0.30, 0.34, 0.52)))
    top: Colour = rng.choice(((0.05, 0.09, 0.22), (0.07, 0.12, 0.28), (0.04, 0.05, 0.13)))
    art.gradient([(0, top), (0.55, mix(top, glow, 0.35)), (1, mix(top, glow, 0.85))], bottom=horizon + 0.03)
    if rng.random() < 0.4:
        x, y = rng.uniform(0.15, 0.85), rng.uniform(0.1, 0.25)
        art.glow(x, y, 0.1, (0.5, 0.5, 0.45), 0.35)
        art.ellipse(x, y, 0.028, 0.028, (0.98, 0.96, 0.88))
    for layer in range(2):
        x = -0.05
        while x < 1.05:
            wide = rng.uniform(0.05, 0.13)
            high = rng.uniform(0.10, 0.26) + (rng.random() ** 4) * 0.34
            tone = mix((0.07, 0.08, 0.13), glow, 0.22 if layer == 0 else 0.03)
            _tower(art, x, horizon - high, wide * 0.95, high + 0.02, tone, lit=0.12 if layer == 0 else 0.3)
            x += wide * rng.uniform(0.85, 1.3)
    for _ in range(22):
        x = rng.random()
        art.glow(x, horizon + 0.006, 0.016, rng.choice(_LIGHTS), 0.8)
    mirror(art, horizon + 0.015, tint=scaled(top, 1.2), dim=0.8, ripple=art.unit / 190)
    if rng.random() < 0.45:
        art.blur(0.012)
        bokeh(art, 34, _LIGHTS, size=(0.02, 0.06), area=1.0)


def indoor(art: Canvas) -> None:
    """A room with a window, light on the floor, some furniture."""
    rng = art.rng
    wall: Colour = rng.choice(
        ((0.88, 0.84, 0.76), (0.80, 0.84, 0.82), (0.90, 0.86, 0.82), (0.70, 0.76, 0.80), (0.84, 0.76, 0.66))
    )
    floor_y = rng.uniform(0.66, 0.74)
    art.gradient([(0, scaled(wall, 0.82)), (1, scaled(wall, 0.96))], bottom=floor_y)
    art.texture(None, 0.012, 0.5)
    wood: Colour = rng.choice(((0.58, 0.42, 0.28), (0.68, 0.54, 0.38), (0.46, 0.33, 0.24)))
    art.gradient([(0, scaled(wood, 0.8)), (1, scaled(wood, 1.12))], top=floor_y)
    _planks(art, floor_y, wood)
    art.rectangle(0, floor_y - 0.02, 1, 0.022, scaled(wall, 1.08), fade=scaled(wall, 0.9))
    left = rng.random() < 0.5
    x = 0.08 if left else 0.56
    _window(art, x, 0.10, 0.34, 0.40)
    lean = 0.18 if left else -0.18
    art.polygon(
        [
            (x + 0.04 + lean, floor_y + 0.05),
            (x + 0.32 + lean, floor_y + 0.05),
            (x + 0.44 + 2 * lean, 0.96),
            (x + 0.08 + 2 * lean, 0.96),
        ],
        mix(wood, (1.0, 0.93, 0.74), 0.55),
        soft=8,
    )
    art.glow(x + 0.17, 0.3, 0.4, (1.0, 0.92, 0.75), 0.10)
    other = 0.62 if left else 0.06
    if rng.random() < 0.7:
        _picture(art, other + rng.uniform(0.02, 0.1), rng.uniform(0.14, 0.2))
    _sofa(art, 0.48 if left else 0.04, floor_y)
    if rng.random() < 0.7:
        _plant(art, 0.5, floor_y + 0.03)
    if rng.random() < 0.5:
        _lamp(art, 0.94 if left else 0.06, floor_y)


def _planks(art: Canvas, top: float, wood: Colour) -> None:
    for k in range(-9, 20):
        x = k / 10
        art.stroke([(0.5 + (x - 0.5) * 0.75, top), (0.5 + (x - 0.5) * 1.9, 1.02)], 0.003, scaled(wood, 0.66))
    art.texture(art.below(art.x * 0 + top), 0.05, 0.25, 0.9)


def _window(art: Canvas, x: float, y: float, wide: float, high: float) -> None:
    rng = art.rng
    art.rectangle(x - 0.015, y - 0.02, wide + 0.03, high + 0.04, (0.95, 0.94, 0.92), fade=(0.85, 0.84, 0.82))
    art.rectangle(x, y, wide, high, (0.56, 0.74, 0.90), fade=(0.86, 0.90, 0.86))
    green: Colour = rng.choice(((0.52, 0.70, 0.42), (0.45, 0.62, 0.45), (0.70, 0.72, 0.5)))
    for _ in range(16):
        art.ellipse(
            x + rng.uniform(0.03, wide - 0.03),
            y + high * rng.uniform(0.68, 0.92),
            0.035,
            0.028,
            mix(green, (1, 1, 1), rng.uniform(0.05, 0.35)),
            soft=6,
        )
    for k in (0.0, 0.5, 1.0):
        art.rectangle(x + wide * k - 0.007, y, 0.014, high, (0.93, 0.92, 0.90))
    art.rectangle(x, y + high * 0.36, wide, 0.016, (0.93, 0.92, 0.90))
    art.rectangle(x - 0.03, y + high + 0.02, wide + 0.06, 0.025, (0.97, 0.96, 0.94), fade=(0.8, 0.79, 0.77))
    if rng.random() < 0.6:
        cloth: Colour = rng.choice(((0.92, 0.88, 0.80), (0.60, 0.68, 0.70), (0.78, 0.62, 0.52)))
        for side in (x - 0.05, x + wide - 0.02):
            for k in range(4):
                art.rectangle(
                    side + k * 0.0175,
                    y - 0.05,
                    0.0178,
                    high + 0.2,
                    scaled(cloth, 0.82 + 0.09 * (k % 3)),
                    fade=scaled(cloth, 0.72 + 0.09 * (k % 3)),
                )


def _picture(art: Canvas, x: float, y: float) -> None:
    rng = art.rng
    wide, high = rng.uniform(0.12, 0.2), rng.uniform(0.16, 0.24)
    art.rectangle(x + 0.008, y + 0.014, wide, high, (0.45, 0.42, 0.38))
    art.rectangle(x, y, wide, high, rng.choice(((0.25, 0.2, 0.16), (0.94, 0.93, 0.9), (0.6, 0.46, 0.3))))
    low, top = [(rng.uniform(0.3, 0.9), rng.uniform(0.3, 0.8), rng.uniform(0.25, 0.7)) for _ in range(2)]
    art.rectangle(x + 0.012, y + 0.016, wide - 0.024, high - 0.032, top, fade=low)
    art.ellipse(x + wide * 0.6, y + high * 0.45, 0.03, 0.03, mix(low, (1, 0.9, 0.6), 0.6))


def _sofa(art: Canvas, x: float, floor_y: float) -> None:
    rng = art.rng
    cloth: Colour = rng.choice(
        ((0.34, 0.46, 0.52), (0.66, 0.58, 0.48), (0.52, 0.56, 0.42), (0.58, 0.34, 0.30), (0.44, 0.44, 0.48))
    )
    seat = floor_y + 0.02
    art.ellipse(x + 0.24, seat + 0.17, 0.36, 0.03, (0.16, 0.12, 0.09), soft=8, opacity=0.5)
    art.rectangle(x + 0.03, seat - 0.2, 0.42, 0.24, scaled(cloth, 1.05), fade=scaled(cloth, 0.85))
    for k in range(2):
        art.rectangle(
            x + 0.045 + 0.195 * k, seat - 0.03, 0.19, 0.085, scaled(cloth, 1.18), fade=scaled(cloth, 0.95)
        )
    art.rectangle(x + 0.03, seat + 0.055, 0.42, 0.1, scaled(cloth, 0.88), fade=scaled(cloth, 0.68))
    for side in (x, x + 0.43):
        art.rectangle(side, seat - 0.09, 0.055, 0.245, scaled(cloth, 1.1), fade=scaled(cloth, 0.72))
    for _ in range(rng.randint(1, 3)):
        pillow: Colour = rng.choice(
            ((0.90, 0.72, 0.36), (0.90, 0.88, 0.82), (0.76, 0.42, 0.36), (0.40, 0.56, 0.58))
        )
        art.ellipse(
            x + rng.uniform(0.09, 0.38),
            seat - 0.075,
            0.07,
            0.06,
            pillow,
            shade=0.5,
            turn=rng.uniform(-25, 25),
            soft=2,
        )


def _plant(art: Canvas, x: float, foot: float) -> None:
    rng = art.rng
    pot: Colour = rng.choice(((0.74, 0.46, 0.34), (0.88, 0.87, 0.84), (0.34, 0.36, 0.38)))
    for _ in range(11):
        lean = rng.uniform(-0.1, 0.1)
        green = scaled((0.24, 0.46, 0.22), rng.uniform(0.7, 1.3))
        high = rng.uniform(0.12, 0.3)
        art.stroke(
            [(x, foot - 0.06), (x + lean * 0.5, foot - 0.06 - high * 0.7), (x + lean, foot - high)],
            0.005,
            scaled(green, 0.8),
        )
        art.ellipse(x + lean, foot - high, 0.05, 0.022, green, turn=rng.uniform(-70, 70), shade=0.4)
    art.polygon(
        [
            (x - 0.035, foot - 0.07),
            (x + 0.035, foot - 0.07),
            (x + 0.026, foot + 0.03),
            (x - 0.026, foot + 0.03),
        ],
        pot,
        fade=scaled(pot, 0.7),
    )


def _lamp(art: Canvas, x: float, floor_y: float) -> None:
    art.stroke([(x, 0.36), (x, floor_y + 0.06)], 0.01, (0.25, 0.23, 0.22))
    art.glow(x, 0.33, 0.16, (1.0, 0.78, 0.42), 0.4)
    art.polygon(
        [(x - 0.035, 0.25), (x + 0.035, 0.25), (x + 0.06, 0.37), (x - 0.06, 0.37)],
        (1.0, 0.93, 0.76),
        fade=(1.0, 0.84, 0.56),
    )
