"""The engine in its three formats: pairs beside other checkers, and long histories.

Run ``python -m benchmarks.compat``; it prints the Markdown of
`docs/reference/performance-engine.md`, all of it measured in one run. Times
are milliseconds of CPU, median / worst; whatever else the machine does counts
little. The collector runs as seldom as in the server and the command, for us and
for them. A ratio above 1 means that we are faster. ``--quick`` leaves out what
takes longest.
"""

from __future__ import annotations

import argparse
from collections.abc import Iterator
from typing import Any

from benchmarks import compat_avro, compat_jsonschema, compat_protobuf
from benchmarks.markdown import machine, table
from benchmarks.timing import Times, timed
from compat import Level, Report, check
from compat.cache import MemoryCache
from registry.collector import collect_seldom

FORMATS: tuple[Any, ...] = (compat_avro, compat_jsonschema, compat_protobuf)
SIZES = (10, 100, 1_000)
LEVEL = Level.BACKWARD_TRANSITIVE


def parsed_and_checked(module: Any, writer: str, reader: str) -> Report:
    """Return the report of one pair, parsing included."""
    old, new = module.FORMAT.parse(writer), module.FORMAT.parse(reader)
    return check(module.FORMAT, new, [(1, old)], Level.BACKWARD, fixes=False)


def pairs(sizes: tuple[int, ...], runs: int) -> Iterator[list[str]]:
    """Yield a row for each format, size and kind of change."""
    for module in FORMATS:
        for fields in sizes:
            for broken in (False, True):
                writer, reader = module.pair(fields, broken=broken)
                yield pair(module, fields, broken, writer, reader, runs)


def pair(
    module: Any, fields: int, broken: bool, writer: str, reader: str, runs: int
) -> list[str]:
    """Return the row of one pair; both sides parse, and must agree."""
    kind = "breaking" if broken else "compatible"
    assert parsed_and_checked(module, writer, reader).compatible is not broken
    ours = timed(
        [lambda: parsed_and_checked(module, writer, reader)]
        * (runs if fields < 1000 else 5)
    )
    row = [module.FORMAT.name, str(fields), kind, str(ours)]
    if module.theirs is None:
        return [*row, module.BASELINE, "", ""]
    assert module.theirs(writer, reader) is not broken
    theirs = timed([lambda: module.theirs(writer, reader)] * min(runs, 3))
    ratio = f"{theirs.median / ours.median:.1f} / {theirs.worst / ours.worst:.1f}"
    return [*row, module.BASELINE, str(theirs), ratio]


def histories(sizes: tuple[int, ...], runs: int) -> Iterator[list[str]]:
    """Yield a row for each format and length of history."""
    for module in FORMATS:
        for count in sizes:
            yield history(module, count, runs)


def history(module: Any, count: int, runs: int) -> list[str]:
    """Return the row of new schemas against ``count`` versions and against one.

    Every new schema is one that was never asked about before; warm means that
    only the versions were.
    """
    format = module.FORMAT
    versions = [(n, format.parse(module.version(n))) for n in range(count)]
    cache = MemoryCache(size=10 * count + 1_000)
    make = getattr(format, "history", None)
    summary = make() if make else None

    def first() -> Report:
        if summary is not None:
            for _, each in versions:
                summary.extend(each)
        return against(format, module.version(count), versions, cache, summary)

    cold = timed([first])
    news = [format.parse(module.version(count + n)) for n in range(2 * runs)]

    def all_of(new: Any) -> Any:
        return lambda: assert_compatible(
            check(format, new, versions, LEVEL, cache=cache, history=summary)
        )

    def one_of(new: Any) -> Any:
        newest, empty = versions[-1:], MemoryCache()
        return lambda: assert_compatible(check(format, new, newest, LEVEL, cache=empty))

    # By turns, so that both meet the same disturbances.
    one: list[float] = []
    every: list[float] = []
    for number in range(runs):
        one += timed([one_of(news[2 * number])]).runs
        every += timed([all_of(news[2 * number + 1])]).runs
    single, warm = Times(tuple(one)), Times(tuple(every))
    ratio = f"{warm.median / single.median:.2f} / {warm.worst / single.worst:.2f}"
    row = [format.name, str(count), f"{cold.median:,.1f}", str(single), str(warm)]
    return [*row, ratio]


def against(
    format: Any, text: str, versions: Any, cache: MemoryCache, summary: Any
) -> Report:
    new = format.parse(text)
    return check(format, new, versions, LEVEL, cache=cache, history=summary)


def assert_compatible(report: Report) -> None:
    assert report.compatible, report.findings[:1]


def main() -> None:
    """Run from the command line."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--runs", type=int, default=9)
    parser.add_argument("--quick", action="store_true")
    asked = parser.parse_args()
    collect_seldom()
    sizes = SIZES[:2] if asked.quick else SIZES
    print(machine() + "\n")
    heads = ["format", "fields", "change", "ours, ms", "baseline", "baseline, ms"]
    table([*heads, "times faster"], pairs(sizes, asked.runs))
    print()
    heads = ["format", "versions", "cold, ms", "against 1, ms", "against all, warm, ms"]
    table([*heads, "all to 1"], histories(sizes, asked.runs))


if __name__ == "__main__":
    main()
