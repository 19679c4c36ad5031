"""Texts made to cost a lot: each gets a clear answer, within bounds of its process."""

from __future__ import annotations

import json
import re
import subprocess
import sys
from textwrap import dedent

import pytest

from compat.errors import InvalidSchema
from compat.formats.protobuf import FORMAT

RECURSIVE = """
    import "google/protobuf/descriptor.proto";
    message M { optional M m = 1; }
    extend google.protobuf.FileOptions { optional M o = 50000; }
"""
REFUSED = {
    "messages": "message A {" * 150_000 + "}" * 150_000,
    "garbage": "{" * 1_900_000,
    "two brackets": "{>" * 950_000,
    "a string that a newline ends": '"\\\n' + "{" * 1_900_000,
    "an option": f"{RECURSIVE} option (o) = {'{m' * 90_000}{'}' * 90_000};",
    "angles": f"{RECURSIVE} option (o) = {{{'m<' * 90_000}{'>' * 90_000}}};",
}


@pytest.mark.parametrize("text", REFUSED.values(), ids=list(REFUSED))
def test_deep_nesting_is_refused_before_the_compiler_recurses(text: str) -> None:
    with pytest.raises(InvalidSchema) as caught:
        FORMAT.parse(text)

    assert "nests deeper than 64 levels" in caught.value.reason


@pytest.mark.parametrize("statement", ["a;", "x y;", "a=;"])
def test_garbage_is_refused_before_each_statement_costs_an_error(
    statement: str,
) -> None:
    with pytest.raises(InvalidSchema) as caught:
        FORMAT.parse(f'syntax = "proto3"; message A {{ {statement * 400_000} }}')

    assert "make no sense" in caught.value.reason


@pytest.mark.parametrize(
    "declared", ["message M{0} {{}}", "enum E{0} {{ V{0} = 0; }}", "service S{0} {{}}"]
)
def test_more_types_than_the_compiler_takes_in_good_time(declared: str) -> None:
    many = "".join(declared.format(number) for number in range(10_001))

    with pytest.raises(InvalidSchema) as caught:
        FORMAT.parse(f'syntax = "proto3"; {many}')

    # Fewer than 10,000 in a text of this length.
    assert re.match(r"declares more than \d{4} types", caught.value.reason)


# Each runs in a process of its own, which reports its own time and memory.
MEASURED = {
    "10,000 fields": """
        fields = "".join(f"int32 f{n} = {n};" for n in range(1, 10_001))
        old = f'syntax = "proto3"; message A {{ {fields} }}'
        new = old.replace("int32", "string", 50)
    """,
    "a long literal": """
        old = f'message A {{ optional string s = 1 [default = "{"a" * 1_900_000}"]; }}'
        new = old.replace("a" * 10, "b" * 10)
    """,
    "a large enum": """
        values = "".join(f"V{n} = {n};" for n in range(50_000))
        old = f"enum E {{ {values} }} message A {{ optional E e = 1; }}"
        new = old.replace("V49999 = 49999;", "")
    """,
    "a large oneof": """
        fields = "".join(f"string f{n} = {n};" for n in range(1, 3_001))
        old = f'syntax = "proto3"; message A {{ {fields} }}'
        new = f'syntax = "proto3"; message A {{ oneof o {{ {fields} }} }}'
    """,
}
PROGRAM = """
import json, time
from pathlib import Path
from compat import Level, check
from compat.formats.protobuf import FORMAT
start = time.process_time()
report = check(FORMAT, FORMAT.parse(new), [(1, FORMAT.parse(old))], Level.BACKWARD)
# Not ru_maxrss: that counts what the parent had when it started this process.
status = Path("/proc/self/status").read_text().split()
used = int(status[status.index("VmHWM:") + 1]) / 1024
print(json.dumps([report.verdict, time.process_time() - start, used]))
"""


@pytest.mark.parametrize("made", MEASURED.values(), ids=list(MEASURED))
def test_large_schemas_stay_within_time_and_memory(made: str) -> None:
    program = dedent(made) + PROGRAM

    done = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, text=True, check=True
    )

    verdict, seconds, megabytes = json.loads(done.stdout)
    assert verdict in ("compatible", "incompatible")
    assert megabytes < 300
    # Twice the bound that is meant, for machines that are busy.
    assert seconds < 4
