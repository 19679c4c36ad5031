"""Schemas made to hurt, each answered within two seconds of CPU and 300 MB.

``python -m tests.fuzz.hostile [--over] [WORD...]`` prints the CPU seconds, the
memory and the answer of each case whose name has one of the words; ``--over``
prints only what is beyond the bounds. The exit code is then 1.

A case is two schemas, each a text or a text and its references. It is asked in
both directions, with fixes and witnesses, and each schema is written in all
ways and linted as well. Python's collector is set as in the server and the command.
"""

from __future__ import annotations

import json
import resource
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from compat import Level, check
from compat.errors import CompatError
from compat.lint import lint
from compat.plugin import Format, format_named
from registry.collector import collect_seldom
from tests.fuzz import avro_hostile, jsonschema_hostile, protobuf_hostile

__all__ = ["CASES", "MEGABYTES", "SECONDS", "Measured", "measured"]

SECONDS = 2.0
MEGABYTES = 300

# Asks about one case, within this process.
_ONE = "--one"

Text = str | tuple[str, Mapping[str, str]]
Made = Callable[[], tuple[Text, Text]]

CASES: dict[str, Mapping[str, Made]] = {
    "AVRO": avro_hostile.CASES,
    "JSON": jsonschema_hostile.CASES,
    "PROTOBUF": protobuf_hostile.CASES,
}


@dataclass(frozen=True, slots=True)
class Measured:
    """The dearest step of one case, the memory of all, and each step's answer."""

    seconds: float
    megabytes: float
    answers: Mapping[str, str]

    @property
    def over(self) -> bool:
        """Whether a bound was broken."""
        return self.seconds > SECONDS or self.megabytes > MEGABYTES


def measured(name: str, case: str) -> Measured:
    """Ask about a case of the format ``name`` in a process that measures itself.

    In a new one: what a fork has from its parent would count as its own.
    """
    done = subprocess.run(
        [sys.executable, "-m", "tests.fuzz.hostile", _ONE, name, case],
        cwd=Path(__file__).parents[2],
        stdout=subprocess.PIPE,
        check=False,
    )
    if done.returncode != 0:
        died = f"died with status {done.returncode}"
        return Measured(0, MEGABYTES + 1, {"process": died})
    steps, megabytes = json.loads(done.stdout)
    slowest = max(seconds for seconds, _ in steps.values())
    told = {
        step: f"{seconds:.2f} s {words}" for step, (seconds, words) in steps.items()
    }
    return Measured(slowest, megabytes, told)


def _asked(format: Format, made: Made) -> tuple[dict[str, tuple[float, str]], float]:
    resource.setrlimit(resource.RLIMIT_CPU, (60, 60))
    old, new = made()
    steps: dict[str, tuple[float, str]] = {}
    # Each step is one request, so it parses what it needs anew.
    for name, one, other in (("forth", old, new), ("back", new, old)):
        steps[name] = _timed(lambda one=one, other=other: _checked(format, one, other))
    for name, text in (("old", old), ("new", new)):
        steps[name] = _timed(lambda text=text: _written(format, text))
    status = Path("/proc/self/status").read_text().split()
    return steps, int(status[status.index("VmHWM:") + 1]) / 1024


def _timed(step: Callable[[], str]) -> tuple[float, str]:
    start = time.process_time()
    try:
        words = step()
    except CompatError as error:
        words = f"{type(error).__name__}: {str(error)[:90]}"
    return time.process_time() - start, words


def _parsed(format: Format, text: Text) -> Any:
    plain, references = (text, {}) if isinstance(text, str) else text
    return format.parse(plain, references)


def _checked(format: Format, writer: Text, reader: Text) -> str:
    new, old = _parsed(format, reader), _parsed(format, writer)
    report = check(format, new, [(1, old)], Level.BACKWARD)
    json.dumps(report.to_json())
    shown = sum(each.witness is not None for each in report.findings)
    unknown = ", ".join(report.unknown)
    return f"{report.verdict} {shown}/{len(report.findings)} {unknown}"


def _written(format: Format, text: Text) -> str:
    schema = _parsed(format, text)
    sizes = [
        len(schema.canonical),
        len(format.normalize(schema)),
        len(format.identity(schema)),
        *(len(format.render(schema, each)) for each in ("resolved", "serialized")),
        len(schema.fingerprint),
    ]
    format.field_names(schema)
    getattr(format, "entities", lambda _: None)(schema)
    advice = list(lint(schema))
    if (history := getattr(format, "history", None)) is not None:
        summary = history()
        summary.extend(schema)
    return f"{max(sizes)} characters, {len(advice)} advice"


def main() -> int:
    """Run from the command line."""
    if sys.argv[1:2] == [_ONE]:
        name, case = sys.argv[2:]
        collect_seldom()
        json.dump(_asked(format_named(name), CASES[name][case]), sys.stdout)
        return 0
    words = [each for each in sys.argv[1:] if each != "--over"]
    failed = 0
    for name, case in _chosen(words):
        found = measured(name, case)
        failed += found.over
        if found.over or "--over" not in sys.argv:
            print(f"{found.seconds:5.2f} s {found.megabytes:4.0f} MB  {name} {case}")  # noqa: T201
            for step, answer in found.answers.items():
                print(f"{step:>18}: {answer[:110]}", flush=True)  # noqa: T201
    print(f"{failed} beyond {SECONDS} s or {MEGABYTES} MB")  # noqa: T201
    return 1 if failed else 0


def _chosen(words: list[str]) -> Iterator[tuple[str, str]]:
    for name, cases in CASES.items():
        for case in cases:
            full = f"{name} {case}"
            if not words or any(word in full for word in words):
                yield name, case


if __name__ == "__main__":
    sys.exit(main())
