"""Descriptor, statistics, hashes, quality and faces: what pixels tell."""

import io

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image, ImageDraw, ImageFilter

from photoroll.core.readings import DESCRIPTOR_SIZE, STATISTICS_SIZE
from photoroll.errors import UnreadablePhoto
from photoroll.imaging import descriptor, faces, hashing, quality, statistics
from photoroll.imaging.descriptor import BLOCKS, MEASURED, STATISTICS, describe


def landscape(seed=0, size=(256, 192)):
    """Blue sky over textured grass."""
    rng = np.random.default_rng(seed)
    wide, high = size
    pixels = np.zeros((high, wide, 3), float)
    pixels[: high // 2] = (110, 160, 230)
    pixels[high // 2 :] = (60, 140, 50)
    pixels[high // 2 :] += rng.normal(0, 25, (high - high // 2, wide, 1))
    pixels += np.linspace(0, 20, high)[:, None, None]
    return np.clip(pixels, 0, 255).astype(np.uint8)


def page(seed=0):
    picture = Image.new("RGB", (192, 256), "white")
    draw = ImageDraw.Draw(picture)
    for line in range(20):
        draw.line((20, 20 + 11 * line, 90 + (line * 37 + seed) % 80, 20 + 11 * line), fill="black", width=3)
    return np.asarray(picture)


def grey_of(rgb):
    return np.asarray(Image.fromarray(rgb).convert("L"))


def named(rgb):
    return dict(zip(STATISTICS, describe(rgb).statistics.tolist()))


def test_the_descriptor_has_its_shape_and_blocks():
    found = describe(landscape())
    assert found.descriptor.shape == (DESCRIPTOR_SIZE,)
    assert found.statistics.shape == (STATISTICS_SIZE,) == (len(STATISTICS),)
    assert sorted(
        place for block in BLOCKS.values() for place in range(*block.indices(DESCRIPTOR_SIZE))
    ) == list(range(DESCRIPTOR_SIZE))
    assert {name: block.size for name, block in descriptor.measure(landscape()).items()} == MEASURED
    assert len(set(STATISTICS)) == STATISTICS_SIZE


def test_the_same_pixels_give_the_same_bytes():
    first, second = describe(landscape()), describe(landscape().copy())
    assert first.descriptor.tobytes() == second.descriptor.tobytes()
    assert first.statistics.tobytes() == second.statistics.tobytes()


def test_alike_pictures_are_nearer_than_different_ones():
    a, b, c, d = (describe(one).descriptor for one in (landscape(1), landscape(2), page(1), page(2)))
    alike = np.linalg.norm(a - b) + np.linalg.norm(c - d)
    different = np.linalg.norm(a - c) + np.linalg.norm(b - d)
    assert alike < 0.6 * different


def test_a_smaller_or_recompressed_copy_stays_near():
    whole = landscape(3, (512, 384))
    out = io.BytesIO()
    Image.fromarray(whole).resize((256, 192)).save(out, "JPEG", quality=60)
    with Image.open(out) as opened:
        copy = np.asarray(opened.convert("RGB"))
    apart = np.linalg.norm(describe(whole).descriptor - describe(copy).descriptor)
    assert apart < 0.5 * np.linalg.norm(describe(whole).descriptor - describe(page()).descriptor)


def test_statistics_say_what_one_sees():
    meadow, paper = named(landscape()), named(page())
    assert meadow["sky"] > 0.4
    assert meadow["green"] > 0.4
    assert meadow["saturation"] > 0.3
    assert meadow["edges_below"] > 10 * meadow["edges_above"]
    assert paper["sky"] == paper["green"] == paper["skin"] == 0
    assert paper["grey"] > 0.9
    assert paper["bright"] > 0.6
    assert paper["one_colour"] > 0.6
    assert paper["edges_level"] > 2 * paper["edges_upright"]
    night = np.zeros((192, 256, 3), np.uint8)
    night[::24, ::24] = 255
    assert named(np.kron(night[::8, ::8], np.ones((8, 8, 1), np.uint8)))["night_lights"] > 0
    assert named(night)["dark"] > 0.9
    dusk = np.zeros((192, 256, 3), np.uint8) + np.array([240, 120, 40], np.uint8)
    assert named(dusk)["warm_above"] == 1
    assert named(np.full((192, 256, 3), 250, np.uint8))["snow_below"] == 1


def test_level_and_upright_edges_are_told_apart():
    stripes = np.zeros((96, 96, 3), np.uint8)
    stripes[::8] = stripes[1::8] = stripes[2::8] = 255
    assert named(stripes)["edges_level"] > 0.9
    assert named(np.ascontiguousarray(stripes.transpose(1, 0, 2)))["edges_upright"] > 0.9


def test_shares_are_shares_for_any_picture():
    for seed in range(5):
        found = named(np.random.default_rng(seed).integers(0, 256, (50, 70, 3), np.uint8))
        assert all(0 <= value <= 1 for name, value in found.items() if name != "colourfulness")


@pytest.mark.parametrize("size", [(1, 1, 3), (1, 256, 3), (256, 1, 3), (3, 2, 3)])
@pytest.mark.parametrize("value", [0, 128, 255])
def test_tiny_and_plain_pictures_are_no_error(size, value):
    plain = np.full(size, value, np.uint8)
    found = describe(plain)
    assert np.isfinite(found.descriptor).all()
    assert np.isfinite(found.statistics).all()
    assert hashing.hashes(plain[..., 0]).flat
    assert quality.quality(plain[..., 0], plain[..., 0], colourfulness=0).sharpness == pytest.approx(
        0, abs=1e-3
    )


def test_colourfulness_grows_with_colour():
    grey = np.full((20, 20, 3), 128, np.uint8)
    rainbow = np.random.default_rng(0).integers(0, 256, (20, 20, 3), np.uint8)
    assert statistics.colourfulness(grey) == 0
    assert statistics.colourfulness(landscape()) > 0.3
    assert statistics.colourfulness(rainbow) > 0.5


def distance(first, second):
    return (first.phash ^ second.phash).bit_count(), (first.dhash ^ second.dhash).bit_count()


def textured(seed):
    rng = np.random.default_rng(seed)
    coarse = rng.integers(0, 256, (12, 16), np.uint8)
    return np.asarray(Image.fromarray(coarse).resize((256, 192), Image.Resampling.BICUBIC))


@given(st.integers(0, 10_000))
def test_an_edited_copy_keeps_its_hash_and_another_picture_does_not(seed):
    whole = Image.fromarray(textured(seed))
    found = hashing.hashes(np.asarray(whole))
    out = io.BytesIO()
    whole.resize((180, 135)).save(out, "JPEG", quality=50)
    with Image.open(out) as opened:
        small = hashing.hashes(np.asarray(opened.convert("L")))
    brighter = hashing.hashes(np.asarray(whole.point(lambda grey: min(255, int(grey * 0.8 + 30)))))
    assert distance(found, small)[0] <= 6
    assert distance(found, brighter)[0] <= 6
    assert distance(found, hashing.hashes(textured(seed + 1)))[0] > 14


def test_hashes_fit_in_64_bits_and_know_blank_pages():
    for seed in range(20):
        found = hashing.hashes(textured(seed))
        assert 0 <= found.phash < 2**63  # the DC bit is always 0
        assert 0 <= found.dhash < 2**64
        assert not found.flat
    assert hashing.hashes(np.full((100, 100), 250, np.uint8)).flat


def test_the_difference_hash_reads_left_to_right():
    ramp = np.tile(np.arange(256, dtype=np.uint8), (64, 1))
    assert hashing.hashes(ramp).dhash == 2**64 - 1
    assert hashing.hashes(np.ascontiguousarray(ramp[:, ::-1])).dhash == 0


def measured(picture):
    large = picture.convert("L")
    return quality.quality(np.asarray(large), np.asarray(large.resize((256, 192))), colourfulness=0.5)


@pytest.mark.parametrize("seed", range(6))
def test_the_sharp_shot_beats_its_blurred_and_noisy_twins(seed):
    rng = np.random.default_rng(seed)
    sharp = Image.fromarray(rng.integers(0, 256, (96, 128), np.uint8)).resize(
        (512, 384), Image.Resampling.BICUBIC
    )
    blurred = sharp.filter(ImageFilter.GaussianBlur(1.5))
    noise = rng.normal(0, 12, (384, 512))
    noisy = Image.fromarray(np.clip(np.asarray(blurred) + noise, 0, 255).astype(np.uint8))
    assert measured(sharp).sharpness > measured(noisy).sharpness
    assert measured(sharp).sharpness > measured(blurred).sharpness


def test_exposure_and_contrast_have_their_ends():
    assert measured(Image.new("L", (512, 384), 255)).exposure == 0
    middle = measured(Image.new("L", (512, 384), 128))
    assert (middle.exposure, middle.contrast) == (1, 0)
    half = Image.new("L", (512, 384), 0)
    half.paste(255, (0, 0, 256, 384))
    assert measured(half).contrast == pytest.approx(0.5, abs=0.01)


def jpeg_of(rgb):
    out = io.BytesIO()
    Image.fromarray(rgb).save(out, "JPEG", quality=85)
    return out.getvalue()


def test_no_faces_where_there_are_none():
    for rgb in (landscape(1, (512, 384)), page(1), np.zeros((10, 10, 3), np.uint8)):
        assert faces.find_faces(jpeg_of(rgb)).faces == ()
    assert faces.find_faces(jpeg_of(page())).detector.startswith("haarcascade_frontalface_alt2 4.")


@pytest.mark.parametrize("data", [b"", b"no picture", b"\xff\xd8\xff"])
def test_faces_need_a_picture(data):
    with pytest.raises(UnreadablePhoto):
        faces.find_faces(data)
