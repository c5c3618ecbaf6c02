"""The best shot of a stack, with what was measured as reasons.

The score is 2 x sharpness + 1 x faces + 0.5 x exposure + 0.3 x contrast + 0.3 x colour + 1.5 x what the
user says, and 1 x size, so that a small copy does not beat its original. Sharpness and size are relative
to the stack's best: sharpness says nothing across scenes.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from photoroll.core.models import Reason
from photoroll.core.similar.copies import Files, copy_reasons, origin_reasons, originals

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    Floats = NDArray[np.float64]

_FULL_FACE = 0.05
"""A face of this share of the picture counts in full."""


@dataclass(frozen=True, slots=True, kw_only=True)
class StackQuality:
    """Measures of n photos, one array of shape (n,) each; NaN where not measured yet.

    ``sharpness``, ``exposure``, ``contrast`` and ``colourfulness`` as in
    :class:`photoroll.core.models.Quality`.
    """

    sharpness: Floats
    exposure: Floats
    contrast: Floats
    colourfulness: Floats
    face_area: Floats
    """Share of the picture that the largest face fills, 0-1; 0 without a face."""
    pixels: Floats
    """Width times height."""
    favourite: NDArray[np.bool_]
    rating: NDArray[np.int_]
    """Stars 1-5; 0 is not rated."""

    def at(self, members: NDArray[np.intp]) -> StackQuality:
        """Give the measures of some of the photos, in that order, with 0 for what was not measured."""
        import numpy as np

        def known(values: Floats) -> Floats:
            return np.nan_to_num(np.asarray(values, dtype=np.float64)[members], nan=0.0)

        return StackQuality(
            sharpness=known(self.sharpness),
            exposure=known(self.exposure),
            contrast=known(self.contrast),
            colourfulness=known(self.colourfulness),
            face_area=known(self.face_area),
            pixels=known(self.pixels),
            favourite=self.favourite[members],
            rating=self.rating[members],
        )


def rank(
    quality: StackQuality, copies: NDArray[np.bool_] | None = None, files: Files | None = None
) -> tuple[int, tuple[tuple[Reason, ...], ...]]:
    """Give the position of the best shot of one stack, and for each photo why it is, or is not, the
    best.

    ``quality`` holds the stack's photos only. ``copies``, shape (m, m), marks pairs that are one exposure,
    and ``files`` says which of them is the original: a copy is never the best unless the user prefers it.
    Equal scores go to the first.
    """
    import numpy as np

    n = len(quality.sharpness)
    if copies is None or files is None:
        best = int(np.argmax(_scores(quality)))
        strong, weak = [], [[] for _ in range(n)]  # type: list[Reason], list[list[Reason]]
    else:
        free = originals(copies, files, quality.pixels, _wish(quality))
        best = int(np.argmax(np.where(free, _scores(quality), -np.inf)))
        strong = origin_reasons(copies, files, quality.pixels, best)
        weak = [copy_reasons(copies, files, place, best) for place in range(n)]
    reasons = tuple(
        _strengths(quality, best, strong)
        if place == best
        else (
            *weak[place],
            *_weaknesses(quality, place, best, nothing="" if weak[place] else "hardly different"),
        )
        for place in range(n)
    )
    return best, reasons


def _wish(quality: StackQuality) -> Floats:
    """Give what the user said about each photo, -1 (one star) to 1."""
    import numpy as np

    stars = np.where(quality.rating > 0, (quality.rating - 3) / 2, 0.0)  # one star is a vote against
    return np.where(quality.favourite, np.maximum(stars, 1.0), stars)


def _scores(quality: StackQuality) -> Floats:
    import numpy as np

    score = (
        2.0 * _relative(quality.sharpness)
        + 1.0 * np.minimum(quality.face_area / _FULL_FACE, 1.0)
        + 0.5 * quality.exposure
        + 0.3 * quality.contrast
        + 0.3 * quality.colourfulness
        + 1.5 * _wish(quality)
        + 1.0 * np.sqrt(_relative(quality.pixels))
    )
    return np.asarray(np.round(score, 9))


def _relative(values: Floats) -> Floats:
    import numpy as np

    most = float(values.max(initial=0.0))
    return values / most if most > 0 else np.zeros_like(values)


def _strengths(quality: StackQuality, best: int, origin: list[Reason]) -> tuple[Reason, ...]:
    """Say what speaks for the best shot, the strongest first: the user, then being the original."""
    import numpy as np

    n = len(quality.sharpness)
    others = np.arange(n) != best
    found: list[Reason] = []
    if quality.favourite[best]:
        found.append(Reason(code="favourite", text="your favourite"))
    if quality.rating[best] > 0 and quality.rating[best] > quality.rating[others].max():
        stars = int(quality.rating[best])
        found.append(Reason(code="rating", text=f"you gave it {stars} star{'s' if stars > 1 else ''}"))
    found.extend(origin)
    if quality.sharpness[best] > 1.03 * quality.sharpness[others].max():
        text = "the sharper of the two" if n == 2 else f"the sharpest of {n}"
        found.append(Reason(code="sharpest", text=text, weight=float(quality.sharpness[best])))
    if quality.pixels[best] > 1.05 * quality.pixels[others].max():
        found.append(Reason(code="largest", text=f"the largest ({_megapixels(quality.pixels[best])})"))
    if quality.face_area[best] > 1.1 * quality.face_area[others].max():
        found.append(Reason(code="faces", text="the face is seen best"))
    found.extend(_light(quality, best, others))
    return tuple(found) or (_nothing_leads(quality, best),)


def _nothing_leads(quality: StackQuality, best: int) -> Reason:
    """Say why a shot is the best that leads in no single measure."""
    import numpy as np

    scores = _scores(quality)
    if (scores[np.arange(len(scores)) != best] < scores[best]).all():
        return Reason(code="overall", text="the best of all measures taken together")
    return Reason(code="equal", text="as good as the others, and the first")


def _light(quality: StackQuality, best: int, others: NDArray[np.bool_]) -> list[Reason]:
    found = []
    if quality.exposure[best] > quality.exposure[others].max() + 0.03:
        found.append(Reason(code="exposure", text="the best lit: least lost in black or white"))
    elif quality.exposure[best] >= 0.97 and quality.exposure[others].min() < 0.9:
        found.append(Reason(code="exposure", text="well lit: hardly anything lost in black or white"))
    if quality.contrast[best] > quality.contrast[others].max() + 0.02:
        found.append(Reason(code="contrast", text="the most contrast"))
    if quality.colourfulness[best] > quality.colourfulness[others].max() + 0.03:
        found.append(Reason(code="colour", text="the most colour"))
    return found


def _weaknesses(quality: StackQuality, place: int, best: int, *, nothing: str) -> tuple[Reason, ...]:
    """Say in what a photo is weaker than the best shot."""
    found: list[Reason] = []
    top = quality.sharpness[best]
    if top > 0 and quality.sharpness[place] < 0.97 * top:
        less = round(100 * (1 - quality.sharpness[place] / top))
        found.append(Reason(code="less_sharp", text=f"{less} % less sharp", weight=less / 100))
    if quality.pixels[place] < 0.95 * quality.pixels[best]:
        found.append(Reason(code="smaller", text=f"fewer pixels ({_megapixels(quality.pixels[place])})"))
    if quality.exposure[place] < quality.exposure[best] - 0.03:
        found.append(Reason(code="exposure", text="more lost in black or white"))
    if quality.face_area[place] < 0.9 * quality.face_area[best]:
        found.append(Reason(code="faces", text="the face is smaller or not seen"))
    return tuple(found) or ((Reason(code="equal", text=nothing),) if nothing else ())


def _megapixels(pixels: float) -> str:
    return f"{pixels / 1e6:.1f} MP" if pixels >= 95_000 else f"{pixels / 1e3:.0f} thousand pixels"
