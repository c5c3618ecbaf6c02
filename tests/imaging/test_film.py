"""Films: what is in the file, what is seen when, and the same bytes each time."""

from __future__ import annotations

import io
from collections.abc import Callable
from pathlib import Path

import av
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image, ImageStat

from photoroll.core.documents import (
    Motion,
    Pace,
    PhotoRef,
    RecapDocument,
    Segment,
    SegmentKind,
    Stop,
    Window,
    recap_to_json,
)
from photoroll.errors import CannotMake, UnreadablePhoto
from photoroll.imaging import canvas
from photoroll.imaging.cards import card_of
from photoroll.imaging.film import frame_count, make_film, picture_at
from photoroll.imaging.map_outline import LAND, SEA, draw_route, draw_steps
from photoroll.imaging.planes import Frame, planes_of

SIZE = (320, 180)
RED, GREEN, BLUE = (200, 40, 40), (40, 160, 60), (40, 60, 200)
FULL = Motion(start=Window(0, 0, 1, 1), end=Window(0.03, 0.03, 0.97, 0.97))


@pytest.fixture
def a_photo(tmp_path: Path) -> Callable[..., PhotoRef]:
    def build(name: str, colour: tuple[int, int, int], size: tuple[int, int] = (640, 360)) -> PhotoRef:
        path = tmp_path / f"{name}.png"
        Image.new("RGB", size, colour).save(path)
        return PhotoRef.at(path)

    return build


def a_segment(kind: SegmentKind, at_ms: int, photo: PhotoRef | None = None, **more) -> Segment:
    usual = {"for_ms": 1400, "fade_ms": 400, "aspect": 16 / 9, "motion": FULL if photo else None}
    return Segment(kind=kind, at_ms=at_ms, photo=photo, **usual | more)


def a_film(*parts: Segment, size: tuple[int, int] = SIZE) -> RecapDocument:
    return RecapDocument(
        kind="trip", title="Porto", width=size[0], height=size[1], fps=30, pace=Pace.STEADY, segments=parts
    )


@pytest.fixture
def three(a_photo) -> RecapDocument:
    """Red from 0 to 1.4 s, green from 1.0 to 2.4 s, blue from 2.0 to 3.4 s."""
    return a_film(
        a_segment(SegmentKind.TITLE, 0, a_photo("red", RED)),
        a_segment(SegmentKind.PHOTO, 1000, a_photo("green", GREEN)),
        a_segment(SegmentKind.PHOTO, 2000, a_photo("blue", BLUE)),
    )


def made(document: RecapDocument) -> bytes:
    out = io.BytesIO()
    make_film(recap_to_json(document), out, lambda share: None)
    return out.getvalue()


def decoded(data: bytes) -> list[np.ndarray]:
    with av.open(io.BytesIO(data)) as container:
        return [frame.to_ndarray(format="rgb24") for frame in container.decode(video=0)]


def mean(frame: np.ndarray) -> np.ndarray:
    return frame.reshape(-1, 3).mean(axis=0)


def test_the_file_is_an_h264_film_of_the_right_length(three):
    with av.open(io.BytesIO(made(three))) as container:
        stream = container.streams.video[0]
        assert len(container.streams) == 1
        assert stream.codec_context.name == "h264"
        assert stream.codec_context.pix_fmt == "yuv420p"
        assert (stream.width, stream.height, stream.average_rate) == (*SIZE, 30)
        assert float(stream.duration * stream.time_base) == pytest.approx(3.4, abs=0.04)
        assert stream.codec_context.colorspace == 1, "BT.709"
        assert stream.codec_context.color_range == 1, "video range"
        assert container.metadata.get("title") == "Porto"
        assert "creation_time" not in container.metadata


def test_the_index_lies_before_the_pictures(three):
    data = made(three)
    assert 0 < data.index(b"moov") < data.index(b"mdat")


def test_frames_show_each_photo_and_a_true_dissolve_between(three):
    frames = decoded(made(three))
    assert len(frames) == frame_count(three) == 102
    for at_s, colour in ((0.8, RED), (1.7, GREEN)):
        assert mean(frames[int(at_s * 30)]) == pytest.approx(colour, abs=6)
    halfway = mean(frames[36])  # 1.2 s: the middle of the first dissolve
    assert halfway == pytest.approx((np.array(RED) + np.array(GREEN)) / 2, abs=12)
    assert mean(frames[0]).max() < 40, "fades in from black"
    assert mean(frames[-1]).max() < 40, "fades out to black"


def test_the_same_document_gives_the_same_bytes(three):
    assert made(three) == made(three)


def test_an_output_that_cannot_seek_gets_the_same_film(three):
    class Pipe(io.RawIOBase):
        def __init__(self) -> None:
            self.parts: list[bytes] = []

        def writable(self) -> bool:
            return True

        def seekable(self) -> bool:
            return False

        def write(self, data) -> int:
            self.parts.append(bytes(data))
            return len(self.parts[-1])

    pipe = Pipe()
    make_film(recap_to_json(three), pipe, lambda share: None)
    assert b"".join(pipe.parts) == made(three)


def test_progress_grows_to_one_and_the_result_tells_what_was_made(three):
    shares: list[float] = []
    result = make_film(recap_to_json(three), io.BytesIO(), shares.append)
    assert shares == sorted(shares)
    assert shares[-1] == 1.0
    assert result["duration_s"] == pytest.approx(3.4)
    assert (result["frames"], result["photos"], result["fps"]) == (102, 3, 30)


def rgb(frame: Frame) -> np.ndarray:
    return av.VideoFrame.from_ndarray(frame.buffer, format="nv12").to_ndarray(
        format="rgb24", src_colorspace="ITU709", dst_colorspace="ITU709"
    )


def test_a_tall_photo_stands_whole_on_its_own_blurred_cover(a_photo):
    tall = a_photo("tall", RED, (300, 400))
    motion = Motion(start=Window(-0.685, 0, 1.685, 1), end=Window(-0.685, 0, 1.685, 1))
    part = a_segment(SegmentKind.PHOTO, 0, tall, aspect=0.75, motion=motion, fade_ms=0)
    picture = rgb(picture_at(a_film(part), 0.5))
    centre, side = picture[90, 160], picture[90, 8]
    assert centre == pytest.approx(RED, abs=8)
    assert 0.2 * centre[0] < side[0] < 0.6 * centre[0], "darkened, neither black nor as bright"
    assert picture[4, 160] == pytest.approx(RED, abs=8), "reaches the frame's upper edge"


def test_moves_are_smooth_to_fractions_of_a_pixel(a_photo, tmp_path):
    """The edge between two halves wanders evenly: no step back, none larger than a third of a pixel."""
    pixels = np.zeros((720, 1280, 3), np.uint8)
    pixels[:, 900:] = 255
    path = tmp_path / "edge.png"
    Image.fromarray(pixels).save(path)
    part = a_segment(SegmentKind.PHOTO, 0, PhotoRef.at(path), for_ms=3000, fade_ms=0)
    document = a_film(part)
    edges = []
    for number in range(30, 61):
        luma = picture_at(document, number / 30).luma[90].astype(float)
        edges.append(float(((235 - luma) / (235 - 16)).sum()))
    steps = np.diff(edges)
    assert (steps > 0).all() or (steps < 0).all()
    assert np.abs(steps).max() < 0.34
    assert np.abs(np.diff(steps)).max() < 0.06


@pytest.mark.parametrize("kind", [SegmentKind.TITLE, SegmentKind.CHAPTER, SegmentKind.END])
def test_words_can_be_read_on_a_white_photo(a_photo, kind):
    part = a_segment(
        kind,
        0,
        a_photo("white", (255, 255, 255)),
        fade_ms=0,
        for_ms=3000,
        heading="Porto",
        kicker="3 May",
        caption="9 photos",
    )
    picture = rgb(picture_at(a_film(part, size=(640, 360)), 1.5)).astype(float)
    card = np.asarray(card_of(part, (640, 360)))
    words = (card[..., :3].min(axis=2) > 240) & (card[..., 3] > 220)
    assert words.sum() > 100
    rows = np.flatnonzero(words.any(axis=1))
    block = np.zeros_like(words)
    columns = np.flatnonzero(words.any(axis=0))
    block[rows[0] : rows[-1] + 1, columns[0] : columns[-1] + 1] = True
    ground = block & (card[..., :3].max(axis=2) < 12)
    light, dark = luminance(picture[words]).mean(), luminance(picture[ground]).max()
    assert (light + 0.05) / (dark + 0.05) >= 4.5


def luminance(values: np.ndarray) -> np.ndarray:
    """WCAG 2 relative luminance of (n, 3) sRGB values."""
    share = values / 255
    linear = np.where(share <= 0.03928, share / 12.92, ((share + 0.055) / 1.055) ** 2.4)
    return linear @ np.array([0.2126, 0.7152, 0.0722])


def test_words_appear_gently_and_long_ones_fit(a_photo):
    long = "A very long heading that would never fit on one line of this film whatever its size " * 2
    part = a_segment(
        SegmentKind.CHAPTER, 0, a_photo("dark", (10, 10, 10)), fade_ms=0, for_ms=3000, heading=long
    )
    document = a_film(part)
    brightness = [int(picture_at(document, at).luma.max()) for at in (0.0, 0.6, 1.5)]
    assert brightness[0] < brightness[1] < brightness[2]
    card = card_of(part, SIZE)
    words = np.asarray(card)[..., :3].max(axis=2) > 100
    columns = np.flatnonzero(words.any(axis=0))
    assert columns[0] > 8
    assert columns[-1] < SIZE[0] - 8


def test_the_map_shows_land_sea_and_one_stop_after_the_other():
    stops = [
        Stop(lat=41.15, lon=-8.61, name="Porto", chapter=1),
        Stop(lat=40.21, lon=-8.43, name="Coimbra"),
        Stop(lat=38.72, lon=-9.14, name="Lisbon", chapter=2),
    ]
    steps = draw_steps(stops, (640, 360))
    assert len(steps) == 4
    blue = [
        int((np.asarray(step)[..., 2].astype(int) - np.asarray(step)[..., 0] > 100).sum()) for step in steps
    ]
    assert blue[0] == 0
    assert blue == sorted(blue)
    assert blue[3] > blue[1] > 100
    colours = {colour: count for count, colour in steps[0].getcolors(maxcolors=1 << 20)}
    assert colours[SEA] > 10_000, "the Atlantic"
    assert colours[LAND] > 10_000, "Portugal and Spain"


@pytest.mark.parametrize(
    "places",
    [
        [(-17.8, 177.4), (-13.8, -171.8)],  # Fiji and Samoa, across the 180th meridian
        [(40.7, -74.0), (35.7, 139.7)],
        [(69.6, 18.9), (78.2, 15.6)],
        [(48.85, 2.35), (48.85, 2.35)],
        [(-64.8, -64.0), (-90.0, 0.0)],
    ],
)
def test_maps_of_all_parts_of_the_world_hold_their_stops(places):
    stops = [Stop(lat=lat, lon=lon, name="Here", chapter=n) for n, (lat, lon) in enumerate(places, 1)]
    picture = np.asarray(draw_route(stops, (480, 270))).astype(int)
    marks = picture[..., 2] - picture[..., 0] > 100
    rows, columns = np.flatnonzero(marks.any(axis=1)), np.flatnonzero(marks.any(axis=0))
    assert rows[0] > 5
    assert rows[-1] < 264
    assert columns[0] > 5
    assert columns[-1] < 474


def test_colours_survive_the_planes():
    for colour in (RED, GREEN, BLUE, (255, 255, 255), (0, 0, 0), (128, 128, 128)):
        frame = Frame(16, 16)
        frame.luma[:], frame.chroma[:] = planes_of(Image.new("RGB", (16, 16), colour))
        assert rgb(frame)[8, 8] == pytest.approx(colour, abs=3)


def test_a_damaged_photo_and_a_wrong_document_are_said(three, tmp_path):
    Path(three.segments[1].photo.text).write_bytes(b"\xff\xd8\xff nothing")
    with pytest.raises(UnreadablePhoto) as caught:
        made(three)
    assert caught.value.path.name == "green.png"
    with pytest.raises(CannotMake):
        make_film("{}", io.BytesIO(), lambda share: None)


def test_a_report_that_raises_stops_the_film(three):
    def stop(share: float) -> None:
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        make_film(recap_to_json(three), io.BytesIO(), stop)


def test_the_end_shows_its_photo_out_of_focus(tmp_path):
    pixels = np.indices((360, 640)).sum(axis=0) // 12 % 2 * 255
    path = tmp_path / "checks.png"
    Image.fromarray(pixels.astype(np.uint8)).save(path)
    part = a_segment(SegmentKind.END, 0, PhotoRef.at(path), fade_ms=0, for_ms=3000)
    luma = picture_at(a_film(part), 1.0).luma
    assert ImageStat.Stat(Image.fromarray(luma)).stddev[0] < 12


@given(
    st.integers(1, 6000),
    st.integers(1, 6000),
    st.sampled_from([(1920, 1080), (1280, 720), (1080, 1080), (1080, 1920)]),
)
def test_the_cover_behind_a_photo_never_reaches_beyond_it(
    width: int, height: int, frame: tuple[int, int]
) -> None:
    left, top, right, bottom = canvas._filling((width, height), frame)
    assert 0 <= left < right <= width
    assert 0 <= top < bottom <= height
