"""The recap as a web page: whole in one file, quiet on the network, safe with any words."""

from __future__ import annotations

import base64
import hashlib
import io
import re
from html.parser import HTMLParser
from pathlib import Path

import pytest
from PIL import Image

from photoroll.core.documents import (
    Motion,
    Pace,
    PhotoRef,
    RecapDocument,
    Segment,
    SegmentKind,
    Stop,
    Window,
    recap_to_json,
)
from photoroll.imaging.webpage import SIDE, make_page

HOSTILE = '</section><script>alert(1)</script><img src=x onerror="alert(2)">"\' & \u202e'
MOVE = Motion(start=Window(0, 0, 1, 1), end=Window(0.05, 0.05, 0.95, 0.95))


def a_recap(folder: Path, words: str = "Porto") -> RecapDocument:
    path = folder / "wide.jpg"
    Image.new("RGB", (2400, 1600), (200, 120, 60)).save(path, exif=Image.Exif())
    tall = folder / "tall.png"
    Image.new("RGB", (300, 400), (20, 120, 60)).save(tall)
    stops = (Stop(lat=41, lon=-8.6, name=words, chapter=1), Stop(lat=38.7, lon=-9.1, name="Lisbon"))
    parts = (
        Segment(
            kind=SegmentKind.TITLE,
            at_ms=0,
            for_ms=3000,
            fade_ms=500,
            photo=PhotoRef.at(path),
            aspect=1.5,
            motion=MOVE,
            heading=words,
            caption="3 to 8 May 2025",
        ),
        Segment(kind=SegmentKind.MAP, at_ms=2300, for_ms=3000, fade_ms=700, stops=stops),
        Segment(
            kind=SegmentKind.PHOTO,
            at_ms=4600,
            for_ms=2500,
            fade_ms=700,
            photo=PhotoRef.at(tall),
            aspect=0.75,
            motion=MOVE,
            caption=words,
            chapter=1,
        ),
        Segment(kind=SegmentKind.END, at_ms=6400, for_ms=2000, fade_ms=700, heading=words),
    )
    return RecapDocument(
        kind="trip", title=words, width=1920, height=1080, fps=30, pace=Pace.STEADY, segments=parts
    )


def made(document: RecapDocument) -> str:
    out = io.BytesIO()
    result = make_page(recap_to_json(document), out, lambda share: None)
    assert result["bytes"] == len(out.getvalue())
    return out.getvalue().decode()


class Elements(HTMLParser):
    """Every start tag with its attributes, and the text of scripts and of everything else."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.scripts, self.words = "", ""
        self._inside = ""
        self.feed(page)

    def handle_starttag(self, tag, attrs) -> None:
        self.tags.append((tag, dict(attrs)))
        self._inside = tag

    def handle_endtag(self, tag) -> None:
        self._inside = ""

    def handle_data(self, data) -> None:
        if self._inside == "script":
            self.scripts += data
        else:
            self.words += data

    def all(self, tag: str) -> list[dict[str, str | None]]:
        return [attributes for name, attributes in self.tags if name == tag]


def test_nothing_in_the_page_leads_outside(tmp_path):
    page = made(a_recap(tmp_path))
    without_data = re.sub(r"data:[a-z/]+;base64,[A-Za-z0-9+/=]+", "data:", page)
    assert not re.search(r"https?:|//[a-z0-9-]+\.|wss?:|ftp:|@import|url\((?!data:)", without_data)
    for tag, attributes in Elements(page).tags:
        assert tag not in ("link", "iframe", "object", "embed", "base", "form", "video", "audio")
        for name in ("src", "href", "action", "poster", "srcset", "data"):
            assert (attributes.get(name) or "data:").startswith("data:")


def test_the_policy_allows_this_script_only(tmp_path):
    elements = Elements(made(a_recap(tmp_path)))
    policy = next(meta["content"] for meta in elements.all("meta") if "http-equiv" in meta)
    rules = dict(rule.strip().split(" ", 1) for rule in policy.split(";"))
    digest = base64.b64encode(hashlib.sha256(elements.scripts.encode()).digest()).decode()
    assert rules == {
        "default-src": "'none'",
        "img-src": "data:",
        "font-src": "data:",
        "style-src": "'unsafe-inline'",
        "script-src": f"'sha256-{digest}'",
        "base-uri": "'none'",
        "form-action": "'none'",
    }
    assert len(elements.all("script")) == 1


def test_hostile_words_stay_words(tmp_path):
    tame, hostile = Elements(made(a_recap(tmp_path))), Elements(made(a_recap(tmp_path, HOSTILE)))
    assert [tag for tag, _ in hostile.tags] == [tag for tag, _ in tame.tags]
    assert hostile.scripts == tame.scripts
    assert hostile.words.count("<script>alert(1)</script>") == 4, "title, heading, caption, end"
    assert not any(name.startswith("on") for _, attributes in hostile.tags for name in attributes)


def test_pictures_are_bounded_and_carry_no_metadata(tmp_path):
    elements = Elements(made(a_recap(tmp_path)))
    sizes = []
    for image in elements.all("img"):
        data = base64.b64decode((image["src"] or "").split(",", 1)[1])
        assert b"Exif" not in data
        with Image.open(io.BytesIO(data)) as picture:
            sizes.append(picture.size)
    assert sizes == [(SIDE, 1067), (SIDE, 900), (300, 400)]


def test_each_part_has_a_name_and_its_time(tmp_path):
    document = a_recap(tmp_path)
    elements = Elements(made(document))
    sections = elements.all("section")
    assert [section["data-at"] for section in sections] == [str(part.at_ms) for part in document.segments]
    assert all(section["aria-label"] for section in sections)
    assert all(image["alt"] for image in elements.all("img"))
    assert [image["alt"] for image in elements.all("img")][1] == "Map of the route: Porto, Lisbon"
    assert all(button.get("aria-label") for button in elements.all("button"))
    assert "wide" in sections[0]["class"]
    assert "tall" in sections[2]["class"]
    assert len(elements.all("h1")) == 1
    assert elements.all("html")[0]["lang"] == "en"


def test_the_page_plays_only_as_much_as_the_viewer_likes(tmp_path):
    page = made(a_recap(tmp_path))
    assert "prefers-reduced-motion: reduce" in page
    for key in ('" "', "ArrowRight", "ArrowLeft", "Home"):
        assert key in page


def test_the_same_document_gives_the_same_bytes(tmp_path):
    document = a_recap(tmp_path)
    assert made(document) == made(document)


@pytest.mark.parametrize("share", [0.0, 1.0])
def test_progress_reaches_both_ends(tmp_path, share):
    shares: list[float] = []
    make_page(recap_to_json(a_recap(tmp_path)), io.BytesIO(), shares.append)
    assert share in shares
    assert shares == sorted(shares)
