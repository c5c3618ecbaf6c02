"""Draws letters, receipts and forms as a phone or a scanner would see them, to teach the head for paper.

Free photos of paper are few, and those of unclear terms are not learnt from; a page is easily drawn.
Seeded: the same number gives the same page.
"""

from __future__ import annotations

import io

import numpy as np
from PIL import Image, ImageDraw, ImageFilter, ImageFont

Random = np.random.Generator
SIDE = 640
_SYLLABLES = [
    "ba",
    "ce",
    "di",
    "fo",
    "gu",
    "la",
    "me",
    "ni",
    "po",
    "ru",
    "sa",
    "te",
    "vi",
    "wo",
    "ar",
    "en",
    "is",
    "ol",
    "um",
    "tra",
    "ple",
    "sto",
    "gri",
    "cha",
]


def page(seed: int) -> bytes:
    """Give one page as JPEG, long side 640 pixels."""
    rng = np.random.default_rng(seed)
    kind = (_receipt, _letter, _form, _invoice, _receipt, _small_slip)[seed % 6]
    paper = kind(rng)
    seen = _scanned(paper, rng) if kind is _small_slip or rng.random() < 0.5 else _photographed(paper, rng)
    out = io.BytesIO()
    seen.save(out, "JPEG", quality=88)
    return out.getvalue()


def _blank(size: tuple[int, int], rng: Random) -> Image.Image:
    tone = 255 if rng.random() < 0.4 else int(rng.integers(225, 255))
    warmth = int(rng.integers(0, 14)) if rng.random() < 0.4 else 0
    return Image.new("RGB", size, (tone, tone - warmth // 3, tone - warmth))


def _word(rng: Random) -> str:
    return "".join(rng.choice(_SYLLABLES) for _ in range(int(rng.integers(1, 5))))


def _ink(rng: Random) -> tuple[int, int, int]:
    dark = int(rng.integers(0, 130))
    return (dark, dark, dark + int(rng.integers(0, 30)))


def _receipt(rng: Random) -> Image.Image:
    width, height = int(rng.integers(300, 480)), int(rng.integers(560, 1100))
    paper = _blank((width, height), rng)
    draw, ink = ImageDraw.Draw(paper), _ink(rng)
    size, spacing = int(rng.integers(12, 24)), rng.uniform(1.1, 2.2)
    font, large = ImageFont.load_default(size), ImageFont.load_default(size * 1.6)
    y = int(rng.integers(15, 60))
    for _ in range(int(rng.integers(2, 5))):
        draw.text((width / 2, y), _word(rng).upper(), ink, font=large if y < 60 else font, anchor="mt")
        y += size * 2
    while y < height - size * 3:
        if rng.random() < 0.08:
            draw.line((12, y + size // 2, width - 12, y + size // 2), ink, 1)
        else:
            draw.text((14, y), f"{_word(rng)} {_word(rng)}", ink, font=font)
            if rng.random() < 0.8:
                draw.text((width - 14, y), f"{rng.integers(1, 99)}.{rng.integers(10, 99)}", ink, font, "rt")
        y += int(size * spacing * (1 if rng.random() < 0.85 else 2))
    _scribble(draw, paper.size, rng)
    return paper


def _letter(rng: Random) -> Image.Image:
    width, height = 620, int(rng.integers(760, 880))
    paper = _blank((width, height), rng)
    draw, ink = ImageDraw.Draw(paper), _ink(rng)
    size, margin = int(rng.integers(11, 18)), int(rng.integers(30, 80))
    font = ImageFont.load_default(size)
    y = margin
    if rng.random() < 0.5:
        draw.text((margin, y), _word(rng).title(), ink, font=ImageFont.load_default(size * 2.2))
        y += size * 5
    while y < height - margin:
        line, wanted = "", width - 2 * margin
        if rng.random() < 0.15:
            wanted = int(wanted * rng.uniform(0.2, 0.8))
        while draw.textlength(line, font) < wanted:
            line += _word(rng) + " "
        draw.text((margin, y), line, ink, font=font)
        y += int(size * (1.4 if rng.random() < 0.9 else 2.8))
    return paper


def _form(rng: Random) -> Image.Image:
    paper = _blank((720, int(rng.integers(460, 760))), rng)
    draw, ink = ImageDraw.Draw(paper), _ink(rng)
    size = int(rng.integers(11, 17))
    font, y = ImageFont.load_default(size), 24
    tint = tuple(int(v) for v in rng.integers(120, 250, 3)) if rng.random() < 0.5 else ink
    draw.rectangle((0, 0, 720, 56), fill=tint) if rng.random() < 0.4 else None
    draw.text((24, y), _word(rng).title(), ink, font=ImageFont.load_default(size * 2))
    y = 84
    columns = sorted(int(x) for x in rng.integers(120, 680, int(rng.integers(2, 5))))
    while y < paper.height - 30:
        draw.line((20, y, 700, y), ink, 1)
        for x in [24, *columns]:
            if rng.random() < 0.75:
                draw.text((x + 4, y + 5), _word(rng), ink, font=font)
        y += size + 12
    for x in columns:
        draw.line((x, 84, x, y), ink, 1)
    return paper


def _invoice(rng: Random) -> Image.Image:
    """Mostly empty: a heading, blocks of short lines, a small table."""
    width, height = 640, int(rng.integers(700, 900))
    paper = _blank((width, height), rng)
    draw, ink, size = ImageDraw.Draw(paper), _ink(rng), int(rng.integers(9, 14))
    font = ImageFont.load_default(size)
    draw.text((50, 40), _word(rng).upper(), ink, font=ImageFont.load_default(size * 2))
    for _ in range(int(rng.integers(3, 7))):
        x, y = int(rng.choice([50, 330, 460])), int(rng.integers(80, height - 120))
        for _ in range(int(rng.integers(2, 7))):
            draw.text((x, y), f"{_word(rng)} {_word(rng)}", ink, font=font)
            y += int(size * 1.5)
    top = int(rng.integers(200, height - 200))
    for row in range(int(rng.integers(2, 8))):
        draw.rectangle((50, top, width - 50, top + 20), outline=ink)
        draw.text((56, top + 4), _word(rng), ink, font=font)
        draw.text((width - 120, top + 4), f"{row * 17}.00", ink, font=font)
        top += 20
    return paper


def _small_slip(rng: Random) -> Image.Image:
    """A receipt copied onto a large sheet."""
    slip = _receipt(rng)
    sheet = Image.new("RGB", (700, 980), (255, 255, 255))
    share = rng.uniform(0.3, 0.7)
    slip.thumbnail((int(700 * share), int(980 * share)))
    place = (
        int((700 - slip.width) * rng.uniform(0.2, 0.8)),
        int((980 - slip.height) * rng.uniform(0.05, 0.5)),
    )
    sheet.paste(slip, place)
    return sheet


def _scribble(draw: ImageDraw.ImageDraw, size: tuple[int, int], rng: Random) -> None:
    """Now and then somebody wrote on it."""
    if rng.random() < 0.7:
        return
    start = rng.uniform(0.2, 0.8, 2) * size
    strokes = start + np.cumsum(rng.normal(0, 14, (12, 2)), axis=0)
    draw.line([tuple(point) for point in strokes], (30, 40, 120), 2)


def _scanned(paper: Image.Image, rng: Random) -> Image.Image:
    """A flat scan: hardly turned, contrast as scanners have it, often without colour."""
    seen = paper.rotate(rng.uniform(-1.5, 1.5), Image.Resampling.BICUBIC, fillcolor=(250, 250, 250))
    if rng.random() < 0.6:
        seen = seen.convert("L").convert("RGB")
    seen.thumbnail((SIDE, SIDE))
    if rng.random() < 0.4:
        return seen  # the scanner's software made the white white
    return _noisy(seen, rng, noise=3.0, shade=0.06)


def _photographed(paper: Image.Image, rng: Random) -> Image.Image:
    """On a table, seen at a slant, under a lamp."""
    size = (640, 480) if rng.random() < 0.4 else (480, 640)
    table = _table(size, rng)
    fill = rng.uniform(0.72, 1.05)
    scale = fill * min(size[0] / paper.width, size[1] / paper.height)
    w, h = paper.width * scale / 2, paper.height * scale / 2
    turn = rng.normal(0, 0.08)
    corners = np.array([(-w, -h), (w, -h), (w, h), (-w, h)]) * rng.uniform(0.92, 1.06, (4, 2))
    spin = np.array([[np.cos(turn), -np.sin(turn)], [np.sin(turn), np.cos(turn)]])
    corners = corners @ spin.T + np.array(size) / 2
    sheet = [(0, 0), (paper.width, 0), (paper.width, paper.height), (0, paper.height)]
    how = _perspective(corners, np.array(sheet, float))
    warped = paper.transform(size, Image.Transform.PERSPECTIVE, how, Image.Resampling.BICUBIC)
    mask = Image.new("L", paper.size, 255).transform(size, Image.Transform.PERSPECTIVE, how)
    table.paste(warped, mask=mask)
    return _noisy(table.filter(ImageFilter.GaussianBlur(rng.uniform(0, 0.8))), rng, noise=6.0, shade=0.35)


def _table(size: tuple[int, int], rng: Random) -> Image.Image:
    """Wood, cloth or stone: one colour with grain."""
    base = rng.integers(30, 190) * np.array([1.0, rng.uniform(0.65, 1.0), rng.uniform(0.45, 1.0)])
    grain = rng.normal(0, 14, (size[1], size[0] // 16 + 1, 1)).repeat(16, axis=1)[:, : size[0]]
    pixels = np.clip(base + grain + rng.normal(0, 5, (size[1], size[0], 1)), 0, 255)
    return Image.fromarray(pixels.astype(np.uint8))


def _perspective(seen: np.ndarray, sheet: np.ndarray) -> list[float]:
    """The eight numbers with which Pillow finds the place on the sheet of each pixel seen."""
    rows = []
    for (x, y), (u, v) in zip(seen, sheet, strict=True):
        rows.append([x, y, 1, 0, 0, 0, -u * x, -u * y])
        rows.append([0, 0, 0, x, y, 1, -v * x, -v * y])
    return list(np.linalg.solve(np.array(rows), sheet.reshape(-1)))


def _noisy(seen: Image.Image, rng: Random, *, noise: float, shade: float) -> Image.Image:
    """Uneven light, a colour cast and sensor noise."""
    pixels = np.asarray(seen, dtype=np.float64)
    height, width = pixels.shape[:2]
    slope = rng.uniform(-shade, shade, 2)
    light = 1 + slope[0] * np.linspace(-0.5, 0.5, height)[:, None] + slope[1] * np.linspace(-0.5, 0.5, width)
    cast = 1 + rng.normal(0, shade / 8, 3)
    dim = rng.uniform(1 - shade, 1.0)
    pixels = pixels * light[..., None] * cast * dim + rng.normal(0, noise * rng.random(), (height, width, 1))
    return Image.fromarray(np.clip(pixels, 0, 255).astype(np.uint8))
