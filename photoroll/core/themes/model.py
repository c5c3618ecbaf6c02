"""The values of themes: definitions (data), heads (data), what is known of photos, and what was found."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from photoroll.core.models import Certainty, Json, Reason

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    Floats = NDArray[np.float64]

HEADS_VERSION = 1


@dataclass(frozen=True, slots=True, kw_only=True)
class Term:
    """One piece of evidence, or one requirement, of a theme."""

    kind: str
    """The name of a rule in :mod:`photoroll.core.themes.evidence`."""
    settings: Mapping[str, Json] = field(default_factory=dict)
    weight: float = 1.0
    """What the evidence adds to the log-odds in full; clipped to +-2."""
    support: bool = False
    """Whether this evidence, in full, may lift a photo above ``alone`` of its theme."""
    support_from: float | None = None
    """The head's log-odds from which it may; the theme's own ``support_from`` where not set."""
    reason: str = ""
    """The sentence, with ``{…}`` for what the rule measured; empty says nothing."""
    together: str = ""
    """The sentence for many photos; where empty, ``reason`` with ranges for what was measured."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ThemeDefinition:
    """One theme, as its file in ``resources/themes`` says."""

    key: str
    title: str
    icon: str
    order: int
    smallest: int
    """Photos needed before the theme is shown."""
    days: int
    """Days that they must come from before the theme is shown."""
    head: str | None = None
    head_reason: str = ""
    base: float = 0.0
    """Log-odds without a head."""
    check: float = 0.5
    """Probabilities from which a photo is listed as please check, fairly sure and sure."""
    fairly: float = 0.75
    sure: float = 0.9
    alone: Certainty = Certainty.PLEASE_CHECK
    """The most that looks can give without supporting evidence, unless the head's own figures allow
    more.
    """
    support_from: float = 0.0
    """The head's log-odds from which supporting evidence counts."""
    requires: tuple[Term, ...] = ()
    """All must hold; a fact that is not known does not hold, unless the term sets ``unknown = "holds"``.
    """
    evidence: tuple[Term, ...] = ()
    shown_from: Certainty = Certainty.FAIRLY_SURE
    """The certainty from which members count towards ``smallest``."""
    unless: tuple[str, ...] = ()
    """Keys of themes whose sure members are left out."""
    pooled: bool = True
    """Whether the other photos of the event are asked."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Heads:
    """What was learnt: for each of h heads a calibrated linear model on the descriptor."""

    names: tuple[str, ...]
    weights: NDArray[np.float32]
    """Shape (h, 431); ``descriptor @ weight + bias`` are calibrated log-odds (Platt)."""
    bias: Floats
    """Shape (h,)."""
    sure_from: Floats
    """Log-odds from which nine of ten were right on photos held out; infinite where no threshold kept
    that.
    """
    statistics: tuple[str, ...]
    """Names of the columns of :attr:`ThemeFeatures.statistics`."""
    looks_mean: NDArray[np.float32]
    """The basis of unnamed sets, shapes (431,) and (431, 48)."""
    looks_axes: NDArray[np.float32]
    descriptor_version: int = 1

    def index(self, name: str) -> int:
        """Give a head's row."""
        return self.names.index(name)


@dataclass(frozen=True, slots=True, kw_only=True)
class ThemeFeatures:
    """What is known of n photos; arrays of shape (n,) with NaN, and sequences with empty text, for
    unknown.
    """

    descriptors: NDArray[np.floating]
    """Shape (n, 431)."""
    statistics: NDArray[np.floating]
    """Shape (n, 29), as measured."""
    width: Floats
    """Upright, pixels."""
    height: Floats
    formats: Sequence[str]
    """``JPEG``, ``PNG`` ..."""
    file_names: Sequence[str]
    software: Sequence[str]
    cameras: Sequence[str]
    """Make and model."""
    lenses: Sequence[str]
    ev100: Floats
    """Exposure value at ISO 100, see :func:`photoroll.core.themes.evidence.exposure_value`."""
    flash: Floats
    """1 fired, 0 not."""
    focal_35mm: Floats
    subject_distance_m: Floats
    sun_elevation: Floats
    """Degrees above the horizon when and where the photo was taken."""
    sun_minutes: Floats
    """Minutes to the nearest sunset or sunrise: negative before it, positive after it."""
    sun_rising: Floats
    """1 when that is a sunrise, 0 when a sunset."""
    latitude: Floats
    month: Floats
    """1-12."""
    faces: Sequence[Sequence[float] | None]
    """The share of the picture that each face fills; ``None`` where faces were not looked for."""
    events: NDArray[np.int_]
    """Event numbers, -1 for none."""
    trusted_faces: bool = True
    """False for a detector that often errs: themes of people are then only proposed."""

    def __len__(self) -> int:
        """How many photos."""
        return len(self.width)


@dataclass(frozen=True, slots=True, kw_only=True)
class ThemeScores:
    """One theme's answer for n photos."""

    key: str
    probability: Floats
    """Shape (n,), 0-1."""
    certainty: NDArray[np.int8]
    """Shape (n,): 0 not a member, 1 please check, 2 fairly sure, 3 sure."""
    parts: Mapping[int, Floats]
    """What each term of the definition added to the log-odds: requirements first, then evidence."""
    head: Floats | None = None
    """The head's own log-odds."""
    pooled: Floats | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class ThemeMember:
    """A photo in a theme; ``index`` points into the arrays given."""

    index: int
    score: float
    certainty: Certainty
    reasons: tuple[Reason, ...]
    """The strongest three."""


LEVELS: tuple[Certainty | None, ...] = (
    None,
    Certainty.PLEASE_CHECK,
    Certainty.FAIRLY_SURE,
    Certainty.SURE,
)
"""What the numbers of :attr:`ThemeScores.certainty` mean."""

USER_REASON = Reason(code="user", text="you put it here")
"""Why a photo is in a theme that the user added it to."""
