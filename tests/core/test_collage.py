"""From photos and a wish to a collage document."""

from __future__ import annotations

import pytest

from photoroll.core.collage import (
    CollagePhoto,
    CollageWish,
    lead_weights,
    page_from_text,
    plan_collage,
    sharp_weights,
)
from photoroll.core.documents import Page, PhotoRef, collage_from_json, collage_to_json
from photoroll.errors import CannotMake, NotFound


def some(count: int) -> list[CollagePhoto]:
    shapes = [1.5, 0.75, 1.3333, 1.0]
    return [
        CollagePhoto(photo=PhotoRef(path=f"/{i}.jpg".encode()), aspect=shapes[i % 4]) for i in range(count)
    ]


@pytest.mark.parametrize(
    ("text", "dpi", "page"),
    [
        ("4:3", 300, (3000, 2250)),
        ("9:16", 300, (1688, 3000)),
        ("A4", 300, (2480, 3508)),
        ("A4 landscape", 300, (3508, 2480)),
        ("a5", 150, (874, 1240)),
        ("30x30cm", 300, (3543, 3543)),
        ("100x150 mm", 300, (1181, 1772)),
        ("12x8in", 200, (2400, 1600)),
        ("3000x2250", 300, (3000, 2250)),
        ("3000×2250px", 300, (3000, 2250)),
    ],
)
def test_pages_are_read(text, dpi, page):
    assert page_from_text(text, dpi=dpi) == Page(width=page[0], height=page[1], dpi=dpi)


@pytest.mark.parametrize(
    "text", ["", "A9", "4", "0:3", "4:0", "10x10", "90000x90000", "40000x200", "x", "A4 up"]
)
def test_what_is_no_page_is_said(text):
    with pytest.raises(CannotMake):
        page_from_text(text)


def test_a_collage_is_a_document_that_comes_back():
    document = plan_collage(some(9), CollageWish(title="Sardinia", subtitle="June 2025", seed=4))
    assert collage_from_json(collage_to_json(document)) == document
    assert document == plan_collage(some(9), CollageWish(title="Sardinia", subtitle="June 2025", seed=4))
    assert len(document.cells) == 9
    assert (document.page.width, document.page.height) == (3000, 2250)


def test_a_title_gets_its_room_below_the_photos():
    plain = plan_collage(some(5), CollageWish(page=Page(width=1200, height=900)))
    titled = plan_collage(some(5), CollageWish(page=Page(width=1200, height=900), title="June"))
    low = [max(cell.y + cell.h for cell in one.cells) for one in (plain, titled)]
    assert low[0] == 900 - plain.margin
    assert low[1] < low[0] - 40


def test_few_photos_get_a_page_that_suits_them():
    two_tall = [CollagePhoto(photo=PhotoRef(path=b"/a"), aspect=0.6667) for _ in range(2)]
    document = plan_collage(two_tall, CollageWish())
    assert max(1 - cell.crop.width * cell.crop.height for cell in document.cells) <= 0.15


def test_the_best_photo_leads():
    weights = lead_weights([0.2, 0.9, 0.5, 0.1])
    assert max(weights) == weights[1] > 2 * weights[3]
    assert lead_weights([0.1, 0.9]) == [1.0, 1.0]


def enlarged(document, sizes) -> list[float]:
    """Page pixels per photo pixel, for each photo."""
    return [
        max(cell.w / (cell.crop.width * width), cell.h / (cell.crop.height * height))
        for cell, (width, height) in zip(document.cells, sizes, strict=True)
    ]


def of_sizes(sizes, weights) -> list[CollagePhoto]:
    return [
        CollagePhoto(photo=PhotoRef(path=f"/{i}.jpg".encode()), aspect=w / h, pixels=(w, h), weight=weight)
        for i, ((w, h), weight) in enumerate(zip(sizes, weights, strict=True))
    ]


@pytest.mark.parametrize("seed", range(4))
def test_small_photos_are_not_blown_up_and_never_lead(seed):
    sizes = [(4000, 3000), (640, 480), (3000, 4000), (800, 600), *[(4000, 3000)] * 7, (480, 640)]
    weights = lead_weights([0.5, 0.9, 0.8, 0.3, *[0.4] * 7, 0.2])  # the second is the best, and small
    document = plan_collage(of_sizes(sizes, weights), CollageWish(seed=seed))
    areas = [cell.w * cell.h for cell in document.cells]
    assert areas.index(max(areas)) not in (1, 3, 11)
    assert max(enlarged(document, sizes)) <= 1.45
    large = of_sizes(sizes, weights)
    wished = sharp_weights(large, 6e6)
    assert wished.index(max(wished)) == 2, "the best of the large ones leads instead"


def test_weights_stay_where_all_photos_are_large_or_unknown():
    assert sharp_weights(of_sizes([(4000, 3000)] * 4, [1.0, 2.2, 1.0, 0.9]), 6e6) == [1.0, 2.2, 1.0, 0.9]
    assert sharp_weights(some(5), 6e6) == [1.0] * 5
    small = sharp_weights(of_sizes([(400, 300)] * 3, [1.0, 2.2, 1.0]), 6e6)
    assert small[1] / small[0] == pytest.approx(2.2)


def test_wrong_wishes_are_said():
    with pytest.raises(CannotMake):
        plan_collage([], CollageWish())
    with pytest.raises(NotFound, match="spiral"):
        plan_collage(some(3), CollageWish(template="spiral"))
