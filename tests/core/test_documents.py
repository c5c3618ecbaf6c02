"""Documents: written and read back without loss, the same bytes each time, and nothing wrong accepted."""

from __future__ import annotations

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from photoroll.core.documents import (
    CollageCell,
    CollageDocument,
    Motion,
    Pace,
    Page,
    PhotoRef,
    RecapDocument,
    Segment,
    SegmentKind,
    Stop,
    Window,
    collage_from_json,
    collage_to_json,
    recap_from_json,
    recap_to_json,
)
from photoroll.errors import CannotMake

WORDS = st.text(st.characters(exclude_categories=["Cs"]), max_size=30)
PATHS = st.binary(min_size=1, max_size=40).map(lambda raw: b"/" + raw.replace(b"\0", b"_"))
SHARES = st.floats(0, 1)


@st.composite
def windows(draw):
    left, top = draw(st.floats(0, 0.9)), draw(st.floats(0, 0.9))
    return Window(left, top, left + draw(st.floats(0.01, 0.1)), top + draw(st.floats(0.01, 0.1)))


@st.composite
def photos(draw):
    return PhotoRef(path=draw(PATHS), id=draw(st.text("0123456789abcdef", max_size=16)))


@st.composite
def collages(draw):
    page = Page(width=draw(st.integers(64, 9000)), height=draw(st.integers(64, 9000)), dpi=300)
    cells = [
        CollageCell(photo=draw(photos()), x=1, y=2, w=draw(st.integers(1, 60)), h=9, crop=draw(windows()))
        for _ in range(draw(st.integers(0, 3)))
    ]
    return CollageDocument(
        template="mosaic",
        seed=draw(st.integers(0, 2**31)),
        page=page,
        cells=tuple(cells),
        gap=3,
        title=draw(WORDS),
        subtitle=draw(WORDS),
        tree=["v", 0, ["h", 1, 2]],
    )


@st.composite
def recaps(draw):
    move = Motion(start=draw(windows()), end=draw(windows()))
    stop = Stop(lat=draw(st.floats(-90, 90)), lon=draw(st.floats(-180, 180)), name=draw(WORDS), chapter=None)
    parts = (
        Segment(kind=SegmentKind.MAP, at_ms=0, for_ms=900, fade_ms=0, stops=(stop,)),
        Segment(
            kind=SegmentKind.PHOTO,
            at_ms=500,
            for_ms=draw(st.integers(1, 9000)),
            fade_ms=400,
            photo=draw(photos()),
            aspect=draw(st.floats(0.1, 9)),
            motion=move,
            caption=draw(WORDS),
            chapter=1,
            why=draw(WORDS),
        ),
    )
    return RecapDocument(
        kind="trip", title=draw(WORDS), width=640, height=360, fps=30, pace=Pace.CALM, segments=parts
    )


@given(collages())
def test_a_collage_comes_back_as_it_was(document):
    text = collage_to_json(document)
    assert collage_from_json(text) == document
    assert collage_to_json(collage_from_json(text)) == text


@given(recaps())
def test_a_recap_comes_back_as_it_was(document):
    text = recap_to_json(document)
    assert recap_from_json(text) == document
    assert recap_to_json(recap_from_json(text)) == text


def test_a_path_that_is_no_utf8_is_kept_as_bytes_and_opens_as_text(tmp_path):
    raw = bytes(tmp_path) + b"/caf\xe9.jpg"
    photo = PhotoRef(path=raw)
    cell = CollageCell(photo=photo, x=0, y=0, w=10, h=10)
    text = collage_to_json(
        CollageDocument(template="m", seed=0, page=Page(width=64, height=64), cells=(cell,))
    )
    assert json.loads(text)["cells"][0]["photo"]["path"] == {"bytes": raw.hex()}
    assert collage_from_json(text).cells[0].photo == photo
    assert PhotoRef.at(photo.text) == photo


def a_collage() -> dict:
    cell = CollageCell(photo=PhotoRef(path=b"/a.jpg", id="ab"), x=4, y=4, w=50, h=50)
    page = Page(width=100, height=80)
    return json.loads(collage_to_json(CollageDocument(template="m", seed=1, page=page, cells=(cell,))))


@pytest.mark.parametrize(
    ("change", "said"),
    [
        (lambda d: d.update(extra=1), "unknown key 'extra'"),
        (lambda d: d.pop("gap"), "lacks 'gap'"),
        (lambda d: d.update(photoroll="recap"), "not a collage"),
        (lambda d: d.update(version=99), "another version"),
        (lambda d: d.update(gap=-1), "'gap' is out of range"),
        (lambda d: d.update(gap=1.5), "'gap' is out of range"),
        (lambda d: d.update(gap=True), "'gap' is out of range"),
        (lambda d: d.update(background="red; }"), "no colour"),
        (lambda d: d.update(title=7), "'title' is no text"),
        (lambda d: d.update(title="x" * 5000), "'title' is no text"),
        (lambda d: d["page"].update(width=10**9), "'width' is out of range"),
        (lambda d: d["page"].update(width=29_999, height=29_999), "megapixels"),
        (lambda d: d["cells"][0].update(x=60), "outside the page"),
        (lambda d: d["cells"][0].update(crop=[0.5, 0, 0.5, 1]), "must have an area"),
        (lambda d: d["cells"][0].update(crop=[0, 0, 1.5, 1]), "'crop' is out of range"),
        (lambda d: d["cells"][0]["photo"].update(path=""), "path is empty"),
        (lambda d: d["cells"][0]["photo"].update(path={"bytes": "zz"}), "non-hexadecimal"),
        (lambda d: d.update(cells={}), "'cells' is no list"),
    ],
)
def test_what_is_wrong_is_refused_by_name(change, said):
    document = a_collage()
    change(document)
    with pytest.raises(CannotMake, match=said):
        collage_from_json(json.dumps(document))


@pytest.mark.parametrize(
    "text",
    ["", "[]", "{", "null", '{"photoroll": NaN}', '{"a": 1, "a": 2}', "[" * 100_000, '{"title": "\\ud800"}'],
)
def test_what_is_no_document_is_refused(text):
    with pytest.raises(CannotMake):
        collage_from_json(text)
    with pytest.raises(CannotMake):
        recap_from_json(text)


def test_a_film_has_even_sides_and_parts():
    part = Segment(kind=SegmentKind.TITLE, at_ms=0, for_ms=500, fade_ms=0)
    document = RecapDocument(
        kind="trip", title="", width=640, height=360, fps=30, pace=Pace.STEADY, segments=(part,)
    )
    values = json.loads(recap_to_json(document))
    with pytest.raises(CannotMake, match="even"):
        recap_from_json(json.dumps(values | {"width": 641}))
    with pytest.raises(CannotMake, match="no parts"):
        recap_from_json(json.dumps(values | {"segments": []}))
