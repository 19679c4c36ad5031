"""What holds of every answer, tried on the schemas of all rules' cases."""

from __future__ import annotations

import base64
import json
import subprocess
import sys
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from compat import Direction, Level, check, format_named
from compat.budget import Budget
from scripts.rule_pages import PAGES
from tests.compat.rule_cases import Pair, pairs

_FIELDS = [{"name": f"f{each}", "type": "int"} for each in range(3)]
_AVRO = {"type": "record", "name": "R", "fields": _FIELDS}
_SUIT = {"name": "s", "type": {"type": "enum", "name": "S", "symbols": ["A", "B", "C"]}}
_JSON = {
    "type": ["object", "null"],
    "required": ["a", "b"],
    "properties": {"a": {"type": "integer"}, "b": {"enum": [1, 2, 3]}},
}
_PROTO = """syntax = "proto2"; enum E { A = 0; B = 1; C = 2; }
message M { optional E e = 1; optional int32 a = 2; required string b = 3; }"""
# Several of everything, of which the last has no equal on the other side.
WIDE = [
    Pair(
        "fields",
        format_named("AVRO"),
        json.dumps(_AVRO | {"fields": [*_FIELDS, _SUIT]}),
        json.dumps(_AVRO),
        True,
    ),
    Pair(
        "symbols",
        format_named("AVRO"),
        json.dumps(_SUIT["type"]),
        json.dumps(_SUIT["type"]).replace("C", "D"),
        True,
    ),
    Pair(
        "required",
        format_named("JSON"),
        json.dumps(_JSON),
        json.dumps(_JSON | {"required": ["a"]}),
        True,
    ),
    Pair(
        "enum",
        format_named("JSON"),
        json.dumps(_JSON),
        json.dumps(_JSON).replace("3]", "4]"),
        True,
    ),
    Pair(
        "type",
        format_named("JSON"),
        json.dumps(_JSON),
        json.dumps(_JSON).replace("null", "array"),
        True,
    ),
    Pair(
        "properties",
        format_named("JSON"),
        json.dumps(_JSON),
        json.dumps(_JSON).replace('{"enum": [1, 2, 3]}', "{}"),
        True,
    ),
    Pair(
        "values",
        format_named("PROTOBUF"),
        _PROTO,
        _PROTO.replace("C = 2", "C = 3"),
        True,
    ),
    Pair(
        "fields",
        format_named("PROTOBUF"),
        _PROTO,
        _PROTO.replace("required string b", "optional int64 b"),
        True,
    ),
]
ALL = [*WIDE, *pairs()]
BOTH = [
    *ALL,
    *(replace(each, reader=each.writer, writer=each.reader) for each in ALL),
]
ROOT = Path(__file__).parents[2]

Answer = tuple[set[str], tuple[str, ...]]


def _answer(pair: Pair) -> Answer:
    """Return the rules that fire, and what is unknown."""
    reading = pair.format.can_read(*pair.parsed(), Budget())
    return {each.rule for each in reading.findings}, reading.unknown


def test_each_finding_has_a_rule_and_the_rule_a_page() -> None:
    for pair in BOTH:
        for rule in _answer(pair)[0]:
            assert rule in pair.format.rules, pair.name
            assert (PAGES / f"{rule}.md").is_file(), rule


def _reversed(value: Any) -> Any:
    """Return JSON with everything turned round that has no order in either format."""
    if isinstance(value, list):
        return [_reversed(each) for each in value]
    if not isinstance(value, dict):
        return value
    turned = {name: _reversed(each) for name, each in reversed(value.items())}
    for name in ("enum", "required", "symbols", "type"):
        inner = turned.get(name)
        # In Avro a list there is a union, whose order means something.
        if isinstance(inner, list) and (name != "type" or "name" not in value):
            turned[name] = inner[::-1]
    return turned


def _turned_round(pair: Pair, text: str) -> str:
    """Return ``text`` with its members, or declarations, in another order."""
    if pair.format.name != "PROTOBUF":
        return json.dumps(_reversed(json.loads(text)))
    file = pair.format.parse(text, strict=pair.strict).file
    held = [file]
    while held:
        holder = held.pop()
        nested = getattr(holder, "nested_type", None)
        messages = holder.message_type if nested is None else nested
        if nested is not None and holder.options.map_entry:
            continue  # its key comes first
        for listed in (messages, getattr(holder, "field", []), holder.enum_type):
            turned = [
                type(each).FromString(each.SerializeToString()) for each in listed
            ]
            del listed[:]
            listed.extend(turned[::-1])
        held += messages
    return base64.b64encode(file.SerializeToString()).decode()


def _normalised(pair: Pair, text: str) -> str:
    return pair.format.normalize(pair.format.parse(text, strict=pair.strict))


@pytest.mark.parametrize("respelled", [_turned_round, _normalised])
@pytest.mark.parametrize("side", ["reader", "writer"])
def test_another_spelling_changes_no_answer(
    respelled: Callable[[Pair, str], str], side: str
) -> None:
    changed = 0
    for pair in BOTH:
        again = respelled(pair, getattr(pair, side))
        changed += again != getattr(pair, side)
        other = replace(pair, **{side: again})
        assert _answer(other) == _answer(pair), (pair.name, again)
    assert changed


def _defined(text: str, name: str) -> str:
    """Return a JSON Schema that refers to the one of ``text`` by ``name``."""
    schema = json.loads(text)
    whole = {"$ref": f"#/definitions/{name}", "definitions": {name: schema}}
    if isinstance(schema, dict) and "$schema" in schema:
        whole["$schema"] = schema.pop("$schema")
    return json.dumps(whole)


def test_another_name_of_a_definition_changes_no_answer() -> None:
    tried = 0
    for pair in BOTH:
        if pair.format.name == "JSON" and "$ref" not in pair.reader + pair.writer:
            tried += 1
            same, other = (
                replace(pair, reader=_defined(pair.reader, "Node"), writer=writer)
                for writer in (
                    _defined(pair.writer, "Node"),
                    _defined(pair.writer, "Item"),
                )
            )
            assert _answer(other) == _answer(same), pair.name
            assert bool(_answer(same)[0]) == bool(_answer(pair)[0]), pair.name
    assert tried > 50


def _report(pair: Pair) -> str:
    reader, writer = pair.parsed()
    report = check(pair.format, reader, [(1, writer)], Level.FULL)
    assert {each.direction for each in report.findings} <= set(Direction)
    return json.dumps(report.to_json())


def test_threads_get_the_answers_that_one_alone_gets() -> None:
    alone = [_report(pair) for pair in ALL]

    with ThreadPoolExecutor(8) as threads:
        together = [[*threads.map(_report, ALL)] for _ in range(2)]

    assert together == [alone, alone]


_WATCHED = """
import decimal, gc, json, locale, os, random, signal, sys, tempfile, threading
import warnings
from tests.compat.test_invariants import ALL, _report

def state():
    return (
        dict(os.environ), os.getcwd(), sys.getrecursionlimit(), gc.get_threshold(),
        gc.isenabled(), str(decimal.getcontext()), locale.setlocale(locale.LC_ALL),
        random.getstate(), list(warnings.filters), sys.path[:], sys.gettrace(),
        signal.getsignal(signal.SIGALRM), threading.active_count(),
    )

def watch(event, arguments):
    if event.split(".")[0] in ("socket", "subprocess", "urllib", "ftplib"):
        seen.add(f"{event} {arguments[:1]}")
    if event in ("os.system", "os.exec", "os.fork", "os.putenv", "os.chdir"):
        seen.add(event)
    if event in ("open", "os.mkdir", "os.rename", "os.listdir", "shutil.rmtree"):
        path = str(arguments[0])
        if not path.startswith(private):
            seen.add(f"{event} {path}")

seen = set()
private = tempfile.gettempdir() + "/proto-"
before = state()
for pair in ALL:  # whatever is imported and read once for good
    _report(pair)
sys.addaudithook(watch)
for pair in ALL:
    _report(pair)
json.dump([before == state(), sorted(seen)], sys.stdout)
"""


def test_checks_touch_no_network_no_disk_and_no_state_of_the_process() -> None:
    done = subprocess.run(
        [sys.executable, "-c", _WATCHED], cwd=ROOT, capture_output=True, check=False
    )

    assert (done.returncode, done.stderr) == (0, b"")
    assert json.loads(done.stdout) == [True, []]
