"""Camera moves: slow, smooth, inside the photo, faces always in sight."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from photoroll.core.framing import hull
from photoroll.core.models import FaceBox
from photoroll.core.motion import is_whole, plan_motion, smoothstep, window_at

ASPECTS = st.floats(0.4, 4.0)
FRAMES = st.sampled_from([16 / 9, 1.0, 9 / 16])


@st.composite
def faces(draw):
    w, h = draw(st.floats(0.05, 0.6)), draw(st.floats(0.05, 0.6))
    return FaceBox(x=draw(st.floats(0, 1 - w)), y=draw(st.floats(0, 1 - h)), w=w, h=h)


def plan(aspect, frame, **more):
    return plan_motion(aspect, frame, **{"seconds": 3.0, "inwards": True} | more)


@given(ASPECTS, FRAMES, st.booleans(), st.lists(faces(), max_size=3), st.floats(1.5, 6.0))
def test_windows_have_the_frames_shape_and_hold_the_faces(aspect, frame, inwards, found, seconds):
    motion = plan(aspect, frame, inwards=inwards, faces=found, seconds=seconds)
    keep = hull(found)
    for window in (motion.start, motion.end):
        assert aspect * window.width / window.height == pytest.approx(frame, rel=1e-3)
        if keep is not None:
            assert window.left <= keep.left + 1e-5
            assert window.right >= keep.right - 1e-5
            assert window.top <= keep.top + 1e-5
            assert window.bottom >= keep.bottom - 1e-5
        if not is_whole(aspect, frame, motion):
            assert min(window.left, window.top) >= -1e-6
            assert max(window.right, window.bottom) <= 1 + 1e-6


@given(ASPECTS, FRAMES, st.booleans(), st.floats(1.5, 6.0))
def test_the_zoom_is_small_and_slow(aspect, frame, inwards, seconds):
    motion = plan(aspect, frame, inwards=inwards, seconds=seconds)
    zoom = motion.start.width / motion.end.width
    zoom = zoom if inwards else 1 / zoom
    assert 1.0 <= zoom <= 1.0801
    assert zoom - 1 <= max(0.0501, 0.03 * seconds)


def test_a_photo_that_would_lose_too_much_is_shown_whole():
    assert is_whole(0.75, 16 / 9, plan(0.75, 16 / 9))
    assert not is_whole(1.5, 16 / 9, plan(1.5, 16 / 9))
    assert is_whole(1.5, 9 / 16, plan(1.5, 9 / 16))


def test_a_panorama_is_panned_along_its_long_axis_only():
    motion = plan(2.8, 16 / 9)
    middle = [(w.left + w.right) / 2 for w in (motion.start, motion.end)]
    heights = [(w.top + w.bottom) / 2 for w in (motion.start, motion.end)]
    assert middle[1] - middle[0] > 0.03
    assert heights[0] == pytest.approx(heights[1], abs=1e-5)


def test_moves_ease_in_and_out():
    assert [smoothstep(u) for u in (-1, 0, 0.5, 1, 2)] == [0, 0, 0.5, 1, 1]
    motion = plan(1.5, 16 / 9)
    first, second = window_at(motion, 0.0), window_at(motion, 0.02)
    middle, after = window_at(motion, 0.5), window_at(motion, 0.52)
    assert abs(second[0] - first[0]) < abs(after[0] - middle[0]) / 5 or first[0] == second[0]
    assert window_at(motion, 1.0) == pytest.approx(
        (motion.end.left, motion.end.top, motion.end.right, motion.end.bottom)
    )
