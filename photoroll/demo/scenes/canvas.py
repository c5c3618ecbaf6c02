"""A canvas of light: gradients, fractal texture, soft shapes and camera effects on a float picture.

Colours are sRGB from 0 to 1; positions are fractions of width and height from the upper left; sizes are
fractions of the shorter side. Everything random comes from the generator that the canvas is made with.
"""

from __future__ import annotations

import random
from collections.abc import Sequence
from functools import cache
from math import ceil, cos, floor, pi, radians, sin
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Field = NDArray[Any]

Colour = tuple[float, float, float]
_TILE = 512


@cache
def _tile(slope: float) -> Field:
    """Give a periodic tile of 1/f^slope noise (mean 0, sd 1), doubled both ways for easy cropping."""
    import numpy as np

    rng = np.random.default_rng(20210301)
    fy, fx = np.fft.fftfreq(_TILE)[:, None], np.fft.rfftfreq(_TILE)[None]
    frequency = np.hypot(fx, fy)
    frequency[0, 0] = 1.0
    spectrum = rng.standard_normal(frequency.shape) + 1j * rng.standard_normal(frequency.shape)
    spectrum[0, 0] = 0
    field = np.fft.irfft2(spectrum / frequency**slope, (_TILE, _TILE))
    return np.tile((field / field.std()).astype(np.float32), (2, 2))


def mix(a: Colour, b: Colour, share: float) -> Colour:
    """Give the colour ``share`` of the way from ``a`` to ``b``."""
    return (a[0] + (b[0] - a[0]) * share, a[1] + (b[1] - a[1]) * share, a[2] + (b[2] - a[2]) * share)


def scaled(colour: Colour, factor: float) -> Colour:
    """Give a lighter or darker colour."""
    return (colour[0] * factor, colour[1] * factor, colour[2] * factor)


def rise(field: Field, step: int) -> Field:
    """Give how much a field rises from ``step`` pixels further left: light that falls from the left."""
    import numpy as np

    shifted = np.empty_like(field)
    shifted[:, step:] = field[:, :-step]
    shifted[:, :step] = field[:, :1]
    found: Field = field - shifted
    return found


class Canvas:
    """A picture while it is being painted; ``px`` is (height, width, 3) float32."""

    def __init__(self, width: int, height: int, rng: random.Random) -> None:
        import numpy as np

        self.width, self.height, self.rng = width, height, rng
        self.unit = min(width, height)
        self.px: Field = np.zeros((height, width, 3), np.float32)
        self.x: Field = (np.arange(width, dtype=np.float32)[None] + 0.5) / width
        self.y: Field = (np.arange(height, dtype=np.float32)[:, None] + 0.5) / height

    # Texture

    def noise(self, detail_x: float, detail_y: float | None = None, *, slope: float = 1.4) -> Field:
        """Give fractal noise over the whole canvas, sd about 1; ``detail`` 0 is broad, 1 pixel-fine."""
        return self.noise_patch(self.width, self.height, detail_x, detail_y, slope=slope)

    def noise_patch(
        self, width: int, height: int, detail_x: float, detail_y: float | None = None, *, slope: float = 1.4
    ) -> Field:
        """Give fractal noise of a size in pixels."""
        import cv2

        tile = _tile(slope)
        across = max(4, min(_TILE, int(_TILE * detail_x * width / self.unit)))
        down = max(4, min(_TILE, int(_TILE * (detail_y or detail_x) * height / self.unit)))
        left, top = self.rng.randrange(_TILE), self.rng.randrange(_TILE)
        crop = tile[top : top + down, left : left + across]
        smooth = cv2.INTER_CUBIC if across < width or down < height else cv2.INTER_AREA
        found: Field = cv2.resize(crop, (max(1, width), max(1, height)), interpolation=smooth)
        return found

    def line(self, roughness: float = 0.15, *, slope: float = 1.4) -> Field:
        """Give one fractal line over the width, between about -1 and 1, as a (1, width) array."""
        import numpy as np

        profile = self.noise_patch(self.width, 4, roughness, 0.01, slope=slope)[1:2]
        profile = profile - profile.mean()
        found: Field = profile / max(float(np.abs(profile).max()), 1e-6)
        return found

    # Large areas

    def gradient(
        self, stops: Sequence[tuple[float, Colour]], *, top: float = 0.0, bottom: float = 1.0
    ) -> None:
        """Paint rows from ``top`` to ``bottom`` with colours that change smoothly from stop to stop."""
        import numpy as np

        first, last = round(top * self.height), round(bottom * self.height)
        if last <= first:
            return
        where = np.linspace(0, 1, last - first)
        at = [stop for stop, _ in stops]
        rows = np.stack([np.interp(where, at, [c[k] for _, c in stops]) for k in range(3)], axis=1)
        self.px[first:last] = rows[:, None, :].astype(np.float32)

    def blend(self, mask: Field, colour: Colour | Field, *, top: int = 0, left: int = 0) -> None:
        """Lay a colour, or a patch of colours, over the canvas where the mask (0 to 1) says so; clipped."""
        import cv2
        import numpy as np

        height, width = mask.shape
        y0, y1 = max(top, 0), min(top + height, self.height)
        x0, x1 = max(left, 0), min(left + width, self.width)
        if y1 <= y0 or x1 <= x0:
            return
        if height == self.height and top == 0:  # a large mask: leave out the rows that it does not touch
            rows = np.flatnonzero(mask.max(axis=1) > 0)
            if not len(rows):
                return
            y0, y1 = int(rows[0]), int(rows[-1]) + 1
        part = np.ascontiguousarray(mask[y0 - top : y1 - top, x0 - left : x1 - left], np.float32)
        under = self.px[y0:y1, x0:x1]
        if isinstance(colour, tuple):
            change = cv2.subtract((*colour, 0.0), under)  # type: ignore[call-overload]
        else:
            paint = np.broadcast_to(colour, (height, width, 3))[y0 - top : y1 - top, x0 - left : x1 - left]
            change = cv2.subtract(np.ascontiguousarray(paint, np.float32), under)
        cv2.multiply(change, cv2.merge([part, part, part]), dst=change)
        cv2.add(under, change, dst=under)

    def lighten(self, factor: Field) -> None:
        """Multiply the light of every pixel by a (height, width) field."""
        import cv2
        import numpy as np

        field = np.ascontiguousarray(np.broadcast_to(factor, (self.height, self.width)), np.float32)
        cv2.multiply(self.px, cv2.merge([field, field, field]), dst=self.px)

    def shine(self, light: Field, colour: Colour) -> None:
        """Add coloured light, by a (height, width) field."""
        import cv2
        import numpy as np

        field = np.ascontiguousarray(np.broadcast_to(light, (self.height, self.width)), np.float32)
        cv2.add(self.px, cv2.merge([field * c for c in colour]), dst=self.px)

    def below(self, edge: Field, *, soft: float = 1.2) -> Field:
        """Give the mask of what lies below a line (heights as fractions, shape (1, width))."""
        import numpy as np

        return np.clip((self.y - edge) * (self.height / self._edge(soft)) + 0.5, 0, 1)

    def texture(
        self, mask: Field | None, strength: float, detail_x: float, detail_y: float | None = None
    ) -> None:
        """Make the canvas lighter and darker by fractal noise, by ``strength`` at one sd."""
        field = self.noise(detail_x, detail_y, slope=1.1) * strength
        if mask is not None:
            field = field * mask
        self.lighten(1 + field)

    def glow(self, x: float, y: float, radius: float, colour: Colour, strength: float = 1.0) -> None:
        """Add light around a point, Gaussian with ``radius`` as sigma."""
        import numpy as np

        across = np.exp(-0.5 * ((self.x - x) * self.width / (radius * self.unit)) ** 2)
        down = np.exp(-0.5 * ((self.y - y) * self.height / (radius * self.unit)) ** 2)
        self.shine((down * strength) * across, colour)

    # Shapes

    def polygon(
        self,
        points: Sequence[tuple[float, float]],
        colour: Colour,
        *,
        fade: Colour | None = None,
        soft: float = 0.0,
    ) -> None:
        """Fill a polygon (fractions of width and height), with a second colour towards its lower edge."""
        import cv2
        import numpy as np

        pixels = np.array([(x * self.width, y * self.height) for x, y in points], np.float64)
        soft = self._edge(soft)
        pad = 2 + ceil(3 * soft)
        left, top = (floor(float(low)) - pad for low in pixels.min(axis=0))
        right, bottom = (ceil(float(high)) + pad for high in pixels.max(axis=0))
        left, top = max(left, -pad - 40), max(top, -pad - 40)
        right, bottom = min(right, self.width + pad + 40), min(bottom, self.height + pad + 40)
        if right - left < 2 or bottom - top < 2:
            return
        mask = np.zeros((bottom - top, right - left), np.uint8)
        shape = np.round((pixels - (left, top)) * 16).astype(np.int32)
        cv2.fillPoly(mask, [shape], 255, cv2.LINE_AA, 4)
        alpha: Field = mask.astype(np.float32) / 255
        if soft:
            alpha = cv2.GaussianBlur(alpha, (0, 0), soft)
        if fade is None:
            self.blend(alpha, colour, top=top, left=left)
            return
        down = np.linspace(0, 1, bottom - top, dtype=np.float32)[:, None, None]
        base = np.asarray(colour, np.float32)
        paint = np.broadcast_to(base + down * (np.asarray(fade, np.float32) - base), (*alpha.shape, 3))
        self.blend(alpha, paint, top=top, left=left)

    def rectangle(
        self, x: float, y: float, width: float, height: float, colour: Colour, *, fade: Colour | None = None
    ) -> None:
        """Fill an upright rectangle (fractions of width and height)."""
        corners = [(x, y), (x + width, y), (x + width, y + height), (x, y + height)]
        self.polygon(corners, colour, fade=fade)

    def ellipse(
        self,
        x: float,
        y: float,
        rx: float,
        ry: float,
        colour: Colour,
        *,
        turn: float = 0.0,
        shade: float = 0.0,
        soft: float = 1.2,
        opacity: float = 1.0,
        rough: float = 0.0,
    ) -> None:
        """Fill an ellipse: radii in shorter sides, ``turn`` in degrees clockwise.

        ``shade`` darkens it away from a light at the upper left; ``soft`` is its edge in pixels at 480;
        ``rough`` frays the edge by noise (leaves, fur).
        """
        import cv2
        import numpy as np

        a, b, soft = max(rx * self.unit, 0.6), max(ry * self.unit, 0.6), self._edge(soft)
        reach = ceil(max(a, b) * (1 + 0.8 * rough) + soft + 1)
        box = self._box(x * self.width, y * self.height, reach)
        if box is None:
            return None
        top, left, dy, dx = box
        c, s = cos(radians(turn)), sin(radians(turn))
        distance = cv2.magnitude((dx * c + dy * s) / a, (dy * c - dx * s) / b)
        if rough:
            fray = self.noise_patch(distance.shape[1], distance.shape[0], 0.5, slope=1.0)
            distance = cv2.scaleAdd(fray, rough * 0.35, distance)
        mask = np.clip((1 - distance) * (min(a, b) / soft) + 0.5, 0, 1)
        mask *= opacity
        if not shade:
            return self.blend(mask, colour, top=top, left=left)
        slant = (dx + dy) * (0.45 / max(a, b)) + 0.35 * distance * distance
        light = 1 - shade * np.clip(slant, -0.5, 1.0)
        return self.blend(mask, cv2.merge([light * tone for tone in colour]), top=top, left=left)

    def _edge(self, soft: float) -> float:
        """Give an edge's softness in pixels: as given at 480 pixels, in proportion at other sizes."""
        return soft if soft < 1.6 else max(1.2, soft * self.unit / 480)

    def _box(self, cx: float, cy: float, reach: int) -> tuple[int, int, Field, Field] | None:
        """Give the part of the canvas within ``reach`` pixels: top, left, and distances down and across."""
        import numpy as np

        top, bottom = max(floor(cy) - reach, 0), min(floor(cy) + reach + 1, self.height)
        left, right = max(floor(cx) - reach, 0), min(floor(cx) + reach + 1, self.width)
        if top >= bottom or left >= right:
            return None
        dy = np.arange(top, bottom, dtype=np.float32)[:, None] + np.float32(0.5 - cy)
        dx = np.arange(left, right, dtype=np.float32)[None] + np.float32(0.5 - cx)
        return top, left, dy, dx

    def stroke(self, points: Sequence[tuple[float, float]], width: float, colour: Colour) -> None:
        """Draw a line through points; ``width`` in shorter sides."""
        import cv2
        import numpy as np

        pixels = np.array([(x * self.width, y * self.height) for x, y in points], np.float64)
        thick = max(1, round(width * self.unit))
        pad = thick + 3
        left, top = (floor(float(low)) - pad for low in pixels.min(axis=0))
        right, bottom = (ceil(float(high)) + pad for high in pixels.max(axis=0))
        mask = np.zeros((bottom - top, right - left), np.uint8)
        shape = np.round((pixels - (left, top)) * 16).astype(np.int32)
        cv2.polylines(
            mask, [shape], isClosed=False, color=255, thickness=thick, lineType=cv2.LINE_AA, shift=4
        )
        self.blend(mask.astype(np.float32) / 255, colour, top=top, left=left)

    # Camera effects

    def blur(self, sigma: float, *, top: float = 0.0, bottom: float = 1.0) -> None:
        """Blur rows between two heights; ``sigma`` in shorter sides."""
        import cv2

        first, last = round(top * self.height), round(bottom * self.height)
        if last - first > 2:
            reach = sigma * self.unit
            part = self.px[first:last]
            if reach > 4:  # blur a smaller copy: the same to the eye, many times faster
                share = max(2, int(reach / 2))
                size = (max(2, self.width // share), max(2, (last - first) // share))
                small = cv2.GaussianBlur(
                    cv2.resize(part, size, interpolation=cv2.INTER_AREA), (0, 0), reach / share
                )
                part[:] = cv2.resize(small, (self.width, last - first), interpolation=cv2.INTER_CUBIC)
            else:
                part[:] = cv2.GaussianBlur(part, (0, 0), reach)

    def ring(
        self, count: int, *, radius: float = 1.0, start: float = 0.0
    ) -> list[tuple[float, float, float]]:
        """Give ``count`` directions round a circle: dx, dy (times radius) and degrees."""
        turns = [start + 2 * pi * k / count for k in range(count)]
        return [(radius * cos(turn), radius * sin(turn), turn * 180 / pi) for turn in turns]
