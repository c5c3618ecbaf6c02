"""The table of file formats: what PhotoRoll reads now, and what other files are called in a sentence."""

from __future__ import annotations

from dataclasses import dataclass

from photoroll.core.models import MediaKind


@dataclass(frozen=True, slots=True, kw_only=True)
class FileFormat:
    """One format, told by its content."""

    name: str
    """Short and stable: ``JPEG``, ``HEIC``, ``PDF``."""
    what: str
    """For a sentence: "a JPEG photo", "a PDF document"."""
    kind: MediaKind | None = None
    """What it shows; ``None`` is no picture."""
    decoders: tuple[str, ...] = ()
    """Names of Pillow's decoders, and no others, that may open it; empty: PhotoRoll does not read it."""

    @property
    def readable(self) -> bool:
        """Whether PhotoRoll reads it."""
        return bool(self.decoders)


def _photo(name: str, what: str, *decoders: str) -> FileFormat:
    return FileFormat(name=name, what=what, kind=MediaKind.PHOTO, decoders=decoders)


def _other(name: str, what: str, kind: MediaKind | None = None) -> FileFormat:
    return FileFormat(name=name, what=what, kind=kind)


# A multi-picture JPEG opens by the JPEG decoder; naming "MPO" makes Pillow raise KeyError.
JPEG = _photo("JPEG", "a JPEG photo", "JPEG")
PNG = _photo("PNG", "a PNG picture", "PNG")
WEBP = _photo("WEBP", "a WebP picture", "WEBP")
GIF = _photo("GIF", "a GIF picture", "GIF")
TIFF = _photo("TIFF", "a TIFF picture", "TIFF")
BMP = _photo("BMP", "a BMP picture", "BMP")
AVIF = _photo("AVIF", "an AVIF photo", "AVIF")
HEIC = _photo("HEIC", "a HEIC photo", "HEIF")
HEIF = _photo("HEIF", "a HEIF photo", "HEIF")

READABLE = (JPEG, PNG, WEBP, GIF, TIFF, BMP, AVIF, HEIC, HEIF)
READABLE_NAMES = "JPEG, PNG, WebP, GIF, TIFF, BMP, AVIF and HEIC"
PHOTO_SUFFIXES = frozenset(
    {
        "jpg",
        "jpeg",
        "jpe",
        "jfif",
        "jif",
        "png",
        "apng",
        "webp",
        "gif",
        "tif",
        "tiff",
        "bmp",
        "dib",
        "avif",
        "avifs",
        "heic",
        "heif",
        "heics",
        "heifs",
        "hif",
    }
)
"""Names that promise a photo: only used to call a file without any known content damaged, not unknown."""

VIDEO = _other("VIDEO", "a video, which PhotoRoll does not read yet", MediaKind.VIDEO)
RAW = _other("RAW", "a camera RAW file, which PhotoRoll does not read yet", MediaKind.PHOTO)
DNG = _other("DNG", "a DNG camera RAW file, which PhotoRoll does not read yet", MediaKind.PHOTO)
JXL = _other("JXL", "a JPEG XL photo, which PhotoRoll does not read yet", MediaKind.PHOTO)
JPEG2000 = _other("JPEG2000", "a JPEG 2000 picture, which PhotoRoll does not read", MediaKind.PHOTO)
PHOTOSHOP = _other("PSD", "a Photoshop file")
PDF = _other("PDF", "a PDF document")
POSTSCRIPT = _other("EPS", "a PostScript file")
SVG = _other("SVG", "an SVG drawing")
HTML = _other("HTML", "a web page")
XMP = _other("XMP", "an XMP sidecar of another program")
GPX = _other("GPX", "a GPS track")
XML = _other("XML", "an XML file")
JSON = _other("JSON", "a JSON file, perhaps another program's notes on a photo")
PLIST = _other("PLIST", "a property list, perhaps another program's notes on a photo")
ZIP = _other("ZIP", "an archive or office document")
ARCHIVE = _other("ARCHIVE", "an archive")
SQLITE = _other("SQLITE", "a database")
ICON = _other("ICON", "an icon")
AUDIO = _other("AUDIO", "a sound file")
PROGRAM = _other("PROGRAM", "a program")
APPLE_DOUBLE = _other("APPLEDOUBLE", "a Mac's notes on the file of the same name without ._")
OFFICE = _other("OFFICE", "an office document or picture database")
TEXT = _other("TEXT", "a text file")
EXR = _other("EXR", "an OpenEXR picture, which PhotoRoll does not read")
XCF = _other("XCF", "a GIMP file")
FITS = _other("FITS", "a FITS file")
PORTABLE = _other("PNM", "a portable pixmap, which PhotoRoll does not read")
UNKNOWN = _other("UNKNOWN", "no photo that PhotoRoll knows")
