"""Settings survive a round trip, and a bad file is told and left alone."""

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from photoroll import settings
from photoroll.errors import PhotoRollError
from photoroll.settings import Settings


@given(
    language=st.text(st.characters(exclude_categories=("Cs", "Cc")), max_size=8),
    workers=st.integers(0, 8),
    faces=st.booleans(),
)
def test_a_round_trip_keeps_every_value(tmp_path_factory, language: str, workers: int, faces: bool) -> None:
    file = tmp_path_factory.mktemp("settings") / "deeper" / "settings.toml"
    chosen = Settings(language=language, workers=workers, faces=faces)
    settings.save(chosen, file)
    assert settings.load(file) == chosen
    assert [one.name for one in file.parent.iterdir()] == ["settings.toml"]


def test_a_missing_file_gives_the_defaults(tmp_path: Path) -> None:
    assert settings.load(tmp_path / "none.toml") == Settings()


@pytest.mark.parametrize("text", ["faces = ", "faces = 1", "workers = 'two'", "\x00"])
def test_a_bad_file_is_told_and_kept(tmp_path: Path, text: str) -> None:
    file = tmp_path / "settings.toml"
    file.write_text(text)
    with pytest.raises(PhotoRollError, match="setting"):
        settings.load(file)
    assert file.read_text() == text


def test_names_of_a_later_version_are_ignored(tmp_path: Path) -> None:
    file = tmp_path / "settings.toml"
    file.write_text('language = "de"\nmystery = 3\n')
    assert settings.load(file).language == "de"


def test_workers_stay_between_two_and_eight() -> None:
    assert 2 <= Settings().chosen_workers() <= 8
    assert Settings(workers=5).chosen_workers() == 5
