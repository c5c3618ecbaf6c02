"""Tells copies of one exposure from shots of a burst, and the camera's own file from what was made of it."""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from photoroll.core.models import Reason
from photoroll.core.similar.pairs import hamming

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    Floats = NDArray[np.float64]
    Ints = NDArray[np.int_]
    Mask = NDArray[np.bool_]

_SHOT_NUMBER = re.compile(r"\d{3,}(?!.*\d{3})")
"""The last number of three digits or more: cameras count so; " (1)" and "-2" are made by copying."""
_VERSION = re.compile(r"[\d.\s]+")
_SIZES = 20
"""Pixel counts are compared in steps of a twentieth of an octave, 3.5 %."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Files:
    """What the files of n photos say; every array has shape (n,)."""

    camera: Ints
    """A number for each camera body, -1 for unknown."""
    foreign: Mask
    """Whether a program that is not the camera's own saved the file, as far as can be told."""
    program: Sequence[str]
    """Its name, as the file has it."""
    series: Ints
    """Equal for names that differ only in the shot's number; -1 without one."""
    number: Ints
    stem: Ints
    """How many signs the name has, without its ending."""

    def at(self, members: NDArray[np.intp]) -> Files:
        """Give what is known of some of the photos, in that order."""
        return Files(
            camera=self.camera[members],
            foreign=self.foreign[members],
            program=[self.program[index] for index in members.tolist()],
            series=self.series[members],
            number=self.number[members],
            stem=self.stem[members],
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Shots:
    """When and how m photos were taken and how they look; every array has shape (m,)."""

    times_s: Floats
    """NaN for unknown."""
    phash: NDArray[np.uint64]
    dhash: NDArray[np.uint64]
    hashed: Mask
    pixels: Floats


@dataclass(frozen=True, slots=True, kw_only=True)
class CopyRadii:
    """Bits of 64."""

    phash: int
    dhash: int
    equal: int
    """Within so many bits of both hashes two photos of one moment are one, whatever their names say."""


def read_files(camera: Ints, names: Sequence[str] = (), software: Sequence[str] = ()) -> Files:
    """Read names (without folders) and programs of n photos; empty texts and sequences are unknown.

    A program is foreign if it saved files of several cameras, or if the same camera's photos mostly name
    another one.
    """
    import numpy as np

    n = len(camera)
    names, software = names or [""] * n, software or [""] * n
    stems = [name.rpartition(".")[0] or name for name in names]
    found = [_SHOT_NUMBER.search(stem) for stem in stems]
    patterns: dict[str, int] = {}
    series = [
        patterns.setdefault(f"{stem[: one.start()]}\0{stem[one.end() :]}", len(patterns)) if one else -1
        for stem, one in zip(stems, found, strict=True)
    ]
    return Files(
        camera=np.asarray(camera),
        foreign=_foreign(camera.tolist(), software),
        program=tuple(software),
        series=np.array(series, dtype=np.int64),
        number=np.array([int(one.group()[-15:]) if one else -1 for one in found], dtype=np.int64),
        stem=np.array([len(stem) for stem in stems], dtype=np.int64),
    )


def _foreign(camera: Sequence[int], software: Sequence[str]) -> Mask:
    import numpy as np

    plain = [_VERSION.sub(" ", text).strip().casefold() for text in software]
    cameras: dict[str, set[int]] = defaultdict(set)
    counts: dict[int, Counter[str]] = defaultdict(Counter)
    for body, text in zip(camera, plain, strict=True):
        cameras[text].add(body)
        counts[body][text] += 1
    shared = {text for text, bodies in cameras.items() if text and len(bodies - {-1}) > 1}
    usual = {
        body: max((number for text, number in found.items() if text not in shared), default=0)
        for body, found in counts.items()
    }
    return np.array(
        [
            bool(text) and (text in shared or 2 * counts[body][text] < usual[body])
            for body, text in zip(camera, plain, strict=True)
        ],
        dtype=bool,
    )


def copy_pairs(shots: Shots, files: Files, radii: CopyRadii) -> Mask:
    """Mark the pairs of m look-alikes that are one exposure, shape (m, m).

    No camera exposes twice in a millisecond: whatever they show, two of its photos of one are one. Where a
    time is a whole second, as of cameras that write no fractions and of programs that drop them, photos of
    that second are one exposure if they look alike, have different sizes, or only one was saved by a
    foreign program; files that the camera numbered on are still two shots unless they are nearly equal.
    Alike photos are copies too if a time is not known, or one camera of the two.
    """
    import numpy as np

    times = shots.times_s
    with np.errstate(invalid="ignore"):
        second, exact = np.floor(times), _equal(times)
        whole = second == times
        moment = exact | (_equal(second) & (whole[:, None] | whole[None, :]))
    bits = hamming(shots.phash[:, None], shots.phash[None, :])
    more = hamming(shots.dhash[:, None], shots.dhash[None, :])
    alike = (bits <= radii.phash) & (more <= radii.dhash)
    equal = (bits <= radii.equal) & (more <= radii.equal)
    sized = _equal(shots.pixels)
    rough = sized & ~equal & _equal(files.foreign)
    numbered = _equal(files.series) & (files.series >= 0)[:, None] & ~_equal(files.number) & rough
    unknown = np.isnan(times)
    lost = (unknown[:, None] | unknown[None, :]) | (
        (files.camera < 0)[:, None] != (files.camera < 0)[None, :]
    )
    edited = files.foreign[:, None] != files.foreign[None, :]
    certain = exact & ~whole[:, None] & (files.camera >= 0)[:, None]
    one = _equal(files.camera) & (certain | (moment & (alike | ~sized | edited) & ~numbered))
    pairs = (one | (alike & lost)) & shots.hashed[:, None] & shots.hashed[None, :]
    np.fill_diagonal(pairs, val=False)
    return np.asarray(pairs)


def _equal(values: NDArray[np.generic]) -> Mask:
    import numpy as np

    return np.asarray(values[:, None] == values[None, :])


def originals(copies: Mask, files: Files, pixels: Floats, wish: Floats) -> Mask:
    """Mark those of m photos that may be best: the ones that are no copy of a better file.

    What the user said (``wish``, -1 to 1) comes first, then the camera's own file before one without a
    camera, more pixels, the camera's program, and the shorter name.
    """
    import numpy as np

    size = np.round(np.log2(np.maximum(pixels, 1.0)) * _SIZES)
    keys = np.stack((-files.stem, ~files.foreign, size, files.camera >= 0, wish))
    order = np.lexsort(keys)
    changed = (np.diff(keys[:, order].astype(np.float64), axis=1) != 0).any(axis=0)
    place = np.empty(len(order), dtype=np.intp)
    place[order] = np.concatenate(([0], np.cumsum(changed)))
    return np.asarray(~(copies & (place[None, :] > place[:, None])).any(axis=1))


def origin_reasons(copies: Mask, files: Files, pixels: Floats, best: int) -> list[Reason]:
    """Say what shows that the best shot is the original of its copies."""
    import numpy as np

    made = np.flatnonzero(copies[best])
    if not len(made) or files.camera[best] < 0:
        return []
    edited = [] if files.foreign[best] else made[files.foreign[made]].tolist()
    if edited:
        programs = {files.program[place] for place in edited}
        other = f"{programs.pop()} saved the other" if len(programs) == 1 else "other programs saved the rest"
        return [Reason(code="original", text=f"the camera's own file; {other}")]
    if (files.camera[made] < 0).any():
        return [Reason(code="original", text="the camera's own file: it still names its camera")]
    if (pixels[made] < pixels[best]).all():
        return [Reason(code="original", text="the original size")]
    if (files.stem[made] > files.stem[best]).all() and (pixels[made] <= pixels[best]).all():
        return [Reason(code="original", text="the original by its name: the copies' names are longer")]
    return []


def copy_reasons(copies: Mask, files: Files, place: int, best: int) -> list[Reason]:
    """Say by what a photo is known as a copy of the best."""
    if not copies[place, best]:
        return []
    if files.foreign[place] and not files.foreign[best]:
        return [Reason(code="copy", text=f"saved by {files.program[place]}")]
    if files.camera[place] < 0 <= files.camera[best]:
        return [Reason(code="copy", text="a copy that no longer names its camera")]
    return [Reason(code="copy", text="the same shot, saved again")]
