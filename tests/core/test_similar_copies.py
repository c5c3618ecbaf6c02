"""Copies and edits are told from bursts, and the camera's own file from what was made of it."""

from __future__ import annotations

import numpy as np
import pytest

from photoroll.core.models import Relation
from photoroll.core.similar import StackQuality, find_lookalikes, read_files

A, B = 0x0F0F_1234_5678_9ABC, 0xF0E1_D2C3_B4A5_9687
NEAR = A ^ 0b111_1111  # 7 bits: an edit, not the same file saved again
MADE = "Some Editor 3.1"


def stacks_of(times, hashes, *, names=(), software=(), camera=None, **quality):
    n = len(times)
    camera = np.zeros(n, int) if camera is None else np.array(camera)
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
    hashes = np.array(hashes, dtype=np.uint64)
    return find_lookalikes(
        np.array(times, float),
        camera,
        hashes,
        hashes,
        np.zeros(n, bool),
        StackQuality(**(usual | {name: np.asarray(value) for name, value in quality.items()})),
        files=read_files(camera, names, software),
    )


def texts(reasons):
    return [reason.text for reason in reasons]


def test_an_edit_of_the_same_moment_is_a_copy_and_the_cameras_own_file_is_best():
    (stack,) = stacks_of(
        [7.25, 7.25],
        [NEAR, A],
        names=["IMG_0123_edited.jpg", "IMG_0123.jpg"],
        software=[MADE, ""],
        sharpness=[150.0, 100.0],
        camera=[0, 0],
    )
    assert stack.relation is Relation.EDITED
    assert stack.best == 1
    assert texts(stack.best_reasons) == ["the original by its name: the copies' names are longer"]


def test_a_program_that_saved_files_of_two_cameras_is_named():
    (stack, _) = stacks_of(
        [7, 7, 900, 900],
        [NEAR, A, B, B ^ 1],
        software=[MADE, "1.2", MADE, "A-27"],
        camera=[0, 0, 1, 1],
        sharpness=[150.0, 100.0, 100.0, 100.0],
    )
    assert stack.best == 1
    assert texts(stack.best_reasons) == [f"the camera's own file; {MADE} saved the other"]
    assert f"saved by {MADE}" in texts(stack.reasons[stack.indices.index(0)])


@pytest.mark.parametrize(
    ("times", "relation"),
    [
        ([7.25, 7.25], Relation.EDITED),
        ([7.0, 7.0], Relation.EDITED),
        ([7.25, 7.0], Relation.EDITED),  # an editor dropped the fraction
        ([7.25, 7.5], Relation.BURST),
        ([7.0, 8.0], Relation.BURST),
    ],
)
def test_equal_times_are_one_exposure_and_others_two(times, relation):
    (stack,) = stacks_of(times, [A, NEAR])
    assert stack.relation is relation


def test_a_camera_without_fractions_still_takes_bursts():
    names = ["DSC_0101.JPG", "DSC_0102.JPG"]
    (burst,) = stacks_of([7, 7], [A, NEAR], names=names)
    assert burst.relation is Relation.BURST
    (copied,) = stacks_of([7, 7], [A, NEAR], names=["DSC_0101.JPG", "DSC_0101 (2).JPG"])
    assert copied.relation is Relation.EDITED
    (elsewhere,) = stacks_of([7, 7], [A, NEAR], names=[names[0], names[0]])
    assert elsewhere.relation is Relation.EDITED
    (exact,) = stacks_of([7.25, 7.25], [A, NEAR], names=names)
    assert exact.relation is Relation.EDITED


def test_one_millisecond_is_one_exposure_whatever_was_made_of_it():
    assert stacks_of([7.25, 7.25], [A, B])[0].relation is Relation.EDITED
    assert stacks_of([7.25, 7.25], [A, B], camera=[-1, -1]) == []


def test_alike_pictures_of_other_days_are_no_copies():
    screens = stacks_of([0, 1e6], [A, NEAR], camera=[-1, -1])
    assert [stack.relation for stack in screens] == [Relation.SIMILAR]
    cameras = stacks_of([0, 1e6], [A, NEAR], camera=[1, 2])
    assert [stack.relation for stack in cameras] == [Relation.SIMILAR]
    lost = stacks_of([0, 1e6], [A, NEAR], camera=[1, -1])
    assert [stack.relation for stack in lost] == [Relation.EDITED]


def test_a_burst_and_the_same_view_another_day_are_no_burst():
    (stack,) = stacks_of([0.1, 0.6, 1e6], [A, NEAR, A])
    assert (len(stack.indices), stack.relation) == (3, Relation.SIMILAR)


def test_the_best_in_no_single_measure_is_not_called_equal():
    given = {"sharpness": [102.0, 100.0], "exposure": [0.98, 1.0]}
    (stack,) = stacks_of([0.1, 0.6], [A, NEAR], **given)
    assert texts(stack.best_reasons) == ["the best of all measures taken together"]
    (equal,) = stacks_of([0.1, 0.6], [A, NEAR])
    assert texts(equal.best_reasons) == ["as good as the others, and the first"]


def test_unlike_pictures_of_one_second_are_a_burst_and_other_sizes_are_copies():
    assert stacks_of([7, 7], [A, B])[0].relation is Relation.BURST
    (cut,) = stacks_of([7, 7], [A, B], pixels=[3e6, 12e6])
    assert (cut.relation, cut.best) == (Relation.EDITED, 1)
    assert "the original size" in texts(cut.best_reasons)
    assert "the largest (12.0 MP)" in texts(cut.best_reasons)


def test_a_messengers_copy_without_a_camera_is_not_the_best():
    (stack,) = stacks_of([7.25, np.nan], [A, NEAR], camera=[3, -1], sharpness=[10.0, 100.0])
    assert (stack.relation, stack.best) == (Relation.EDITED, 0)
    assert "the camera's own file: it still names its camera" in texts(stack.best_reasons)


def test_the_users_word_makes_an_edit_the_best():
    given = {"names": ["IMG_0123.jpg", "IMG_0123_edited.jpg"]}
    assert stacks_of([7, 7], [A, NEAR], rating=[0, 5], **given)[0].best == 1
    assert stacks_of([7, 7], [A, NEAR], favourite=[False, True], **given)[0].best == 1
    assert stacks_of([7, 7], [A, NEAR], rating=[5, 5], **given)[0].best == 0


def test_in_a_burst_an_edit_of_a_shot_is_not_the_best_but_the_sharpest_shot_is():
    (stack,) = stacks_of(
        [7.1, 7.1, 7.6],
        [A, NEAR, A],
        names=["P_1001.jpg", "P_1001-edit.jpg", "P_1002.jpg"],
        sharpness=[100.0, 200.0, 150.0],
    )
    assert (stack.relation, stack.best) == (Relation.BURST, 2)
    assert all("sharpest" not in text for text in texts(stack.best_reasons))  # the edit is sharper


def test_the_order_of_input_does_not_matter():
    names = ["IMG_0123_edited.jpg", "IMG_0123.jpg", "IMG_0124.jpg"]
    one = stacks_of([7, 7, 8], [A, NEAR, A], names=names)
    other = stacks_of([8, 7, 7], [A, NEAR, A], names=names[::-1])
    assert [2 - stack.best for stack in other] == [stack.best for stack in one] == [1]
