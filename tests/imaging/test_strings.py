"""Text from files is safe to keep and to show."""

from hypothesis import given
from hypothesis import strategies as st

from photoroll.imaging.strings import MAX_TEXT, clean


def test_text_keeps_what_people_write():
    assert clean("  Café\u00a0🏖 \u4e2d\u6587 ") == "Café 🏖 \u4e2d\u6587"
    assert (
        clean("Zürich".encode())
        == clean("Zürich".encode("latin-1"))
        == clean("Zürich".encode("utf-16"))
        == "Zürich"
    )
    assert clean("two\r\nlines\tand a tab") == "two lines and a tab"


def test_control_signs_are_visible_and_nul_is_gone():
    assert clean("a\0b") == "ab"
    assert clean("\x1b[31mred\x7f") == "\\u001b[31mred\\u007f"
    assert clean("x\u202eexe.jpg") == "x\\u202eexe.jpg"


@given(st.one_of(st.text(max_size=900), st.binary(max_size=900), st.none(), st.integers()))
def test_any_text_can_be_stored(text):
    found = clean(text)
    assert len(found) <= MAX_TEXT
    assert found.encode("utf-8").decode("utf-8") == found
    assert all(ord(sign) >= 32 for sign in found)
