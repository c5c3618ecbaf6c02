"""Makes text from files safe to keep and show."""

from __future__ import annotations

from photoroll.errors import show_path

MAX_TEXT = 500


def clean(text: object, *, limit: int = MAX_TEXT) -> str:
    """Give text of at most ``limit`` signs: NUL gone, control and direction signs visible, UTF-8 restored.

    Line ends and tabs become spaces: captions are shown on one line or wrapped by the window.
    """
    if isinstance(text, bytes):
        text = decoded(text)
    if not isinstance(text, str):
        text = "" if text is None else str(text)
    text = text[: 4 * limit].replace("\0", "")
    shown = show_path(" ".join(text.split()))
    shown = shown.encode("utf-8", "replace").decode("utf-8")  # lone surrogates cannot be stored
    return shown if len(shown) <= limit else shown[: limit - 1] + "…"


def decoded(raw: bytes) -> str:
    """Decode bytes as UTF-8, else UTF-16 with a mark, else Latin-1."""
    if raw.startswith((b"\xff\xfe", b"\xfe\xff")):
        return raw.decode("utf-16", "replace")
    try:
        return raw.decode("utf-8")
    except UnicodeDecodeError:
        return raw.decode("latin-1")
