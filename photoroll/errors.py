"""The errors that PhotoRoll can explain to the owner of the photos; anything else is a bug."""

from __future__ import annotations

from pathlib import Path


class PhotoRollError(Exception):
    """Something a person can understand and act on.

    ``title`` says what happened, ``advice`` what to do, ``path`` which file or folder it is about.
    """

    def __init__(self, title: str, advice: str = "", *, path: Path | None = None) -> None:
        super().__init__(title, advice)
        self.title = title
        self.advice = advice
        self.path = path

    def __str__(self) -> str:
        """One sentence for a person, with the file that it is about."""
        where = f" ({show_path(self.path)})" if self.path is not None else ""
        return f"{self.title}{where}. {self.advice}".strip().replace("..", ".")

    def __reduce__(self) -> tuple[object, ...]:
        """Keep ``path`` when the error travels between processes."""
        return (_rebuilt, (type(self), self.title, self.advice, self.path, self.__dict__.copy()))


def _rebuilt(
    kind: type[PhotoRollError], title: str, advice: str, path: Path | None, state: dict[str, object]
) -> PhotoRollError:
    error = kind.__new__(kind)
    PhotoRollError.__init__(error, title, advice, path=path)
    error.__dict__.update(state)
    return error


def show_path(path: Path | str | bytes | None) -> str:
    """Give a path as text that is safe to print: undecodable bytes and control signs are made visible."""
    if path is None:
        return ""
    text = path.decode("utf-8", "surrogateescape") if isinstance(path, bytes) else str(path)
    return "".join(_shown(sign) for sign in text)


_BIDI = {chr(code) for code in (0x200E, 0x200F, *range(0x202A, 0x202F), *range(0x2066, 0x206A))}


def _shown(sign: str) -> str:
    code = ord(sign)
    if 0xDC80 <= code <= 0xDCFF:  # a byte that is no UTF-8, as os.fsdecode keeps it
        return f"\\x{code - 0xDC00:02x}"
    if code < 0x20 or 0x7F <= code < 0xA0 or sign in _BIDI or code in (0x2028, 0x2029):
        return f"\\u{code:04x}"
    return sign


class UnsupportedFile(PhotoRollError):
    """A file of a kind that PhotoRoll does not read; it is listed, never skipped silently."""


class UnreadablePhoto(PhotoRollError):
    """A photo whose bytes could not be read; ``code`` is stable, for tables and tests.

    Codes: ``empty``, ``damaged``, ``too_large``, ``permission``, ``gone``, ``not_regular``, ``timeout``,
    ``crash``, ``memory``, ``refused``, ``io``.
    """

    def __init__(
        self, title: str, advice: str = "", *, path: Path | None = None, code: str = "damaged"
    ) -> None:
        super().__init__(title, advice, path=path)
        self.code = code


class LibraryError(PhotoRollError):
    """The library folder cannot be used as it is."""


class LibraryBusy(LibraryError):
    """Another PhotoRoll is writing to this library."""


class LibraryTooNew(LibraryError):
    """The library was made by a newer PhotoRoll."""


class LibraryDamaged(LibraryError):
    """The library's own file is damaged."""


class NotFound(PhotoRollError):
    """Nothing in the library answers to what was asked for."""


class CannotMake(PhotoRollError):
    """A collage or recap could not be made."""


class Cancelled(PhotoRollError):
    """The user asked to stop; what was done is kept."""

    def __init__(self, title: str = "Stopped", advice: str = "What was done so far is kept.") -> None:
        super().__init__(title, advice)
