"""The user's settings: frozen values, kept as a readable TOML file in the platform's config folder."""

from __future__ import annotations

import locale
import os
import tempfile
import tomllib
from dataclasses import dataclass, fields, replace
from pathlib import Path
from typing import Any

from photoroll.errors import PhotoRollError

APP_NAME = "photoroll"


@dataclass(frozen=True, slots=True, kw_only=True)
class Settings:
    """What the user may choose; every field has a default that works."""

    language: str = ""
    """Two letters, for the names of places; empty follows the system."""
    country: str = ""
    """ISO 3166-1 alpha-2, for public holidays; empty follows the system, then the home found."""
    workers: int = 0
    """Decoder processes; 0 chooses by the processor."""
    faces: bool = True
    """Whether faces are counted and boxed; nobody is ever recognised by this."""

    def chosen_language(self) -> str:
        """Give the language of place names, two lower-case letters."""
        return self.language or _system_locale()[0] or "en"

    def chosen_country(self) -> str:
        """Give the user's country, two upper-case letters, or an empty text."""
        return self.country or _system_locale()[1]

    def chosen_workers(self) -> int:
        """Give the number of decoder processes: 2 to 8."""
        cores = os.process_cpu_count() if hasattr(os, "process_cpu_count") else len(os.sched_getaffinity(0))
        return self.workers or min(8, max(2, cores or 2))


def default_file() -> Path:
    """Give the place of the settings file on this platform."""
    import platformdirs

    return Path(platformdirs.user_config_dir(APP_NAME, appauthor=False)) / "settings.toml"


def default_library() -> Path:
    """Give the folder of the library where none is named."""
    import platformdirs

    return Path(platformdirs.user_data_dir(APP_NAME, appauthor=False)) / "library"


def load(file: Path | None = None) -> Settings:
    """Read the settings; a missing file gives the defaults.

    Raises
    ------
    PhotoRollError
        If the file is no TOML or a value has the wrong type; the file is left as it is.
    """
    file = file or default_file()
    try:
        values = tomllib.loads(file.read_text("utf-8"))
    except FileNotFoundError:
        return Settings()
    except (tomllib.TOMLDecodeError, UnicodeDecodeError, OSError) as exc:
        raise PhotoRollError("The settings cannot be read", "Correct or delete the file.", path=file) from exc
    return replace(Settings(), **_checked(values, file))


def save(settings: Settings, file: Path | None = None) -> None:
    """Write the settings whole or not at all."""
    file = file or default_file()
    file.parent.mkdir(parents=True, exist_ok=True)
    lines = [f"{field.name} = {_toml(getattr(settings, field.name))}\n" for field in fields(settings)]
    handle, name = tempfile.mkstemp(dir=file.parent, prefix=f".{file.name}-")
    part = Path(name)
    try:
        with os.fdopen(handle, "w", encoding="utf-8") as out:
            out.writelines(lines)
            out.flush()
            os.fsync(out.fileno())
        part.replace(file)
    finally:
        part.unlink(missing_ok=True)


def _checked(values: dict[str, Any], file: Path) -> dict[str, Any]:
    known = {field.name: type(getattr(Settings(), field.name)) for field in fields(Settings)}
    for name, value in values.items():
        if name in known and type(value) is not known[name]:
            raise PhotoRollError(f"The setting “{name}” has a value of the wrong kind", path=file)
    # A name of a later version is left alone, so that going back and forth loses nothing at reading.
    return {name: value for name, value in values.items() if name in known}


def _toml(value: object) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, int):
        return str(value)
    escaped = str(value).replace("\\", "\\\\").replace('"', '\\"')
    return f'"{escaped}"'


def _system_locale() -> tuple[str, str]:
    name = locale.getlocale(locale.LC_CTYPE)[0] or os.environ.get("LANG", "").partition(".")[0]
    language, _, country = name.partition("_")
    plain = len(language) == 2 and language.isascii() and language.isalpha()
    return (language.lower(), country[:2].upper()) if plain else ("", "")
