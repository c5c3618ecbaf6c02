"""Moments and bursts inside events: short pauses, changing pictures, and the camera's own fast series."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from photoroll.core.eventrule import Bools, Floats, Ints

    Hashes = NDArray[np.uint64]


@dataclass(frozen=True, slots=True, kw_only=True)
class MomentParams:
    """When a new moment begins, and when photos are one burst."""

    pause_s: float = 12 * 60.0
    """A longer pause begins a new moment."""
    other_pause_s: float = 4 * 60.0
    """So does a longer pause than this, where the picture changes too."""
    other_bits: int = 20
    """The picture changes beyond this many differing bits of the perceptual hash."""
    series_s: float = 2.0
    """Photos of one camera at most this far apart are one burst, whatever they show."""
    alike_s: float = 10.0
    """So are those at most this far apart that look alike."""
    alike_bits: int = 14


def bits_apart(one: Hashes, other: Hashes) -> Ints:
    """Give how many bits differ between perceptual hashes; 0 stands for an unknown hash and gives -1."""
    import numpy as np

    bits = np.bitwise_count(one ^ other).astype(np.int64)
    return np.where((one == 0) | (other == 0), -1, bits)


def find_moments(t_ms: Ints, phash: Hashes, event: Ints, timed: Bools, params: MomentParams) -> Ints:
    """Number the moments of N photos in the order of events and time.

    ``event`` is non-decreasing; a photo without an exact time (``timed`` False) is a moment of its own.
    """
    import numpy as np

    if len(t_ms) == 0:
        return np.empty(0, dtype=np.int64)
    pause: Floats = np.diff(t_ms) / 1000.0
    changed = bits_apart(phash[1:], phash[:-1]) > params.other_bits
    new = (pause > params.pause_s) | ((pause > params.other_pause_s) & changed)
    new |= (event[1:] != event[:-1]) | ~timed[1:] | ~timed[:-1]
    moments: Ints = np.concatenate([[0], np.cumsum(new)]).astype(np.int64)
    return moments


def find_bursts(
    t_ms: Ints, phash: Hashes, camera: Ints, event: Ints, timed: Bools, params: MomentParams
) -> Ints:
    """Number the bursts of N photos in the order of events and time; other cameras may shoot in between."""
    import numpy as np

    n = len(t_ms)
    if n == 0:
        return np.empty(0, dtype=np.int64)
    order = np.arange(n) if _one(camera) else np.lexsort((np.arange(n), camera, event))
    t, cam, ev, ok, hashes = t_ms[order], camera[order], event[order], timed[order], phash[order]
    pause = np.diff(t) / 1000.0
    bits = bits_apart(hashes[1:], hashes[:-1])
    alike = (bits >= 0) & (bits <= params.alike_bits) & (pause <= params.alike_s)
    joined = ((pause <= params.series_s) | alike) & (cam[1:] == cam[:-1]) & (ev[1:] == ev[:-1])
    joined &= ok[1:] & ok[:-1]
    numbers = np.empty(n, dtype=np.int64)
    numbers[order] = np.concatenate([[0], np.cumsum(~joined)])
    return numbers if _one(camera) else renumber(numbers)


def renumber(labels: Ints) -> Ints:
    """Number labels anew from 0 in the order of their first appearance."""
    import numpy as np

    _, first, inverse = np.unique(labels, return_index=True, return_inverse=True)
    rank = np.empty(len(first), dtype=np.int64)
    rank[np.argsort(first, kind="stable")] = np.arange(len(first))
    result: Ints = rank[inverse]
    return result


def _one(values: Ints) -> bool:
    return bool(values.min() == values.max())
