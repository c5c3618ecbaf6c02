"""A file's format is told by its content."""

import io
import struct

import pytest

from photoroll.imaging import formats
from photoroll.imaging.sniff import identify, sniff


@pytest.mark.parametrize(
    ("kind", "expected"),
    [
        ("JPEG", formats.JPEG),
        ("PNG", formats.PNG),
        ("WEBP", formats.WEBP),
        ("GIF", formats.GIF),
        ("TIFF", formats.TIFF),
        ("BMP", formats.BMP),
        ("AVIF", formats.AVIF),
        ("HEIF", formats.HEIC),
    ],
)
def test_what_is_read_is_known(scene, encoded, kind, expected):
    found = identify(io.BytesIO(encoded(scene(), kind)))
    assert found is expected
    assert found.readable


@pytest.mark.parametrize(
    ("head", "expected"),
    [
        (b"%PDF-1.7\n", formats.PDF),
        (b"8BPS\0\1", formats.PHOTOSHOP),
        (b"\0\0\0\x18ftypmp42\0\0\0\0isommp42", formats.VIDEO),
        (b"\0\0\0\x14ftypqt  \0\0\0\0qt  ", formats.VIDEO),
        (b"\0\0\0\x18ftypcrx \0\0\0\1crx isom", formats.RAW),
        (b"\0\0\0\x18ftypmif1\0\0\0\0mif1avif", formats.AVIF),
        (b"\0\0\0\x18ftypmif1\0\0\0\0mif1heic", formats.HEIC),
        (b"\0\0\0\x14ftypmif1\0\0\0\0mif1", formats.HEIF),
        (b"RIFF\0\0\0\0AVI LIST", formats.VIDEO),
        (b"II*\0\x10\0\0\0CR\2\0", formats.RAW),
        (b"FUJIFILMCCD-RAW 0201", formats.RAW),
        (b"\xff\x0a\xfa\x7f", formats.JXL),
        (b"PK\3\4\x14\0", formats.ZIP),
        (b"\x7fELF\2\1", formats.PROGRAM),
        (b"<?xml version='1.0'?>\n<svg width='1'>", formats.SVG),
        (b"<!DOCTYPE html><p>hello", formats.HTML),
        (b'<?xpacket begin="\xef\xbb\xbf"?><x:xmpmeta>', formats.XMP),
        (b'\xef\xbb\xbf{"title": "IMG_1.jpg"}', formats.JSON),
        ("Café au lait\n".encode(), formats.TEXT),
        (b"\0\x05\x16\x07\0\2\0\0Mac OS X", formats.APPLE_DOUBLE),
        (b"\0" * 4096, formats.UNKNOWN),
        (b"\xff", formats.UNKNOWN),
        (b"", formats.UNKNOWN),
        (b"RIFF", formats.UNKNOWN),
        (b"\0\0\0\x08ftyp", formats.VIDEO),
    ],
)
def test_everything_else_has_a_name(head, expected):
    found = sniff(head)
    assert found is expected
    assert not found.readable or found in formats.READABLE


def test_a_jpeg_with_an_archive_behind_it_is_a_jpeg(scene, encoded):
    assert sniff(encoded(scene(), "JPEG") + b"PK\3\4") is formats.JPEG


def tiff_with(*entries, order="<", sub=()):
    """A TIFF directory of (tag, kind, count, value), then one sub-directory of the same kind."""
    head = b"II*\0" if order == "<" else b"MM\0*"
    first = 8
    second = first + 2 + 12 * (len(entries) + (1 if sub else 0)) + 4
    if sub:
        entries = (*entries, (330, 4, 1, second))
    data = head + struct.pack(order + "I", first)
    for group in (entries, sub):
        data += struct.pack(order + "H", len(group))
        for tag, kind, count, value in group:
            packed = struct.pack(
                order + ("HH" if kind == 3 else "I"), *((value, 0) if kind == 3 else (value,))
            )
            data += struct.pack(order + "HHI", tag, kind, count) + packed
        data += struct.pack(order + "I", 0)
    return io.BytesIO(data)


@pytest.mark.parametrize("order", "<>")
def test_camera_raw_inside_a_tiff_is_not_taken_for_its_preview(order):
    preview = ((254, 4, 1, 1), (259, 3, 1, 6))
    assert identify(tiff_with(*preview, order=order, sub=((262, 3, 1, 32803),))) is formats.RAW
    assert identify(tiff_with(*preview, order=order, sub=((259, 3, 1, 34713),))) is formats.RAW
    assert identify(tiff_with(*preview, (0xC612, 1, 4, 0x401), order=order)) is formats.DNG
    assert identify(tiff_with(*preview, order=order, sub=((262, 3, 1, 2),))) is formats.TIFF


def test_a_tiff_that_points_anywhere_ends_quietly():
    for data in (
        b"II*\0\xff\xff\xff\xff",
        b"II*\0\x08\0\0\0\xff\xff",
        b"MM\0*\0\0\0\x08\0\1\x01\x4a\0\4\xff\xff\xff\xff\xff\xff\xff\xff",
        b"II*\0",
    ):
        assert identify(io.BytesIO(data)) is formats.TIFF


def test_a_file_is_left_at_its_start(scene, encoded):
    file = io.BytesIO(encoded(scene(), "TIFF"))
    identify(file)
    assert file.tell() == 0
