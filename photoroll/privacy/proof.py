"""Tries every known way out, in every role, against a listener that can really receive."""

from __future__ import annotations

import json
import logging
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

from photoroll.privacy import witness
from photoroll.privacy.ways import files, network
from photoroll.privacy.ways.attempts import Tried

_log = logging.getLogger(__name__)
_APP_LIMIT_S = 30.0

Outcome = Literal["refused", "got_through", "not_applicable", "received", "no_network", "unclear"]
Run = Callable[[Callable[[Any], Any], Any], Any]
"""Runs a picklable function with one argument inside one role's process and gives its result."""

_WITHOUT_WITNESS = frozenset(name for name in network.WAYS if name == "io_uring" or name.startswith("AF_"))


@dataclass(frozen=True, slots=True, kw_only=True)
class Attempt:
    """One way that was tried in one role, and what came of it."""

    role: str
    """``witness`` (the control), ``app``, ``decoder``, ``maker`` or ``compute``."""
    way: str
    outcome: Outcome
    """``received`` is the control that arrived; ``no_network`` a computer without even a loopback, where the
    control cannot be made; ``unclear`` an attempt that told nothing, which proves nothing."""
    detail: str


def passed(attempts: list[Attempt]) -> bool:
    """Whether the attempts prove the seal: nothing got through, nothing is unclear, the control arrived.

    On a computer without any network there is no control; refused system calls still count.
    """
    outcomes = {attempt.outcome for attempt in attempts}
    return not outcomes & {"got_through", "unclear"} and bool(outcomes & {"received", "no_network"})


def prove(roles: Mapping[str, Run], *, folder: Path, sealed: bool = True) -> list[Attempt]:
    """Try every way out in the app and in ``roles``; never raises because a way was refused.

    Parameters
    ----------
    roles
        For ``decoder``, ``maker`` and ``compute``: how to run a function in such a process
        (:func:`photoroll.workers.roles.every_role`).
    folder
        An empty folder among the roots of these roles; a photo is put there that nobody may change.
    sealed
        ``False`` leaves the process that plays the app unsealed, to see the proof fail.

    The witness must have been started (:func:`~photoroll.privacy.witness.start_witness_before_sealing`)
    before this process sealed itself; else the proof says ``unclear``.
    """
    found = witness.current() or witness.start_witness_before_sealing()
    photo = folder / files.PHOTO
    photo.write_bytes(b"\xff\xd8 a photo that nobody may change \xff\xd9")
    try:
        attempts = [_control(found), *_app(found, sealed=sealed)]
        for role, run in roles.items():
            attempts += _worker(found, role, run, folder)
        return attempts
    finally:
        witness.forget()


def _control(found: witness.Witness) -> Attempt:
    outcome: Outcome = "unclear"
    if found.control == "received":
        outcome = "received"
    elif found.control == "no_network":
        outcome = "no_network"
    return Attempt(role="witness", way="control delivery", outcome=outcome, detail=found.why)


def _app(found: witness.Witness, *, sealed: bool) -> list[Attempt]:
    place = found.address
    order = {"sealed": sealed, "tcp": place.tcp, "udp": place.udp, "nonce": place.nonce}
    witness.tell(found.app, json.dumps(order))
    answer = witness.read_line(found.app, _APP_LIMIT_S)
    if answer is None:
        return [_unclear("app", "the process that plays the app did not answer")]
    tried = [tuple(map(str, one)) for one in answer["tried"]]
    return _judged(found, "app", [(one[0], one[1], one[2]) for one in tried])


def _worker(found: witness.Witness, role: str, run: Run, folder: Path) -> list[Attempt]:
    place = found.address
    before = _picture(folder)
    try:
        tried = run(network.try_all, (role, place.tcp, place.udp, place.nonce))
        deeds = run(files.try_all, (role, str(folder)))
    except Exception as exc:  # noqa: BLE001 - a role that dies of the attempts proves nothing, and is said so
        _log.warning("the proof could not be made in %s: %s", role, exc)
        return [_unclear(role, f"it did not live to tell: {exc}")]
    changed = _picture(folder) != before
    return [
        *_judged(found, role, tried),
        *(_deed(role, deed) for deed in deeds),
        Attempt(
            role=role,
            way="anything changed on disk",
            outcome="got_through" if changed else "refused",
            detail="the folder is not as it was" if changed else "the folder is as it was, to the nanosecond",
        ),
    ]


def _unclear(role: str, why: str) -> Attempt:
    return Attempt(role=role, way="all", outcome="unclear", detail=why)


def _picture(folder: Path) -> list[tuple[object, ...]]:
    seen: list[tuple[object, ...]] = []
    for path in sorted(folder.rglob("*")):
        stat = path.lstat()
        content = path.read_bytes() if path.is_file() else b""
        seen.append((path, stat.st_mode, stat.st_ino, stat.st_nlink, stat.st_uid, stat.st_mtime_ns, content))
    return seen


def _judged(found: witness.Witness, role: str, tried: list[Tried]) -> list[Attempt]:
    place = found.address
    each = network.aims(role, tcp=place.tcp, udp=place.udp, nonce=place.nonce)
    arrived = found.deliveries()
    return [_judge(found, role, one, arrived=each[one[0]].token in arrived) for one in tried]


def _judge(found: witness.Witness, role: str, tried: Tried, *, arrived: bool) -> Attempt:
    way, what, detail = tried
    outcome: Outcome = "refused"
    if arrived:
        outcome, detail = "got_through", "the witness received it"
    elif what == "returned":
        outcome = "got_through"
        detail = (
            "the system allowed it" if way in _WITHOUT_WITNESS else "it says it went out, though not here"
        )
    elif what == "not_here":
        outcome = "not_applicable"
    elif what == "nowhere":
        # The system let it try, and only found nobody: that is no refusal.
        outcome = "not_applicable" if found.control == "no_network" else "got_through"
    elif what == "ended" and found.control != "received":
        outcome, detail = "not_applicable", f"no witness here to tell by ({detail})"
    return Attempt(role=role, way=way, outcome=outcome, detail=detail)


def _deed(role: str, tried: Tried) -> Attempt:
    way, what, detail = tried
    outcome: Outcome = "refused"
    if what == "returned":
        outcome, detail = "got_through", "the system allowed it"
    elif what == "not_here":
        outcome = "not_applicable"
    elif "PermissionError" not in detail and "not allowed" not in detail:
        outcome = "unclear"
    return Attempt(role=role, way=way, outcome=outcome, detail=detail)
