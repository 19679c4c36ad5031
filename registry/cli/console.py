"""What a person sees: results on stdout, all else on stderr, colour on a terminal."""

from __future__ import annotations

import json
import os
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import IO, Any

import click

from registry.cli.exits import Exit

__all__ = [
    "Failure",
    "Incompatible",
    "Misuse",
    "colored",
    "confirm",
    "note",
    "progress",
    "show",
    "show_json",
]


class Failure(click.ClickException):
    """The command could not do its work; ``advice`` says what to do next."""

    exit_code = Exit.FAILED

    def __init__(self, message: str, *, advice: str = "") -> None:
        super().__init__(message)
        self.advice = advice

    def show(self, file: IO[Any] | None = None) -> None:
        """Print the message to stderr, and the advice below it."""
        click.secho(f"error: {self.message}", file=file, err=True, fg="red")
        if self.advice:
            click.echo(f"  {self.advice}", file=file, err=True)


class Incompatible(Failure):
    """The registry's answer is no: the schema breaks with what came before."""

    exit_code = Exit.INCOMPATIBLE


class Misuse(Failure):
    """The arguments or the project file are wrong."""

    exit_code = Exit.USAGE


def colored(choice: str) -> bool | None:
    """Return whether to colour: None lets the terminal decide.

    An explicit ``--color`` wins over ``NO_COLOR`` (any value that is not
    empty, https://no-color.org), which wins over ``FORCE_COLOR``.
    """
    if choice != "auto":
        return choice == "always"
    if os.environ.get("NO_COLOR"):
        return False
    if os.environ.get("FORCE_COLOR"):
        return True
    return None


def show(text: str) -> None:
    """Print a result to stdout; an empty one prints nothing."""
    if text:
        click.echo(text, nl=not text.endswith("\n"))


def show_json(value: Any) -> None:
    """Print ``value`` to stdout as indented JSON."""
    click.echo(json.dumps(value, indent=2, ensure_ascii=False))


def note(text: str) -> None:
    """Tell the person something that is not the result, on stderr."""
    context = click.get_current_context(silent=True)
    if context is None or not context.find_root().params.get("quiet"):
        click.echo(text, err=True)


@contextmanager
def progress(label: str, steps: int | None = None) -> Iterator[Callable[[int], object]]:
    """Give a function that hears of steps done; a bar shows them on a terminal.

    ``steps`` None is for work whose size is not known beforehand.
    """
    if not sys.stderr.isatty():
        yield lambda _: None
        return
    if steps is None:
        done = 0

        def count(more: int) -> None:
            nonlocal done
            done += more
            if done % 100 == 0:
                click.echo(f"\r{label}: {done}", nl=False, err=True)

        yield count
        click.echo(f"\r{label}: {done}", err=True)
        return
    with click.progressbar(length=steps, label=label, file=sys.stderr) as bar:
        yield bar.update


def confirm(question: str, *, yes: bool) -> None:
    """Ask before something that cannot be undone, or raise `Misuse`.

    ``yes`` answers beforehand. Nobody is asked when stdin is no terminal.
    """
    if yes:
        return
    if not sys.stdin.isatty():
        raise Misuse(
            f"{question} There is nobody to ask: stdin is not a terminal.",
            advice="Pass --yes to go ahead.",
        )
    click.confirm(question, abort=True, err=True)
