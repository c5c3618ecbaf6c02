"""Themes: what is claimed, how surely, and why."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image

from photoroll.core.models import Certainty
from photoroll.core.themes import (
    Heads,
    ThemeFeatures,
    exposure_value,
    is_shown,
    members,
    parse_theme,
    score_themes,
)
from photoroll.errors import PhotoRollError
from photoroll.imaging import descriptor
from photoroll.services import theme_data

FIELDS = {
    "ev100": np.nan,
    "flash": np.nan,
    "focal_35mm": np.nan,
    "subject_distance_m": np.nan,
    "sun_elevation": np.nan,
    "sun_minutes": np.nan,
    "sun_rising": np.nan,
    "latitude": np.nan,
    "month": np.nan,
}
TEXTS = ("file_names", "software", "cameras", "lenses")


def photos(
    n=1, *, looks=None, statistics=None, faces=None, formats=None, events=None, trusted=True, **changed
):
    """n photos of which only what is said is known."""
    numbers = {
        name: np.broadcast_to(np.asarray(changed.pop(name, usual), float), (n,))
        for name, usual in FIELDS.items()
    }
    texts = {name: changed.pop(name, [""] * n) for name in TEXTS}
    width, height = changed.pop("size", (4000, 3000))
    assert not changed
    measured = np.zeros((n, 29))
    for name, value in (statistics or {}).items():
        measured[:, descriptor.STATISTICS.index(name)] = value
    return ThemeFeatures(
        descriptors=np.zeros((n, 431)) if looks is None else looks,
        statistics=measured,
        width=np.full(n, float(width)),
        height=np.full(n, float(height)),
        formats=formats or ["JPEG"] * n,
        faces=faces or [None] * n,
        events=np.full(n, -1) if events is None else np.array(events),
        trusted_faces=trusted,
        **numbers,
        **texts,
    )


def heads_of(**changed):
    """One head, ``number``, that reads its log-odds from the first number of the descriptor."""
    weights = np.zeros((1, 431), np.float32)
    weights[0, 0] = 1.0
    usual = {
        "names": ("number",),
        "weights": weights,
        "bias": np.zeros(1),
        "sure_from": np.array([np.inf]),
        "statistics": descriptor.STATISTICS,
        "looks_mean": np.zeros(431, np.float32),
        "looks_axes": np.eye(431, 48, dtype=np.float32),
    }
    return Heads(**(usual | changed))


def looking(*log_odds):
    """Descriptors for the head above."""
    looks = np.zeros((len(log_odds), 431))
    looks[:, 0] = log_odds
    return looks


BY_LOOKS = 'key = "it"\ntitle = "It"\nicon = "theme"\norder = 1\nsmallest = 6\ndays = 2\nhead = "number"\n'
LOW_SUN = (
    '[[evidence]]\nkind = "sun"\nat_least = -4\nat_most = 6\nweight = 2\nsupport = true\nreason = "{sun}"\n'
)


def levels(definition, features, heads=None):
    return score_themes([definition], heads or heads_of(), features)["it"].certainty.tolist()


def found(key, features, **more):
    """What a shipped theme says, as (index, certainty)."""
    data = theme_data.load()
    definition = next(one for one in data.definitions if one.key == key)
    scores = score_themes(data.definitions, data.heads, features)
    return members(definition, data.heads, features, scores[key], **more)


def certainty_of(key, features):
    listed = found(key, features)
    return listed[0].certainty if listed else None


def test_looks_alone_stay_below_their_limit():
    features = photos(4, looks=looking(-1, 0.5, 1.5, 8))
    for alone, expected in (("please_check", [0, 1, 1, 1]), ("fairly_sure", [0, 1, 2, 2])):
        assert levels(parse_theme(f'{BY_LOOKS}alone = "{alone}"\n', "it"), features) == expected


def test_a_head_with_held_out_figures_may_be_sure_alone():
    definition = parse_theme(f'{BY_LOOKS}alone = "fairly_sure"\n', "it")
    heads = heads_of(sure_from=np.array([3.0]))
    assert levels(definition, photos(2, looks=looking(2.9, 3.1)), heads) == [2, 3]


def test_supporting_evidence_lifts_the_limit_only_where_the_head_agrees():
    definition = parse_theme(f"{BY_LOOKS}support_from = 0.0\n{LOW_SUN}", "it")
    features = photos(4, looks=looking(1, 1, 1, -1), sun_elevation=[2, np.nan, 50, 2])
    assert levels(definition, features) == [3, 1, 1, 1]


def test_a_requirement_rules_out_but_an_unknown_fact_may_hold():
    strict = f'{BY_LOOKS}[[requires]]\nkind = "sun"\nat_most = 12\n'
    features = photos(3, looks=looking(1, 1, 1), sun_elevation=[2, 60, np.nan])
    assert levels(parse_theme(strict, "it"), features) == [1, 0, 0]
    assert levels(parse_theme(f'{strict}unknown = "holds"\n', "it"), features) == [1, 0, 1]


def test_an_event_strengthens_a_hit_but_never_makes_one():
    definition = parse_theme(f'{BY_LOOKS}alone = "fairly_sure"\n', "it")
    looks = looking(0.5, -0.5, 3, 3, 3, *[-4] * 10)
    events = [1, 1, 1, 1, 1, *[2] * 10]
    alone = levels(definition, photos(15, looks=looks))
    together = levels(definition, photos(15, looks=looks, events=events))
    assert alone[:2] == [1, 0]
    assert together[:2] == [2, 0]


@settings(max_examples=40)
@given(st.lists(st.floats(-6, 6).map(lambda odds: round(odds, 3)), min_size=1, max_size=12), st.data())
def test_scores_do_not_depend_on_the_order_and_events_make_no_hits(odds, data):
    definition = parse_theme(BY_LOOKS, "it")
    n = len(odds)
    events = data.draw(st.lists(st.integers(-1, 2), min_size=n, max_size=n))
    order = data.draw(st.permutations(range(n)))
    scores = score_themes([definition], heads_of(), photos(n, looks=looking(*odds), events=events))["it"]
    turned = photos(n, looks=looking(*(odds[i] for i in order)), events=[events[i] for i in order])
    again = score_themes([definition], heads_of(), turned)["it"]
    assert np.allclose(again.probability, scores.probability[list(order)])
    assert (scores.certainty[np.array(odds) < -0.0005] == 0).all()


@settings(max_examples=40)
@given(st.sets(st.integers(0, 5)), st.sets(st.integers(0, 5)))
def test_the_user_always_wins_and_removal_wins_over_adding(added, removed):
    definition = parse_theme(BY_LOOKS, "it")
    features = photos(6, looks=looking(3, 3, 3, -3, -3, -3))
    scores = score_themes([definition], heads_of(), features)["it"]
    listed = members(definition, heads_of(), features, scores, added=added, removed=removed)
    assert {member.index for member in listed} == ({0, 1, 2} | added) - removed
    assert all(member.certainty is Certainty.SURE for member in listed if member.index in added)


def test_reasons_are_whole_sentences_the_strongest_first_and_at_most_three():
    definition = parse_theme(
        f'{BY_LOOKS}head_reason = "looks like it"\n{LOW_SUN}'
        '[[evidence]]\nkind = "statistic"\nname = "green"\nat_least = 0.3\nweight = 0.3\n'
        'reason = "{percent} % of the picture is green"\n'
        '[[evidence]]\nkind = "camera"\nweight = 0.2\nreason = "taken by a camera: {camera}"\n',
        "it",
    )
    features = photos(
        looks=looking(0.5),
        statistics={"green": 0.62},
        sun_elevation=3.0,
        sun_minutes=-20.0,
        sun_rising=0.0,
        cameras=["Fujifilm X100"],
    )
    scores = score_themes([definition], heads_of(), features)["it"]
    (member,) = members(definition, heads_of(), features, scores)
    assert [reason.text for reason in member.reasons] == [
        "taken 20 minutes before sunset",
        "looks like it",
        "62 % of the picture is green",
    ]


def test_a_theme_is_shown_with_enough_photos_from_enough_days():
    definition = parse_theme(f'{BY_LOOKS}alone = "fairly_sure"\n', "it")
    features = photos(8, looks=looking(3, 3, 3, 3, 3, 3, 0.1, 0.1))
    scores = score_themes([definition], heads_of(), features)["it"]
    listed = members(definition, heads_of(), features, scores)
    assert len(listed) == 8
    assert is_shown(definition, listed, 2)
    assert not is_shown(definition, listed, 1)
    assert not is_shown(definition, listed[1:], 2)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("key = ", "cannot be used"),
        (BY_LOOKS.replace('key = "it"\n', ""), "key"),
        (f"{BY_LOOKS}colour = 1\n", "unknown field colour"),
        (f'{BY_LOOKS}[[evidence]]\nkind = "smell"\n', "smell"),
        (BY_LOOKS.replace('head = "number"\n', ""), "either head or base"),
        (f'{BY_LOOKS}alone = "certain"\n', "certain"),
    ],
)
def test_a_mistake_in_a_theme_file_is_said(text, said):
    with pytest.raises(PhotoRollError, match=r"The theme file it\.toml cannot be used") as problem:
        parse_theme(text, "it.toml")
    assert said in str(problem.value)


def test_exposure_value_of_sunny_sixteen():
    values = exposure_value(np.array([16.0, 2.0, np.nan]), np.array([1 / 100, 0.0, 1.0]), np.full(3, 100.0))
    assert values[0] == pytest.approx(14.6, abs=0.1)
    assert np.isnan(values[1:]).all()


# The shipped themes


def test_every_shipped_theme_can_be_used():
    data = theme_data.load()
    assert len({one.key for one in data.definitions}) == len(data.definitions) >= 16
    assert data.heads.statistics == descriptor.STATISTICS
    assert data.heads.descriptor_version == descriptor.VERSION
    features = photos(3)
    for definition in data.definitions:
        listed = found(definition.key, features, added=[1])
        assert [member.index for member in listed] == [1]


def test_credits_name_only_licences_without_share_alike():
    rows = theme_data.load_credits()
    assert len(rows) == 779
    assert all(row["repo"] and row["source_path"] and row["licence"] for row in rows)
    assert not any("-SA" in row["licence"].upper() for row in rows)


def test_screens_are_known_by_size_name_and_missing_camera():
    phone = {"size": (1170, 2532), "formats": ["PNG"]}
    looks = neutral_for("screenshot", -1.0)
    assert (
        certainty_of("screenshots", photos(looks=looks, file_names=["IMG_1234.PNG"], **phone))
        is Certainty.SURE
    )
    assert certainty_of("screenshots", photos(looks=looks, cameras=["Apple iPhone 14"], **phone)) is None
    named = photos(looks=looks, file_names=["Screenshot_20240614-201500.jpg"], size=(1000, 900))
    assert certainty_of("screenshots", named) in (Certainty.FAIRLY_SURE, Certainty.SURE)
    wallpaper = photos(looks=neutral_for("screenshot", -5.0), size=(3840, 2160))
    assert certainty_of("screenshots", wallpaper) is None


def neutral_for(head, log_odds):
    """A descriptor at which one shipped head gives the log-odds asked for."""
    heads = theme_data.load().heads
    row = heads.index(head)
    weight = heads.weights[row].astype(float)
    return (weight * (log_odds - heads.bias[row]) / (weight @ weight))[None]


def test_sunsets_need_the_sun_and_say_when():
    looks = np.repeat(neutral_for("sunset", 1.0), 3, axis=0)
    features = photos(
        3, looks=looks, sun_elevation=[2, 55, np.nan], sun_minutes=[-20, np.nan, np.nan], sun_rising=0
    )
    listed = found("sunsets", features)
    assert [(one.index, one.certainty) for one in listed] == [
        (0, Certainty.SURE),
        (2, Certainty.PLEASE_CHECK),
    ]
    assert listed[0].reasons[0].text == "taken 20 minutes before sunset"


def test_night_is_never_by_day_and_hardly_with_flash():
    looks = np.repeat(neutral_for("night", 0.6), 3, axis=0)
    features = photos(
        3,
        looks=looks,
        statistics={"dark": 0.7},
        sun_elevation=[-20, 30, -20],
        ev100=[2.0, 2.0, 8.0],
        flash=[0, 0, 1],
    )
    listed = {one.index: one.certainty for one in found("night", features)}
    assert listed.pop(0) is Certainty.SURE
    assert set(listed.values()) <= {Certainty.PLEASE_CHECK, Certainty.FAIRLY_SURE}
    assert 1 not in listed


def test_faces_make_portraits_groups_and_selfies():
    crowd = (0.02, 0.02, 0.015, 0.014)
    features = photos(
        6,
        faces=[(0.08,), (0.03,), crowd, (0.04, 0.04, 0.03), (0.2,), None],
        lenses=["", "", "", "", "iPhone 14 front TrueDepth camera 2.69mm f/1.9", ""],
    )
    assert [one.index for one in found("portraits", features)] == [0, 4]
    assert [one.index for one in found("group_photos", features)] == [2, 3]
    (selfie,) = found("selfies", features)
    assert (selfie.index, selfie.certainty) == (4, Certainty.SURE)
    assert found("portraits", features)[0].reasons[0].text == "one face, 8 % of the picture"


def test_an_untrusted_face_detector_only_proposes():
    features = photos(faces=[(0.08,)], trusted=False)
    assert certainty_of("portraits", features) is Certainty.PLEASE_CHECK


def test_a_wide_lens_near_a_face_is_only_perhaps_a_selfie():
    assert certainty_of("selfies", photos(faces=[(0.2,)], focal_35mm=26.0)) is Certainty.PLEASE_CHECK
    assert certainty_of("selfies", photos(faces=[(0.2,)], focal_35mm=85.0)) is None


def test_panoramas_and_close_ups_are_measured():
    wide = photos(size=(9000, 3000), cameras=["Apple iPhone 12"])
    assert certainty_of("panoramas", wide) is Certainty.SURE
    assert found("panoramas", wide)[0].reasons[0].text == "3.0 times as wide as high"
    assert certainty_of("panoramas", photos(size=(5900, 3000))) is None
    assert certainty_of("close_ups", photos(subject_distance_m=0.12)) is Certainty.FAIRLY_SURE
    assert certainty_of("close_ups", photos(subject_distance_m=2.0)) is None


def test_snow_in_summer_is_doubted():
    looks = np.repeat(neutral_for("snow", 1.0), 3, axis=0)
    features = photos(3, looks=looks, latitude=[46, 46, -44], month=[1, 7, 7])
    listed = {one.index: one for one in found("snow", features)}
    assert listed[0].score > 0.85
    assert listed[2].score > 0.85  # July is winter in the south
    assert listed.get(1) is None or listed[1].score < 0.6


def picture_features(picture, **more):
    found = descriptor.describe(np.asarray(picture.convert("RGB").resize((256, 192))))
    features = photos(looks=found.descriptor[None].astype(float), **more)
    return replace(features, statistics=found.statistics[None])


def scene(seed=1):
    rng = np.random.default_rng(seed)
    coarse = rng.integers(0, 255, (6, 8, 3), dtype=np.uint8)
    return Image.fromarray(coarse).resize((512, 384), Image.Resampling.BICUBIC)


@pytest.mark.parametrize("seed", range(5))
def test_black_and_white_is_exact(seed):
    grey = picture_features(scene(seed).convert("L"))
    assert certainty_of("black_white", grey) is Certainty.SURE
    assert found("black_white", grey)[0].reasons[0].text == "100 % of the picture is without colour"
    assert certainty_of("black_white", picture_features(scene(seed))) is None
    faint = Image.blend(scene(seed), scene(seed).convert("L").convert("RGB"), 0.7)
    assert certainty_of("black_white", picture_features(faint)) is None
