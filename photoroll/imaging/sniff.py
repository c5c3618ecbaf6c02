"""Tells a file's format by its content; the name is never asked."""

from __future__ import annotations

import re
import struct
from typing import BinaryIO

from photoroll.imaging import formats
from photoroll.imaging.formats import FileFormat

HEAD_BYTES = 4096

_STARTS: tuple[tuple[bytes, FileFormat], ...] = (
    (b"\xff\xd8\xff", formats.JPEG),
    (b"\x89PNG\r\n\x1a\n", formats.PNG),
    (b"GIF87a", formats.GIF),
    (b"GIF89a", formats.GIF),
    (b"II*\0\x10\0\0\0CR", formats.RAW),  # Canon CR2: a TIFF whose first picture is a preview
    (b"IIRO", formats.RAW),  # Olympus ORF
    (b"IIRS", formats.RAW),
    (b"MMOR", formats.RAW),
    (b"IIU\0", formats.RAW),  # Panasonic RW2
    (b"FUJIFILMCCD-RAW", formats.RAW),
    (b"FOVb", formats.RAW),  # Sigma X3F
    (b"\0MRM", formats.RAW),  # Minolta MRW
    (b"II\x1a\0\0\0HEAPCCDR", formats.RAW),  # Canon CRW
    (b"II*\0", formats.TIFF),
    (b"MM\0*", formats.TIFF),
    (b"II+\0", formats.TIFF),  # BigTIFF
    (b"MM\0+", formats.TIFF),
    (b"\xff\x0a", formats.JXL),
    (b"\0\0\0\x0cJXL \r\n\x87\n", formats.JXL),
    (b"\0\0\0\x0cjP  \r\n\x87\n", formats.JPEG2000),
    (b"\xff\x4f\xff\x51", formats.JPEG2000),
    (b"8BPS", formats.PHOTOSHOP),
    (b"%PDF", formats.PDF),
    (b"%!PS", formats.POSTSCRIPT),
    (b"\xc5\xd0\xd3\xc6", formats.POSTSCRIPT),
    (b"PK\x03\x04", formats.ZIP),
    (b"PK\x05\x06", formats.ZIP),
    (b"Rar!\x1a\x07", formats.ARCHIVE),
    (b"7z\xbc\xaf\x27\x1c", formats.ARCHIVE),
    (b"\x1f\x8b", formats.ARCHIVE),
    (b"BZh", formats.ARCHIVE),
    (b"\xfd7zXZ\0", formats.ARCHIVE),
    (b"\x28\xb5\x2f\xfd", formats.ARCHIVE),
    (b"SQLite format 3\0", formats.SQLITE),
    (b"\0\0\x01\0", formats.ICON),
    (b"icns", formats.ICON),
    (b"\x7fELF", formats.PROGRAM),
    (b"MZ", formats.PROGRAM),
    (b"bplist00", formats.PLIST),
    (b"\x76\x2f\x31\x01", formats.EXR),
    (b"gimp xcf", formats.XCF),
    (b"SIMPLE  =", formats.FITS),
    (b"\x1aE\xdf\xa3", formats.VIDEO),  # Matroska, WebM
    (b"\0\0\x01\xba", formats.VIDEO),  # MPEG program stream
    (b"\0\0\x01\xb3", formats.VIDEO),
    (b"FLV\x01", formats.VIDEO),
    (b"\x30\x26\xb2\x75\x8e\x66\xcf\x11", formats.VIDEO),  # ASF, WMV
    (b"\0\x05\x16\x07", formats.APPLE_DOUBLE),
    (b"\0\x05\x16\0", formats.APPLE_DOUBLE),
    (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", formats.OFFICE),
    (b"ID3", formats.AUDIO),
    (b"fLaC", formats.AUDIO),
    (b"OggS", formats.AUDIO),
)
_HEIC_BRANDS = {b"heic", b"heix", b"heim", b"heis", b"hevc", b"hevx", b"hevm", b"hevs"}
_AVIF_BRANDS = {b"avif", b"avis"}
_STILL_BRANDS = {b"mif1", b"msf1", b"mif2", b"miaf"}
_AUDIO_BRANDS = {b"M4A ", b"M4B ", b"M4P "}

_SUB_IFDS, _COMPRESSION, _PHOTOMETRIC, _DNG_VERSION = 330, 259, 262, 0xC612
_RAW_PHOTOMETRIC = {32803, 34892}
"""Colour filter array and linear RAW (TIFF/EP, DNG specification)."""
_RAW_COMPRESSION = {32767, 32769, 32770, 34713, 34892, 65000, 65535}
"""Sony ARW, Epson and Samsung, Nikon NEF, lossy DNG, Kodak DCR, Pentax PEF."""
_MAX_ENTRIES, _MAX_SUB_IFDS = 512, 8


def identify(file: BinaryIO) -> FileFormat:
    """Tell the format of an open file; it is left at its start.

    Reads the first 4 KiB, and for TIFF the tags of the first and its sub-directories: RAW files of many
    makers are TIFFs whose first picture is only a preview.
    """
    file.seek(0)
    found = sniff(file.read(HEAD_BYTES))
    if found is formats.TIFF:
        found = _raw_inside(file) or found
    file.seek(0)
    return found


def sniff(head: bytes) -> FileFormat:
    """Tell the format from a file's first bytes (4 KiB suffice)."""
    for start, found in _STARTS:
        if head.startswith(start):
            return found
    if head[4:8] in (b"ftyp", b"moov", b"mdat", b"wide", b"free", b"pnot", b"skip"):
        return _iso_media(head)
    if head[:4] == b"RIFF":
        return {b"WEBP": formats.WEBP, b"AVI ": formats.VIDEO, b"WAVE": formats.AUDIO}.get(
            head[8:12], formats.UNKNOWN
        )
    if head[:2] == b"BM" and len(head) >= 18 and head[14] in (12, 40, 52, 56, 64, 108, 124):
        return formats.BMP
    if re.match(rb"P[1-7]\s", head):
        return formats.PORTABLE
    if _is_transport_stream(head):
        return formats.VIDEO
    if len(head) > 2 and head[0] == 0xFF and head[1] in (0xFB, 0xF3, 0xF2, 0xF1, 0xF9):
        return formats.AUDIO
    return _text(head)


def _is_transport_stream(head: bytes) -> bool:
    """MPEG transport streams: packets of 188 bytes, or of 192 with a time code before each (camcorders)."""
    return any(
        len(head) > first + 2 * packet and all(head[first + n * packet] == 0x47 for n in range(3))
        for first, packet in ((0, 188), (4, 192))
    )


def _iso_media(head: bytes) -> FileFormat:
    """Tell HEIC, AVIF, RAW and videos apart by the brands of an ISO base media file (ISO/IEC 14496-12)."""
    if head[4:8] != b"ftyp":
        return formats.VIDEO
    length = min(int.from_bytes(head[:4], "big"), 256, len(head))
    brands = [head[8:12], *(head[at : at + 4] for at in range(16, length - 3, 4))]
    if brands[0] in _AUDIO_BRANDS:
        return formats.AUDIO
    if brands[0] == b"crx ":
        return formats.RAW
    if brands[0] in _AVIF_BRANDS | _HEIC_BRANDS | _STILL_BRANDS:
        for brand in brands:
            if brand in _AVIF_BRANDS:
                return formats.AVIF
            if brand in _HEIC_BRANDS:
                return formats.HEIC
        return formats.HEIF
    return formats.VIDEO


def _text(head: bytes) -> FileFormat:
    """Tell the textual formats apart."""
    start = head[:1024].lstrip(b"\xef\xbb\xbf\xff\xfe \t\r\n\0").replace(b"\0", b"").lower()
    if not start:
        return formats.UNKNOWN
    if start.startswith(b"<"):
        return _markup(start)
    if re.match(rb"[\[{]\s*[\"\[{}\]\d-]", start):
        return formats.JSON
    printable = sum(byte >= 0x20 or byte in b"\t\r\n\f" for byte in head)
    return formats.TEXT if len(head) > 1 and printable == len(head) and _is_utf8(head) else formats.UNKNOWN


def _markup(start: bytes) -> FileFormat:
    for mark, found in (
        (b"<svg", formats.SVG),
        (b"<x:xmpmeta", formats.XMP),
        (b"<?xpacket", formats.XMP),
        (b"<rdf:rdf", formats.XMP),
        (b"<gpx", formats.GPX),
        (b"<plist", formats.PLIST),
        (b"<html", formats.HTML),
        (b"<!doctype html", formats.HTML),
    ):
        if mark in start:
            return found
    return formats.XML


def _is_utf8(head: bytes) -> bool:
    try:
        head.decode("utf-8")
    except UnicodeDecodeError as error:
        return error.start >= len(head) - 3  # a sign cut at the end of the head
    return True


def _raw_inside(file: BinaryIO) -> FileFormat | None:
    """Tell whether a TIFF is a camera RAW file."""
    try:
        return _walk_tiff(file)
    except (struct.error, OSError, ValueError, OverflowError):
        return None


def _walk_tiff(file: BinaryIO) -> FileFormat | None:
    file.seek(0)
    header = file.read(16)
    order = "<" if header[:2] == b"II" else ">"
    if header[2:4] in (b"+\0", b"\0+"):
        return None  # BigTIFF: no camera writes it
    (first,) = struct.unpack(order + "I", header[4:8])
    tags = _directory(file, first, order)
    if _DNG_VERSION in tags:
        return formats.DNG
    for offset in (first, *tags.get(_SUB_IFDS, ())[:_MAX_SUB_IFDS]):
        inner = _directory(file, offset, order)
        if _RAW_PHOTOMETRIC.intersection(inner.get(_PHOTOMETRIC, ())):
            return formats.RAW
        if _RAW_COMPRESSION.intersection(inner.get(_COMPRESSION, ())):
            return formats.RAW
    return None


def _directory(file: BinaryIO, offset: int, order: str) -> dict[int, tuple[int, ...]]:
    """Read the integer tags that tell a RAW file from one TIFF directory."""
    file.seek(offset)
    (count,) = struct.unpack(order + "H", file.read(2))
    entries = file.read(12 * min(count, _MAX_ENTRIES))
    found: dict[int, tuple[int, ...]] = {}
    for at in range(0, len(entries) - 11, 12):
        tag, kind, number = struct.unpack(order + "HHI", entries[at : at + 8])
        if tag == _DNG_VERSION:
            found[tag] = ()
        elif tag in (_COMPRESSION, _PHOTOMETRIC) and kind == 3:
            found[tag] = struct.unpack(order + "H", entries[at + 8 : at + 10])
        elif tag == _SUB_IFDS and kind in (4, 13):
            found[tag] = _offsets(file, entries[at + 8 : at + 12], number, order)
    return found


def _offsets(file: BinaryIO, field: bytes, number: int, order: str) -> tuple[int, ...]:
    if number <= 1:
        return struct.unpack(order + "I", field)
    number = min(number, _MAX_SUB_IFDS)
    file.seek(struct.unpack(order + "I", field)[0])
    return struct.unpack(f"{order}{number}I", file.read(4 * number))
