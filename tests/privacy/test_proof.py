"""The proof refuses to be green for a wrong reason: it must be able to fail."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from photoroll.privacy.proof import Attempt, passed
from photoroll.privacy.ways.network import APP_WAYS, THREAD, WAYS

WORKERS = ("decoder", "maker", "compute")
ProveInAProgram = Callable[..., Any]


@pytest.fixture(scope="session")
def sealed(prove_in_a_program: ProveInAProgram) -> Any:
    """The whole proof in a sealed program."""
    return prove_in_a_program(roles=WORKERS)


def network_is_here(proof: Any) -> bool:
    """Whether this computer can deliver to itself at all (`unshare -n` cannot)."""
    return proof.of("witness")["control delivery"] == "received"


def test_nothing_gets_out_of_any_role(sealed: Any):
    assert sealed.passed, [a for a in sealed.attempts if a.outcome in ("got_through", "unclear")]
    assert {a.outcome for a in sealed.attempts} <= {"refused", "not_applicable", "received", "no_network"}


def test_every_way_is_tried_in_every_role(sealed: Any):
    assert set(sealed.of("app")) == {*WAYS, *APP_WAYS, THREAD}
    for role in WORKERS:
        assert set(WAYS) <= set(sealed.of(role))


@pytest.mark.parametrize("role", ["app", *WORKERS])
def test_the_system_refuses_native_code_and_every_family(sealed: Any, role: str):
    outcomes = sealed.of(role)
    ways = ["libc by ctypes", "raw system call", "io_uring", *(way for way in WAYS if way.startswith("AF_"))]
    assert {way: outcomes[way] for way in ways} == dict.fromkeys(ways, "refused")


@pytest.mark.parametrize("role", WORKERS)
def test_workers_can_change_nothing_on_disk(sealed: Any, role: str):
    outcomes = sealed.of(role)
    deeds = [way for way in outcomes if way not in WAYS]
    assert len(deeds) >= 20
    assert {outcomes[deed] for deed in deeds} == {"refused"}
    assert outcomes["anything changed on disk"] == "refused"


def test_the_control_is_delivered_or_there_is_no_network(sealed: Any):
    assert sealed.of("witness")["control delivery"] in ("received", "no_network")


def test_without_the_seal_the_same_ways_get_through(prove_in_a_program: ProveInAProgram):
    proof = prove_in_a_program(sealed=False)
    outcomes = proof.of("app")
    assert not proof.passed
    assert outcomes["AF_NETLINK"] == "got_through"
    if not network_is_here(proof):
        assert "refused" not in {
            outcomes[way] for way in ("socket.socket", "libc by ctypes", "another Python")
        }
        return
    always = (
        *("socket.create_connection", "socket.socket", "_socket.socket", "connect_ex", "UDP sendto"),
        *(
            "UDP sendmsg",
            "urllib",
            "http.client",
            "asyncio",
            "getaddrinfo",
            "os.posix_spawn",
            "another Python",
        ),
        *("fork", "libc by ctypes", "raw system call", "prctl to take the filter back", THREAD),
    )
    assert {way: outcomes[way] for way in always} == dict.fromkeys(always, "got_through")


def test_a_witness_that_came_too_late_proves_nothing(prove_in_a_program: ProveInAProgram):
    proof = prove_in_a_program(before="pass")
    assert proof.of("witness") == {"control delivery": "unclear"}
    assert not proof.passed
    assert proof.of("app")["libc by ctypes"] == "refused"


def test_on_a_computer_without_any_network_the_seal_is_still_told_from_no_seal(
    prove_in_a_program: ProveInAProgram,
):
    # A witness that receives nothing is what a network namespace with its loopback down gives.
    deaf = "witness.start_witness_before_sealing().control = 'no_network'"
    sealed = prove_in_a_program(before=deaf)
    assert sealed.of("witness") == {"control delivery": "no_network"}
    assert sealed.passed
    assert sealed.of("app")["libc by ctypes"] == "refused"
    assert sealed.of("app")["another Python"] == "not_applicable", "only a witness could tell why it ended"
    assert not prove_in_a_program(before=deaf, sealed=False).passed


def test_a_role_that_dies_is_unclear_and_not_green(tmp_path):
    from photoroll.privacy import witness
    from photoroll.privacy.proof import prove

    def dies(_function: object, _argument: object) -> object:
        raise RuntimeError("it is gone")

    witness.start_witness_before_sealing()
    attempts = prove({"decoder": dies}, folder=tmp_path)
    (decoder,) = [attempt for attempt in attempts if attempt.role == "decoder"]
    assert decoder.outcome == "unclear"
    assert not passed(attempts)


@pytest.mark.parametrize(
    ("outcomes", "green"),
    [
        (["received", "refused"], True),
        (["received", "refused", "not_applicable"], True),
        (["no_network", "refused"], True),
        (["received", "refused", "got_through"], False),
        (["unclear", "refused"], False),
        (["refused"], False),
        ([], False),
    ],
)
def test_what_counts_as_proved(outcomes: list[Any], green: bool):
    attempts = [Attempt(role="app", way="x", outcome=outcome, detail="") for outcome in outcomes]
    assert passed(attempts) is green
