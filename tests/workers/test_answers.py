"""What sealed workers answer can be plain data and nothing else."""

from __future__ import annotations

import os
import pickle
from datetime import date, datetime, timedelta, timezone
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from photoroll.errors import NotFound, UnreadablePhoto
from photoroll.seal import SealState
from photoroll.workers.answers import BadAnswer, pack, unpack

plain = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text() | st.binary()
    | st.datetimes() | st.dates() | st.timedeltas() | st.fractions() | st.uuids(),
    lambda inner: st.lists(inner) | st.tuples(inner, inner) | st.dictionaries(st.text(), inner)
    | st.frozensets(st.integers()),
    max_leaves=20,
)  # fmt: skip


@given(plain)
def test_plain_data_comes_back_equal(value: object):
    assert unpack(pack(value)) == value


def test_paths_times_states_and_errors_come_back():
    moment = datetime(2024, 6, 14, 21, 3, tzinfo=timezone(timedelta(hours=2)))
    state = SealState(role="decoder", level="sealed", seccomp=True)
    value = (Path("/a/b.jpg"), moment, date(2024, 6, 14), state)
    assert unpack(pack(value)) == value
    error = unpack(pack(UnreadablePhoto("Damaged", path=Path("/a.jpg"), code="empty")))
    assert (type(error), error.code, error.path) == (UnreadablePhoto, "empty", Path("/a.jpg"))
    assert isinstance(unpack(pack(NotFound("Nothing"))), NotFound)


def test_arrays_come_back():
    import numpy as np

    for array in (np.arange(12.0).reshape(3, 4), np.array(["a", "bb"]), np.zeros(0, np.uint8)):
        back = unpack(pack({"array": array}))["array"]
        np.testing.assert_array_equal(back, array)
        assert back.dtype == array.dtype
    assert unpack(pack(np.float32(1.5))) == np.float32(1.5)


class Calls:
    """Pickles as a call of a function with an argument."""

    def __init__(self, function: object, *arguments: object) -> None:
        self.call = (function, arguments)

    def __reduce__(self) -> tuple[object, ...]:
        return self.call


@pytest.mark.parametrize(
    "value",
    [
        Calls(os.system, "true"),
        Calls(eval, "1"),
        Calls(getattr, "", "upper"),
        Calls(open, "/etc/hostname"),
        Calls(__import__, "os"),
        os.system,
        pickle.loads,
        Path.unlink,
        SealState.describe,
    ],
    ids=["system", "eval", "getattr", "open", "import", "a function", "loads", "a method", "describe"],
)
def test_nothing_that_could_act_comes_back(value: object):
    with pytest.raises(BadAnswer):
        unpack(pickle.dumps(value))


@pytest.mark.parametrize(
    "name",
    [
        "photoroll.workers.pool\nDecoderPool",
        "photoroll.errors\nshow_path",
        "photoroll.core.progress\nCancelToken",
    ],
)
def test_of_our_own_only_values_come_back(name: str):
    with pytest.raises(BadAnswer, match="may not contain"):
        unpack(f"c{name}\n.".encode())


@given(st.binary(max_size=200))
def test_bytes_of_any_kind_are_an_answer_or_a_bad_one(data: bytes):
    try:
        value = unpack(data)
    except BadAnswer:
        value = None
    assert not callable(value)
