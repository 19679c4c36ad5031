"""How fast Protobuf schemas are checked, beside ``buf breaking`` on the same files.

Run ``python -m benchmarks.compat_protobuf``. Buf is a process of its own for
each check, as users run it; it compiles both files, and so do we where it says
*with parsing*. Times are medians; a ratio above 1 means that we are faster.
"""

from __future__ import annotations

import argparse
import subprocess
import sys
import sysconfig
import tempfile
import time
from collections.abc import Callable
from functools import partial
from pathlib import Path
from statistics import median

from compat import Level, check
from compat.formats.protobuf import FORMAT, ProtobufSchema
from compat.plugin import History

BUF = Path(sysconfig.get_path("scripts"), "buf")
KINDS = ("string", "int64", "bool", "double", "repeated int32", "bytes", "E", "N")
CONFIG = "version: v2\nbreaking:\n  use:\n    - WIRE\n"


def text_of(fields: int, *, first: int = 1, broken: bool = False) -> str:
    """Return a file of one message with ``fields`` fields; one retyped if broken."""
    lines = [
        f"  {KINDS[n % len(KINDS)]} field_{n} = {n};"
        for n in range(first, fields + first)
    ]
    if broken:
        lines[-1] = f"  fixed32 field_{fields + first - 1} = {fields + first - 1};"
    enum = "enum E { E0 = 0; E1 = 1; }\nmessage N { string id = 1; }\n"
    body = "\n".join(lines)
    return f'syntax = "proto3";\npackage bench;\n{enum}message M {{\n{body}\n}}\n'


def timed(work: Callable[[], object], *, times: int) -> float:
    """Return the median time of ``work``, in milliseconds."""
    found = []
    for _ in range(times):
        start = time.perf_counter()
        work()
        found.append((time.perf_counter() - start) * 1_000)
    return median(found)


def buf(new: str, old: str, *, times: int) -> float:
    """Return the median time of ``buf breaking``, in milliseconds."""
    with tempfile.TemporaryDirectory() as folder:
        for name, text in (("new", new), ("old", old)):
            path = Path(folder, name, "bench")
            path.mkdir(parents=True)
            (path / "bench.proto").write_text(text)
            (path.parent / "buf.yaml").write_text(CONFIG)
        call = [str(BUF), "breaking", f"{folder}/new", "--against", f"{folder}/old"]

        def run() -> None:
            done = subprocess.run(call, capture_output=True, check=False)
            if done.returncode not in (0, 100):
                raise SystemExit(done.stderr.decode())

        return timed(run, times=times)


def pairs(times: int) -> None:
    """Print the times of one pair, of 10, 100 and 1,000 fields."""
    print(f"{'fields':>7} {'verdict':13} {'with parsing':>13} {'check':>9}", end=" ")
    print(f"{'buf':>9} {'ratio':>7}")
    for fields in (10, 100, 1_000):
        old = text_of(fields)
        for new in (text_of(fields + 1), text_of(fields, broken=True)):

            def whole(new: str = new, old: str = old) -> object:
                pair = FORMAT.parse(new), FORMAT.parse(old)
                return check(
                    FORMAT, pair[0], [(1, pair[1])], Level.BACKWARD, fixes=False
                )

            parsed = FORMAT.parse(new), FORMAT.parse(old)
            report = check(FORMAT, parsed[0], [(1, parsed[1])], Level.BACKWARD)
            ours = timed(whole, times=times)

            def alone(parsed: tuple[ProtobufSchema, ProtobufSchema] = parsed) -> object:
                versions = [(1, parsed[1])]
                return check(FORMAT, parsed[0], versions, Level.BACKWARD, fixes=False)

            theirs = buf(new, old, times=times)
            print(
                f"{fields:7} {report.verdict.value:13} {ours:10.2f} ms "
                f"{timed(alone, times=times):6.2f} ms {theirs:6.1f} ms "
                f"{theirs / ours:6.1f}x"
            )


def histories(times: int) -> None:
    """Print a transitive check of 100 fields against 10, 100 and 1,000 versions."""
    print(f"\n{'versions':>9} {'pair by pair':>13} {'with history':>13} {'ratio':>7}")
    for count in (10, 100, 1_000):
        versions = [
            (number, FORMAT.parse(text_of(100, first=number)))
            for number in range(1, count + 1)
        ]
        new = FORMAT.parse(text_of(100, first=count + 1))
        history = FORMAT.history()
        for _, schema in versions:
            history.extend(schema)

        def ask(
            given: History | None,
            new: ProtobufSchema = new,
            versions: list[tuple[int, ProtobufSchema]] = versions,
        ) -> object:
            level = Level.FULL_TRANSITIVE
            return check(FORMAT, new, versions, level, fixes=False, history=given)

        ask(None)  # models are made when first asked for
        one = timed(partial(ask, None), times=3)
        other = timed(partial(ask, history), times=times)
        print(f"{count:9} {one:10.1f} ms {other:10.2f} ms {one / other:6.1f}x")


def main() -> int:
    """Run from the command line."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--times", type=int, default=9)
    asked = parser.parse_args()
    pairs(asked.times)
    histories(asked.times)
    return 0


if __name__ == "__main__":
    sys.exit(main())
