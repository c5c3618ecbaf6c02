"""Broken files of the kinds that people really have."""

from __future__ import annotations

import struct
import zlib

from photoroll.demo.models import Fault

IMPOSSIBLE_DATES = (
    "0000:00:00 00:00:00",
    "2021:02:30 25:61:61",
    "2107:04:31 12:00:00",
    "    :  :     :  :  ",
)
NO_PICTURE = {Fault.EMPTY, Fault.TEXT, Fault.BOMB, Fault.BAD_HEADER}
"""Faults that leave nothing to see; a truncated file may show its upper part."""
NO_DATE = {*NO_PICTURE, Fault.BAD_EXIF, Fault.IMPOSSIBLE_DATE}


def broken(data: bytes, fault: Fault) -> bytes:
    """Break a good file's bytes; faults that were made while encoding are left as they are."""
    if fault is Fault.EMPTY:
        return b""
    if fault is Fault.TRUNCATED:
        return data[: len(data) * 2 // 5]
    if fault is Fault.TEXT:
        return b"This is a note that somebody named like a photo.\n" * 20
    if fault is Fault.BOMB:
        return huge_png()
    if fault is Fault.BAD_HEADER:
        return b"\0" * 32 + data[32:]
    if fault is Fault.BAD_EXIF:
        at = data.find(b"Exif\0\0")
        return data if at < 0 else data[: at + 10] + b"\xf0\xff\xff\x7f" + data[at + 14 :]
    return data


def huge_png(side: int = 60_000) -> bytes:
    """Give a tiny PNG that claims ``side`` x ``side`` pixels: gigabytes for who decodes without asking."""
    head = struct.pack(">IIBBBBB", side, side, 8, 2, 0, 0, 0)
    rows = zlib.compress(b"\0" * 4096, 9)
    chunks = ((b"IHDR", head), (b"IDAT", rows), (b"IEND", b""))
    return b"\x89PNG\r\n\x1a\n" + b"".join(_chunk(name, body) for name, body in chunks)


def _chunk(name: bytes, body: bytes) -> bytes:
    return struct.pack(">I", len(body)) + name + body + struct.pack(">I", zlib.crc32(name + body))
