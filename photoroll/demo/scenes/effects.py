"""What lies over or under a whole picture: clouds, water, lights out of focus, the lens's bloom."""

from __future__ import annotations

from collections.abc import Sequence

from photoroll.demo.scenes.canvas import Canvas, Colour


def clouds(
    art: Canvas, cover: float, light: Colour, shade: Colour, *, bottom: float, opacity: float = 0.9
) -> None:
    """Paint clouds down to ``bottom``, flatter towards the horizon; ``cover`` from 0 to 1."""
    import numpy as np

    rows = max(8, round(bottom * art.height))
    body = art.noise_patch(art.width, rows, 0.22, 0.55, slope=1.6)
    fade = np.clip(1.15 - np.linspace(0, 1, rows, dtype=np.float32)[:, None], 0, 1)
    mask = np.clip((body - (1.25 - 2.2 * cover)) * 0.9, 0, 1) * opacity * fade
    shift = rows // 14 + 1
    beneath = np.concatenate([body[shift:], body[-1:].repeat(shift, axis=0)])
    lit = np.clip(0.55 + 0.45 * (beneath - body), 0, 1)[..., None]
    paint = np.asarray(shade, np.float32) + lit * (
        np.asarray(light, np.float32) - np.asarray(shade, np.float32)
    )
    art.blend(mask, paint)


def mirror(art: Canvas, horizon: float, *, tint: Colour, dim: float, ripple: float) -> None:
    """Turn everything below the horizon into water that reflects what is above."""
    import cv2
    import numpy as np

    start = round(horizon * art.height)
    rows = art.height - start
    if rows < 4 or start < 4:
        return
    depth = np.linspace(0, 1, rows, dtype=np.float32)[:, None]
    waves = art.noise_patch(art.width, rows, 0.25, 0.9, slope=1.0)
    source_y = start - 1 - depth * min(start - 2, rows) + waves * (1 + 14 * depth) * ripple
    source_x = np.arange(art.width, dtype=np.float32)[None] + waves * (1 + 8 * depth) * ripple
    source_y = np.clip(source_y, 0, start - 1).astype(np.float32)
    seen = cv2.remap(art.px[:start], source_x, source_y, cv2.INTER_LINEAR, borderMode=cv2.BORDER_REFLECT)
    share = (dim * (0.55 + 0.45 * (1 - depth)))[..., None]
    water = np.asarray(tint, np.float32) * (1 - 0.35 * depth[..., None])
    art.px[start:] = water + share * (seen - water)


def bokeh(
    art: Canvas, count: int, colours: Sequence[Colour], *, size: tuple[float, float], area: float = 1.0
) -> None:
    """Add soft discs of light out of focus in the upper ``area`` of the canvas."""
    for _ in range(count):
        radius = art.rng.uniform(*size)
        x, y = art.rng.random(), art.rng.random() * area
        colour = art.rng.choice(list(colours))
        opacity = art.rng.uniform(0.12, 0.5)
        art.ellipse(x, y, radius, radius, colour, soft=1.5 + radius * art.unit * 0.12, opacity=opacity)


def bloom(art: Canvas, strength: float = 0.25) -> None:
    """Let bright parts shine over their surroundings, as in a lens."""
    import cv2
    import numpy as np

    size = (max(8, art.width // 6), max(8, art.height // 6))
    small = np.clip(cv2.resize(art.px, size, interpolation=cv2.INTER_AREA) - 0.62, 0, 1) * (strength * 2)
    small = cv2.GaussianBlur(small, (0, 0), art.unit / 6 * 0.035 + 0.5)
    cv2.add(art.px, cv2.resize(small, (art.width, art.height)), dst=art.px)
