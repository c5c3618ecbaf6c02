"""``photoroll privacy``: what is allowed, and the proof that nothing gets out."""

from __future__ import annotations

import dataclasses
import tempfile
from pathlib import Path

import click

from photoroll.cli.common import Session, session_options
from photoroll.cli.main import DONE, FAILED
from photoroll.cli.output import emit, say, table
from photoroll.privacy import proof
from photoroll.privacy.status import status
from photoroll.workers.roles import every_role

_WORDS = {
    "refused": "refused",
    "got_through": "GOT THROUGH",
    "not_applicable": "not on this computer",
    "received": "received, as it should",
    "no_network": "this computer has no network at all",
    "unclear": "UNCLEAR",
}


@click.group(name="privacy")
def privacy_command() -> None:
    """What PhotoRoll may do, and the proof that nothing leaves this computer."""


@privacy_command.command(name="status")
@session_options
def status_command(session: Session) -> int:
    """Say how PhotoRoll is sealed, and which online steps are on."""
    found = status()
    if session.json:
        emit(dataclasses.asdict(found) | {"summary": found.summary})
        return DONE
    say(found.summary)
    for purpose in found.purposes:
        say(f"{purpose.name}: {'on' if purpose.allowed else 'off'} (would send {purpose.sends})")
    if not found.courier_built:
        say("This PhotoRoll has no part that could send anything: these steps cannot be turned on.")
    return DONE


@privacy_command.command(name="prove")
@session_options
def prove_command(session: Session) -> int:
    """Try every known way out, in every process, against a listener on this computer."""
    with tempfile.TemporaryDirectory(prefix="photoroll-proof-") as name:
        folder = Path(name).resolve()
        with every_role(roots=[folder], modules=("photoroll.privacy.ways",)) as roles:
            attempts = proof.prove(roles, folder=folder)
    good = proof.passed(attempts)
    if session.json:
        for attempt in attempts:
            emit(dataclasses.asdict(attempt))
    else:
        table((one.role, one.way, _WORDS[one.outcome], one.detail) for one in attempts)
        through = sum(one.outcome == "got_through" for one in attempts)
        refused = sum(one.outcome == "refused" for one in attempts)
        say(
            f"{refused} ways refused, {through} got through. "
            + ("Every known way out is shut." if good else "NOT PROVEN.")
        )
    return DONE if good else FAILED
