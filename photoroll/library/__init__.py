"""The catalogue on disk: the only SQL of PhotoRoll."""

from photoroll.library.catalogue import Library
from photoroll.library.records import (
    CheckReport,
    Day,
    FileChanges,
    FileId,
    FileToRead,
    FoundFile,
    KnownFile,
    LibraryInfo,
    Pass,
    PhotoFilter,
    PhotoRecord,
    RefusedFile,
    Root,
    RootId,
    ThemeMark,
)

__all__ = [
    "CheckReport",
    "Day",
    "FileChanges",
    "FileId",
    "FileToRead",
    "FoundFile",
    "KnownFile",
    "Library",
    "LibraryInfo",
    "Pass",
    "PhotoFilter",
    "PhotoRecord",
    "RefusedFile",
    "Root",
    "RootId",
    "ThemeMark",
]
