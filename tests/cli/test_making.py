"""``photoroll collage`` and ``recap``: files that appear whole, and JSON that tells what is in them."""

import json
import shutil
from pathlib import Path

import pytest
from PIL import Image


@pytest.fixture
def trip(organized, command):
    return command("groups", "trips", "--library", organized.library, "--json").object


def test_a_collage_of_a_group(organized, trip, command, tmp_path) -> None:
    out = tmp_path / "c.jpg"
    done = command(
        "collage",
        "--group",
        trip["id"],
        "--page",
        "1200x900",
        "--seed",
        3,
        "-o",
        out,
        "--json",
        "--library",
        organized.library,
    )
    made = done.object
    assert done.code == 0
    assert made["page"] == [1200, 900]
    assert len(made["cells"]) >= 8
    assert {cell["path"] for cell in made["cells"]} <= set(trip["paths"])
    assert (
        len({cell["path"] for cell in made["cells"]} & {path for path in trip["paths"] if "/b" in path}) <= 1
    )
    for cell in made["cells"]:
        assert 0 <= cell["x"] < cell["x"] + cell["w"] <= 1200
        assert 0 <= cell["y"] < cell["y"] + cell["h"] <= 900
    with Image.open(out) as image:
        assert (image.format, image.size) == ("JPEG", (1200, 900))
        assert not image.getexif()


@pytest.mark.parametrize(("name", "start"), [("c.png", b"\x89PNG"), ("c.pdf", b"%PDF")])
def test_other_formats(organized, trip, command, tmp_path, name, start) -> None:
    out = tmp_path / name
    done = command(
        "collage", "--group", trip["id"], "--page", "600x450", "-o", out, "--library", organized.library
    )
    assert done.code == 0
    assert out.read_bytes().startswith(start)


def test_a_collage_of_files_needs_no_library(story, command, tmp_path) -> None:
    paths = sorted((story / "lisbon").glob("l*.jpg"))[:5]
    out = tmp_path / "c.jpg"
    made = command(
        "collage", *paths, "-o", out, "--page", "800x600", "--json", "--library", tmp_path / "none"
    ).object
    assert {cell["path"] for cell in made["cells"]} == {str(path) for path in paths}
    assert not (tmp_path / "none").exists()


def test_no_file_is_ever_replaced(story, command, tmp_path) -> None:
    photo, other = story / "lisbon" / "b0.jpg", story / "lisbon" / "b1.jpg"
    link = tmp_path / "link.jpg"
    link.symlink_to(other)
    before = other.read_bytes()
    for target in (photo, other, link):
        done = command("collage", photo, "-o", target, "--page", "300x200")
        assert done.code == 1
        assert "already" in done.err
    assert other.read_bytes() == before


def test_a_broken_photo_is_named(story, command, tmp_path) -> None:
    done = command("collage", story / "broken.jpg", story / "lisbon" / "b0.jpg", "-o", tmp_path / "c.jpg")
    assert done.code == 1
    assert "broken.jpg" in done.err
    assert list(tmp_path.iterdir()) == []


def test_a_recap_document_and_its_page(organized, trip, command, tmp_path) -> None:
    script, page = tmp_path / "r.json", tmp_path / "r.html"
    made = command(
        "recap",
        "--group",
        trip["id"],
        "--length",
        "20s",
        "-o",
        script,
        "--json",
        "--library",
        organized.library,
    ).object
    assert 16 <= made["duration_s"] <= 22
    assert made["candidates"] == 15
    assert all(photo["why"] for photo in made["photos"])
    assert json.loads(script.read_text())["photoroll"] == "recap"
    assert (
        command(
            "recap", "--group", trip["id"], "--length", "20s", "-o", page, "--library", organized.library
        ).code
        == 0
    )
    text = page.read_text()
    assert "http://" not in text.replace("http://www.w3.org", "")
    assert "Content-Security-Policy" in text


def test_a_film_of_a_month(organized, command, tmp_path) -> None:
    import av

    out = tmp_path / "r.mp4"
    done = command(
        "recap",
        "--month",
        "2024-05",
        "--length",
        "20s",
        "--size",
        "720p",
        "-o",
        out,
        "--json",
        "--library",
        organized.library,
    )
    assert done.code == 0
    with av.open(str(out)) as film:
        (stream,) = film.streams
        assert (stream.codec_context.name, stream.width, stream.height) == ("h264", 1280, 720)
        assert abs(film.duration / 1e6 - done.object["duration_s"]) < 0.2


def test_a_month_without_photos_is_one_sentence(organized, command, tmp_path) -> None:
    done = command("recap", "--month", "1999-01", "-o", tmp_path / "r.mp4", "--library", organized.library)
    assert (done.code, list(tmp_path.iterdir())) == (1, [])
    assert "January 1999" in done.err


def test_wrong_endings_and_usage(organized, command, tmp_path) -> None:
    assert command("recap", "-o", tmp_path / "r.mp4", "--library", organized.library).code == 2
    assert command("collage", "-o", tmp_path / "c.jpg", "--library", organized.library).code == 2
    assert command("collage", "x.jpg", "-o", tmp_path / "c.gif").code == 2


def test_organize_makes_a_collage_and_a_recap(story, command, tmp_path) -> None:
    done = command(
        "organize",
        story,
        "--library",
        tmp_path / "L",
        "--out",
        tmp_path / "out",
        "--json",
        "--length",
        "20s",
        "--size",
        "720p",
    )
    result = done.object
    assert done.code == 3
    assert (result["trips"], result["places"]) == (1, 2)
    assert [path.rsplit(".", 1)[1] for path in result["recap"]] == ["mp4", "html"]
    assert result["collage"].endswith("collage.jpg")
    assert sorted(path.name for path in (tmp_path / "out").iterdir()) == [
        "collage.jpg",
        "recap.html",
        "recap.mp4",
    ]


def test_photos_that_are_gone_are_left_out(story, command, tmp_path) -> None:
    photos, library = tmp_path / "photos", tmp_path / "L"
    shutil.copytree(story, photos)
    command("organize", photos, "--library", library)
    trip = command("groups", "trips", "--library", library, "--json").object
    Path(trip["paths"][0]).unlink()
    made = command(
        "collage", "--group", trip["id"], "-o", tmp_path / "c.jpg", "--library", library, "--json"
    ).object
    assert trip["paths"][0] not in {cell["path"] for cell in made["cells"]}
    assert len(made["cells"]) >= 8


def test_nothing_is_made_among_the_photos(story, command, tmp_path) -> None:
    done = command("organize", story, "--library", tmp_path / "L", "--out", story / "made")
    assert done.code == 1
    assert "among your photos" in done.err
    assert not (story / "made").exists()


def test_wrong_values_are_wrong_usage(organized, trip, command, tmp_path) -> None:
    words = ("collage", "--group", trip["id"], "--library", organized.library, "-o")
    assert command(*words, tmp_path / "c.jpg", "--page", "foo").code == 2
    assert command(*words, tmp_path / "c.jpg", "--page", "").code == 2
    assert command(*words, tmp_path / "c.jpg", "--max-crop", "nan").code == 2
    assert command(*words, tmp_path / "c.jpg", "--template", "spiral").code == 2
    assert command(*words, tmp_path / "c").code == 2
    assert command("photos", "--from", "2024", "--to", "2023", "--library", organized.library).code == 2
    assert command("photos", "--group", "nope", "--library", organized.library).code == 1
    assert list(tmp_path.iterdir()) == []
