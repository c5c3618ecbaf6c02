"""Reads an embedded XMP packet: dates, rating, title, caption, keywords; hostile XML ends in a warning."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING

from photoroll.core.models import DateSource
from photoroll.core.readings import DateCandidate
from photoroll.imaging.strings import clean

if TYPE_CHECKING:
    from xml.etree.ElementTree import Element

MAX_BYTES, MAX_DEPTH, MAX_KEYWORDS = 1 << 20, 64, 200
_RDF = "{http://www.w3.org/1999/02/22-rdf-syntax-ns#}"
_DC = "{http://purl.org/dc/elements/1.1/}"
_XMP = "{http://ns.adobe.com/xap/1.0/}"
_MARKS = (b"CreateDate", b"DateCreated", b"DateTime", b"Rating", b"title", b"description", b"subject")
_DATES = (
    ("{http://ns.adobe.com/exif/1.0/}DateTimeOriginal", "exif:DateTimeOriginal"),
    ("{http://ns.adobe.com/photoshop/1.0/}DateCreated", "photoshop:DateCreated"),
    (_XMP + "CreateDate", "xmp:CreateDate"),
    ("{http://ns.adobe.com/exif/1.0/}DateTimeDigitized", "exif:DateTimeDigitized"),
)
"""Tag to name, most trusted first (XMP specification, parts 1 and 2)."""


@dataclass(frozen=True, slots=True, kw_only=True)
class XmpPacket:
    """What one packet tells."""

    candidates: tuple[DateCandidate, ...] = ()
    rating: int | None = None
    title: str = ""
    caption: str = ""
    keywords: tuple[str, ...] = ()
    warnings: tuple[str, ...] = ()


def read_xmp(packet: object) -> XmpPacket:
    """Read a packet (``bytes`` or ``str``); anything else, and anything hostile, is empty."""
    if isinstance(packet, str):
        packet = packet.encode("utf-8", "replace")
    if not isinstance(packet, bytes):
        return XmpPacket()
    if len(packet) > MAX_BYTES:
        return XmpPacket(warnings=("The photo's XMP notes are larger than 1 MB and were not read.",))
    if not any(mark in packet for mark in _MARKS):
        return XmpPacket()  # most packets name only the program: parsing them costs more than all EXIF
    root = _parse(packet.strip(b"\0 \t\r\n"))
    if root is None:
        return XmpPacket(warnings=("The photo's XMP notes are damaged or hostile and were not read.",))
    fields = list(_fields(root))
    return XmpPacket(
        candidates=tuple(_dates(fields)),
        rating=_rating(fields),
        title=_words(fields, _DC + "title", 1),
        caption=_words(fields, _DC + "description", 1),
        keywords=_bag(fields, _DC + "subject")[:MAX_KEYWORDS],
    )


def _parse(packet: bytes) -> Element | None:
    """Parse with entities, external references and deep nesting refused."""
    from xml.etree.ElementTree import ParseError, TreeBuilder

    from defusedxml import DefusedXmlException
    from defusedxml.ElementTree import DefusedXMLParser

    class Shallow(TreeBuilder):
        """Stops at :data:`MAX_DEPTH`: deeper trees exhaust the stack of whoever walks them."""

        depth = 0

        def start(self, tag: str, attrs: dict[str, str], /) -> Element:
            self.depth += 1
            if self.depth > MAX_DEPTH:
                raise ValueError("too deep")
            return super().start(tag, attrs)

        def end(self, tag: str, /) -> Element:
            self.depth -= 1
            return super().end(tag)

    parser = DefusedXMLParser(target=Shallow(), forbid_dtd=True)
    try:
        parser.feed(packet)
        root: Element = parser.close()
    except (ParseError, DefusedXmlException, ValueError, LookupError, AssertionError):
        return None
    return root


def _fields(root: Element) -> Iterator[tuple[str, str, Element | None]]:
    """Yield every property of every description: attributes and child elements alike."""
    for description in root.iter(_RDF + "Description"):
        for name, value in description.attrib.items():
            yield name, value, None
        for child in description:
            yield child.tag, child.text or "", child


def _dates(fields: list[tuple[str, str, Element | None]]) -> Iterator[DateCandidate]:
    for tag, name in _DATES:
        for found, value, _ in fields:
            if found == tag and value.strip():
                yield DateCandidate(source=DateSource.XMP, field=name, text=clean(value, limit=64))
                break


def _rating(fields: list[tuple[str, str, Element | None]]) -> int | None:
    """Give 1-5; 0 is unrated and -1 rejected (XMP specification, part 1)."""
    for tag, value, _ in fields:
        if tag == _XMP + "Rating":
            try:
                stars = round(float(value))
            except (ValueError, OverflowError):
                return None
            return stars if 1 <= stars <= 5 else None
    return None


def _bag(fields: list[tuple[str, str, Element | None]], tag: str) -> tuple[str, ...]:
    for found, value, element in fields:
        if found != tag:
            continue
        items = [] if element is None else [item.text or "" for item in element.iter(_RDF + "li")]
        texts = (clean(text) for text in (items or [value]))
        return tuple(dict.fromkeys(text for text in texts if text))
    return ()


def _words(fields: list[tuple[str, str, Element | None]], tag: str, count: int) -> str:
    return " ".join(_bag(fields, tag)[:count])
