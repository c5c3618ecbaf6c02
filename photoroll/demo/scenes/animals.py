"""A cat or a dog."""

from __future__ import annotations

from photoroll.demo.scenes.canvas import Canvas, Colour, mix, scaled
from photoroll.demo.scenes.effects import bokeh
from photoroll.demo.scenes.local import Local


def pet(art: Canvas) -> None:
    """A cat or a dog looking at the camera, on grass or a rug."""
    rng = art.rng
    outdoors = rng.random() < 0.5
    ground: Colour = (
        rng.choice(((0.30, 0.46, 0.18), (0.38, 0.50, 0.22)))
        if outdoors
        else rng.choice(((0.62, 0.48, 0.40), (0.52, 0.56, 0.60), (0.70, 0.62, 0.52)))
    )
    far: Colour = mix(ground, (0.92, 0.94, 0.85), 0.5)
    art.gradient([(0, far), (0.5, mix(far, ground, 0.6)), (1, scaled(ground, 0.85))])
    bokeh(art, 14, [mix(far, (1, 1, 1), 0.5), far], size=(0.03, 0.1), area=0.45)
    art.blur(0.015, bottom=0.55)
    art.texture(art.below(art.x * 0 + 0.5, soft=60), 0.13, 0.9, 0.3 if outdoors else 0.9)
    fur: Colour = rng.choice(
        ((0.82, 0.56, 0.30), (0.36, 0.32, 0.30), (0.90, 0.84, 0.74), (0.52, 0.38, 0.26), (0.60, 0.58, 0.56))
    )
    _animal(
        art,
        0.5 + rng.uniform(-0.1, 0.1),
        0.44 + rng.uniform(-0.03, 0.04),
        rng.uniform(0.19, 0.23),
        fur,
        cat=rng.random() < 0.5,
    )


def _animal(art: Canvas, x: float, y: float, size: float, fur: Colour, *, cat: bool) -> None:
    body = Local(art, x, y, size)
    pale, dark = mix(fur, (1, 0.98, 0.94), 0.55), scaled(fur, 0.62)
    body.ellipse(0, 2.15, 1.6, 0.3, (0.10, 0.09, 0.07), soft=20, opacity=0.55)
    body.ellipse(0.25, 1.35, 1.15, 1.05, scaled(fur, 0.86), shade=0.45, soft=4, rough=0.14)
    body.ellipse(0, 1.25, 0.6, 0.8, pale, shade=0.3, soft=9, rough=0.2)
    for side in (-1, 1):
        body.ellipse(side * 0.42, 2.0, 0.28, 0.24, mix(fur, pale, 0.5), shade=0.4, soft=3, rough=0.1)
        if cat:
            ear = [(side * 0.95, -1.25), (side * 0.98, -0.2), (side * 0.2, -0.75)]
            body.polygon(ear, fur, fade=dark, soft=1.5)
            inner = [(side * 0.86, -1.02), (side * 0.84, -0.45), (side * 0.42, -0.72)]
            body.polygon(inner, (0.86, 0.62, 0.56), soft=2)
    body.ellipse(0, 0, 1, 0.88, fur, shade=0.4, soft=4, rough=0.12)
    for side in () if cat else (-1, 1):
        body.ellipse(side * 0.98, 0.1, 0.32, 0.72, dark, turn=-side * 14, shade=0.4, soft=4, rough=0.12)
    wide, high = (0.5, 0.36) if cat else (0.46, 0.46)
    body.ellipse(0, 0.38, wide, high, pale, shade=0.25, soft=6, rough=0.12)
    _face(body, dark, cat=cat)


def _face(body: Local, dark: Colour, *, cat: bool) -> None:
    eyes = ((0.62, 0.70, 0.24), (0.86, 0.66, 0.22), (0.40, 0.62, 0.66)) if cat else ((0.30, 0.18, 0.10),)
    iris: Colour = body.art.rng.choice(eyes)
    line = scaled(dark, 0.7)
    for side in (-1, 1):
        x, y = side * 0.4, -0.1
        body.ellipse(x, y, 0.19, 0.18, (0.10, 0.08, 0.07), soft=2)
        body.ellipse(x, y, 0.155, 0.155, iris, shade=0.3)
        body.ellipse(x, y, 0.055 if cat else 0.09, 0.13, (0.03, 0.03, 0.03))
        body.ellipse(x - 0.05, y - 0.06, 0.035, 0.035, (1, 1, 1))
    nose: Colour = (0.80, 0.50, 0.48) if cat else (0.09, 0.08, 0.08)
    body.ellipse(0, 0.25, 0.1 if cat else 0.19, 0.075 if cat else 0.13, nose, shade=0.5)
    body.stroke([(0, 0.3), (0, 0.45)], 0.03, line)
    for side in (-1, 1):
        body.stroke([(0, 0.45), (side * 0.12, 0.53), (side * 0.26, 0.48)], 0.028, line)
        for k in range(3 if cat else 0):
            whisker = [(side * 0.25, 0.36 + 0.05 * k), (side * 1.15, 0.2 + 0.17 * k)]
            body.stroke(whisker, 0.012, (0.96, 0.95, 0.93))
