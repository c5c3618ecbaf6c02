"""All pairs of 64-bit hashes within a Hamming radius, exact, in bounded memory.

Multi-index search (Norouzi, Punjani and Fleet, "Fast Search in Hamming Space with Multi-Index Hashing",
CVPR 2012): two hashes within distance ``r`` differ by at most ``r // 4`` bits in one of their four
16-bit words at least, so only photos whose word is that close have to be compared as a whole.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    Hashes = NDArray[np.uint64]
    Indices = NDArray[np.intp]
    Pairs = tuple[Indices, Indices]

_WORDS = 4
_WORD_BITS = 16
_BLOCK = 1 << 21
"""Pairs compared at once: about 100 MB of temporaries at most."""
_DIRECT = 4096
"""Below this many hashes comparing all with all is the faster way."""


def hamming(first: Hashes, second: Hashes) -> NDArray[np.uint8]:
    """Give the number of differing bits of two uint64 arrays that broadcast together, 0-64."""
    import numpy as np

    bits: NDArray[np.uint8] = np.bitwise_count(first ^ second)
    return bits


def close_pairs(hashes: Hashes, radius: int) -> Iterator[Pairs]:
    """Yield every pair ``(i, j)`` of positions whose hashes differ in at most ``radius`` bits, in
    blocks.

    ``hashes`` is uint64 of shape (n,). A pair can be yielded more than once, never both as (i, j) and
    (j, i) within one block, and never as (i, i). Exact for every radius; quick up to a radius of 11.
    """
    if len(hashes) <= _DIRECT:
        yield from _all_with_all(hashes, radius)
        return
    for word in range(_WORDS):
        yield from _pairs_by_word(hashes, radius, word)


def _all_with_all(hashes: Hashes, radius: int) -> Iterator[Pairs]:
    import numpy as np

    n = len(hashes)
    rows = max(1, _BLOCK // max(n, 1))
    for start in range(0, n, rows):
        block = hamming(hashes[start : start + rows, None], hashes[None, start:])
        left, right = np.nonzero(block <= radius)
        later = right > left
        if later.any():
            yield left[later] + start, right[later] + start


def _pairs_by_word(hashes: Hashes, radius: int, word: int) -> Iterator[Pairs]:
    """Yield the close pairs whose ``word``-th words differ in at most ``radius // 4`` bits."""
    import numpy as np

    words = ((hashes >> np.uint64(word * _WORD_BITS)) & np.uint64(0xFFFF)).astype(np.int64)
    order = np.argsort(words, kind="stable")
    words, hashes = words[order], hashes[order]
    starts = np.searchsorted(words, np.arange((1 << _WORD_BITS) + 1))
    here = np.arange(len(words))
    for mask in _masks(radius // _WORDS):
        wanted = words ^ mask
        first = starts[wanted] if mask else here + 1  # within one bucket: each photo with the later ones
        count = starts[wanted + 1] - first
        if mask:
            count[wanted < words] = 0  # the pair is found from its other end
        for left, right in _expanded(here, first, count):
            near = hamming(hashes[left], hashes[right]) <= radius
            if near.any():
                yield order[left[near]], order[right[near]]


def _masks(bits: int) -> list[int]:
    return [mask for mask in range(1 << _WORD_BITS) if mask.bit_count() <= bits]


def _expanded(here: Indices, first: Indices, count: Indices) -> Iterator[Pairs]:
    """Write ranges ``first[i] : first[i] + count[i]`` out as pairs, at most about ``_BLOCK`` at once."""
    import numpy as np

    busy = np.flatnonzero(count > 0)
    if not len(busy):
        return
    here, first, count = here[busy], first[busy], count[busy]
    blocks = np.cumsum(count) // _BLOCK
    cuts = np.flatnonzero(np.diff(blocks)) + 1
    for part in np.split(np.arange(len(here)), cuts):
        many = count[part]
        before = np.cumsum(many) - many
        left = np.repeat(here[part], many)
        right = np.arange(int(many.sum())) + np.repeat(first[part] - before, many)
        yield left, right
