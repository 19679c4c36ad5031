"""What benchmarks print: when and where they ran, and tables in Markdown."""

from __future__ import annotations

import datetime
import os
import platform
from collections.abc import Iterable, Sequence

__all__ = ["machine", "table"]


def machine() -> str:
    """Return when and on what this run was made."""
    today = datetime.datetime.now(datetime.UTC).date().isoformat()
    with open("/proc/cpuinfo") as info:
        models = [line.split(": ")[1].strip() for line in info if "model name" in line]
    load = os.getloadavg()[0]
    return (
        f"{today}; {len(models)} x {models[0]}; Python {platform.python_version()}; "
        f"load {load:.1f} now."
    )


def table(heads: Sequence[str], rows: Iterable[Sequence[str]]) -> None:
    """Print a table, each row when it is known; columns after the first align right."""
    for row in (heads, ["---", *["--:"] * (len(heads) - 1)]):
        _print(row)
    for row in rows:
        _print(row)


def _print(row: Sequence[str]) -> None:
    print(f"| {' | '.join(row)} |", flush=True)
