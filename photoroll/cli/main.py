"""The command line as a whole: which commands there are, and how errors become sentences and exit codes."""

from __future__ import annotations

import errno
import importlib
import os
import sys
from collections.abc import Sequence

import click

from photoroll import __version__
from photoroll.cli.output import complain
from photoroll.errors import Cancelled, PhotoRollError

DONE, FAILED, WRONG_USAGE, SOME_UNREADABLE, INTERRUPTED = 0, 1, 2, 3, 130

# A command's module is imported when it is called: `photoroll --help` stays quick.
COMMANDS = {
    "open": "photoroll.cli.organize",
    "organize": "photoroll.cli.organize",
    "index": "photoroll.cli.index",
    "photos": "photoroll.cli.photos",
    "groups": "photoroll.cli.groups",
    "group": "photoroll.cli.groups",
    "collage": "photoroll.cli.collage",
    "recap": "photoroll.cli.recap",
    "privacy": "photoroll.cli.privacy",
    "library": "photoroll.cli.library",
    "demo": "photoroll.cli.demo",
}


class Commands(click.Group):
    """The commands, loaded when called; anything else that stands first is a folder to open."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        """Name the commands in the order of use."""
        return [name for name in COMMANDS if name != "open"]

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """Load one command."""
        if cmd_name not in COMMANDS:
            return None
        module = importlib.import_module(COMMANDS[cmd_name])
        command: click.Command = getattr(module, f"{cmd_name}_command")
        return command

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        """Send ``photoroll FOLDER…`` and a bare ``photoroll`` to the hidden command ``open``."""
        if not args or not (args[0] in COMMANDS or args[0] in ("--help", "-h", "--version")):
            args = ["open", *args]
        return super().parse_args(ctx, args)


_HELP = """PhotoRoll sorts your photos by date, place and theme, and makes collages and recaps of them.

All of it happens on this computer: nothing is uploaded.

\b
photoroll FOLDER…      open these folders
photoroll ./index      a folder named like a command needs the ./
"""
_SETTINGS = {"help_option_names": ["-h", "--help"], "max_content_width": 100}


@click.command(cls=Commands, context_settings=_SETTINGS, help=_HELP)
@click.version_option(__version__, prog_name="PhotoRoll")
def commands() -> None:
    """Hold the commands."""


def run(arguments: Sequence[str]) -> int:
    """Run one command line and give its exit code."""
    if sys.stdout is None:  # closed by who called us: there is nobody to print for
        sys.stdout = open(os.devnull, "w", encoding="utf-8")  # noqa: PTH123, SIM115 - for the whole run
    try:
        code = _run(arguments)
        sys.stdout.flush()
    except BrokenPipeError:  # the reader of our output went away, as `| head` does
        _drop_output()
        return DONE
    except OSError as exc:  # all others are explained where they arise
        _drop_output()
        complain(f"The output could not be written: {exc.strerror or exc}.")
        return FAILED
    return code


def _run(arguments: Sequence[str]) -> int:
    try:
        code = commands.main(list(arguments), prog_name="photoroll", standalone_mode=False)
        return code if isinstance(code, int) else DONE
    except click.exceptions.Exit as exc:
        return exc.exit_code
    except click.ClickException as exc:
        exc.show(sys.stderr)
        return WRONG_USAGE
    except (click.Abort, KeyboardInterrupt, Cancelled):
        complain("Stopped. What was done so far is kept.")
        return INTERRUPTED
    except PhotoRollError as exc:
        complain(str(exc))
        return FAILED
    except OSError as exc:
        if exc.errno in (errno.EPIPE, errno.ENOSPC, errno.EIO, errno.EBADF) and exc.filename is None:
            raise
        return _ours(exc)
    except Exception as exc:  # noqa: BLE001 - the top-level hook
        return _ours(exc)


def _ours(exc: Exception) -> int:
    """Say that PhotoRoll made a mistake: a person gets a sentence, not a traceback."""
    if os.environ.get("PHOTOROLL_DEBUG"):
        raise exc
    complain(
        f"PhotoRoll made a mistake of its own ({type(exc).__name__}). Your photos are untouched. "
        "Run the same command with PHOTOROLL_DEBUG=1 to see where, and please report it."
    )
    return FAILED


def _drop_output() -> None:
    """Keep Python from trying once more, at its end, to write what could not be written."""
    os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
