"""Themes: what photos show, found by measured facts, camera data and learnt heads, each with its
reasons.
"""

from photoroll.core.themes.definitions import parse_theme
from photoroll.core.themes.evidence import exposure_value
from photoroll.core.themes.model import (
    HEADS_VERSION,
    LEVELS,
    Heads,
    Term,
    ThemeDefinition,
    ThemeFeatures,
    ThemeMember,
    ThemeScores,
)
from photoroll.core.themes.scoring import is_shown, members, score_themes
from photoroll.core.themes.summary import theme_reasons

__all__ = [
    "HEADS_VERSION",
    "LEVELS",
    "Heads",
    "Term",
    "ThemeDefinition",
    "ThemeFeatures",
    "ThemeMember",
    "ThemeScores",
    "exposure_value",
    "is_shown",
    "members",
    "parse_theme",
    "score_themes",
    "theme_reasons",
]
