"""``photoroll library``: what the library holds, and whether it is sound."""

from __future__ import annotations

import dataclasses

import click

from photoroll.cli.common import Session, session_options, stopping_gently
from photoroll.cli.main import DONE, FAILED
from photoroll.cli.output import emit, say, table


@click.group(name="library")
def library_command() -> None:
    """What the library holds, and whether it is sound."""


@library_command.command(name="info")
@session_options
def info_command(session: Session) -> int:
    """Count what the library holds."""
    with session.open() as library:
        info = library.info().as_json()
    if session.json:
        emit(info)
    else:
        table((name.replace("_", " "), _shown(value)) for name, value in info.items())
    return DONE


@library_command.command(name="check")
@session_options
def check_command(session: Session) -> int:
    """Check every table against the others; nothing is changed."""
    with session.open() as library, stopping_gently() as token:
        report = library.check(token=token)
    if session.json:
        emit(dataclasses.asdict(report) | {"clean": report.clean})
    elif report.clean:
        say("The library is sound.")
    else:
        for problem in report.problems:
            say(problem)
    return DONE if report.clean else FAILED


def _shown(value: object) -> str:
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, int):
        return f"{value:,}"
    if isinstance(value, dict):
        return ", ".join(f"{name} {_shown(part)}" for name, part in value.items()) or "none"
    if isinstance(value, list):
        return ", ".join(str(part) for part in value) or "none"
    return str(value)
