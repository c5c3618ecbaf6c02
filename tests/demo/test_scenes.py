import random

import cv2
import numpy as np
import pytest

from photoroll.demo.models import Look, Scene
from photoroll.demo.scenes import draw


def sharpness(picture):
    grey = cv2.cvtColor(picture, cv2.COLOR_RGB2GRAY)
    return float(cv2.Laplacian(cv2.GaussianBlur(grey, (0, 0), 1.0), cv2.CV_64F).var())


@pytest.mark.parametrize("scene", list(Scene))
@pytest.mark.parametrize(("width", "height"), [(320, 240), (180, 240), (400, 125), (64, 48)])
def test_every_scene_can_be_drawn_in_every_shape(scene, width, height):
    picture = draw(scene, width, height, scene_seed=5)
    assert picture.shape == (height, width, 3)
    assert picture.dtype == np.uint8
    assert picture.std() > 8
    assert np.array_equal(picture, draw(scene, width, height, scene_seed=5))


def test_two_subjects_differ_more_than_two_moments_of_one():
    first = draw(Scene.MEADOW, 320, 240, scene_seed=1, seed=1).astype(float)
    again = draw(Scene.MEADOW, 320, 240, scene_seed=1, seed=2, moved=True).astype(float)
    other = draw(Scene.MEADOW, 320, 240, scene_seed=2, seed=1).astype(float)
    assert 0 < np.abs(first - again).mean() < 0.6 * np.abs(first - other).mean()


@pytest.mark.parametrize("scene", [Scene.MEADOW, Scene.CITY_DAY, Scene.PORTRAIT, Scene.FOREST])
def test_shaken_photos_are_less_sharp(scene):
    for seed in range(4):
        sharp = draw(scene, 400, 300, scene_seed=7, seed=seed, moved=True)
        shaken = draw(scene, 400, 300, scene_seed=7, seed=seed, moved=True, sharp=False)
        assert sharpness(shaken) < 0.7 * sharpness(sharp)


def test_black_and_white_has_no_colour_but_grain():
    picture = draw(Scene.BEACH, 200, 150, scene_seed=3, look=Look.BLACK_AND_WHITE).astype(int)
    assert np.abs(picture[..., 0] - picture[..., 2]).mean() < 3


def test_night_is_dark_and_snow_is_bright():
    def mean(scene):
        return np.mean([draw(scene, 160, 120, scene_seed=seed).mean() for seed in range(5)])

    assert mean(Scene.CITY_NIGHT) < 70 < mean(Scene.SNOW)


def test_meadows_are_green_and_sunsets_are_red():
    for seed in range(5):
        field = draw(Scene.MEADOW, 160, 120, scene_seed=seed)[80:].reshape(-1, 3).mean(axis=0)
        assert field[1] > field[0] > field[2]
        dusk = draw(Scene.SUNSET, 160, 120, scene_seed=seed)[30:80].reshape(-1, 3).mean(axis=0)
        assert dusk[0] > dusk[2]


def test_a_detector_finds_the_faces_of_portraits():
    path = cv2.data.haarcascades + "haarcascade_frontalface_default.xml"
    detector = cv2.CascadeClassifier(path)
    found = 0
    for seed in range(10):
        picture = draw(Scene.PORTRAIT, 480, 360, scene_seed=random.Random(seed).getrandbits(31))
        found += len(detector.detectMultiScale(cv2.cvtColor(picture, cv2.COLOR_RGB2GRAY), 1.1, 5)) == 1
    assert found >= 8


def test_big_pictures_are_the_same_scene_with_noise_at_full_size():
    small = draw(Scene.FLOWERS, 640, 480, scene_seed=4).astype(float)
    big = draw(Scene.FLOWERS, 2560, 1920, scene_seed=4)
    shrunk = cv2.resize(big, (640, 480), interpolation=cv2.INTER_AREA).astype(float)
    assert np.corrcoef(small.ravel(), shrunk.ravel())[0, 1] > 0.6
    corner = big[:200, :200].astype(float)
    assert (corner - cv2.GaussianBlur(corner, (0, 0), 2)).std() > 1
