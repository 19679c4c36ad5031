"""The command group: each sub-command is imported only when it is called."""

from __future__ import annotations

import difflib
import os
from importlib import import_module
from typing import Any

import click

from registry.cli.console import Failure, colored
from registry.collector import collect_seldom

__all__ = ["COMMANDS", "main"]

COMMANDS = {
    "check": "Check that schemas stay compatible with what came before.",
    "lint": "Advise on schemas: valid, and in good style.",
    "diff": "Show what was added, removed and changed, by path.",
    "rules": "List every rule.",
    "explain": "Explain a rule: what, why, and how to fix.",
    "config": "Show the project file in force, or a registry's config.",
    "register": "Register a schema under a subject.",
    "get": "Print a schema of the registry.",
    "subjects": "List the subjects.",
    "versions": "List the versions of a subject.",
    "lookup": "Find the version that holds a schema.",
    "delete": "Delete a version or a subject.",
    "undelete": "Bring back soft-deleted versions.",
    "mode": "Show or set a mode.",
    "export": "Copy the whole registry to a folder, or into another registry.",
    "import": "Copy an export, or another registry, into an empty registry.",
    "serve": "Run the registry.",
    "db": "Prepare and upgrade the registry's database.",
}
"""Every command and its one line; a test holds each to the command's own."""

_MODULES = {"import": "import_"}
_EXTRAS = {"psycopg": "postgres"}


class _Commands(click.Group):
    """Sub-commands by name of their module."""

    def list_commands(self, ctx: click.Context) -> list[str]:  # noqa: ARG002
        """Return the names in the order of `COMMANDS`."""
        return list(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """Import the module of ``cmd_name`` and return its command."""
        if cmd_name not in COMMANDS:
            near = difflib.get_close_matches(cmd_name, COMMANDS, n=1)
            if near and not ctx.resilient_parsing:
                ctx.fail(f"No such command {cmd_name!r}. Did you mean {near[0]!r}?")
            return None
        name = _MODULES.get(cmd_name, cmd_name)
        command = getattr(import_module(f"registry.cli.{name}"), name)
        assert isinstance(command, click.Command)  # noqa: S101
        return command

    def format_commands(
        self,
        ctx: click.Context,  # noqa: ARG002
        formatter: click.HelpFormatter,
    ) -> None:
        """List the commands without importing them."""
        with formatter.section("Commands"):
            formatter.write_dl(list(COMMANDS.items()))

    def invoke(self, ctx: click.Context) -> Any:
        """Run the command; an error that nobody foresaw is told, not dumped."""
        collect_seldom()
        ctx.color = colored(ctx.params["color"])
        try:
            return super().invoke(ctx)
        except (click.ClickException, click.exceptions.Exit, click.Abort):
            raise
        except BrokenPipeError:
            raise
        except ModuleNotFoundError as error:
            extra = _EXTRAS.get(error.name or "", "server")
            raise Failure(
                f"this needs {error.name}, which is not installed",
                advice=f"pip install 'dovetail-registry[{extra}]' brings it.",
            ) from None
        except OSError as error:
            # A disk that is full, a file that may not be read: not ours to mend.
            where = f"{error.filename}: " if error.filename else ""
            raise Failure(f"{where}{error.strerror or error}") from error
        except Exception as error:
            if os.environ.get("DOVETAIL_CLI_DEBUG"):
                raise
            raise Failure(
                f"{type(error).__name__}: {error}",
                advice="This is a fault of dovetail's own. Set DOVETAIL_CLI_DEBUG=1 to "
                "see where, and report it.",
            ) from error


@click.command(
    cls=_Commands,
    context_settings={"help_option_names": ["-h", "--help"]},
)
@click.option(
    "--color",
    type=click.Choice(("auto", "always", "never")),
    default="auto",
    show_default=True,
    help="Colour on a terminal; NO_COLOR and FORCE_COLOR are honoured.",
)
@click.option("-q", "--quiet", is_flag=True, help="Print results only, no notes.")
@click.version_option(package_name="dovetail-registry", prog_name="dovetail")
def main(color: str, quiet: bool) -> None:
    """Check schemas of events, and talk to a schema registry.

    Exit codes: 0 done or compatible, 1 incompatible, 2 wrong usage, 3 could
    not be done. Shell completion: see docs/reference/cli.md.
    """
