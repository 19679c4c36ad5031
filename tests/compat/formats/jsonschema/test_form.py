"""The nodes that schemas share: one for each meaning, gone with the last schema."""

from __future__ import annotations

import gc
import json
import subprocess
import sys
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor

import pytest

from compat.formats.jsonschema import FORMAT
from compat.formats.jsonschema.form import Required

# Modules that something still holds are emptied by the interpreter, the newest
# first: the nodes of `schema` go when those of `form` are no more.
_ENDS = """
import sys

import __main__
from compat.formats.jsonschema import FORMAT, form

schema = FORMAT.parse('{"type": "object", "required": ["id"]}')
sys.held = __main__, form
"""


def test_schemas_go_without_a_word_when_the_interpreter_ends() -> None:
    ended = subprocess.run(
        [sys.executable, "-c", _ENDS], capture_output=True, text=True, check=True
    )

    assert ended.stderr == ""


@pytest.fixture
def hasty_threads() -> Iterator[None]:
    before = sys.getswitchinterval()
    sys.setswitchinterval(1e-6)
    yield
    sys.setswitchinterval(before)


@pytest.mark.usefixtures("hasty_threads")
def test_schemas_parsed_at_once_by_many_threads_share_their_nodes() -> None:
    text = json.dumps({"required": [f"at once {n}" for n in range(500)]})

    with ThreadPoolExecutor(8) as threads:
        schemas = [*threads.map(FORMAT.parse, [text] * 32)]

    assert {each.node.form for each in schemas} == {schemas[0].node.form}


def test_nodes_go_with_the_last_schema_that_uses_them() -> None:
    schemas = [FORMAT.parse('{"required": ["used twice"]}') for _ in range(2)]
    name = ("used twice",)

    schemas.pop()
    gc.collect()
    assert name in Required.table
    schemas.pop()
    gc.collect()
    assert name not in Required.table
