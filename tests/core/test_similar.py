"""Look-alike stacks: who is stacked with whom, why, and which is the best shot."""

from __future__ import annotations

import io
import itertools

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image, ImageEnhance, ImageFilter

from photoroll.core.models import Relation
from photoroll.core.similar import StackQuality, close_pairs, find_lookalikes, hamming, rank
from photoroll.imaging.hashing import hashes
from photoroll.imaging.quality import quality
from photoroll.imaging.statistics import colourfulness


def quality_of(n, **changed):
    usual = {
        "sharpness": np.full(n, 100.0),
        "exposure": np.ones(n),
        "contrast": np.full(n, 0.2),
        "colourfulness": np.full(n, 0.3),
        "face_area": np.zeros(n),
        "pixels": np.full(n, 12e6),
        "favourite": np.zeros(n, bool),
        "rating": np.zeros(n, int),
    }
    return StackQuality(**(usual | {name: np.asarray(value) for name, value in changed.items()}))


def stacks_of(times, phash, dhash=None, camera=None, flat=None, quality=None, **more):
    n = len(times)
    phash = np.array(phash, dtype=np.uint64)
    return find_lookalikes(
        np.array(times, dtype=float),
        np.zeros(n, int) if camera is None else np.array(camera),
        phash,
        phash if dhash is None else np.array(dhash, dtype=np.uint64),
        np.zeros(n, bool) if flat is None else np.array(flat),
        quality_of(n) if quality is None else quality,
        **more,
    )


def with_bits(value, count, *, start=0):
    """The value with ``count`` bits turned."""
    return value ^ sum(1 << bit for bit in range(start, start + count))


A, B, C = 0x0F0F_1234_5678_9ABC, 0xF0E1_D2C3_B4A5_9687, 0x1111_EEEE_2222_DDDD
FAR = 1e6


def test_two_shots_within_two_seconds_are_a_burst_whatever_they_show():
    (stack,) = stacks_of([0, 2, 500], [A, B, C])
    assert stack.indices == (0, 1)
    assert stack.relation is Relation.BURST


def test_up_to_ten_seconds_a_burst_must_look_alike():
    assert stacks_of([0, 9], [A, with_bits(A, 14)])[0].relation is Relation.BURST
    assert stacks_of([0, 9], [A, B]) == []
    assert stacks_of([0, 9], [A, B], camera=[1, 2]) == []


def test_two_cameras_make_no_burst_by_time_alone():
    assert stacks_of([0, 1], [A, B], camera=[1, 2]) == []
    assert stacks_of([0, 1], [A, B], camera=[-1, -1]) == []


def test_an_edited_copy_is_found_at_any_distance_in_time():
    (stack,) = stacks_of([0, np.nan], [A, with_bits(A, 10)], dhash=[A, with_bits(A, 12)])
    assert stack.relation is Relation.EDITED


@pytest.mark.parametrize(("pbits", "dbits"), [(11, 0), (10, 13)])
def test_both_hashes_must_agree_on_a_copy(pbits, dbits):
    times = [0, FAR]
    assert stacks_of(times, [A, with_bits(A, pbits)], dhash=[B, with_bits(B, dbits)]) == []


def test_the_same_view_taken_again_later_is_similar_not_a_copy():
    (stack,) = stacks_of([0, 60], [A, with_bits(A, 8)])
    assert stack.relation is Relation.SIMILAR


def test_a_smaller_copy_of_the_same_moment_is_a_copy_and_not_the_best():
    quality = quality_of(2, pixels=[0.2e6, 12e6])
    (stack,) = stacks_of([7, 7], [A, with_bits(A, 1)], quality=quality)
    assert stack.relation is Relation.EDITED
    assert stack.best == 1
    assert any("12.0 MP" in reason.text for reason in stack.best_reasons)


def test_blank_pages_are_not_stacked_by_their_hashes():
    assert stacks_of([0, FAR], [A, A], flat=[True, True]) == []
    assert len(stacks_of([0, 1], [A, A], flat=[True, True])) == 1


def test_a_chain_whose_ends_differ_is_split():
    chain = [with_bits(A, 10 * step) for step in range(6)]
    stacks = stacks_of([FAR * step for step in range(6)], chain)
    for stack in stacks:
        worst = max(
            int(hamming(np.uint64(chain[i]), np.uint64(chain[j])))
            for i, j in itertools.combinations(stack.indices, 2)
        )
        assert worst <= 20
    assert len(stacks) > 1


def test_a_long_burst_stays_one_stack_though_the_camera_turned():
    rng = np.random.default_rng(1)
    (stack,) = stacks_of(np.arange(40) * 0.5, rng.integers(0, 2**63, 40))
    assert len(stack.indices) == 40


def test_photos_that_the_user_set_apart_never_meet():
    stacks = stacks_of([0, 1, 2], [A, A, A], apart=[(0, 2)])
    assert all(not {0, 2} <= set(stack.indices) for stack in stacks)
    alone = np.array([False, True, False])
    assert [stack.indices for stack in stacks_of([0, 1, 2], [A, A, A], alone=alone)] == [(0, 2)]


def test_no_photo_and_one_photo_make_no_stack():
    assert stacks_of([], []) == []
    assert stacks_of([0], [A]) == []


@settings(max_examples=40)
@given(st.data())
def test_stacks_share_no_photo_and_do_not_depend_on_the_order(data):
    n = data.draw(st.integers(2, 24))
    base = data.draw(st.lists(st.sampled_from([A, B, C]), min_size=n, max_size=n))
    turned = data.draw(st.lists(st.integers(0, 14), min_size=n, max_size=n))
    phash = [with_bits(value, bits, start=20) ^ i for i, (value, bits) in enumerate(zip(base, turned))]
    times = data.draw(st.lists(st.integers(0, 60), min_size=n, max_size=n, unique=True))
    order = data.draw(st.permutations(range(n)))
    stacks = stacks_of(times, phash)
    members = [index for stack in stacks for index in stack.indices]
    assert len(members) == len(set(members))
    assert all(len(stack.indices) > 1 and stack.best in stack.indices for stack in stacks)
    again = stacks_of([times[i] for i in order], [phash[i] for i in order])
    assert {frozenset(order[i] for i in stack.indices) for stack in again} == {
        frozenset(stack.indices) for stack in stacks
    }
    assert {order[stack.best] for stack in again} == {stack.best for stack in stacks}


@pytest.mark.parametrize(("n", "radius"), [(300, 10), (6000, 10), (6000, 6)])
def test_close_pairs_are_exact(n, radius):
    rng = np.random.default_rng(n)
    values = rng.integers(0, 2**64, n, dtype=np.uint64)
    for _ in range(radius):  # half of them near another one
        near = rng.integers(0, n, n // 2)
        values[: n // 2] = values[near] ^ (np.uint64(1) << rng.integers(0, 64, n // 2).astype(np.uint64))
    found = {tuple(sorted(pair)) for left, right in close_pairs(values, radius) for pair in zip(left, right)}
    expected = set()
    for i in range(n):
        for j in np.flatnonzero(hamming(values[i + 1 :], values[i]) <= radius):
            expected.add((i, i + 1 + int(j)))
    assert found == expected
    assert len(expected) > n // 8


def test_many_equal_pictures_cost_no_memory():
    n = 9_000
    (*stacks,) = stacks_of(np.arange(n) * 1000.0, np.full(n, A))
    assert sum(len(stack.indices) for stack in stacks) == n


def picture(seed=3, size=(512, 384)):
    """A scene with structure at all scales."""
    rng = np.random.default_rng(seed)
    layers = [
        Image.fromarray(rng.integers(0, 255, (k, k, 3), dtype=np.uint8)).resize(
            size, Image.Resampling.BICUBIC
        )
        for k in (4, 12, 40, 160)
    ]
    blended = layers[0]
    for layer in layers[1:]:
        blended = Image.blend(blended, layer, 0.35)
    return blended


def measured(picture):
    small = picture.resize((256, 192))
    grey = np.asarray(picture.convert("L"))
    colour = colourfulness(np.asarray(small))
    return hashes(grey), quality(grey, np.asarray(small.convert("L")), colourfulness=colour)


def saved_again(picture, quality=60):
    out = io.BytesIO()
    picture.save(out, "JPEG", quality=quality)
    out.seek(0)
    with Image.open(out) as read:
        return read.convert("RGB")


def test_real_edits_of_a_picture_are_copies_and_other_pictures_are_not():
    original = picture()
    edits = [
        original,
        saved_again(original, 40),
        original.resize((256, 192)),
        ImageEnhance.Brightness(original).enhance(1.15),
        original.crop((4, 3, 505, 379)),
    ]
    pictures = edits + [picture(seed) for seed in range(10, 20)]
    found = [measured(one)[0] for one in pictures]
    stacks = stacks_of(
        [np.nan] * len(found), [one.phash for one in found], dhash=[one.dhash for one in found]
    )
    assert [sorted(stack.indices) for stack in stacks] == [[0, 1, 2, 3, 4]]
    assert stacks[0].relation is Relation.EDITED


def motion_blurred(picture, length=9):
    shifted = [np.roll(np.asarray(picture, dtype=np.float32), step, axis=1) for step in range(length)]
    return Image.fromarray(np.mean(shifted, axis=0).astype(np.uint8))


def test_the_sharp_shot_beats_the_blurred_ones():
    won = 0
    for seed in range(20):
        sharp = picture(seed)
        shots = [motion_blurred(sharp), sharp, sharp.filter(ImageFilter.GaussianBlur(2))]
        qualities = [measured(shot)[1] for shot in shots]
        stack = quality_of(
            3,
            sharpness=[one.sharpness for one in qualities],
            exposure=[one.exposure for one in qualities],
            contrast=[one.contrast for one in qualities],
            colourfulness=[one.colourfulness for one in qualities],
        )
        best, reasons = rank(stack)
        won += best == 1
        assert any(reason.code == "sharpest" and "of 3" in reason.text for reason in reasons[best])
        assert any("less sharp" in reason.text for reason in reasons[0])
    assert won == 20


def test_what_the_user_said_outweighs_a_little_sharpness():
    best, reasons = rank(quality_of(2, sharpness=[100.0, 90.0], favourite=[False, True]))
    assert best == 1
    assert reasons[1][0].text == "your favourite"
    best, reasons = rank(quality_of(2, rating=[2, 5]))
    assert (best, reasons[1][0].text) == (1, "you gave it 5 stars")


def test_equal_shots_say_so():
    best, reasons = rank(quality_of(3))
    assert best == 0
    assert [reason[0].code for reason in reasons] == ["equal", "equal", "equal"]


def test_missing_measures_do_not_hurt():
    best, _ = rank(quality_of(2, sharpness=[np.nan, 50.0], exposure=[np.nan, 1.0]).at(np.array([0, 1])))
    assert best == 1


@pytest.mark.samples
def test_known_near_duplicates_are_found(samples):
    folder = samples / "nearduplicates" / "imagededup"
    copies = [folder / "mixed_images" / f"ukbench00120{end}.jpg" for end in ("", "_resize")]
    copies += [folder / "formats_images" / f"ukbench09380.{end}" for end in ("jpeg", "png", "bmp", "webp")]
    others = [file for file in sorted((folder / "base_images").glob("*.jpg")) if "0120" not in file.name]
    files = copies + [file for file in others if "09380" not in file.name]
    found = []
    for file in files:
        with Image.open(file) as opened:
            found.append(measured(opened.convert("RGB"))[0])
    stacks = stacks_of(
        [np.nan] * len(found), [one.phash for one in found], dhash=[one.dhash for one in found]
    )
    assert sorted(sorted(stack.indices) for stack in stacks) == [[0, 1], [2, 3, 4, 5]]
    assert len(files) == 14
