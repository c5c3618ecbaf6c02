"""One reduced decode: upright once, in sRGB, bounded, and never half a picture."""

import io
import struct
import zlib

import numpy as np
import piexif
import pytest
from PIL import Image, ImageCms

from photoroll.errors import UnreadablePhoto, UnsupportedFile
from photoroll.imaging import decode, formats
from photoroll.imaging.decode import MAX_PIXELS

BY_NAME = {kind.name: kind for kind in formats.READABLE} | {"HEIF": formats.HEIC}
UPRIGHT = {1: "RGBK", 2: "GRKB", 3: "KBGR", 4: "BKRG", 5: "RBGK", 6: "BRKG", 7: "KGBR", 8: "GKRB"}
"""Orientation to the corners of the scene turned as it says."""


def exif_with(orientation):
    exif = Image.Exif()
    exif[0x0112] = orientation
    return exif.tobytes()


def colour_of(picture):
    return np.asarray(picture).reshape(-1, 3).mean(axis=0)


@pytest.mark.parametrize("orientation", range(1, 9))
@pytest.mark.parametrize("kind", ["JPEG", "PNG", "WEBP", "TIFF"])
def test_exif_turns_a_picture_once(scene, corners, encoded, kind, orientation):
    exif = Image.Exif()
    exif[0x0112] = orientation
    decoded = decode.decode(encoded(scene(), kind, exif=exif), BY_NAME[kind], side=64)
    assert corners(decoded.image) == UPRIGHT[orientation]
    assert (decoded.width, decoded.height) == ((96, 64) if orientation < 5 else (64, 96))
    assert max(decoded.image.size) == 64


@pytest.mark.parametrize("orientation", range(1, 9))
@pytest.mark.parametrize("kind", ["AVIF", "HEIF"])
def test_a_container_that_turns_itself_is_not_turned_again(scene, corners, encoded, kind, orientation):
    # both writers turn it into the container's own rotation
    decoded = decode.decode(encoded(scene(), kind, exif=exif_with(orientation)), BY_NAME[kind], side=64)
    assert corners(decoded.image) == UPRIGHT[orientation]
    assert (decoded.width, decoded.height) == ((96, 64) if orientation < 5 else (64, 96))


def test_heic_is_turned_by_its_container_and_not_by_exif(scene, corners, encoded):
    exif = Image.Exif()
    exif[0x0112] = 6  # given as an object, the writer leaves it to EXIF alone
    data = encoded(scene(), "HEIF", exif=exif)
    assert b"irot" not in data
    assert corners(decode.decode(data, formats.HEIC, side=64).image) == "RGBK"


@pytest.mark.parametrize("kind", ["JPEG", "TIFF", "PNG"])
@pytest.mark.parametrize("orientation", [0, 9, 65535])
def test_an_orientation_that_is_none_counts_as_upright(scene, corners, encoded, kind, orientation):
    decoded = decode.decode(encoded(scene(), kind, exif=exif_with(orientation)), BY_NAME[kind], side=64)
    assert corners(decoded.image) == "RGBK"


@pytest.mark.parametrize("kind", ["JPEG", "PNG", "WEBP"])
def test_two_orientations_count_as_upright(scene, corners, encoded, kind):
    head = b"Exif\0\0MM\0*\0\0\0\x08"
    pair = head + struct.pack(">HHHIHHI", 1, 0x0112, 3, 2, 6, 8, 0)
    one = struct.pack(">HHIHH", 0x0112, 3, 1, 6, 0)
    again = head + struct.pack(">H", 2) + one + one + b"\0" * 4
    single = head + struct.pack(">H", 1) + one + b"\0" * 4
    for exif, expected in ((pair, "RGBK"), (again, "RGBK"), (single, UPRIGHT[6])):
        decoded = decode.decode(encoded(scene(), kind, exif=exif), BY_NAME[kind], side=64)
        assert corners(decoded.image) == expected


@pytest.mark.parametrize("size", [(5000, 40), (40, 5000), (1, 1), (700, 3)])
def test_odd_shapes_keep_their_shape(scene, encoded, size):
    decoded = decode.decode(encoded(scene(*size), "JPEG"), formats.JPEG, side=512)
    assert decoded.image.size == decode.fitted(*size, 512)
    assert (decoded.width, decoded.height) == size


def test_a_large_jpeg_is_decoded_small_and_looks_the_same(scene, encoded):
    data = encoded(scene(3000, 2000), "JPEG", quality=95)
    reduced = np.asarray(decode.decode(data, formats.JPEG, side=512).image, float)
    with Image.open(io.BytesIO(data)) as whole:
        exact = np.asarray(whole.resize((512, 341), Image.Resampling.LANCZOS), float)
    assert reduced.shape == exact.shape
    assert np.abs(reduced - exact).mean() < 2


def test_nothing_is_enlarged(scene, encoded):
    assert decode.decode(encoded(scene(90, 60), "PNG"), formats.PNG, side=512).image.size == (90, 60)


@pytest.mark.parametrize(
    "mode", ["1", "L", "LA", "P", "PA", "RGBA", "CMYK", "YCbCr", "I;16", "I", "F", "LAB"]
)
def test_every_mode_becomes_plain_rgb(mode):
    grey = Image.fromarray(np.full((40, 60), 128, np.uint8))
    if mode == "I;16":
        picture = Image.fromarray(np.full((40, 60), 128 * 257, np.uint16))
    elif mode == "F":
        picture = Image.fromarray(np.full((40, 60), 0.5, np.float32))
    elif mode == "LAB":
        picture = Image.new("LAB", (60, 40), (137, 128, 128))
    elif mode == "1":
        picture = Image.new("1", (60, 40), 1)
    elif mode == "PA":
        picture = grey.convert("P").convert("PA")
    else:
        picture = grey.convert(mode)
    kind = "TIFF" if mode in ("I;16", "I", "F", "LAB", "CMYK", "YCbCr", "PA") else "PNG"
    if mode == "PA":
        kind = "PNG"
        picture = picture.convert("RGBA")
    out = io.BytesIO()
    picture.save(out, kind)
    decoded = decode.decode(out.getvalue(), BY_NAME[kind], side=32).image
    assert decoded.mode == "RGB"
    assert decoded.size == (32, 21)
    expected = 255 if mode == "1" else 128
    assert np.abs(colour_of(decoded) - expected).max() < 6


@pytest.mark.parametrize("kind", ["PNG", "WEBP", "GIF", "AVIF", "TIFF", "HEIF"])
def test_transparency_shows_white(encoded, kind):
    picture = Image.new("RGBA", (40, 40), (200, 0, 0, 0))
    decoded = decode.decode(encoded(picture, kind), BY_NAME[kind], side=32).image
    assert colour_of(decoded).min() > 250


def test_a_transparent_colour_of_a_plain_png_shows_white():
    out = io.BytesIO()
    Image.new("RGB", (20, 20), (10, 20, 30)).save(out, "PNG", transparency=(10, 20, 30))
    assert colour_of(decode.decode(out.getvalue(), formats.PNG, side=32).image).min() > 250


def test_print_colours_are_not_inverted(encoded):
    cmyk = Image.new("CMYK", (40, 40), (0, 255, 255, 0))  # red ink
    for kind in ("JPEG", "TIFF"):
        red, green, blue = colour_of(decode.decode(encoded(cmyk, kind), BY_NAME[kind], side=32).image)
        assert red > 180, kind
        assert max(green, blue) < 80, kind


def wide_gamut_profile():
    """A small RGB profile (ICC 2) whose red is far redder than sRGB's: gamma 2.2, Adobe-like primaries."""

    def s15(value):
        return struct.pack(">i", round(value * 65536))

    def xyz(*values):
        return b"XYZ \0\0\0\0" + b"".join(s15(value) for value in values)

    curve = b"curv\0\0\0\0" + struct.pack(">IH", 1, round(2.2 * 256)) + b"\0\0"
    tags = {
        b"rXYZ": xyz(0.60974, 0.31111, 0.01947),
        b"gXYZ": xyz(0.20528, 0.62567, 0.06087),
        b"bXYZ": xyz(0.14919, 0.06322, 0.74457),
        b"wtpt": xyz(0.9642, 1.0, 0.8249),
        b"rTRC": curve,
        b"gTRC": curve,
        b"bTRC": curve,
        b"desc": b"desc\0\0\0\0" + struct.pack(">I", 5) + b"wide\0" + b"\0" * 79,
        b"cprt": b"text\0\0\0\0none\0\0\0\0",
    }
    table, body = struct.pack(">I", len(tags)), b""
    start = 128 + 4 + 12 * len(tags)
    for name, data in tags.items():
        data += b"\0" * (-len(data) % 4)
        table += name + struct.pack(">II", start + len(body), len(data))
        body += data
    head = struct.pack(">I4sI4s4s4s", 0, b"lcms", 0x02200000, b"mntr", b"RGB ", b"XYZ ")
    head += struct.pack(">6H", 2020, 1, 1, 0, 0, 0) + b"acsp" + b"\0" * 28
    head += s15(0.9642) + s15(1.0) + s15(0.8249)
    head = head.ljust(128, b"\0")
    whole = head + table + body
    return struct.pack(">I", len(whole)) + whole[4:]


def test_a_wide_gamut_is_brought_to_srgb(encoded):
    picture = Image.new("RGB", (40, 40), (180, 120, 120))
    plain = colour_of(decode.decode(encoded(picture, "PNG"), formats.PNG, side=32).image)
    wide = encoded(picture, "PNG", icc_profile=wide_gamut_profile())
    converted = colour_of(decode.decode(wide, formats.PNG, side=32).image)
    assert np.abs(plain - (180, 120, 120)).max() < 1
    assert converted[0] > 190  # the same numbers mean a redder red
    assert converted[1] < 122


def test_adobe_rgb_that_a_camera_only_names_is_converted(encoded):
    exif = piexif.dump({"Exif": {0xA001: 65535}, "Interop": {1: b"R03"}})
    data = encoded(Image.new("RGB", (40, 40), (180, 120, 120)), "PNG", exif=exif)
    converted = colour_of(decode.decode(data, formats.PNG, side=32).image)
    assert converted[0] > 190


@pytest.mark.parametrize("profile", [b"", b"x" * 200, b"\0" * 200, wide_gamut_profile()[:300]])
def test_a_broken_profile_is_ignored(encoded, profile):
    data = encoded(Image.new("RGB", (40, 40), (180, 120, 120)), "PNG", icc_profile=profile or None)
    found = colour_of(decode.decode(data, formats.PNG, side=32).image)
    assert np.abs(found - (180, 120, 120)).max() < 1


def test_a_profile_of_another_colour_space_is_ignored(encoded):
    lab = ImageCms.ImageCmsProfile(ImageCms.createProfile("LAB")).tobytes()
    data = encoded(Image.new("RGB", (40, 40), (180, 120, 120)), "JPEG", icc_profile=lab)
    assert np.abs(colour_of(decode.decode(data, formats.JPEG, side=32).image) - (180, 120, 120)).max() < 3


@pytest.mark.parametrize("kind", ["GIF", "WEBP", "PNG", "TIFF", "AVIF"])
def test_only_the_first_picture_of_many_is_shown(encoded, kind):
    frames = [Image.new("RGB", (40, 40), (250, 10 * n, 0)) for n in range(12)]
    data = encoded(frames[0], kind, save_all=True, append_images=frames[1:])
    red, green, _ = colour_of(decode.decode(data, BY_NAME[kind], side=32).image)
    assert red > 240
    assert green < 6


def test_a_multi_picture_jpeg_opens_as_a_jpeg(scene, corners, encoded):
    data = encoded(scene(), "MPO", save_all=True, append_images=[Image.new("RGB", (96, 64))])
    assert corners(decode.decode(data, formats.JPEG, side=64).image) == "RGBK"


@pytest.mark.parametrize("kind", ["JPEG", "PNG", "WEBP", "GIF", "TIFF", "BMP", "AVIF", "HEIF"])
def test_half_a_picture_is_damaged_not_shown(scene, encoded, kind):
    picture = Image.effect_noise((200, 200), 60).convert("RGB")
    data = encoded(picture, kind)
    for part in (len(data) // 2, 40):
        with pytest.raises(UnreadablePhoto) as broken:
            decode.decode(data[:part], BY_NAME[kind], side=64)
        assert broken.value.code == "damaged"
        assert "damaged" in str(broken.value)


def png_that_claims(width, height):
    def chunk(name, data):
        return struct.pack(">I", len(data)) + name + data + struct.pack(">I", zlib.crc32(name + data))

    header = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    body = chunk(b"IDAT", zlib.compress(b"\0" * 1000))
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + body + chunk(b"IEND", b"")


def test_a_picture_beyond_the_limit_is_refused_before_it_is_decoded():
    side = int(MAX_PIXELS**0.5) + 10
    for width, height in ((side, side), (20_000, 20_000), (2**31 - 1, 2**31 - 1)):
        with pytest.raises(UnreadablePhoto) as refused:
            decode.decode(png_that_claims(width, height), formats.PNG, side=64)
        assert refused.value.code in ("too_large", "damaged")
    with pytest.raises(UnreadablePhoto) as refused:
        decode.decode(png_that_claims(side, side), formats.PNG, side=64)
    assert refused.value.code == "too_large"


def test_text_that_unpacks_to_gigabytes_is_refused(scene, encoded):
    data = encoded(scene(), "PNG")
    packed = zlib.compress(b"\0" * (80 << 20))
    text = b"zTXt" + b"Comment\0\0" + packed
    chunk = struct.pack(">I", len(text) - 4) + text + struct.pack(">I", zlib.crc32(text))
    at = data.index(b"IDAT") - 4
    with pytest.raises(UnreadablePhoto):
        decode.decode(data[:at] + chunk + data[at:], formats.PNG, side=64)


def test_what_is_not_read_is_not_even_tried():
    for kind in (formats.PDF, formats.POSTSCRIPT, formats.SVG, formats.RAW, formats.UNKNOWN):
        with pytest.raises(UnsupportedFile, match=r"PhotoRoll reads JPEG"):
            decode.decode(b"anything", kind, side=64)


def test_a_png_is_never_opened_as_another_format(scene, encoded):
    with pytest.raises(UnreadablePhoto):
        decode.decode(encoded(scene(), "PNG"), formats.JPEG, side=64)
