"""Photos named by path, whether or not they are in a library: read on the spot, in sealed workers."""

from __future__ import annotations

import os
from collections.abc import Sequence
from datetime import datetime
from pathlib import Path

from photoroll.core.documents import PhotoRef
from photoroll.core.readings import FacesReading, MetadataReading, PixelReading
from photoroll.errors import CannotMake
from photoroll.imaging.reading import ReadRequest, read_whole
from photoroll.services.candidates import Candidate
from photoroll.services.making import folders_of
from photoroll.workers.pool import DecoderPool


def candidates_of_files(paths: Sequence[Path]) -> list[Candidate]:
    """Read photos and give them in the order of time, those without a date in the order named.

    Raises
    ------
    CannotMake
        If one of them cannot be read; it says which and why.
    """
    found: dict[Path, Candidate] = {}
    with DecoderPool(roots=folders_of(paths), workers=min(2, max(1, len(paths)))) as pool:
        requests = [ReadRequest(path=os.fsencode(path)) for path in dict.fromkeys(paths)]
        for outcome in pool.run(read_whole, requests):
            path = Path(os.fsdecode(outcome.item.path))
            if outcome.value is None:
                reason = outcome.failure.reason if outcome.failure else "It could not be read"
                raise CannotMake(reason, "Leave that photo out.", path=path)
            metadata, pixels, faces = outcome.value
            found[path] = _candidate(path, metadata, pixels, faces)
    order = {path: number for number, path in enumerate(paths)}
    return [
        found[path] for path in sorted(found, key=lambda one: (found[one].taken or datetime.max, order[one]))
    ]


def _candidate(path: Path, metadata: MetadataReading, pixels: PixelReading, faces: FacesReading) -> Candidate:
    return Candidate(
        id=None,
        ref=PhotoRef.at(path, pixels.content_hash.hex()[:16]),
        taken=metadata.taken.wall,
        aspect=pixels.width / max(pixels.height, 1),
        pixels=pixels.width * pixels.height,
        thumbnail=pixels.thumb512,
        blank=pixels.flat,
        point=metadata.position.point if metadata.position else None,
        caption=metadata.caption,
        faces=faces.faces,
        phash=None if pixels.flat else pixels.phash,
        descriptor=pixels.descriptor,
    )
