"""Learn the descriptor's frozen scaling and axes from free photos:
``resources/descriptor/projection.npz``.

    PHOTOROLL_SAMPLES=FOLDER python packaging/train_descriptor.py [--out FILE]

Reads ``FOLDER/themes_free/labels.csv`` and takes the training photos of tier A whose licence is not
ShareAlike, each also mirrored. Only means, spreads and main axes are kept: no photo can be made from
them. Run it again and the same file comes out. Raise ``descriptor.VERSION`` when the result changes:
stored descriptors and theme heads are bound to it.
"""

from __future__ import annotations

import argparse
import csv
import os
from pathlib import Path

import numpy as np

from photoroll.imaging import decode, descriptor, formats, thumbnails

AXES = 128


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--out", type=Path, default=Path("resources/descriptor/projection.npz"))
    out: Path = parser.parse_args().out
    folder = Path(os.environ["PHOTOROLL_SAMPLES"]) / "themes_free"
    photos = chosen(folder)
    measured = [block for photo in photos for block in measure_both(photo)]
    arrays: dict[str, np.ndarray] = {}
    for name in descriptor.MEASURED:
        arrays |= learn(name, np.stack([one[name] for one in measured]))
    out.parent.mkdir(parents=True, exist_ok=True)
    np.savez_compressed(out, **arrays)
    print(f"{len(photos)} photos, {out.stat().st_size} bytes -> {out}")


def chosen(folder: Path) -> list[Path]:
    """The training photos that may be learnt from without conditions beyond credit."""
    with (folder / "labels.csv").open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    return [
        folder / row["file"]
        for row in rows
        if row["split"] == "train" and row["tier"] == "A" and "-SA" not in row["licence"].upper()
    ]


def measure_both(photo: Path) -> list[dict[str, np.ndarray]]:
    """The blocks of a photo and of its mirror image."""
    decoded = decode.decode(photo.read_bytes(), formats.JPEG, side=thumbnails.LARGE)
    rgb = np.asarray(thumbnails.halved(decoded.image))
    return [descriptor.measure(rgb), descriptor.measure(np.ascontiguousarray(rgb[:, ::-1]))]


def learn(name: str, rows: np.ndarray) -> dict[str, np.ndarray]:
    """Scaling, axes and energy of one block."""
    rows = rows.astype(np.float64)
    mean, spread = rows.mean(axis=0), rows.std(axis=0)
    scale = np.where(spread > 1e-6, 1 / np.maximum(spread, 1e-6), 0.0)
    standard = np.clip((rows - mean) * scale, -descriptor.CLIP, descriptor.CLIP)
    found: dict[str, np.ndarray] = {}
    if rows.shape[1] > AXES:
        _, vectors = np.linalg.eigh(np.cov(standard.T))
        axes = vectors[:, ::-1][:, :AXES]
        axes = axes * np.sign(axes[np.abs(axes).argmax(axis=0), range(AXES)])  # the sign is free: fix it
        axes = axes.astype(np.float16).astype(np.float64)
        found["axes"] = axes
        standard = standard @ axes
    shift = standard.mean(axis=0)
    energy = 1 / np.sqrt(((standard - shift) ** 2).sum(axis=1).mean())
    found |= {"mean": mean, "scale": scale, "shift": shift, "energy": np.array(energy)}
    kind = {"axes": np.float16}
    return {f"{name}_{part}": value.astype(kind.get(part, np.float32)) for part, value in found.items()}


if __name__ == "__main__":
    main()
