"""A theme's group says what most of its photos share, and how sure they are."""

from __future__ import annotations

import numpy as np
import pytest

from photoroll.core.models import Certainty, Reason
from photoroll.core.themes import ThemeFeatures, ThemeMember, parse_theme, score_themes, theme_reasons
from photoroll.demo.models import Scene
from photoroll.demo.scenes import draw
from photoroll.imaging.descriptor import describe
from photoroll.services import theme_data

THEME = parse_theme(
    """
key = "it"
title = "It"
icon = "theme"
order = 1
smallest = 1
days = 1
head = "number"
head_reason = "looks like it"

[[evidence]]
kind = "statistic"
name = "green"
at_least = 0.3
reason = "{percent} % of the picture is green"

[[evidence]]
kind = "sun"
reason = "{sun}"
together = "taken close to sunset"
""",
    "it.toml",
)
HEAD = Reason(code="head", text="looks like it", weight=2.0)
SUN = Reason(code="sun", text="12 minutes after sunset", weight=1.0)
EVENT = Reason(code="event", text="other photos of the same event show it too")
USER = Reason(code="user", text="you put it here")


def green(percent):
    return Reason(code="statistic", text=f"{percent} % of the picture is green", weight=1.0)


def member(index, *reasons, certainty=Certainty.SURE):
    return ThemeMember(index=index, score=0.9, certainty=certainty, reasons=reasons)


def said(found):
    return [reason.text for reason in theme_reasons(THEME, found)]


def test_the_commonest_reason_is_counted_and_certainties_too():
    found = [member(0, HEAD), member(1, HEAD, EVENT, certainty=Certainty.FAIRLY_SURE), member(2, EVENT)]
    assert said(found) == ["Looks like it: 2 of 3 photos", "2 sure, 1 fairly sure"]
    assert said([member(0, HEAD, SUN, certainty=Certainty.PLEASE_CHECK)] * 2) == [
        "Taken close to sunset: all 2 photos",
        "2 to check",
    ]


def test_figures_become_ranges():
    assert said([member(0, green(100)), member(1, green(9)), member(2, green(31))])[0] == (
        "9–100 % of the picture is green: all 3 photos"
    )
    assert said([member(0, green(40))])[0] == "40 % of the picture is green: the only photo"


def test_what_the_user_put_there_has_no_looks_to_speak_of():
    assert said([member(0, USER), member(1, USER)]) == ["You put them here: all 2 photos", "2 sure"]
    assert said([]) == []


def features_of(pictures):
    seen = [describe(np.ascontiguousarray(picture)) for picture in pictures]
    n = len(pictures)
    names = ("ev100", "flash", "focal_35mm", "subject_distance_m", "sun_elevation", "sun_minutes")
    unknown = dict.fromkeys((*names, "sun_rising", "latitude", "month"), np.full(n, np.nan))
    return ThemeFeatures(
        descriptors=np.stack([one.descriptor for one in seen]),
        statistics=np.stack([one.statistics for one in seen]),
        width=np.full(n, 3000.0),
        height=np.full(n, 4000.0),
        formats=["JPEG"] * n,
        file_names=[""] * n,
        software=[""] * n,
        cameras=["A camera"] * n,
        lenses=[""] * n,
        faces=[None] * n,
        events=np.full(n, -1),
        **unknown,
    )


def documents_among(scene, count):
    pictures = [draw(scene, 480, 640, scene_seed=seed, seed=seed) for seed in range(count)]
    data = theme_data.load()
    return score_themes(data.definitions, data.heads, features_of(pictures))["documents"].certainty


def test_paper_on_a_table_is_known_for_what_it_is():
    assert (documents_among(Scene.DOCUMENT, 30) >= 2).sum() >= 16  # 18


@pytest.mark.parametrize("scene", [Scene.SNOW, Scene.BEACH, Scene.INDOOR, Scene.FOOD, Scene.CITY_DAY])
def test_other_light_pictures_are_no_paper(scene):
    assert not documents_among(scene, 6).any()


@pytest.mark.parametrize("key", ["documents", "screenshots"])
def test_one_receipt_and_one_screen_are_told_because_albums_leave_them_out(key):
    (definition,) = [one for one in theme_data.load().definitions if one.key == key]
    assert (definition.smallest, definition.days) == (1, 1)
