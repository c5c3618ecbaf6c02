"""Loads the gazetteer that ships with PhotoRoll."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import TYPE_CHECKING

from photoroll import resources
from photoroll.core.gazetteer import Gazetteer, GazetteerTable
from photoroll.errors import PhotoRollError

if TYPE_CHECKING:
    import numpy as np
    from numpy.lib.npyio import NpzFile
    from numpy.typing import NDArray


def load(path: Path | None = None) -> Gazetteer:
    """Load the shipped gazetteer, or another file of the same make (see resources/gazetteer/README.md).

    Raises :exc:`PhotoRollError` if the file is missing or damaged.
    """
    import io
    import zipfile

    import numpy as np

    where = path or resources.path("gazetteer", "places.npz")
    try:
        file = np.load(io.BytesIO(where.read_bytes()), allow_pickle=False)
        return _build(file)
    except (OSError, ValueError, KeyError, EOFError, zipfile.BadZipFile) as exc:
        raise PhotoRollError(
            "The table of place names is damaged", "Install PhotoRoll again.", path=where
        ) from exc


def _build(file: NpzFile) -> Gazetteer:
    languages = [name.removeprefix("country_") for name in file.files if name.startswith("country_")]
    table = GazetteerTable(
        lat=file["lat"] / 1e4,
        lon=file["lon"] / 1e4,
        population=file["population"],
        name=_texts(file["name"]),
        country=file["country"],
        region=file["region"],
        zone=file["zone"],
        city=file["city"],
        countries=_texts(file["countries"]),
        regions=_texts(file["regions"]),
        zones=_texts(file["zones"]),
        country_names={language: _texts(file[f"country_{language}"]) for language in languages},
        translations=_Translations(file, languages),
    )
    return Gazetteer(table)


class _Translations(Mapping[str, Mapping[int, str]]):
    """Names by language, unpacked when a language is first asked for."""

    def __init__(self, file: NpzFile, languages: list[str]) -> None:
        self._file, self._languages = file, languages
        self._unpacked: dict[str, Mapping[int, str]] = {}

    def __getitem__(self, language: str) -> Mapping[int, str]:
        if language not in self._languages:
            raise KeyError(language)
        if language not in self._unpacked:
            rows = self._file[f"rows_{language}"].tolist()
            names = _texts(self._file[f"names_{language}"]) if rows else []
            self._unpacked[language] = dict(zip(rows, names, strict=True))
        return self._unpacked[language]

    def __iter__(self) -> Iterator[str]:
        return iter(self._languages)

    def __len__(self) -> int:
        return len(self._languages)


def _texts(packed: NDArray[np.generic]) -> list[str]:
    """Unpack texts: UTF-8, a line each."""
    return packed.tobytes().decode("utf-8").split("\n")
