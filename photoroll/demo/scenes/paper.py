"""Things with text: receipts and letters, photographed on a table, and pictures of a phone's screen."""

from __future__ import annotations

from typing import TYPE_CHECKING

from photoroll.demo.scenes.canvas import Canvas, Colour, mix, scaled

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    Page = NDArray[np.uint8]

_GOODS = ("BREAD", "MILK 1L", "TOMATOES", "COFFEE", "APPLES", "CHEESE", "TEA", "PASTA", "OLIVE OIL", "WATER")
_WORDS = (
    "we",
    "are",
    "pleased",
    "to",
    "send",
    "you",
    "the",
    "papers",
    "that",
    "you",
    "asked",
    "for",
    "please",
    "keep",
    "this",
    "letter",
    "with",
    "your",
    "other",
)
_TABLES: tuple[Colour, ...] = ((0.42, 0.30, 0.20), (0.58, 0.46, 0.34), (0.30, 0.32, 0.34), (0.72, 0.70, 0.66))


def document(art: Canvas) -> None:
    """A receipt or a letter on a table, a little askew, with the light from one side."""
    import cv2
    import numpy as np

    rng = art.rng
    table = rng.choice(_TABLES)
    art.gradient([(0, scaled(table, 1.1)), (1, scaled(table, 0.85))])
    art.texture(None, 0.10, 0.9, 0.08)
    receipt = rng.random() < 0.6
    page = _receipt(art) if receipt else _letter(art)
    high, wide = page.shape[:2]
    half_x = (0.26 if receipt else 0.40) * rng.uniform(0.95, 1.08)
    corners = [
        (0.5 - half_x, 0.06),
        (0.5 + half_x, 0.05),
        (0.5 + half_x * 1.06, 0.95),
        (0.5 - half_x * 1.05, 0.96),
    ]
    corners = [(x + rng.uniform(-0.03, 0.03), y + rng.uniform(-0.02, 0.02)) for x, y in corners]
    art.polygon([(x + 0.02, y + 0.018) for x, y in corners], scaled(table, 0.35), soft=9)
    source = np.array([(0, 0), (wide, 0), (wide, high), (0, high)], np.float32)
    target = np.array([(x * art.width, y * art.height) for x, y in corners], np.float32)
    turn = cv2.getPerspectiveTransform(source, target)
    size = (art.width, art.height)
    flat = cv2.warpPerspective(page, turn, size, flags=cv2.INTER_AREA).astype(np.float32) / 255
    mask = cv2.warpPerspective(np.full((high, wide), 255, np.uint8), turn, size).astype(np.float32) / 255
    light = 1 - 0.22 * np.clip(art.x * 0.7 + art.y * 0.5, 0, 1) + 0.02 * art.noise(0.08)
    tint = np.asarray((1.0, 0.985, 0.95), np.float32)
    art.blend(mask, flat[..., None] * light[..., None] * tint)


def _text(page: Page, words: str, x: float, y: float, size: float, *, weight: int = 1) -> None:
    import cv2

    wide = page.shape[1]
    scale = size * wide / 22
    at = (int(x * wide), int(y * page.shape[0]))
    cv2.putText(page, words, at, cv2.FONT_HERSHEY_DUPLEX, scale, 35, weight, cv2.LINE_AA)


def _receipt(art: Canvas) -> Page:
    import numpy as np

    rng = art.rng
    page: Page = np.full((1000, 480), 246, np.uint8)
    _text(
        page,
        rng.choice(("CORNER SHOP", "CAFE CENTRAL", "GREEN MARKET", "TRATTORIA")),
        0.16,
        0.08,
        0.055,
        weight=2,
    )
    _text(page, f"{rng.randint(1, 80)} Long Street", 0.28, 0.115, 0.032)
    y, total = 0.19, 0.0
    for _ in range(rng.randint(6, 13)):
        price = rng.randint(80, 1990) / 100
        total += price
        _text(page, rng.choice(_GOODS), 0.07, y, 0.036)
        _text(page, f"{price:6.2f}", 0.72, y, 0.036)
        y += 0.042
    page[int(y * 1000) - 10 : int(y * 1000) - 7, 30:450] = 60
    _text(page, "TOTAL", 0.07, y + 0.045, 0.052, weight=2)
    _text(page, f"{total:7.2f}", 0.62, y + 0.045, 0.052, weight=2)
    _text(page, "THANK YOU", 0.32, y + 0.13, 0.04)
    for x in range(90, 390):
        if art.rng.random() < 0.5:
            page[890:950, x] = 30
    return page


def _letter(art: Canvas) -> Page:
    import numpy as np

    rng = art.rng
    page: Page = np.full((1000, 710), 248, np.uint8)
    _text(
        page,
        rng.choice(("Dear neighbours,", "Invoice 2041", "Programme", "Rental contract")),
        0.1,
        0.13,
        0.05,
        weight=2,
    )
    y = 0.22
    for k in range(22):
        count = rng.randint(3, 5) if k % 7 == 6 else 8
        line = " ".join(rng.choice(_WORDS) for _ in range(count))
        _text(page, line[:46], 0.1, y, 0.0245)
        y += 0.052 if k % 7 == 6 else 0.029
    _text(page, "With kind regards", 0.1, y + 0.03, 0.026)
    return page


def screenshot(art: Canvas) -> None:
    """A phone's screen: status bar, title, cards or a conversation; flat colours and sharp edges."""
    rng = art.rng
    dark = rng.random() < 0.35
    ground: Colour = (0.09, 0.10, 0.12) if dark else (0.96, 0.965, 0.975)
    ink: Colour = (0.90, 0.91, 0.93) if dark else (0.13, 0.14, 0.17)
    accent: Colour = rng.choice(
        ((0.13, 0.45, 0.90), (0.10, 0.58, 0.42), (0.85, 0.30, 0.34), (0.48, 0.34, 0.80))
    )
    art.px[:] = ground
    art.rectangle(0, 0, 1, 0.12, accent)
    for k in range(3):
        art.rectangle(0.82 + 0.05 * k, 0.016, 0.03, 0.012, (1, 1, 1))
    _bars(art, 0.06, 0.012, 0.10, 0.014, (1, 1, 1))
    _bars(art, 0.06, 0.07, rng.uniform(0.3, 0.5), 0.026, (1, 1, 1))
    rng.choice((_conversation, _list, _cards))(art, ground, ink, accent)
    art.rectangle(0, 0.925, 1, 0.075, mix(ground, ink, 0.06))
    for k in range(4):
        tone = accent if k == 0 else mix(ground, ink, 0.45)
        art.ellipse(0.14 + 0.24 * k, 0.955, 0.035, 0.035, tone)


def _bars(art: Canvas, x: float, y: float, wide: float, high: float, ink: Colour) -> None:
    """Draw words as a reader's eye sees them from afar: bars of unequal length."""
    right = x + wide
    while x < right - 0.01:
        word = min(art.rng.uniform(0.025, 0.11), right - x)
        art.rectangle(x, y, word, high, ink)
        x += word + 0.014


def _conversation(art: Canvas, ground: Colour, ink: Colour, accent: Colour) -> None:
    rng = art.rng
    y = 0.15
    while y < 0.86:
        mine, lines, wide = rng.random() < 0.5, rng.randint(1, 4), rng.uniform(0.4, 0.7)
        x = 0.95 - wide if mine else 0.05
        high = 0.022 + 0.024 * lines
        art.rectangle(x, y, wide, high, accent if mine else mix(ground, ink, 0.12))
        for k in range(lines):
            _bars(
                art,
                x + 0.03,
                y + 0.014 + 0.024 * k,
                (wide - 0.06) * (1 if k < lines - 1 else 0.6),
                0.012,
                (1, 1, 1) if mine else ink,
            )
        y += high + 0.018


def _list(art: Canvas, ground: Colour, ink: Colour, accent: Colour) -> None:
    rng = art.rng
    for k in range(9):
        y = 0.14 + 0.086 * k
        tone = mix(accent, (rng.random(), rng.random(), rng.random()), 0.6)
        art.ellipse(0.12, y + 0.036, 0.065, 0.065, tone)
        _bars(art, 0.23, y + 0.014, rng.uniform(0.25, 0.5), 0.018, ink)
        _bars(art, 0.23, y + 0.046, rng.uniform(0.4, 0.7), 0.012, mix(ground, ink, 0.5))
        art.rectangle(0.23, y + 0.077, 0.72, 0.0012, mix(ground, ink, 0.18))


def _cards(art: Canvas, ground: Colour, ink: Colour, accent: Colour) -> None:
    rng = art.rng
    for k in range(3):
        y = 0.145 + 0.26 * k
        art.rectangle(
            0.05,
            y,
            0.9,
            0.235,
            mix(ground, (1, 1, 1) if ground[0] > 0.5 else ink, 0.1 if ground[0] < 0.5 else 0.8),
        )
        top = (rng.uniform(0.3, 0.8), rng.uniform(0.4, 0.8), rng.uniform(0.5, 0.9))
        art.rectangle(0.05, y, 0.9, 0.14, top, fade=mix(top, (1, 0.9, 0.7), 0.6))
        _bars(art, 0.09, y + 0.157, rng.uniform(0.4, 0.7), 0.018, ink)
        _bars(art, 0.09, y + 0.192, rng.uniform(0.5, 0.8), 0.012, mix(ground, ink, 0.5))
        art.rectangle(0.78, y + 0.2, 0.13, 0.022, accent)
