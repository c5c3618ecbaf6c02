"""The moving pictures of a film: each segment as a scene that can be drawn at any moment."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

from photoroll.core.documents import WHOLE, Motion, PhotoRef, Segment, SegmentKind, Window
from photoroll.core.motion import plan_motion, smoothstep, window_at
from photoroll.imaging.canvas import canvas_of, soft_canvas, union
from photoroll.imaging.cards import card_of
from photoroll.imaging.map_outline import draw_steps
from photoroll.imaging.planes import Frame, Overlay, planes_of, warp

if TYPE_CHECKING:
    from PIL import Image

_TEXT_FROM_S, _TEXT_FOR_S = 0.35, 0.6
"""When words begin to appear after their segment, and how long that takes."""
_END_MOVE = Motion(start=WHOLE, end=Window(0.025, 0.025, 0.975, 0.975))


class Scene(Protocol):
    """A segment that can be drawn at any moment."""

    def draw(self, frame: Frame, *, at_s: float) -> None:
        """Fill ``frame`` as it is ``at_s`` seconds after the segment began to appear."""
        ...


def scene_of(part: Segment, size: tuple[int, int]) -> Scene:
    """Give the scene of a segment, with its photo decoded.

    :raises UnreadablePhoto: its photo cannot be read.
    """
    if part.kind is SegmentKind.MAP:
        return MapScene(part, size)
    if part.photo is None:
        return WordsScene(part, size)
    return PhotoScene(part, part.photo, size)


class PhotoScene:
    """A photo under a slow move, with words that fade in."""

    def __init__(self, part: Segment, photo: PhotoRef, size: tuple[int, int]) -> None:
        self._size = size
        self._seconds = part.for_ms / 1000.0
        self._words = _overlay(part, size)
        if part.kind is SegmentKind.END:
            self._motion, self._area = _END_MOVE, WHOLE
            canvas = soft_canvas(photo, size)
        else:
            self._motion = part.motion or plan_motion(
                part.aspect, size[0] / size[1], seconds=self._seconds, inwards=True
            )
            self._area = union(self._motion.start, self._motion.end)
            canvas = canvas_of(photo, part.aspect, self._motion, self._area, size)
        self._luma, self._chroma = planes_of(canvas)

    def draw(self, frame: Frame, *, at_s: float) -> None:
        """Fill ``frame`` with the part of the photo that the move has come to."""
        window = window_at(self._motion, at_s / self._seconds)
        warp(self._luma, frame.luma, window, self._area)
        warp(self._chroma, frame.chroma, window, self._area)
        if self._words is not None:
            self._words.over(frame, _text_opacity(at_s, self._seconds))


class MapScene:
    """The route map; its stops appear one after the other."""

    def __init__(self, part: Segment, size: tuple[int, int]) -> None:
        self._seconds = part.for_ms / 1000.0
        self._steps = [planes_of(picture) for picture in _thinned(draw_steps(part.stops, size))]

    def draw(self, frame: Frame, *, at_s: float) -> None:
        """Fill ``frame`` with the map and the stops that have appeared."""
        import cv2

        last = len(self._steps) - 1
        place = min(max((at_s / self._seconds - 0.16) / 0.55, 0.0), 1.0) * last
        number = min(int(place), last)
        share = smoothstep(min((place - number) * 1.6, 1.0))
        luma, chroma = self._steps[number]
        if share <= 0.0 or number == last:
            frame.luma[:], frame.chroma[:] = luma, chroma
            return
        next_luma, next_chroma = self._steps[number + 1]
        cv2.addWeighted(luma, 1 - share, next_luma, share, 0.0, dst=frame.luma)
        cv2.addWeighted(chroma, 1 - share, next_chroma, share, 0.0, dst=frame.chroma)


class WordsScene:
    """Words on a dark ground, for a segment without a photo."""

    def __init__(self, part: Segment, size: tuple[int, int]) -> None:
        from PIL import Image as Images

        self._seconds = part.for_ms / 1000.0
        self._luma, self._chroma = planes_of(Images.new("RGB", size, (23, 24, 26)))
        self._words = _overlay(part, size)

    def draw(self, frame: Frame, *, at_s: float) -> None:
        """Fill ``frame``."""
        frame.luma[:], frame.chroma[:] = self._luma, self._chroma
        if self._words is not None:
            self._words.over(frame, _text_opacity(at_s, self._seconds))


def _text_opacity(at_s: float, seconds: float) -> float:
    start = min(_TEXT_FROM_S, seconds / 4)
    return smoothstep((at_s - start) / min(_TEXT_FOR_S, seconds / 2))


def _overlay(part: Segment, size: tuple[int, int]) -> Overlay | None:
    card = card_of(part, size)
    return Overlay.of(card) if card is not None else None


def _thinned(pictures: list[Image.Image], most: int = 9) -> list[Image.Image]:
    """Keep at most ``most`` steps, the first and the last among them: each takes 3 MB at 1080p."""
    if len(pictures) <= most:
        return pictures
    return [pictures[round(i * (len(pictures) - 1) / (most - 1))] for i in range(most)]
