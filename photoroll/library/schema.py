"""The columns that statements are built from, and when a photo is shown."""

from __future__ import annotations

# What pass A reads; moves as one when a file turns out to be a version of a known photo.
DATE_COLUMNS = (
    "wall_ms",
    "start_ms",
    "end_ms",
    "precision",
    "date_source",
    "offset_min",
    "date_raw",
    "day",
)
POSITION_COLUMNS = ("lat", "lon", "position_source", "position_error_m")
FILE_COLUMNS = (
    "media",
    "format",
    "width",
    "height",
    "orientation",
    "aspect",
    "camera_id",
    "lens",
    "iso",
    "exposure_s",
    "f_number",
    "focal_mm",
    "focal_35mm",
    "flash",
    "distance_m",
    "software",
    "title",
    "file_caption",
    "file_rating",
    "details",
)
METADATA_COLUMNS = DATE_COLUMNS + POSITION_COLUMNS + FILE_COLUMNS
# What pass B measures.
PIXEL_COLUMNS = (
    "version_id",
    "width",
    "height",
    "aspect",
    "phash",
    "dhash",
    "flat",
    "sharpness",
    "exposure",
    "contrast",
    "colourfulness",
)

SHOWN = "({row}.state = 'ok' AND {row}.hidden = 0 AND {row}.stands_for IS NULL)"
"""When a photo has a place on the timeline; ``{row}`` is the table's name in the statement."""
