"""Collages as files: the pixels, the words, the formats, and nothing of the photos' metadata."""

from __future__ import annotations

import io
import random
import zlib
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import numpy as np
import piexif
import pytest
from PIL import Image, ImageChops, ImageCms, ImageStat

from photoroll.core.collage import CollagePhoto, CollageWish, plan_collage
from photoroll.core.documents import CollageCell, CollageDocument, Page, PhotoRef, Window, collage_to_json
from photoroll.errors import CannotMake, UnreadablePhoto
from photoroll.imaging.render_collage import make_collage, srgb_profile
from photoroll.imaging.saliency import interest_of, interest_of_thumbnail, saliency
from photoroll.imaging.text import (
    Face,
    broken,
    drawable,
    fitted_line,
    font_for,
    has_letter,
    lacks_letters,
    tidy,
    width_of,
)

GOLDEN = Path(__file__).resolve().parents[1] / "golden"


def landscape(number: int, width: int, height: int) -> Image.Image:
    """A small drawn scene: sky, hills, a sun; different for each number."""
    rng = random.Random(number)
    x, y = np.meshgrid(np.linspace(0, 1, width), np.linspace(0, 1, height))
    sky, ground = [np.array([rng.randint(40, 230) for _ in range(3)]) for _ in range(2)]
    hill = 0.55 + 0.12 * np.sin(x * rng.uniform(4, 9) + number)
    picture = sky * (1 - 0.4 * y[..., None])
    picture = np.where((y > hill)[..., None], ground * (0.6 + 0.4 * y[..., None]), picture)
    sun = (x - rng.random()) ** 2 + (y - 0.2) ** 2 < 0.004
    picture[sun] = (250, 240, 200)
    return Image.fromarray(picture.astype(np.uint8))


@pytest.fixture
def photos(tmp_path: Path) -> Callable[[int], list[CollagePhoto]]:
    """Writes photos of mixed shapes with a place, a camera and a date in their EXIF."""

    def build(count: int) -> list[CollagePhoto]:
        made = []
        for number in range(count):
            size = [(300, 200), (200, 300), (280, 210), (220, 220)][number % 4]
            path = tmp_path / f"{number}.jpg"
            exif = piexif.dump(
                {
                    "0th": {piexif.ImageIFD.Make: b"SecretCam"},
                    "Exif": {piexif.ExifIFD.DateTimeOriginal: b"2024:06:14 10:00:00"},
                    "GPS": {piexif.GPSIFD.GPSLatitude: ((41, 1), (9, 1), (0, 1))},
                }
            )
            landscape(number, *size).save(path, quality=92, exif=exif)
            made.append(CollagePhoto(photo=PhotoRef.at(path), aspect=size[0] / size[1]))
        return made

    return build


def rendered(document: CollageDocument, form: str = "jpeg") -> bytes:
    out = io.BytesIO()
    make_collage(collage_to_json(document), out, lambda share: None, form=form)
    return out.getvalue()


def opened(data: bytes) -> Image.Image:
    with Image.open(io.BytesIO(data)) as picture:
        picture.load()
        return picture.copy()


def assert_looks_like(picture: Image.Image, golden: Path, *, most: float = 1.5) -> None:
    """Compare by the mean difference of 0-255; on failure the picture is left beside the golden one."""
    with Image.open(golden) as expected:
        assert picture.size == expected.size
        difference = ImageChops.difference(picture.convert("RGB"), expected.convert("RGB"))
    worst = max(ImageStat.Stat(difference).mean)
    if worst > most:
        picture.save(golden.with_suffix(".actual.png"))
    assert worst <= most, f"{golden.name}: mean difference {worst:.2f}"


def small(photos, count: int, **wish) -> CollageDocument:
    page = Page(width=600, height=450, dpi=300)
    return plan_collage(photos(count), CollageWish(page=page, **wish))


def test_a_mosaic_looks_as_it_did(photos):
    assert_looks_like(opened(rendered(small(photos, 9), "png")), GOLDEN / "mosaic.png")


def test_a_titled_mosaic_looks_as_it_did(photos):
    document = small(photos, 6, title="Sardinia, a Saturday", subtitle="14 June 2025")
    assert_looks_like(opened(rendered(document, "png")), GOLDEN / "mosaic-titled.png")


@pytest.mark.parametrize("form", ["jpeg", "png", "pdf"])
def test_the_same_document_gives_the_same_bytes(photos, form):
    document = small(photos, 5, title="Twice")
    assert rendered(document, form) == rendered(document, form)


@pytest.mark.parametrize("form", ["jpeg", "png"])
def test_files_carry_resolution_and_profile_and_nothing_of_the_photos(photos, form):
    data = rendered(small(photos, 4), form)
    picture = opened(data)
    assert picture.size == (600, 450)
    assert picture.mode == "RGB"
    assert picture.info["dpi"] == pytest.approx((300, 300), abs=0.5)
    profile = ImageCms.ImageCmsProfile(io.BytesIO(picture.info["icc_profile"]))
    assert "sRGB" in ImageCms.getProfileDescription(profile)
    assert not picture.getexif()
    for secret in (b"SecretCam", b"2024:06:14", b"Exif", b"GPS", b"http"):
        assert secret not in data


def test_a_jpeg_keeps_full_colour_resolution(photos):
    with Image.open(io.BytesIO(rendered(small(photos, 3)))) as picture:
        assert [layer[1:3] for layer in picture.layer] == [(1, 1)] * 3


def test_a_pdf_has_one_page_of_the_right_size_and_no_dates(photos):
    data = rendered(small(photos, 4, title="Rome"), "pdf")
    assert data.startswith(b"%PDF-")
    assert data.count(b"/Type /Page\n") == 1
    assert b"/MediaBox [ 0 0 144.0 108.0 ]" in data, "600 x 450 at 300 dpi are 144 x 108 points"
    assert b"Date" not in data
    assert b"SecretCam" not in data


def test_photos_lie_in_their_cells_with_round_corners_on_the_background(photos):
    document = small(photos, 4, background="#203040")
    picture = opened(rendered(document, "png"))
    assert picture.getpixel((0, 0)) == picture.getpixel((599, 449)) == (0x20, 0x30, 0x40)
    for cell in document.cells:
        corner = picture.getpixel((cell.x, cell.y))
        assert max(abs(a - b) for a, b in zip(corner, (0x20, 0x30, 0x40), strict=True)) <= 40
        inside = picture.crop((cell.x + 8, cell.y + 8, cell.x + cell.w - 8, cell.y + cell.h - 8))
        assert max(ImageStat.Stat(inside).stddev) > 2


def test_a_crop_shows_the_part_it_names(tmp_path):
    pixels = np.zeros((100, 200, 3), np.uint8)
    pixels[:, :100], pixels[:, 100:] = (250, 0, 0), (0, 0, 250)
    path = tmp_path / "halves.png"
    Image.fromarray(pixels).save(path)
    page = Page(width=120, height=120)
    cell = CollageCell(photo=PhotoRef.at(path), x=10, y=10, w=100, h=100, crop=Window(0.5, 0, 1, 1))
    document = CollageDocument(template="mosaic", seed=0, page=page, cells=(cell,))
    right = opened(rendered(document, "png"))
    assert right.getpixel((12, 60)) == right.getpixel((107, 60)) == (0, 0, 250)
    left = replace(document, cells=(replace(cell, crop=Window(0, 0, 0.5, 1)),))
    assert opened(rendered(left, "png")).getpixel((60, 60)) == (250, 0, 0)


def test_a_picture_of_another_shape_is_shown_whole_never_stretched(tmp_path):
    path = tmp_path / "wide.png"
    Image.new("RGB", (200, 50), (250, 0, 0)).save(path)
    cell = CollageCell(photo=PhotoRef.at(path), x=10, y=10, w=100, h=100)
    document = CollageDocument(
        template="mosaic", seed=0, page=Page(width=120, height=120), cells=(cell,), radius=8
    )
    picture = opened(rendered(document, "png"))
    assert picture.getpixel((60, 60)) == (250, 0, 0)
    for point in ((60, 14), (60, 105), (14, 60), (105, 60)):
        red, green, blue = picture.getpixel(point)
        assert red > 140 > 40 > max(green, blue), "the cell is filled by the photo's own blurred cover"
    for corner in ((10, 10), (109, 10), (10, 109), (109, 109)):
        assert min(picture.getpixel(corner)) > 100, "the cell keeps its round corners"
    assert picture.getpixel((2, 2)) == picture.getpixel((60, 117))


def test_turned_photos_stand_upright(tmp_path):
    pixels = np.zeros((60, 90, 3), np.uint8)
    pixels[:, :30] = (250, 0, 0)  # the left third; orientation 6 turns it to the top
    path = tmp_path / "turned.jpg"
    exif = piexif.dump({"0th": {piexif.ImageIFD.Orientation: 6}})
    Image.fromarray(pixels).save(path, quality=95, exif=exif)
    cell = CollageCell(photo=PhotoRef.at(path), x=2, y=2, w=60, h=90)
    document = CollageDocument(template="mosaic", seed=0, page=Page(width=64, height=94), cells=(cell,))
    picture = opened(rendered(document, "png"))
    assert picture.getpixel((32, 10))[0] > 200
    assert picture.getpixel((32, 80))[0] < 60


def test_progress_goes_from_nothing_to_all_and_small_photos_are_told(photos):
    shares: list[float] = []
    page = Page(width=3000, height=2250, dpi=300)
    document = plan_collage(photos(4), CollageWish(page=page))
    result = make_collage(collage_to_json(document), io.BytesIO(), shares.append)
    assert shares == sorted(shares)
    assert (shares[0], shares[-1]) == (0.0, 1.0)
    assert result["low_resolution"] == [0, 1, 2, 3]
    assert (result["width"], result["height"], result["photos"]) == (3000, 2250, 4)


def test_a_missing_photo_and_an_unknown_form_are_named(photos, tmp_path):
    document = small(photos, 3)
    Path(document.cells[1].photo.text).unlink()
    with pytest.raises(UnreadablePhoto) as caught:
        rendered(document)
    assert caught.value.path == Path(document.cells[1].photo.text)
    with pytest.raises(CannotMake, match="bmp"):
        rendered(small(photos, 1), "bmp")


def test_a_report_that_raises_stops_the_work(photos):
    def stop(share: float) -> None:
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        make_collage(collage_to_json(small(photos, 2)), io.BytesIO(), stop)


def test_the_profile_is_always_the_same():
    assert zlib.crc32(srgb_profile()) == zlib.crc32(srgb_profile.__wrapped__())


def test_the_eye_goes_to_what_stands_out():
    pixels = np.full((200, 300, 3), 120, np.uint8)
    pixels[:] += np.random.default_rng(1).integers(0, 6, pixels.shape, dtype=np.uint8)
    pixels[40:80, 220:260] = (250, 40, 30)
    picture = Image.fromarray(pixels)
    interest = interest_of(picture)
    assert 22 <= int(np.argmax(interest.columns)) <= 28
    assert 5 <= int(np.argmax(interest.rows)) <= 14
    assert saliency(Image.new("RGB", (90, 60), (9, 9, 9))).max() == 0
    jpeg = io.BytesIO()
    picture.save(jpeg, "JPEG")
    assert len(interest_of_thumbnail(jpeg.getvalue()).columns) == 32


def test_lines_fit_and_no_word_stands_alone():
    text = "Two weeks between the mountains and the sea"
    lines = broken(text, Face.SERIF, 40, 480, most=3)
    assert " ".join(lines) == text
    widths = [width_of(line, Face.SERIF, 40) for line in lines]
    assert max(widths) <= 480
    assert min(widths) > 0.6 * max(widths)
    cut, px = fitted_line(text, Face.SANS, 40, 200)
    assert cut.endswith("…")
    assert width_of(cut, Face.SANS, px) <= 200
    assert tidy("a\nb\tc\x00d  e\u2028f") == "a b c d e f"


@pytest.mark.parametrize(
    ("text", "drawn"),
    [
        ("Сочи, июнь", "Сочи, июнь"),
        ("Αθήνα", "Αθήνα"),
        ("Reykjavík – Þingvellir", "Reykjavík – Þingvellir"),
        ("京都 2024", "2024"),
        ("東京", ""),
        ("東京 · 京都", ""),
        ("القاهرة 2023", "2023"),
        ("Tokyo (東京)", "Tokyo ()"),
    ],
)
def test_letters_that_no_font_has_are_left_out_never_drawn_as_boxes(text, drawn):
    assert drawable(text) == drawn
    assert lacks_letters(text) == (drawn != text)
    for face in Face:
        line, px = fitted_line(text, face, 40, 900)
        assert line == drawn
        chosen = Face(Path(font_for(line, face, px).path).name)
        assert all(has_letter(chosen, sign) for sign in line)


def test_a_title_that_no_font_has_leaves_the_page_as_without_one_and_is_told(photos):
    document = small(photos, 3, title="東京")
    out = io.BytesIO()
    facts = make_collage(collage_to_json(document), out, lambda share: None, form="png")
    assert (facts["untitled"], facts["letters_left_out"]) == (True, True)
    bare = rendered(replace(document, title=""), "png")
    assert ImageChops.difference(opened(out.getvalue()), opened(bare)).getbbox() is None
    plain = make_collage(collage_to_json(small(photos, 2, title="Rome")), io.BytesIO(), lambda share: None)
    assert (plain["untitled"], plain["letters_left_out"]) == (False, False)
