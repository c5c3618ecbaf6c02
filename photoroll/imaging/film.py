"""Makes a film of a recap document: photos under slow moves, dissolves, words, a route map."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from typing import BinaryIO

from photoroll.core.documents import RecapDocument, Segment, recap_from_json
from photoroll.core.motion import smoothstep
from photoroll.errors import CannotMake
from photoroll.imaging.encode import FilmWriter
from photoroll.imaging.planes import Frame, blend
from photoroll.imaging.scenes import Scene, scene_of
from photoroll.imaging.text import drawable, lacks_letters, tidy

Report = Callable[[float], None]
"""Called with the share that is done, 0 to 1; it may raise to stop the work."""

CLOSING_MS = 700
"""The film ends by fading to black for so long."""


def make_film(document_json: str, out: BinaryIO, report: Report) -> dict[str, object]:
    """Make the film of ``document_json`` and write it to ``out`` as MP4 (H.264, no sound).

    The same document and photos give the same bytes. Returns ``width``, ``height``, ``fps``, ``frames``,
    ``duration_s``, ``photos``, ``letters_left_out`` (whether words have letters that no shipped font has) and
    ``untitled`` (whether nothing of the title could be drawn).

    :raises CannotMake: the document cannot be used, or the film not be written.
    :raises UnreadablePhoto: one of its photos cannot be read; ``path`` says which.
    """
    import cv2

    cv2.setNumThreads(1)
    document = recap_from_json(document_json)
    total = frame_count(document)
    if total < 1:
        raise CannotMake("This recap is shorter than one picture", "Choose more photos or a longer time.")
    with FilmWriter(
        out,
        width=document.width,
        height=document.height,
        fps=document.fps,
        frames=total,
        title=tidy(document.title),
    ) as writer:
        for number, frame in enumerate(frames(document), start=1):
            writer.add(frame)
            if number % document.fps == 0 or number == total:
                report(number / total)
    return {
        "width": document.width,
        "height": document.height,
        "fps": document.fps,
        "frames": total,
        "duration_s": round(total / document.fps, 3),
        "photos": len({part.photo for part in document.segments if part.photo}),
        "letters_left_out": any(map(lacks_letters, _words(document))),
        "untitled": bool(tidy(document.title)) and not drawable(document.title),
    }


def _words(document: RecapDocument) -> Iterator[str]:
    yield document.title
    for part in document.segments:
        yield from (part.heading, part.kicker, part.caption, *(stop.name for stop in part.stops))


def frame_count(document: RecapDocument) -> int:
    """Give the number of frames of a recap's film."""
    return round(document.duration_ms * document.fps / 1000)


def frames(document: RecapDocument) -> Iterator[Frame]:
    """Draw a recap's frames one after the other; the same object is filled anew each time."""
    size = (document.width, document.height)
    one, two, out = (Frame(*size) for _ in range(3))
    scenes: dict[int, Scene] = {}
    for number in range(frame_count(document)):
        at_ms = (number + 0.5) * 1000 / document.fps
        shown = _shown(document.segments, at_ms)
        for gone in [index for index in scenes if index < shown[0]]:
            del scenes[gone]
        for index in shown:
            if index not in scenes:
                scenes[index] = scene_of(document.segments[index], size)
        yield _drawn(document, scenes, shown, at_ms, (one, two, out))


def picture_at(document: RecapDocument, at_s: float) -> Frame:
    """Draw the one frame that is shown ``at_s`` seconds from the start."""
    size = (document.width, document.height)
    shown = _shown(document.segments, at_s * 1000)
    scenes = {index: scene_of(document.segments[index], size) for index in shown}
    return _drawn(document, scenes, shown, at_s * 1000, (Frame(*size), Frame(*size), Frame(*size)))


def _shown(parts: Sequence[Segment], at_ms: float) -> list[int]:
    """Give the numbers of the one or two segments that are seen at a moment, in order."""
    found = [i for i, part in enumerate(parts) if part.at_ms <= at_ms < part.at_ms + part.for_ms]
    return found[-2:] or [len(parts) - 1]


def _drawn(
    document: RecapDocument,
    scenes: dict[int, Scene],
    shown: list[int],
    at_ms: float,
    room: tuple[Frame, Frame, Frame],
) -> Frame:
    one, two, out = room
    last = document.segments[shown[-1]]
    scenes[shown[-1]].draw(two, at_s=(at_ms - last.at_ms) / 1000)
    drawn = two
    share = smoothstep((at_ms - last.at_ms) / last.fade_ms) if last.fade_ms else 1.0
    if len(shown) == 2 and share < 1.0:
        before = document.segments[shown[0]]
        scenes[shown[0]].draw(one, at_s=(at_ms - before.at_ms) / 1000)
        blend(one, two, share, out)
        drawn = out
    elif shown[-1] == 0 and share < 1.0:
        one.blacken()
        blend(one, two, share, out)
        drawn = out
    left = (document.duration_ms - at_ms) / CLOSING_MS
    if left < 1.0:
        one.blacken()
        blend(one, drawn, smoothstep(left), drawn)
    return drawn
