"""XMP packets are read with hostile XML refused."""

import time

import pytest

from photoroll.imaging.xmp import MAX_BYTES, read_xmp

HEAD = (
    '<x:xmpmeta xmlns:x="adobe:ns:meta/"><rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#">'
    '<rdf:Description xmlns:xmp="http://ns.adobe.com/xap/1.0/" xmlns:dc="http://purl.org/dc/elements/1.1/" '
    'xmlns:photoshop="http://ns.adobe.com/photoshop/1.0/" xmlns:exif="http://ns.adobe.com/exif/1.0/" '
)
TAIL = "</rdf:Description></rdf:RDF></x:xmpmeta>"


def packet(attributes="", children=""):
    return (
        '<?xpacket begin="\ufeff" id="W5M0MpCehiHzreSzNTczkc9d"?>'
        + HEAD
        + attributes
        + ">"
        + children
        + TAIL
        + '<?xpacket end="w"?>'
    ).encode()


def test_attributes_and_elements_tell_the_same():
    inside = "<xmp:Rating>4</xmp:Rating><xmp:CreateDate>2024-06-14T21:03:11+02:00</xmp:CreateDate>"
    outside = 'xmp:Rating="4" xmp:CreateDate="2024-06-14T21:03:11+02:00"'
    assert read_xmp(packet(children=inside)) == read_xmp(packet(attributes=outside))
    found = read_xmp(packet(attributes=outside))
    assert found.rating == 4
    assert found.candidates[0].text == "2024-06-14T21:03:11+02:00"


def test_words_are_read_from_bags():
    found = read_xmp(
        packet(
            children="<dc:title><rdf:Alt><rdf:li xml:lang='x-default'>Lisbon</rdf:li></rdf:Alt></dc:title>"
            "<dc:description><rdf:Alt><rdf:li>Boats &amp; sea</rdf:li></rdf:Alt></dc:description>"
            "<dc:subject><rdf:Bag><rdf:li>sea</rdf:li><rdf:li>boat</rdf:li><rdf:li>sea</rdf:li></rdf:Bag></dc:subject>"
        )
    )
    assert (found.title, found.caption, found.keywords) == ("Lisbon", "Boats & sea", ("sea", "boat"))


def test_the_moment_taken_comes_before_the_moment_made():
    dates = read_xmp(
        packet(
            attributes='xmp:CreateDate="2024-06-15" exif:DateTimeOriginal="2024-06-14" '
            'photoshop:DateCreated="2024"'
        )
    ).candidates
    assert [one.field for one in dates] == [
        "exif:DateTimeOriginal",
        "photoshop:DateCreated",
        "xmp:CreateDate",
    ]


@pytest.mark.parametrize(
    ("text", "stars"), [("5", 5), ("3.0", 3), ("0", None), ("-1", None), ("nan", None), ("x", None)]
)
def test_only_one_to_five_stars_count(text, stars):
    assert read_xmp(packet(attributes=f'xmp:Rating="{text}"')).rating == stars


LAUGHS = "".join(f'<!ENTITY l{n} "{f"&l{n - 1};" * 10}">' for n in range(1, 10))
HOSTILE = {
    "billion laughs": f'<!DOCTYPE x [<!ENTITY l0 "ha">{LAUGHS}]><x>&l9; Rating</x>'.encode(),
    "outer file": b'<!DOCTYPE x [<!ENTITY e SYSTEM "file:///etc/passwd">]><x>&e; Rating</x>',
    "outer address": b'<!DOCTYPE x SYSTEM "http://127.0.0.1:9/x.dtd"><x>Rating</x>',
    "quadratic": b'<!DOCTYPE x [<!ENTITY e "' + b"A" * 50_000 + b'">]><x>' + b"&e;" * 10_000 + b"Rating</x>",
    "deep": b"<x>" * 60_000 + b"Rating" + b"</x>" * 60_000,
    "huge": b"<x>Rating" + b" " * MAX_BYTES + b"</x>",
    "cut off": packet(attributes='xmp:Rating="4"')[:300] + b"Rating",
    "no XML": b"\xff\xfeRating\0\x01",
    "bad encoding": b'<?xml version="1.0" encoding="x-none"?><x>Rating</x>',
}


@pytest.mark.parametrize("name", HOSTILE)
def test_hostile_xml_is_ignored_and_said(name):
    started = time.monotonic()
    found = read_xmp(HOSTILE[name])
    assert found.candidates == ()
    assert found.rating is None
    assert len(found.warnings) == 1
    assert time.monotonic() - started < 20


@pytest.mark.parametrize("nothing", [None, b"", "", 7, b"\0\0"])
def test_nothing_is_nothing(nothing):
    assert read_xmp(nothing).warnings == ()


def test_texts_are_cut_and_made_visible():
    long = read_xmp(packet(children=f"<dc:title>{'A' * 4000}\u202e</dc:title>")).title
    assert len(long) == 500
    assert "\u202e" not in read_xmp(packet(children="<dc:title>gpj\u202e</dc:title>")).title
