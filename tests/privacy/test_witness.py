"""The witness receives what an unsealed process sends, and tells attempts apart."""

from __future__ import annotations

import socket

import pytest

from photoroll.privacy import witness
from photoroll.privacy.ways.attempts import Aim, Ended, NotHere, attempt
from photoroll.privacy.ways.network import WAYS, aims
from photoroll.privacy.witness import Witness


def test_it_tells_deliveries_apart():
    with Witness() as found:
        place = found.address
        if found.control == "no_network":  # nothing can be delivered, and it says so
            assert found.deliveries() == set()
            return
        token = f"{place.nonce}.app.7"
        with socket.create_connection(("127.0.0.1", place.tcp)) as out:
            out.sendall(b"noise " + token.encode() + b" noise")
        seen = found.deliveries()
    assert token in seen
    assert f"{place.nonce}.app.8" not in seen
    assert f"{place.nonce}.control.0" in seen


def test_it_hears_every_way_that_sends(subtests: pytest.Subtests):
    with Witness() as found:
        place = found.address
        if found.control == "no_network":
            return
        each = aims("app", tcp=place.tcp, udp=place.udp, nonce=place.nonce)
        for way in ("socket.create_connection", "UDP sendmsg", "http.client", "asyncio", "another Python"):
            with subtests.test(way):
                assert attempt(way, WAYS[way], each[way]) == (way, "returned", "")
                assert each[way].token in found.deliveries()


def test_only_one_witness_is_started():
    try:
        first = witness.start_witness_before_sealing()
        assert witness.start_witness_before_sealing() is first
        assert witness.current() is first
    finally:
        witness.forget()
    assert witness.current() is None


def test_every_attempt_sends_its_own_token():
    roles = [aims(role, tcp=1, udp=2, nonce="0" * 16) for role in ("app", "decoder", "maker", "compute")]
    tokens = [aim.token for each in roles for aim in each.values()]
    assert len(tokens) == len(set(tokens))
    assert all(witness.TOKEN.fullmatch(token.encode()) for token in tokens)


def unreachable(_: Aim) -> None:
    raise ConnectionRefusedError(111, "Connection refused")


def ended(_: Aim) -> None:
    raise Ended("curl ended with code 7")


def absent(_: Aim) -> None:
    raise NotHere("curl is not installed")


def refused(_: Aim) -> None:
    raise PermissionError(13, "Permission denied")


@pytest.mark.parametrize(
    ("way", "what"), [(unreachable, "nowhere"), (ended, "ended"), (absent, "not_here"), (refused, "stopped")]
)
def test_an_attempt_never_raises_and_says_what_happened(way: object, what: str):
    aim = Aim(tcp=1, udp=1, token="x")
    assert attempt("a way", way, aim)[1] == what
