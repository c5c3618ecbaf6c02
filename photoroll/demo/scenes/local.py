"""A small coordinate system on a canvas: a head, an animal, drawn the same at every size and place."""

from __future__ import annotations

from collections.abc import Sequence

from photoroll.demo.scenes.canvas import Canvas, Colour


class Local:
    """Draws around a point; 1 is ``size`` (a fraction of the canvas's shorter side) in both directions."""

    def __init__(self, art: Canvas, x: float, y: float, size: float) -> None:
        self.art, self.size = art, size
        self._x, self._y = x, y
        self._ux, self._uy = size * art.unit / art.width, size * art.unit / art.height

    def at(self, x: float, y: float) -> tuple[float, float]:
        """Give a point's place on the canvas."""
        return self._x + x * self._ux, self._y + y * self._uy

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
        haze: float = 0.0,
        opacity: float = 1.0,
        rough: float = 0.0,
    ) -> None:
        """Fill an ellipse as :meth:`Canvas.ellipse` does; ``haze`` is a soft edge in local units."""
        edge = haze * self.size * self.art.unit if haze else soft
        self.art.ellipse(
            *self.at(x, y), rx * self.size, ry * self.size, colour,
            turn=turn, shade=shade, soft=edge, opacity=opacity, rough=rough,
        )  # fmt: skip

    def polygon(
        self,
        points: Sequence[tuple[float, float]],
        colour: Colour,
        *,
        fade: Colour | None = None,
        soft: float = 0.0,
    ) -> None:
        """Fill a polygon as :meth:`Canvas.polygon` does."""
        self.art.polygon([self.at(*point) for point in points], colour, fade=fade, soft=soft)

    def stroke(self, points: Sequence[tuple[float, float]], width: float, colour: Colour) -> None:
        """Draw a line as :meth:`Canvas.stroke` does."""
        self.art.stroke([self.at(*point) for point in points], width * self.size, colour)
