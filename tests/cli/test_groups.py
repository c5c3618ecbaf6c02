"""``photoroll groups`` and ``group``: what was found, why, and corrections that last."""

import pytest


def groups(command, library, kind, *options):
    done = command("groups", kind, "--library", library, "--json", *options)
    assert done.code == 0
    return done.objects


def test_the_trip_is_found_with_its_name_and_reasons(organized, command) -> None:
    (trip,) = groups(command, organized.library, "trips")
    assert "Lisbon" in trip["title"]
    assert trip["count"] == 15
    assert (trip["start"][:10], trip["end"][:10]) == ("2024-05-16", "2024-05-19")
    assert any("home" in reason for reason in trip["reasons"])
    assert trip["cover"] in trip["paths"]


def test_events_hold_every_dated_photo_once(organized, command) -> None:
    photos = command("photos", "--library", organized.library, "--json").objects
    events = groups(command, organized.library, "events")
    inside = [path for event in events for path in event["paths"]]
    dated = {photo["path"] for photo in photos if photo["date_source"] == "exif"}
    assert len(inside) == len(set(inside))
    assert set(inside) == dated
    assert all(event["reasons"] for event in events)


def test_places_are_named_with_their_country(organized, command) -> None:
    places = {place["title"]: place for place in groups(command, organized.library, "places")}
    assert places["Vienna"]["country"] == "Austria"
    assert places["Lisbon"]["country"] == "Portugal"
    assert abs(places["Lisbon"]["lat"] - 38.714) < 0.01


def test_a_burst_is_stacked_with_its_sharpest_on_top(organized, command) -> None:
    stacks = groups(command, organized.library, "lookalikes")
    (burst,) = [stack for stack in stacks if stack["relation"] == "burst"]
    assert burst["count"] == 3
    assert burst["best"].endswith("b1.jpg")
    assert any("sharp" in reason for reason in burst["best_reasons"])


def test_filters_keep_the_groups_that_hold_such_photos(organized, command) -> None:
    assert groups(command, organized.library, "places", "--place", "Lisbon")[0]["title"] == "Lisbon"
    assert len(groups(command, organized.library, "places", "--place", "Lisbon")) == 1
    assert groups(command, organized.library, "trips", "--to", "2024-04") == []


def test_a_second_run_changes_no_id_and_writes_nothing(own_copy, command) -> None:
    kinds = ("events", "trips", "places", "themes", "lookalikes")
    before = {kind: groups(command, own_copy.library, kind) for kind in kinds}
    assert command("organize", own_copy.photos, "--library", own_copy.library).code == 3
    assert {kind: groups(command, own_copy.library, kind) for kind in kinds} == before


def test_names_and_hides_outlive_a_recompute(own_copy, command) -> None:
    (trip,) = groups(command, own_copy.library, "trips")
    vienna = next(one for one in groups(command, own_copy.library, "places") if one["title"] == "Vienna")
    assert command("group", "rename", trip["id"], "Our honeymoon", "--library", own_copy.library).code == 0
    assert command("group", "hide", vienna["id"], "--library", own_copy.library).code == 0
    command("organize", own_copy.photos, "--library", own_copy.library)
    (again,) = groups(command, own_copy.library, "trips")
    assert (again["id"], again["title"], again["title_source"]) == (trip["id"], "Our honeymoon", "user")
    assert [one["title"] for one in groups(command, own_copy.library, "places")] == ["Lisbon"]
    back = command("group", "rename", trip["id"], "", "--library", own_copy.library, "--json").object
    assert (back["title"], back["title_source"]) == (trip["title"], "auto")
    command("group", "show", vienna["id"], "--library", own_copy.library)
    assert len(groups(command, own_copy.library, "places")) == 2


def test_splits_and_merges_outlive_a_recompute(own_copy, command) -> None:
    events = [event for event in groups(command, own_copy.library, "events") if event["count"] > 1]
    event = events[0]
    cut = event["paths"][1]
    assert command("group", "split", event["id"], "--at", cut, "--library", own_copy.library).code == 0
    command("organize", own_copy.photos, "--library", own_copy.library)
    parts = [
        one for one in groups(command, own_copy.library, "events") if set(one["paths"]) & set(event["paths"])
    ]
    assert [len(part["paths"]) for part in parts] == [1, event["count"] - 1]
    ids = [part["id"] for part in parts]
    assert command("group", "merge", *ids, "--library", own_copy.library).code == 0
    command("organize", own_copy.photos, "--library", own_copy.library)
    (whole,) = [
        one for one in groups(command, own_copy.library, "events") if set(one["paths"]) & set(event["paths"])
    ]
    assert whole["paths"] == event["paths"]


@pytest.mark.parametrize("words", [("rename", "nonsense", "x"), ("hide", "nonsense"), ("show", "nonsense")])
def test_an_unknown_id_is_one_sentence(own_copy, command, words) -> None:
    done = command("group", *words, "--library", own_copy.library)
    assert (done.code, done.out) == (1, "")
    assert "nonsense" in done.err


def test_only_events_are_split_and_merged(own_copy, command) -> None:
    (trip,) = groups(command, own_copy.library, "trips")
    done = command("group", "split", trip["id"], "--at", trip["paths"][2], "--library", own_copy.library)
    assert done.code == 1
    assert "event" in done.err
