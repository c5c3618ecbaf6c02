"""Makes a recap as one HTML file that plays anywhere: pictures, type and script are inside.

Without script it is a page to scroll; with script it plays like the film. A content security policy in
the file forbids every request.
"""

from __future__ import annotations

import base64
import hashlib
import io
from collections.abc import Callable
from html import escape
from typing import TYPE_CHECKING, BinaryIO

from photoroll import resources
from photoroll.core.documents import Motion, RecapDocument, Segment, SegmentKind, recap_from_json
from photoroll.imaging.map_outline import draw_route
from photoroll.imaging.pictures import picture_of
from photoroll.imaging.text import Face, tidy

if TYPE_CHECKING:
    from PIL import Image

Report = Callable[[float], None]
"""Called with the share that is done, 0 to 1; it may raise to stop the work."""

SIDE = 1600
"""Longest side of a picture in the page, pixels."""
QUALITY = 82


def make_page(document_json: str, out: BinaryIO, report: Report) -> dict[str, object]:
    """Write the recap of ``document_json`` as one HTML file to ``out``.

    The same document and photos give the same bytes. Returns ``photos``, ``duration_s`` and ``bytes``.

    :raises CannotMake: the document cannot be used.
    :raises UnreadablePhoto: one of its photos cannot be read; ``path`` says which.
    """
    document = recap_from_json(document_json)
    written = out.write(_head(document).encode())
    total = len(document.segments)
    report(0.0)
    for number, part in enumerate(document.segments):
        written += out.write(_scene(document, number, part).encode())
        report((number + 1) / total)
    written += out.write(_foot(document).encode())
    return {
        "photos": len({part.photo for part in document.segments if part.photo}),
        "duration_s": round(document.duration_ms / 1000, 3),
        "bytes": written,
    }


def _head(document: RecapDocument) -> str:
    script, style = _file("player.js"), _file("player.css")
    sha = base64.b64encode(hashlib.sha256(script.encode()).digest()).decode()
    policy = (
        "default-src 'none'; img-src data:; font-src data:; style-src 'unsafe-inline'; "
        f"script-src 'sha256-{sha}'; base-uri 'none'; form-action 'none'"
    )
    serif = base64.b64encode(resources.path("fonts", Face.SERIF.value).read_bytes()).decode()
    title = escape(tidy(document.title))
    return (
        '<!doctype html>\n<html lang="en">\n<head>\n<meta charset="utf-8">\n'
        f'<meta http-equiv="Content-Security-Policy" content="{policy}">\n'
        '<meta name="referrer" content="no-referrer">\n'
        '<meta name="viewport" content="width=device-width, initial-scale=1">\n'
        f"<title>{title}</title>\n<style>\n"
        '@font-face{font-family:"EB Garamond";src:url(data:font/otf;base64,'
        f'{serif}) format("opentype");font-display:block}}\n{style}</style>\n</head>\n<body>\n'
        f'<main id="film" data-total="{document.duration_ms}" aria-label="{title}">\n'
    )


def _scene(document: RecapDocument, number: int, part: Segment) -> str:
    image, shape = _image(document, part)
    label = _label(part)
    style = _move(part.motion)
    words = "".join(
        f'<{tag} class="{name}">{escape(tidy(text))}</{tag}>'
        for tag, name, text in (
            ("p", "kicker", part.kicker),
            ("h1" if number == 0 else "h2", "heading", part.heading),
            ("p", "caption", part.caption),
        )
        if tidy(text)
    )
    picture = f'<img class="picture" alt="{escape(label)}" src="{image}">' if image else ""
    card = f'<div class="words">{words}</div>' if words else ""
    return (
        f'<section class="scene {part.kind.value} {shape}" data-at="{part.at_ms}" data-for="{part.for_ms}" '
        f'data-fade="{part.fade_ms}" data-chapter="{part.chapter}" style="{style}" '
        f'aria-label="{escape(label)}">{picture}{card}</section>\n'
    )


def _label(part: Segment) -> str:
    """Say what a part shows, for a screen reader."""
    if part.kind is SegmentKind.MAP:
        names = [tidy(stop.name) for stop in part.stops if tidy(stop.name)]
        return f"Map of the route: {', '.join(names)}" if names else "Map of the route"
    facts = [tidy(text) for text in (part.heading, part.kicker, part.caption) if tidy(text)]
    return ", ".join(["Photo", *facts]) if part.photo else ", ".join(facts)


def _image(document: RecapDocument, part: Segment) -> tuple[str, str]:
    """Give a part's picture as a data URI, and ``wide`` or ``tall``."""
    if part.kind is SegmentKind.MAP:
        scale = SIDE / max(document.width, document.height)
        size = (round(document.width * scale / 2) * 2, round(document.height * scale / 2) * 2)
        picture = draw_route(part.stops, size)
    elif part.photo is not None:
        picture = picture_of(part.photo, side=SIDE)
    else:
        return "", "wide"
    uri = _data_uri(picture)
    return uri, "wide" if picture.width >= picture.height else "tall"


def _data_uri(picture: Image.Image) -> str:
    buffer = io.BytesIO()
    picture.save(buffer, "JPEG", quality=QUALITY, optimize=True, progressive=True)
    return "data:image/jpeg;base64," + base64.b64encode(buffer.getbuffer()).decode()


def _move(motion: Motion | None) -> str:
    """Give a move as style variables: scale at start and end, and the point that the move keeps in sight."""
    if motion is None:
        return ""
    widest = max(motion.start.width, motion.end.width)
    tight = min((motion.start, motion.end), key=lambda window: window.width)
    x = min(max((tight.left + tight.right) / 2, 0.0), 1.0)
    y = min(max((tight.top + tight.bottom) / 2, 0.0), 1.0)
    return (
        f"--from:{widest / motion.start.width:.4f};--to:{widest / motion.end.width:.4f};"
        f"--x:{x:.1%};--y:{y:.1%}"
    )


def _foot(document: RecapDocument) -> str:
    return (
        '</main>\n<nav id="controls" aria-label="Player" hidden>\n'
        '<button type="button" id="back" aria-label="Photo before">&#8592;</button>\n'
        '<button type="button" id="play" aria-label="Play">Play</button>\n'
        '<button type="button" id="next" aria-label="Next photo">&#8594;</button>\n'
        '<input type="range" id="place" aria-label="Place in the film" min="0" '
        f'max="{document.duration_ms}" value="0" step="100">\n'
        '<output id="clock">0:00</output>\n</nav>\n'
        f"<script>{_file('player.js')}</script>\n</body>\n</html>\n"
    )


def _file(name: str) -> str:
    return resources.path("webpage", name).read_text(encoding="utf-8")
