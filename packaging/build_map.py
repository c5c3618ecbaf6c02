"""Make resources/map/countries.npz from Natural Earth's 1:50m countries as TopoJSON.

Source: the npm package world-atlas 2.0.2 (ISC), file ``countries-50m.json``; its data are Natural
Earth's (public domain). Usage::

    npm pack world-atlas@2.0.2 && tar xzf world-atlas-2.0.2.tgz
    python packaging/build_map.py package/countries-50m.json resources/map/countries.npz

The result holds every ring once: ``points`` (n, 2) float32 of lon, lat in degrees; ``starts`` (rings +
1,); ``country`` (rings,) an index into ``names``. Rings are unwrapped, so that one crossing the 180th
meridian goes on beyond it instead of jumping back; Antarctica is closed along the south pole.
"""

from __future__ import annotations

import io
import json
import sys
import zipfile
from pathlib import Path

import numpy as np


def decoded_arcs(topology):
    """Undo the quantisation: each arc is a list of differences (TopoJSON specification 2.1.3)."""
    scale = np.array(topology["transform"]["scale"])
    shift = np.array(topology["transform"]["translate"])
    return [np.cumsum(np.array(arc, dtype=np.int64), axis=0) * scale + shift for arc in topology["arcs"]]


def ring_of(indices, arcs):
    parts = []
    for index in indices:
        arc = arcs[index] if index >= 0 else arcs[~index][::-1]
        parts.append(arc if not parts else arc[1:])
    return unwrapped(np.concatenate(parts))


def unwrapped(ring):
    """Add or take away whole turns so that no step is longer than half of one; close a ring round a
    pole.
    """
    steps = np.diff(ring[:, 0])
    turns = np.concatenate([[0.0], np.cumsum(-360.0 * np.round(steps / 360.0))])
    ring = np.column_stack([ring[:, 0] + turns, ring[:, 1]])
    if abs(ring[-1, 0] - ring[0, 0]) > 180.0:
        pole = -90.0 if ring[:, 1].mean() < 0 else 90.0
        ring = np.vstack([ring, [ring[-1, 0], pole], [ring[0, 0], pole], ring[:1]])
    return ring


def polygons(geometry):
    if geometry["type"] == "Polygon":
        return [geometry["arcs"]]
    return geometry["arcs"] if geometry["type"] == "MultiPolygon" else []


def main(source, target):
    topology = json.loads(Path(source).read_text(encoding="utf-8"))
    arcs = decoded_arcs(topology)
    rings, country, names = [], [], []
    for geometry in topology["objects"]["countries"]["geometries"]:
        names.append(geometry["properties"]["name"])
        for polygon in polygons(geometry):
            for indices in polygon:
                rings.append(ring_of(indices, arcs).astype(np.float32))
                country.append(len(names) - 1)
    arrays = {
        "points": np.concatenate(rings),
        "starts": np.concatenate([[0], np.cumsum([len(ring) for ring in rings])]).astype(np.int32),
        "country": np.array(country, dtype=np.int16),
        "names": np.array(names),
    }
    write(target, arrays)
    print(f"{len(rings)} rings, {len(arrays['points'])} points, {Path(target).stat().st_size} bytes")


def write(target, arrays):
    """Write an npz without dates, so that the same source gives the same bytes."""
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, array in arrays.items():
            data = io.BytesIO()
            np.lib.format.write_array(data, array, allow_pickle=False)
            archive.writestr(zipfile.ZipInfo(f"{name}.npy"), data.getvalue(), zipfile.ZIP_DEFLATED, 9)


if __name__ == "__main__":
    main(*sys.argv[1:3])
