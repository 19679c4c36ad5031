"""The programs that check schemas let the cyclic collector run less often."""

from __future__ import annotations

import subprocess
import sys

import pytest

_STARTS = {
    "the server": "import registry.gunicorn",
    "the command": (
        "from registry.cli.main import main; main(['rules'], standalone_mode=False)"
    ),
    "compat alone": "import compat; compat.all_formats()",
}


@pytest.mark.parametrize(
    ("program", "seldom"),
    [("the server", True), ("the command", True), ("compat alone", False)],
)
def test_what_a_program_sets(program: str, *, seldom: bool) -> None:
    code = (
        "import gc; before = gc.get_threshold()[0]; "
        f"{_STARTS[program]}; print(gc.get_threshold()[0] > 2 * before)"
    )
    done = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=True
    )

    assert done.stdout.splitlines()[-1] == str(seldom)
