"""JSON Schema checks against ``jsonsubschema``, the checker of IBM's lale project.

Run ``python -m benchmarks.compat_jsonschema``, with ``jsonsubschema`` installed
(it needs an old ``jsonschema``, so give it a folder of its own on the path).
Every line asks both the same question in the same run, parsing included: a
compatible change, a breaking one, and the newest of a history against all
versions before it, cold and with a warm cache. Times are CPU times.
"""

from __future__ import annotations

import json
import time
from collections.abc import Callable
from typing import Any

from compat import Level, check
from compat.cache import MemoryCache
from compat.formats.jsonschema import FORMAT

try:
    import jsonsubschema
except ImportError:
    jsonsubschema = None

KINDS: list[dict[str, Any]] = [
    {"type": "string", "maxLength": 100},
    {"type": "integer", "minimum": 0},
    {"type": "number"},
    {"type": ["string", "null"]},
    {"type": "array", "items": {"type": "string"}},
    {"type": "string", "enum": ["a", "b", "c"]},
    {
        "type": "object",
        "properties": {"x": {"type": "integer"}, "y": {"type": "string"}},
        "required": ["x"],
    },
]


def schema(count: int, required: int = 10_000, **changed: Any) -> dict[str, Any]:
    """Return a closed object of ``count`` fields, every second one required."""
    fields = {f"f{each}": KINDS[each % len(KINDS)] for each in range(count)}
    return {
        "type": "object",
        "properties": fields | changed,
        "required": [f"f{each}" for each in range(0, min(count, required), 2)],
        "additionalProperties": False,
    }


def milliseconds(work: Callable[[], Any], *, repeat: int) -> float:
    """Return the median CPU time of one call."""
    times = []
    for _ in range(repeat):
        start = time.process_time()
        work()
        times.append(time.process_time() - start)
    return sorted(times)[len(times) // 2] * 1e3


def ours(writer: str, reader: str) -> bool:
    old, new = FORMAT.parse(writer), FORMAT.parse(reader)
    return check(FORMAT, new, [(1, old)], Level.BACKWARD, fixes=False).compatible


def theirs(writer: dict[str, Any], reader: dict[str, Any]) -> bool:
    return bool(jsonsubschema.isSubschema(writer, reader))


def line(what: str, mine: float, other: float | None) -> None:
    """Print one comparison."""
    if other is None:
        print(f"{what:42} {mine:9.2f} ms")
    else:
        print(f"{what:42} {mine:9.2f} ms {other:9.2f} ms {other / mine:7.1f} times")


def pair(count: int) -> None:
    """Compare one check of ``count`` fields."""
    old = schema(count)
    for what, new in (
        ("compatible", schema(count, added={"type": "string"})),
        ("breaking", schema(count, f3={"type": "integer"})),
    ):
        writer, reader = json.dumps(old), json.dumps(new)
        assert ours(writer, reader) is (what == "compatible")
        mine = milliseconds(lambda w=writer, r=reader: ours(w, r), repeat=7)
        other = None
        if jsonsubschema is not None:
            assert theirs(old, new) is (what == "compatible")
            other = milliseconds(lambda n=new: theirs(old, n), repeat=3)
        line(f"{what} change of {count} fields", mine, other)


def history(length: int) -> None:
    """Compare the newest of ``length`` versions with all, parsing left out."""
    versions = [
        (
            number,
            FORMAT.parse(json.dumps(schema(20 + number // 10, 20, **grown(number)))),
        )
        for number in range(length)
    ]
    newest = FORMAT.parse(json.dumps(schema(20 + length // 10, 20, **grown(length))))
    again = FORMAT.parse(json.dumps(schema(20 + length // 10, 20, **grown(length + 1))))
    cache = MemoryCache(size=10 * length)
    level = Level.BACKWARD_TRANSITIVE

    def ask(new: Any, old: Any) -> Any:
        return check(FORMAT, new, old, level, cache=cache, fixes=False)

    cold = milliseconds(lambda: ask(newest, versions), repeat=1)
    warm = milliseconds(lambda: ask(again, versions), repeat=1)  # one real question
    empty = MemoryCache()
    one = milliseconds(
        lambda: check(FORMAT, again, versions[-1:], level, cache=empty, fixes=False),
        repeat=1,
    )
    print(
        f"newest against {length:4} versions           cold {cold:9.2f} ms, "
        f"warm {warm:7.2f} ms; against one {one:6.2f} ms: {warm / one:5.1f} times"
    )


def grown(number: int) -> dict[str, Any]:
    """Return what makes version ``number`` wider than the one before."""
    return {"f0": {"type": "string", "maxLength": 100 + number}}


def main() -> None:
    print(f"{'':42} {'ours':>12} {'jsonsubschema':>12}")
    for count in (10, 100, 1_000):
        pair(count)
    for length in (10, 100, 1_000):
        history(length)


if __name__ == "__main__":
    main()
