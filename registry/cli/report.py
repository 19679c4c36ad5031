"""Ends a command that has results: writes them, and decides the exit code."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from pathlib import Path

from registry.cli.console import Failure, note, show
from registry.cli.exits import Exit
from registry.cli.output import render
from registry.cli.results import Outcome, Result

__all__ = ["deliver", "exit_of"]


def deliver(results: Sequence[Result], format: str, *, output: str | None) -> Exit:
    """Write ``results`` to ``output`` or stdout, and return the exit code."""
    text = render(format, results)
    if output is None:
        show(text)
    else:
        try:
            Path(output).write_text(text, encoding="utf-8")
        except OSError as error:
            raise Failure(f"cannot write {output}: {error.strerror}") from None
    if format == "text" or output is not None:
        note(_summary(results))
    return exit_of(results)


def exit_of(results: Sequence[Result]) -> Exit:
    """Return 1 when any file is incompatible, else 3 when any is undecided."""
    outcomes = {each.outcome for each in results}
    if outcomes & {Outcome.INCOMPATIBLE, Outcome.REFUSED}:
        return Exit.INCOMPATIBLE
    if outcomes & {Outcome.UNKNOWN, Outcome.FAILED}:
        return Exit.FAILED
    return Exit.OK


def _summary(results: Sequence[Result]) -> str:
    counts = Counter(each.outcome for each in results)
    parts = [f"{counts[each]} {each.value}" for each in Outcome if counts[each]]
    files = "1 schema" if len(results) == 1 else f"{len(results)} schemas"
    return f"{files} checked: {', '.join(parts)}" if parts else "no schemas to check"
