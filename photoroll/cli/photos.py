"""``photoroll photos``: one line a photo."""

from __future__ import annotations

from datetime import datetime

import click

from photoroll.cli.common import Session, check_group, filter_options, session_options
from photoroll.cli.main import DONE
from photoroll.cli.output import emit, path_text, say
from photoroll.core.models import PhotoState, PlaceName, Precision
from photoroll.errors import show_path
from photoroll.library.records import PhotoFilter, PhotoRecord


@click.command(name="photos")
@filter_options
@session_options
def photos_command(session: Session, *, chosen: PhotoFilter) -> int:
    """List photos, in the order of time."""
    with session.open() as library:
        check_group(library, chosen)
        for photo in library.photos.query(chosen):
            if session.json:
                emit(photo_as_json(photo))
            else:
                say(_line(photo))
    return DONE


def photo_as_json(photo: PhotoRecord) -> dict[str, object]:
    """Give a photo in the shape of the command line's contract."""
    return {
        "id": photo.public_id,
        "path": path_text(photo.path) if photo.path else None,
        "paths": [path_text(path) for path in photo.paths],
        "kind": photo.kind,
        "width": photo.width,
        "height": photo.height,
        "format": photo.format,
        **_when(photo),
        **_where(photo),
        **_how(photo),
        "themes": [
            {"theme": mark.theme, "score": mark.score, "reasons": list(mark.reasons)} for mark in photo.themes
        ],
        "faces": photo.faces,
        "favourite": photo.favourite,
        "rating": photo.rating,
        "hidden": photo.hidden,
        "state": photo.state,
    }


def moment_text(moment: datetime | None) -> str | None:
    """Give a wall-clock moment as ``2024-06-14T21:03:11.250``; the milliseconds only where there are some."""
    if moment is None:
        return None
    return moment.isoformat(timespec="milliseconds" if moment.microsecond else "seconds")


def place_as_json(place: PlaceName | None) -> dict[str, str] | None:
    """Give a place's names."""
    if place is None:
        return None
    return {
        "name": place.name,
        "region": place.region,
        "country": place.country,
        "country_code": place.country_code,
    }


def _when(photo: PhotoRecord) -> dict[str, object]:
    taken = photo.taken
    return {
        "taken_at": moment_text(taken.wall),
        "precision": taken.precision,
        "taken_from": moment_text(taken.start),
        "taken_to": moment_text(taken.end),
        "date_source": taken.source,
        "utc_offset_min": taken.utc_offset_min,
    }


def _where(photo: PhotoRecord) -> dict[str, object]:
    position = photo.position
    return {
        "lat": position.point.lat if position else None,
        "lon": position.point.lon if position else None,
        "position_source": position.source if position else None,
        "place": place_as_json(photo.place),
    }


def _how(photo: PhotoRecord) -> dict[str, object]:
    camera = photo.camera
    return {
        "camera": camera.name or None,
        "lens": camera.lens or None,
        "iso": camera.iso,
        "exposure_s": camera.exposure_s,
        "f_number": camera.f_number,
        "focal_35mm": camera.focal_35mm,
    }


def _line(photo: PhotoRecord) -> str:
    taken = photo.taken
    form = {Precision.SECOND: "%Y-%m-%d %H:%M", Precision.DAY: "%Y-%m-%d", Precision.MONTH: "%Y-%m"}
    when = taken.wall.strftime(form.get(taken.precision, "%Y")) if taken.wall else "no date"
    where = photo.place.name if photo.place else ""
    gone = "" if photo.state is PhotoState.OK else f"  ({photo.state})"
    return f"{photo.public_id or '-' * 16}  {when:16}  {where[:20]:20}  {show_path(photo.path)}{gone}"
