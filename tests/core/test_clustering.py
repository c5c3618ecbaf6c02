"""Unnamed sets: found by looks, frozen afterwards."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from photoroll.core.clustering import LooksBasis, SetModel, SetParams, cover, find_sets, project
from photoroll.core.swatches import dominant_colours
from photoroll.imaging.descriptor import describe
from photoroll.services import theme_data

BASIS = LooksBasis(mean=np.zeros(431, np.float32), axes=np.eye(431, 48, dtype=np.float32))


def looks(sizes, spread=0.05, seed=0, lonely=0):
    """Tight groups of the given sizes in far-off directions, and photos like nothing else; and their
    truth.
    """
    rng = np.random.default_rng(seed)
    truth = np.repeat(np.arange(len(sizes)), sizes)
    points = np.zeros((len(truth) + lonely, 431))
    points[np.arange(len(truth)), truth] = 1.0
    points[: len(truth), :48] += rng.normal(0, spread, (len(truth), 48))
    points[len(truth) :, :48] = rng.normal(0, 1, (lonely, 48))
    return points, np.concatenate((truth, np.full(lonely, -1)))


def same_partition(labels, truth):
    pairs = {(int(a), int(b)) for a, b in zip(labels, truth)}
    return len(pairs) == len({a for a, _ in pairs}) == len({b for _, b in pairs})


def test_groups_are_found_and_lonely_photos_are_in_none():
    points, truth = looks([30, 12, 6], lonely=20)
    labels, model = find_sets(points, BASIS)
    assert same_partition(labels, truth)
    assert len(model.centres) == 3


def test_fewer_than_six_photos_make_no_set():
    labels, model = find_sets(looks([5, 4])[0], BASIS)
    assert (labels == -1).all()
    assert len(model.centres) == 0


@pytest.mark.parametrize("n", [0, 1, 6])
def test_small_libraries_do_not_break_anything(n):
    labels, _ = find_sets(looks([n])[0], BASIS)
    assert (labels == (0 if n == 6 else -1)).all()


@settings(max_examples=25)
@given(st.integers(0, 1000), st.data())
def test_photos_added_later_move_nobody(seed, data):
    points, _ = looks([20, 15, 10, 8], spread=0.12, seed=seed, lonely=30)
    order = np.array(data.draw(st.permutations(range(len(points)))))
    first = order[: data.draw(st.integers(10, len(points)))]
    labels, model = find_sets(points[first], BASIS)
    later, grown = find_sets(points[order], BASIS, previous=model)
    before = labels >= 0
    assert (later[: len(first)][before] == labels[before]).all()
    assert (grown.centres[: len(model.centres)] == model.centres).all()


def test_a_second_run_changes_nothing():
    points, _ = looks([20, 15], lonely=15)
    labels, model = find_sets(points, BASIS)
    again, same = find_sets(points, BASIS, previous=model)
    assert (labels == again).all()
    assert same is model


def test_a_new_kind_of_photo_becomes_a_new_set():
    points, truth = looks([20, 15, 12])
    _, model = find_sets(points[truth < 2], BASIS)
    labels, grown = find_sets(points, BASIS, previous=model)
    assert len(grown.centres) == 3
    assert same_partition(labels, truth)
    assert grown.generation.tolist() == [0, 0, 1]


def test_a_set_that_shrinks_is_not_shown_and_comes_back():
    points, truth = looks([20, 10])
    labels, model = find_sets(points, BASIS)
    few = np.concatenate((np.flatnonzero(truth == 0), np.flatnonzero(truth == 1)[:3]))
    fewer, model = find_sets(points[few], BASIS, previous=model)
    assert (fewer[20:] == -1).all()
    back, _ = find_sets(points, BASIS, previous=model)
    assert (back == labels).all()


def test_many_photos_go_through_micro_clusters():
    points, truth = looks([300, 200, 150, 100], lonely=100)
    labels, _ = find_sets(points, BASIS, params=SetParams(direct=200))
    grouped = truth >= 0
    assert same_partition(labels[grouped], truth[grouped])


def test_the_model_can_be_stored_and_an_old_one_is_refused():
    points, _ = looks([20, 15])
    labels, model = find_sets(points, BASIS)
    stored = model.to_arrays()
    again, _ = find_sets(points, BASIS, previous=SetModel.from_arrays(stored))
    assert (labels == again).all()
    stored["head"] = stored["head"] + 1
    assert SetModel.from_arrays(stored) is None


def test_the_cover_is_the_most_typical_photo():
    points, _ = looks([9], spread=0.3)
    points[4] = points.mean(axis=0)
    assert cover(points, BASIS) == 4


def test_likeness_is_a_cosine():
    vectors = project(looks([4], spread=0.5)[0], BASIS)
    assert np.allclose(np.linalg.norm(vectors, axis=1), 1, atol=1e-5)


def test_dominant_colours_are_those_of_the_pictures():
    picture = np.zeros((192, 256, 3), np.uint8)
    picture[:96], picture[96:], picture[144:, :64] = (90, 150, 220), (60, 120, 40), (230, 220, 180)
    described = np.stack([describe(picture).descriptor] * 6).astype(np.float16)
    colours = dominant_colours(described, theme_data.load().colours)
    expected = [(90, 150, 220), (60, 120, 40), (230, 220, 180)]
    assert len(colours) == 3
    for colour, wanted in zip(colours, expected):
        found = [int(colour[i : i + 2], 16) for i in (1, 3, 5)]
        assert np.abs(np.array(found) - wanted).max() <= 6


def test_one_plain_colour_is_one_colour():
    described = describe(np.full((64, 64, 3), 128, np.uint8)).descriptor[None]
    assert len(dominant_colours(described, theme_data.load().colours)) == 1


@pytest.mark.samples
def test_paper_and_landscapes_are_never_in_one_set(samples):

    from PIL import Image

    files = sorted((samples / "themes" / "receipt").glob("*.jpg"))
    files += sorted((samples / "collections" / "budgie_cc0").glob("*.jpg"))
    described = []
    for file in files:
        with Image.open(file) as opened:
            opened.draft("RGB", (512, 512))
            small = opened.convert("RGB").resize((256, 192))
        described.append(describe(np.asarray(small)).descriptor)
    labels, _ = find_sets(np.stack(described), theme_data.load().basis, params=SetParams(smallest=3))
    receipts, landscapes = set(labels[:12].tolist()) - {-1}, set(labels[12:].tolist()) - {-1}
    assert receipts
    assert not receipts & landscapes
