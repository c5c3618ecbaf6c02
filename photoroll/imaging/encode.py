"""Writes frames as an H.264 MP4 that plays everywhere and begins at once: the same frames, the same bytes."""

from __future__ import annotations

import io
from types import TracebackType
from typing import Any, BinaryIO

from photoroll.errors import CannotMake
from photoroll.imaging.planes import Frame

THREADS = 2
"""Fixed: x264's result depends on the number of threads."""
CRF = 20
_BT709 = 1
_VIDEO_RANGE = 1
_INDEX_FIXED, _INDEX_PER_FRAME = 16_384, 32
"""Bytes kept free at the start for the index of an MP4 file; what is not needed becomes a free atom."""


class FilmWriter:
    """Encodes NV12 frames (BT.709, video range) one after the other; use it in a ``with`` block."""

    def __init__(
        self, out: BinaryIO, *, width: int, height: int, fps: int, frames: int, title: str = ""
    ) -> None:
        import av

        self._out = out
        self._buffer = io.BytesIO() if not out.seekable() else None
        self._written = 0
        room = _INDEX_FIXED + _INDEX_PER_FRAME * frames
        options = {"moov_size": str(room), "fflags": "+bitexact"}
        container: Any = av.open(
            self._buffer if self._buffer is not None else out, "w", format="mp4", options=options
        )
        self._container = container
        if title:
            container.metadata["title"] = title
        stream: Any = container.add_stream("libx264", rate=fps, options=_x264(fps))
        stream.width, stream.height, stream.pix_fmt = width, height, "nv12"
        context = stream.codec_context
        context.thread_count = THREADS
        context.color_range = _VIDEO_RANGE
        context.colorspace = context.color_primaries = context.color_trc = _BT709
        self._stream = stream

    def __enter__(self) -> FilmWriter:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        problem: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        import av

        try:
            if kind is None:
                self._mux(None)
        except av.FFmpegError as error:
            raise _cannot(error) from error
        finally:
            self._container.close()
        if kind is None and self._buffer is not None:
            self._out.write(self._buffer.getbuffer())

    def add(self, frame: Frame) -> None:
        """Encode the next frame; the encoder keeps a copy.

        :raises CannotMake: the disk is full, or the encoder failed.
        """
        import av

        picture = av.VideoFrame.from_ndarray(frame.buffer, format="nv12")
        picture.pts = self._written
        picture.color_range = _VIDEO_RANGE
        picture.colorspace = _BT709
        self._written += 1
        try:
            self._mux(picture)
        except av.FFmpegError as error:
            raise _cannot(error) from error

    def _mux(self, picture: Any) -> None:
        for packet in self._stream.encode(picture):
            self._container.mux(packet)


def _x264(fps: int) -> dict[str, str]:
    return {
        "preset": "veryfast",
        "crf": str(CRF),
        "profile": "high",
        "g": str(fps * 3),
        "flags": "+bitexact",
        # Slow moves need no far search; 3 spends the bits saved on dark, even parts, which band first.
        "x264-params": f"threads={THREADS}:lookahead-threads=1:sliced-threads=0"
        ":subme=1:ref=1:me=dia:aq-mode=3",
    }


def _cannot(error: Exception) -> CannotMake:
    return CannotMake(f"The film could not be written ({error})", "Is there enough space on the disk?")
