"""Collages and recaps as documents: frozen values, and JSON that gives the same bytes for the same document.

A document names photos and says where every pixel goes; it holds no pixels. Rendering is a pure function of
the document and the photos' files (``photoroll.imaging.render_collage``, ``film``, ``webpage``).
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence

from photoroll.core.document_values import (
    INK,
    PAPER,
    WHOLE,
    CollageCell,
    CollageDocument,
    Motion,
    Pace,
    Page,
    PhotoRef,
    RecapDocument,
    Segment,
    SegmentKind,
    Stop,
    Window,
)
from photoroll.core.json_reading import ObjectReader, Refused, hex_colour, parse_strict
from photoroll.core.models import Json
from photoroll.errors import CannotMake

VERSION = 1
MAX_PAGE_SIDE = 30_000
MAX_PAGE_PIXELS = 400_000_000
MAX_FILM_SIDE = 4096
MAX_PARTS = 1000
"""Cells of a collage, or segments of a recap."""

__all__ = [
    "INK",
    "MAX_FILM_SIDE",
    "MAX_PAGE_PIXELS",
    "MAX_PAGE_SIDE",
    "MAX_PARTS",
    "PAPER",
    "VERSION",
    "WHOLE",
    "CollageCell",
    "CollageDocument",
    "Motion",
    "Pace",
    "Page",
    "PhotoRef",
    "RecapDocument",
    "Segment",
    "SegmentKind",
    "Stop",
    "Window",
    "collage_from_json",
    "collage_to_json",
    "recap_from_json",
    "recap_to_json",
]


def collage_to_json(document: CollageDocument) -> str:
    """Write a collage as JSON; the same document gives the same text."""
    return _dump(
        {
            "photoroll": "collage",
            "version": VERSION,
            "template": document.template,
            "seed": document.seed,
            "page": {"width": document.page.width, "height": document.page.height, "dpi": document.page.dpi},
            "gap": document.gap,
            "margin": document.margin,
            "radius": document.radius,
            "background": document.background,
            "ink": document.ink,
            "title": document.title,
            "subtitle": document.subtitle,
            "tree": document.tree,
            "cells": [_cell_out(cell) for cell in document.cells],
        }
    )


def recap_to_json(document: RecapDocument) -> str:
    """Write a recap as JSON; the same document gives the same text."""
    return _dump(
        {
            "photoroll": "recap",
            "version": VERSION,
            "kind": document.kind,
            "title": document.title,
            "subtitle": document.subtitle,
            "width": document.width,
            "height": document.height,
            "fps": document.fps,
            "pace": document.pace.value,
            "candidates": document.candidates,
            "segments": [_segment_out(segment) for segment in document.segments],
        }
    )


def collage_from_json(text: str) -> CollageDocument:
    """Read a collage; anything missing, unknown or out of range is refused with :exc:`CannotMake`."""
    try:
        return _collage_in(_top(text, "collage"))
    except (Refused, ValueError) as problem:
        raise CannotMake(f"This collage document cannot be used: {problem}", _ADVICE) from problem


def recap_from_json(text: str) -> RecapDocument:
    """Read a recap; anything missing, unknown or out of range is refused with :exc:`CannotMake`."""
    try:
        return _recap_in(_top(text, "recap"))
    except (Refused, ValueError) as problem:
        raise CannotMake(f"This recap document cannot be used: {problem}", _ADVICE) from problem


_ADVICE = "Make it again with PhotoRoll, or check what was changed in the file."


def _dump(values: Mapping[str, Json]) -> str:
    # ASCII only: a text with lone surrogates could not be written as UTF-8.
    return json.dumps(values, ensure_ascii=True, allow_nan=False, indent=1)


def _photo_out(photo: PhotoRef) -> Json:
    try:
        path: Json = photo.path.decode("utf-8")
    except UnicodeDecodeError:
        path = {"bytes": photo.path.hex()}
    return {"path": path, "id": photo.id}


def _window_out(window: Window) -> Json:
    return [window.left, window.top, window.right, window.bottom]


def _cell_out(cell: CollageCell) -> Json:
    return {
        "photo": _photo_out(cell.photo),
        "x": cell.x,
        "y": cell.y,
        "w": cell.w,
        "h": cell.h,
        "crop": _window_out(cell.crop),
        "faces_cut": cell.faces_cut,
    }


def _segment_out(part: Segment) -> Json:
    motion: Json = None
    if part.motion is not None:
        motion = {"start": _window_out(part.motion.start), "end": _window_out(part.motion.end)}
    return {
        "kind": part.kind.value,
        "at_ms": part.at_ms,
        "for_ms": part.for_ms,
        "fade_ms": part.fade_ms,
        "photo": None if part.photo is None else _photo_out(part.photo),
        "aspect": part.aspect,
        "motion": motion,
        "heading": part.heading,
        "kicker": part.kicker,
        "caption": part.caption,
        "chapter": part.chapter,
        "stops": [
            {"lat": stop.lat, "lon": stop.lon, "name": stop.name, "chapter": stop.chapter}
            for stop in part.stops
        ],
        "why": part.why,
    }


def _top(text: str, what: str) -> ObjectReader:
    top = ObjectReader(parse_strict(text), "the document")
    if top.text("photoroll") != what:
        raise Refused(f"it is not a {what}")
    if top.integer("version") != VERSION:
        raise Refused("it was written by another version")
    return top


def _photo_in(reader: ObjectReader) -> PhotoRef:
    path = reader.take("path")
    if isinstance(path, str):
        raw = path.encode("utf-8")
    else:
        inner = ObjectReader(path, "the path")
        raw = bytes.fromhex(inner.text("bytes"))
        inner.end()
    photo = PhotoRef(path=raw, id=reader.text("id"))
    reader.end()
    if not raw or b"\0" in raw:
        raise Refused("a photo's path is empty or has a zero byte")
    return photo


def _window_in(values: Sequence[float]) -> Window:
    if len(values) != 4:
        raise Refused("a window has four numbers")
    return Window(*values)


def _cell_in(reader: ObjectReader, page: Page) -> CollageCell:
    cell = CollageCell(
        photo=_photo_in(reader.object("photo")),
        x=reader.integer("x", low=0, high=page.width),
        y=reader.integer("y", low=0, high=page.height),
        w=reader.integer("w", low=1, high=page.width),
        h=reader.integer("h", low=1, high=page.height),
        crop=_window_in(reader.numbers("crop", low=0.0, high=1.0)),
        faces_cut=reader.integer("faces_cut", low=0),
    )
    reader.end()
    if cell.x + cell.w > page.width or cell.y + cell.h > page.height:
        raise Refused("a photo lies outside the page")
    return cell


def _page_in(reader: ObjectReader) -> Page:
    page = Page(
        width=reader.integer("width", low=16, high=MAX_PAGE_SIDE),
        height=reader.integer("height", low=16, high=MAX_PAGE_SIDE),
        dpi=reader.integer("dpi", low=20, high=2400),
    )
    reader.end()
    if page.width * page.height > MAX_PAGE_PIXELS:
        raise Refused(f"the page has more than {MAX_PAGE_PIXELS // 1_000_000} megapixels")
    return page


def _collage_in(top: ObjectReader) -> CollageDocument:
    page = _page_in(top.object("page"))
    limit = min(page.width, page.height)
    document = CollageDocument(
        template=top.text("template"),
        seed=top.integer("seed"),
        page=page,
        cells=tuple(_cell_in(cell, page) for cell in top.objects("cells", most=MAX_PARTS)),
        gap=top.integer("gap", low=0, high=limit),
        margin=top.integer("margin", low=0, high=limit),
        radius=top.integer("radius", low=0, high=limit),
        background=hex_colour(top.text("background")),
        ink=hex_colour(top.text("ink")),
        title=top.text("title"),
        subtitle=top.text("subtitle"),
        tree=top.take("tree"),
    )
    top.end()
    return document


def _motion_in(reader: ObjectReader) -> Motion:
    motion = Motion(
        start=_window_in(reader.numbers("start", low=-10.0, high=11.0)),
        end=_window_in(reader.numbers("end", low=-10.0, high=11.0)),
    )
    reader.end()
    return motion


def _stop_in(reader: ObjectReader) -> Stop:
    stop = Stop(
        lat=reader.number("lat", low=-90.0, high=90.0),
        lon=reader.number("lon", low=-180.0, high=180.0),
        name=reader.text("name"),
        chapter=None if reader.peek("chapter") is None else reader.integer("chapter", low=1),
    )
    reader.drop("chapter")
    reader.end()
    return stop


def _segment_in(reader: ObjectReader) -> Segment:
    motion = None if reader.peek("motion") is None else _motion_in(reader.object("motion"))
    photo = None if reader.peek("photo") is None else _photo_in(reader.object("photo"))
    reader.drop("motion")
    reader.drop("photo")
    part = Segment(
        kind=SegmentKind(reader.text("kind")),
        at_ms=reader.integer("at_ms", low=0, high=3_600_000),
        for_ms=reader.integer("for_ms", low=1, high=600_000),
        fade_ms=reader.integer("fade_ms", low=0, high=60_000),
        photo=photo,
        aspect=reader.number("aspect", low=0.01, high=100.0),
        motion=motion,
        heading=reader.text("heading"),
        kicker=reader.text("kicker"),
        caption=reader.text("caption"),
        chapter=reader.integer("chapter", low=0),
        stops=tuple(_stop_in(stop) for stop in reader.objects("stops", most=MAX_PARTS)),
        why=reader.text("why"),
    )
    reader.end()
    return part


def _recap_in(top: ObjectReader) -> RecapDocument:
    document = RecapDocument(
        kind=top.text("kind"),
        title=top.text("title"),
        subtitle=top.text("subtitle"),
        width=top.integer("width", low=64, high=MAX_FILM_SIDE),
        height=top.integer("height", low=64, high=MAX_FILM_SIDE),
        fps=top.integer("fps", low=1, high=60),
        pace=Pace(top.text("pace")),
        candidates=top.integer("candidates", low=0),
        segments=tuple(_segment_in(part) for part in top.objects("segments", most=MAX_PARTS)),
    )
    top.end()
    if document.width % 2 or document.height % 2:
        raise Refused("a film's sides must be even")
    if not document.segments:
        raise Refused("it has no parts")
    return document
