"""Avro checks against the checker of the ``avro`` library, which Java's was ported to.

Run ``python -m benchmarks.compat_avro``. Every line compares the same question
in the same run: a compatible change of a record with so many fields, parsing
included and not, and the newest of a history against all versions before it.
"""

from __future__ import annotations

import json
import time
from collections.abc import Callable
from typing import Any

import avro.compatibility
import avro.schema

from compat import Level, check
from compat.budget import Budget
from compat.formats.avro import FORMAT

TYPES = ("int", "string", "long")


def text(count: int, *, widened: bool = False) -> str:
    """Return a record of ``count`` fields; ``widened`` reads int as long."""
    kinds = [TYPES[number % 3] for number in range(count)]
    if widened:
        kinds = ["long" if kind == "int" else kind for kind in kinds]
    fields = [
        {"name": f"field_{number}", "type": kind, "default": "" if "s" in kind else 0}
        for number, kind in enumerate(kinds)
    ]
    return json.dumps({"type": "record", "name": "Order", "fields": fields})


def milliseconds(work: Callable[[], Any], *, repeat: int) -> float:
    """Return the best time of one call."""
    best = float("inf")
    for _ in range(repeat):
        start = time.perf_counter()
        work()
        best = min(best, time.perf_counter() - start)
    return best * 1e3


def line(what: str, ours: float, theirs: float) -> None:
    """Print one comparison."""
    print(f"{what:34} {ours:9.2f} ms {theirs:9.2f} ms {theirs / ours:7.1f} times")


def pair(count: int) -> None:
    """Compare one check of ``count`` fields."""
    old, new = text(count), text(count, widened=True)
    w, r = FORMAT.parse(old), FORMAT.parse(new)
    theirs_w, theirs_r = avro.schema.parse(old), avro.schema.parse(new)
    checker = avro.compatibility.ReaderWriterCompatibilityChecker
    line(
        f"check, {count} fields",
        milliseconds(lambda: FORMAT.can_read(r, w, Budget()), repeat=20),
        milliseconds(lambda: checker().get_compatibility(theirs_r, theirs_w), repeat=5),
    )
    line(
        f"parse, {count} fields",
        milliseconds(lambda: FORMAT.parse(new), repeat=20),
        milliseconds(lambda: avro.schema.parse(new), repeat=5),
    )


def history(versions: int) -> None:
    """Compare the newest schema against all before it, each one field longer."""
    texts = [text(20 + number) for number in range(versions)]
    ours = [FORMAT.parse(each) for each in texts]
    theirs = [avro.schema.parse(each) for each in texts]
    old = list(enumerate(ours[:-1], 1))
    checker = avro.compatibility.ReaderWriterCompatibilityChecker

    def their_check() -> None:
        for each in theirs[:-1]:
            checker().get_compatibility(theirs[-1], each)

    line(
        f"newest against {versions - 1} versions",
        milliseconds(
            lambda: check(FORMAT, ours[-1], old, Level.BACKWARD_TRANSITIVE), repeat=3
        ),
        milliseconds(their_check, repeat=1),
    )


if __name__ == "__main__":
    print(f"{'':34} {'ours':>12} {'avro':>12}")
    for fields in (10, 100, 1_000):
        pair(fields)
    for length in (10, 100, 300):
        history(length)
